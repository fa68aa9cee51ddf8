"""What a message is for, replies to a confirmation, and any input at all."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from assistant.domain.case import Case, Fact, Status, Via
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
    ("message", "intent", "value"),
    [
        ("yes", Intent.CONFIRMS, None),
        ("Yes, right", Intent.CONFIRMS, None),
        ("no", Intent.DENIES, None),
        ("No, we have a golden set", Intent.DENIES, "held_out"),
        ("No test set", Intent.CONFIRMS, "none"),
        ("we have a golden set of 500", Intent.DENIES, "held_out"),
    ],
)
def test_a_confirmation_is_answered(
    reader: OfflineReader, question_on: Callable[..., Question], message: str, intent: Intent, value: str | None
) -> None:
    """Yes confirms, no denies, and what is said instead corrects; the same again confirms."""
    case = replace(BEGUN, facts=(Fact("evals", "none", Status.PROPOSED, Via.WORDS, 1, "x", 0, 1),))
    hearing = reader.read(message, case, question_on("evals", QuestionKind.CONFIRM))
    assert (intent, value) == (hearing.intent, hearing.values[0].value if hearing.values else None)
