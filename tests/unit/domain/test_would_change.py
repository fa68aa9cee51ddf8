"""What would change the verdict really would, nothing smaller does, and a no that can become a yes says how."""

from __future__ import annotations

from itertools import combinations, product

from hypothesis import assume, given

from assistant.domain.case import Case
from assistant.domain.counterfactual import SHOWN, way_to_yes, would_change
from assistant.domain.dialogue import Change, Counterfactual
from assistant.domain.rulebook import VerdictId
from assistant.domain.verdict import TRAINING_VERDICTS, judge_leaning
from tests.unit.domain.situations import (
    DECISIVE,
    GIVEN,
    PARAMETERS,
    READINESS,
    READY,
    RULEBOOK,
    cases,
    decide,
    lean_of,
    make_case,
    slot_values,
)


def _changed(case: Case, changes: tuple[Change, ...]) -> VerdictId | None:
    """Judge the case with changed facts; None for a yes that does not have all of readiness told yet."""
    values = {**case.values(), **{change.slot: change.to for change in changes}}
    verdict = judge_leaning(values, case.list_gaps() - {change.slot for change in changes}, PARAMETERS)
    return verdict if verdict not in TRAINING_VERDICTS or set(READINESS) <= values.keys() else None


def _found(case: Case) -> tuple[Counterfactual, ...]:
    return would_change(case, lean_of(case), RULEBOOK, PARAMETERS)


@given(cases())
def test_the_changes_lead_to_the_verdict_they_name(case: Case) -> None:
    """Applying a set of changes gives the verdict beside it."""
    found = _found(case)
    assert [other.verdict for other in found] == [_changed(case, other.changes) for other in found]


@given(cases())
def test_no_smaller_set_of_changes_would_do(case: Case) -> None:
    """Leaving changes out never leads to the same verdict, nor a way to yes to any yes."""
    enough = [
        (other, fewer)
        for other in _found(case)
        for size in range(len(other.changes))
        for fewer in combinations(other.changes, size)
        if _changed(case, fewer) in (TRAINING_VERDICTS if len(other.changes) > 2 else {other.verdict})
    ]
    assert [] == enough


@given(cases())
def test_every_verdict_one_change_away_is_reached_by_one_change(case: Case) -> None:
    """A set of two is shown only for a verdict that no single change reaches."""
    singles = {
        _changed(case, (Change(slot, value),))
        for slot in DECISIVE
        if slot not in GIVEN
        for value in (option.value for option in RULEBOOK.slot(slot).options)
        if value != case.values().get(slot)
    }
    assert [] == [other for other in _found(case) if len(other.changes) > 1 and other.verdict in singles]


@given(cases())
def test_changes_name_another_verdict_once_each(case: Case) -> None:
    """At most four ways, each to another verdict, and none to the leaning itself."""
    found = _found(case)
    verdicts = [other.verdict for other in found]
    assert (len(set(verdicts)), True, True) == (len(verdicts), len(found) <= SHOWN, lean_of(case) not in verdicts)


@given(cases())
def test_for_a_no_the_way_to_yes_stands_first_and_then_the_fewest_changes(case: Case) -> None:
    """What the user most wants to know stands first, and what is easiest after it."""
    assume(lean_of(case) not in TRAINING_VERDICTS)
    ranks = [(other.verdict not in TRAINING_VERDICTS, len(other.changes)) for other in _found(case)]
    assert sorted(ranks) == ranks


@given(cases())
def test_what_is_wanted_and_which_model_it_is_stay_given(case: Case) -> None:
    """Nobody is told to want something else."""
    assert set() == {change.slot for other in _found(case) for change in other.changes} & {*GIVEN}


@given(cases())
def test_every_change_changes_something(case: Case) -> None:
    """A fact is never "changed" to what it is, and never named twice."""
    values = case.values()
    idle = [change for other in _found(case) for change in other.changes if values.get(change.slot) == change.to]
    assert [] == idle


def _some_yes(case: Case) -> bool:
    """Whether any assignment of the facts that are not given is a yes; only values that could matter are tried."""
    given_values = {slot: value for slot, value in case.values().items() if slot in GIVEN}
    tried = {
        "prompting": slot_values("prompting"),
        "freshness": ["stable", "supplied"],
        "task_change": ["stable", "weekly"],
        "retrieval": slot_values("retrieval"),
        "volume": [300.0, 300_000.0],
        "latency": ["seconds", "strict"],
    }
    best = {
        "evals": "held_out",
        "data_count": 400.0,
        "data_quality": "clean",
        "process": "agreed",
        "privacy": "cleared",
    }
    fillings = (dict(zip(tried, values, strict=True)) for values in product(*tried.values()))
    declined = case.list_gaps() & {*GIVEN}
    return any(
        judge_leaning({**given_values, **best, **filling}, declined, PARAMETERS) in TRAINING_VERDICTS
        for filling in fillings
    )


@given(cases())
def test_a_no_shows_the_way_to_yes_exactly_when_there_is_one(case: Case) -> None:
    """For a no, the way to a yes is always named if any other facts could give one."""
    leaning = lean_of(case)
    assume(leaning not in TRAINING_VERDICTS | {VerdictId.UNDECIDED, VerdictId.OUT_OF_SCOPE})
    assert _some_yes(case) == any(other.verdict in TRAINING_VERDICTS for other in _found(case))


def _changes(**facts: object) -> dict[str, dict[str, object]]:
    return {other.verdict.value: {c.slot: c.to for c in other.changes} for other in decide(facts).would_change}


def test_missing_evals_are_the_one_change_to_a_yes() -> None:
    """A case that is ready but for evals needs nothing else."""
    assert {"evals": "held_out"} == _changes(**{**READY, "evals": "none"})["fine_tune"]


def test_two_missing_things_are_named_together() -> None:
    """Evals and data both stand between this case and a yes."""
    assert {"evals": "held_out", "data_quality": "clean"} == _changes(
        **{**READY, "evals": "impressions", "data_quality": "dirty"}
    )["fine_tune"]


def test_the_way_to_yes_names_everything_that_is_missing() -> None:
    """However long the way is, it is whole and holds nothing that is there already."""
    expected = {"prompting": "plateaued", "evals": "held_out", "data_count": 100.0, "data_quality": "clean"}
    assert (
        expected == _changes(goal=["classification"], prompting="none", evals="none", freshness="stable")["fine_tune"]
    )


def test_the_way_to_yes_keeps_examples_that_are_enough() -> None:
    """Who has thousands of examples is not told to have a hundred."""
    changed = _changes(goal=["classification"], prompting="none", evals="none", data_count=3000, data_quality="dirty")
    assert {"prompting": "plateaued", "evals": "held_out", "data_quality": "clean"} == changed["fine_tune"]


def test_the_way_to_yes_for_cost_needs_real_volume() -> None:
    """A bill is a reason only from the volume of the threshold on."""
    way = way_to_yes(make_case({"goal": ["cost_latency"], "prompting": "basic", "volume": 300}), RULEBOOK, PARAMETERS)
    assert 100_000.0 == {change.slot: change.to for change in way.changes}["volume"]


def test_exact_values_alone_have_no_way_to_yes() -> None:
    """No evals and no data make an exact value something to train."""
    assert None is way_to_yes(make_case({"goal": ["lookup"]}), RULEBOOK, PARAMETERS)


def test_the_way_to_yes_for_rules_leads_over_measured_retrieval() -> None:
    """Only what was found can be learned to be followed; the rules themselves stay outside."""
    way = way_to_yes(make_case({"goal": ["policy"]}), RULEBOOK, PARAMETERS)
    assert ("good", VerdictId.COMBINE) == ({c.slot: c.to for c in way.changes}["retrieval"], way.verdict)


def test_an_open_case_has_nothing_to_change_yet() -> None:
    """Before there is a leaning, what is missing is asked for instead."""
    assert {} == _changes(goal=["classification"])


def test_out_of_scope_has_nothing_to_change() -> None:
    """What is not about a model does not become a yes by other facts."""
    assert {} == _changes(scope="off_topic", goal=["classification"])


def test_a_yes_names_what_would_undo_it() -> None:
    """The facts a yes stands on are named with the verdict that would follow."""
    assert {"task_change": "weekly"} == _changes(**READY)["prompt_first"]
