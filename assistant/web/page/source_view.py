"""A source opened at a passage, as HTML: the whole text with the cited words lit up, and what it rests on.

Owns how a source text is laid out for reading. Must not know why it was cited.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from markupsafe import Markup

from assistant.coach import Coach
from assistant.domain.mistakes import MistakeId
from assistant.domain.source import Citation, SourceKind
from assistant.errors import InputError
from assistant.web.page.session import Session
from assistant.web.templates import render

_FRONT_MATTER = re.compile(r"\A---\n.*?\n---\n", re.DOTALL)
_HEADING = re.compile(r"(#{1,4})[ \t]+")
_ITEM = re.compile(r"[-*][ \t]+|\d{1,2}\.[ \t]+")


@dataclass(frozen=True, slots=True)
class Block:
    """A piece of a source text: `text[start:end]` are its words, without the marks of Markdown."""

    tag: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class MarkedBlock:
    """The words of a block before, within and after what is cited; `is_first` where a reader is led to."""

    tag: str
    before: str
    cited: str = ""
    after: str = ""
    is_first: bool = False


def open_source(coach: Coach, session: Session, target: str) -> Markup:
    """Open a source: `c<turn>-<n>` the n-th citation of a turn, `m-<id>` a mistake's line of the document.

    Raises:
        InputError: there is nothing of that name.
    """
    citation = _citation(session, target) or _mistake_line(coach, target)
    if citation is None:
        raise InputError("unknown_source", "That source cannot be opened any more.")
    return passage(coach, session, citation)


def passage(coach: Coach, session: Session, citation: Citation) -> Markup:
    """Write the source of a citation with its words lit up."""
    labels = coach.page_text.labels
    if citation.kind is SourceKind.USER:
        return _own_words(coach, session, citation)
    source, shelf = coach.shelf.texts[citation.source], coach.shelf
    ids = shelf.rests_on.get(source.id, (source.id,))
    return render(
        "source.html",
        labels=labels,
        kicker=source.file,
        title=source.title,
        is_own=False,
        blocks=mark_cited(source.text, blocks(source.text), citation),
        is_house=source.kind is SourceKind.DOCUMENT,
        bibliography=[shelf.sources[source_id] for source_id in ids if source_id in shelf.sources],
        grades=coach.page_text.grades,
    )


def _citation(session: Session, target: str) -> Citation | None:
    match = re.fullmatch(r"c(\d{1,4})-(\d{1,3})", target)
    result = session.turn(int(match[1])) if match else None
    if match is None or result is None or not 1 <= int(match[2]) <= len(result.citations):
        return None
    return result.citations[int(match[2]) - 1]


def _mistake_line(coach: Coach, target: str) -> Citation | None:
    name = target.removeprefix("m-")
    if name == target or name not in set(MistakeId):
        return None
    line = next(mistake.line for mistake in coach.rulebook.mistakes if mistake.id == name)
    source = coach.shelf.texts[line.source]
    return Citation(source.kind, source.id, source.file, line.start, line.end, source.text[line.start : line.end])


def _own_words(coach: Coach, session: Session, citation: Citation) -> Markup:
    labels = coach.page_text.labels
    turn = citation.turn or 0
    message = session.events[turn - 1].message if 1 <= turn <= len(session.events) else citation.quote
    return render(
        "source.html",
        labels=labels,
        kicker=labels.your_case,
        title=labels.source_of_words.format(n=turn),
        is_own=True,
        blocks=mark_cited(message, [Block("p", 0, len(message))], citation),
        bibliography=(),
    )


def mark_cited(text: str, blocks: Iterable[Block], citation: Citation) -> list[MarkedBlock]:
    """Cut the cited words out of each block that they reach into."""
    marked, is_first = [], True
    for block in blocks:
        left, right = max(block.start, citation.start), min(block.end, citation.end)
        if left >= right:
            marked.append(MarkedBlock(block.tag, text[block.start : block.end]))
            continue
        before, after = text[block.start : left], text[right : block.end]
        marked.append(MarkedBlock(block.tag, before, text[left:right], after, is_first=is_first))
        is_first = False
    return marked


def blocks(text: str) -> Iterator[Block]:
    """Cut a source text into headings, list items and paragraphs; front matter is left out."""
    front = _FRONT_MATTER.match(text)
    at = front.end() if front else 0
    paragraph: tuple[str, int] | None = None
    while at < len(text):
        end = text.find("\n", at)
        end = len(text) if end < 0 else end
        line = text[at:end]
        heading, item = _HEADING.match(line), _ITEM.match(line)
        if paragraph is not None and (not line.strip() or heading or item):
            yield Block(*paragraph, at - 1)
            paragraph = None
        if heading:
            yield Block(f"h{min(len(heading[1]) + 2, 5)}", at + heading.end(), end)
        elif item:
            paragraph = ("li", at + item.end())
        elif line.strip() and paragraph is None:
            paragraph = ("p", at)
        at = end + 1
    if paragraph is not None:
        yield Block(*paragraph, len(text))
