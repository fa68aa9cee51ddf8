"""What a time named in an answer says of how fast an answer must come.

Owns which times are strict. Must not know how numbers are spelled.
"""

from __future__ import annotations

import re

from assistant.text.numbers import Measure, Quantity

SLOT = "latency"
_UNDER = re.compile(r"(?:under|below|less than|<|sub)\s?-?(?:an?\s)?$")
_UNIT = re.compile(r"\s?-?[a-z]{1,12}")
_TODAY = re.compile(r"\b(?:now|currently|today|at the moment|so far|takes|took)\b")
_RELAXED_FROM = 60.0


def read_limit(flat: str, quantities: tuple[Quantity, ...]) -> tuple[str, int, int] | None:
    """Return the option that the first time in an answer stands for, and its place; None where no time is named.

    A time that it takes today is none that it has to keep to.
    """
    for quantity in quantities:
        if quantity.measure is not Measure.DURATION or quantity.seconds is None or _is_todays(flat, quantity):
            continue
        is_under = _UNDER.search(flat, max(0, quantity.start - 14), quantity.start) is not None
        value = "relaxed" if quantity.seconds >= _RELAXED_FROM else "seconds"
        if quantity.seconds < 1 or (is_under and quantity.seconds <= 1):
            value = "strict"
        unit = _UNIT.match(flat, quantity.end)
        return value, quantity.start, unit.end() if unit else quantity.end
    return None


def _is_todays(flat: str, quantity: Quantity) -> bool:
    """Tell whether the words around a time, up to the next sign or number, say that it is what it takes today."""
    before = re.split(r"[,;.!?\d]", flat[max(0, quantity.start - 30) : quantity.start])[-1]
    after = re.split(r"[,;.!?\d]", flat[quantity.end : quantity.end + 30])[0]
    return _TODAY.search(f"{before} {after}") is not None
