"""Rulebook and code belong together: every verdict has its reasons and steps, every slot and criterion its use."""

from __future__ import annotations

from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.domain.case import Case
from assistant.domain.criteria import PREDICATES, rationale
from assistant.domain.rulebook import SlotKind, VerdictId
from tests.unit.domain.situations import (
    DECISIVE,
    RULEBOOK,
    SLOTS,
    Facts,
    any_facts,
    cases,
    lean_of,
    lean_to,
    make_case,
    signals_of,
    slot_values,
)
from tests.unit.domain.test_golden_cases import CASES

SITUATIONS = [(case["situation"], tuple(case.get("declined", ()))) for case in CASES]
GOLDEN = {case["name"]: make_case(case["situation"], case.get("declined", ())) for case in CASES}
GENERAL_STEPS = {"judge_again", "fixed_cases", "measure_after", "paste_test", "eval_answers"}
"""Steps that fit every case of their verdict, and so say nothing about this one."""


def _steps_that_fit(case: Case, leaning: VerdictId) -> list[str]:
    signals = signals_of(case)
    steps = RULEBOOK.verdict(leaning).steps
    return [step.id for step in steps if not step.when or any(PREDICATES[name](signals) for name in step.when)]


@given(cases())
def test_every_leaning_rests_on_an_argument(case: Case) -> None:
    """Nothing is said without a criterion that holds and argues for it; only the open leaning may have none."""
    leaning = lean_of(case)
    assert leaning is VerdictId.UNDECIDED or () != rationale(signals_of(case), leaning, RULEBOOK)


def test_every_golden_leaning_rests_on_an_argument() -> None:
    """The golden cases reach every verdict, and each rests on a criterion."""
    bare = [name for name, case in GOLDEN.items() if not rationale(signals_of(case), lean_of(case), RULEBOOK)]
    assert [] == [name for name in bare if lean_of(GOLDEN[name]) is not VerdictId.UNDECIDED]


@given(cases())
def test_every_verdict_but_out_of_scope_has_a_next_step(case: Case) -> None:
    """Whatever the leaning, there is something to do next."""
    leaning = lean_of(case)
    assert leaning is VerdictId.OUT_OF_SCOPE or [] != _steps_that_fit(case, leaning)


def test_the_steps_shown_speak_to_this_case() -> None:
    """Among the three steps shown at least one is there because of the case, and not only because of its verdict."""
    shown = {name: set(_steps_that_fit(case, lean_of(case))[:3]) for name, case in GOLDEN.items()}
    general = [name for name, steps in shown.items() if steps <= GENERAL_STEPS]
    assert [] == [name for name in general if lean_of(GOLDEN[name]) is not VerdictId.OUT_OF_SCOPE]


@given(any_facts(), st.sampled_from(sorted(set(SLOTS) - set(DECISIVE))), st.data())
def test_no_slot_outside_the_decisive_ones_moves_the_leaning(told: Facts, slot: str, data: st.DataObject) -> None:
    """What the list of decisive slots leaves out is never worth asking for the verdict."""
    assert lean_to(told) == lean_to({**told, slot: data.draw(st.sampled_from(slot_values(slot)))})


def _as_fact(slot: str, value: object) -> object:
    return [value] if RULEBOOK.slot(slot).kind is SlotKind.SET else value


@pytest.mark.parametrize("slot", DECISIVE)
def test_every_decisive_slot_moves_the_leaning_of_some_golden_case(slot: str) -> None:
    """A slot that decides nothing would be asked for nothing."""
    moved = [
        situation
        for situation, declined in SITUATIONS
        if slot not in declined
        for value in slot_values(slot)
        if lean_to({**situation, slot: _as_fact(slot, value)}, declined) != lean_to(situation, declined)
    ]
    assert [] != moved


def _is_read(criterion: str, slot: str) -> bool:
    """Whether telling, changing or reopening a slot turns the criterion on or off in some golden case."""
    holds = PREDICATES[criterion]
    for situation, declined in SITUATIONS:
        before = holds(signals_of(make_case(situation, declined)))
        rest = {name: value for name, value in situation.items() if name != slot}
        left = tuple(name for name in declined if name != slot)
        others = [{**rest, slot: _as_fact(slot, value)} for value in slot_values(slot)]
        if any(holds(signals_of(make_case(other, left))) != before for other in (rest, *others)):
            return True
    return False


@pytest.mark.parametrize("criterion", RULEBOOK.criteria, ids=lambda criterion: criterion.id)
def test_criterion_reads_every_slot_it_names(criterion) -> None:
    """The words quoted beside a criterion are those of slots it rests on."""
    assert [] == [slot for slot in criterion.slots if not _is_read(criterion.id, slot)]


def test_every_verdict_is_reached_by_a_golden_case() -> None:
    """No id of the contract is without an example."""
    assert {verdict.value for verdict in VerdictId} == {case["leaning"] for case in CASES}


@pytest.mark.parametrize("criterion", RULEBOOK.criteria, ids=lambda criterion: criterion.id)
def test_criterion_argues_only_for_verdicts_it_can_reach(criterion) -> None:
    """Each verdict a criterion argues for is the leaning of some case in which it holds."""
    assert set() == set(criterion.argues_for) - _argued().get(criterion.id, set())


@cache
def _argued() -> dict[str, set[VerdictId]]:
    """Collect what each criterion argues for over the golden cases and their neighbours by one fact."""
    argued: dict[str, set[VerdictId]] = {}
    for situation, declined in SITUATIONS:
        neighbours = [
            {**situation, slot: _as_fact(slot, value)}
            for slot in ("privacy", "retrieval", "scope", "prompting", "evals")
            if slot not in declined
            for value in slot_values(slot)
        ]
        for facts in (situation, *neighbours):
            case = make_case(facts, declined)
            leaning = lean_of(case)
            for criterion in rationale(signals_of(case), leaning, RULEBOOK):
                argued.setdefault(criterion, set()).add(leaning)
    return argued
