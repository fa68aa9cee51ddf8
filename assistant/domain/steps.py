"""The next steps that fit a case: none that was done already, none for a gap that the case does not have.

Owns which facts make a step needless. Must not know how a step is worded.
"""

from __future__ import annotations

from collections.abc import Mapping

from assistant.domain.case import Case
from assistant.domain.dialogue import Assessment
from assistant.domain.rulebook import Rulebook, Step, VerdictId
from assistant.domain.signals import Limits

MOST = 3
_TRIED = frozenset({"plateaued", "sufficient"})
_DONE: Mapping[str, tuple[str, frozenset[str]]] = {
    "build_evals": ("evals", frozenset({"held_out"})),
    "eval_answers": ("evals", frozenset({"held_out"})),
    "fixed_cases": ("evals", frozenset({"held_out"})),
    "measure_prompt": ("prompting", _TRIED),
    "enforce_schema": ("prompting", _TRIED),
    "fix_failures": ("prompting", _TRIED),
    "few_shot": ("prompting", _TRIED),
    "clean_data": ("data_quality", frozenset({"clean"})),
    "clear_privacy": ("privacy", frozenset({"cleared", "unrestricted"})),
    "build_retrieval": ("retrieval", frozenset({"good", "misses", "unmeasured"})),
    "measure_retrieval": ("retrieval", frozenset({"good", "none"})),
    "paste_test": ("retrieval", frozenset({"good"})),
    "name_owner": ("process", frozenset({"agreed"})),
}
"""A slot whose value says that a step was done, or that there is nothing for it to do."""


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
    values = case.values()
    if step.id == "collect_data":
        count = values.get("data_count")
        return isinstance(count, float | int) and count >= Limits.of(rulebook).examples
    slot, done = _DONE.get(step.id, ("", frozenset()))
    return values.get(slot) in done
