"""Exact quotes: citations of the user's words, of source spans and of the sentences of a passage.

Owns how a place becomes a citation and how much of it is shown. Must not know what a reply says about it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

from assistant.domain.case import Fact
from assistant.domain.grounding import USER_SOURCE
from assistant.domain.source import Citation, Passage, SourceKind, SourceText, Span

SHOWN_WORDS = 10
ANSWER_WORDS = 60

_WORD = re.compile(r"\S+")
_SENTENCE_END = re.compile(r"(?<=[.!?])[\"”')*]*\s+(?=[\"“'(*]*[A-Z0-9])|\n+(?:[ \t]*(?:[-*+•]|\d{1,3}[.)])[ \t]+)?")
_LIST_MARK = re.compile(r"[ \t]*(?:[-*+•]|\d{1,3}[.)])[ \t]+")
_STOP_WORDS = """
a an and any are as at be but by can do does for from have how i if in is it its me much my need of on or our should so
that the their them then there they this to up us we what when where which who why will with would you your
"""


def n_words(text: str) -> int:
    """Count the words of a text."""
    return len(text.split())


def cite_user(fact: Fact) -> Citation | None:
    """Cite the words a fact rests on, its first `SHOWN_WORDS` words at most; None for a click."""
    if not fact.quote or not fact.quote.strip():
        return None
    words = [match.span() for match in _WORD.finditer(fact.quote)]
    begin, end = words[0][0], words[min(len(words), SHOWN_WORDS) - 1][1]
    while end - begin > 1 and fact.quote[end - 1] in ".,;:!?":
        end -= 1
    quote = fact.quote[begin:end]
    return Citation(SourceKind.USER, USER_SOURCE, None, fact.start + begin, fact.start + end, quote, turn=fact.turn)


def cite_span(span: Span, texts: Mapping[str, SourceText]) -> Citation:
    """Cite a span of a source text. Raises KeyError for an unknown source."""
    text = texts[span.source]
    return Citation(text.kind, text.id, text.file, span.start, span.end, text.text[span.start : span.end])


def cite_passage(passage: Passage) -> Citation:
    """Cite a whole passage."""
    return Citation(passage.kind, passage.source, passage.file, passage.start, passage.end, passage.quote)


def sentences(passage: Passage) -> list[Citation]:
    """Cut a passage into its sentences and list items, each a citation of its own."""
    whole = cite_passage(passage)
    found = []
    begin = mark.end() if (mark := _LIST_MARK.match(passage.quote)) else 0
    for cut in (*_SENTENCE_END.finditer(passage.quote), None):
        end = cut.start() if cut else len(passage.quote)
        quote = passage.quote[begin:end]
        if quote.strip():
            found.append(replace(whole, start=whole.start + begin, end=whole.start + end, quote=quote))
        begin = cut.end() if cut else end
    return found


def best_sentences(passage: Passage, query: str, most_words: int = ANSWER_WORDS) -> list[Citation]:
    """Return the run of neighbouring sentences, of `most_words` at most, that shares the most words with the query.

    Ties go to the longer run, then to the earlier one. One sentence is returned however long it is.
    """
    pieces = sentences(passage)
    wanted = _content_words(query)
    best: tuple[int, int, int] | None = None
    chosen: list[Citation] = pieces[:1]
    for first in range(len(pieces)):
        for last in range(first + 1, len(pieces) + 1):
            run = pieces[first:last]
            text = " ".join(piece.quote for piece in run)
            if n_words(text) > most_words:
                break
            score = (len(wanted & _content_words(text)), n_words(text), -first)
            if best is None or score > best:
                best, chosen = score, run
    return chosen


def _content_words(text: str) -> frozenset[str]:
    words = re.findall(r"[a-z0-9]+", text.lower())
    return frozenset(_stem(word) for word in words if word not in _STOP_WORDS.split())


def _stem(word: str) -> str:
    """Cut common endings, so that "examples" meets "example" and "tuning" meets "tune"."""
    for ending in ("ing", "ed", "es", "s", "e"):
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            return word[: -len(ending)]
    return word
