"""What is said where a reply to a list or to the aim's question is no plain yes: by the coach as it is wired."""

from __future__ import annotations

from assistant import wiring
from assistant.domain.dialogue import QuestionKind
from assistant.settings.environment import read_settings


def _say_at_the_list(message: str) -> str:
    """Return the reply to a message that is said when the list is read back."""
    coach = wiring.build(read_settings({}))
    talk, result = coach.respond(coach.start("c"), "We want mail sorted. Our people disagree on the right label.")
    while (question := result.assessment.question) is not None and question.kind is QuestionKind.ASK:
        talk, result = coach.respond(
            talk, "", {slot: "declined" for slot in question.slots if slot != "goal"} or {"goal": ["classification"]}
        )
    assert question is not None
    return coach.respond(talk, message)[1].reply


def test_who_does_not_understand_the_list_is_told_what_it_is() -> None:
    """Plainer words of what the lines are for and what may be said, and not the same words again."""
    reply = _say_at_the_list("hm what do you mean by that")
    assert any(told in reply for told in ("name a line by its number", "name its number")), reply
    assert "plainer words" not in reply


def test_a_hm_at_the_list_is_met_with_patience_and_no_promise() -> None:
    """The same list comes again, so that nothing is said of other words."""
    reply = _say_at_the_list("hm")
    assert "None of this counts before you say so" in reply or "Tell me which of it is off" in reply


def test_an_aim_that_went_is_not_passed_over() -> None:
    """Who leaves one of two out is told what is left."""
    coach = wiring.build(read_settings({}))
    talk, _ = coach.respond(coach.start("c"), "we want letters rewritten in plain language and in our tone")
    _, result = coach.respond(talk, "only the rewriting, not the tone")
    assert "you want text turned into other text" in result.reply
