"""The whole assessment of a case: verdict, board, next question, and what would change it.

Owns when a case is settled, and that a verdict rests on agreed facts alone. A pure function of case and rulebook.
"""

from __future__ import annotations

from dataclasses import replace

from assistant.domain.case import Case
from assistant.domain.counterfactual import would_change
from assistant.domain.criteria import rationale
from assistant.domain.dialogue import Assessment
from assistant.domain.elicitation import Agenda, also_ask, list_unfilled, plan_questions
from assistant.domain.rulebook import Rulebook, VerdictId
from assistant.domain.signals import Parameters, Signals
from assistant.domain.stability import stability
from assistant.domain.verdict import judge, judge_mistakes, parts
from assistant.domain.worth import worths


def assess(case: Case, rulebook: Rulebook) -> Assessment:
    """Assess a case: same facts, same assessment, in whatever order they came.

    The leaning is what the rulebook says of all that was agreed and heard. While anything is to be asked or agreed to,
    the verdict is undecided; once nothing is, everything is computed from what was agreed alone.
    """
    parameters = Parameters.of(rulebook)
    leaning = judge(Signals(case.values(), case.list_gaps(), parameters)) if case.begun else VerdictId.UNDECIDED
    agenda = plan_questions(case, leaning, rulebook, parameters) if case.begun else Agenda(None, (), 0)
    settled = case.begun and agenda.question is None
    judged = case.as_agreed() if settled else case
    values, declined = judged.values(), judged.list_gaps()
    signals = Signals(values, declined, parameters)
    share = stability(values, leaning, list_unfilled(judged, rulebook), rulebook, parameters) if case.begun else 1.0
    if settled:
        leaning = judge(signals)
        if share < rulebook.threshold("stability_floor") and _gaps_decide(case, leaning, rulebook, parameters):
            leaning = VerdictId.UNDECIDED
    mistakes = judge_mistakes(values, declined, rulebook, parameters)
    return Assessment(
        verdict=leaning if settled else VerdictId.UNDECIDED,
        leaning=leaning,
        settled=settled,
        stability=share,
        rationale=rationale(signals, leaning, rulebook),
        mistakes=mistakes,
        parts=parts(values, declined, parameters),
        gaps=tuple(slot.id for slot in rulebook.slots if slot.id in case.list_gaps()),
        question=agenda.question,
        also_ask=also_ask(case, leaning, rulebook, parameters) if settled else (),
        would_change=would_change(judged, leaning, rulebook, parameters),
        to_agree=agenda.to_agree,
        n_left=agenda.n_left,
    )


def _gaps_decide(case: Case, leaning: VerdictId, rulebook: Rulebook, parameters: Parameters) -> bool:
    """Tell whether what the user could not say would be worth asking if they could.

    What a yes needs and nobody could say is the reason for `not_yet`, and so leaves that as it is.
    """
    explained = rulebook.needed_for_yes if leaning is VerdictId.NOT_YET else frozenset()
    gaps = case.list_gaps() & {*rulebook.decisive} - explained
    opened = replace(case.as_agreed().without(*gaps), asked=frozenset())
    floor = rulebook.threshold("worth_asking")
    return any(found.slot in gaps and found.most >= floor for found in worths(opened, leaning, rulebook, parameters))
