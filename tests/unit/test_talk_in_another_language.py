"""A whole talk in German, which the rules cannot read: the model listens, the user confirms, the rules decide."""

from __future__ import annotations

import json

from assistant.domain.case import Via
from assistant.domain.dialogue import Intent, QuestionKind, TurnResult
from assistant.domain.rulebook import VerdictId
from assistant.ports import Prompt
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


def test_a_german_yes_to_every_list_settles_it() -> None:
    """The verdict is the rules', on facts the user agreed to; what one list cannot hold comes in the next."""
    messages = until_read_back()
    assert VerdictId.UNDECIDED is talk(*messages).assessment.verdict
    assert ("privacy",) == talk(*messages, "Ja, genau.").assessment.to_agree
    settled = talk(*messages, "Ja, genau.", "Ja, genau.")
    assert (Intent.CONFIRMS, VerdictId.FINE_TUNE) == (settled.intent, settled.assessment.verdict)


def test_a_german_no_to_the_list_agrees_to_nothing_and_asks_which() -> None:
    """Each entry can be picked."""
    messages = until_read_back()
    denied = talk(*messages, "Nein.")
    question = denied.assessment.question
    assert question is not None
    assert (Intent.DENIES, [*question.slots]) == (denied.intent, [choice.value for choice in question.options])
    assert [] == [fact for fact in denied.case.facts if fact.agreed]


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
