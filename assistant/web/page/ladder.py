"""The ladder of the document's last lines: which rungs below the weights a case has climbed.

Owns how facts place a case on each rung. Must not know how the ladder is drawn, and never moves the verdict.
Source: fine-tuning-a-scalpel ("Fix prompt, context, retrieval, tools and measurement first.").
"""

from __future__ import annotations

from dataclasses import dataclass

from assistant.domain.case import Values
from assistant.domain.dialogue import Assessment
from assistant.domain.rulebook import VerdictId
from assistant.knowledge.types.page_text import RUNGS, RungState


@dataclass(frozen=True, slots=True)
class Rung:
    """One rung with its state; `slot` is the fact it is read from first."""

    id: str
    state: RungState
    slot: str


_PROMPT = {
    "none": RungState.MISSING,
    "basic": RungState.STARTED,
    "iterated": RungState.STARTED,
    "plateaued": RungState.CLIMBED,
    "sufficient": RungState.CLIMBED,
}
_CONTEXT = {
    "none": RungState.MISSING,
    "basic": RungState.MISSING,
    "iterated": RungState.STARTED,
    "plateaued": RungState.CLIMBED,
    "sufficient": RungState.CLIMBED,
}
_RETRIEVAL = {
    "none": RungState.MISSING,
    "unmeasured": RungState.STARTED,
    "misses": RungState.STARTED,
    "good": RungState.CLIMBED,
    "not_needed": RungState.NOT_NEEDED,
}
_MEASUREMENT = {
    "none": RungState.MISSING,
    "impressions": RungState.MISSING,
    "partial": RungState.STARTED,
    "live": RungState.STARTED,
    "held_out": RungState.CLIMBED,
}
_LOOKED_UP = frozenset({"knowledge", "lookup", "policy"})


def climb(values: Values, assessment: Assessment) -> tuple[Rung, ...]:
    """Place a case on each rung, in the order of `RUNGS`."""
    states = {
        "prompt": (_state(_PROMPT, values, "prompting"), "prompting"),
        "context": (_state(_CONTEXT, values, "prompting"), "prompting"),
        "retrieval": (_retrieval(values), "retrieval"),
        "tools": (_tools(values), "goal"),
        "measurement": (_state(_MEASUREMENT, values, "evals"), "evals"),
        "weights": (_weights(assessment), "scope"),
    }
    return tuple(Rung(rung, *states[rung]) for rung in RUNGS)


def _state(table: dict[str, RungState], values: Values, slot: str) -> RungState:
    return table.get(str(values.get(slot)), RungState.UNKNOWN)


def _goals(values: Values) -> frozenset[str]:
    goals = values.get("goal", frozenset())
    return goals if isinstance(goals, frozenset) else frozenset()


def _retrieval(values: Values) -> RungState:
    """Nothing to look up and nothing said about it: the rung is not needed."""
    state = _state(_RETRIEVAL, values, "retrieval")
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
