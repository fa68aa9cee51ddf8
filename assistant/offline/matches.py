"""Finds the cues of a slot in a message and says which option each speaks for.

Owns how a phrase, its denial and its place become a match. Must not know what an answer or a statement may set.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from assistant.domain.case import Value
from assistant.text.clauses import Clause, Utterance
from assistant.offline.cues import Cue, Cues, Phrase, Polarity, Strength
from assistant.text.modality import is_denied, negates

_WORD = re.compile(r"\w")
_OPENING = re.compile(
    r"\W{0,4}(?:(?:well|hm+|so|oh|ah|it's|its|it is|it was|it|they are|they're|that's|that is|mostly"
    r"|pretty|very|really|quite|rather|fairly|just|only"
    r"|i guess|i think|i'd say|maybe|probably|honestly|currently|at the moment|right now|still|basically"
    r"|actually|yes|yeah|no|and|but|ok|the|a|some|our|we have|we've|we"
    r"|there is|there are|is|are|about|around|all|to be honest|as far as i know|for now|so far)\W{1,3}){0,4}"
)


@dataclass(frozen=True, slots=True)
class Match:
    """A cue found in a clause; `value` is the option it speaks for there, a denial already taken into account."""

    cue: Cue
    value: Value
    start: int
    end: int
    clause: Clause
    denied: bool

    @property
    def length(self) -> int:
        """How many characters the phrase covers."""
        return self.end - self.start


def find_matches(cues: Cues, slot: str, utterance: Utterance, *, many: bool = False) -> list[Match]:
    """Find the cues of one slot, in the file's order.

    A match inside a longer one that speaks for another option is left out, unless the slot may hold `many`.
    """
    found: list[Match] = []
    for cue in cues.by_slot.get(slot, ()):
        for phrase in cue.phrases:
            for start, end in phrase.spans(utterance.flat, utterance.openings):
                if (match := _match(cue, phrase, utterance, start, end)) is not None:
                    found.append(match)
    return [match for match in found if many or not any(_covers(other, match) for other in found)]


def _match(cue: Cue, phrase: Phrase, utterance: Utterance, start: int, end: int) -> Match | None:
    clause = utterance.clause_of(start, end)
    if clause is None:
        return None
    if phrase.at_start and not _OPENING.fullmatch(utterance.flat, clause.start, start):
        return None
    if phrase.at_end and _WORD.search(utterance.flat, end, clause.end):
        return None
    if any(silencer.pattern.search(clause.text) for silencer in cue.unless):
        return None
    if phrase.negative or cue.polarity is Polarity.ANY:
        return Match(cue, cue.value, start, end, clause, denied=False)
    if not negates(utterance.flat[start:end]) and not is_denied(clause, start, end):
        return Match(cue, cue.value, start, end, clause, denied=False)
    if cue.denied is None:
        return None
    return Match(cue, cue.denied, start, end, clause, denied=True)


def _covers(other: Match, match: Match) -> bool:
    is_inside = other.start <= match.start and match.end <= other.end and other.length > match.length
    return is_inside and other.value != match.value and not (_is_loose(other) and not _is_loose(match))


def _is_loose(match: Match) -> bool:
    """Tell a cue that only ever proposes, and only when asked."""
    return match.cue.told is Strength.NOTHING and match.cue.asked is not Strength.KNOWN
