"""Adds up the signs of an answer on the shape of examples: who went through them, and what became of the bad ones.

Owns the difference between dirt that is there and dirt that was taken out. Must not know how any sign is worded.
"""

from __future__ import annotations

from collections.abc import Iterator

from assistant.text.clauses import Clause
from assistant.offline.counts import Count
from assistant.offline.signs import Signs


def shapes(signs: Signs) -> Iterator[Count]:
    """Yield at most one value of `data_quality`: clean where people went through the examples, unless only partly.

    Faults beside a word of taking them out are no faults.
    """
    checked, removed = signs.first("shape_checked"), signs.first("shape_removed")
    if (differ := signs.first("shape_differ")) and removed is None:
        yield _shape("disagreeing", differ, sure=False)
    elif (other := signs.first("shape_other")) and checked is None:
        yield _shape("wrong_kind", other, sure=False)
    elif partly := signs.first("shape_partly"):
        value = "dirty" if signs.has("shape_dirt") and checked is None else "unchecked"
        yield _shape(value, partly, sure=False)
    elif removed is not None:
        yield _shape("clean", removed, sure=checked is not None)
    elif checked is not None:
        is_doubtful = signs.has("shape_dirt")
        yield _shape("clean", checked, sure=not is_doubtful)
    elif dirt := signs.first("shape_dirt"):
        yield _shape("dirty", dirt, sure=False)
    elif documents := signs.first("shape_documents"):
        yield _shape("documents", documents, sure=False)


def _shape(value: str, clause: Clause, *, sure: bool) -> Count:
    return Count("data_quality", value, clause.start, clause.end, sure)
