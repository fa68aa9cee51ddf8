"""The mistake board: six tiles in the document's order, each naming the facts it rests on."""

from __future__ import annotations

import pytest

from assistant.domain.dialogue import Part
from assistant.domain.mistakes import MistakeFinding, MistakeId, MistakeState
from assistant.domain.rulebook import VerdictId
from assistant.domain.verdict import judge_mistakes, parts
from tests.unit.domain.situations import PARAMETERS, READY, RULEBOOK, decide


def _board(**values: object) -> tuple[MistakeFinding, ...]:
    return judge_mistakes(values, (), RULEBOOK, PARAMETERS)


@pytest.mark.parametrize("values", [{}, {"scope": "off_topic"}, {"evals": "none"}])
def test_tiles_stand_in_the_documents_order(values: dict) -> None:
    """All six are there, whatever was told, as the document lists them."""
    assert [mistake.id for mistake in RULEBOOK.mistakes] == [found.id for found in _board(**values)]


@pytest.mark.parametrize(
    ("mistake", "slots"),
    [
        (MistakeId.PROMPT_INSTEAD, ("prompting", "goal")),
        (MistakeId.RAG_INSTEAD, ("goal", "retrieval", "freshness")),
        (MistakeId.NO_EVALS, ("evals",)),
        (MistakeId.TINY_OR_DIRTY_DATA, ("data_quality", "data_count")),
        (MistakeId.CHANGING_DATABASE, ("freshness", "task_change", "goal")),
        (MistakeId.MIXED_STEW, ("goal",)),
    ],
)
def test_a_tile_names_the_slots_whose_words_are_shown_on_it(mistake: MistakeId, slots: tuple[str, ...]) -> None:
    """What a user said about these slots is what triggered or cleared the mistake."""
    assert [slots] == [found.slots for found in _board() if found.id is mistake]


def test_nothing_told_leaves_every_tile_unknown() -> None:
    """An empty case has made no mistake and avoided none."""
    assert {MistakeState.UNKNOWN} == {found.state for found in _board()}


def test_off_topic_tiles_rest_on_nothing() -> None:
    """Facts beside the topic are not held against anybody."""
    unknown = tuple(MistakeFinding(mistake, MistakeState.UNKNOWN, ()) for mistake in MistakeId)
    assert unknown == _board(scope="off_topic", evals="none", prompting="none")


def _state(mistake: str, **facts: object) -> str:
    return next(found.state.value for found in decide(facts).mistakes if found.id == mistake)


@pytest.mark.parametrize(
    ("facts", "state"),
    [
        ({"goal": ["cost_latency"], "prompting": "sufficient"}, "unknown"),
        ({"goal": ["cost_latency"], "prompting": "sufficient", "volume": 300}, "hit"),
        ({"goal": ["cost_latency"], "prompting": "sufficient", "latency": "strict"}, "cleared"),
        ({"goal": ["cost_latency"], "prompting": "sufficient", "volume": 100_000, "evals": "none"}, "hit"),
        ({"goal": ["cost_latency"], "prompting": "sufficient", "volume": 1_000_000, "evals": "none"}, "cleared"),
        ({"goal": ["cost_latency"], "prompting": "sufficient", "volume": 100_000}, "cleared"),
        ({"goal": ["style"], "prompting": "sufficient"}, "cleared"),
        ({"goal": ["vague"], "prompting": "sufficient"}, "hit"),
        ({"prompting": "sufficient"}, "cleared"),
        ({"goal": ["style", "policy"], "prompting": "basic"}, "unknown"),
        ({"goal": ["classification"], "prompting": "none", "process": "form_or_rule"}, "hit"),
        ({"goal": ["classification"], "prompting": "none", "process": "no_agreement"}, "unknown"),
        ({"goal": ["classification"], "prompting": "none", "data_quality": "disagreeing"}, "unknown"),
        ({"goal": ["classification"], "prompting": "basic", "scope": "vision_or_speech"}, "unknown"),
        (
            {"goal": ["classification"], "prompting": "basic", "scope": "vision_or_speech", "evals": "held_out"},
            "cleared",
        ),
        ({"goal": ["style"], "prompting": "sufficient", "scope": "tuned_already"}, "cleared"),
        ({"goal": ["style"], "prompting": "iterated"}, "unknown"),
        ({"goal": ["style"], "prompting": "iterated", "task_change": "weekly"}, "hit"),
        ({"goal": ["style"], "prompting": "iterated", "task_change": "weekly", "evals": "held_out"}, "cleared"),
        ({"goal": ["style"], "prompting": "plateaued", "task_change": "weekly"}, "cleared"),
        ({"goal": ["cost_latency"], "prompting": "iterated", "volume": 300}, "hit"),
        ({"goal": ["cost_latency"], "prompting": "iterated"}, "unknown"),
        ({"goal": ["vague"], "prompting": "plateaued"}, "cleared"),
        ({"goal": ["policy"], "prompting": "none"}, "cleared"),
        ({"prompting": "none"}, "hit"),
        ({"goal": ["style"]}, "unknown"),
    ],
)
def test_prompt_instead(facts: dict, state: str) -> None:
    """Hit while it has not had its chance, or suffices and only the bill hurts; cleared once the gap is elsewhere."""
    assert state == _state("prompt_instead", **facts)


@pytest.mark.parametrize(
    ("facts", "state"),
    [
        ({"goal": ["style"]}, "cleared"),
        ({"goal": ["vague"]}, "unknown"),
        ({"goal": ["vague", "style"]}, "cleared"),
        ({"goal": ["style"], "freshness": "daily"}, "cleared"),
        ({"goal": ["knowledge"], "freshness": "supplied", "retrieval": "not_needed"}, "cleared"),
        ({"goal": ["knowledge"], "freshness": "supplied"}, "cleared"),
        ({"goal": ["knowledge"], "freshness": "supplied", "retrieval": "unmeasured"}, "hit"),
        ({"freshness": "stable"}, "unknown"),
        ({"scope": "vision_or_speech"}, "unknown"),
        ({"freshness": "daily"}, "hit"),
        ({"freshness": "daily", "retrieval": "good"}, "cleared"),
        ({"goal": ["policy"], "retrieval": "good"}, "cleared"),
        ({"goal": ["policy"], "retrieval": "misses"}, "hit"),
        ({"goal": ["policy", "style"]}, "cleared"),
        ({"goal": ["knowledge"], "scope": "embedder_or_reranker"}, "cleared"),
    ],
)
def test_rag_instead(facts: dict, state: str) -> None:
    """Hit while facts or rules are wanted and nothing measured brings them."""
    assert state == _state("rag_instead", **facts)


@pytest.mark.parametrize(
    ("facts", "state"),
    [
        ({"evals": "partial"}, "hit"),
        ({"evals": "held_out"}, "cleared"),
        ({"evals": "live"}, "unknown"),
        ({"evals": "live", "goal": ["style"]}, "unknown"),
        ({"evals": "live", "goal": ["style"], "prompting": "plateaued"}, "cleared"),
        ({"evals": "live", "goal": ["style", "vague"], "prompting": "plateaued"}, "cleared"),
        ({"evals": "live", "goal": ["style"], "prompting": "iterated"}, "hit"),
        ({"evals": "live", "goal": ["style"], "prompting": "sufficient"}, "hit"),
        ({"evals": "live", "goal": ["style", "cost_latency"], "prompting": "sufficient", "volume": 100_000}, "cleared"),
        ({"evals": "live", "goal": ["style", "format"]}, "unknown"),
        ({"evals": "live", "goal": ["style"], "scope": "vision_or_speech"}, "unknown"),
        ({"evals": "live", "goal": ["classification"]}, "unknown"),
        ({"evals": "live", "goal": ["classification"], "prompting": "iterated"}, "unknown"),
        ({"evals": "live", "goal": ["classification"], "scope": "embedder_or_reranker"}, "unknown"),
        (
            {"evals": "live", "goal": ["classification"], "scope": "embedder_or_reranker", "prompting": "plateaued"},
            "cleared",
        ),
        ({"evals": "live", "goal": ["classification"], "scope": "embedder_or_reranker", "prompting": "basic"}, "hit"),
        ({"evals": "live", "goal": ["knowledge"]}, "hit"),
        ({"evals": "held_out", "goal": ["knowledge"]}, "cleared"),
        ({"goal": ["style"]}, "unknown"),
        ({"goal": ["knowledge"]}, "unknown"),
        ({"evals": "live", "goal": ["policy"]}, "hit"),
    ],
)
def test_no_evals(facts: dict, state: str) -> None:
    """Hit without a test set, cleared by one; live measures are blind to facts and rules, and need a baseline."""
    assert state == _state("no_evals", **facts)


@pytest.mark.parametrize(
    ("facts", "state"),
    [
        ({"data_quality": "clean"}, "unknown"),
        ({"data_count": 3000}, "unknown"),
        ({"data_count": 3000, "data_quality": "clean"}, "cleared"),
        ({"data_count": 0, "data_quality": "clean"}, "hit"),
        ({"data_count": 12}, "hit"),
        ({"goal": ["style"], "data_count": 0}, "hit"),
        ({"goal": ["cost_latency"], "data_count": 12}, "hit"),
        ({"goal": ["knowledge"], "scope": "embedder_or_reranker", "data_count": 12}, "hit"),
        ({"goal": ["knowledge"], "data_count": 12}, "unknown"),
        ({"goal": ["policy"], "data_quality": "documents"}, "unknown"),
        ({"goal": ["knowledge"], "data_quality": "unchecked"}, "hit"),
        ({"goal": ["vague"], "data_quality": "documents"}, "hit"),
        ({"goal": ["vague"], "data_count": 12}, "hit"),
        ({"goal": ["vague", "knowledge"], "data_quality": "documents"}, "unknown"),
        ({"data_count": 3000, "data_quality": "part_checked"}, "unknown"),
        ({"data_count": 3000, "data_quality": "part_checked", "evals": "held_out"}, "cleared"),
        ({"data_count": 3000, "data_quality": "part_checked", "evals": "partial"}, "hit"),
        ({"data_count": 3000, "data_quality": "part_checked", "evals": "live", "goal": ["classification"]}, "hit"),
        (
            {
                "data_count": 3000,
                "data_quality": "part_checked",
                "evals": "live",
                "goal": ["style"],
                "prompting": "plateaued",
            },
            "cleared",
        ),
        ({"data_count": 12, "data_quality": "part_checked", "evals": "held_out", "goal": ["style"]}, "hit"),
        ({"data_quality": "part_checked"}, "unknown"),
        ({"data_quality": "wrong_kind"}, "hit"),
        ({"data_quality": "disagreeing"}, "hit"),
        ({"goal": ["style"], "data_quality": "documents"}, "hit"),
        ({"goal": ["knowledge", "style"], "data_quality": "documents"}, "unknown"),
    ],
)
def test_tiny_or_dirty_data(facts: dict, state: str) -> None:
    """Hit by too few or faulty examples where something is to be trained, cleared only by enough checked ones.

    Beside a larger unchecked rest the checked ones are enough where something would show what that rest does.
    """
    assert state == _state("tiny_or_dirty_data", **facts)


@pytest.mark.parametrize(
    ("facts", "state"),
    [
        ({"freshness": "daily"}, "hit"),
        ({"freshness": "daily", "retrieval": "good"}, "cleared"),
        ({"freshness": "daily", "scope": "vision_or_speech"}, "cleared"),
        ({"freshness": "monthly"}, "cleared"),
        ({"freshness": "monthly", "goal": ["knowledge"]}, "hit"),
        ({"freshness": "monthly", "goal": ["policy"]}, "hit"),
        ({"freshness": "monthly", "goal": ["policy", "style"]}, "cleared"),
        ({"freshness": "daily", "goal": ["style"]}, "cleared"),
        ({"freshness": "daily", "goal": ["cost_latency"]}, "cleared"),
        ({"freshness": "monthly", "goal": ["knowledge"], "retrieval": "good"}, "cleared"),
        ({"task_change": "weekly", "goal": ["style"]}, "hit"),
        ({"task_change": "weekly", "goal": ["cost_latency"]}, "unknown"),
        ({"task_change": "weekly"}, "unknown"),
        ({"task_change": "monthly", "goal": ["style"]}, "unknown"),
        ({"goal": ["knowledge"]}, "unknown"),
    ],
)
def test_changing_database(facts: dict, state: str) -> None:
    """Hit by wanted facts or rules that change, unless they are brought, and by a task that changes every week."""
    assert state == _state("changing_database", **facts)


@pytest.mark.parametrize(
    ("facts", "state"),
    [
        ({"goal": ["style", "knowledge"]}, "hit"),
        ({"goal": ["style"]}, "cleared"),
        ({"goal": ["vague"]}, "unknown"),
        ({"freshness": "daily"}, "unknown"),
    ],
)
def test_mixed_stew(facts: dict, state: str) -> None:
    """Hit by several problems in one wish, cleared by one that was named, open while none was."""
    assert state == _state("mixed_stew", **facts)


def test_a_part_is_judged_without_the_freshness_of_the_others() -> None:
    """Facts that change daily are the knowledge's matter, so the style alone may be ready."""
    values = {**READY, "goal": frozenset({"style", "lookup"}), "freshness": "daily", "data_count": 400.0}
    expected = (Part("style", VerdictId.FINE_TUNE), Part("lookup", VerdictId.RAG_OR_TOOLS))
    assert expected == parts(values, (), PARAMETERS)


def test_a_part_keeps_what_the_user_could_not_say() -> None:
    """A gap of the whole case is a gap of its parts."""
    values = {"goal": frozenset({"style", "policy"}), "prompting": "plateaued"}
    assert Part("style", VerdictId.NOT_YET) == parts(values, ("evals",), PARAMETERS)[0]


@pytest.mark.parametrize("goal", ["style", "knowledge", "policy", "vague"])
def test_a_single_concern_has_no_parts(goal: str) -> None:
    """Only what is split or combined is told apart."""
    assert () == parts({"goal": frozenset({goal})}, (), PARAMETERS)
