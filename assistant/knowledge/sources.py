"""Source texts, cards and the bibliography, as they stand in the files.

Owns the shape of `sources.yaml`, `documents/` and `guidance/`. Must not know what cites them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from pydantic import Field

from assistant.domain.mistakes import MistakeId
from assistant.domain.source import SourceInfo, SourceKind, SourceText, Span
from assistant.knowledge.files import FileModel, Folder, LocatedDict

_FRONT_MATTER = re.compile(r"\A---\n(.*?\n)---\n", re.DOTALL)
_WORD = re.compile(r"\w")


class _SourceRow(FileModel):
    """One entry of sources.yaml."""

    id: str = Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")
    title: str = Field(min_length=1)
    author: str = Field(min_length=1)
    year: int | None
    where: str = Field(min_length=1)
    grade: Literal["A", "B", "C", "D", "M"]
    note: str | None = None


class CardHead(FileModel):
    """The front matter of a guidance card."""

    id: str
    kind: Literal["mistake", "lever", "reason", "readiness", "method", "risk", "special_case"]
    title: str = Field(min_length=1)
    sources: tuple[str, ...] = Field(min_length=1)
    mistakes: tuple[MistakeId, ...]
    slots: tuple[str, ...]
    asks: tuple[str, ...] = Field(min_length=1)


class Place(FileModel):
    """A quotation: the exact words of one source, which must occur there exactly once."""

    source: str
    quote: str = Field(min_length=3)


@dataclass(frozen=True, slots=True)
class Library:
    """All texts that can be cited, the questions they answer, and where they come from."""

    texts: Mapping[str, SourceText]
    asks: Mapping[str, Mapping[str, Sequence[str]]]
    bibliography: Mapping[str, SourceInfo]
    cards: Mapping[str, CardHead]

    def rests_on(self) -> dict[str, tuple[str, ...]]:
        """Return for each source text the ids of the bibliography it rests on; a document rests on itself."""
        own = {source.id: (source.id,) for source in self.texts.values() if source.kind is SourceKind.DOCUMENT}
        return {**own, **{card.id: card.sources for card in self.cards.values()}}

    def span(self, place: Place) -> Span:
        """Find the one place a quotation stands at.

        Raises:
            LookupError: no such source, or the words stand there not exactly once; the message says which.
        """
        text = self.texts.get(place.source)
        if text is None:
            raise LookupError(f"There is no source {place.source!r}.")
        count = text.text.count(place.quote)
        if count != 1:
            raise LookupError(f"These words stand {count} times in {text.file}: {place.quote!r}.")
        start = text.text.index(place.quote)
        return Span(place.source, start, start + len(place.quote))


def read_library(folder: Folder) -> Library:
    """Read every citable text; faults are noted in the folder."""
    rows = [row for row, _ in folder.rows(folder.root / "sources.yaml", _SourceRow)]
    bibliography = {row.id: SourceInfo(**row.model_dump()) for row in rows}
    texts: dict[str, SourceText] = {}
    asks: dict[str, Mapping[str, Sequence[str]]] = {}
    cards: dict[str, CardHead] = {}
    for path in sorted((folder.root / "documents").glob("*.md")):
        _read_document(folder, path, texts, asks)
        if path.stem not in bibliography:
            folder.fault(path, 1, f"sources.yaml has no entry {path.stem!r}.", "Add one for this document.")
    for path in sorted((folder.root / "guidance").glob("*.md")):
        _read_card(folder, path, texts, asks, cards, bibliography)
    if not any(source.kind is SourceKind.DOCUMENT for source in texts.values()):
        folder.cannot_read(folder.root / "documents", 1, "There is no document.", "Put at least one .md file there.")
    return Library(texts, asks, bibliography, cards)


def _read_document(
    folder: Folder, path: Path, texts: dict[str, SourceText], asks: dict[str, Mapping[str, Sequence[str]]]
) -> None:
    text = folder.text(path)
    title = next((line[2:].strip() for line in text.splitlines() if line.startswith("# ")), path.stem)
    texts[path.stem] = SourceText(path.stem, SourceKind.DOCUMENT, folder.name(path), title, text)
    questions = path.with_suffix(".asks.yaml")
    if not questions.exists():
        return
    given = folder.yaml(questions)
    if given is not None and not isinstance(given, LocatedDict):
        folder.fault(questions, 1, "The file must be a mapping.", "Write a passage's first words and its questions.")
    for beginning, asked in given.items() if isinstance(given, LocatedDict) else ():
        line = given.lines[beginning]
        if not isinstance(asked, list) or not all(isinstance(ask, str) for ask in asked):
            folder.fault(questions, line, f"{beginning!r} must hold a list of questions.", "Write one '- ' a question.")
        elif beginning not in text:
            folder.fault(questions, line, f"No passage begins with {beginning!r}.", "Copy its first words exactly.")
        else:
            asks[path.stem] = {**asks.get(path.stem, {}), beginning: tuple(asked)}


def _read_card(
    folder: Folder,
    path: Path,
    texts: dict[str, SourceText],
    asks: dict[str, Mapping[str, Sequence[str]]],
    cards: dict[str, CardHead],
    bibliography: Mapping[str, SourceInfo],
) -> None:
    text = folder.text(path)
    if not text:
        return
    front = _FRONT_MATTER.match(text)
    if front is None:
        folder.fault(path, 1, "The card has no front matter.", "Begin with '---', the keys, and '---' again.")
        return
    data = folder.yaml(path, front.group(1), first_line=2)
    head = folder.validate(path, data, CardHead, 1, offset=1) if data is not None else None
    if head is None:
        return
    if head.id != path.stem:
        folder.fault(path, 2, f"The id {head.id!r} is not the file's name.", f"Call it {path.stem!r}.")
    if not _WORD.search(text[front.end() :]):
        folder.fault(path, 1, "The card is empty.", "Write it, or take the file away.")
    for source in head.sources:
        if source not in bibliography:
            folder.fault(path, 2, f"sources.yaml has no {source!r}.", "Correct the id or add the source.")
    cards[head.id] = head
    texts[head.id] = SourceText(head.id, SourceKind.GUIDANCE, folder.name(path), head.title, text)
    asks[head.id] = {"": head.asks}
