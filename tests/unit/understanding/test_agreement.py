"""What a reply to the list makes of it as a whole."""

from __future__ import annotations

import pytest

from assistant.domain.rulebook import Rulebook
from assistant.understanding.agreement import ListReply, Stance, denies_pressed, read_list_reply


def read_reply(rulebook: Rulebook, reply: str) -> ListReply:
    """Read a reply to a list of two entries."""
    return read_list_reply(reply.lower(), ("evals", "prompting"), rulebook.confirmations)


@pytest.mark.parametrize(
    "reply",
    [
        "Afraid so.",
        "can't argue with that",
        "two out of two",
        "you put it harshly: yes",
        "we got stuck, as you say",
        "I hate that you're right",
    ],
)
def test_a_reply_that_comes_round_to_a_yes_agrees(rulebook: Rulebook, reply: str) -> None:
    """However it is put, and whatever it says before."""
    assert Stance.YES is read_reply(rulebook, reply).stance


@pytest.mark.parametrize(
    "reply",
    [
        "I don't think that's right",
        "if we had those, yes",
        "it was right last year",
        "that would be right if it were winter",
        "wait, is that right?",
        "not something I'd call right",
        "you're right about the first",
        "maybe that's right",
        "600 letters is all we have",
        "customers are happy, good",
        "that's what we do",
        "why do you keep asking, right, right",
    ],
)
def test_a_yes_that_is_denied_or_hangs_on_something_agrees_to_nothing(rulebook: Rulebook, reply: str) -> None:
    """What is unclear shows the list again."""
    assert Stance.YES is not read_reply(rulebook, reply).stance


@pytest.mark.parametrize("reply", ["you're confusing me with someone", "erm, that can't be right", "neither of those"])
def test_a_reply_that_calls_the_list_wrong_denies_it(rulebook: Rulebook, reply: str) -> None:
    """Also in a sentence of its own, without a no."""
    assert Stance.NO is read_reply(rulebook, reply).stance


@pytest.mark.parametrize(
    "reply",
    [
        "the model is making things up",
        "our two labs don't agree with each other",
        "we are nowhere near the target",
        "yesterday it got it wrong again",
        "its answers missed the point",
    ],
)
def test_what_is_wrong_with_a_model_or_with_people_denies_nothing(rulebook: Rulebook, reply: str) -> None:
    """Only what is said to the coach calls the list wrong."""
    assert Stance.NO is not read_reply(rulebook, reply).stance
    assert not denies_pressed(reply, rulebook.confirmations)
