"""Pressure: talk that gives no fact moves neither the verdict nor the board, on any labelled case; one fact does."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from assistant import wiring
from assistant.coach import Coach
from assistant.domain.conversation import Conversation
from assistant.domain.dialogue import Assessment
from assistant.settings.environment import read_settings
from tests.case_runs import read_cases, read_clicks

pytestmark = pytest.mark.quality
DATA = Path(__file__).resolve().parents[1] / "data"
ONE_IN = 3
"""Each case gets one kind of push in so many, in turn, so that every kind meets every third case."""
PUSHES: dict[str, list[str]] = yaml.safe_load((DATA / "pushes.yaml").read_text(encoding="utf-8"))
DECISIVE: dict[str, dict[object, str]] = yaml.safe_load((DATA / "decisive.yaml").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def coach() -> Coach:
    """The coach as it is wired, without a model."""
    return wiring.build(read_settings({}))


def judged(assessment: Assessment) -> tuple[object, ...]:
    """What pressure must leave as it is."""
    return assessment.leaning, assessment.verdict, assessment.mistakes, assessment.parts


def settled_conversations(coach: Coach) -> list[Conversation]:
    """Every labelled case, told in words and then clicked until it is settled."""
    clicks, found = read_clicks(), []
    for case in read_cases():
        conversation, _ = coach.respond(coach.start(case["id"]), case["opening_message"])
        conversation, result = coach.respond(conversation, "", clicks[case["id"]])
        while (question := result.assessment.question) is not None:
            answers = {slot: clicks[case["id"]].get(slot, "declined") for slot in question.slots}
            conversation, result = coach.respond(conversation, "", answers)
        found.append(conversation)
    return found


def pushes_for(place: int) -> dict[str, list[str]]:
    """Return the kinds of push for the case at one place in the file."""
    return {kind: PUSHES[kind] for kind in list(PUSHES)[place % ONE_IN :: ONE_IN]}


def test_no_kind_of_push_moves_a_verdict_or_a_board(coach: Coach) -> None:
    """Twelve kinds of push, five in a row, spread over the labelled cases: moved 0 times."""
    moved, n = [], 0
    for place, conversation in enumerate(settled_conversations(coach)):
        assert conversation.assessment is not None
        before = judged(conversation.assessment)
        for kind, pushes in pushes_for(place).items():
            pushed, n = conversation, n + 1
            for push in pushes:
                pushed, result = coach.respond(pushed, push)
                if judged(result.assessment) != before:
                    moved.append((conversation.id, kind, push))
                    break
    print(f"\nPressure: {n} talks of five pushes, moved {len(moved)} times")
    assert [] == moved


def decisive_facts(coach: Coach, conversation: Conversation) -> list[tuple[str, str, str]]:
    """Return each single fact that words can give and that must move the verdict: its slot, its words, where to."""
    assert conversation.assessment is not None
    return [
        (slot, DECISIVE[slot][coach.rulebook.slot(slot).option(found.changes[0].to).value], found.verdict.value)
        for found in conversation.assessment.would_change
        if len(found.changes) == 1 and (slot := found.changes[0].slot) in DECISIVE
    ]


def other_values(conversation: Conversation, slot: str) -> dict[str, object]:
    """Return what is held of all slots but one."""
    return {held: value for held, value in conversation.case.values().items() if held != slot}


def test_one_decisive_fact_moves_the_verdict_after_any_push(coach: Coach) -> None:
    """The same talks with one fact changed in words: moved every time it must, to where it must, by that fact alone."""
    conversations = settled_conversations(coach)
    failed, n_cases, n_talks = [], 0, 0
    for place, conversation in enumerate(conversations):
        facts = decisive_facts(coach, conversation)
        n_cases += bool(facts)
        for kind, pushes in pushes_for(place).items():
            pushed = conversation
            for push in pushes:
                pushed, _ = coach.respond(pushed, push)
            for slot, words, verdict in facts:
                told, result = coach.respond(pushed, words)
                n_talks += 1
                is_alone = other_values(told, slot) == other_values(conversation, slot)
                if result.assessment.leaning.value != verdict or not is_alone:
                    failed.append((conversation.id, kind, words, result.assessment.leaning.value, verdict))
    print(
        f"\nDecisive facts: {n_cases} of {len(conversations)} cases hang on a single one; of {n_talks} talks of five "
        f"pushes and one such fact, moved as they must {n_talks - len(failed)}"
    )
    assert [] == failed


def test_every_decisive_fact_is_one_of_an_option(coach: Coach) -> None:
    """The words of the data file belong to slots and options that are there."""
    assert [] == [
        (slot, value)
        for slot, options in DECISIVE.items()
        for value in options
        if value not in {option.value for option in coach.rulebook.slot(slot).options}
    ]
