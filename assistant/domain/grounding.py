"""Grounding: only sentences whose citations check are shown, as Markdown with numbered marks.

Owns the check of a sentence against the exact spans it cites, the numbering of citations and the escaping of text.
Must not know who wrote the sentences: reviewed templates and a language model are held to the same check.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from assistant.domain.dialogue import Paragraph, Sentence
from assistant.domain.source import Citation, SourceKind, SourceText

USER_SOURCE = "user"
"""The `source` of every citation of the user's own words; `turn` says which message."""

_NUMBER = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d{1,3}(?:\.\d{3}){2,}|\d+(?:\.\d+)?")
_DOTTED = re.compile(r"\d{1,3}(?:\.\d{3})+")
_CURLY = re.compile(r"“([^“”„]*)”|„([^“”„]*)“")
_STRAIGHT = re.compile(r'"([^"]*)"')
_INVISIBLE = frozenset({"Cc", "Cf", "Cs"})
_JOINERS = frozenset("\u200c\u200d")  # Persian, Hindi and emoji are misspelt without them
_MARKDOWN = re.compile(r"[\\`*_\[\]|~$]|&(?=#?\w+;)")
_AUTOLINK = re.compile(
    r"(?<=http)(?=://)|(?<=https)(?=://)|(?<=ftp)(?=://)|(?<=www)(?=\.)|(?<=\w)(?=@[\w-]+\.\w)", re.IGNORECASE
)
_BLOCK_START = re.compile(r"\d{1,9}(?=[.)])|(?=[-+#>=])")
_BOLD = re.compile(r"\*\*(\S|\S[^*]*\S)\*\*")


@dataclass(frozen=True, slots=True)
class Grounded:
    """What may be shown: `citations[n - 1]` is what the mark [n] points at; `dropped` are texts that did not check."""

    markdown: str
    citations: tuple[Citation, ...]
    dropped: tuple[str, ...]


def ground(
    paragraphs: Iterable[Paragraph],
    texts: Mapping[str, SourceText],
    messages: Mapping[int, str],
    allowed_numbers: Collection[float] = (),
) -> Grounded:
    """Keep the sentences whose every citation is exact, number their citations and write them as Markdown.

    `texts` are the source texts by id and `messages` the user's messages by turn. A sentence is dropped whole when one
    of its citations fails, when it is a claim without a citation, when a claim holds a number that is neither in its
    quotes nor in `allowed_numbers`, or when it puts words between quotation marks that none of its quotes hold.
    Marks count from 1 in order of first appearance; the same span has the same number.
    """
    numbers: dict[Citation, int] = {}
    dropped: list[str] = []
    blocks: list[tuple[str, bool]] = []
    for paragraph in paragraphs:
        shown: list[str] = []
        for sentence in paragraph.sentences:
            if not _holds(sentence, texts, messages, allowed_numbers):
                dropped.append(sentence.text)
                continue
            marks = (
                f"[{numbers.setdefault(citation, len(numbers) + 1)}]" for citation in dict.fromkeys(sentence.citations)
            )
            shown.append(" ".join((_escape_sentence(sentence), *marks)))
        if shown:
            blocks.append((" ".join(shown), paragraph.item))
    return Grounded(_join_blocks(blocks), tuple(numbers), tuple(dropped))


def is_exact(citation: Citation, texts: Mapping[str, SourceText], messages: Mapping[int, str]) -> bool:
    """Tell whether a citation's quote is, character for character, what stands in its place."""
    text = _find_cited_text(citation, texts, messages)
    if text is None or not 0 <= citation.start < citation.end <= len(text):
        return False
    return bool(citation.quote.strip()) and citation.quote == text[citation.start : citation.end]


def _find_cited_text(citation: Citation, texts: Mapping[str, SourceText], messages: Mapping[int, str]) -> str | None:
    """Return the text a citation points into, or None when kind, source, file and turn do not fit together."""
    if citation.kind is SourceKind.USER:
        ours = citation.source == USER_SOURCE and citation.file is None and citation.turn is not None
        return messages.get(citation.turn) if ours and citation.turn is not None else None
    source = texts.get(citation.source)
    if source is None or citation.turn is not None:
        return None
    return source.text if (source.kind, source.file) == (citation.kind, citation.file) else None


def _holds(
    sentence: Sentence,
    texts: Mapping[str, SourceText],
    messages: Mapping[int, str],
    allowed_numbers: Collection[float],
) -> bool:
    if not sentence.text.strip():
        return False
    if not all(is_exact(citation, texts, messages) for citation in sentence.citations):
        return False
    quotes = [_plain(citation.quote) for citation in sentence.citations]
    if sentence.is_claim and not (quotes and _numbers_hold(sentence.text, quotes, allowed_numbers)):
        return False
    return not quotes or all(any(words in quote for quote in quotes) for words in _find_quotes(sentence.text))


def _numbers_hold(text: str, quotes: Sequence[str], allowed: Collection[float]) -> bool:
    known = {float(number) for number in allowed}
    for number in (number for quote in quotes for number in _NUMBER.findall(quote)):
        known |= _readings(number)
    return all(_readings(number) & known for number in _NUMBER.findall(text))


def _readings(number: str) -> set[float]:
    """Return what a number can mean: a dot before three digits may part thousands."""
    dotted = {float(number.replace(".", ""))} if _DOTTED.fullmatch(number) else set()
    plain = number.replace(",", "")
    return dotted | ({float(plain)} if plain.count(".") < 2 else set())


def _find_quotes(text: str) -> list[str]:
    """Return what stands between quotation marks; an ellipsis at either end of a quote is no part of it."""
    plain = _plain(text)
    fragments = [left or right for left, right in _CURLY.findall(plain)] + _STRAIGHT.findall(_CURLY.sub(" ", plain))
    return [fragment.strip("… ") for fragment in fragments]


def _plain(text: str) -> str:
    """Put a text on one line, without characters that cannot be seen or that turn the reading direction."""
    visible = (char for char in text if char.isspace() or char in _JOINERS or _is_visible(char))
    return " ".join("".join(visible).split())


def _is_visible(char: str) -> bool:
    return unicodedata.category(char) not in _INVISIBLE


def _escape_sentence(sentence: Sentence) -> str:
    """Write a sentence so that only its own **bold** is Markdown; the user's words show as they were typed."""
    text = _plain(sentence.text)
    said = [_plain(cited.quote) for cited in sentence.citations if cited.kind is SourceKind.USER]
    pieces = [text] if any("**" in quote for quote in said) else _BOLD.split(text)
    written = "".join(f"**{_literal(piece)}**" if at % 2 else _literal(piece) for at, piece in enumerate(pieces))
    return _at_start(written)


def _literal(text: str) -> str:
    """Escape what Markdown or HTML would act on within a line, addresses that would become links among them."""
    unlinked = _AUTOLINK.sub("\0", text)
    return _MARKDOWN.sub(r"\\\g<0>", unlinked).replace("<", "&lt;").replace("\0", "\\")


def _at_start(text: str) -> str:
    """Keep the first characters of a sentence from opening a list, a heading or a quotation."""
    opening = _BLOCK_START.match(text)
    return f"{opening.group()}\\{text[opening.end() :]}" if opening else text


def _join_blocks(blocks: Sequence[tuple[str, bool]]) -> str:
    """Set blocks apart by an empty line, items of one list by none."""
    written = ""
    was_item = False
    for text, item in blocks:
        gap = "\n" if was_item and item else "\n\n"
        written += (gap if written else "") + ("- " if item else "") + text
        was_item = item
    return written
