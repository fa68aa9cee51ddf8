"""Answers to questions about the topic, composed of the sources' own sentences.

Owns which sentences of which passages are said, and in which order: at most four, that stand together where they come
from. Must not know how a question was understood.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from assistant.domain.dialogue import Intent, ReplyContext, Sentence
from assistant.domain.source import Citation, Evidence, Passage, SourceKind
from assistant.replying.quotes import ANSWER_WORDS, best_sentences, n_shared, n_words, sentences
from assistant.replying.tie import has_case, tie
from assistant.replying.wording import Wording

MOST = 4
SURELY_RELEVANT = 0.8
"""A passage that has no words in common with the question answers it only where it is as relevant as this."""
SECOND_RELEVANCE = 0.85
SECOND_TO_SHORT_RELEVANCE = 0.7
SHORT_ANSWER_WORDS = 25
SECOND_WORDS = 35
_LEAST_WORDS = 4
_FEWEST_ALIKE = 2
"""Words that a question shares with those that a passage's source answers, to be one of them."""
_LEAST_PASSAGE = 8
"""A shorter passage is a line of a list, and answers only where nothing else does."""

_DEFINES = re.compile(r"\bwhat(?:'s| is| are| does)\b|\bexplain\b|\bmean(?:s|ing)?\b", re.IGNORECASE)


def topic_answer(context: ReplyContext, wording: Wording) -> list[Sentence]:
    """Answer in the sources' sentences and tie it to the case; what they do not cover is said with what can be had."""
    query = context.asking
    said = compose(context.evidence, query, wording)
    if not said and context.interpretation.intent is not Intent.ASKS:
        is_put_so = "?" in query or query != context.message.strip()
        return [wording.say("asks.not_covered_beside")] if is_put_so else []
    if not said:
        return [wording.say("asks.not_covered"), wording.say("answer.offer")]
    about = wording.book.about.get(said[0].citations[0].source, ())
    told = [slot for slot in about if context.case.pick_facts(slot)]
    return [*said, tie(context, wording, *told)] if told and has_case(context) else said


def compose(evidence: tuple[Evidence, ...], query: str, wording: Wording) -> list[Sentence]:
    """Return the sentences of the best passage that answer best, and one of another source where it is as good."""
    evidence = tuple(found for found in evidence if n_words(found.passage.quote) >= _LEAST_PASSAGE) or evidence
    if not evidence:
        return []
    best = _find_introduction(evidence) if _DEFINES.search(query) else evidence[0]
    said = _in_words_of(best.passage, query, wording, ANSWER_WORDS, MOST - 1)
    asks = wording.book.asks.get(best.passage.source, "")
    if best.relevance < SURELY_RELEVANT and not _shares_words(said, query, asks):
        return []
    total = sum(n_words(sentence.text) for sentence in said)
    as_good = SECOND_RELEVANCE if total >= SHORT_ANSWER_WORDS else SECOND_TO_SHORT_RELEVANCE
    for other in evidence:
        another = other.passage.source != best.passage.source
        if another and other.relevance >= as_good * best.relevance and n_shared(other.passage.quote, query) > 1:
            return [*said, *_in_words_of(other.passage, query, wording, SECOND_WORDS, 1)]
    return said


def _shares_words(said: Sequence[Sentence], query: str, asks: str) -> bool:
    """Tell whether an answer speaks of what is asked: it names a thing of it, or its source is asked alike."""
    named = n_shared(" ".join(sentence.text for sentence in said), query)
    return named > 0 or n_shared(asks, query) >= _FEWEST_ALIKE


def _find_introduction(evidence: tuple[Evidence, ...]) -> Evidence:
    """Return the earliest passage of the best one's source: what something is stands before what can be said of it."""
    same = [found for found in evidence if found.passage.source == evidence[0].passage.source]
    return min(same, key=lambda found: found.passage.start)


def _in_words_of(passage: Passage, query: str, wording: Wording, most_words: int, most: int) -> list[Sentence]:
    """Quote neighbouring sentences of one passage, each with its own place."""
    run = best_sentences(passage, query, most_words)
    within = [cut for cut in sentences(passage) if run.start <= cut.start and cut.end <= run.end]
    chosen = [cut for cut in within if n_words(cut.quote) >= _LEAST_WORDS][:most] or [run]
    first, *rest = chosen = _cut_where_parted(chosen)
    if passage.kind is not SourceKind.DOCUMENT:
        return [Sentence(cut.quote, (cut,), is_claim=True) for cut in chosen]
    key, heading = "asks.document", {}
    if len(passage.heading_path) > 1:
        key, heading = "asks.document_under", {"heading": passage.heading_path[-1]}
    whole = first if not rest else _join_span(passage, first, rest[-1])
    return [wording.say(key, whole, claim=True, quote=whole.quote, **heading)]


def _cut_where_parted(chosen: list[Citation]) -> list[Citation]:
    """Return the sentences up to the first that does not stand in one line of text with the one before it."""
    kept = chosen[:1]
    for before, cut in pairwise(chosen):
        if cut.start - before.end > 1:
            break
        kept.append(cut)
    return kept


def _join_span(passage: Passage, first: Citation, last: Citation) -> Citation:
    quote = passage.quote[first.start - passage.start : last.end - passage.start]
    return Citation(first.kind, first.source, first.file, first.start, last.end, quote)
