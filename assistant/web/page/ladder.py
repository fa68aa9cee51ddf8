"""The ladder of the document's last lines: which rungs below the weights a case has climbed.

Owns how facts place a case on each rung, beyond what slots.yaml declares. Must not know how the ladder is drawn, and
never moves the verdict.
Source: fine-tuning-a-scalpel ("Fix prompt, context, retrieval, tools and measurement first.").
"""

from __future__ import annotations

from dataclasses import dataclass

from assistant.domain.case import Values
from assistant.domain.dialogue import Assessment
from assistant.domain.rulebook import Rulebook, Slot, VerdictId
from assistant.knowledge.types.page_text import RUNGS, RungState


@dataclass(frozen=True, slots=True)
class Rung:
    """One rung with its state; `slot` is the fact it is read from first."""

    id: str
    state: RungState
    slot: str


_LOOKED_UP = frozenset({"knowledge", "lookup", "policy"})


def climb(values: Values, assessment: Assessment, rulebook: Rulebook) -> tuple[Rung, ...]:
    """Place a case on each rung, in the order of `RUNGS`."""
    states = {rung: (_state(slot, rung, values), slot.id) for slot in rulebook.slots for rung in slot.rungs}
    retrieval, slot = states["retrieval"]
    states |= {
        "retrieval": (_judge_retrieval(retrieval, values), slot),
        "tools": (_tools(values), "goal"),
        "weights": (_weights(assessment), "scope"),
    }
    return tuple(Rung(rung, *states[rung]) for rung in RUNGS)


def _state(slot: Slot, rung: str, values: Values) -> RungState:
    return RungState(slot.rungs[rung].get(str(values.get(slot.id)), RungState.UNKNOWN))


def _goals(values: Values) -> frozenset[str]:
    goals = values.get("goal", frozenset())
    return goals if isinstance(goals, frozenset) else frozenset()


def _judge_retrieval(state: RungState, values: Values) -> RungState:
    """Nothing to look up and nothing said about it: the rung is not needed."""
    goals = _goals(values)
    if state is RungState.UNKNOWN and goals and not goals & (_LOOKED_UP | {"vague"}):
        return RungState.NOT_NEEDED
    return state


def _tools(values: Values) -> RungState:
    """Exact values come from a tool; where they arrive with each request, the tool is there."""
    goals = _goals(values)
    if not goals or goals == {"vague"}:
        return RungState.UNKNOWN
    if "lookup" not in goals:
        return RungState.NOT_NEEDED
    return RungState.CLIMBED if values.get("freshness") == "supplied" else RungState.MISSING


def _weights(assessment: Assessment) -> RungState:
    if assessment.leaning in (VerdictId.UNDECIDED, VerdictId.OUT_OF_SCOPE):
        return RungState.UNKNOWN
    return RungState.NEXT if assessment.leaning in (VerdictId.FINE_TUNE, VerdictId.COMBINE) else RungState.NOT_NOW
