"""What is said where a reply to a list or to the aim's question is no plain yes: by the coach as it is wired."""

from __future__ import annotations

from assistant import wiring
from assistant.domain.dialogue import QuestionKind
from assistant.settings.environment import read_settings


def test_a_hm_at_the_list_is_met_with_patience_and_no_promise() -> None:
    """The same list comes again, so that nothing is said of other words."""
    coach = wiring.build(read_settings({}))
    talk, result = coach.respond(coach.start("c"), "We want mail sorted. Our people disagree on the right label.")
    while (question := result.assessment.question) is not None and question.kind is QuestionKind.ASK:
        talk, result = coach.respond(
            talk, "", {slot: "declined" for slot in question.slots if slot != "goal"} or {"goal": ["classification"]}
        )
    assert question is not None
    _, result = coach.respond(talk, "hm")
    assert "None of this counts before you say so" in result.reply or "Tell me which of it is off" in result.reply


def test_an_aim_that_went_is_not_passed_over() -> None:
    """Who leaves one of two out is told what is left."""
    coach = wiring.build(read_settings({}))
    talk, _ = coach.respond(coach.start("c"), "we want letters rewritten in plain language and in our tone")
    _, result = coach.respond(talk, "only the rewriting, not the tone")
    assert "you want text turned into other text" in result.reply
