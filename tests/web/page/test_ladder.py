"""Where facts place a case on the ladder of the document's last lines."""

from __future__ import annotations

import pytest

from assistant.coach import Coach
from assistant.domain.assessment import assess
from assistant.domain.case import Case, click
from assistant.knowledge.types.page_text import RUNGS, RungState
from assistant.web.page.ladder import climb

NOTHING: dict[str, object] = {}


def states(coach: Coach, facts: dict[str, object]) -> dict[str, RungState]:
    """Place a case that was clicked together."""
    case = click(Case(), facts, 1)  # type: ignore[arg-type]
    return {rung.id: rung.state for rung in climb(case.values(), assess(case, coach.rulebook), coach.rulebook)}


def test_nothing_is_climbed_before_anything_is_told(coach: Coach) -> None:
    """An empty case stands before the ladder."""
    assert dict.fromkeys(RUNGS, RungState.UNKNOWN) == states(coach, NOTHING)


@pytest.mark.parametrize(
    ("facts", "rung", "state"),
    [
        ({"prompting": "none"}, "prompt", RungState.MISSING),
        ({"prompting": "basic"}, "context", RungState.MISSING),
        ({"prompting": "plateaued"}, "context", RungState.CLIMBED),
        ({"retrieval": "misses"}, "retrieval", RungState.STARTED),
        ({"goal": ("style",)}, "retrieval", RungState.NOT_NEEDED),
        ({"goal": ("knowledge",)}, "retrieval", RungState.UNKNOWN),
        ({"goal": ("lookup",)}, "tools", RungState.MISSING),
        ({"goal": ("lookup",), "freshness": "supplied"}, "tools", RungState.CLIMBED),
        ({"goal": ("style",)}, "tools", RungState.NOT_NEEDED),
        ({"goal": ("vague",)}, "tools", RungState.UNKNOWN),
        ({"evals": "impressions"}, "measurement", RungState.MISSING),
        ({"evals": "live"}, "measurement", RungState.STARTED),
        ({"evals": "held_out"}, "measurement", RungState.CLIMBED),
        ({"goal": ("knowledge",), "freshness": "daily", "retrieval": "none"}, "weights", RungState.NOT_NOW),
    ],
)
def test_a_fact_places_the_case_on_its_rung(
    coach: Coach, facts: dict[str, object], rung: str, state: RungState
) -> None:
    """Each rung is read from the facts that speak about it."""
    assert state == states(coach, facts)[rung]


def test_the_weights_are_next_for_a_case_that_is_ready(coach: Coach) -> None:
    """All that comes before the weights is done."""
    ready = {
        "goal": ("classification",),
        "prompting": "plateaued",
        "evals": "held_out",
        "data_count": 6000.0,
        "data_quality": "clean",
        "task_change": "stable",
    }
    assert RungState.NEXT == states(coach, ready)["weights"]
