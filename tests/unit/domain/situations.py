"""Situations: how the tests of the decision core make a case from facts, and how they draw random ones.

`RULEBOOK` is the real one. Random situations hold the options people can click and the numbers at each threshold.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from pathlib import Path

from hypothesis import strategies as st

from assistant.domain.assessment import assess
from assistant.domain.case import Again, Case, Fact, Status, Value, Via, agree, click, leave_open
from assistant.domain.dialogue import Assessment, Question, QuestionKind
from assistant.domain.elicitation import plan_questions
from assistant.domain.rulebook import Rulebook, SlotKind, VerdictId, check_facts
from assistant.domain.signals import Parameters, Signals
from assistant.domain.verdict import judge_leaning, judge_mistakes
from assistant.knowledge.loader import load

PROJECT_ROOT = Path(__file__).resolve().parents[3]
RULEBOOK = load(PROJECT_ROOT / "knowledge").rulebook
PARAMETERS = Parameters.of(RULEBOOK)
SLOTS = tuple(slot.id for slot in RULEBOOK.slots)
DECISIVE = RULEBOOK.decisive
READINESS = tuple(slot.id for slot in RULEBOOK.slots if slot.needed_for_yes)
GIVEN = tuple(slot.id for slot in RULEBOOK.slots if slot.given)
EDGES = {
    "data_count": (49.0, 50.0, 51.0, 99.0, 100.0, 101.0),
    "volume": (99_999.0, 100_000.0, 100_001.0, 999_999.0, 1_000_000.0),
}
READY = {
    "goal": ["classification"],
    "prompting": "plateaued",
    "evals": "held_out",
    "data_count": 400,
    "data_quality": "clean",
    "freshness": "stable",
    "task_change": "stable",
    "retrieval": "not_needed",
    "process": "agreed",
    "privacy": "unrestricted",
}
"""A narrow, stable task with a plateaued prompt, evals and hundreds of clean examples: the plain yes."""

Facts = dict[str, object]


def make_case(facts: Mapping[str, object], declined: Collection[str] = ()) -> Case:
    """Make the case in which these facts were clicked and those slots declined, in one turn."""
    return click(Case(), check_facts(RULEBOOK, {**facts, **dict.fromkeys(declined, "declined")}), turn=1)


def only_heard(case: Case, *slots: str, via: Via = Via.WORDS) -> Case:
    """Return the case in which these slots, or all, were heard in words and not agreed to."""
    facts = tuple(
        replace(fact, agreed=False, via=via, quote=str(fact.value)) if not slots or fact.slot in slots else fact
        for fact in case.facts
    )
    return replace(case, facts=facts)


def decide(facts: Mapping[str, object], declined: Collection[str] = ()) -> Assessment:
    """Assess clicked facts."""
    return assess(make_case(facts, declined), RULEBOOK)


def lean_of(case: Case) -> VerdictId:
    """Return the leaning of a case."""
    return judge_leaning(case.values(), case.list_gaps(), PARAMETERS)


def lean_to(facts: Mapping[str, object], declined: Collection[str] = ()) -> VerdictId:
    """Return the leaning of clicked facts."""
    return lean_of(make_case(facts, declined))


def board_of(case: Case) -> dict[str, str]:
    """Return the state of each mistake of a case."""
    return {
        found.id.value: found.state.value
        for found in judge_mistakes(case.values(), case.list_gaps(), RULEBOOK, PARAMETERS)
    }


def signals_of(case: Case) -> Signals:
    """Read the signals of a case."""
    return Signals(case.values(), case.list_gaps(), PARAMETERS)


def with_threshold(threshold_id: str, value: float, rulebook: Rulebook = RULEBOOK) -> Rulebook:
    """Return the rulebook with one threshold set to another value."""
    rows = tuple(replace(row, value=value) if row.id == threshold_id else row for row in rulebook.thresholds)
    return replace(rulebook, thresholds=rows)


def told(slot: str, value: Value | None, status: Status = Status.KNOWN, turn: int = 1) -> Fact:
    """Make a fact the user put into words, agreed to where it is to be known; a contradiction takes two of them."""
    return Fact(slot, value, status is Status.KNOWN, Via.WORDS, turn, str(value), 0, len(str(value)))


def prior_of(slot_id: str, *values: object) -> float:
    """Return the share of cases that hold one of these values of a slot."""
    return sum(option.prior for option in RULEBOOK.slot(slot_id).options if option.value in values)


def slot_values(slot_id: str) -> list[object]:
    """Return every single value a test may give a slot: its options, and for numbers those around the thresholds."""
    return [*(option.value for option in RULEBOOK.slot(slot_id).options), *EDGES.get(slot_id, ())]


def _values(slot_id: str) -> st.SearchStrategy[object]:
    options = st.sampled_from(slot_values(slot_id))
    if RULEBOOK.slot(slot_id).kind is SlotKind.SET:
        return st.lists(options, min_size=1, max_size=3, unique=True)
    if slot_id in ("process", "scope", "data_quality"):
        # One value of these decides nearly everything, so it is drawn in half of the cases and no more.
        return (
            st.sampled_from([{"process": "agreed", "scope": "language_model", "data_quality": "clean"}[slot_id]])
            | options
        )
    return options


def facts(*, complete: bool = False, without: Collection[str] = ()) -> st.SearchStrategy[Facts]:
    """Draw facts to click: of every slot, or of any subset of the slots."""
    slots = {slot: _values(slot) for slot in SLOTS if slot not in without}
    return st.fixed_dictionaries(slots) if complete else st.fixed_dictionaries({}, optional=slots)


def any_facts(without: Collection[str] = ()) -> st.SearchStrategy[Facts]:
    """Draw facts to click, of all slots or of some."""
    return facts(complete=True, without=without) | facts(without=without)


def declines() -> st.SearchStrategy[frozenset[str]]:
    """Draw slots to which the answer was "I don't know", often none."""
    return st.just(frozenset()) | st.frozensets(st.sampled_from(SLOTS), max_size=4)


def cases() -> st.SearchStrategy[Case]:
    """Draw cases with slots in every state: open, asked, proposed, known, declined and contradicted."""
    states = st.sampled_from([*[Status.KNOWN] * 4, *[Status.PROPOSED] * 2, Status.DECLINED, Status.CONTRADICTED])
    slots = st.fixed_dictionaries({}, optional={slot: st.tuples(states, _values(slot)) for slot in SLOTS})
    return st.builds(_in_states, slots, st.frozensets(st.sampled_from(SLOTS), max_size=2))


def _in_states(slots: Mapping[str, tuple[Status, object]], asked: frozenset[str]) -> Case:
    held: list[Fact] = []
    for slot, (status, value) in slots.items():
        if status is Status.DECLINED:
            held.append(told(slot, None, status))
            continue
        given = check_facts(RULEBOOK, {slot: value})[slot]
        members = given if isinstance(given, tuple) else (given,)
        held.extend(told(slot, member, status) for member in members)
        if status is Status.CONTRADICTED:
            rival = next(option.value for option in RULEBOOK.slot(slot).options if option.value not in members)
            held.append(told(slot, rival, status, turn=2))
    return Case(facts=tuple(held), asked=frozenset((slot, None) for slot in asked), begun=bool(held))


Answerer = Callable[[str], object]
"""What a simulated user gives when asked about a slot: a value, "declined", or None for no answer at all."""


def converse(case: Case, answer: Answerer, limit: int = 40) -> tuple[Case, list[str]]:
    """Ask until the case is settled; return the case at the end and the slots that were asked, in order.

    A question without an answer leaves a gap the second time, as the coach takes it; what is read back gets a yes.
    """
    asked: list[str] = []
    while (question := _next(case)) is not None and len(asked) < limit:
        if question.kind is QuestionKind.READ_BACK:
            case = agree(case, question.slots)
            continue
        asked.append(question.slot)
        given = answer(question.slot)
        if given is None:
            case = replace(case, asked=case.asked | {(question.slot, question.again)})
            if (question.slot, Again.REWORDED) in case.asked:
                case = leave_open(case, question.slot, turn=len(asked) + 1)
        else:
            case = click(case, check_facts(RULEBOOK, {question.slot: given}), turn=len(asked) + 1)
    return case, asked


def _next(case: Case) -> Question | None:
    """Return the question `assess` would ask, without the rest of the assessment."""
    return plan_questions(case, lean_of(case), RULEBOOK, PARAMETERS).question if case.begun else None
