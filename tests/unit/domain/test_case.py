"""How words and clicks change a case: what replaces, what contradicts, what is kept, what is reopened."""

from __future__ import annotations

from dataclasses import replace

import pytest

from assistant.domain.case import Case, Fact, ReadValue, SlotState, Status, Via, click, confirm, hear
from tests.unit.domain.situations import told

KNOWN, PROPOSED, DECLINED, CONTRADICTED = Status.KNOWN, Status.PROPOSED, Status.DECLINED, Status.CONTRADICTED


def _read(slot: str, value: object, *, sure: bool = True, corrects: bool = False) -> ReadValue:
    return ReadValue(slot, value, 0, 5, sure, corrects)


def _said(*readings: ReadValue, before: Case | None = None, turn: int = 1) -> Case:
    return hear(before or Case(), readings, "words and more", turn)


def _held(case: Case, slot: str) -> list[tuple[object, Status]]:
    """The values of a slot with their status, in the order they came."""
    return [(fact.value, fact.status) for fact in case.of(slot)]


# What a fact carries


def test_a_reading_becomes_a_fact_with_its_quote() -> None:
    """The quote is the span of the message the value was read from, in the turn it was said."""
    case = hear(Case(), [ReadValue("evals", "none", 3, 11, True, via=Via.MODEL)], "so: no evals, sorry", 4)
    assert (Fact("evals", "none", KNOWN, Via.MODEL, 4, " no eval", 3, 11),) == case.facts


@pytest.mark.parametrize(
    ("reading", "status"),
    [
        (_read("evals", "none"), KNOWN),
        (_read("evals", "none", sure=False), PROPOSED),
        (_read("evals", None), DECLINED),
        (_read("evals", None, sure=False), DECLINED),
    ],
)
def test_a_reading_is_as_sure_as_its_rule(reading: ReadValue, status: Status) -> None:
    """Sure readings are known, the others proposed, and "I don't know" declines."""
    assert [(reading.value, status)] == _held(_said(reading), "evals")


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


# Values of one slot that meet


@pytest.mark.parametrize(
    ("first", "second", "held"),
    [
        pytest.param(_read("evals", "none"), _read("evals", "none"), [("none", KNOWN)], id="repeated"),
        pytest.param(
            _read("evals", "none", sure=False), _read("evals", "none"), [("none", KNOWN)], id="proposed_then_sure"
        ),
        pytest.param(
            _read("evals", "none"), _read("evals", "none", sure=False), [("none", KNOWN)], id="sure_then_proposed"
        ),
        pytest.param(
            _read("evals", "none", sure=False),
            _read("evals", "none", sure=False),
            [("none", PROPOSED)],
            id="proposed_twice",
        ),
        pytest.param(
            _read("evals", "none", sure=False),
            _read("evals", "held_out"),
            [("held_out", KNOWN)],
            id="sure_replaces_another_proposed",
        ),
        pytest.param(
            _read("evals", "none"),
            _read("evals", "held_out", sure=False),
            [("none", KNOWN)],
            id="unsure_never_disturbs_a_known",
        ),
        pytest.param(
            _read("evals", "none", sure=False),
            _read("evals", "held_out", sure=False),
            [("none", CONTRADICTED), ("held_out", CONTRADICTED)],
            id="two_unsure_contradict",
        ),
        pytest.param(
            _read("evals", "none"),
            _read("evals", "held_out"),
            [("none", CONTRADICTED), ("held_out", CONTRADICTED)],
            id="two_sure_contradict",
        ),
        pytest.param(
            _read("evals", "none"),
            _read("evals", "held_out", corrects=True),
            [("held_out", KNOWN)],
            id="correction_replaces",
        ),
        pytest.param(
            _read("evals", "none"),
            _read("evals", "held_out", sure=False, corrects=True),
            [("held_out", PROPOSED)],
            id="unsure_correction_replaces_too",
        ),
        pytest.param(_read("evals", "none"), _read("evals", None), [("none", KNOWN)], id="declining_keeps_a_known"),
        pytest.param(
            _read("evals", "none", sure=False),
            _read("evals", None),
            [("none", PROPOSED)],
            id="declining_keeps_a_proposed",
        ),
        pytest.param(
            _read("evals", "none"),
            _read("evals", None, corrects=True),
            [("none", KNOWN)],
            id="declining_corrects_nothing",
        ),
        pytest.param(_read("evals", None), _read("evals", None), [(None, DECLINED)], id="declined_twice"),
        pytest.param(_read("evals", None), _read("evals", "none"), [("none", KNOWN)], id="a_value_fills_a_gap"),
        pytest.param(
            _read("evals", None), _read("evals", "none", sure=False), [("none", PROPOSED)], id="a_proposal_fills_a_gap"
        ),
    ],
)
def test_two_readings_of_a_slot_meet(first: ReadValue, second: ReadValue, held: list) -> None:
    """The second reading replaces, strengthens, contradicts or leaves the first."""
    assert held == _held(_said(second, before=_said(first), turn=2), "evals")


def test_a_sure_repetition_brings_the_newer_quote() -> None:
    """The words that made a proposed value known are those that are shown."""
    case = _said(_read("evals", "none"), before=_said(_read("evals", "none", sure=False)), turn=2)
    assert [2] == [fact.turn for fact in case.of("evals")]


def test_a_repetition_of_what_is_known_keeps_the_first_quote() -> None:
    """Insistence does not move the words a fact rests on."""
    case = _said(_read("evals", "none"), before=_said(_read("evals", "none")), turn=2)
    assert [1] == [fact.turn for fact in case.of("evals")]


def test_a_contradiction_gives_no_value() -> None:
    """What was said both ways counts as neither."""
    assert {} == _said(_read("evals", "none"), _read("evals", "held_out")).values()


CONTRADICTION = _said(_read("evals", "none"), _read("evals", "held_out"))


def test_a_contradiction_is_not_settled_by_a_third_voice() -> None:
    """A third sure value joins the contradiction."""
    case = _said(_read("evals", "partial"), before=CONTRADICTION, turn=2)
    assert [("none", CONTRADICTED), ("held_out", CONTRADICTED), ("partial", CONTRADICTED)] == _held(case, "evals")


def test_a_contradiction_is_not_settled_by_saying_one_side_again() -> None:
    """The side that is repeated becomes the newer one and stays to be asked about."""
    case = _said(_read("evals", "none"), before=CONTRADICTION, turn=2)
    assert [("held_out", CONTRADICTED), ("none", CONTRADICTED)] == _held(case, "evals")


def test_a_contradiction_is_settled_by_a_correction() -> None:
    """Who takes back what was said has one value again."""
    case = _said(_read("evals", "none", corrects=True), before=CONTRADICTION, turn=2)
    assert [("none", KNOWN)] == _held(case, "evals")


@pytest.mark.parametrize("value", ["none", "partial", None])
def test_a_contradiction_is_left_by_an_unsure_reading_and_by_declining(value: str | None) -> None:
    """Only a sure word touches what is contradicted."""
    assert CONTRADICTION == _said(_read("evals", value, sure=False), before=CONTRADICTION, turn=2)


def test_other_slots_stay_when_one_is_replaced() -> None:
    """A correction is about its own slot."""
    before = _said(_read("volume", 300.0), _read("evals", "none"), _read("goal", "style"))
    case = _said(_read("evals", "held_out", corrects=True), before=before, turn=2)
    assert {"volume": 300.0, "evals": "held_out", "goal": frozenset({"style"})} == case.values()


def test_other_slots_stay_when_one_is_contradicted() -> None:
    """A contradiction is about its own slot."""
    before = _said(_read("volume", 300.0), _read("evals", "none"))
    assert {"volume": 300.0} == _said(_read("evals", "held_out"), before=before, turn=2).values()


# Sets


@pytest.mark.parametrize(
    ("first", "second", "held"),
    [
        pytest.param(
            _read("goal", "style"), _read("goal", "format"), [("style", KNOWN), ("format", KNOWN)], id="members_add_up"
        ),
        pytest.param(_read("goal", "style"), _read("goal", "style"), [("style", KNOWN)], id="repeated"),
        pytest.param(
            _read("goal", "style", sure=False), _read("goal", "style"), [("style", KNOWN)], id="proposed_then_sure"
        ),
        pytest.param(
            _read("goal", "style"), _read("goal", "style", sure=False), [("style", KNOWN)], id="sure_then_proposed"
        ),
        pytest.param(
            _read("goal", "style", sure=False),
            _read("goal", "format"),
            [("style", PROPOSED), ("format", KNOWN)],
            id="a_member_leaves_the_others",
        ),
        pytest.param(
            _read("goal", "style", sure=False),
            _read("goal", "format", corrects=True),
            [("format", KNOWN)],
            id="correction_drops_doubted_members",
        ),
        pytest.param(
            _read("goal", "style"),
            _read("goal", "format", corrects=True),
            [("style", KNOWN), ("format", KNOWN)],
            id="correction_keeps_known_members",
        ),
        pytest.param(_read("goal", "style"), _read("goal", None), [("style", KNOWN)], id="declining_keeps_members"),
        pytest.param(_read("goal", None), _read("goal", "style"), [("style", KNOWN)], id="a_member_fills_a_gap"),
        pytest.param(_read("goal", None), _read("goal", None), [(None, DECLINED)], id="declined_twice"),
    ],
)
def test_two_readings_of_a_set_meet(first: ReadValue, second: ReadValue, held: list) -> None:
    """Members add up; a correction drops those that were only read unsurely before."""
    assert held == _held(_said(second, before=_said(first), turn=2), "goal")


def test_a_correction_that_repeats_a_member_drops_the_doubted_others() -> None:
    """ "No, only style": what was doubted and is not named again falls, though style itself was held."""
    before = _said(_read("goal", "style", sure=False), _read("goal", "format", sure=False))
    case = _said(_read("goal", "style", corrects=True), before=before, turn=2)
    assert [("style", KNOWN)] == _held(case, "goal")


def test_members_of_one_correction_do_not_drop_each_other() -> None:
    """What is said in the same turn belongs together, however unsure it was read."""
    readings = [_read("goal", member, sure=False, corrects=True) for member in ("style", "format")]
    assert [("style", PROPOSED), ("format", PROPOSED)] == _held(_said(*readings), "goal")


def test_a_member_leaves_other_slots_alone() -> None:
    """A new goal is about the goal, even as a correction."""
    before = _said(_read("evals", "none", sure=False), _read("privacy", None))
    case = _said(_read("goal", "style", corrects=True), before=before, turn=2)
    assert ([("none", PROPOSED)], [(None, DECLINED)]) == (_held(case, "evals"), _held(case, "privacy"))


def test_a_member_begins_the_case() -> None:
    """A goal alone is a case."""
    assert _said(_read("goal", "style")).begun


# Clicks


def test_a_click_is_known_and_has_no_quote() -> None:
    """A clicked value needs no confirmation and rests on no words."""
    assert (Fact("evals", "none", KNOWN, Via.CLICK, 3),) == click(Case(), {"evals": "none"}, 3).facts


def test_a_click_replaces_what_was_said() -> None:
    """The last click stands, whatever state the slot was in."""
    assert [("held_out", KNOWN)] == _held(click(CONTRADICTION, {"evals": "held_out"}, 2), "evals")


def test_clicked_members_replace_the_set() -> None:
    """A list fills the set anew."""
    before = click(Case(), {"goal": ("style", "format")}, 1)
    assert {"goal": frozenset({"lookup", "format"})} == click(before, {"goal": ("format", "lookup")}, 2).values()


def test_clicking_nothing_reopens_the_slot() -> None:
    """Null takes the value out and lets the question be asked again."""
    before = replace(click(Case(), {"evals": "none"}, 1), asked=frozenset({"evals", "volume"}))
    case = click(before, {"evals": None}, 2)
    assert (SlotState.OPEN, {"volume"}) == (case.state("evals"), case.asked)


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


def test_a_clicked_decline_is_a_named_gap() -> None:
    """ "I don't know" by click takes the value out and names the gap."""
    case = click(click(Case(), {"evals": "none"}, 1), {"evals": "declined"}, 2)
    assert (Fact("evals", None, DECLINED, Via.CLICK, 2),) == case.facts


def test_a_click_leaves_other_slots_alone() -> None:
    """Only the slots that were clicked change."""
    before = click(Case(), {"evals": "none", "goal": ("style",)}, 1)
    assert {"evals": "partial", "goal": frozenset({"style"})} == click(before, {"evals": "partial"}, 2).values()


# Confirmations


def test_yes_makes_a_proposed_value_known() -> None:
    """A confirmed reading counts like a click, and keeps its quote."""
    before = _said(_read("evals", "none", sure=False))
    assert (replace(before.facts[0], status=KNOWN),) == confirm(before, ["evals"], yes=True).facts


def test_no_takes_a_proposed_value_out() -> None:
    """A denied reading leaves the slot open."""
    assert SlotState.OPEN is confirm(_said(_read("evals", "none", sure=False)), ["evals"], yes=False).state("evals")


@pytest.mark.parametrize("yes", [True, False])
def test_confirming_leaves_what_is_known_and_what_was_not_asked(yes: bool) -> None:
    """An answer settles the slots in question, and of these only what was proposed."""
    before = _said(_read("evals", "none"), _read("volume", 300.0, sure=False), _read("privacy", None))
    assert before == confirm(before, ["evals", "privacy"], yes=yes)


def test_yes_settles_all_slots_in_question() -> None:
    """A read-back is answered once for all it names."""
    before = _said(_read("evals", "none", sure=False), _read("volume", 300.0, sure=False))
    assert {KNOWN} == {fact.status for fact in confirm(before, ["evals", "volume"], yes=True).facts}


def test_no_keeps_the_known_members_of_a_set() -> None:
    """Only the doubted member falls."""
    before = _said(_read("goal", "style"), _read("goal", "format", sure=False))
    assert {"goal": frozenset({"style"})} == confirm(before, ["goal"], yes=False).values()


def test_no_to_several_members_of_a_set_keeps_the_first_to_be_put_alone() -> None:
    """Nobody knows which one the no is for; a second no takes it out and refuses it."""
    once = confirm(_said(_read("goal", "style", sure=False), _read("goal", "format", sure=False)), ["goal"], yes=False)
    assert ({"goal": frozenset({"style"})}, frozenset()) == (once.values(), once.refused)
    twice = confirm(once, ["goal"], yes=False)
    assert ({}, {("goal", "style")}) == (twice.values(), twice.refused)


# States


@pytest.mark.parametrize("status", [KNOWN, PROPOSED, DECLINED, CONTRADICTED])
def test_a_slot_has_the_state_of_its_fact(status: Status) -> None:
    """Each status of a fact is a state of its slot."""
    value = None if status is DECLINED else "none"
    assert SlotState(status.value) is Case((told("evals", value, status),)).state("evals")


def test_a_slot_without_facts_is_open() -> None:
    """Facts of other slots do not count."""
    assert SlotState.OPEN is Case((told("evals", "none"),)).state("volume")


def test_a_set_with_a_doubted_member_is_proposed() -> None:
    """One member to be confirmed is enough to ask."""
    assert SlotState.PROPOSED is Case((told("goal", "style"), told("goal", "format", PROPOSED))).state("goal")


def test_a_contradiction_outweighs_all_other_states() -> None:
    """What was said both ways is asked about first."""
    facts = (told("evals", "none"), told("evals", "partial", PROPOSED), told("evals", "held_out", CONTRADICTED))
    assert SlotState.CONTRADICTED is Case(facts).state("evals")


def test_values_hold_what_is_known_and_what_is_proposed() -> None:
    """The leaning is computed from both, and from nothing else."""
    facts = (
        told("evals", "none"),
        told("volume", 300.0, PROPOSED),
        told("privacy", None, DECLINED),
        told("latency", "strict", CONTRADICTED),
    )
    assert {"evals": "none", "volume": 300.0} == Case(facts).values()


def test_declined_slots_are_those_the_user_could_not_speak_of() -> None:
    """A gap is a declined slot, not an open or contradicted one."""
    facts = (told("evals", "none"), told("privacy", None, DECLINED), told("latency", "strict", CONTRADICTED))
    assert {"privacy"} == Case(facts).declined()
