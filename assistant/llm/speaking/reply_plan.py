"""A composed reply as places: what a model may arrange and talk around, and what we put at the end ourselves.

Owns the keys. Must not know what the model makes of them.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace

from assistant.domain.dialogue import Paragraph, Sentence, SentenceRole
from assistant.domain.source import SourceKind


@dataclass(frozen=True, slots=True)
class Place:
    """What stands where a model writes `{key}`: sentences of ours, a list with what leads over to it.

    `at` is the index of its paragraph in the composed reply, of a list that of its first item.
    """

    key: str
    paragraphs: tuple[Paragraph, ...]
    role: SentenceRole
    at: int

    @property
    def is_list(self) -> bool:
        """Whether it ends in items."""
        return self.paragraphs[-1].item

    @property
    def text(self) -> str:
        """All its sentences in one line."""
        return _join_text(self.paragraphs)

    @property
    def quotes_source(self) -> bool:
        """Whether words of a source stand in it."""
        sentences = [sentence for paragraph in self.paragraphs for sentence in paragraph.sentences]
        return any(
            citation.kind is not SourceKind.USER and citation.quote in sentence.text
            for sentence in sentences
            for citation in sentence.citations
        )

    def comes_after(self, other: Place) -> bool:
        """Tell whether the other must be said first: they share a paragraph, or are lists that lead on."""
        return (other.at == self.at or (other.is_list and self.is_list)) and other.key != self.key


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be said: `places` in the engine's order, and `closing`, the question, put in by us."""

    composed: tuple[Paragraph, ...]
    places: tuple[Place, ...]
    closing: tuple[Paragraph, ...]

    @property
    def question_key(self) -> str:
        """The key that names the question, which stands at the end wherever the key does."""
        return f"k{len(self.places) + 1}"

    @property
    def all_keys(self) -> tuple[str, ...]:
        """The keys beside which a translation may stand, the question's among them."""
        return (*(place.key for place in self.places if place.role.may_be_translated), self.question_key)

    @property
    def english_quotes(self) -> tuple[str, ...]:
        """The keys of what quotes a source word for word, since the sources are in English."""
        return tuple(place.key for place in self.places if place.role.may_be_translated and place.quotes_source)

    def texts_of(self, keys: Collection[str]) -> frozenset[str]:
        """Return the texts of places, and of the question, by their keys."""
        found = {place.text for place in self.places if place.key in keys}
        return frozenset(found | ({_join_text(self.closing)} if self.question_key in keys else set()))


def plan(composed: Sequence[Paragraph]) -> Plan:
    """Give a key to each run of sentences with one role, and put what is asked aside.

    What only leads over stays with what follows it.
    """
    places: list[Place] = []
    closing: list[Paragraph] = []
    leading: list[Paragraph] = []
    for at, paragraph in enumerate(composed):
        for role, part in _parts(paragraph):
            if role is SentenceRole.LINK:
                leading.append(part)
            elif role is SentenceRole.QUESTION:
                closing += [*leading, part]
                leading = []
            elif part.item and not leading and places and places[-1].is_list:
                places[-1] = replace(places[-1], paragraphs=(*places[-1].paragraphs, part))
            else:
                places.append(Place(f"k{len(places) + 1}", (*leading, part), role, at))
                leading = []
    return Plan(tuple(composed), tuple(places), (*closing, *leading))


def _join_text(paragraphs: Sequence[Paragraph]) -> str:
    return " ".join(sentence.text for paragraph in paragraphs for sentence in paragraph.sentences)


def _parts(paragraph: Paragraph) -> Iterator[tuple[SentenceRole, Paragraph]]:
    """Cut a paragraph into runs of one role, each with what leads over to it; an item stays whole."""
    run: list[Sentence] = []
    role = SentenceRole.LINK
    for sentence in paragraph.sentences:
        is_other = SentenceRole.LINK is not role is not sentence.role
        if run and is_other and not paragraph.item:
            yield role, replace(paragraph, sentences=tuple(run))
            run, role = [], SentenceRole.LINK
        run.append(sentence)
        role = sentence.role if role is SentenceRole.LINK else role
    if run:
        yield role, replace(paragraph, sentences=tuple(run))
