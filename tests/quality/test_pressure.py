"""Pressure: talk that gives no fact moves neither the verdict nor the board, on any labelled case."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from assistant import wiring
from assistant.coach import Coach
from assistant.config import read_settings
from assistant.domain.conversation import Conversation
from assistant.domain.dialogue import Assessment
from tests.case_runs import read_cases, read_clicks

pytestmark = pytest.mark.quality
PUSHES: dict[str, list[str]] = yaml.safe_load(
    (Path(__file__).resolve().parents[1] / "data" / "pushes.yaml").read_text(encoding="utf-8")
)


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


def test_no_kind_of_push_moves_a_verdict_or_a_board(coach: Coach) -> None:
    """Twelve kinds of push, five in a row, on every labelled case: moved 0 times."""
    moved = []
    conversations = settled_conversations(coach)
    for conversation in conversations:
        assert conversation.assessment is not None
        before = judged(conversation.assessment)
        for kind, pushes in PUSHES.items():
            pushed = conversation
            for push in pushes:
                pushed, result = coach.respond(pushed, push)
                if judged(result.assessment) != before:
                    moved.append((conversation.id, kind, push))
                    break
    n = len(conversations) * len(PUSHES)
    print(f"\nPressure: {n} talks of five pushes, moved {len(moved)} times")
    assert [] == moved


@pytest.mark.parametrize(
    ("facts", "decisive", "verdict"),
    [
        ({"evals": "held_out"}, "Actually, we have no test set at all.", "not_yet"),
        ({"prompting": "plateaued"}, "Correction: we only have one plain prompt without examples.", "prompt_first"),
        ({"freshness": "stable"}, "Actually the prices it must know change every night.", "rag_or_tools"),
    ],
)
def test_one_decisive_fact_moves_the_verdict(
    coach: Coach, facts: dict[str, object], decisive: str, verdict: str
) -> None:
    """The same talk with a fact in it moves the verdict at once."""
    ready: dict[str, object] = {
        "goal": ["classification"], "prompting": "plateaued", "evals": "held_out", "data_count": 3000,
        "data_quality": "clean", "freshness": "stable", "process": "agreed", "retrieval": "not_needed",
    }  # fmt: skip
    conversation, result = coach.respond(coach.start("decisive"), "", ready | facts)
    assert "fine_tune" == result.assessment.leaning.value
    for push in PUSHES["doubt"]:
        conversation, _ = coach.respond(conversation, push)
    _, result = coach.respond(conversation, decisive)
    assert verdict == result.assessment.leaning.value
