"""What "every 30 days" or "twice a year" in an answer says of how often facts, or a task, change.

Owns which rhythm stands for which option. Must not know how numbers are spelled, nor what else an answer says.
"""

from __future__ import annotations

import re

from assistant.text.numbers import Measure, Quantity

OPTIONS = {
    "freshness": ("daily", "monthly", "yearly", "stable"),
    "task_change": ("weekly", "monthly", "yearly", "stable"),
}
"""By slot, the options from the fastest rhythm to the slowest."""
_SLOWEST = (10.0, 130.0, 690.0)
"""Days between two changes up to which each of the first three is meant."""
_EVERY = re.compile(r"\b(?:every|each|once in|once per|once every)\s(?:(?:a|about|around|maybe|some|roughly) )?$")
_TIMES = re.compile(r"\s?(?:times|x)\b")
_HALF_YEARS = re.compile(
    r"\b(?:once or )?twice (?:a|per|each|every) year\b|\bevery half (?:a )?year\b"
    r"|\b(?:half-?yearly|biannual\w{0,2}|semi-?annual\w{0,2})\b"
)
_MOST_BEFORE = 24
"""Characters in which those words stand before the number."""
_MOST_WORDS = 16


def read_rhythm(slot: str, flat: str, quantities: tuple[Quantity, ...]) -> tuple[str, int, int] | None:
    """Return the option and the place of a rhythm in a short answer; None where it does not name one."""
    if len(flat.split()) > _MOST_WORDS:
        return None
    if (half := _HALF_YEARS.search(flat)) is not None:
        return OPTIONS[slot][2], *half.span()
    for quantity in quantities:
        every = _EVERY.search(flat, max(0, quantity.start - _MOST_BEFORE), quantity.start)
        if every is not None and quantity.measure is Measure.DURATION and quantity.seconds is not None:
            return _option(slot, quantity.seconds / 86_400), every.start(), quantity.end
        if (
            quantity.per_month
            and quantity.high
            and _TIMES.match(flat, quantity.end - flat[: quantity.end].endswith("x"))
        ):
            return _option(slot, 30.0 / (quantity.high * quantity.per_month)), quantity.start, quantity.end
    return None


def _option(slot: str, n_days: float) -> str:
    return OPTIONS[slot][sum(n_days > slowest for slowest in _SLOWEST)]
