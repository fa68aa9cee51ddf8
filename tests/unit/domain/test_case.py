"""How words, clicks, yes and no change a case: what replaces, what stands beside, what counts, what is agreed to."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

import pytest

from assistant.domain.case import (
    Again,
    Case,
    Fact,
    Reading,
    SlotState,
    Status,
    Via,
    agree,
    click,
    deny,
    hear,
    leave_open,
)
from tests.unit.domain.situations import told

KNOWN, PROPOSED, DECLINED = Status.KNOWN, Status.PROPOSED, Status.DECLINED


def _read(slot: str, value: object, *, corrects: bool = False, via: Via = Via.WORDS) -> Reading:
    return Reading(slot, value, 0, 5, corrects, via)


def _said(*readings: Reading, before: Case | None = None, turn: int = 1, answers: Collection[str] = ()) -> Case:
    return hear(before or Case(), readings, "words and more", turn, frozenset(answers))


def _agreed(*readings: Reading) -> Case:
    """A case in which these readings were heard and agreed to."""
    return agree(_said(*readings), {reading.slot for reading in readings})


def _held(case: Case, slot: str) -> list[tuple[object, bool]]:
    """The values of a slot, each with whether it was agreed to, in the order they came."""
    return [(fact.value, fact.agreed) for fact in case.of(slot)]


# What a fact carries


def test_a_reading_becomes_a_fact_with_its_quote() -> None:
    """The quote is the span of the message the value was read from, in the turn it was said."""
    case = hear(Case(), [Reading("evals", "none", 3, 11, via=Via.MODEL)], "so: no evals, sorry", 4)
    assert (Fact("evals", "none", False, Via.MODEL, 4, " no eval", 3, 11),) == case.facts


@pytest.mark.parametrize("via", [Via.WORDS, Via.MODEL])
@pytest.mark.parametrize("value", ["none", None])
def test_what_is_heard_is_never_agreed_to(value: str | None, via: Via) -> None:
    """Whoever reads it, a value or "I don't know", with or without a correction, as an answer or not."""
    case = _said(_read("evals", value, corrects=True, via=via), answers=["evals"])
    assert [(value, False)] == _held(case, "evals")


@pytest.mark.parametrize("value", ["none", None])
def test_a_first_reading_begins_the_case(value: str | None) -> None:
    """Once a fact was heard there is a case, even if the fact is a gap."""
    assert _said(_read("evals", value)).begun


def test_nothing_read_leaves_the_case_as_it_was() -> None:
    """A message without a fact changes nothing."""
    case = _said(_read("evals", "none"))
    assert case == _said(before=case, turn=2)


def test_readings_of_one_message_are_all_taken_in() -> None:
    """Several slots in one message each get their fact."""
    assert {"evals": "none", "volume": 300.0} == _said(_read("evals", "none"), _read("volume", 300.0)).values()


# Readings of one slot that meet, none of them agreed to


@pytest.mark.parametrize(
    ("first", "second", "held"),
    [
        pytest.param(_read("evals", "none"), _read("evals", "none"), ["none"], id="repeated"),
        pytest.param(_read("evals", "none"), _read("evals", "held_out"), ["none", "held_out"], id="two_values"),
        pytest.param(
            _read("evals", "none"),
            _read("evals", "held_out", via=Via.MODEL),
            ["none", "held_out"],
            id="two_values_one_by_a_model",
        ),
        pytest.param(
            _read("evals", "none"), _read("evals", "held_out", corrects=True), ["held_out"], id="correction_replaces"
        ),
        pytest.param(
            _read("evals", "none"),
            _read("evals", "held_out", corrects=True, via=Via.MODEL),
            ["held_out"],
            id="correction_by_a_model_replaces_what_was_only_heard",
        ),
        pytest.param(_read("evals", "none"), _read("evals", None), ["none"], id="declining_wipes_out_nothing"),
        pytest.param(
            _read("evals", "none"), _read("evals", None, corrects=True), ["none"], id="declining_corrects_nothing"
        ),
        pytest.param(_read("evals", None), _read("evals", None), [None], id="declined_twice"),
        pytest.param(_read("evals", None), _read("evals", "none"), ["none"], id="a_value_fills_a_gap"),
        pytest.param(_read("goal", "style"), _read("goal", "format"), ["style", "format"], id="members_add_up"),
        pytest.param(_read("goal", "style"), _read("goal", "style"), ["style"], id="member_repeated"),
        pytest.param(
            _read("goal", "style"), _read("goal", "format", corrects=True), ["format"], id="correction_drops_members"
        ),
        pytest.param(_read("goal", "style"), _read("goal", None), ["style"], id="declining_keeps_members"),
        pytest.param(_read("goal", None), _read("goal", "style"), ["style"], id="a_member_fills_a_gap"),
    ],
)
def test_two_readings_of_a_slot_meet(first: Reading, second: Reading, held: list[object]) -> None:
    """The second reading joins the first, takes its place, or leaves it."""
    case = _said(second, before=_said(first), turn=2)
    assert [(value, False) for value in held] == _held(case, first.slot)


@pytest.mark.parametrize("via", [Via.WORDS, Via.MODEL])
def test_an_answer_takes_the_place_of_what_was_heard_before(via: Via) -> None:
    """Who is asked and says something else has changed nothing that was agreed to."""
    case = _said(_read("evals", "held_out", via=via), before=_said(_read("evals", "none")), turn=2, answers=["evals"])
    assert [("held_out", False)] == _held(case, "evals")


def test_two_values_in_one_answer_stand_side_by_side() -> None:
    """Neither takes the place of what was said in the same breath."""
    case = _said(_read("evals", "none"), _read("evals", "held_out"), answers=["evals"])
    assert [("none", False), ("held_out", False)] == _held(case, "evals")


def test_of_three_values_the_two_newest_stand() -> None:
    """A choice is between two."""
    case = _said(*(_read("evals", value) for value in ("none", "partial", "held_out")))
    assert ["partial", "held_out"] == [value for value, _ in _held(case, "evals")]


def test_what_is_said_again_brings_the_newer_quote() -> None:
    """The words that are shown are the last ones."""
    case = _said(_read("evals", "none"), before=_said(_read("evals", "none")), turn=2)
    assert [2] == [fact.turn for fact in case.of("evals")]


def test_what_was_agreed_to_and_is_said_again_keeps_its_quote() -> None:
    """Insistence does not move the words a fact rests on."""
    before = _agreed(_read("evals", "none"))
    assert before == _said(_read("evals", "none"), before=before, turn=2)


def test_two_readings_give_no_value() -> None:
    """What was said both ways counts as neither."""
    assert {} == _said(_read("evals", "none"), _read("evals", "held_out")).values()


def test_other_slots_stay_when_one_is_corrected() -> None:
    """A correction is about its own slot."""
    before = _said(_read("volume", 300.0), _read("evals", "none"), _read("goal", "style"))
    case = _said(_read("evals", "held_out", corrects=True), before=before, turn=2)
    assert {"volume": 300.0, "evals": "held_out", "goal": frozenset({"style"})} == case.values()


def test_members_of_one_correction_do_not_drop_each_other() -> None:
    """What is said in the same turn belongs together."""
    readings = [_read("goal", member, corrects=True) for member in ("style", "format")]
    assert [("style", False), ("format", False)] == _held(_said(*readings), "goal")


# Readings against what was agreed to


AGREED = _agreed(_read("evals", "none"))


@pytest.mark.parametrize(
    "against",
    [
        pytest.param(_read("evals", "held_out"), id="words"),
        pytest.param(_read("evals", "held_out", via=Via.MODEL), id="model"),
        pytest.param(_read("evals", "held_out", corrects=True, via=Via.MODEL), id="model_corrects"),
    ],
)
def test_a_reading_against_an_agreed_value_counts_for_nothing(against: Reading) -> None:
    """It stands beside it, the value is what it was, and the slot is to be asked about."""
    case = _said(against, before=AGREED, turn=2)
    assert ([("none", True), ("held_out", False)], {"evals": "none"}, SlotState.CONTRADICTED) == (
        _held(case, "evals"),
        case.values(),
        case.state("evals"),
    )


def test_an_answer_of_a_model_moves_nothing_that_was_agreed_to() -> None:
    """Not even to the question which of two values holds."""
    doubted = _said(_read("evals", "held_out"), before=AGREED, turn=2)
    case = _said(_read("evals", "partial", via=Via.MODEL), before=doubted, turn=3, answers=["evals"])
    assert [("none", True), ("partial", False)] == _held(case, "evals")


def test_a_correction_in_so_many_words_replaces_what_was_agreed_to() -> None:
    """At once, and as heard: it is to be agreed to anew."""
    case = _said(_read("evals", "held_out", corrects=True), before=AGREED, turn=2)
    assert [("held_out", False)] == _held(case, "evals")


def test_an_answer_to_old_or_new_replaces_what_was_agreed_to() -> None:
    """The user has chosen the new one."""
    doubted = _said(_read("evals", "held_out"), before=AGREED, turn=2)
    case = _said(_read("evals", "held_out"), before=doubted, turn=3, answers=["evals"])
    assert [("held_out", False)] == _held(case, "evals")


def test_two_readings_stand_side_by_side_until_the_user_was_asked_which_holds() -> None:
    """From then on the later one counts: nobody is asked to choose for ever."""
    before = _said(_read("evals", "none"))
    asked = replace(before, asked=frozenset({("evals", Again.REOPENED)}))
    later = _read("evals", "held_out")
    assert ([("none", False), ("held_out", False)], [("held_out", False)]) == (
        _held(_said(later, before=before, turn=2), "evals"),
        _held(_said(later, before=asked, turn=2), "evals"),
    )


def test_the_members_of_a_set_stand_side_by_side_even_then() -> None:
    """An aim more takes none away."""
    before = replace(_said(_read("goal", "style")), asked=frozenset({("goal", Again.REOPENED)}))
    assert [("style", False), ("format", False)] == _held(_said(_read("goal", "format"), before=before, turn=2), "goal")


@pytest.mark.parametrize("reading", [_read("evals", "none"), _read("evals", "none", via=Via.MODEL)])
def test_an_answer_that_keeps_the_agreed_value_drops_what_was_heard_against_it(reading: Reading) -> None:
    """The user has chosen the old one, and it stays agreed."""
    doubted = _said(_read("evals", "held_out"), before=AGREED, turn=2)
    assert [("none", True)] == _held(_said(reading, before=doubted, turn=3, answers=["evals"]), "evals")


@pytest.mark.parametrize("before", [AGREED, click(Case(), {"evals": "declined"}, 1)])
def test_declining_leaves_what_was_agreed_to(before: Case) -> None:
    """ "I don't know" takes nothing away."""
    assert before == _said(_read("evals", None), before=before, turn=2)


def test_only_the_newest_reading_stands_against_an_agreed_value() -> None:
    """The question names old and new, and no third."""
    case = _said(_read("evals", "held_out"), _read("evals", "partial"), before=AGREED, turn=2)
    assert [("none", True), ("partial", False)] == _held(case, "evals")


def test_a_new_member_beside_agreed_ones_counts_for_nothing_yet() -> None:
    """The aim that was agreed to stays until the user has said yes to the new one."""
    case = _said(_read("goal", "policy"), before=_agreed(_read("goal", "style")), turn=2)
    assert ({"goal": frozenset({"style"})}, SlotState.CONTRADICTED) == (case.values(), case.state("goal"))


def test_a_correction_of_a_set_opens_all_of_it_to_agreement() -> None:
    """What was agreed to stays as heard, beside what corrects it."""
    case = _said(_read("goal", "policy", corrects=True), before=_agreed(_read("goal", "style")), turn=2)
    assert [("style", False), ("policy", False)] == _held(case, "goal")


# Clicks


def test_a_click_on_what_was_not_heard_has_no_quote() -> None:
    """A clicked value is agreed to and rests on no words."""
    assert (Fact("evals", "none", True, Via.CLICK, 3),) == click(Case(), {"evals": "none"}, 3).facts


def test_a_click_on_what_was_heard_keeps_its_quote() -> None:
    """It agrees to it, and the words and the turn stay."""
    heard = _said(_read("evals", "none"))
    assert (replace(heard.facts[0], agreed=True, via=Via.CLICK),) == click(heard, {"evals": "none"}, 3).facts


@pytest.mark.parametrize("before", [AGREED, _said(_read("evals", "none"), _read("evals", "partial"))])
def test_a_click_replaces_what_was_said(before: Case) -> None:
    """The last click stands, whatever state the slot was in."""
    assert [("held_out", True)] == _held(click(before, {"evals": "held_out"}, 2), "evals")


def test_clicked_members_replace_the_set() -> None:
    """A list fills the set anew."""
    before = click(Case(), {"goal": ("style", "format")}, 1)
    assert {"goal": frozenset({"lookup", "format"})} == click(before, {"goal": ("format", "lookup")}, 2).values()


def test_clicking_nothing_reopens_the_slot() -> None:
    """Null takes the value out and lets the question be asked again."""
    before = replace(click(Case(), {"evals": "none"}, 1), asked=frozenset({("evals", None), ("volume", None)}))
    case = click(before, {"evals": None}, 2)
    assert (SlotState.OPEN, {("volume", None)}) == (case.state("evals"), case.asked)


def test_reopening_one_slot_still_takes_the_clicks_after_it() -> None:
    """A null among several facts ends nothing."""
    assert {"volume": 300.0} == click(Case(), {"evals": None, "volume": 300.0}, 1).values()


def test_reopening_alone_begins_no_case() -> None:
    """Taking out what was never there says nothing."""
    assert not click(Case(), {"evals": None}, 1).begun


@pytest.mark.parametrize("given", ["none", "declined"])
def test_a_click_begins_the_case(given: str) -> None:
    """A value and a gap are both something told."""
    assert click(Case(), {"evals": given}, 1).begun


def test_a_clicked_decline_is_an_agreed_gap() -> None:
    """ "I don't know" by click takes the value out and is not read back."""
    case = click(click(Case(), {"evals": "none"}, 1), {"evals": "declined"}, 2)
    assert (Fact("evals", None, True, Via.CLICK, 2),) == case.facts


def test_a_click_leaves_other_slots_alone() -> None:
    """Only the slots that were clicked change."""
    before = click(Case(), {"evals": "none", "goal": ("style",)}, 1)
    assert {"evals": "partial", "goal": frozenset({"style"})} == click(before, {"evals": "partial"}, 2).values()


def test_a_click_ends_the_doubt_about_a_slot_and_the_count_of_replies() -> None:
    """Who clicks has said what holds."""
    before = replace(_said(_read("evals", "none")), doubted=frozenset({"evals", "volume"}), n_noes=1, n_unmended=1)
    case = click(before, {"evals": "none"}, 2)
    assert ({"volume"}, 0, 0) == (case.doubted, case.n_noes, case.n_unmended)


# Agreement, denial, gaps


def test_a_yes_agrees_to_what_was_heard_and_keeps_its_quote() -> None:
    """It counts like a click."""
    before = _said(_read("evals", "none"))
    assert (replace(before.facts[0], agreed=True),) == agree(before, ["evals"]).facts


def test_a_yes_agrees_to_the_slots_it_was_asked_for() -> None:
    """All members of a set and gaps as well, and nothing else."""
    before = _said(_read("goal", "style"), _read("goal", "format"), _read("privacy", None), _read("evals", "none"))
    case = agree(before, ["goal", "privacy"])
    assert {"goal": True, "privacy": True, "evals": False} == {fact.slot: fact.agreed for fact in case.facts}


def test_a_yes_does_not_choose_between_two_values() -> None:
    """What was said both ways stays to be asked about."""
    before = _said(_read("evals", "none"), _read("evals", "held_out"))
    assert before == agree(before, ["evals"])


def test_a_no_takes_out_what_was_heard_and_refuses_it() -> None:
    """The slot is open, may be asked about once more, and the value is known to be wrong."""
    case = deny(_said(_read("evals", "none")), "evals")
    assert (SlotState.OPEN, {"evals"}, {("evals", frozenset({"none"}))}) == (
        case.state("evals"),
        case.reopened,
        case.refused,
    )


def test_a_no_leaves_what_was_agreed_to() -> None:
    """Only what was heard against it falls."""
    case = deny(_said(_read("evals", "held_out"), before=AGREED, turn=2), "evals")
    assert [("none", True)] == _held(case, "evals")


def test_a_no_to_a_gap_opens_the_slot_and_refuses_no_value() -> None:
    """Who does know after all can be asked."""
    case = deny(_said(_read("evals", None)), "evals")
    assert (SlotState.OPEN, frozenset()) == (case.state("evals"), case.refused)


def test_a_question_left_without_an_answer_leaves_a_gap_that_nobody_spoke_out() -> None:
    """It has no quote and is not agreed to."""
    assert (Fact("evals", None, False, Via.WORDS, 5),) == leave_open(Case(), "evals", 5).facts


# What a case gives


@pytest.mark.parametrize("status", [KNOWN, PROPOSED, DECLINED])
def test_a_slot_has_the_state_of_its_fact(status: Status) -> None:
    """Each status of a fact is a state of its slot."""
    fact = told("evals", None if status is DECLINED else "none", status)
    case = Case((fact,))
    assert (status, SlotState(status.value)) == (case.status(fact), case.state("evals"))


def test_both_of_two_values_are_contradicted() -> None:
    """The one that was agreed to as well, though it counts."""
    case = Case((told("evals", "none"), told("evals", "held_out", PROPOSED)))
    assert [Status.CONTRADICTED] * 2 == [case.status(fact) for fact in case.facts]


def test_an_agreed_gap_is_declined() -> None:
    """Whether the user clicked "I don't know" or said yes to it."""
    case = click(Case(), {"evals": "declined"}, 1)
    assert SlotState.DECLINED is case.state("evals")


def test_a_slot_without_facts_is_open() -> None:
    """Facts of other slots do not count."""
    assert SlotState.OPEN is Case((told("evals", "none"),)).state("volume")


def test_rivals_are_what_counts_for_nothing() -> None:
    """Both of two heard values, and of a heard one against an agreed one only the heard one."""
    none, held_out = told("evals", "none", PROPOSED), told("evals", "held_out", PROPOSED)
    agreed = replace(none, agreed=True)
    assert ((none, held_out), (held_out,)) == (
        Case((none, held_out)).rivals("evals"),
        Case((agreed, held_out)).rivals("evals"),
    )


MIXED = Case(
    (
        told("goal", "style"),
        told("goal", "format", PROPOSED),
        told("evals", "none"),
        told("volume", 300.0, PROPOSED),
        told("privacy", None, PROPOSED),
        told("latency", "strict", PROPOSED),
        told("latency", "seconds", PROPOSED),
    )
)


def test_values_hold_what_was_agreed_to_and_what_was_heard() -> None:
    """The leaning is computed from both, and from nothing that contradicts."""
    assert {"goal": frozenset({"style"}), "evals": "none", "volume": 300.0} == MIXED.values()


def test_heard_are_the_slots_that_count_and_are_not_agreed_to() -> None:
    """Gaps too; what counts for nothing is no part of it."""
    assert {"volume", "privacy"} == MIXED.list_unagreed_slots()


def test_heard_values_name_everything_that_was_not_agreed_to() -> None:
    """Also what counts for nothing; a gap is no value."""
    expected = {("goal", "format"), ("volume", 300.0), ("latency", "strict"), ("latency", "seconds")}
    assert expected == MIXED.list_unagreed_values()


def test_declined_slots_are_those_the_user_could_not_speak_of() -> None:
    """A gap is a declined slot, not an open or contradicted one."""
    assert {"privacy"} == MIXED.list_gaps()


def test_agreed_to_is_what_was_clicked_or_said_yes_to() -> None:
    """Nothing else is left in the case that a verdict rests on."""
    assert {"goal": frozenset({"style"}), "evals": "none"} == MIXED.as_agreed().values()
