"""Example sentences: what people say when an option holds, and what they say when none does.

Owns the values that pass from the files of `knowledge/utterances/` to whoever learns from them. Must not know how.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum


class Negation(StrEnum):
    """What a denial in a sentence does to the reading of an option: forbids it, is needed for it, or neither."""

    EXCLUDES = "excludes"
    NEEDED = "needed"
    EITHER = "either"


@dataclass(frozen=True, slots=True)
class OptionExamples:
    """Sentences that say one option of a slot."""

    value: str
    negation: Negation
    texts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SlotExamples:
    """Sentences that speak about one slot.

    `wished` says that a wish or a plan states it. The floors are probabilities in (0, 1]: what a reading must reach
    to be proposed as the answer to a question about the slot, and unasked; None where it never is.
    """

    slot: str
    wished: bool
    asked_floor: float | None
    unasked_floor: float | None
    options: tuple[OptionExamples, ...]


@dataclass(frozen=True, slots=True)
class Example:
    """One sentence with its label; both are None for a sentence that says nothing of any slot."""

    text: str
    slot: str | None
    value: str | None


@dataclass(frozen=True, slots=True)
class Examples:
    """All example sentences; `nothing` are those that say nothing of any slot."""

    slots: tuple[SlotExamples, ...] = ()
    nothing: tuple[str, ...] = ()

    def __iter__(self) -> Iterator[Example]:
        """Go through all sentences in the order of the files."""
        for slot in self.slots:
            for option in slot.options:
                yield from (Example(text, slot.slot, option.value) for text in option.texts)
        yield from (Example(text, None, None) for text in self.nothing)

    def of(self, slot: str) -> SlotExamples | None:
        """Return the sentences about one slot, or None when there are none."""
        return next((found for found in self.slots if found.slot == slot), None)
