"""Whether prose in another language can stand, marked and unchecked, beside an English sentence as its translation.

Owns what can be told without knowing the language: its numbers, its length, and that it is plain text. Must not know
where it is shown. What it says stays unchecked.
"""

from __future__ import annotations

import re
import unicodedata

_MARKUP = re.compile(r"[<>\[\]{}`#|\\~^_@=*$\n\r\t]|://|\bwww\.|/{2}|&#?\w+;", re.IGNORECASE)
_ADDRESS = re.compile(r"\b[a-z0-9-]+\.[a-z]{2,}\b(?!\.)|\b\d{1,3}(?:\.\d{1,3}){3}\b", re.IGNORECASE)
_ABBREVIATION = re.compile(r"\b(?:\w\.){1,3}")
_NUMBER = re.compile(r"\d+")
_WIDE = 3
"""How many letters one sign of a script without letters counts for."""
_SHORTEST, _LONGEST = 0.75, 2.0


def can_translate(said: str, original: str) -> bool:
    """Tell whether prose has an original's numbers, about its length, and no markup, address or invisible character."""
    is_plain = not _MARKUP.search(said) and not _ADDRESS.search(_ABBREVIATION.sub(" ", said))
    is_visible = all(unicodedata.category(char)[0] != "C" for char in said)
    has_its_length = _SHORTEST <= _n_letters(said) / max(1, _n_letters(original)) <= _LONGEST
    return is_plain and is_visible and has_its_length and _numbers(said) == _numbers(original)


def _n_letters(text: str) -> int:
    return sum(_WIDE if unicodedata.east_asian_width(char) == "W" else 1 for char in text if char.isalpha())


def _numbers(text: str) -> frozenset[str]:
    return frozenset(_NUMBER.findall(text))
