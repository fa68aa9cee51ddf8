"""Example sentences: what people say when an option holds, and what they say when none does.

Owns the values that pass from the files of `knowledge/utterances/` to whoever learns from them. Must not know how.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from assistant.domain.dialogue import FollowUp


@dataclass(frozen=True, slots=True)
class OptionExamples:
    """Sentences that say one option of a slot by themselves, and answers that say it only to the slot's question."""

    value: str
    texts: tuple[str, ...]
    answers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SlotExamples:
    """Sentences that speak about one slot.

    `wished` says that a wish or a plan states it. `nothing` are replies to the question that say no option.
    """

    slot: str
    wished: bool
    options: tuple[OptionExamples, ...]
    nothing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Example:
    """One sentence with its label: the slot and what it says of it, several values of a set.

    Both are empty for a sentence that says nothing of any slot, the values alone for a reply to the slot's question
    that does not answer it. `stands_alone` is False for what says so only in answer to the slot's question.
    """

    text: str
    slot: str | None
    values: frozenset[str] = frozenset()
    stands_alone: bool = True


@dataclass(frozen=True, slots=True)
class Opening:
    """How somebody began to tell a case, and the values of the goal that it gives, maybe none."""

    text: str
    goal: frozenset[str]


@dataclass(frozen=True, slots=True)
class StatedFact:
    """What a reply plainly states of a slot, and the words of it that state this."""

    slot: str
    value: str | float
    quote: str


@dataclass(frozen=True, slots=True)
class Reply:
    """What somebody typed, the slot whose question was open (None: none was), what it is, and all that it states."""

    text: str
    asked: str | None
    act: str
    says: tuple[StatedFact, ...]


@dataclass(frozen=True, slots=True)
class FollowUpExample:
    """What somebody typed around a verdict, and which kind of question it is."""

    text: str
    kind: FollowUp


@dataclass(frozen=True, slots=True)
class Lesson:
    """One text to learn from: for each head by name what is `wanted` of it, a number in [0, 1] for each of its values.

    The values of the heads in `several` are wanted each for itself; those of another share 1. `weight` is how much the
    text counts.
    """

    text: str
    wanted: Mapping[str, tuple[float, ...]]
    several: frozenset[str]
    weight: float


@dataclass(frozen=True, slots=True)
class Examples:
    """All example sentences.

    `nothing` are those that say nothing of any slot, `openings` whole first messages, `off_topic` messages that are
    about something else. `replies` are labelled in full, whatever they say. `follow_ups` are questions around a
    verdict. `hash` is that of the files they stand in.
    """

    slots: tuple[SlotExamples, ...] = ()
    nothing: tuple[str, ...] = ()
    openings: tuple[Opening, ...] = ()
    off_topic: tuple[str, ...] = ()
    replies: tuple[Reply, ...] = ()
    hash: str = ""
    follow_ups: tuple[FollowUpExample, ...] = ()

    def __iter__(self) -> Iterator[Example]:
        """Go through all sentences in the order of the files; of a slot each text comes once, with all its values."""
        for slot in self.slots:
            yield from _rows(slot)
        yield from (Example(text, None) for text in self.nothing)

    def of(self, slot: str) -> SlotExamples | None:
        """Return the sentences about one slot, or None when there are none."""
        return next((found for found in self.slots if found.slot == slot), None)


def _rows(slot: SlotExamples) -> Iterator[Example]:
    values: dict[tuple[str, bool], set[str]] = {}
    for option in slot.options:
        for stands_alone, texts in ((True, option.texts), (False, option.answers)):
            for text in texts:
                values.setdefault((text, stands_alone), set()).add(option.value)
    for (text, stands_alone), said in values.items():
        yield Example(text, slot.slot, frozenset(said), stands_alone)
    for text in slot.nothing:
        yield Example(text, slot.slot, stands_alone=False)
