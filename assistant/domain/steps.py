"""The next steps that fit a case: none that was done already, none for a gap that the case does not have.

Must not know how a step is worded, nor which slots there are: the rulebook declares which value makes a step needless.
"""

from __future__ import annotations

from assistant.domain.case import Case
from assistant.domain.dialogue import Assessment
from assistant.domain.rulebook import Rulebook, SlotKind, Step, VerdictId

MOST = 3


def find_fitting_steps(assessment: Assessment, case: Case, rulebook: Rulebook) -> list[Step]:
    """Return the first steps that fit, `MOST` at most, in the rulebook's order; before a verdict, of the leaning."""
    verdict = assessment.verdict if assessment.settled else assessment.leaning
    if verdict is VerdictId.UNDECIDED:
        return []
    holding = [
        step for step in rulebook.verdict(verdict).steps if not step.when or {*step.when} & {*assessment.rationale}
    ]
    needed = [step for step in holding if not _is_done(step, case, rulebook)]
    return (needed or holding)[:MOST]


def _is_done(step: Step, case: Case, rulebook: Rulebook) -> bool:
    """Tell whether a value says that a step was done, or that there is nothing for it to do."""
    values = case.values()
    for slot in rulebook.slots:
        held, done = values.get(slot.id), slot.done_steps.get(step.id, ())
        if slot.kind is not SlotKind.NUMBER and held in done:
            return True
        if isinstance(held, (int, float)) and any(held >= rulebook.threshold(threshold) for threshold in done):
            return True
    return False
