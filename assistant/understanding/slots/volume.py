"""Which number of a message counts requests a month.

Owns the words around a rate that speak for or against that. Must not know how numbers are spelled.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from assistant.text.clauses import Utterance
from assistant.text.modality import Modality, find_modality, is_denied
from assistant.text.numbers import Measure, Quantity

SLOT = "volume"
TOLD = 0.6
"""What probability and words together must reach for a rate that nobody asked for."""
_REQUESTS = re.compile(
    r"\b(?:requests?|quer(?:y|ies)|questions?|tickets?|calls?|messages?|chats?|conversations?|e-?mails?|mails?|letters?"
    r"|claims?|invoices?|orders?|searches|cases?|predictions?|inferences?|completions?|transactions?|posts?|listings?"
    r"|documents?|reports?|notes?|jobs?|forms?|sessions?|prompts?|translations?|summaries|contacts|hits|inquir\w+|enquir\w+)\b"
)
_OTHERS = re.compile(
    r"\b(?:updates?|changes?|changed|new|releases?|revisions?|eur|usd|dollars?|euros?|times|meetings?|versions?|labels?|hours?)\b"
)
_TESTING = re.compile(r"\b(?:test\w{0,3}|held|kept|locked|accuracy|scor\w{1,4}|f1|examples?|pairs?|labell?ed)\b")
_SUMMED = re.compile(
    r"\b(?:so|makes?|total(?: of)?|altogether|in all|i mean)\W{1,3}(?:about |around |some |maybe |like )?$"
    r"|(?:=|\.\.)\s?$"
)
_COSTS = re.compile(
    r"\b(?:budget|cheap\w*|euros?|eur|usd|dollars?|hosting|costs?|pay|paying|bill|spend|price|fee)\b|[€$£]"
)

Chance = Callable[[int, int], float]


def count_requests(
    utterance: Utterance, quantities: tuple[Quantity, ...], chance: Chance, *, asked: bool
) -> tuple[float, int, int] | None:
    """Return the requests a month that a message tells, and the place that tells it; the surest number, or None."""
    found, speaks_of_money = [], _COSTS.search(utterance.flat) is not None
    for quantity in quantities:
        clause = utterance.clause_of(quantity.start, quantity.end)
        if clause is None or quantity.measure is not Measure.COUNT or _COSTS.search(clause.text):
            continue
        if find_modality(utterance, clause) is not Modality.STATEMENT or is_denied(
            clause, quantity.start, quantity.end
        ):
            continue
        score = chance(quantity.start, quantity.end) + 0.3 * (_REQUESTS.search(quantity.noun) is not None)
        score -= 0.6 * (_OTHERS.search(quantity.noun) is not None)
        if quantity.noun.startswith("new "):
            continue  # what comes in to be known, not what is asked
        if not asked and speaks_of_money and not _REQUESTS.search(quantity.noun):
            continue
        score -= 0.6 * (_TESTING.search(clause.text) is not None)
        if asked and _SUMMED.search(utterance.flat, max(0, quantity.start - 24), quantity.start):
            found.append(
                (score + 2, -quantity.start, quantity.middle * (quantity.per_month or 1.0), clause.start, clause.end)
            )
        elif quantity.per_month is not None and (score >= TOLD or (asked and score >= 0)):
            value = round(quantity.middle * quantity.per_month, 2)
            found.append((score + 1, -quantity.start, value, clause.start, clause.end))
        elif asked and quantity.per_month is None and score >= 0.1:
            found.append((score, -quantity.start, quantity.middle, clause.start, clause.end))
    if not found:
        return None
    _, _, value, start, end = max(found)
    return value, start, end
