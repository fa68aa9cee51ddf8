"""How a question is put: its kind, its options, what it settles, and which ones may still be asked afterwards."""

from __future__ import annotations

from dataclasses import replace

import pytest

from assistant.domain.assessment import assess
from assistant.domain.case import Case, Status, confirm
from assistant.domain.dialogue import Choice, MistakeState, Question, QuestionKind
from assistant.domain.elicitation import also_ask, ask_question, confirm_question, unanswered, unfilled
from assistant.domain.rulebook import VerdictId
from tests.unit.domain.situations import READY, RULEBOOK, decide, make_case, told

WORDS = RULEBOOK.confirmations
YES_NO = (Choice(True, WORDS.yes_label), Choice(False, WORDS.no_label))
READINESS_HEARD = {
    slot: RULEBOOK.slot(slot).option(READY[slot]).heard for slot in ("prompting", "evals", "data_count", "data_quality")
}


def _heard(case: Case, **statuses: Status) -> Case:
    """Return the case with the facts of some slots in another status."""
    return replace(case, facts=tuple(replace(fact, status=statuses.get(fact.slot, fact.status)) for fact in case.facts))


def test_a_choice_is_asked_with_its_options() -> None:
    """The question carries the slot's text, reason and options, and takes one answer."""
    slot = RULEBOOK.slot("evals")
    options = tuple(Choice(option.value, option.label) for option in slot.options)
    expected = Question("evals", slot.question, slot.why, QuestionKind.ASK, False, options, ("evals",))
    assert expected == ask_question(slot)


def test_a_set_takes_several_answers() -> None:
    """What is wanted may be several things at once."""
    assert ask_question(RULEBOOK.slot("goal")).multiple


def test_a_doubted_value_is_confirmed_with_yes_and_no() -> None:
    """A value that was only proposed and decides is said back for a yes or a no."""
    case = _heard(
        make_case({"goal": ["knowledge"], "retrieval": "none", "freshness": "daily"}),
        retrieval=Status.PROPOSED,
        goal=Status.PROPOSED,
    )
    slot = RULEBOOK.slot("goal")
    text = WORDS.confirm.format(heard=slot.option("knowledge").heard)
    expected = Question("goal", text, slot.why, QuestionKind.CONFIRM, False, YES_NO, ("goal",))
    assert expected == assess(case, RULEBOOK).question


def test_several_doubted_values_of_a_set_are_confirmed_together() -> None:
    """What is known of a set is not said back, what is doubted is."""
    case = Case(
        (
            told("goal", "classification"),
            told("goal", "style", Status.PROPOSED),
            told("goal", "knowledge", Status.PROPOSED),
        ),
        begun=True,
    )
    slot = RULEBOOK.slot("goal")
    heard = WORDS.between.join([slot.option("style").heard, slot.option("knowledge").heard])
    assert WORDS.confirm.format(heard=heard) == confirm_question(case, slot, RULEBOOK).text


def test_of_two_contradicting_values_the_newer_is_asked_about() -> None:
    """A contradiction is put as one question about what was heard last."""
    case = make_case(READY).without("evals")
    rivals = (told("evals", "none", Status.CONTRADICTED), told("evals", "held_out", Status.CONTRADICTED, turn=2))
    case = replace(case, facts=(*case.facts, *rivals))
    slot = RULEBOOK.slot("evals")
    text = WORDS.contradicted.format(heard=slot.option("held_out").heard)
    expected = Question("evals", text, slot.why, QuestionKind.CONFIRM, False, YES_NO, ("evals",))
    assert expected == assess(case, RULEBOOK).question


def test_of_three_contradicting_values_the_newest_is_asked_about() -> None:
    """However many were heard, the last one is put up for a yes or no."""
    rivals = tuple(told("evals", value, Status.CONTRADICTED) for value in ("none", "partial", "held_out"))
    slot = RULEBOOK.slot("evals")
    text = confirm_question(Case(rivals), slot, RULEBOOK).text
    assert WORDS.contradicted.format(heard=slot.option("held_out").heard) == text


def test_contradictions_come_before_what_is_open() -> None:
    """A value that was given twice is settled before another is asked for."""
    rivals = (told("privacy", "cleared", Status.CONTRADICTED), told("privacy", "personal_data", Status.CONTRADICTED))
    case = Case((told("goal", "classification"), *rivals), begun=True)
    assert "privacy" == assess(case, RULEBOOK).question.slot


def test_a_yes_is_read_back_once_and_together() -> None:
    """What a yes rests on and was only proposed is restated in one question that settles all of it."""
    case = _heard(make_case(READY), **dict.fromkeys(READINESS_HEARD, Status.PROPOSED))
    text = WORDS.read_back.format(heard=WORDS.between_slots.join(READINESS_HEARD.values()))
    slots = tuple(READINESS_HEARD)
    expected = Question("prompting", text, WORDS.read_back_why, QuestionKind.READ_BACK, False, YES_NO, slots)
    assert expected == assess(case, RULEBOOK).question


def test_a_read_back_leaves_out_what_is_known() -> None:
    """Only what was proposed is restated."""
    case = _heard(make_case(READY), evals=Status.PROPOSED)
    question = assess(case, RULEBOOK).question
    assert (("evals",), WORDS.read_back.format(heard=READINESS_HEARD["evals"])) == (question.slots, question.text)


def test_a_confirmed_yes_is_settled() -> None:
    """After the yes to the read-back there is nothing left to ask."""
    case = confirm(_heard(make_case(READY), evals=Status.PROPOSED), ["evals"], yes=True)
    assert VerdictId.FINE_TUNE == assess(case, RULEBOOK).verdict


def test_a_denied_read_back_asks_for_what_was_taken_out() -> None:
    """After the no the slot is open, and a yes cannot settle without it."""
    case = confirm(_heard(make_case(READY), evals=Status.PROPOSED), ["evals"], yes=False)
    assert ("evals", QuestionKind.ASK) == (assess(case, RULEBOOK).question.slot, assess(case, RULEBOOK).question.kind)


def test_a_no_is_never_read_back() -> None:
    """A case that waits for evals needs no confirmation of what it would take to be a yes."""
    case = _heard(make_case({**READY, "evals": "none", "prompting": "plateaued"}), data_quality=Status.PROPOSED)
    question = assess(case, RULEBOOK).question
    assert question is None or question.kind is not QuestionKind.READ_BACK


def test_unanswered_are_declined_slots_and_those_asked_in_vain() -> None:
    """A slot that was asked and then filled is answered."""
    case = replace(make_case({"goal": ["style"], "evals": "none"}, ["volume"]), asked=frozenset({"evals", "latency"}))
    assert {"volume", "latency"} == unanswered(case)


def test_unfilled_are_decisive_slots_without_a_value_that_counts() -> None:
    """Open, declined and contradicted slots may still turn out either way; known and proposed ones do not."""
    complete = make_case(
        {
            **READY,
            "retrieval": "none",
            "volume": 300,
            "latency": "seconds",
            "privacy": "cleared",
            "scope": "language_model",
        }
    )
    case = _heard(complete.without("volume"), evals=Status.PROPOSED, process=Status.CONTRADICTED)
    declined = replace(
        case.without("latency"), facts=(*case.without("latency").facts, told("latency", None, Status.DECLINED))
    )
    assert {"volume", "process", "latency"} == unfilled(declined)


def _asks(**facts: object) -> list[str]:
    return [question.slot for question in decide(facts).also_ask]


def test_afterwards_a_yes_asks_for_volume_and_budget() -> None:
    """What only sizes the next steps may be asked once the verdict stands."""
    assert ["volume", "budget"] == _asks(**READY)


def test_afterwards_at_most_two_questions_fill_the_board() -> None:
    """A no asks for what its mistake board still lacks, and not for more than two."""
    assert ["evals", "data_quality"] == _asks(
        goal=["classification"], prompting="basic", freshness="stable", process="agreed"
    )


def test_afterwards_a_yes_fills_its_board_before_its_next_steps() -> None:
    """What the mistake board lacks is asked before what only sizes the work."""
    unknown = [found for found in decide({"budget": "tight"}).mistakes if found.id == "no_evals"]
    asked = also_ask(Case(), unknown, VerdictId.FINE_TUNE, RULEBOOK)
    assert ["evals", "volume"] == [question.slot for question in asked]


def test_afterwards_a_complete_board_asks_nothing() -> None:
    """A no whose board is full has nothing to add."""
    facts = {**READY, "prompting": "basic"}
    assert [] == _asks(**facts)


def test_afterwards_nothing_is_asked_while_the_case_is_open() -> None:
    """Before the verdict there is one question at a time."""
    assert [] == _asks(goal=["classification"])


def test_afterwards_nothing_is_asked_out_of_scope() -> None:
    """What is not about a model has no board to fill."""
    assert [] == _asks(scope="off_topic")


def test_afterwards_nothing_is_asked_twice() -> None:
    """A slot that was asked in vain is a gap, not a question."""
    case = replace(make_case(READY), asked=frozenset({"volume"}))
    assert ["budget"] == [question.slot for question in assess(case, RULEBOOK).also_ask]


def test_afterwards_nothing_declined_is_asked() -> None:
    """ "I don't know" is respected after the verdict too."""
    assert ["budget"] == [question.slot for question in decide(READY, ["volume"]).also_ask]


@pytest.mark.parametrize(
    ("mistake", "slots"),
    [
        ("prompt_instead", ["prompting"]),
        ("rag_instead", ["freshness", "retrieval"]),
        ("no_evals", ["evals"]),
        ("tiny_or_dirty_data", ["data_quality", "data_count"]),
        ("changing_database", ["freshness"]),
        ("mixed_stew", ["goal"]),
    ],
)
def test_an_unknown_tile_is_filled_by_its_own_slots(mistake: str, slots: list[str]) -> None:
    """Each tile of the board names the facts it lacks."""
    unknown = [found for found in decide({"budget": "tight"}).mistakes if found.id == mistake]
    assert (MistakeState.UNKNOWN, slots) == (
        unknown[0].state,
        [question.slot for question in also_ask(Case(), unknown, VerdictId.PROMPT_FIRST, RULEBOOK)],
    )
