"""Finds the signs of an answer: turns of speech that say little alone, and together what a slot's value is.

Owns where a sign counts: stated and not denied. Must not know which value any signs add up to.
"""

from __future__ import annotations

from dataclasses import dataclass

from assistant.text.clauses import Clause, Utterance
from assistant.offline.cues import Cues
from assistant.text.modality import Manner, is_denied, manner

_STATING = (Manner.STATES, Manner.FORMER)
_ASKED_TOO = frozenset({"test_nothing", "test_glance"})
"""Signs that a rhetorical question or a guess gives as well: "how would I check?", "I suppose I would notice"."""


@dataclass(frozen=True, slots=True)
class Signs:
    """The signs of `cues.signs` as they stand in one message."""

    cues: Cues
    utterance: Utterance

    def clauses(self, name: str) -> tuple[Clause, ...]:
        """Return the clauses that state a sign, one for each place where it stands apart from others, in order."""
        found: dict[int, tuple[int, Clause]] = {}
        manners = (*_STATING, Manner.QUESTION, Manner.SUPPOSES) if name in _ASKED_TOO else _STATING
        for phrase in self.cues.signs.get(name, ()):
            for start, end in phrase.spans(self.utterance.flat, self.utterance.openings):
                clause = self.utterance.clause_of(start, end)
                if clause is None or manner(self.utterance, clause) not in manners:
                    continue
                if phrase.at_start and self.utterance.flat[clause.start : start].strip(" '\""):
                    continue
                if phrase.at_end and self.utterance.flat[end : clause.end].strip(" '\"."):
                    continue
                if phrase.negative or not is_denied(clause, start, end):
                    found[start] = max(found.get(start, (end, clause)), (end, clause), key=lambda pair: pair[0])
        kept: list[Clause] = []
        until = -1
        for start in sorted(found):
            end, clause = found[start]
            if start >= until:
                kept.append(clause)
                until = end
        return tuple(kept)

    def first(self, *names: str) -> Clause | None:
        """Return the first clause that states one of some signs, or None."""
        found = [clause for name in names for clause in self.clauses(name)]
        return min(found, key=lambda clause: clause.start, default=None)

    def has(self, *names: str) -> bool:
        """Tell whether any of some signs is stated."""
        return self.first(*names) is not None
