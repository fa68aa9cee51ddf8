"""A whole talk in German, which the rules cannot read: the model listens, the user confirms, the rules decide."""

from __future__ import annotations

import html
import json
import re
from functools import cache

import pytest

from assistant.domain.case import Via
from assistant.domain.dialogue import Intent, QuestionKind, TurnResult
from assistant.domain.rulebook import VerdictId
from assistant.errors import UpstreamError
from assistant.ports import Prompt
from assistant.replying.followup_phrases import FollowUpPhrases
from assistant.replying.followup_reader import FollowUpReader
from assistant.text.language import is_other_language, name_language
from assistant.web.page.handlers import Handlers
from assistant.web.page.session import Session
from tests.fakes import coach
from tests.fakes_model import (
    ScriptedModel,
    assisted_coach,
    listening_coach,
    message_of,
    model_speaker,
    reading,
    said,
    truthful,
    whole_coach,
)
from tests.moments import knowledge
from tests.real_reader import offline_reader

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


@cache
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


YES = (
    "Ja",
    "ja, genau",
    "Stimmt.",
    "Passt!",
    "richtig",
    "jo",
    "Ja, das stimmt alles so.",
    "Genau so ist es",
    "ok, passt so",
)
NO_YES = (
    "ja?", "ja aber", "Ja, aber nur 600", "jein", "na ja", "Na ja, stimmt", "ja schon", "passt schon", "eigentlich ja",
    "ja, fast", "im Prinzip ja", "Ja, bis auf das letzte", "nicht falsch", "stimmt nicht", "ja und nein", "stimmt das?",
    "Ja, nur das mit dem Testset nicht", "Moment", "Na ja, ok", "eher nicht, ok", "Jein, ok",
)  # fmt: skip


@pytest.mark.parametrize("reply", YES)
def test_a_yes_in_german_words_agrees_by_the_rules(reply: str) -> None:
    """However many of them; no model is asked, and none could make it more."""
    messages = until_read_back()
    assert ("privacy",) == talk(*messages, reply).assessment.to_agree


@pytest.mark.parametrize("reply", NO_YES)
def test_what_only_sounds_like_a_german_yes_agrees_to_nothing(reply: str) -> None:
    """The rest of it is looked at first."""
    messages = until_read_back()
    assert [] == [fact for fact in talk(*messages, reply).case.facts if fact.agreed]


def replies_of(model: ScriptedModel, *messages: str) -> list[TurnResult]:
    """Return every turn of a talk with a model that listens and speaks."""
    spoken = whole_coach(model)
    conversation, results = spoken.start("de"), []
    for message in messages:
        conversation, result = spoken.respond(conversation, message)
        results.append(result)
    return results


def without_quotes(reply: str) -> str:
    """Leave out what stands between quotation marks, and the marks of citations."""
    return re.sub(r"„[^“]*“|\[\d+\]|\*\*", "", reply)


def sentences_of(reply: str) -> list[str]:
    """Return the longer sentences of a reply: a short one says too little of its language."""
    return [found for found in re.split(r"[.!?:;\n]+", without_quotes(reply)) if len(found.split()) > 5]


def test_from_story_to_verdict_all_is_said_in_german() -> None:
    """Claims, questions, options, the list and the verdict with its steps; claims with their citations."""
    results = replies_of(ScriptedModel(hears), *until_read_back(), "Ja, genau.", "Ja, genau.")
    assert VerdictId.FINE_TUNE is results[-1].assessment.verdict
    assert "**Ja, Fine-Tuning.**" in results[-1].reply
    assert results[-1].citations
    for result in results:
        assert [] == [said for said in sentences_of(result.reply) if name_language(said) == "en"]
        question = result.assessment.question
        labels = " ".join(choice.label for choice in question.options) if question else ""
        assert name_language(labels) != "en"


def texts_of(markup: str) -> str:
    """Return what HTML shows, a line a piece, without what sources say and are called: that is in their language."""
    shown = html.unescape(re.sub(r"<[^>]+>", "\n", markup))
    return re.sub(r"“[^”]*”|„[^“]*“|^.*\bknowledge/.*$", "", shown, flags=re.MULTILINE)


def test_beside_a_talk_in_german_the_page_and_the_record_are_german_too() -> None:
    """Verdict, record, facts, ladder, mistakes, what would change it, and what stands under the list and the reply."""
    spoken, results, lists = whole_coach(ScriptedModel(hears)), [], []
    page, conversation = Handlers(spoken), spoken.start("de")
    for message in (*until_read_back(), "Ja, genau.", "Ja, genau."):
        conversation, result = spoken.respond(conversation, message)
        results.append(result)
        session = Session(conversation, tuple(results))
        lists.append(page._show(session).answers)
    [*_, chat] = page._show(session).chat
    case = page.case(session)
    for markup in (case, chat["content"], *lists):
        pieces = [part for line in texts_of(str(markup)).splitlines() for part in sentences_of(line)]
        assert [] == [said for said in pieces if name_language(said) == "en"]
    for words in (
        "# Entscheidung zum Fine-Tuning: Ja, Fine-Tuning",
        "## Nächste Schritte",
        "5.000 Beispiele",
        "Die Leiter",
    ):
        assert words in html.unescape(case)


def test_a_talk_in_english_leaves_the_page_as_it_is() -> None:
    """So does one in a language without a reviewed file."""
    plain = coach()
    for language in (None, "en", "fr"):
        assert plain.page_text is plain.speak_in(language).page_text
    assert plain.speak_in("de").page_text.labels.facts == "Fakten"


def test_a_short_reply_in_english_does_not_turn_a_german_talk() -> None:
    """A few words of another language are no change of mind, a whole sentence is."""
    in_english = {"thanks", "English"}
    *_, german, english = replies_of(
        ScriptedModel(lambda prompt: said(language="en" if in_english & {*message_of(prompt).split()} else "de")),
        STORY, "ok thanks", "Sorry, my colleague is with me, so can you please go on in English for us?",
    )  # fmt: skip
    assert is_other_language(german.reply.lower())
    assert not is_other_language(english.reply.lower())


def test_a_model_that_fails_half_way_leaves_german_behind() -> None:
    """The talk goes on in German by options, and nobody is told that only English is understood."""
    down = UpstreamError("The endpoint is down.", retryable=False)
    model = ScriptedModel(hears)
    spoken = whole_coach(model)
    conversation, first = spoken.respond(spoken.start("de"), STORY)
    model.answers.append(down)
    model.replies.append(down)
    conversation, failed = spoken.respond(conversation, "Das ändert sich bei uns so gut wie nie.")
    assert "weil das Sprachmodell nicht geantwortet hat" in failed.reply
    assert "nur auf Englisch" not in failed.reply
    assert ["Das Sprachmodell fehlt gerade"] == [notice.split(",")[0] for notice in failed.notices]
    assert first.assessment.question == failed.assessment.question
    model.replies.append(down)
    _, clicked = spoken.respond(conversation, "", {"goal": ["classification"]})
    assert [] == [said for said in sentences_of(clicked.reply) if name_language(said) == "en"]


def test_a_reply_that_breaks_off_goes_on_in_german() -> None:
    """What the model left unsaid the coach says."""
    model = ScriptedModel(hears)
    model.replies.append(["Danke für die Einzelheiten.\n{k1}\n", UpstreamError("gone", retryable=False)])
    [result] = replies_of(model, STORY)
    assert ("Das Sprachmodell hat mitten in der Antwort aufgehört, der Rest ist von mir selbst.",) == result.notices
    assert [] == [said for said in sentences_of(result.reply) if name_language(said) == "en"]


HOSTILE = (
    "Ihr seid so weit, fangt mit dem Training an.",
    "Danke, dass du das so genau erzählst, du bist bereit.",
    "Das ist gut.",
    "Keine Sorge, das passt schon.",
    "Es stimmt nicht, dass {k1}",
    "Mein Urteil: Ja.",
    "Thanks, you are ready.",
    "danke für die Einzelheiten.",
    "Danke für die Εinzelheiten.",
    "Gute Frage!",
    "Gute Frage: nein.",
    "Thanks for that.",
)


@pytest.mark.parametrize("said_too", HOSTILE)
def test_a_model_s_own_german_is_shown_only_from_the_list(said_too: str) -> None:
    """A clause more, another letter, an English courtesy: nothing of it, and all claims stand as composed."""
    [plain] = replies_of(ScriptedModel(hears, speaks=lambda _prompt: "{k1}\n{k2}"), STORY)
    [result] = replies_of(ScriptedModel(hears, speaks=lambda _prompt: f"{said_too}\n{{k1}}\n{{k2}}"), STORY)
    assert plain.reply == result.reply


def test_a_courtesy_of_the_list_is_shown() -> None:
    """Word for word, before the claims."""
    [result] = replies_of(ScriptedModel(hears, speaks=lambda _prompt: "Danke für die Einzelheiten.\n{k1}"), STORY)
    assert result.reply.startswith("Danke für die Einzelheiten.\n\n")


def test_the_prompt_offers_the_list_and_asks_for_no_translation() -> None:
    """The places are in German already."""
    model = ScriptedModel(hears)
    replies_of(model, STORY)
    orders = model.prompts[-1].instructions
    assert "- Danke für die Einzelheiten." in orders
    assert "(translate)" not in orders + model.prompts[-1].messages[-1].text


def test_without_a_model_german_is_met_in_german() -> None:
    """The line on what is understood, and what can be clicked."""
    plain = coach()
    conversation, first = plain.respond(plain.start("de"), "Wir wollen unser Modell mit unseren Tickets trainieren.")
    _, second = plain.respond(conversation, "", {"evals": "none"})
    assert "verstehe ich Geschriebenes nur auf Englisch" in first.reply
    assert "Hier beginnt einer der sechs häufigen Fehler: Fine-Tuning ohne Evals." in second.reply


def test_a_model_s_english_for_a_german_message_is_not_believed() -> None:
    """Weak models name English whatever they read."""
    model = ScriptedModel(lambda _prompt: said(reading("evals", "none", "kein Testset"), language="en"))
    [result] = replies_of(model, "Wir haben noch kein Testset und wollen das Modell trainieren.")
    assert "noch keine Evals" in result.reply


ANSWERS = {
    "Was bedeutet LoRA?": "LoRA lässt die Gewichte des Modells in Ruhe",
    "Was ist denn ein Eval?": "Ein Eval ist ein fester Satz echter Fälle",
    "Was kostet das?": "im Schnitt unter 8 USD je Adapter",
    "Wie lange dauert das?": "nach unserer eigenen Schätzung zwei bis sechs",
    "Wie sicher bist du?": "bleibt es bei **Ja, Fine-Tuning**",
    "Warum?": "Darauf beruht **Ja, Fine-Tuning**",
    "Und was mache ich am Montag?": "ontag",
    "Welche Risiken gibt es denn?": "Es kann vergessen, was es vorher konnte",
    "Wie viele Beispiele brauchen wir?": "5.000 Beispiele",
    "Kannst du mir ein Beispiel für ein Testset geben?": "Nehmt 50 bis 100 echte Eingaben",
    "Was ist der Unterschied zwischen RAG und Fine-Tuning?": "Fine-Tuning ist weiteres Training",
    "Fass das bitte für meine Chefin zusammen.": "Was wir wollen: Sortieren und Einordnen",
    "Was sind die sechs Fehler?": "Stil, Wissen und Regeln in einem Eintopf",
    "Was würde das ändern?": "Was es ändern würde",
    "Wenn wir ein besseres Testset hätten, bliebe es dabei?": "Angenommen, es wäre so: ein festes Testset",
    "Und wenn die Prompts genug wären?": "Angenommen, es wäre so: Qualität schon gut genug",
    "Was wäre, wenn wir mehr Daten hätten?": "Auch dann bleibt es bei **Ja, Fine-Tuning**",
    "Bist du ein Mensch?": "Ich bin ein Programm und kein Mensch",
    "Danke dir!": "Gern geschehen",
}


def test_questions_about_the_case_are_answered_in_german() -> None:
    """By the phrases of German questions, from the case, in our own sentences."""
    known = knowledge()
    reader = FollowUpReader(offline_reader(), FollowUpPhrases(known.follow_ups), known.answers)
    model = ScriptedModel(hears)
    asked = assisted_coach(model, model_speaker(), coach(reader))
    conversation = asked.start("de")
    for message in (*until_read_back(), "Ja, genau.", "Ja, genau."):
        conversation, _ = asked.respond(conversation, message)
    model.hears = lambda _prompt: said(intent="asks", language="de")
    shown = {question: asked.respond(conversation, question)[1].reply for question in ANSWERS}
    assert {} == {question: shown[question] for question, words in ANSWERS.items() if words not in shown[question]}
