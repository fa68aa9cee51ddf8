"""Which of the facts found in a message stand, where the same words were read as two.

Owns the ways of reading and which outdoes which. Must not know how any of them reads.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from assistant.domain.case import Reading

PHRASE = 0.4
"""How much more probable a phrase makes an option beside another that no phrase speaks for."""
PLAIN = 0.9
"""How probable an answer must be where its words are plainly about something else as well."""


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


def standing(found: Sequence[Found], asked: str | None, kindred: Collection[Collection[str]]) -> Iterator[Reading]:
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
