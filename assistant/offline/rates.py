"""Says what a measured share or a named limit means: hit rates, agreement between people, a time that must be kept.

Owns the meaning of shares and limits of time for slots. Must not know how numbers are spelled.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from assistant.text.clauses import Utterance
from assistant.offline.counts import Count
from assistant.text.modality import Manner, manner
from assistant.text.numbers import Measure, Quantity

_LIMITING = re.compile(
    r"\b(?:needs?|must|should|under|below|within|max|at most|less than|has to|have to|require\w{0,3}|budget)\b"
)


def told_speed(utterance: Utterance, quantities: tuple[Quantity, ...]) -> Iterator[Count]:
    """Yield a limit below a second that is named as needed."""
    for quantity in quantities:
        clause = utterance.clause_of(quantity.start, quantity.end)
        if clause is None or quantity.seconds is None or not _LIMITING.search(clause.text):
            continue
        is_under = quantity.seconds <= 1 and re.search(r"\b(?:under|below|less than)\b", clause.text) is not None
        if (quantity.seconds < 1 or is_under) and manner(utterance, clause) in (Manner.STATES, Manner.PLANS):
            yield Count("latency", "strict", clause.start, clause.end, sure=True)


_HITS = re.compile(r"\b(?:recall|hit rate|finds?|found|hits|precision|right \w+ in|top-?\s?\d)\b")


def hit_rates(utterance: Utterance, quantities: tuple[Quantity, ...], *, asked: bool) -> Iterator[Count]:
    """Yield what a measured hit rate says of retrieval: from 85 % up it finds the right thing."""
    for quantity in quantities:
        clause = utterance.clause_of(quantity.start, quantity.end)
        is_share = quantity.measure is Measure.PERCENT or (quantity.measure is Measure.COUNT and 0 < quantity.high < 1)
        if clause is None or not is_share or not _HITS.search(clause.text):
            continue
        if not asked and not re.search(r"\b(?:recall|retriev\w{1,4}|search|rag|found|finds)\b", clause.text):
            continue
        if manner(utterance, clause) is Manner.STATES:
            share = quantity.high / 100 if quantity.measure is Measure.PERCENT else quantity.high
            yield Count("retrieval", "good" if share >= 0.85 else "misses", clause.start, clause.end, sure=True)


_AGREE = re.compile(r"\b(?:agree\w{0,5}|kappa|same label)\b")


def agreement_rates(utterance: Utterance, quantities: tuple[Quantity, ...]) -> Iterator[Count]:
    """Yield what a measured agreement between people says of the labels: under 75 % they disagree."""
    for quantity in quantities:
        clause = utterance.clause_of(quantity.start, quantity.end)
        is_share = quantity.measure is Measure.PERCENT or (quantity.measure is Measure.COUNT and 0 < quantity.high < 1)
        if (
            clause is None
            or not is_share
            or not _AGREE.search(clause.text)
            or manner(utterance, clause) is not Manner.STATES
        ):
            continue
        share = quantity.high / 100 if quantity.measure is Measure.PERCENT else quantity.high
        low = share < (0.6 if "kappa" in clause.text else 0.75)
        if low:
            yield Count("data_quality", "disagreeing", clause.start, clause.end, sure=True)
            yield Count("process", "no_agreement", clause.start, clause.end, sure=True)
        elif share >= 0.85:
            yield Count("data_quality", "clean", clause.start, clause.end, sure=True)
