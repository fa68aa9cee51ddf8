"""What a share of hits named in an answer says of retrieval: that it was measured, and whether it finds what is needed.

Owns which share is enough. Must not know how numbers are spelled, nor whether the answer speaks of retrieval at all.
"""

from __future__ import annotations

import re

from assistant.text.numbers import Measure, Quantity

SLOT = "retrieval"
MEASURED = ("good", "misses")
"""The options that say that somebody counted."""
_ENOUGH = 0.9
_MOST_BETWEEN = 14
_OUT_OF = re.compile(r"\s?(?:times )?(?:out )?of (?:the |those |our )?$")
_TRIED = re.compile(
    r"(?:\w+ )?(?:questions?|quer(?:y|ies)|search(?:es)?|look-?ups?|requests?|cases|tries|things|tickets)\b"
)
"""What is tried on a search: the number after it counts those that came out one way."""
_MISSING = re.compile(
    r"\b(?:miss\w{0,3}|fails?|nothing|empty|wrong|lost|without|(?:is|was|are|were|does|did)(?:n't| not)"
    r"|not (?:there|found))\b"
)


def read_hits(flat: str, quantities: tuple[Quantity, ...]) -> tuple[str, int, int] | None:
    """Return the option that the first share in an answer stands for, and its place; None where no share is named."""
    for place, number in enumerate(quantities):
        share, end = _share(flat, number, next(iter(quantities[place + 1 :]), None))
        if share is None:
            continue
        before = (
            flat[max(number.start, end - 16) : end]
            if _TRIED.match(number.noun)
            else flat[max(0, number.start - 16) : number.start]
        )
        around = before + "|" + re.split(r"[,;.:]", flat[end : end + 40])[0]
        found = 1.0 - share if _MISSING.search(around) else share
        return MEASURED[found < _ENOUGH], number.start, end
    return None


def _share(flat: str, number: Quantity, following: Quantity | None) -> tuple[float | None, int]:
    """Return a number as a share in [0, 1], by itself or of the one that follows, and where it ends; None for none."""
    if number.measure is Measure.PERCENT:
        return number.low / 100.0, number.end
    if number.measure is not Measure.COUNT:
        return None, number.end
    if following is not None and _OUT_OF.fullmatch(flat, number.end, min(following.start, number.end + _MOST_BETWEEN)):
        return (number.low / following.low, following.end) if number.low <= following.low else (None, number.end)
    if following is not None and _TRIED.match(number.noun) and following.measure is Measure.COUNT:
        return (following.low / number.low, following.end) if following.low <= number.low else (None, number.end)
    return (number.low if 0.0 < number.low < 1.0 else None), number.end
