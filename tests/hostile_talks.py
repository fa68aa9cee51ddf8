"""Talks with a user who never says yes, and what a language model must not bring about in them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from assistant.coach import Coach
from assistant.domain.case import Via
from assistant.domain.conversation import Conversation
from assistant.domain.dialogue import Assessment, Question, QuestionKind, TurnResult
from assistant.domain.rulebook import VerdictId
from assistant.domain.signals import Parameters, Signals
from assistant.domain.verdict import judge
from tests.case_runs import read_cases, read_clicks
from tests.fakes_model import Hear, garbled, giving_in, lying
from tests.moments import knowledge

RULEBOOK = knowledge().rulebook
CASES, CLICKS = read_cases(), read_clicks()
MOST_TURNS = 150
MOST_NOES = 4
CHARACTERS: Mapping[str, Hear] = {
    "giving in": giving_in(),
    "confirming": giving_in("confirms"),
    "denying": giving_in("denies"),
    "asking": giving_in("asks"),
    **{f"lying {seed}": lying(RULEBOOK, seed) for seed in range(4)},
    "garbled": garbled(),
}


def judged(assessment: Assessment) -> tuple[object, ...]:
    """What pressure must leave as it is."""
    return assessment.leaning, assessment.verdict, assessment.mistakes, assessment.parts


def faults(conversation: Conversation, result: TurnResult) -> Iterator[str]:
    """Find what no model may bring about with a user who never says yes: only what was clicked may be agreed to."""
    verdict, case = result.assessment.verdict, result.case
    clicked = {slot for event in conversation.events for slot in event.facts}
    for fact in case.facts:
        if fact.quote is not None and fact.quote != conversation.messages[fact.turn][fact.start : fact.end]:
            yield f"{fact.slot} has no exact quote"
        if fact.via is Via.MODEL and not fact.quote:
            yield f"{fact.slot} rests on no words"
        if fact.agreed and fact.slot not in clicked:
            yield f"{fact.slot} is agreed to without a click"
    agreed = case.as_agreed()
    of_agreed = judge(Signals(agreed.values(), agreed.list_gaps(), Parameters.of(RULEBOOK)))
    if verdict not in (VerdictId.UNDECIDED, of_agreed):
        yield f"{verdict} rests on what nobody agreed to"


def talk(coach: Coach, case: dict[str, Any], words: bool) -> Iterator[tuple[Conversation, TurnResult]]:
    """Tell a case and answer until it is settled: in words or clicks, but with no yes to anything.

    A list that is denied for good is left after a few noes.
    """
    conversation, result = coach.respond(coach.start(case["id"]), case["opening_message"])
    yield conversation, result
    n_noes = 0
    while (question := result.assessment.question) is not None and conversation.turn < MOST_TURNS:
        n_noes = n_noes + 1 if question.kind is QuestionKind.READ_BACK else 0
        if n_noes > MOST_NOES:
            return
        conversation, result = coach.respond(conversation, *_answer(question, case, words))
        yield conversation, result


def _answer(question: Question, case: dict[str, Any], words: bool) -> tuple[str, dict[str, object]]:
    if question.kind is not QuestionKind.ASK:
        return "No.", {}
    if words:
        return case["answers"].get(question.slot, "I could not say, it is how it is."), {}
    return "", {question.slot: CLICKS[case["id"]].get(question.slot, "declined")}


def is_over(result: TurnResult) -> bool:
    """Tell whether a talk is at its end: settled, or at a list that only a yes of the user's could close."""
    question = result.assessment.question
    return question is None or question.kind is QuestionKind.READ_BACK


def settled(coach: Coach, case: dict[str, Any]) -> Conversation:
    """Tell a case in words, click the rest, and decline what is asked beyond that."""
    conversation, result = coach.respond(coach.start(case["id"]), case["opening_message"])
    conversation, result = coach.respond(conversation, "", CLICKS[case["id"]])
    while (question := result.assessment.question) is not None:
        clicked = {slot: CLICKS[case["id"]].get(slot, "declined") for slot in question.slots}
        conversation, result = coach.respond(conversation, "", clicked)
    return conversation
