"""Source texts cut into passages with exact offsets.

Owns where a passage begins and ends and what it is called. Must not know how passages are found or shown, nor
read files: it is given the text as it is on disk, front matter included.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from assistant.domain.source import Passage, SourceKind, SourceText

# A guidance block shorter than this says too little alone ("For example:") and joins its neighbour.
TINY_CHARS = 80
# The encoder reads 256 word pieces, about this many characters; what lies behind them would never be found.
LONG_CHARS = 1000

_LINE = re.compile(r"[^\n]*\n|[^\n]+")
_FRONT_MATTER = re.compile(r"---[ \t]*\n(?:.*\n)*?---[ \t]*(?:\n|$)")
_HEADING = re.compile(r"(#{1,6})[ \t]+(.*?)[ \t]*#*[ \t]*$")
_FENCE = re.compile(r" {0,3}(```|~~~)")
_ITEM = re.compile(r"[ \t]*(?:[-*+•]|\d{1,3}[.)])[ \t]+")
_RULE = re.compile(r"[ \t]*(?:-{3,}|\*{3,}|_{3,})[ \t]*$")
_SENTENCE_END = re.compile(r"[.!?][\"')\]]*\s+")


@dataclass(frozen=True, slots=True)
class _Block:
    """A run of lines with no blank line in it: a paragraph, a list, a table or a fenced block."""

    start: int
    end: int
    headings: tuple[str, ...]
    item_starts: tuple[int, ...] = ()


def segment(source: SourceText) -> tuple[Passage, ...]:
    """Cut a source text into passages, in reading order; `text[start:end] == quote` for each.

    A document gives one passage a paragraph and one a list item, since each can be cited by itself. A guidance
    card gives one a paragraph or list; tiny blocks join a neighbour under the same heading and over-long ones
    are split between items or sentences. Ids are `source#heading-n`, n counted within the heading.
    """
    blocks = list(_blocks(source.text))
    if source.kind is SourceKind.DOCUMENT:
        pieces = [piece for block in blocks for piece in _items(source.text, block)]
    else:
        pieces = [piece for block in _merge(source.text, blocks) for piece in _split(source.text, block)]
    return tuple(_name(source, pieces))


def slug(heading: str) -> str:
    """Turn a heading into the part of an id that names it: lower-case ASCII words joined by hyphens."""
    plain = unicodedata.normalize("NFKD", heading).encode("ascii", "ignore").decode().lower()
    return "-".join(re.findall(r"[a-z0-9]+", plain.replace("'", ""))) or "section"


def _blocks(text: str) -> Iterator[_Block]:
    front_matter = _FRONT_MATTER.match(text)
    headings: list[tuple[int, str]] = []
    lines: list[tuple[int, str]] = []
    fence = ""
    for match in _LINE.finditer(text, front_matter.end() if front_matter else 0):
        line = match.group().rstrip("\n")
        heading = None if fence else _HEADING.match(line)
        if heading or (not fence and (not line.strip() or _RULE.match(line))):
            yield from _block(text, lines, headings)
            lines = []
        if heading:
            level = len(heading.group(1))
            headings = [(n, title) for n, title in headings if n < level] + [(level, heading.group(2))]
        elif fence or (line.strip() and not _RULE.match(line)):
            lines.append((match.start(), line))
            fence = _fence_after(fence, line)
    yield from _block(text, lines, headings)


def _fence_after(fence: str, line: str) -> str:
    mark = _FENCE.match(line)
    if not mark:
        return fence
    if not fence:
        return mark.group(1)
    return "" if mark.group(1) == fence else fence


def _block(text: str, lines: list[tuple[int, str]], headings: list[tuple[int, str]]) -> Iterator[_Block]:
    if not lines:
        return
    start, end = _trim(text, lines[0][0], lines[-1][0] + len(lines[-1][1]))
    if start == end or (text.startswith("<!--", start) and text.endswith("-->", start, end)):
        return
    is_list = _ITEM.match(lines[0][1]) is not None
    items = tuple(at for at, line in lines if _ITEM.match(line)) if is_list else ()
    yield _Block(start, end, tuple(title for _, title in headings), items)


def _trim(text: str, start: int, end: int) -> tuple[int, int]:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end


def _items(text: str, block: _Block) -> Iterator[_Block]:
    """Give each list item by itself, without its mark; anything else as it is."""
    if not block.item_starts:
        yield block
        return
    for at, next_at in zip(block.item_starts, (*block.item_starts[1:], block.end), strict=True):
        mark = _ITEM.match(text, at)
        start, end = _trim(text, mark.end() if mark else at, next_at)
        if start < end:
            yield _Block(start, end, block.headings)


def _merge(text: str, blocks: list[_Block]) -> list[_Block]:
    """Join a tiny block, or one that announces what follows with a colon, to its neighbour."""
    merged: list[_Block] = []
    for block in blocks:
        last = merged[-1] if merged else None
        if last and last.headings == block.headings and _belong(text, last, block):
            items = last.item_starts + block.item_starts
            merged[-1] = _Block(last.start, block.end, last.headings, items)
        else:
            merged.append(block)
    return merged


def _belong(text: str, last: _Block, block: _Block) -> bool:
    if block.end - last.start > LONG_CHARS:
        return False
    tiny = min(last.end - last.start, block.end - block.start) < TINY_CHARS
    return tiny or text[last.end - 1] == ":"


def _split(text: str, block: _Block) -> Iterator[_Block]:
    """Cut an over-long block before list items, else after sentences, into pieces as long as allowed."""
    start = block.start
    cuts = block.item_starts or tuple(match.end() for match in _SENTENCE_END.finditer(text, start, block.end))
    previous = start
    for cut in (*cuts, block.end):
        if cut - start > LONG_CHARS and previous > start:
            yield _Block(*_trim(text, start, previous), block.headings)
            start = previous
        previous = cut
    yield _Block(*_trim(text, start, block.end), block.headings)


def _name(source: SourceText, pieces: list[_Block]) -> Iterator[Passage]:
    counts: Counter[str] = Counter()
    for piece in pieces:
        # The first heading repeats the title; what stands directly under it is the introduction.
        section = slug(piece.headings[-1]) if len(piece.headings) > 1 else "intro"
        counts[section] += 1
        below_title = piece.headings[1:] if piece.headings[:1] == (source.title,) else piece.headings
        yield Passage(
            id=f"{source.id}#{section}-{counts[section]}",
            kind=source.kind,
            source=source.id,
            file=source.file,
            start=piece.start,
            end=piece.end,
            quote=source.text[piece.start : piece.end],
            heading_path=(source.title, *below_title),
        )


def windows(text: str, most: int = 8) -> list[str]:
    """Cut a long text into at most `most` pieces the encoder can read whole; a short one stays as it is.

    What lies behind the last window is left out.
    """
    start, end = _trim(text, 0, len(text))
    pieces = _split(text, _Block(start, end, ()))
    return [text[piece.start : piece.end][: 2 * LONG_CHARS] for piece, _ in zip(pieces, range(most), strict=False)]
