"""What can be found: passages, and the texts each is found by.

Owns which texts are indexed and which passages they speak for. Must not know how texts are scored or stored.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from assistant.domain.source import Passage, SourceText
from assistant.errors import KnowledgeError
from assistant.retrieval.segmentation import segment

# For each source id: questions as users put them, under the words a passage begins with. Under "" stand the
# questions that the text as a whole answers.
Asks = Mapping[str, Mapping[str, Sequence[str]]]


@dataclass(frozen=True, slots=True)
class Entry:
    """A text that is indexed, and the positions of the passages it speaks for.

    A passage's own words and its asks speak for that one; an ask put to a whole card speaks for all its
    passages, and lifts only the one whose own texts are closest to the query. An off-topic example speaks for
    none: likeness to it counts against the query.
    """

    text: str
    targets: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Corpus:
    """All passages in order, and all entries that lead to them."""

    passages: tuple[Passage, ...]
    entries: tuple[Entry, ...]


def build_corpus(sources: Sequence[SourceText], asks: Asks, off_topic: Sequence[str] = ()) -> Corpus:
    """Cut the sources into passages and gather the texts they are found by, and the examples of what is off topic.

    Raises:
        KnowledgeError: asks are given for a source that is not there, or under words no passage begins with.
    """
    known = {source.id for source in sources}
    for unknown in sorted(set(asks) - known):
        raise KnowledgeError(f"Example questions are given for the source {unknown!r}, which does not exist.")
    passages: list[Passage] = []
    shared: list[Entry] = []
    for source in sources:
        own = list(segment(source))
        by_beginning = asks.get(source.id, {})
        for beginning, questions in by_beginning.items():
            if beginning:
                at = _find_beginning(source, own, beginning)
                own[at] = replace(own[at], asks=(*own[at].asks, *questions))
        targets = tuple(range(len(passages), len(passages) + len(own)))
        if targets:
            shared += [Entry(question, targets) for question in by_beginning.get("", ())]
        passages += own
    nowhere = (Entry(message, ()) for message in off_topic)
    return Corpus(tuple(passages), (*_own_entries(passages), *shared, *nowhere))


def _own_entries(passages: list[Passage]) -> Iterator[Entry]:
    for at, passage in enumerate(passages):
        yield Entry(f"{passage.heading_path[-1]}: {passage.quote}", (at,))
        for question in passage.asks:
            yield Entry(question, (at,))


def _find_beginning(source: SourceText, passages: list[Passage], beginning: str) -> int:
    found = [at for at, passage in enumerate(passages) if passage.quote.startswith(beginning)]
    if len(found) != 1:
        raise KnowledgeError(
            f"Example questions for {source.file} stand under {beginning!r}, with which {len(found)} passages begin."
            " Quote the beginning of exactly one passage."
        )
    return found[0]
