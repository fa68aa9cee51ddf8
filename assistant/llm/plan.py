"""A composed reply as a model may say it: which sentences have keys, and which are put in for it.

Owns the keys. Must not know what the model makes of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from assistant.domain.dialogue import Paragraph, Sentence, SentenceRole


@dataclass(frozen=True, slots=True)
class Statement:
    """A sentence with its key; `place` is the index of its paragraph in the composed reply, `item` that of a list."""

    key: str
    sentence: Sentence
    place: int
    item: bool


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be said: `opening` is the verdict, `closing` the question, both put in by us, word for word.

    `headings` lead over to the list that begins with the paragraph of that index.
    """

    composed: tuple[Paragraph, ...]
    opening: tuple[Sentence, ...]
    statements: tuple[Statement, ...]
    closing: tuple[Paragraph, ...]
    headings: dict[int, Paragraph]

    def statement(self, key: str) -> Statement | None:
        """Return what a key stands for, None for a key that was never given."""
        return next((statement for statement in self.statements if statement.key == key), None)

    def of(self, place: int) -> list[Statement]:
        """Return the statements of one paragraph."""
        return [statement for statement in self.statements if statement.place == place]

    def heading_of(self, place: int) -> int | None:
        """Return where the list begins that holds the item at `place`."""
        return max((begin for begin in self.headings if begin <= place), default=None)


def plan(composed: Sequence[Paragraph], *, ask_too: bool) -> Plan:
    """Give keys to all that must be said and that is not put in by us; `ask_too` gives the question one as well."""
    opening = _opening(composed)
    statements: list[Statement] = []
    for place, paragraph in enumerate(composed):
        for at, sentence in enumerate(paragraph.sentences):
            is_ours = (place, at) in opening or (sentence.role is SentenceRole.QUESTION and not ask_too)
            if sentence.role.required and not is_ours:
                statements.append(Statement(f"k{len(statements) + 1}", sentence, place, paragraph.item))
    asked = [replace(p, sentences=tuple(s for s in p.sentences if s.role is SentenceRole.QUESTION)) for p in composed]
    return Plan(
        composed=tuple(composed),
        opening=tuple(composed[place].sentences[at] for place, at in opening),
        statements=tuple(statements),
        closing=tuple(paragraph for paragraph in asked if paragraph.sentences),
        headings=_headings(composed),
    )


def _opening(composed: Sequence[Paragraph]) -> list[tuple[int, int]]:
    """Return where the verdict stands: the first run of sentences that decide."""
    found: list[tuple[int, int]] = []
    for place, paragraph in enumerate(composed):
        for at, sentence in enumerate(paragraph.sentences):
            if sentence.role is SentenceRole.VERDICT:
                found.append((place, at))
            elif found:
                return found
        if found:
            return found
    return found


def _headings(composed: Sequence[Paragraph]) -> dict[int, Paragraph]:
    """Return what leads over to a list, by where the list begins."""
    return {
        place + 1: paragraph
        for place, paragraph in enumerate(composed[:-1])
        if composed[place + 1].item and all(not sentence.role.required for sentence in paragraph.sentences)
    }
