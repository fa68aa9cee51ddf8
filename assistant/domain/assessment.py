"""The whole assessment of a case: verdict, board, next question, and what would change it.

Owns when a case is settled. A pure function of case and rulebook.
"""

from __future__ import annotations

from assistant.domain.case import Case
from assistant.domain.counterfactual import would_change
from assistant.domain.criteria import rationale
from assistant.domain.dialogue import Assessment
from assistant.domain.elicitation import DECISIVE, also_ask, next_question, unanswered, unfilled
from assistant.domain.rulebook import Rulebook, VerdictId
from assistant.domain.signals import Limits, Signals
from assistant.domain.stability import stability
from assistant.domain.verdict import board, judge, parts


def assess(case: Case, rulebook: Rulebook) -> Assessment:
    """Assess a case: same facts, same assessment, in whatever order they came.

    Before anything was told that is a case, all is out of scope and nothing is asked. What only a model read counts in
    the leaning, but makes nothing stable.
    """
    limits = Limits.of(rulebook)
    values, declined = case.values(), unanswered(case)
    signals = Signals(values, declined, limits)
    leaning = judge(signals) if case.begun else VerdictId.OUT_OF_SCOPE
    mistakes = board(values, declined, limits)
    told, question, share = case.as_told(), None, 1.0
    if leaning is not VerdictId.OUT_OF_SCOPE or (case.begun and told != case):
        question = next_question(case, leaning, rulebook, limits)
    if leaning is not VerdictId.OUT_OF_SCOPE:
        share = stability(told.values(), leaning, unfilled(told), rulebook, limits)
    settled = question is None
    verdict = leaning
    if not settled or (unanswered(told) & set(DECISIVE) and share < rulebook.threshold("stability_floor")):
        verdict = VerdictId.UNDECIDED
    return Assessment(
        verdict=verdict,
        leaning=leaning,
        settled=settled,
        stability=share,
        rationale=rationale(signals, leaning, rulebook),
        mistakes=mistakes,
        parts=parts(values, declined, limits),
        gaps=tuple(slot.id for slot in rulebook.slots if slot.id in declined),
        question=question,
        also_ask=tuple(also_ask(case, mistakes, leaning, rulebook)) if settled and case.begun else (),
        would_change=would_change(case, leaning, rulebook, limits),
    )
