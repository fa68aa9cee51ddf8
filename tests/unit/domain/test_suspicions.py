"""What a set may hold besides what was heard: when it is worth asking for, and how that is asked."""

from __future__ import annotations

from dataclasses import replace

import pytest

from assistant.domain.assessment import assess
from assistant.domain.case import Case, Status, Suspicion, click
from assistant.domain.dialogue import Question, QuestionKind
from tests.unit.domain.situations import READY, RULEBOOK, make_case, told

STORY = {"goal": ["style"], "prompting": "basic", "freshness": "stable", "process": "agreed"}
STEW = (Suspicion("goal", "knowledge", 0.6), Suspicion("goal", "policy", 0.6))


def heard(*suspected: Suspicion, status: Status = Status.KNOWN) -> Case:
    """Return a case whose one goal was heard in a story, with what the story may say besides."""
    case = make_case({slot: value for slot, value in STORY.items() if slot != "goal"})
    return replace(case, facts=(*case.facts, told("goal", "style", status)), suspected=suspected)


def asked(case: Case) -> Question | None:
    """Return the question that follows."""
    return assess(case, RULEBOOK).question


def test_what_a_story_may_say_besides_is_asked_for_where_the_verdict_would_be_another() -> None:
    """The question says what was heard, and offers it as chosen."""
    question = asked(heard(*STEW))
    assert question is not None
    assert ("goal", QuestionKind.ASK, True, ("style",)) == (
        question.slot, question.kind, question.multiple, question.held,
    )  # fmt: skip
    assert RULEBOOK.slot("goal").option("style").heard in question.text


@pytest.mark.parametrize("suspected", [(), (Suspicion("goal", "knowledge", 0.01),)])
def test_nothing_is_asked_for_what_is_hardly_meant(suspected: tuple[Suspicion, ...]) -> None:
    """Below what is worth asking the goal is left as it was heard."""
    question = asked(heard(*suspected))
    assert question is None or question.slot != "goal"


def test_what_would_change_nothing_is_not_asked_for() -> None:
    """A format beside a style is the same verdict."""
    question = asked(heard(Suspicion("goal", "format", 0.9)))
    assert question is None or question.slot != "goal"


def test_it_is_asked_once() -> None:
    """Whatever came back."""
    question = asked(replace(heard(*STEW), asked=frozenset({"goal"})))
    assert question is None or question.slot != "goal"


def test_who_clicks_the_goal_has_said_all_of_it() -> None:
    """A click leaves nothing to suspect."""
    assert () == click(heard(*STEW), {"goal": ("style",)}, 2).suspected


def test_a_goal_that_is_only_proposed_is_asked_for_instead_of_confirmed() -> None:
    """One question where there would be two."""
    question = asked(heard(*STEW, status=Status.PROPOSED))
    assert question is not None
    assert ("goal", QuestionKind.ASK) == (question.slot, question.kind)


def test_what_was_refused_is_not_suspected_again() -> None:
    """A no is a no."""
    refused = frozenset({("goal", "knowledge"), ("goal", "policy")})
    question = asked(replace(heard(*STEW), refused=refused))
    assert question is None or question.slot != "goal"


def answered(status: Status, *suspected: Suspicion) -> Case:
    """Return a case that waits for nothing but better evals, as they were heard."""
    case = make_case({slot: value for slot, value in READY.items() if slot != "evals"})
    return replace(case, facts=(*case.facts, told("evals", "impressions", status)), suspected=suspected)


def test_an_answer_that_may_mean_something_else_is_confirmed_where_the_verdict_hangs_on_it() -> None:
    """Unless it is known, or what it may mean instead leads to the same verdict."""
    better, same = Suspicion("evals", "held_out", 0.3), Suspicion("evals", "none", 0.3)
    question = asked(answered(Status.PROPOSED, better))
    assert question is not None
    assert ("evals", QuestionKind.CONFIRM) == (question.slot, question.kind)
    others = (answered(Status.KNOWN, better), answered(Status.PROPOSED, same))
    assert all(other is None or other.slot != "evals" for other in map(asked, others))


def test_whose_prompt_suffices_is_asked_whether_cost_or_speed_is_meant() -> None:
    """There would be no gap otherwise; where cost is named already nothing is asked."""
    given = make_case({"prompting": "sufficient", "volume": 3_000_000.0, "process": "agreed", "freshness": "stable"})
    sorts, saves = told("goal", "classification"), told("goal", "cost_latency")
    question = asked(replace(given, facts=(*given.facts, sorts)))
    assert question is not None
    assert ("goal", ("classification",)) == (question.slot, question.held)
    for named in (replace(given, facts=(*given.facts, sorts, saves)), click(given, {"goal": ("classification",)}, 2)):
        question = asked(named)
        assert question is None or question.slot != "goal"


def test_a_suspicion_is_no_fact() -> None:
    """Leaning, board and stability are what they were."""
    plain, suspicious = assess(heard(), RULEBOOK), assess(heard(*STEW), RULEBOOK)
    assert (plain.leaning, plain.mistakes, plain.stability) == (
        suspicious.leaning, suspicious.mistakes, suspicious.stability,
    )  # fmt: skip
