"""Source texts and exact places in them.

Owns spans, passages and citations. Must not know how texts are stored, found or shown.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class SourceKind(StrEnum):
    """What a citation can point at; the values are part of the command-line contract."""

    DOCUMENT = "document"
    GUIDANCE = "guidance"
    USER = "user"


@dataclass(frozen=True, slots=True)
class SourceText:
    """One file of text that can be cited.

    `id` is the file's stem, `file` its path from the project root with forward slashes, `text` the whole
    file as it is on disk (UTF-8, LF); character offsets in citations refer to `text`.
    """

    id: str
    kind: SourceKind
    file: str
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class Span:
    """A half-open character range `[start, end)` of one source text."""

    source: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Passage:
    """A stable, citable span of a source text, with what surrounds it.

    `heading_path` runs from the title to the nearest heading. `asks` are questions, as users put them, that
    the passage answers: they are embedded with it and never shown or cited.
    """

    id: str
    kind: SourceKind
    source: str
    file: str
    start: int
    end: int
    quote: str
    heading_path: tuple[str, ...]
    asks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Evidence:
    """A passage judged relevant to a query; `relevance` in [0, 1], where 0 is the floor of relevance."""

    passage: Passage
    relevance: float


@dataclass(frozen=True, slots=True)
class Citation:
    """A link from a claim to the exact words it rests on.

    For the document and the guidance `quote == text[start:end]` of `file`; for the user `file` is None, `turn`
    is set, and the span is in that turn's message.
    """

    kind: SourceKind
    source: str
    file: str | None
    start: int
    end: int
    quote: str
    turn: int | None = None


@dataclass(frozen=True, slots=True)
class SourceInfo:
    """One entry of the bibliography.

    `grade` says how strong the evidence is: A controlled, B one study or a vendor on its own product, C
    self-reported, D opinion, M recalled. `year` is None where the source has none.
    """

    id: str
    title: str
    author: str
    year: int | None
    where: str
    grade: str
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Shelf:
    """What can be cited, and what it rests on.

    `texts` are the document and the guidance cards by id; `rests_on` gives for each the ids of `sources`, the
    bibliography.
    """

    texts: Mapping[str, SourceText]
    sources: Mapping[str, SourceInfo]
    rests_on: Mapping[str, tuple[str, ...]]
