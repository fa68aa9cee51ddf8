"""The list that is read back: which heard facts and gaps stand in it, in which order, and how it is put."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import assume, given

from assistant.domain.assessment import assess
from assistant.domain.case import Case, SlotState, Status, Via, agree
from assistant.domain.dialogue import Choice, QuestionKind
from assistant.domain.read_back import MOST_ENTRIES, entry, list_question, needs_agreement
from assistant.domain.rulebook import VerdictId
from assistant.domain.worth import worths
from tests.unit.domain.situations import (
    PARAMETERS,
    READY,
    RULEBOOK,
    SLOTS,
    cases,
    lean_of,
    make_case,
    only_heard,
    told,
)

WORDS = RULEBOOK.confirmations
EVALS = RULEBOOK.slot("evals")
FLOOR = RULEBOOK.threshold("worth_asking")
WITHOUT_AIM = [slot for slot in SLOTS if slot in READY and slot != "goal"]
"""What a plain yes rests on, beside its aim, in the rulebook's order."""


def _heard(via: Via = Via.WORDS, **facts: object) -> Case:
    """A ready case of which these facts were heard and the rest was clicked."""
    return only_heard(make_case({**READY, **facts}), *facts, via=via)


def _question(case: Case) -> tuple[QuestionKind, tuple[str, ...]] | None:
    question = assess(case, RULEBOOK).question
    return question and (question.kind, question.slots)


# What stands in it


@pytest.mark.parametrize("via", [Via.WORDS, Via.MODEL])
@pytest.mark.parametrize("slot", ["prompting", "evals", "data_count", "data_quality", "process"])
def test_a_yes_settles_on_nothing_that_was_only_heard(slot: str, via: Via) -> None:
    """Whatever it rests on and whoever heard it: it leans so, and reads it back."""
    found = assess(_heard(via, **{slot: READY[slot]}), RULEBOOK)
    assert (VerdictId.UNDECIDED, VerdictId.FINE_TUNE, (slot,), (slot,)) == (
        found.verdict, found.leaning, found.question.slots, found.to_agree,
    )  # fmt: skip


@pytest.mark.parametrize("via", [Via.WORDS, Via.MODEL])
def test_a_no_settles_on_nothing_that_was_only_heard_either(via: Via) -> None:
    """A verdict against training rests on the user's word like any other."""
    case = only_heard(make_case({"goal": ["classification"], "process": "no_owner"}), "process", via=via)
    found = assess(case, RULEBOOK)
    assert (VerdictId.UNDECIDED, VerdictId.FIX_PROCESS, ("process",)) == (
        found.verdict, found.leaning, found.to_agree,
    )  # fmt: skip


def test_what_the_verdict_does_not_rest_on_is_left_out() -> None:
    """Without it the case would lean the same way, and nothing would be worth asking."""
    assert assess(_heard(budget="tight"), RULEBOOK).settled


def test_of_two_facts_that_each_carry_the_verdict_one_is_read_back() -> None:
    """It is the first in the rulebook's order: facts are dropped from its end."""
    both = {"process": "no_owner", "data_quality": "disagreeing"}
    case = only_heard(make_case({**READY, **both}), *both)
    first = [slot for slot in SLOTS if slot in both][:1]
    assert first == [*assess(case, RULEBOOK).to_agree]


def test_entries_stand_in_the_rulebooks_order() -> None:
    """However the facts came."""
    case = only_heard(make_case(READY), *WITHOUT_AIM)
    backwards = replace(case, facts=case.facts[::-1])
    slots = assess(backwards, RULEBOOK).to_agree
    assert ([slot for slot in WITHOUT_AIM if slot in slots], True) == ([*slots], len(slots) > 1)


def _with_gap(slot: str) -> Case:
    """A ready case in which the user said that they do not know one thing."""
    case = make_case(READY).without(slot)
    return replace(case, facts=(*case.facts, told(slot, None, Status.DECLINED)))


def test_a_gap_that_decides_is_read_back() -> None:
    """Only who cannot say what they want is told to work on the prompt first, so it is read back to them."""
    known = {"prompting": "basic", "process": "agreed", "freshness": "stable", "task_change": "stable"}
    case = make_case({**known, "retrieval": "not_needed"})
    gap = told("goal", None, Status.DECLINED)
    question = assess(replace(case, facts=(*case.facts, gap), asked=frozenset({("goal", None)})), RULEBOOK).question
    text = WORDS.gap_of.format(name=RULEBOOK.slot("goal").name)
    assert (("goal",), True) == (question.slots, text in question.text)


@pytest.mark.parametrize("slot", ["budget", "evals"])
def test_a_gap_that_decides_nothing_is_not_read_back(slot: str) -> None:
    """Where an open slot leads to the same verdict, there is nothing to agree to, and it is not asked about again."""
    assert assess(_with_gap(slot), RULEBOOK).settled


def test_a_gap_that_was_clicked_is_agreed_to() -> None:
    """Whoever clicked "I don't know" is not asked whether that is so."""
    assert assess(make_case({**READY, "evals": "declined"}), RULEBOOK).settled


def _holds(case: Case, leaning: VerdictId) -> bool:
    """The definition: it leans the same way, and nothing is worth asking."""
    return lean_of(case) is leaning and all(w.most < FLOOR for w in worths(case, leaning, RULEBOOK, PARAMETERS))


def _settling(case: Case) -> tuple[str, ...]:
    """What is to be agreed to where nothing else is to be asked; contradictions are another matter."""
    found = assess(case, RULEBOOK)
    is_plain = not any(case.rivals(slot) for slot in SLOTS)
    assume(is_plain and found.question is not None and found.question.kind is QuestionKind.READ_BACK)
    return found.to_agree


@given(cases())
def test_after_a_yes_to_all_of_it_nothing_is_left_to_agree_to(case: Case) -> None:
    """The verdict settles, and it is what the case leant to."""
    agreed = agree(case, _settling(case))
    found = assess(agreed, RULEBOOK)
    assert (True, lean_of(case)) == (found.settled, lean_of(agreed.as_agreed()))


@given(cases())
def test_no_entry_could_be_left_out(case: Case) -> None:
    """Without any one of them, and without what was dropped, the case would lean elsewhere or have more to ask."""
    needed = _settling(case)
    dropped = case.list_unagreed_slots() - {*needed}
    asked = frozenset(
        put for put in case.asked if put[0] not in case.list_unagreed_slots() or put[0] in case.list_gaps()
    )
    left = replace(case.without(*dropped), asked=asked)
    spare = [
        slot for slot in needed if case.state(slot) is SlotState.PROPOSED and _holds(left.without(slot), lean_of(case))
    ]
    assert [] == spare


def test_nothing_is_needed_where_everything_was_agreed_to() -> None:
    """What was clicked is not read back."""
    case = make_case(READY)
    assert () == needs_agreement(case, RULEBOOK, lambda left: left == case)


# The aim


def test_the_aim_is_put_as_a_question_with_what_was_heard_pressed() -> None:
    """A set may hold more than was heard, so it is not read back."""
    found = assess(_heard(goal=["classification"]), RULEBOOK)
    assert (("goal",), QuestionKind.ASK, ("classification",)) == (
        found.question.slots, found.question.kind, found.question.held,
    )  # fmt: skip


def test_the_aim_that_was_asked_about_once_is_read_back_as_a_whole() -> None:
    """All its members are one entry."""
    case = _heard(goal=["classification", "extraction"])
    case = replace(case, asked=frozenset({("goal", None)}))
    goal = RULEBOOK.slot("goal")
    heard = WORDS.between.join(goal.option(value).heard for value in ("classification", "extraction"))
    question = assess(case, RULEBOOK).question
    assert (QuestionKind.READ_BACK, ("goal",), True) == (question.kind, question.slots, heard in question.text)


# How it is put


SEVERAL = ("prompting", "evals", "data_count")
LISTED = only_heard(make_case(READY), *SEVERAL)


def test_several_entries_are_numbered_and_put_together() -> None:
    """One yes settles all of them."""
    question = list_question(LISTED, SEVERAL, RULEBOOK)
    heard = WORDS.between_slots.join(
        f"{n}. {entry(LISTED, RULEBOOK.slot(slot), RULEBOOK)}" for n, slot in enumerate(SEVERAL, start=1)
    )
    expected = (
        WORDS.read_back.format(heard=heard),
        (Choice(True, WORDS.yes_label), Choice(False, WORDS.no_label)),
        SEVERAL,
        False,
    )
    assert expected == (question.text, question.options, question.slots, question.multiple)


def test_one_entry_is_put_without_a_number() -> None:
    """There is no list to count through."""
    question = list_question(LISTED, ("evals",), RULEBOOK)
    expected = (
        WORDS.read_back_one.format(heard=entry(LISTED, EVALS, RULEBOOK)),
        (Choice(True, WORDS.yes_label_one), Choice(False, WORDS.no_label)),
    )
    assert expected == (question.text, question.options)


def test_an_entry_says_our_reading_and_the_users_words() -> None:
    """So that both can be compared."""
    assert f"{EVALS.option('held_out').heard} (“held_out”)" == entry(LISTED, EVALS, RULEBOOK)


def test_an_entry_of_a_number_says_the_number() -> None:
    """The band alone would hide a misreading."""
    case = Case((told("data_count", 6000.0, Status.PROPOSED),))
    assert "6,000 examples (“6000.0”)" == entry(case, RULEBOOK.slot("data_count"), RULEBOOK)


@pytest.mark.parametrize(("number", "written"), [(171.43, "171"), (0.5, "0.5"), (2400.0, "2,400"), (37.5, "37.5")])
def test_a_large_number_is_said_without_a_fraction(number: float, written: str) -> None:
    """40 a week are 171 a month, not 171.43."""
    assert written == WORDS.write_number(number)


def test_words_that_are_too_long_are_left_out_of_an_entry() -> None:
    """A list of paragraphs is not read."""
    fact = replace(told("evals", "held_out", Status.PROPOSED), quote="x" * (WORDS.longest_quote + 1))
    assert EVALS.option("held_out").heard == entry(Case((fact,)), EVALS, RULEBOOK)


def test_after_a_plain_no_to_several_the_entries_are_put_as_choices() -> None:
    """Nobody knows which of them the no is for."""
    question = list_question(replace(LISTED, n_noes=1), SEVERAL, RULEBOOK)
    options = tuple(Choice(slot, RULEBOOK.slot(slot).name) for slot in SEVERAL)
    assert (options, True, SEVERAL) == (question.options, question.multiple, question.slots)


def test_a_list_has_seven_entries_at_most() -> None:
    """More come in the next one."""
    heard = ("prompting", "evals", "data_count", "data_quality", "freshness", "process", "volume", "privacy")
    case = only_heard(make_case({**READY, "volume": 300}), *heard)
    assert (7, heard[:7]) == (MOST_ENTRIES, list_question(case, heard, RULEBOOK).slots)


def test_what_did_not_fit_is_read_back_next() -> None:
    """A later list holds only what is not agreed to yet."""
    first = agree(LISTED, SEVERAL[:2])
    assert (QuestionKind.READ_BACK, SEVERAL[2:]) == _question(first)
