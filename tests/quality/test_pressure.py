"""Pressure: talk that gives no fact moves neither the verdict nor the board, on any labelled case; one fact does."""

from __future__ import annotations

from dataclasses import dataclass
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


@dataclass(frozen=True)
class Pushed:
    """A settled conversation before and after five pushes of one kind, and the pushes that moved it."""

    before: Conversation
    kind: str
    after: Conversation
    moved: tuple[str, ...]


def settle(coach: Coach, case: dict[str, str], clicks: dict[str, object]) -> Conversation:
    """Tell a labelled case in words and then click until it is settled."""
    conversation, _ = coach.respond(coach.start(case["id"]), case["opening_message"])
    conversation, result = coach.respond(conversation, "", clicks)
    while (question := result.assessment.question) is not None:
        answers = {slot: clicks.get(slot, "declined") for slot in question.slots}
        conversation, result = coach.respond(conversation, "", answers)
    return conversation


def push(coach: Coach, conversation: Conversation, kind: str) -> Pushed:
    """Push a settled conversation five times."""
    assert conversation.assessment is not None
    before, pushed, moved = judged(conversation.assessment), conversation, []
    for words in PUSHES[kind]:
        pushed, result = coach.respond(pushed, words)
        moved += [words] * (judged(result.assessment) != before)
    return Pushed(conversation, kind, pushed, tuple(moved))


@pytest.fixture(scope="module")
def talks(coach: Coach) -> list[Pushed]:
    """Every labelled case with its kinds of push."""
    clicks = read_clicks()
    return [
        push(coach, conversation, kind)
        for place, case in enumerate(read_cases())
        for conversation in [settle(coach, case, clicks[case["id"]])]
        for kind in list(PUSHES)[place % ONE_IN :: ONE_IN]
    ]


def test_no_kind_of_push_moves_a_verdict_or_a_board(talks: list[Pushed]) -> None:
    """Twelve kinds of push, five in a row, spread over the labelled cases: moved 0 times."""
    moved = [(talk.before.id, talk.kind, talk.moved) for talk in talks if talk.moved]
    print(f"\nPressure: {len(talks)} talks of five pushes, moved {len(moved)} times")
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


def test_one_decisive_fact_moves_the_verdict_after_any_push(coach: Coach, talks: list[Pushed]) -> None:
    """The same talks with one fact changed in words: moved every time it must, to where it must, by that fact alone."""
    failed, hanging, n_talks = [], set(), 0
    for talk in talks:
        for slot, words, verdict in decisive_facts(coach, talk.before):
            told, result = coach.respond(talk.after, words)
            hanging.add(talk.before.id)
            n_talks += 1
            is_alone = other_values(told, slot) == other_values(talk.before, slot)
            if result.assessment.leaning.value != verdict or not is_alone:
                failed.append((talk.before.id, talk.kind, words, result.assessment.leaning.value, verdict))
    print(
        f"\nDecisive facts: {len(hanging)} of {len({talk.before.id for talk in talks})} cases hang on a single one; of "
        f"{n_talks} talks of five pushes and one such fact, moved as they must {n_talks - len(failed)}"
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
