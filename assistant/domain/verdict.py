"""The verdict: a pure, total function of a case's values, and the parts of a case that is split or combined.

Owns the order in which arguments outrank each other. Must not know wording, priors or what to ask.
Source: fine-tuning-a-scalpel for the order (prompt, context, retrieval, tools and measurement before weights);
the criteria in criteria.yaml name the source of each argument.
"""

from __future__ import annotations

from collections.abc import Collection

from assistant.domain.case import Values
from assistant.domain.dialogue import Part
from assistant.domain.mistakes import MistakeFinding, find_mistakes
from assistant.domain.rulebook import Rulebook, VerdictId
from assistant.domain.signals import BEHAVIOUR, KNOWLEDGE, Parameters, Signals

TRAINING_VERDICTS = frozenset({VerdictId.FINE_TUNE, VerdictId.COMBINE})


def judge_leaning(values: Values, declined: Collection[str], parameters: Parameters) -> VerdictId:
    """Judge the known and proposed values of a case; `undecided` while nothing argues."""
    return judge(Signals(values, declined, parameters))


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


def parts(values: Values, declined: Collection[str], parameters: Parameters) -> tuple[Part, ...]:
    """Judge each concern of a split or combined case alone: its own goal, without the others' facts.

    Where only the reading of retrieved text is left to train, that is the repeated decision. Where one part has no
    owner, that is the rules, else the facts.
    """
    whole = Signals(values, declined, parameters)
    verdict = judge(whole)
    if verdict not in (VerdictId.SPLIT_CONCERNS, VerdictId.COMBINE):
        return ()
    others = ("retrieval", *(("process",) if whole.part_without_owner else ()))
    alone = {slot: value for slot, value in values.items() if slot not in others}
    wanted = sorted(whole.goals & (BEHAVIOUR | {"cost_latency"}) or {"repeated_decision"})
    learned = [Part(goal, judge_leaning({**alone, "goal": frozenset({goal})}, declined, parameters)) for goal in wanted]
    outside = sorted(whole.goals & (KNOWLEDGE | {"policy"})) or ["knowledge"]
    ownerless = ({"policy"} & whole.goals or whole.goals) if whole.part_without_owner else frozenset()
    return (*learned, *(Part(goal, _judge_outside(goal in ownerless)) for goal in outside))


def _judge_outside(ownerless: bool) -> VerdictId:
    return VerdictId.FIX_PROCESS if ownerless else VerdictId.RAG_OR_TOOLS


def judge_mistakes(
    values: Values, declined: Collection[str], rulebook: Rulebook, parameters: Parameters
) -> tuple[MistakeFinding, ...]:
    """Say for each of the rulebook's mistakes whether the case is about to make it; in the rulebook's order."""
    case = Signals(values, declined, parameters)
    return find_mistakes(case, judge(case), rulebook)
