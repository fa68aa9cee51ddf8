"""A candidate: what one way of reading makes of words, before the reader settles what was heard.

Owns how sure that way is of itself, which only the reader's own choice among candidates knows; once heard, nothing is
surer than anything else.
"""

from __future__ import annotations

from dataclasses import dataclass

from assistant.domain.case import Reading, Value
from assistant.domain.dialogue import Hearing, Intent


@dataclass(frozen=True, slots=True)
class Candidate:
    """A value read in the user's words; `message[start:end]` is its quote.

    `sure` is True for readings that outrank others of the same words. `corrects`: the user takes back what was said. A
    value of None declines the slot. `family` names the way of reading.
    """

    slot: str
    value: Value | None
    start: int
    end: int
    sure: bool
    corrects: bool = False
    family: str = ""

    def as_reading(self) -> Reading:
        """Return it as what was heard."""
        return Reading(self.slot, self.value, self.start, self.end, self.corrects)


@dataclass(frozen=True, slots=True)
class Draft:
    """A hearing whose readings are still candidates; the fields are those of `Hearing`."""

    intent: Intent
    values: tuple[Candidate, ...] = ()
    query: str | None = None
    is_story: bool = False
    agrees: frozenset[str] = frozenset()
    denies: frozenset[str] = frozenset()

    def as_hearing(self) -> Hearing:
        """Return it as what was heard."""
        readings = tuple(value.as_reading() for value in self.values)
        return Hearing(self.intent, readings, self.query, self.is_story, self.agrees, self.denies)
