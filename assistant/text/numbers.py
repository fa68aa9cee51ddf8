"""Finds numbers as people write them, and what they count.

Owns the reading of digits, suffixes, number words, ranges and rates. Must not know slots: it says "60,000 tickets a
month", not what that means for a case.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from assistant.text.worded_numbers import UNIT_WORDS, UNITS, find_worded_numbers


class Measure(StrEnum):
    """What a number measures, as far as the words right beside it tell."""

    COUNT = "count"
    PERCENT = "percent"
    MONEY = "money"
    DURATION = "duration"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number in a message.

    `low` and `high` differ for a range. `per_month` turns a rate into a month's worth, None without a rate.
    `noun` is what follows the number, up to five words, and `seconds` is set for a duration. `exact` is False for
    words such as "thousands".
    """

    start: int
    end: int
    low: float
    high: float
    measure: Measure
    noun: str
    per_month: float | None = None
    seconds: float | None = None
    exact: bool = True

    @property
    def middle(self) -> float:
        """The geometric middle of the range, to two digits; the number itself when it is one."""
        return self.low if self.low == self.high else float(f"{(max(self.low, 0.5) * max(self.high, 0.5)) ** 0.5:.2g}")


MOST = 1e15
"""Larger numbers are no counts of anything here."""

_SCALES = {
    **dict.fromkeys(("k", "tsd", "thousand", "thousands", "thou", "grand"), 1e3),
    **dict.fromkeys(("m", "mn", "mio", "mil", "mln", "mm", "million", "millions", "millionen", "millones"), 1e6),
    **dict.fromkeys(("bn", "billion", "billions"), 1e9),
    **dict.fromkeys(("lakh", "lakhs", "lac", "lacs"), 1e5),
    **dict.fromkeys(("crore", "crores"), 1e7),
    **dict.fromkeys(("hundred", "hundreds"), 1e2),
    **dict.fromkeys(("dozen", "dozens"), 12.0),
}
_VAGUE = {"a": 1, "an": 1, "couple": 2, "few": 3, "some": 3, "several": 4, "many": 5, "half": 0.5}
_HEAPS = {"tens": 30, "dozens": 30, "hundreds": 300}
_DAYS = {
    **dict.fromkeys(("second", "sec"), 1 / 86400),
    **dict.fromkeys(("minute", "min"), 1 / 1440),
    **dict.fromkeys(("hour", "hr", "hourly"), 1 / 24),
    **dict.fromkeys(("day", "night", "daily", "nightly"), 1.0),
    **dict.fromkeys(("week", "wk", "weekly"), 7.0),
    **dict.fromkeys(("month", "mo", "mth", "monthly"), 30.0),
    **dict.fromkeys(("quarter", "quarterly"), 91.0),
    **dict.fromkeys(("year", "yr", "annum", "yearly", "annually"), 365.0),
}

_DIGITS = (
    r"(?:(?:[0-9]{1,3}(?:[,'\u202f ][0-9]{3}(?!\d)){1,4}|[0-9]{1,3}(?:\.[0-9]{3}(?!\d)){1,4}|[0-9]{1,18})"
    r"(?:[.,][0-9]{1,3}(?!\d))?"
    r"|\.[0-9]{1,3}(?!\d))"
)
_SUFFIX = (
    r"(?:\s?(?:[\s-](?:some|odd)\s)?(?:k|tsd|mn|mio|mln|mil|mm|m|bn|thousands?|thou|grand|hundreds?|millionen|millones|millions?|billions?"
    r"|dozens?|lakhs?|lacs?|crores?)(?![a-z]))?"
)
_PREFIX = r"(?:[€$£]\s?)?"
_NUMBER = re.compile(
    rf"(?<![\w.,@$€£-])(?P<money>[€$£]\s?)?(?P<low>{_DIGITS})(?P<low_scale>{_SUFFIX})"
    rf"(?:\s?(?:±|\+/-|\+-)\s?{_DIGITS}%?)?"
    rf"(?:\s?(?:-|to|and|or)\s?{_PREFIX}(?P<high>{_DIGITS})(?P<high_scale>{_SUFFIX}))?(?P<tail>\s?(?:ish"
    rf"|\+|x|th|nd|rd|st|b|gb|tb|mb|kb|pp)(?![a-z]))?"
    r"(?=(?:ms|msec|s|secs?|seconds?|mins?|minutes?|h|hrs?|hours?|d|usd|eur|chf|czk|gbp)?(?!\w))"
)
_POWER = re.compile(
    r"(?<![\w.,^])(?:(?P<times>\d{1,6}(?:[.,]\d{1,3})?)\s?[x×*·]\s?)?10\s?\^\s?(?P<power>\d{1,2})(?!\w)"
    r"|(?<![\w.,^])(?P<digits>\d{1,6}(?:\.\d{1,3})?)e\+?(?P<exponent>\d{1,2})(?!\w)"
)
_WORDED = re.compile(
    r"(?<![\w-])(?P<count>(?:an?|half an?|a couple(?: of)?|couple(?: of)?|a few|few|some|several|many|"
    + UNIT_WORDS
    + r")\s(?:(?:or|to|and)\s(?P<upper>"
    + UNIT_WORDS
    + r")\s)?)?"
    r"(?P<tens>tens of |dozens of |hundreds of )?(?P<scale>hundreds?|thousands?|thousend|millions?"
    r"|billions?|dozens?|lakhs?|crores?)(?P<of> of)?(?![\w-])"
)
_PLAIN_WORD = re.compile(
    r"(?<![\w-])(?P<word>" + UNIT_WORDS + r"|a handful of|a couple of|a handful)(?:-?ish|-odd)?(?![\w-])"
)
_HANDFUL = {"a handful of": 5, "a handful": 5, "a couple of": 2}
_MONEY_AFTER = re.compile(
    r"^\s?(?:[€$£]|usd|eur|euros?|dollars?|bucks|quid|pounds?|gbp|chf|czk|francs?|kč|cents?)(?!\w)"
)
_DURATION_AFTER = re.compile(
    r"^\s?-?(?:and a half )?(ms|msec|milliseconds?|millis|s|secs?|seconds?|sek|mins?|minutes?|hours?|hrs?|h|days?"
    r"|weeks?|months?|years?|yrs?)(?!\w)"
)
_PERCENT_AFTER = re.compile(r"^\s?(?:%|percent|pct|per cent|percentage)")
_RATE_AFTER = re.compile(
    r"^(?:[\s\w'&-]{0,40}?)(?:(?:\b(?:an?|per|each|every|in an?|by|the|in the|on an?|p\.)\s|/\s?|\bin one )"
    r"(?:single |working |work |business |good |normal |usual |busy |average |ordinary |typical |quiet |given )?"
    r"(?P<unit>second"
    r"|sec|minute|min|hour|hr|day|night|week|wk|month|mo|mth|quarter|year|yr|annum)s?\b"
    r"|\b(?P<adverb>hourly|daily|nightly|weekly|monthly|quarterly|yearly|annually)\b|\b(?P<p>p/?m|pcm"
    r"|rpm|qps|rps|tps)\b)"
)
_RATE_BEFORE = re.compile(
    r"\b(?:(?P<adverb>hourly|daily|nightly|weekly|monthly|quarterly"
    r"|yearly)(?:\s[\w']{1,15}){0,2}|(?:an?|each|every|any|per) "
    r"(?:(?:single|normal|usual|typical|average|ordinary|busy|quiet|good|bad) )?"
    r"(?P<unit>hour|day|night|week|month|quarter|year)(?:'s)?(?:\s[\w']{1,10}){0,3})"
    r"[\s:=~]{0,4}(?:about|around|of|is|are)?\s?$"
)
_SHORT_RATES = {"pm": 1.0, "p/m": 1.0, "pcm": 1.0, "rpm": 43200.0, "qps": 2592000.0, "rps": 2592000.0, "tps": 2592000.0}
_NAME_BEFORE = re.compile(
    r"(?:\b(?:gpt|top|version|v|step|phase|q|k|@|chapter|section|llama|claude|gemini|qwen|mistral|iso"
    r"|http|error|python|line|day|level|stage|f|ndcg|recall|art|article)[\s@=-]?|[@#=<])$"
)
_LESS_BEFORE = re.compile(r"\b(?:less than|fewer than|under|below|not even|<)\s?$")
_YEAR = re.compile(r"^(?:19[5-9]\d|20[0-4]\d)$")
_DATE_BEFORE = re.compile(
    r"(?:^|[^\w])(?:in|since|by|until|till|before|after|during|the|early|late|mid|from|of|fy|year|jan\w*|feb\w*|mar\w*|apr\w*|may|june?"
    r"|july?|aug\w*|sep\w*|oct\w*|nov\w*|dec\w*|spring|summer|autumn|winter)\W{1,2}$"
)
_PLURAL_AFTER = re.compile(r"\s(?:[\w&'/-]{1,20}\s){0,2}[\w&'/-]{2,20}s\b")
_NOUN = re.compile(r"^[\s\"']{0,3}((?:[a-z'&/+-][\w'&/+-]{0,24}[ \"]{0,2}){0,6})")


def find_quantities(flat: str) -> tuple[Quantity, ...]:
    """Find the numbers of a flattened message, in order; no two overlap."""
    found = [quantity for match in _POWER.finditer(flat) if (quantity := _from_power(flat, match)) is not None]
    found += [_quantity(flat, start, end, value, value) for start, end, value in find_worded_numbers(flat)]
    taken = bytearray(len(flat))
    for quantity in found:
        _take(taken, quantity.start, quantity.end)
    for match in _NUMBER.finditer(flat):
        if not _overlaps(taken, *match.span()) and (quantity := _from_digits(flat, match)) is not None:
            found.append(quantity)
            _take(taken, quantity.start, quantity.end)
    for match in _WORDED.finditer(flat):
        if not _overlaps(taken, match.start(), match.end()):
            low, exact = _read_worded_value(match)
            high = UNITS[match["upper"]] * _SCALES[match["scale"]] if match["upper"] else low
            if low == high and _LESS_BEFORE.search(flat, max(0, match.start() - 14), match.start()):
                low = high / 2
            found.append(_quantity(flat, match.start(), match.end(), low, max(low, high), exact=exact))
            _take(taken, match.start(), match.end())
    for match in _PLAIN_WORD.finditer(flat):
        if not _overlaps(taken, match.start(), match.end()):
            value = float(_HANDFUL.get(match["word"], UNITS.get(match["word"], 0)))
            found.append(_quantity(flat, match.start(), match.end(), value, value))
    return tuple(sorted(found, key=lambda quantity: quantity.start))


def _take(taken: bytearray, start: int, end: int) -> None:
    taken[start:end] = b"1" * (end - start)


def _overlaps(taken: bytearray, start: int, end: int) -> bool:
    return any(taken[start:end])


def _from_power(flat: str, match: re.Match[str]) -> Quantity | None:
    times = float((match["times"] or match["digits"] or "1").replace(",", "."))
    value = times * 10.0 ** int(match["power"] or match["exponent"])
    return _quantity(flat, *match.span(), value, value) if value <= MOST else None


def _from_digits(flat: str, match: re.Match[str]) -> Quantity | None:
    start, end = match.span()
    if _NAME_BEFORE.search(flat, max(0, start - 12), start):
        return None
    low_scale, high_scale = _scale(match["low_scale"]), _scale(match["high_scale"])
    low = _digits_value(match["low"], low_scale or (high_scale if match["high"] else ""))
    high = _digits_value(match["high"], high_scale or low_scale) if match["high"] else low
    tail = (match["tail"] or "").strip()
    is_year = (
        _YEAR.match(match["low"]) is not None
        and not low_scale
        and match["high"] is None
        and _is_dated(flat, start, end)
    )
    if is_year or max(low, high) > MOST:
        return None
    if high < low:
        low, high = high, low
    if low == high and _LESS_BEFORE.search(flat, max(0, start - 14), start):
        low = high / 2
    quantity = _quantity(flat, start, end, low, high)
    if tail in ("ish", "+", ""):
        return quantity if match["money"] is None else _as_measure(quantity, Measure.MONEY)
    return _as_measure(quantity, Measure.OTHER)


def _is_dated(flat: str, start: int, end: int) -> bool:
    """Tell a year from a count: a year follows "in", "since", a month and the like, and no plural follows it."""
    return _DATE_BEFORE.search(flat, max(0, start - 12), start) is not None and not _PLURAL_AFTER.match(flat, end)


def _as_measure(quantity: Quantity, measure: Measure) -> Quantity:
    return Quantity(
        quantity.start, quantity.end, quantity.low, quantity.high, measure, quantity.noun, quantity.per_month
    )


def _scale(suffix: str | None) -> str:
    """Return the word by which digits are multiplied, without what makes it vague: "60-some thousand"."""
    return (suffix or "").split()[-1].lstrip("-") if (suffix or "").strip() else ""


def _digits_value(digits: str, scale: str) -> float:
    whole = re.sub(r"[,' \u202f](?=\d{3}(?!\d))", "", digits)
    if whole.count(".") > 1 or (re.fullmatch(r"[1-9]\d{0,2}\.\d{3}", whole) and not scale):
        whole = whole.replace(".", "")
    return round(float(whole.replace(",", ".")) * _SCALES.get(scale, 1.0), 6)


def _read_worded_value(match: re.Match[str]) -> tuple[float, bool]:
    scale_word = match["scale"].replace("thousend", "thousand")
    scale = _SCALES[scale_word]
    tens = _HEAPS[match["tens"].split()[0]] if match["tens"] else None
    words = (match["count"] or "").replace(" of", "").split()
    word = "" if not words else words[0] if match["upper"] else words[-1]
    if words[:1] == ["half"]:
        word = "half"
    if tens is not None:
        return tens * scale, False
    counted = re.split(r"\s(?:or|to|and)\s", (match["count"] or "").strip())[0]
    if counted in UNITS or word in UNITS:
        return UNITS.get(counted, UNITS.get(word, 1)) * scale, True
    if scale_word.endswith("s"):
        return (30.0 if scale == 12.0 else 3.0 * scale), False
    return _VAGUE.get(word, 1) * scale, word in ("a", "an", "half", "")


def _quantity(flat: str, start: int, end: int, low: float, high: float, *, exact: bool = True) -> Quantity:
    after = flat[end : end + 90].split(";", 1)[0]
    noun_match = _NOUN.match(after)
    noun = noun_match[1].strip() if noun_match else ""
    measure, seconds = Measure.COUNT, None
    if _PERCENT_AFTER.match(after):
        measure = Measure.PERCENT
    elif _MONEY_AFTER.match(after):
        measure = Measure.MONEY
    elif duration := _DURATION_AFTER.match(after):
        measure, unit = Measure.DURATION, duration[1].rstrip("s")
        days = _DAYS.get({"": "sec", "sek": "sec", "h": "hr"}.get(unit, unit))
        seconds = high * (0.001 if days is None else round(days * 86_400, 3))
    return Quantity(start, end, low, high, measure, noun, _rate(flat, start, after), seconds, exact)


def _rate(flat: str, start: int, after: str) -> float | None:
    phrase = re.split(
        r"[,;.!?()\n]\s|\s(?:and|but|or|in)\s(?!an?\s(?:\w+\s)?(?:day|week|month|year|hour))|[;()\n]|(?<!\w)\d",
        after,
        maxsplit=1,
    )[0]
    if match := _RATE_AFTER.match(phrase):
        if match["p"]:
            return _SHORT_RATES[match["p"]]
        days = _DAYS[match["unit"]] if match["unit"] else _DAYS[match["adverb"]]
        return 1.0 if days == 30 else round(30 / days, 4)
    if match := _RATE_BEFORE.search(flat, max(0, start - 40), start):
        days = _DAYS[match["adverb"] or match["unit"]]
        return 1.0 if days == 30 else round(30 / days, 4)
    return None
