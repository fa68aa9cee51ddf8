"""A plain copy of a message to read from, and the way back: every offset in the copy leads to one in the message.

Owns what is only dress: compatibility forms of characters, invisible ones, terminal escapes, Markdown marks, letters
of another script that look like Latin ones, and words shortened as in a chat. Must not know what any word is for.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

_ESCAPE = re.compile(r"\x1b(?:\[[0-?]{0,16}[ -/]{0,4}[@-~]|\][^\x07\x1b]{0,200}(?:\x07|\x1b\\)|[@-Z\\-_])")
_EMPHASIS = re.compile(
    r"(?<![\w*])\*{1,3}(?=\S)|(?<=\S)\*{1,3}(?![\w*])|(?<!\w)_{1,3}(?=[^\W_])|(?<=[^\W_])_{1,3}(?!\w)|~~|`{1,3}"
    r"|(?m:^\s{0,3}(?:#{1,6}|>{1,3})(?=\s))"
)
_WORD = re.compile(r"[^\W\d_]+")
_LOOK_ALIKES = dict(
    zip(
        "аеорсухіјѕԁһӏкмтвнАВЕКМНОРСТХУІЈЅαοενρτυικΑΒΕΖΗΙΚΜΝΟΡΤΥΧ",
        "aeopcyxijsdhlkmtbhABEKMHOPCTXYIJSaoevptuikABEZHIKMNOPTYX",
        strict=True,
    )
)
_SPELLED_OUT = {
    "wk": "week", "wks": "weeks", "yr": "year", "yrs": "years", "mth": "month", "mths": "months", "mos": "months",
    "hr": "hour", "hrs": "hours", "mins": "minutes", "secs": "seconds", "rn": "right now", "atm": "at the moment",
    "thru": "through", "tho": "though", "abt": "about", "w/": "with", "w/o": "without", "bc": "because",
    "b/c": "because", "cuz": "because", "coz": "because", "ppl": "people", "msg": "message", "msgs": "messages",
    "convo": "conversation", "convos": "conversations", "dept": "department", "depts": "departments",
    "mgmt": "management", "govt": "government", "smth": "something", "sth": "something", "kinda": "kind of",
    "sorta": "sort of", "gonna": "going to", "wanna": "want to", "gotta": "have to", "prolly": "probably",
    "probs": "probably", "tbh": "to be honest", "imo": "in my opinion", "afaik": "as far as i know", "pls": "please",
    "plz": "please",
}  # fmt: skip
"""Words as people shorten them in a chat, and what they stand for."""
_SHORT = re.compile(
    rf"(?<![^\W\d])(?<![/.@'’-])(?:{'|'.join(map(re.escape, sorted(_SPELLED_OUT, reverse=True)))})"
    r"(?![\w@-]|(?<!/)[/’'])|(?<![\w/])w/(?=[a-z])"
)
_SUPERSCRIPTS = "⁰¹²³⁴⁵⁶⁷⁸⁹"
_FRACTION_SLASH = "⁄"


@dataclass(frozen=True, slots=True)
class Normalised:
    """A message in plain form: `places[i]` is where the character `text[i]` stands in the message of `length`."""

    text: str
    places: tuple[int, ...]
    length: int

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Return where `text[start:end]` stands in the message; never empty where the span is not."""
        if start >= len(self.text):
            return self.length, self.length
        begin, last = self.places[start], min(end, len(self.text)) - 1
        return begin, (self.places[last] + 1 if last >= start else begin)


def normalise(message: str) -> Normalised:
    """Return a message in plain form; one of ordinary characters comes back as it is."""
    if message.isascii() and not re.search(r"[*_`~#>\x1b]", message):
        return _spell_out(Normalised(message, tuple(range(len(message))), len(message)))
    hidden = {
        place
        for pattern in (_ESCAPE, _EMPHASIS)
        for match in pattern.finditer(message)
        for place in range(match.start(), match.end())
    }
    kept = [(place, character) for place, character in enumerate(message) if place not in hidden]
    plain = [(place, form) for place, character in kept for form in _plain(character, message, place)]
    text = "".join(form for _, form in plain)
    return _spell_out(Normalised(_in_one_script(text), tuple(place for place, _ in plain), len(message)))


def _spell_out(plain: Normalised) -> Normalised:
    """Return a copy with shortened words spelled out, each leading back to the short one."""
    parts: list[str] = []
    places: list[int] = []
    end = 0
    for match in _SHORT.finditer(plain.text):
        start, short = match.start(), match.group()
        lead = " " * plain.text[start - 1 : start].isdigit()
        word = _SPELLED_OUT[short] + " " * (short == "w/" and plain.text[match.end() : match.end() + 1] != " ")
        parts += [plain.text[end:start], lead + word]
        places += [*plain.places[end:start], *([plain.places[start]] * len(lead))]
        places += [plain.places[start + min(i, len(short) - 1)] for i in range(len(word))]
        end = match.end()
    if not parts:
        return plain
    return Normalised("".join(parts) + plain.text[end:], (*places, *plain.places[end:]), plain.length)


def _plain(character: str, message: str, place: int) -> str:
    """Return a character's compatibility form, nothing for one that cannot be seen."""
    if character.isascii():
        return character
    if unicodedata.category(character) in ("Cf", "Mn"):
        return ""
    form = unicodedata.normalize("NFKC", character)
    if character in _SUPERSCRIPTS and place and message[place - 1].isascii() and message[place - 1].isdigit():
        return f"^{form}"
    share = unicodedata.numeric(character, None)
    if _FRACTION_SLASH in form and share is not None:  # 1½ is one and a half, not eleven halves
        value = f"{share:.4g}".lstrip("0")
        return value if place and message[place - 1].isdigit() else f"0{value}"
    return form


def _in_one_script(text: str) -> str:
    """Return a text, as long as it was, with look-alike letters made Latin in words made of nothing else."""
    if text.isascii():
        return text
    words = _WORD.findall(text)
    foreign = [word for word in words if not word.isascii() and any(letter in _LOOK_ALIKES for letter in word)]
    if not foreign:
        return text
    is_latin = sum(len(word) for word in words if word.isascii()) * 2 >= sum(map(len, words))

    def latin(match: re.Match[str]) -> str:
        word = match.group()
        if word.isascii() or not (is_latin or any(letter.isascii() for letter in word)):
            return word
        made = "".join(_LOOK_ALIKES.get(letter, letter) for letter in word)
        return made if made.isascii() else word

    return _WORD.sub(latin, text)
