"""What of a message may speak by likeness, and what its words may mean.

Owns which clauses may speak for a slot: what is asked, planned, supposed, hedged or hearsay may not. Must not know how
likeness is learnt, nor what is done with it.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass, replace

from assistant.domain.case import Value
from assistant.domain.examples import SlotExamples
from assistant.text.clauses import Utterance
from assistant.text.modality import Manner, manner

MOST_CLAUSES = 24

_HEDGED = re.compile(
    r"\b(?:maybe|perhaps|probably|possibly|presumably|hopefully|might|i (?:guess|suppose|think|hope|assume)|not sure"
    r"|we (?:hope|assume)|should be (?:fine|ok|okay|good|clean)|supposed to be)\b"
)
_STATED = frozenset({Manner.STATES, Manner.FORMER})
_WISHED = _STATED | {Manner.PLANS, Manner.SUPPOSES}
_UNSAID = re.compile(r"(?!)")


@dataclass(frozen=True, slots=True)
class Said:
    """The part of a message that may be read by likeness: `text` leaves out what a veto holds of `[start, end)`."""

    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Option:
    """What words may mean, and how probable that is, in hundredths: what is finer differs between computers."""

    value: str
    probability: float


def without(ranked: tuple[Option, ...], refused: Collection[Value]) -> tuple[Option, ...]:
    """Return the options that are left where some are ruled out, as probable as they are among the rest."""
    rest = 1.0 - sum(option.probability for option in ranked if option.value in refused)
    left = [option for option in ranked if option.value not in refused]
    return tuple(
        replace(option, probability=round(min(option.probability / max(rest, 0.1), 1.0), 2)) for option in left
    )


def said_of(
    utterance: Utterance, examples: SlotExamples | None, *, hedges: bool = False, leaves_out: re.Pattern[str] = _UNSAID
) -> Said | None:
    """Return what of a message may speak for a slot, or None; with `hedges` also what is only supposed to be so."""
    if examples is None:
        return None
    stating = _WISHED if examples.wished else _STATED
    kept = [
        clause
        for clause in utterance.clauses[:MOST_CLAUSES]
        if manner(utterance, clause) in stating
        and not clause.sentence.asks
        and not leaves_out.fullmatch(clause.text)
        and (hedges or _HEDGED.search(clause.text) is None)
    ]
    if not kept:
        return None
    start, end = kept[0].start, kept[-1].end
    is_whole = len(kept) == sum(start <= clause.start < end for clause in utterance.clauses)
    return Said(utterance.flat[start:end] if is_whole else ", ".join(clause.text for clause in kept), start, end)
