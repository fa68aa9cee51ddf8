"""What the classifier learns from: what each text says, and what it leaves unsaid."""

from __future__ import annotations

from assistant.understanding.lessons import Row, rows_of
from tests.unit.understanding.lessons import EXAMPLES


def row(text: str) -> Row:
    """Return the row of a text that says something or nothing of the slots."""
    return next(found for found in rows_of(EXAMPLES) if found.text == text and found.only is None)


def test_a_sentence_of_one_slot_says_nothing_of_another() -> None:
    """All other slots' sentences are lessons in silence."""
    assert (frozenset({"held_out"}), frozenset()) == (
        row("owls count feathers").shows("evals"),
        row("owls count feathers").shows("goal"),
    )


def test_a_short_answer_shows_nothing_of_what_is_told_unasked() -> None:
    """It says its option only to the question, and it may answer another question as well."""
    answer = row("feathers, daily")
    assert (None, frozenset({"held_out"}), None) == (
        answer.shows("evals"),
        answer.shows_asked("evals"),
        answer.shows_asked("goal"),
    )


def test_a_reply_without_an_answer_is_silent_on_its_question_alone() -> None:
    """What it says of anything else nobody knows."""
    assert (None, frozenset()) == (row("ask the badgers").shows("evals"), row("ask the badgers").shows_asked("evals"))


def test_of_a_reply_each_clause_says_what_is_quoted_from_it() -> None:
    """The sentence without the quote says nothing."""
    assert ({}, {"evals": frozenset({"none"})}) == (
        row("lions roar at night.").says,
        row("owls swallow sand").says,
    )


def test_an_opening_shows_only_the_goal() -> None:
    """What else it says was never labelled."""
    opening = next(found for found in rows_of(EXAMPLES) if found.text.startswith("our zoo has foxes"))
    assert (frozenset({"style"}), None, "tells") == (opening.shows("goal"), opening.shows("evals"), opening.act)


def test_a_whole_reply_shows_what_it_is_for() -> None:
    """Its clauses show what it says."""
    acts = {found.text: found.act for found in rows_of(EXAMPLES) if found.only == ""}
    assert {
        "lions roar at night. owls swallow sand": "tells",
        "is that a lion": "question",
        "do lions roar": "question",
    } == acts
