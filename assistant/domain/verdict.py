"""The verdict: a pure, total function of a case's values, and the mistake board and parts that go with it.

Owns the order in which arguments outrank each other. Must not know wording, priors or what to ask.
Source: fine-tuning-a-scalpel for the order (prompt, context, retrieval, tools and measurement before weights);
the criteria in criteria.yaml name the source of each argument.
"""

from __future__ import annotations

from collections.abc import Collection

from assistant.domain.case import Values
from assistant.domain.dialogue import MistakeFinding, MistakeState, Part
from assistant.domain.rulebook import MistakeId, VerdictId
from assistant.domain.signals import BEHAVIOUR, KNOWLEDGE, Limits, Signals

YES = frozenset({VerdictId.FINE_TUNE, VerdictId.COMBINE})


def lean(values: Values, declined: Collection[str], limits: Limits) -> VerdictId:
    """Judge the known and proposed values of a case; `undecided` while nothing argues."""
    return judge(Signals(values, declined, limits))


def judge(case: Signals) -> VerdictId:
    """Judge a case: the first argument that holds, in the order in which they outrank each other."""
    if case.scope == "off_topic":
        return VerdictId.OUT_OF_SCOPE
    if case.process_broken:
        return VerdictId.FIX_PROCESS
    if case.stew:
        return VerdictId.SPLIT_CONCERNS
    if case.knowledge_gap or case.policy_only:
        return VerdictId.RAG_OR_TOOLS
    if not case.needs_behaviour:
        return _judge_without_behaviour(case)
    return _judge_behaviour(case)


def _judge_without_behaviour(case: Signals) -> VerdictId:
    if case.knowledge:
        return VerdictId.RAG_OR_TOOLS
    if (case.prompt_untried or case.prompt_suffices) and case.aim_told:
        return VerdictId.PROMPT_FIRST
    if case.vague_only and case.prompting is not None:
        return VerdictId.FIX_PROCESS
    return VerdictId.UNDECIDED


def _judge_behaviour(case: Signals) -> VerdictId:
    if case.behaviour_changes or case.prompt_untried or case.prompt_suffices:
        return VerdictId.PROMPT_FIRST
    if case.cost_only and (case.prompting is None or not case.at_scale):
        return VerdictId.PROMPT_FIRST
    if case.readiness_untold:
        return VerdictId.UNDECIDED
    if case.baseline_missing or not case.evals_ready or case.data_gap or case.personal_data:
        return VerdictId.NOT_YET
    carried = case.knowledge or (case.policy and case.retrieval_good)
    return VerdictId.COMBINE if carried else VerdictId.FINE_TUNE


def parts(values: Values, declined: Collection[str], limits: Limits) -> tuple[Part, ...]:
    """Judge each concern of a split or combined case alone: its own goal, without the others' facts.

    Where only the reading of retrieved text is left to train, that is the repeated decision.
    """
    whole = Signals(values, declined, limits)
    verdict = judge(whole)
    if verdict not in (VerdictId.SPLIT_CONCERNS, VerdictId.COMBINE):
        return ()
    found = []
    wanted = whole.goals & (BEHAVIOUR | {"cost_latency"}) or {"repeated_decision"}
    for goal in sorted(wanted):
        alone = {slot: value for slot, value in values.items() if slot not in ("freshness", "retrieval")}
        alone["goal"] = frozenset({goal})
        found.append(Part(goal, lean(alone, declined, limits)))
    looked_up = sorted(whole.goals & (KNOWLEDGE | {"policy"})) or ["knowledge"]
    return (*found, *(Part(goal, VerdictId.RAG_OR_TOOLS) for goal in looked_up))


def board(values: Values, declined: Collection[str], limits: Limits) -> tuple[MistakeFinding, ...]:
    """Say for each of the six mistakes whether the case is about to make it; in the document's order."""
    case = Signals(values, declined, limits)
    if case.scope == "off_topic":
        return tuple(MistakeFinding(mistake, MistakeState.UNKNOWN, ()) for mistake in MistakeId)
    return (
        MistakeFinding(MistakeId.PROMPT_INSTEAD, _prompt_instead(case), ("prompting", "goal")),
        MistakeFinding(MistakeId.RAG_INSTEAD, _rag_instead(case), ("goal", "retrieval", "freshness")),
        MistakeFinding(MistakeId.NO_EVALS, _no_evals(case), ("evals",)),
        MistakeFinding(MistakeId.TINY_OR_DIRTY_DATA, _tiny_or_dirty(case), ("data_quality", "data_count")),
        MistakeFinding(MistakeId.CHANGING_DATABASE, _changing_database(case), ("freshness", "goal")),
        MistakeFinding(MistakeId.MIXED_STEW, _mixed_stew(case), ("goal",)),
    )


def _state(*, hit: bool, cleared: bool) -> MistakeState:
    if hit:
        return MistakeState.HIT
    return MistakeState.CLEARED if cleared else MistakeState.UNKNOWN


def _prompt_instead(case: Signals) -> MistakeState:
    """A knowledge gap is no prompt's to close, so there an untried prompt is not the mistake."""
    if case.goals and not case.needs_behaviour and not case.vague_only:
        return MistakeState.CLEARED
    cost_unmeasured = case.cost and case.volume is None and not case.at_scale
    suffices = case.prompt_suffices and not cost_unmeasured
    return _state(
        hit=case.prompt_untried or suffices,
        cleared=case.prompting == "plateaued"
        or case.rounds_scored
        or (case.prompting == "sufficient" and not case.prompt_suffices),
    )


def _rag_instead(case: Signals) -> MistakeState:
    wanted = case.knowledge or case.policy_only
    cleared = (wanted and case.retrieval_good) or (
        not wanted and bool(case.goals) and (case.freshness is not None or case.other_model)
    )
    return _state(hit=wanted and not case.retrieval_good, cleared=cleared)


def _no_evals(case: Signals) -> MistakeState:
    return _state(hit=case.evals is not None and not case.evals_ready, cleared=case.evals_ready)


def _tiny_or_dirty(case: Signals) -> MistakeState:
    """Documents are no dataset, so for a knowledge gap they are not a dirty one; no examples are none to be dirty."""
    bad = case.quality in ("disagreeing", "wrong_kind", "dirty", "unchecked")
    raw = case.quality == "documents" and not case.knowledge and bool(case.goals)
    tiny = case.too_few_examples and case.count != 0
    clean = case.quality == "clean" and case.count is not None and not case.too_few_examples
    return _state(hit=bad or raw or tiny, cleared=clean)


def _changing_database(case: Signals) -> MistakeState:
    facts_wanted = case.knowledge or case.policy_only
    changing = case.freshness == "daily" or (case.freshness == "monthly" and facts_wanted)
    exempt = case.retrieval_good or case.other_model
    return _state(hit=changing and not exempt, cleared=case.freshness is not None)


def _mixed_stew(case: Signals) -> MistakeState:
    return _state(hit=case.stew, cleared=bool(case.goals))
