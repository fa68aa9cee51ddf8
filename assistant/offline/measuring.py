"""Adds up the signs of an answer on how versions are compared: what is kept, who judges, and what the score leaves out.

Owns what makes a fixed test set of a heap of cases. Must not know how any sign is worded.
"""

from __future__ import annotations

from collections.abc import Iterator

from assistant.text.clauses import Clause
from assistant.offline.counts import Count
from assistant.text.numbers import Measure, Quantity
from assistant.offline.signs import Signs

_FEWEST_CASES = 10


def measurements(signs: Signs, quantities: tuple[Quantity, ...]) -> Iterator[Count]:
    """Yield at most one value of `evals`, the first that the signs add up to.

    A set of cases is no test set before it is kept apart, judged by a standard, or has given a first score.
    """
    counted = _counted(signs, quantities)
    has_set = counted is not None or signs.has("test_set")
    is_kept, is_judged, is_scored = (signs.has(f"test_{name}") for name in ("kept", "standard", "score"))
    if (nothing := signs.first("test_nothing")) and not (has_set and (is_kept or is_judged)):
        yield _evals("none", nothing, sure=True)
    elif (gap := signs.first("test_gap")) and (has_set or is_scored):
        yield _evals("partial", gap, sure=False)
    elif has_set and (is_kept or is_judged):
        found = signs.first("test_kept", "test_standard")
        assert found is not None
        yield _evals("held_out", found, sure=not signs.has("test_glance"))
    elif is_kept or (has_set and is_scored) or (is_judged and is_scored):
        found = signs.first("test_kept", "test_score")
        assert found is not None
        yield _evals("held_out", found, sure=False)
    elif glance := signs.first("test_glance"):
        yield _evals("impressions", glance, sure=False)


def _counted(signs: Signs, quantities: tuple[Quantity, ...]) -> Clause | None:
    """Return the clause that counts cases, or None."""
    for quantity in quantities:
        clause = signs.utterance.clause_of(quantity.start, quantity.end)
        is_count = quantity.measure is Measure.COUNT and quantity.per_month is None and quantity.low >= _FEWEST_CASES
        if clause is not None and is_count and quantity.noun:
            return clause
    return None


def _evals(value: str, clause: Clause, *, sure: bool) -> Count:
    return Count("evals", value, clause.start, clause.end, sure)
