"""A number that is taken back: which of those told before, and what stands instead.

Owns "600, not 6,000", "make that fifty thousand" and their like. Must not know how numbers are spelled, nor when a
message takes something back: that is told to it.
"""

from __future__ import annotations

import re

from assistant.domain.case import Case, Fact, Reading
from assistant.text.clauses import Utterance
from assistant.text.numbers import Measure, Quantity, find_quantities

SLOTS = ("data_count", "volume")
_SAME = 0.02
_DENIED = re.compile(
    r"\b(?:not|n't|said|wrote|typed|told|instead of|rather than|was|were|than|from|earlier|before)\b[^\d,.;]{0,20}$"
)
_STANDS = re.compile(
    r"\b(?:now|is|are|it's|its|that's|actually|rather|make (?:that|it)|meant|mean|to|more like)\b[^\d,.;]{0,20}$"
)


def read_corrected_number(utterance: Utterance, case: Case, *, is_correction: bool = True) -> Reading | None:
    """Return the number that stands instead of one told before; None where it is not plain which, or there is none.

    It is plain where the old number is named too, and where only one was told and one is said now: in a correction, or
    by itself. "One" before a noun is no number here.
    """
    held = [fact for slot in SLOTS for fact in case.pick_facts(slot) if isinstance(fact.value, (int, float))]
    numbers = [
        number
        for number in find_quantities(utterance.flat)
        if number.measure is Measure.COUNT and not (utterance.flat[number.start : number.end] == "one" and number.noun)
    ]
    for fact in held:
        old = [number for number in numbers if _is_of(number, fact)]
        new = [number for number in numbers if not _is_of(number, fact)]
        if old and new:
            return _instead(max(new, key=lambda number: _weigh_number(utterance, number)), fact, utterance)
    said = [number for number in numbers if _weigh_number(utterance, number) >= 0]
    if not said or not (_is_alone(utterance, said[0]) or (len(said) == 1 and is_correction)):
        return None
    rates = [fact for fact in held if fact.slot == "volume"]
    fitting = (rates if said[0].per_month is not None else held) or []
    return _instead(said[0], fitting[0], utterance) if len(fitting) == 1 else None


def _is_alone(utterance: Utterance, number: Quantity) -> bool:
    """Tell whether a message begins with a number and nothing else."""
    first = utterance.clauses[0]
    return utterance.flat[first.start : first.end].strip(" .!") == utterance.flat[number.start : number.end]


def _is_of(number: Quantity, fact: Fact) -> bool:
    """Tell whether a number is the one that a fact holds, as it is or as a month's worth."""
    assert isinstance(fact.value, (int, float))
    forms = (number.low, number.high, number.middle * (number.per_month or 1.0), number.low * _unit(fact))
    return any(abs(form - fact.value) <= _SAME * max(fact.value, 1.0) for form in forms)


def _unit(fact: Fact) -> float:
    """Return what a number in the unit of an earlier fact is multiplied by: requests a day are 30 a month."""
    rates = [number.per_month for number in find_quantities((fact.quote or "").lower()) if number.per_month]
    return rates[0] if rates and fact.slot == "volume" else 1.0


def _weigh_number(utterance: Utterance, number: Quantity) -> int:
    """Return how much the words before a number say that it stands: 1, 0, or -1 where they take it back."""
    before = utterance.flat[max(0, number.start - 40) : number.start]
    if _DENIED.search(before) and not re.search(r"\b(?:now|should be)\b[^\d,.;]{0,20}$", before):
        return -1
    return int(_STANDS.search(before) is not None)


def _instead(number: Quantity, fact: Fact, utterance: Utterance) -> Reading:
    value = number.middle * number.per_month if number.per_month and fact.slot == "volume" else number.low * _unit(fact)
    clause = utterance.clause_of(number.start, number.end)
    end = clause.end if clause and clause.start <= number.start else number.end
    return Reading(fact.slot, round(value, 2), number.start, end, corrects=True, family="number")
