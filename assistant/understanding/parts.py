"""The parts of a message that may each state a fact: its clauses, its sentences, and a short message as a whole.

Owns which clauses may speak: what is asked, planned, supposed, hearsay or hedged may not, except where a wish is
what is sought. Must not know what any part says.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from assistant.text.clauses import Clause, Utterance
from assistant.text.modality import Manner, manner

MOST_CLAUSES = 48
_LONGEST_WHOLE = 200
_LEAST_LETTERS = 2
_HEDGED = re.compile(
    r"\b(?:maybe|perhaps|probably|possibly|presumably|hopefully|might|i (?:guess|suppose|think|hope|assume)|not sure"
    r"|we (?:hope|assume)|should be (?:fine|ok|okay|good|clean)|supposed to be)\b"
)
STATED = frozenset({Manner.STATES, Manner.FORMER})
WISHED = STATED | {Manner.PLANS, Manner.SUPPOSES, Manner.QUESTION}


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a message: `text` is what is read of `[start, end)`, `manners` how its clauses speak.

    `hedged`: some clause of it is put as a guess. `is_whole`: it is the message, of several sentences.
    """

    text: str
    start: int
    end: int
    manners: frozenset[Manner]
    hedged: bool
    is_whole: bool = False

    def may_state(self, *, wished: bool, asked: bool) -> bool:
        """Tell whether it may state a fact: with `wished` also what is wanted, with `asked` also what is guessed."""
        if self.is_whole and not asked:
            return False
        return self.manners <= (WISHED if wished else STATED) and (asked or wished or not self.hedged)


def parts_of(utterance: Utterance) -> tuple[Part, ...]:
    """Return the parts of a message in order, each text once: a clause before the sentence that it is part of."""
    clauses = utterance.clauses[:MOST_CLAUSES]
    found = [_part(utterance, [clause]) for clause in clauses]
    for sentence in dict.fromkeys(clause.sentence for clause in clauses):
        inside = [clause for clause in clauses if clause.sentence is sentence or clause.sentence == sentence]
        if len(inside) > 1:
            found.append(_part(utterance, inside))
            stating = [clause for clause in inside if manner(utterance, clause) in STATED]
            if 1 < len(stating) < len(inside):
                found.append(_part(utterance, stating))
    if len(utterance.flat.strip()) <= _LONGEST_WHOLE and len(clauses) > 1:
        found.append(replace(_part(utterance, clauses), is_whole=len({clause.sentence for clause in clauses}) > 1))
    kept = {part.text: part for part in reversed(found) if len(part.text) >= _LEAST_LETTERS or part.text.isalnum()}
    return tuple(reversed(kept.values()))


def _part(utterance: Utterance, clauses: list[Clause] | tuple[Clause, ...]) -> Part:
    start, end = clauses[0].start, clauses[-1].end
    until = clauses[-1].sentence.end
    is_whole = len(clauses) == sum(start <= clause.start < end for clause in utterance.clauses)
    whole = utterance.flat[start:until] if len(clauses) > 1 else utterance.flat[start:end]
    text = whole.strip() if is_whole else ", ".join(clause.text for clause in clauses)
    manners = frozenset(manner(utterance, clause) for clause in clauses)
    return Part(text, start, end, manners, any(_HEDGED.search(clause.text) for clause in clauses))
