"""Adds up the signs of an answer on retrieval: whether it is needed, is connected, and finds the right thing.

Owns the meaning of "47 of 50" and of a plain no. Must not know how any sign is worded.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator

from assistant.domain.case import Value
from assistant.offline.counts import Count
from assistant.text.modality import Manner, manner
from assistant.offline.signs import Signs

NEEDS_LOOKUP = frozenset({"knowledge", "lookup"})
"""Goals that cannot do without facts from elsewhere."""
_GOOD = 0.85
_OF = re.compile(r"\b(?P<hits>\d{1,4}(?:[.,]\d)?) ?(?:times )?(?:of|out of|in|/) ?(?:the |our )?(?P<all>\d{2,4})\b")
_IN_TOP = re.compile(
    r"\b(?P<percent>\d{2,3}(?:[.,]\d)?) ?(?:%|percent|pct)? ?(?:in|within|at|@) ?(?:the )?(?:top|first|recall)\b"
)
_FAILS = re.compile(
    r"\b(?:wrong|miss(?:es|ed|ing)?|not even|not among|was not|were not|nothing|absent|failed|without)\b"
)


def lookups(signs: Signs, goals: Collection[Value]) -> Iterator[Count]:
    """Yield at most one value of `retrieval`; a plain no says what the goals of the case make of it."""
    shared = _share(signs)
    if shared is not None:
        share, start, end = shared
        yield Count("retrieval", "good" if share >= _GOOD else "misses", start, end, sure=True)
    elif signs.has("lookup_runs") and (clause := signs.first("lookup_unmeasured")):
        yield Count("retrieval", "unmeasured", clause.start, clause.end, sure=True)
    elif clause := signs.first("lookup_misses"):
        yield Count("retrieval", "misses", clause.start, clause.end, sure=False)
    elif clause := signs.first("lookup_apart"):
        yield Count("retrieval", "none", clause.start, clause.end, sure=not signs.has("lookup_given"))
    elif clause := signs.first("lookup_given"):
        yield Count("retrieval", "not_needed", clause.start, clause.end, sure=not NEEDS_LOOKUP & set(goals))
    elif clause := signs.first("lookup_verified"):
        yield Count("retrieval", "good", clause.start, clause.end, sure=False)
    elif signs.has("lookup_no"):
        clause = signs.utterance.clauses[0]
        is_needed = not goals or NEEDS_LOOKUP & set(goals)
        yield Count("retrieval", "none" if is_needed else "not_needed", clause.start, clause.end, sure=False)


def _share(signs: Signs) -> tuple[float, int, int] | None:
    """Return the share of times the right thing was found, and the clause that says so."""
    for clause in signs.utterance.clauses:
        if manner(signs.utterance, clause) is not Manner.STATES:
            continue
        if match := _IN_TOP.search(clause.text):
            return float(match["percent"].replace(",", ".")) / 100, clause.start, clause.end
        if match := _OF.search(clause.text):
            hits, n = float(match["hits"].replace(",", ".")), float(match["all"])
            if 0 < hits <= n and "top" not in match.group():
                share = hits / n
                return 1 - share if _FAILS.search(clause.text) else share, clause.start, clause.end
    return None
