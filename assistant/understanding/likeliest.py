"""Which option, or which set of them, an answer most probably gives, which comes next once that was denied, and which
of two readings of the same words stands.

Owns the ways of reading, how probable an option must be to be heard in an answer beside others, and what comes next.
Must not know how the probabilities came about, nor what kind of message it is.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import combinations
from math import log

from assistant.domain.case import Reading, Value
from assistant.text.clauses import Utterance
from assistant.understanding.estimates import Estimate
from assistant.understanding.lexicon import Backing

ASKED, ASKED_BACKED = 0.6, 0.3
"""How probable an option must be to be heard as an answer: by itself, and with a phrase that speaks for it."""
ASKED_AGAIN = 0.35
"""The same by itself where the question is put a second time: who says it again is better read back than not heard."""
BESIDE, BACKED, TOLD = 2.9, 2.9, 4.5
"""Of a set, in logits of probability: how much more one more value needs beside a likelier one, and how much less one
that a phrase speaks for, and one that the user told before in other words. Fitted on labelled cases (2026-11-29).
"""
PHRASE = 0.4
"""How much more probable a phrase makes an option beside another that no phrase speaks for."""
PLAIN = 0.9
"""How probable an answer must be where its words are plainly about something else as well."""
INSTEAD = 0.4
"""How probable, of what is left, an option must be to be heard instead of one that was denied."""
MOST_TERSE, TERSE = 3, 0.1
"""Words of an answer, or of a clause of it, in which a phrase that speaks for a value of a set is enough, and how
probable that has to be all the same.
"""
_MOST_MEMBERS = 4
_MOST_CHANGED = 2
"""How many values may come or go between a set that was denied and the next likeliest one."""
_MOST_UNLIKELY = 4.0
"""How far in logits all those values together may be from their floors."""


def likeliest_set(
    ranked: Sequence[Estimate],
    is_backed: Callable[[Estimate], bool],
    refused: Collection[frozenset[Value]] = (),
    told: Collection[Value] = (),
    floor: float = ASKED,
) -> tuple[Estimate, ...]:
    """Return the values of a set that an answer gives, the likeliest set of those not refused; empty for none.

    `ranked` holds every option with its own probability, the likeliest first; `told` are values that were heard before
    the question was put; `floor` is how probable the likeliest must be by itself.
    """
    if not ranked or ranked[0].probability < min(floor, ASKED_BACKED):
        return ()
    over = {
        item.value: _logit(item.probability)
        - _logit(floor)
        - BESIDE * (place > 0)
        + BACKED * is_backed(item)
        + TOLD * (item.value in told)
        for place, item in enumerate(ranked)
    }
    chosen: frozenset[Value] = frozenset(item.value for item in ranked if over[item.value] >= 0.0)
    if refused and chosen in refused:
        chosen = _next_likeliest(over, chosen, refused)
    return tuple(item for item in ranked if item.value in chosen)[:_MOST_MEMBERS]


def likeliest_instead(ranked: Sequence[Estimate], refused: Collection[Value]) -> Estimate | None:
    """Return the likeliest option once some were denied, if it is likely enough of what is left."""
    denied = sum(item.probability for item in ranked if item.value in refused)
    left = [item for item in ranked if item.value not in refused]
    if not left or left[0].probability < INSTEAD * max(1.0 - denied, 0.0) or left[0].probability <= 0.0:
        return None
    return left[0]


def _next_likeliest(
    over: dict[str, float], denied: frozenset[Value], refused: Collection[frozenset[Value]]
) -> frozenset[Value]:
    """Return the set that is reached by the least unlikely changes and was not refused; empty where none is near."""
    near = sorted(over, key=lambda value: (abs(over[value]), value))
    found = [
        (cost, sorted(members))
        for n in range(1, _MOST_CHANGED + 1)
        for changed in combinations(near, n)
        if (cost := sum(abs(over[value]) for value in changed)) <= _MOST_UNLIKELY
        and 0 < len(members := {*map(str, denied)} ^ set(changed)) <= _MOST_MEMBERS
        and frozenset(members) not in refused
    ]
    return frozenset(min(found)[1]) if found else frozenset()


def _logit(probability: float) -> float:
    held_in = min(max(probability, 0.01), 0.99)
    return log(held_in / (1.0 - held_in))


class Family(StrEnum):
    """The ways of reading, for the account of how well each one reads."""

    EXACT = "exact"
    NUMBER = "number"
    CLASSIFIER = "classifier"
    BACKED = "backed"


@dataclass(frozen=True, slots=True)
class Found:
    """A reading, how probable it is, and whether a phrase of the lexicon speaks for it."""

    reading: Reading
    probability: float
    is_backed: bool = False


def select_standing(
    found: Sequence[Found], asked: str | None, kindred: Collection[Collection[str]]
) -> Iterator[Reading]:
    """Yield the readings that no other outdoes; `kindred` are the sets of slots that are told in much the same way."""
    return (item.reading for item in found if not _is_outdone(item, found, asked, kindred))


def _is_outdone(item: Found, found: Sequence[Found], asked: str | None, kindred: Collection[Collection[str]]) -> bool:
    """Tell whether the same words are rather about another slot.

    What answers the question is about nothing else unless that is plain; what is plainly about something else answers
    the question only where that is as plain; of two kindred slots the likelier one is meant.
    """
    for other in found:
        if other.reading.slot == item.reading.slot or not _overlap(item.reading, other.reading):
            continue
        if item.reading.slot == asked:
            if other.reading.family is Family.CLASSIFIER and item.probability < PLAIN:
                return True
        elif other.reading.slot == asked:
            if item.reading.family is Family.BACKED or {item.reading.slot, asked} in kindred:
                return True
        elif {item.reading.slot, other.reading.slot} in kindred and _weight(other) > _weight(item):
            return True
    return False


def _weight(found: Found) -> float:
    """Return how probable a reading is, a phrase that speaks for it taken into account."""
    return found.probability + PHRASE * found.is_backed


def _overlap(one: Reading, other: Reading) -> bool:
    return one.start < other.end and other.start < one.end


def select_terse(ranked: Sequence[Estimate], backings: list[Backing], utterance: Utterance) -> tuple[Estimate, ...]:
    """Return the values for which a phrase speaks that is all that a clause of the answer says."""
    clauses = {backing.value: utterance.clause_of(backing.place, backing.place + 1) for backing in backings}
    return tuple(
        replace(item, part=replace(item.part, text=clause.text, start=clause.start, end=clause.end))
        for item in ranked
        if item.probability >= TERSE
        and (clause := clauses.get(item.value)) is not None
        and len(clause.text.split()) <= MOST_TERSE
    )
