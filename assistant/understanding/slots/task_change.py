"""What "every five years" says of how often a task changes: a rhythm of years is hardly any change.

Owns that one choice. Must not know how numbers are spelled, nor what else an answer says.
"""

from __future__ import annotations

import re

from assistant.text.numbers import Measure, Quantity

SLOT = "task_change"
_EVERY = re.compile(r"\b(?:every|each|once in|once per|per)\s(?:(?:a|about|around|maybe|some|roughly) )?$")
_MOST_BEFORE = 24
"""Characters in which those words stand before the number."""
_MOST_WORDS = 16
_TWO_YEARS = 1.9 * 365 * 24 * 3600.0


def read_years(flat: str, quantities: tuple[Quantity, ...]) -> tuple[str, int, int] | None:
    """Return the option and the place of "every five years" in a short answer; None where it does not say so."""
    if len(flat.split()) > _MOST_WORDS:
        return None
    for quantity in quantities:
        is_long = quantity.measure is Measure.DURATION and (quantity.seconds or 0.0) >= _TWO_YEARS
        if (
            is_long
            and (every := _EVERY.search(flat, max(0, quantity.start - _MOST_BEFORE), quantity.start)) is not None
        ):
            return "stable", every.start(), quantity.end
    return None
