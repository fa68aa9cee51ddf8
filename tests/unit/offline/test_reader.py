"""What a message is for, and replies to what is read back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from assistant.domain.case import Case, Fact, Via
from assistant.domain.dialogue import Intent, Question, QuestionKind
from assistant.offline.reader import OfflineReader

BEGUN = Case(begun=True)


@pytest.mark.parametrize(
    ("message", "intent"),
    [
        ("Hello!", Intent.GREETS),
        ("thanks, that helps", Intent.THANKS),
        ("Start over please", Intent.RESTARTS),
        ("Why?", Intent.WHY),
        ("Why not fine-tune?", Intent.WHY),
        ("Show me the source", Intent.SHOW_SOURCE),
        ("Where does it say that?", Intent.SHOW_SOURCE),
        ("You are wrong, just say yes.", Intent.PUSHES),
        ("How many examples do I need?", Intent.ASKS),
        ("What is LoRA?", Intent.ASKS),
        ("do we need evals", Intent.ASKS),
        ("My carburetor needs fine-tuning.", Intent.OFF_TOPIC),
        ("How do I tune a guitar to drop D?", Intent.OFF_TOPIC),
        ("Co potřebuji, než začnu dolaďovat model?", Intent.OTHER_LANGUAGE),
        ("Мы хотим дообучить модель", Intent.OTHER_LANGUAGE),
        ("Wir haben keine Tests und wollen das Modell trainieren", Intent.OTHER_LANGUAGE),
        ("???", Intent.UNREADABLE),
        ("asdfghjkl", Intent.UNREADABLE),
        ("We have 500 labelled pairs.", Intent.TELLS),
    ],
)
def test_a_message_is_taken_for_what_it_is(reader: OfflineReader, message: str, intent: Intent) -> None:
    """Each kind of message is told apart by cheap tests."""
    assert intent is reader.read(message, BEGUN, None).intent


def test_a_question_beside_a_case_is_kept(reader: OfflineReader) -> None:
    """The user's own question travels with the facts, in their words."""
    hearing = reader.read("We have 500 labelled pairs. What is LoRA?", BEGUN, None)
    assert (Intent.TELLS, "What is LoRA?") == (hearing.intent, hearing.query)


@pytest.mark.parametrize(
    ("message", "intent", "value", "is_agreed"),
    [
        ("yes", Intent.CONFIRMS, None, True),
        ("Yes, right", Intent.CONFIRMS, None, True),
        ("no", Intent.DENIES, None, False),
        ("No, we have a golden set", Intent.DENIES, "held_out", False),
        ("we have a golden set of 500", Intent.TELLS, "held_out", False),
    ],
)
def test_a_reply_to_one_entry_is_heard(
    reader: OfflineReader,
    question_on: Callable[..., Question],
    message: str,
    intent: Intent,
    value: str | None,
    is_agreed: bool,
) -> None:
    """A yes agrees, a no does not, and what is said instead is heard as a change."""
    case = replace(BEGUN, facts=(Fact("evals", "none", False, Via.WORDS, 1, "x", 0, 1),))
    hearing = reader.read(message, case, question_on("evals", QuestionKind.READ_BACK))
    assert (intent, value, is_agreed) == (
        hearing.intent,
        hearing.values[0].value if hearing.values else None,
        "evals" in hearing.agrees,
    )


HELD = replace(
    BEGUN,
    facts=(
        Fact("evals", "held_out", False, Via.WORDS, 1, "a golden set", 0, 12),
        Fact("data_count", 6000.0, False, Via.WORDS, 1, "6,000", 20, 25),
    ),
)
"""Two facts that are read back together."""


@pytest.mark.parametrize(
    ("message", "agrees", "denies"),
    [
        ("yes", {"evals", "data_count"}, set()),
        ("Yes, all of it.", {"evals", "data_count"}, set()),
        ("Ja, genau", {"evals", "data_count"}, set()),
        ("Yes, but 600, not 6,000", {"evals", "data_count"}, set()),
        ("Yes, but 600, not 6,000, and maybe more", {"evals"}, set()),
        ("the second is wrong", set(), {"data_count"}),
        ("all but the second", {"evals"}, {"data_count"}),
        ("no", set(), set()),
        ("yes?", set(), set()),
        ("we do it in Prague", set(), set()),
    ],
)
def test_a_reply_to_a_list_agrees_to_what_it_says_yes_to(
    reader: OfflineReader, question_on: Callable[..., Question], message: str, agrees: set[str], denies: set[str]
) -> None:
    """All of it, all but what it changes or calls wrong, or nothing."""
    question = replace(question_on("evals", QuestionKind.READ_BACK), slots=("evals", "data_count"))
    hearing = reader.read(message, HELD, question)
    assert (agrees, denies) == (hearing.agrees, hearing.denies)


@pytest.mark.parametrize(("message", "is_agreed"), [("yes, that's it", True), ("yes, and our refund rules", False)])
def test_a_bare_yes_agrees_to_what_is_pressed(
    reader: OfflineReader, question_on: Callable[..., Question], message: str, is_agreed: bool
) -> None:
    """Who says more has not agreed to exactly that."""
    question = replace(question_on("goal"), held=("style",))
    case = replace(BEGUN, facts=(Fact("goal", "style", False, Via.WORDS, 1, "x", 0, 1),))
    assert is_agreed == ("goal" in reader.read(message, case, question).agrees)


def test_a_yes_to_a_question_that_holds_nothing_agrees_to_nothing(
    reader: OfflineReader, question_on: Callable[..., Question]
) -> None:
    """There is nothing to say yes to."""
    assert frozenset() == reader.read("yes", BEGUN, question_on("goal")).agrees
