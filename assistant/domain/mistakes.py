"""The document's common mistakes: their ids, and when a case hits or avoids each of them.

Owns one condition a mistake. What a finding rests on, which criteria explain it and what is said of it stand in
`mistakes.yaml`; the loader proves that ids here and there are the same.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from assistant.domain.rulebook import Rulebook, VerdictId
from assistant.domain.signals import Signals


class MistakeId(StrEnum):
    """The document's six common mistakes; a public contract, never reuse one."""

    PROMPT_INSTEAD = "prompt_instead"
    RAG_INSTEAD = "rag_instead"
    NO_EVALS = "no_evals"
    TINY_OR_DIRTY_DATA = "tiny_or_dirty_data"
    CHANGING_DATABASE = "changing_database"
    MIXED_STEW = "mixed_stew"


class MistakeState(StrEnum):
    """Where a case stands with a mistake."""

    HIT = "hit"
    CLEARED = "cleared"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class MistakeFinding:
    """One tile of the mistake board; `slots` are those whose facts it rests on."""

    id: MistakeId
    state: MistakeState
    slots: tuple[str, ...]


def find_mistakes(case: Signals, leaning: VerdictId, rulebook: Rulebook) -> tuple[MistakeFinding, ...]:
    """Say for each of the rulebook's mistakes whether a case with that leaning is about to make it."""
    if leaning is VerdictId.OUT_OF_SCOPE:
        return tuple(MistakeFinding(MistakeId(mistake.id), MistakeState.UNKNOWN, ()) for mistake in rulebook.mistakes)
    return tuple(
        MistakeFinding(MistakeId(mistake.id), CONDITIONS[MistakeId(mistake.id)](case, leaning), mistake.slots)
        for mistake in rulebook.mistakes
    )


def _state(*, hit: bool, cleared: bool) -> MistakeState:
    if hit:
        return MistakeState.HIT
    return MistakeState.CLEARED if cleared else MistakeState.UNKNOWN


def _judge_prompt_instead(case: Signals, leaning: VerdictId) -> MistakeState:
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


def _judge_rag_instead(case: Signals, _: VerdictId) -> MistakeState:
    wanted = case.knowledge or case.policy_only
    return _state(hit=wanted and not case.facts_carried, cleared=wanted or bool(case.goals - {"vague"}))


def _judge_no_evals(case: Signals, _: VerdictId) -> MistakeState:
    """Live measures say nothing of facts and rules, and of a manner only where a baseline was scored on them."""
    blind = case.knowledge or case.policy or (case.live_fits and case.prompting is not None)
    hit = case.evals in ("none", "impressions", "partial") or (case.evals == "live" and blind)
    return _state(hit=hit and not case.live_carries, cleared=case.measured)


def _judge_tiny_or_dirty_data(case: Signals, _: VerdictId) -> MistakeState:
    """Documents are no dataset, so for a knowledge gap they are not a dirty one, nor are few pairs beside them.

    A checked part with a larger unchecked rest is a start where something would show what the rest does.
    """
    unseen = case.quality == "part_checked" and not case.measured
    bad = case.quality in ("disagreeing", "wrong_kind", "dirty", "unchecked") or (unseen and case.evals is not None)
    trains = bool(case.behaviour) or case.cost or case.takes_no_prompt or case.vague_only
    tiny = case.too_few_examples and (trains or not case.goals)
    raw = case.quality == "documents" and trains and not case.knowledge
    return _state(hit=bad or raw or tiny, cleared=case.data_ready and not unseen)


def _judge_changing_database(case: Signals, _: VerdictId) -> MistakeState:
    facts_wanted = (case.knowledge or case.policy_only) and not case.facts_carried
    moving = case.freshness in ("daily", "monthly") and facts_wanted
    return _state(hit=moving or (case.task_too_fast and bool(case.behaviour)), cleared=case.freshness is not None)


def _judge_mixed_stew(case: Signals, _: VerdictId) -> MistakeState:
    return _state(hit=case.stew, cleared=bool(case.goals - {"vague"}))


Condition = Callable[[Signals, VerdictId], MistakeState]

CONDITIONS: Mapping[MistakeId, Condition] = {
    MistakeId.PROMPT_INSTEAD: _judge_prompt_instead,
    MistakeId.RAG_INSTEAD: _judge_rag_instead,
    MistakeId.NO_EVALS: _judge_no_evals,
    MistakeId.TINY_OR_DIRTY_DATA: _judge_tiny_or_dirty_data,
    MistakeId.CHANGING_DATABASE: _judge_changing_database,
    MistakeId.MIXED_STEW: _judge_mixed_stew,
}
