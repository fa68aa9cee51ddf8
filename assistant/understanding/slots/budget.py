"""What a sum named in an answer says of the budget.

Owns where a budget is small or large. Must not know how sums are spelled.
"""

from __future__ import annotations

from assistant.text.numbers import Measure, Quantity

SLOT = "budget"
_FEWEST = 20
_TIGHT_BELOW, _AMPLE_ABOVE = 2_000.0, 150_000.0


def read_sum(quantities: tuple[Quantity, ...]) -> tuple[str, int, int] | None:
    """Return the option that the largest sum in an answer stands for, and its place; None where no sum is named."""
    sums = [
        quantity
        for quantity in quantities
        if quantity.measure in (Measure.MONEY, Measure.COUNT)
        and quantity.per_month is None
        and quantity.high >= _FEWEST
    ]
    if not sums:
        return None
    largest = max(sums, key=lambda quantity: quantity.high)
    value = "tight" if largest.high < _TIGHT_BELOW else "moderate" if largest.high <= _AMPLE_ABOVE else "ample"
    return value, largest.start, largest.end
