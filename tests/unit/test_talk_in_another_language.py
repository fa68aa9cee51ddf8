"""A whole talk in German, which the rules cannot read: the model listens, the user confirms, the rules decide."""

from __future__ import annotations

import json

from assistant.domain.case import Via
from assistant.domain.dialogue import Intent, QuestionKind, TurnResult
from assistant.domain.model_turn import Prompt
from assistant.domain.rulebook import VerdictId
from tests.fakes_model import ScriptedModel, listening_coach, message_of, said, truthful

STORY = (
    "Wir sortieren Kundenbriefe in 40 Klassen. Der Prompt ist nach vielen gemessenen Runden am Anschlag. Wir haben ein "
    "festes Testset, das nie ins Training kommt, und 5000 geprüfte Briefe."
)
FACTS = (
    ("goal", "classification", "sortieren Kundenbriefe in 40 Klassen"),
    ("prompting", "plateaued", "nach vielen gemessenen Runden am Anschlag"),
    ("evals", "held_out", "festes Testset, das nie ins Training kommt"),
    ("data_count", 5000, "5000 geprüfte Briefe"),
    ("data_quality", "clean", "geprüfte Briefe"),
    ("freshness", "stable", "ändert sich so gut wie nie"),
    ("process", "agreed", "einig und Frau Kern entscheidet"),
    ("privacy", "cleared", "geschwärzt"),
    ("retrieval", "not_needed", "nachschlagen muss man nichts"),
)
REST = (
    "Das ändert sich so gut wie nie, nachschlagen muss man nichts. Alle sind sich einig und Frau Kern entscheidet. "
    "Namen sind geschwärzt."
)


def hears(prompt: Prompt) -> str:
    """Know what the story means, and a yes and a no."""
    replies = {"Ja, genau.": "confirms", "Nein.": "denies"}
    if intent := replies.get(message_of(prompt)):
        return said(intent=intent, language="de")
    return truthful(FACTS)(prompt)


def talk(*messages: str) -> TurnResult:
    """Say some messages, one a turn, and return the last turn."""
    coach = listening_coach(ScriptedModel(hears))
    conversation = coach.start("de")
    for message in messages:
        conversation, result = coach.respond(conversation, message)
    return result


def test_a_story_in_german_is_heard_and_put_to_the_user() -> None:
    """Every fact with its German words, none of them known yet, and the case leans as in English."""
    result = talk(STORY)
    assert Intent.TELLS is result.intent
    assert [(slot, value, words) for slot, value, words in FACTS if words in STORY] == [
        (fact.slot, fact.value, fact.quote) for fact in sorted(result.case.facts, key=lambda fact: fact.start)
    ]
    assert {(Via.MODEL, False)} == {(fact.via, fact.agreed) for fact in result.case.facts}
    assert (VerdictId.UNDECIDED, VerdictId.FINE_TUNE) == (result.assessment.verdict, result.assessment.leaning)


def until_read_back() -> list[str]:
    """Return what is said until all of it is read back: the story, and a yes or the rest to each question."""
    messages = [STORY]
    while (question := talk(*messages).assessment.question) is not None and len(messages) < 8:
        if question.kind is QuestionKind.READ_BACK:
            return messages
        messages.append(REST if question.kind is QuestionKind.ASK else "Ja, genau.")
    raise AssertionError(f"never read back: {messages}")


def test_a_german_yes_to_the_read_back_settles_it() -> None:
    """The verdict is the rules', on facts the user confirmed."""
    messages = until_read_back()
    assert VerdictId.UNDECIDED is talk(*messages).assessment.verdict
    settled = talk(*messages, "Ja, genau.")
    assert (Intent.CONFIRMS, VerdictId.FINE_TUNE) == (settled.intent, settled.assessment.verdict)
    assert settled.case == settled.case.as_told()


def test_a_german_no_to_the_read_back_takes_it_out() -> None:
    """Nothing of it is left to lean on."""
    denied = talk(*until_read_back(), "Nein.")
    assert Intent.DENIES is denied.intent
    assert VerdictId.FINE_TUNE is not denied.assessment.leaning


def test_a_model_that_hears_yes_where_none_was_said_settles_nothing() -> None:
    """It can repeat its yes as often as it likes."""
    messages = until_read_back()
    confirming = listening_coach(
        ScriptedModel(lambda prompt: json.dumps({**json.loads(hears(prompt)), "intent": "confirms"}))
    )
    conversation = confirming.start("de")
    for message in (*messages, "Moment, darüber muss ich nachdenken."):
        conversation, result = confirming.respond(conversation, message)
    assert result.assessment.verdict is not VerdictId.FINE_TUNE
