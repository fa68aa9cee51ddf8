"""A source opened at a passage, as HTML: the whole text with the cited words lit up, and what it rests on.

Owns how a source text is laid out for reading. Must not know why it was cited.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from assistant.coach import Coach
from assistant.domain.mistakes import MistakeId
from assistant.domain.source import Citation, SourceKind, SourceText
from assistant.errors import InputError
from assistant.web.escaping import as_html
from assistant.web.page.session import Session

_FRONT_MATTER = re.compile(r"\A---\n.*?\n---\n", re.DOTALL)
_HEADING = re.compile(r"(#{1,4})[ \t]+")
_ITEM = re.compile(r"[-*][ \t]+|\d{1,2}\.[ \t]+")


@dataclass(frozen=True, slots=True)
class Block:
    """A piece of a source text: `text[start:end]` are its words, without the marks of Markdown."""

    tag: str
    start: int
    end: int


def open_source(coach: Coach, session: Session, target: str) -> str:
    """Open a source: `c<turn>-<n>` the n-th citation of a turn, `m-<id>` a mistake's line of the document.

    Raises:
        InputError: there is nothing of that name.
    """
    citation = _citation(session, target) or _mistake_line(coach, target)
    if citation is None:
        raise InputError("unknown_source", "That source cannot be opened any more.")
    return passage(coach, session, citation)


def passage(coach: Coach, session: Session, citation: Citation) -> str:
    """Write the source of a citation with its words lit up."""
    labels = coach.page_text.labels
    if citation.kind is SourceKind.USER:
        return _own_words(coach, session, citation)
    source = coach.shelf.texts[citation.source]
    kicker = source.file
    body = _body(source, citation.start, citation.end)
    return _panel(
        labels.close, kicker, source.title, f'<article class="text">{body}</article>{_bibliography(coach, source)}'
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


def _own_words(coach: Coach, session: Session, citation: Citation) -> str:
    labels = coach.page_text.labels
    turn = citation.turn or 0
    message = session.events[turn - 1].message if 1 <= turn <= len(session.events) else citation.quote
    body = _mark_span(message, 0, len(message), citation.start, citation.end, first=True)
    title = labels.source_of_words.format(n=turn)
    return _panel(
        labels.close, labels.your_case, title, f'<article class="text own" dir="auto"><p>{body}</p></article>'
    )


def _panel(close: str, kicker: str, title: str, body: str) -> str:
    return (
        '<section class="source" role="dialog" aria-labelledby="source-title"><header>'
        f'<p class="kicker">{as_html(kicker)}</p>'
        f'<h2 id="source-title" tabindex="-1">{as_html(title)}</h2>'
        f'<button type="button" data-close-source>{as_html(close)}</button></header>{body}</section>'
    )


def _bibliography(coach: Coach, source: SourceText) -> str:
    ids = coach.shelf.rests_on.get(source.id, (source.id,))
    rows = []
    for entry in (coach.shelf.sources[source_id] for source_id in ids if source_id in coach.shelf.sources):
        year = f", {entry.year}" if entry.year else ""
        where = as_html(entry.where)
        if entry.where.startswith("https://"):
            where = f'<a href="{where}" target="_blank" rel="noopener noreferrer">{where}</a>'
        rows.append(
            f"<li><b>{as_html(entry.title)}</b>{as_html(f'. {entry.author}{year}.')} {where}"
            f'<span class="grade">{as_html(coach.page_text.grades[entry.grade])}</span></li>'
        )
    labels = coach.page_text.labels
    of_the_house = f"<p>{as_html(labels.house_document)}</p>" if source.kind is SourceKind.DOCUMENT else ""
    listed = f"<h3>{as_html(labels.sources)}</h3><ul>{''.join(rows)}</ul>"
    return f"<footer>{of_the_house}{listed}</footer>" if rows else ""


def _body(source: SourceText, start: int, end: int) -> str:
    """Lay out a text; headings sink one level below the panel's own."""
    pieces: list[str] = []
    in_list = lit = False
    for block in blocks(source.text):
        if (block.tag == "li") != in_list:
            in_list = not in_list
            pieces.append("<ul>" if in_list else "</ul>")
        touched = block.start < end and start < block.end
        words = _mark_span(source.text, block.start, block.end, start, end, first=touched and not lit)
        lit = lit or touched
        pieces.append(f"<{block.tag}>{words}</{block.tag}>")
    return "".join(pieces) + ("</ul>" if in_list else "")


def _mark_span(text: str, block_start: int, block_end: int, start: int, end: int, *, first: bool) -> str:
    """Escape `text[block_start:block_end]` and mark what of it lies in `[start, end)`."""
    left, right = max(block_start, start), min(block_end, end)
    if left >= right:
        return as_html(text[block_start:block_end])
    name = ' id="lit" tabindex="-1"' if first else ""
    before, words, after = text[block_start:left], text[left:right], text[right:block_end]
    return f"{as_html(before)}<mark{name}>{as_html(words)}</mark>{as_html(after)}"


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
