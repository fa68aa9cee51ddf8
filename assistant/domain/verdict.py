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


def judge_leaning(values: Values, declined: Collection[str], limits: Limits) -> VerdictId:
    """Judge the known and proposed values of a case; `undecided` while nothing argues."""
    return judge(Signals(values, declined, limits))


def judge(case: Signals) -> VerdictId:
    """Judge a case: the first argument that holds, in the order in which they outrank each other."""
    if case.scope in ("off_topic", "other_model"):
        return VerdictId.OUT_OF_SCOPE
    if case.process_broken:
        return VerdictId.FIX_PROCESS
    if case.stew:
        return VerdictId.SPLIT_CONCERNS
    if case.knowledge_gap:
        return VerdictId.RAG_OR_TOOLS
    if case.rules_over_found_text:
        return _judge_found_text(case)
    if case.policy_only:
        return VerdictId.RAG_OR_TOOLS
    if not case.needs_behaviour:
        return _judge_without_behaviour(case)
    return _judge_behaviour(case)


def _judge_found_text(case: Signals) -> VerdictId:
    """Rules and exact values stay outside the weights; what can be learned is to use what was found."""
    if case.prompting in (None, "plateaued", "iterated") and case.readiness_untold:
        return VerdictId.UNDECIDED
    return VerdictId.COMBINE if case.ready and not case.task_too_fast else VerdictId.RAG_OR_TOOLS


def _judge_without_behaviour(case: Signals) -> VerdictId:
    if case.knowledge:
        return VerdictId.RAG_OR_TOOLS
    if (case.prompt_untried or case.prompt_suffices) and case.aim_told:
        return VerdictId.PROMPT_FIRST
    if case.vague_only and case.prompting is not None:
        return VerdictId.FIX_PROCESS
    return VerdictId.UNDECIDED


def _judge_behaviour(case: Signals) -> VerdictId:
    if case.task_too_fast or case.prompt_untried or case.prompt_suffices:
        return VerdictId.PROMPT_FIRST
    if case.cost_only and (case.prompting is None or not case.at_scale):
        return VerdictId.PROMPT_FIRST
    if case.readiness_untold:
        return VerdictId.UNDECIDED
    if not case.ready:
        return VerdictId.PROMPT_FIRST if case.cheaper_levers_first else VerdictId.NOT_YET
    return VerdictId.COMBINE if case.combines else VerdictId.FINE_TUNE


def parts(values: Values, declined: Collection[str], limits: Limits) -> tuple[Part, ...]:
    """Judge each concern of a split or combined case alone: its own goal, without the others' facts.

    Where only the reading of retrieved text is left to train, that is the repeated decision. Where one part has no
    owner, that is the rules, else the facts.
    """
    whole = Signals(values, declined, limits)
    verdict = judge(whole)
    if verdict not in (VerdictId.SPLIT_CONCERNS, VerdictId.COMBINE):
        return ()
    others = ("retrieval", *(("process",) if whole.part_without_owner else ()))
    alone = {slot: value for slot, value in values.items() if slot not in others}
    wanted = sorted(whole.goals & (BEHAVIOUR | {"cost_latency"}) or {"repeated_decision"})
    learned = [Part(goal, judge_leaning({**alone, "goal": frozenset({goal})}, declined, limits)) for goal in wanted]
    outside = sorted(whole.goals & (KNOWLEDGE | {"policy"})) or ["knowledge"]
    ownerless = ({"policy"} & whole.goals or whole.goals) if whole.part_without_owner else frozenset()
    return (*learned, *(Part(goal, _judge_outside(goal in ownerless)) for goal in outside))


def _judge_outside(ownerless: bool) -> VerdictId:
    return VerdictId.FIX_PROCESS if ownerless else VerdictId.RAG_OR_TOOLS


def judge_mistakes(values: Values, declined: Collection[str], limits: Limits) -> tuple[MistakeFinding, ...]:
    """Say for each of the six mistakes whether the case is about to make it; in the document's order."""
    case = Signals(values, declined, limits)
    leaning = judge(case)
    if leaning is VerdictId.OUT_OF_SCOPE:
        return tuple(MistakeFinding(mistake, MistakeState.UNKNOWN, ()) for mistake in MistakeId)
    return (
        MistakeFinding(MistakeId.PROMPT_INSTEAD, _prompt_instead(case, leaning), ("prompting", "goal")),
        MistakeFinding(MistakeId.RAG_INSTEAD, _rag_instead(case), ("goal", "retrieval", "freshness")),
        MistakeFinding(MistakeId.NO_EVALS, _no_evals(case), ("evals",)),
        MistakeFinding(MistakeId.TINY_OR_DIRTY_DATA, _tiny_or_dirty(case), ("data_quality", "data_count")),
        MistakeFinding(
            MistakeId.CHANGING_DATABASE, _judge_changing_database(case), ("freshness", "task_change", "goal")
        ),
        MistakeFinding(MistakeId.MIXED_STEW, _judge_mixed_stew(case), ("goal",)),
    )


def _state(*, hit: bool, cleared: bool) -> MistakeState:
    if hit:
        return MistakeState.HIT
    return MistakeState.CLEARED if cleared else MistakeState.UNKNOWN


def _prompt_instead(case: Signals, leaning: VerdictId) -> MistakeState:
    """A knowledge gap is no prompt's to close, nor is a quarrel or a stew, so there an untried one is not the mistake.

    Quality that is there already makes it one where training would be for the bill, or for nothing that was named;
    rounds of rework that were never scored, where the verdict is the prompt's.
    """
    if case.goals and not case.needs_behaviour and not case.vague_only:
        return MistakeState.CLEARED
    unmeasured = case.cost and case.volume is None
    if case.prompting == "sufficient":
        needless = leaning is VerdictId.PROMPT_FIRST and (case.cost or case.vague_only)
        return _state(hit=needless and not unmeasured, cleared=not needless)
    its_turn = leaning is not VerdictId.SPLIT_CONCERNS and not case.people_disagree
    unscored = case.prompting == "iterated" and leaning is VerdictId.PROMPT_FIRST and not unmeasured
    return _state(
        hit=(case.prompt_untried and its_turn) or (unscored and not case.baseline_known), cleared=case.baseline_known
    )


def _rag_instead(case: Signals) -> MistakeState:
    wanted = case.knowledge or case.policy_only
    return _state(hit=wanted and not case.facts_carried, cleared=wanted or bool(case.goals - {"vague"}))


def _no_evals(case: Signals) -> MistakeState:
    """Live measures say nothing of facts and rules, and of a manner only where a baseline was scored on them."""
    blind = case.knowledge or case.policy or (case.live_fits and case.prompting is not None)
    hit = case.evals in ("none", "impressions", "partial") or (case.evals == "live" and blind)
    return _state(hit=hit and not case.live_carries, cleared=case.measured)


def _tiny_or_dirty(case: Signals) -> MistakeState:
    """Documents are no dataset, so for a knowledge gap they are not a dirty one, nor are few pairs beside them.

    A checked part with a larger unchecked rest is a start where something would show what the rest does.
    """
    unseen = case.quality == "part_checked" and not case.measured
    bad = case.quality in ("disagreeing", "wrong_kind", "dirty", "unchecked") or (unseen and case.evals is not None)
    trains = bool(case.behaviour) or case.cost or case.takes_no_prompt or case.vague_only
    tiny = case.too_few_examples and (trains or not case.goals)
    raw = case.quality == "documents" and trains and not case.knowledge
    return _state(hit=bad or raw or tiny, cleared=case.data_ready and not unseen)


def _judge_changing_database(case: Signals) -> MistakeState:
    facts_wanted = (case.knowledge or case.policy_only) and not case.facts_carried
    moving = case.freshness in ("daily", "monthly") and facts_wanted
    return _state(hit=moving or (case.task_too_fast and bool(case.behaviour)), cleared=case.freshness is not None)


def _judge_mixed_stew(case: Signals) -> MistakeState:
    return _state(hit=case.stew, cleared=bool(case.goals - {"vague"}))
