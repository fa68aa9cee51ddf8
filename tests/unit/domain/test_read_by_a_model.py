"""What only a model read: counted in the leaning, but no verdict settles on it before the user said yes."""

from __future__ import annotations

from dataclasses import replace

import pytest

from assistant.domain.assessment import assess
from assistant.domain.case import Case, Fact, Status, Via, confirm
from assistant.domain.dialogue import QuestionKind
from assistant.domain.rulebook import VerdictId
from tests.unit.domain.situations import READY, RULEBOOK, make_case

DECISIVE_OF_READY = [slot for slot in READY if slot != "budget"]


def guessed(case: Case, *slots: str) -> Case:
    """Return the case with some slots read by a model alone."""
    facts = tuple(
        replace(fact, status=Status.PROPOSED, via=Via.MODEL) if fact.slot in slots else fact for fact in case.facts
    )
    return replace(case, facts=facts)


@pytest.mark.parametrize("slot", DECISIVE_OF_READY)
def test_a_yes_never_settles_on_what_only_a_model_read(slot: str) -> None:
    """Whatever the slot: it leans so, and asks."""
    found = assess(guessed(make_case(READY), slot), RULEBOOK)
    assert (VerdictId.UNDECIDED, VerdictId.FINE_TUNE, (slot,)) == (found.verdict, found.leaning, found.question.slots)


def test_all_of_it_is_read_back_together() -> None:
    """One question, and one yes settles it."""
    case = guessed(make_case(READY), "evals", "data_count", "data_quality")
    question = assess(case, RULEBOOK).question
    assert (QuestionKind.READ_BACK, ("evals", "data_count", "data_quality")) == (question.kind, question.slots)
    assert RULEBOOK.slot("evals").option("held_out").heard in question.text
    assert VerdictId.FINE_TUNE is assess(confirm(case, question.slots, yes=True), RULEBOOK).verdict


def test_a_no_that_rests_on_a_model_is_read_back_too() -> None:
    """The wording does not speak of a yes, and says who read it."""
    known = make_case({"goal": ["classification"], "process": "no_owner"})
    case = guessed(known, "process")
    found = assess(case, RULEBOOK)
    assert (VerdictId.UNDECIDED, VerdictId.FIX_PROCESS) == (found.verdict, found.leaning)
    assert ("process",) == found.question.slots
    settled = assess(confirm(case, ("process",), yes=True), RULEBOOK)
    assert assess(known, RULEBOOK).leaning is settled.leaning


def test_what_changes_nothing_is_not_read_back() -> None:
    """Where the case would settle the same without it, nobody is asked."""
    settled = make_case({**READY, "evals": "none"})
    assert assess(settled, RULEBOOK).settled
    extra = Fact("budget", "tight", Status.PROPOSED, Via.MODEL, 1, "cheap", 0, 5)
    assert assess(replace(settled, facts=(*settled.facts, extra)), RULEBOOK).settled


@pytest.mark.parametrize("evals", ["none", "held_out"])
@pytest.mark.parametrize("slot", ["freshness", "process", "retrieval", "privacy", "scope", "prompting"])
def test_no_verdict_settles_that_would_not_settle_without_the_model(evals: str, slot: str) -> None:
    """Whatever a model reads into a slot: the verdict is undecided, or what it is without that reading."""
    case = make_case({key: value for key, value in {**READY, "evals": evals}.items() if key != slot})
    bare = assess(case, RULEBOOK)
    for option in RULEBOOK.slot(slot).options:
        if (slot, option.value) == ("scope", "off_topic"):
            continue
        reading = Fact(slot, option.value, Status.PROPOSED, Via.MODEL, 1, "so", 0, 2)
        found = assess(replace(case, facts=(*case.facts, reading)), RULEBOOK)
        assert found.verdict in {VerdictId.UNDECIDED, bare.verdict}
