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
_MOST_OVER = 4
"""So many words more are shown where that is all of it."""
_LEAST_CUT = 3
"""Words that a quote keeps at least where it is cut at the end of a clause."""

_WORD = re.compile(r"\S+")
_SENTENCE_END = re.compile(
    r"(?<=[.!?])(?<!\bet al\.)[\"”')*]*\s+(?=[\"“'(*]*[A-Z0-9])|\n+(?:[ \t]*(?:[-*+•]|\d{1,3}[.)])[ \t]+)?"
)
_CLAUSE_END = re.compile(
    r"[,;:!?()]+(?=\s|$)"
    r"|(?<!\bincl)(?<!\betc)(?<!\bvs)(?<!\b[ei]\.[eg])\.+(?=\s|$)"
    r"|\s[-–—]+\s|\s(?=(?:and|but|or|so)\s)|\n+"
)
_CONNECTOR = re.compile(r"\s*(?:(?:and|but|or|so)\s+)?")
_LIST_MARK = re.compile(r"[ \t]*(?:[-*+•]|\d{1,3}[.)])[ \t]+")
_STOP_WORDS = """
a an and any are as at be but by can do does for from have how i if in is it its me much my need of on or our should so
that the their them then there they this to up us we what when where which who why will with would you your
"""


def n_words(text: str) -> int:
    """Count the words of a text."""
    return len(text.split())


def cite_user(fact: Fact) -> Citation | None:
    """Cite the words a fact rests on, from behind an "and" or "but" to the last clause within `SHOWN_WORDS`.

    None for a click.
    """
    if not fact.quote or not fact.quote.strip():
        return None
    leads = _CONNECTOR.match(fact.quote)
    words = [match.span() for match in _WORD.finditer(fact.quote, leads.end() if leads else 0)]
    begin, end = words[0][0], words[min(len(words), SHOWN_WORDS) - 1][1]
    if len(words) <= SHOWN_WORDS + _MOST_OVER:
        end = words[-1][1]
    else:
        cuts = [cut.start() for cut in _CLAUSE_END.finditer(fact.quote, begin, end)]
        longest = [cut for cut in cuts if n_words(fact.quote[begin:cut]) >= _LEAST_CUT]
        end = longest[-1] if longest else end
    end = begin + len(fact.quote[begin:end].split("\n", 1)[0].rstrip())
    opened = fact.quote.rfind("(", begin, end)
    if opened > begin and ")" not in fact.quote[opened:end]:  # nothing is cut within brackets
        end = opened
    while end - begin > 1 and (fact.quote[end - 1] in ".,;:!? " or _is_loose_bracket(fact.quote[begin:end])):
        end -= 1
    quote = fact.quote[begin:end]
    return Citation(SourceKind.USER, USER_SOURCE, None, fact.start + begin, fact.start + end, quote, turn=fact.turn)


def _is_loose_bracket(quote: str) -> bool:
    return quote.endswith(")") and "(" not in quote


def show_quote(citation: Citation, fact: Fact) -> str:
    """Return a quote as it is shown, with an ellipsis where the words that the fact rests on go on."""
    rest = (fact.quote or "")[citation.end - fact.start :].strip(" \n.,;:!?)")
    return f"{citation.quote}…" if rest else citation.quote


def cite_whole(fact: Fact) -> Citation | None:
    """Cite all the words a fact was read from; None where there are none."""
    if not fact.quote:
        return None
    return Citation(SourceKind.USER, USER_SOURCE, None, fact.start, fact.end, fact.quote, turn=fact.turn)


def widen_quote(citation: Citation, message: str, most_words: int) -> Citation:
    """Extend a quote of the user to the end, then to the start, of its clause, where that keeps it short.

    `message` is the message of the citation's own turn.
    """
    start, end = citation.start, citation.end
    ahead = _CLAUSE_END.search(message, end)
    further = ahead.start() if ahead else len(message)
    opens = "(" in message[end:further] and ")" not in message[end:further]
    if n_words(message[start:further]) <= most_words and not opens:
        end = further
    behind = [cut.end() for cut in _CLAUSE_END.finditer(message, 0, start)]
    earlier = _CONNECTOR.match(message, behind[-1] if behind else 0)
    if earlier and n_words(message[earlier.end() : end]) <= most_words:
        start = min(earlier.end(), start)
    while end > citation.end and (message[end - 1].isspace() or message[end - 1] in ".,;:!?"):
        end -= 1
    return replace(citation, start=start, end=end, quote=message[start:end])


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


_LEANS_BACK = re.compile(r"(?:They|It|This|These|Those|Such|Both|That)\b")


def best_sentences(passage: Passage, query: str, most_words: int = ANSWER_WORDS) -> Citation:
    """Return the run of neighbouring sentences, of `most_words` at most, that shares the most words with the query.

    Ties go to the longer run, then to the earlier one. Where every sentence is longer, it is the first. A sentence that
    begins with a word for something before it stands only behind that.
    """
    pieces = sentences(passage) or [cite_passage(passage)]
    best, chosen = (-1, 0, 0), pieces[0]
    for first in range(len(pieces)):
        if first and _LEANS_BACK.match(pieces[first].quote):
            continue
        for last in range(first, len(pieces)):
            run = _run(passage, pieces[first], pieces[last])
            if n_words(run.quote) > most_words:
                break
            score = (n_shared(run.quote, query), n_words(run.quote), -first)
            if score > best:
                best, chosen = score, run
    return chosen


def _run(passage: Passage, first: Citation, last: Citation) -> Citation:
    """Join two sentences of a passage and all between them into one citation."""
    quote = passage.quote[first.start - passage.start : last.end - passage.start]
    return replace(first, end=last.end, quote=quote)


def n_shared(text: str, query: str) -> int:
    """Count the words that carry meaning and stand in both, whatever their endings."""
    return len(_content_words(text) & _content_words(query))


def _content_words(text: str) -> frozenset[str]:
    words = re.findall(r"[a-z0-9]+", text.lower())
    return frozenset(_stem(word) for word in words if word not in _STOP_WORDS.split())


def _stem(word: str) -> str:
    """Cut common endings, so that "examples" meets "example" and "tuning" meets "tune"."""
    for ending in ("ing", "ed", "es", "s", "e"):
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            return word[: -len(ending)]
    return word
