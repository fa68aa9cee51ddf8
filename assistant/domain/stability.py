"""How far a leaning could still move: fill what is not known, by its priors, and judge again.

Owns the filling of open slots. Stability is a share of fillings, not a probability of being right.
"""

from __future__ import annotations

import random
from collections.abc import Collection, Iterator
from itertools import accumulate, product

from assistant.domain.case import Value, Values
from assistant.domain.rulebook import Rulebook, SlotKind, VerdictId
from assistant.domain.signals import Parameters
from assistant.domain.verdict import judge_leaning

Filling = Value | frozenset[str]
SEED = 20261122


def fillings(rulebook: Rulebook, slot_id: str) -> tuple[tuple[Filling, float], ...]:
    """Return every way one slot could be filled, each with its prior; sets come from the slot's `set_priors`."""
    slot = rulebook.slot(slot_id)
    if slot.kind is SlotKind.SET:
        return slot.set_priors
    return tuple((option.value, option.prior) for option in slot.options)


def stability(
    values: Values, leaning: VerdictId, open_slots: Collection[str], rulebook: Rulebook, parameters: Parameters
) -> float:
    """Return the share in [0, 1], weighted by the priors, of the fillings of `open_slots` that keep the leaning.

    Exact while there are at most `stability_exact` fillings, otherwise a sample of `stability_samples` with a
    fixed seed.
    """
    ordered = [slot.id for slot in rulebook.slots if slot.id in open_slots]
    choices = [fillings(rulebook, slot) for slot in ordered]
    n_fillings = 1
    for choice in choices:
        n_fillings *= len(choice)
    if n_fillings <= rulebook.threshold("stability_exact"):
        weighted = _exact(choices)
    else:
        weighted = _sample(choices, int(rulebook.threshold("stability_samples")))
    kept = total = 0.0
    for filling, weight in weighted:
        total += weight
        filled = {**values, **dict(zip(ordered, filling, strict=True))}
        if judge_leaning(filled, (), parameters) == leaning:
            kept += weight
    return kept / total


def _exact(choices: list[tuple[tuple[Filling, float], ...]]) -> Iterator[tuple[tuple[Filling, ...], float]]:
    for combination in product(*choices):
        weight = 1.0
        for _, prior in combination:
            weight *= prior
        yield tuple(value for value, _ in combination), weight


def _sample(
    choices: list[tuple[tuple[Filling, float], ...]], n_samples: int
) -> Iterator[tuple[tuple[Filling, ...], float]]:
    draw = random.Random(SEED)
    columns = [
        draw.choices([value for value, _ in choice], cum_weights=list(accumulate(p for _, p in choice)), k=n_samples)
        for choice in choices
    ]
    for filling in zip(*columns, strict=True):
        yield filling, 1.0
