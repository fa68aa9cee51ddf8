"""Says how often something changes, from the periods and past years that an answer names.

Owns the arithmetic of "thrice a day", "each two weeks" and "one or two a year". Must not know how slots are asked for.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from assistant.offline.counts import Count
from assistant.text.modality import Manner, is_denied, manner
from assistant.offline.signs import Signs

_UNITS = {
    "second": 0.001,
    "minute": 0.001,
    "hour": 0.05,
    "shift": 0.4,
    "day": 1.0,
    "night": 1.0,
    "morning": 1.0,
    "evening": 1.0,
    "afternoon": 1.0,
    **dict.fromkeys(("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"), 7.0),
    "week": 7.0,
    "weekend": 7.0,
    "sprint": 14.0,
    "fortnight": 14.0,
    "month": 30.0,
    "quarter": 91.0,
    "season": 91.0,
    "term": 120.0,
    "semester": 180.0,
    **dict.fromkeys(("spring", "summer", "autumn", "winter"), 365.0),
    **dict.fromkeys(("january", "february", "march", "april", "june", "july", "august"), 365.0),
    **dict.fromkeys(("september", "october", "november", "december", "christmas", "easter"), 365.0),
    "year": 365.0,
    "decade": 3650.0,
}
_NUMBERS = {
    "one": 1.0,
    "two": 2.0,
    "three": 3.0,
    "four": 4.0,
    "five": 5.0,
    "six": 6.0,
    "seven": 7.0,
    "eight": 8.0,
    "ten": 10.0,
    "twelve": 12.0,
    "other": 2.0,
    "second": 2.0,
    "few": 3.0,
    "couple": 2.0,
    "several": 4.0,
    "some": 3.0,
    "once": 1.0,
    "twice": 2.0,
    "thrice": 3.0,
    "a": 1.0,
    "an": 1.0,
}
_UNIT = "|".join(sorted(_UNITS, key=len, reverse=True))
_COUNTED = r"[0-9]{1,3}|" + "|".join(sorted(_NUMBERS, key=len, reverse=True))
_EVERY = re.compile(
    rf"\b(?:each|every|per|once in|in) (?P<n>(?:{_COUNTED})(?:(?:-| or | to )(?:{_COUNTED}))? (?:of )?(?:few |odd )?)?"
    rf"(?:single |working |business |odd |blue )?(?P<unit>{_UNIT})s?\b(?! ago)"
)
_TIMES = re.compile(
    rf"\b(?P<n>{_COUNTED})(?:(?:-|/| or | to |, )(?P<upper>{_COUNTED}))?(?: few)?(?P<times> times| or so| new ones"
    rf"| updates?| changes?| releases?| revisions?| editions?)?(?P<things> [a-z]{{3,14}}s)?"
    rf"\W{{1,2}}(?:an?|per|in an?|in the|in|each|every|the) (?P<unit>{_UNIT})s?\b"
)
_ADVERB = re.compile(
    r"\b(?P<adverb>hourly|daily|nightly|weekly|biweekly|monthly|quarterly|seasonally|yearly|annually)\b"
)
_ADVERBS = {
    "hourly": 0.05, "daily": 1.0, "nightly": 1.0, "weekly": 7.0, "biweekly": 14.0, "monthly": 30.0,
    "quarterly": 91.0, "seasonally": 91.0, "yearly": 365.0, "annually": 365.0,
}  # fmt: skip
_MOST_DAYS = (("daily", 10.0), ("monthly", 200.0), ("yearly", 800.0))
_ITSELF = re.compile(
    r"^\W{0,3}(?:an? |the |our |my |well |me )?(?P<thing>[a-z]{2,20}) (?:is|are|stays?|remains?) (?:an? |the )?"
    r"(?P=thing)\b"
)
_PAST_YEAR = re.compile(r"\b(?:1[6-9]\d\d|20[01]\d)\b")


def changes(signs: Signs) -> Iterator[Count]:
    """Yield at most one value of `freshness`: what arrives with the request before how often it changes.

    An old year, or a thing that is what it is, stands for what does not change, where no word of change is near.
    """
    if (delivered := signs.first("fresh_delivered")) is not None:
        yield Count("freshness", "supplied", delivered.start, delivered.end, sure=True)
        return
    still = signs.first("fresh_still")
    found = list(_periods(signs))
    if found:
        days, start, end = min(found)
        value = next((value for value, most in _MOST_DAYS if days <= most), "stable")
        yield Count("freshness", value, start, end, sure=still is None)
    elif still is not None:
        yield Count("freshness", "stable", still.start, still.end, sure=True)
    elif not signs.has("fresh_moving"):
        yield from _settled(signs)


def _settled(signs: Signs) -> Iterator[Count]:
    flat = signs.utterance.flat
    for pattern in (_ITSELF, _PAST_YEAR):
        if match := pattern.search(flat):
            clause = signs.utterance.clause_of(*match.span())
            if clause is not None and manner(signs.utterance, clause) in (Manner.STATES, Manner.FORMER):
                yield Count("freshness", "stable", clause.start, clause.end, sure=False)
                return


def _periods(signs: Signs) -> Iterator[tuple[float, int, int]]:
    """Yield days between changes, with the place of the clause that names them."""
    utterance = signs.utterance
    for clause in utterance.clauses:
        if manner(utterance, clause) is not Manner.STATES:
            continue
        for pattern in (_TIMES, _EVERY, _ADVERB):
            for match in pattern.finditer(clause.text):
                start = clause.start + match.start()
                if not is_denied(clause, start, clause.start + match.end()):
                    yield _days(match), clause.start, clause.end
            if pattern.search(clause.text):
                break


def _days(match: re.Match[str]) -> float:
    if match.re is _ADVERB:
        return _ADVERBS[match["adverb"]]
    words = re.findall(r"[a-z]+|[0-9]+", match["n"] or "")
    n = next(
        (float(word) if word.isdigit() else _NUMBERS[word] for word in words if word.isdigit() or word in _NUMBERS), 1.0
    )
    unit = _UNITS[match["unit"]]
    if match.re is _TIMES and match["things"]:
        return unit
    return unit * max(n, 1.0) if match.re is _EVERY else unit / max(n, 0.5)
