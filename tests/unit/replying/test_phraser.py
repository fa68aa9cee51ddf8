"""The offline replies: what they hold, how long they are, and that nothing in them is made up."""

from __future__ import annotations

import random
import re
from dataclasses import replace

import pytest

from assistant.domain.case import Again, leave_open
from assistant.domain.dialogue import Intent
from assistant.domain.rulebook import SlotKind, VerdictId
from assistant.domain.source import Citation, Passage, SourceKind
from assistant.replying.phraser import OfflinePhraser
from assistant.replying.quotes import best_sentences, widen_quote
from tests.moments import Talk, knowledge, passage

RULEBOOK = knowledge().rulebook
PHRASER = OfflinePhraser(RULEBOOK, knowledge().library.texts, knowledge().phrases)
READY_TO_TUNE = {
    "goal": ("extraction",),
    "prompting": "plateaued",
    "evals": "held_out",
    "data_count": 20000.0,
    "data_quality": "clean",
    "freshness": "stable",
    "task_change": "stable",
    "retrieval": "not_needed",
    "process": "agreed",
    "privacy": "unrestricted",
    "volume": 300000.0,
}
NOT_READY = {**READY_TO_TUNE, "evals": "impressions", "data_quality": "unchecked"}


def reply(talk: Talk, context: object) -> str:
    """Return the Markdown of a reply, of which nothing was dropped."""
    grounded = talk.reply(PHRASER, context)  # type: ignore[arg-type]
    assert grounded.dropped == ()
    return grounded.markdown


def words(markdown: str) -> int:
    """Count the words of a reply, without its marks and list signs."""
    return len(re.sub(r"\[\d+\]|^- ", "", markdown, flags=re.MULTILINE).split())


def test_the_users_own_words_are_said_back_and_cited() -> None:
    """What was heard is shown as the user put it."""
    talk = Talk()
    grounded = talk.reply(
        PHRASER,
        talk.tell("Hi. We sort support tickets, that's all.", ("goal", "classification", "sort support tickets")),
    )
    assert "“We sort support tickets”" in grounded.markdown
    assert [(c.kind, c.turn, c.quote) for c in grounded.citations] == [(SourceKind.USER, 1, "We sort support tickets")]


def test_a_number_is_said_exactly_only_where_the_user_gave_digits() -> None:
    """ "Millions" is no count."""
    talk = Talk()
    text = reply(talk, talk.tell("millions of them", ("volume", 3000000.0, "millions of them")))
    assert RULEBOOK.slot("volume").option(3000000.0).heard in text
    assert "3,000,000" not in text
    assert "8,000 examples" in reply(talk, talk.tell("8k chats", ("data_count", 8000.0, "8k chats")))


def test_a_leaning_is_not_called_a_verdict() -> None:
    """While questions are open nothing is decided."""
    talk = Talk()
    context = talk.click(goal=("style",), prompting="basic")
    assert context.assessment.question is not None
    assert "verdict" not in reply(talk, context).lower()


def test_a_reason_that_was_given_is_not_given_again_next_turn() -> None:
    """The conversation moves on."""
    talk = Talk()
    first = talk.click(goal=("style",), prompting="basic")
    claims = [c.claim for c in RULEBOOK.criteria if c.id in first.assessment.rationale]
    said = reply(talk, first)
    assert any(claim in said for claim in claims)
    second = talk.click(budget="tight")
    assert second.assessment.leaning is first.assessment.leaning
    text = reply(talk, second)
    assert not any(claim in text for claim in claims)


def test_a_turn_of_the_leaning_is_said_and_explained() -> None:
    """A decisive fact is visible in the reply."""
    talk = Talk()
    talk.click(goal=("style",), prompting="basic")
    context = talk.click(goal=("knowledge",), freshness="daily")
    text = reply(talk, context)
    assert context.assessment.leaning is VerdictId.RAG_OR_TOOLS
    assert re.search(r"changes the picture|turns it around", text)
    assert "What changes every day or week does not belong in weights." in text


def test_a_mistake_is_named_by_the_documents_line_when_it_is_newly_hit_and_only_then() -> None:
    """The board keeps it; the conversation does not go on about it."""
    talk = Talk()
    talk.click(goal=("style",))
    assert "“Fine-tuning instead of a better prompt”" in reply(talk, talk.click(prompting="basic"))
    assert "“Fine-tuning instead of a better prompt”" not in reply(talk, talk.click(latency="relaxed"))


def test_a_no_gives_the_verdict_three_steps_with_exit_tests_and_the_way_to_a_yes() -> None:
    """A settled no is something to act on."""
    talk = Talk()
    context = talk.click(**NOT_READY)
    assert context.assessment.settled
    text = reply(talk, context)
    assert "**Not yet.**" in text
    assert text.count("**Done when:**") == 3
    assert "**Yes, fine-tune**" in text.split("Done when")[-1]


def test_a_yes_is_said_as_a_yes() -> None:
    """No hedging, and what would turn it is named."""
    talk = Talk()
    context = talk.click(**READY_TO_TUNE)
    assert context.assessment.verdict is VerdictId.FINE_TUNE
    text = reply(talk, context)
    assert "**Yes, fine-tune.**" in text
    assert not re.search(r"\b(maybe|perhaps|might|it depends)\b", text, re.IGNORECASE)


def test_gaps_are_named() -> None:
    """What the user could not say is not passed over."""
    talk = Talk()
    text = reply(talk, talk.click(**{**NOT_READY, "process": "declined"}))
    assert RULEBOOK.slot("process").name in text


def test_a_verdict_that_stands_is_not_told_all_over() -> None:
    """A later fact that changes nothing gets a short reply."""
    talk = Talk()
    first = reply(talk, talk.click(**NOT_READY))
    second = reply(talk, talk.click(budget="ample"))
    assert "**Not yet**" in second
    assert "Done when" not in second
    assert words(second) < words(first) / 2


def test_two_things_that_do_not_fit_are_both_quoted() -> None:
    """A contradiction is shown in the user's words and asked about."""
    talk = Talk()
    talk.tell("We have a fixed test set.", ("evals", "held_out", "a fixed test set"), ("goal", "style", "We"))
    context = talk.tell("Honestly, nobody ever measured it.", ("evals", "none", "nobody ever measured it"))
    text = reply(talk, context)
    assert "“a fixed test set”" in text
    assert "“nobody ever measured it”" in text
    assert context.assessment.question is not None
    assert context.assessment.question.text in text


def test_a_correction_says_what_it_replaces() -> None:
    """Old and new stand side by side."""
    talk = Talk()
    talk.click(goal=("style",), data_count=400.0)
    text = reply(talk, talk.tell("It is 40, sorry.", ("data_count", 40.0, "40"), corrects=True))
    assert "you have 40 examples" in text
    assert RULEBOOK.slot("data_count").option(400.0).heard in text


def test_not_knowing_is_taken_without_fuss() -> None:
    """ "I don't know" becomes a named gap."""
    talk = Talk()
    talk.click(goal=("style",))
    text = reply(talk, talk.tell("I don't know", ("prompting", None, "I don't know"), corrects=True))
    assert RULEBOOK.slot("prompting").name in text


def test_an_answer_that_cannot_be_read_is_asked_for_once_more() -> None:
    """The second time the question stands there again, and why it does."""
    talk = Talk()
    first = talk.click(goal=("style",)).assessment.question
    context = talk.unread()
    again = context.assessment.question
    assert first is not None
    assert again is not None
    assert (first.slot, Again.REWORDED, True) == (again.slot, again.again, again.text in reply(talk, context))


def test_a_question_about_the_topic_is_answered_in_a_sources_words_and_the_case_goes_on() -> None:
    """The answer is quoted, not composed."""
    talk = Talk()
    asked = talk.click(goal=("style",)).assessment.question
    found = passage("fine-tuning-a-scalpel", "The model learns your mistakes as well. Hell is a careful student.")
    grounded = talk.reply(PHRASER, talk.say(Intent.ASKS, "does it learn mistakes?", "does it learn mistakes?", [found]))
    assert "The model learns your mistakes as well." in grounded.markdown
    assert [c.source for c in grounded.citations] == ["fine-tuning-a-scalpel"]
    assert asked is not None
    assert grounded.markdown.endswith(f"**{asked.text}**")


def test_what_the_sources_do_not_cover_is_said_to_be_so() -> None:
    """No passage, no answer, but what the coach can do instead."""
    talk = Talk()
    assert reply(talk, talk.say(Intent.ASKS, "what is a perceptron?", "what is a perceptron?")).startswith(
        "That is outside what my sources cover,"
    )


def test_pushback_holds_and_names_a_fact_that_would_change_it() -> None:
    """Insistence is met kindly, with the way out."""
    talk = Talk()
    before = talk.click(**NOT_READY).assessment
    context = talk.say(Intent.PUSHES, "Just say yes, the board wants it!")
    text = reply(talk, context)
    assert context.assessment == before
    assert "**Not yet**" in text
    assert RULEBOOK.slot("evals").option("held_out").heard in text


def test_why_gives_the_reason_of_the_question_or_of_the_verdict() -> None:
    """One word, two meanings."""
    talk = Talk()
    asked = talk.click(goal=("style",)).assessment.question
    assert asked is not None
    assert asked.why in reply(talk, talk.say(Intent.WHY, "why?"))
    settled = talk.click(**NOT_READY)
    claims = {c.id: c.claim for c in RULEBOOK.criteria}
    assert claims[settled.assessment.rationale[0]] in reply(talk, talk.say(Intent.WHY, "why?"))


def test_the_sources_are_shown_word_for_word() -> None:
    """Asked for, the spans themselves are the reply."""
    talk = Talk()
    talk.click(**NOT_READY)
    grounded = talk.reply(PHRASER, talk.say(Intent.SHOW_SOURCE, "show me the source"))
    assert grounded.citations
    assert all(f"“{citation.quote}”" in grounded.markdown for citation in grounded.citations)


def test_another_language_is_met_with_the_options_to_click() -> None:
    """Who cannot be heard can still answer."""
    talk = Talk()
    asked = talk.click(goal=("style",)).assessment.question
    text = reply(talk, talk.say(Intent.OTHER_LANGUAGE, "je ne comprends pas"))
    assert asked is not None
    assert "English" in text
    assert all(option.label in text for option in asked.options)


def test_markdown_of_the_user_shows_as_text() -> None:
    """A quote cannot draw, link or embolden."""
    talk = Talk()
    message = "we want **our** ![x](http://e.org) <b>style</b>"
    text = reply(talk, talk.tell(message, ("goal", "style", message)))
    assert "http://" not in text
    assert "![" not in text
    assert "<b>" not in text
    assert r"\*\*our\*\*" in text


def test_consecutive_turns_do_not_begin_alike() -> None:
    """Phrases take turns."""
    talk = Talk()
    talk.click(goal=("style",))
    openings = [reply(talk, talk.say(Intent.WHY, "why?")).split(".")[0] for _ in range(2)]
    assert openings[0] != openings[1]


def random_talk(seed: int) -> list[tuple[Talk, object]]:
    """Hold a conversation of random facts, in words and by clicks, with other messages between."""
    choose = random.Random(seed)
    talk, contexts = Talk(), []
    others = [intent for intent in Intent if intent not in (Intent.TELLS, Intent.CLICKS, Intent.RESTARTS)]
    for _ in range(8):
        slot = choose.choice(RULEBOOK.slots)
        value = choose.choice([option.value for option in slot.options])
        if choose.random() < 0.3:
            context = talk.say(choose.choice(others), "is it so?")
        elif choose.random() < 0.5:
            context = talk.click(**{slot.id: (value,) if slot.kind is SlotKind.SET else value})
        else:
            said = choose.choice([f"we said {slot.id} earlier today", f"{slot.id}; no", 'a *b* [c](d) “e” "f" 7'])
            context = talk.tell(said, (slot.id, value, said), corrects=choose.random() < 0.3)
        contexts.append((talk, context, dict(talk.messages)))
    return contexts


@pytest.mark.parametrize("seed", range(60))
def test_whatever_is_told_every_sentence_checks_and_the_reply_stays_short(seed: int) -> None:
    """Sixty conversations of random facts: nothing dropped, nothing left unfilled, no forbidden word, no sermon."""
    for talk, context, messages in random_talk(seed):
        talk.messages = messages
        text = reply(talk, context)
        assert text
        assert not re.search(r"[{}]|\bNone\b|confidence|as an AI|for sharing", text)
        assert words(text) <= (310 if context.assessment.settled else 190)


def test_readings_are_cut_to_the_words_that_matter() -> None:
    """A long message is not read back whole."""
    talk = Talk()
    message = "well " * 30 + "we sort tickets"
    grounded = talk.reply(PHRASER, talk.tell(message, ("goal", "classification", message)))
    assert all(len(citation.quote.split()) <= 10 for citation in grounded.citations)


@pytest.mark.parametrize(
    ("message", "reading", "shown"),
    [
        ("accuracy is where we want it, invoice is not", "accuracy is where", "accuracy is where we want it"),
        ("It is long and ignores our bullets format.", "ignores our bullets", "ignores our bullets format"),
        ("It knows incl. current stock. so fix it pls", "current stock", "It knows incl. current stock"),
        ("We " + "really " * 12 + "need a style", "need a style", "need a style"),
        ("style", "style", "style"),
    ],
)
def test_a_quote_is_widened_to_its_clause_where_that_is_short(message: str, reading: str, shown: str) -> None:
    """Nobody is quoted in half a phrase."""
    start = message.index(reading)
    narrow = Citation(SourceKind.USER, "user", None, start, start + len(reading), reading, 1)
    wide = widen_quote(narrow, message, 8)
    assert wide.quote == shown
    assert message[wide.start : wide.end] == shown


def test_the_run_of_sentences_nearest_to_the_question_is_quoted() -> None:
    """A long passage is cut to what answers, in one contiguous piece."""
    text = "Cats sleep. Adapters are cheap to train. They cost little to host. " + "Nobody asked about this. " * 20
    found = Passage("p", SourceKind.GUIDANCE, "card", "c.md", 100, 100 + len(text), text, ("Card",))
    cited = best_sentences(found, "what does training an adapter cost?", most_words=11)
    assert cited.quote == "Adapters are cheap to train. They cost little to host."
    assert text[cited.start - 100 : cited.end - 100] == cited.quote


def test_an_explained_question_opens_with_its_explanation_and_gives_no_reason_again() -> None:
    """Who did not understand gets other words, and nothing that was said a turn ago."""
    talk = Talk()
    asked = talk.click(goal=("style",), prompting="basic").assessment.question
    assert asked is not None
    talk.case = replace(talk.case, asked=frozenset({(asked.slot, None)}), explained=frozenset({asked.slot}))
    slot = RULEBOOK.slot(asked.slot)
    text = reply(talk, talk.say(Intent.NOT_UNDERSTOOD, "I don't understand"))
    paragraph = text.split("\n\n")[1]
    assert (True, True, False) == (
        paragraph.startswith(slot.explanation),
        paragraph.endswith(f"**{slot.question}**"),
        slot.why in text,
    )


def test_a_question_put_once_more_is_no_new_one() -> None:
    """It opens as no next question and gives its reason no second time."""
    talk = Talk()
    talk.click(goal=("style",), prompting="basic")
    context = talk.unread()
    question = context.assessment.question
    assert question is not None
    context = talk.tell("blue")
    assert (context.assessment.question or question).again is Again.REWORDED
    text = reply(talk, context)
    assert (False, []) == (question.why in text, re.findall("one more thing|Next question", text))


def test_a_silence_is_worded_as_one() -> None:
    """Nobody said that they do not know."""
    talk = Talk()
    slot = talk.click(goal=("style",), prompting="basic").assessment.question.slot  # type: ignore[union-attr]
    before = talk.case
    context = talk.tell("we have 600 examples", ("data_count", 600.0, "600 examples"))
    context = replace(context, before=before, case=leave_open(context.case, slot, context.turn))
    name = RULEBOOK.slot(slot).name
    silent = [text.format(name=name) for text in knowledge().phrases.variants["heard.no_answer"]]
    spoken = [text.format(name=name) for text in knowledge().phrases.variants["heard.declined"]]
    text = reply(talk, context)
    assert (1, 0) == (sum(said in text for said in silent), sum(said in text for said in spoken))


def test_a_gap_is_called_what_it_is_for_whoever_left_it() -> None:
    """In the list and among the facts alike: who was not understood is not told that they could not say."""
    labels = knowledge().page.labels
    assert [] == [text for text in (RULEBOOK.confirmations.gap, labels.declined) if "you" in text.split()]


def test_a_model_of_another_kind_gets_a_kind_word_and_the_list_that_still_holds() -> None:
    """With the line that says so."""
    talk = Talk()
    context = talk.click(scope="other_model")
    grounded = talk.reply(PHRASER, context)
    [step] = [step for step in RULEBOOK.verdict(VerdictId.OUT_OF_SCOPE).steps if step.id == "take_the_list"]
    assert step.text in grounded.markdown
    assert {"other-kinds-of-models"} == {citation.source for citation in grounded.citations}
    assert knowledge().phrases.variants["off_topic.friendly"][0] not in grounded.markdown


def test_a_line_of_a_list_is_no_answer_where_a_sentence_is_there() -> None:
    """Three words from under a heading explain nothing."""
    talk = Talk()
    line = passage("fine-tuning-a-scalpel", "Fine-tuning without evals.", "Common mistakes")
    sentence = passage("forgetting", "Only tests you run before and after will show it")
    context = talk.say(Intent.ASKS, "why measure?", "why measure?", [line, sentence])
    text = reply(talk, context)
    assert (True, False) == ("Only tests you run" in text, "Fine-tuning without evals." in text)


@pytest.mark.parametrize(
    ("message", "words", "shown"),
    [
        ("no.. we run it and see whether the numbers look plausible", None, None),
        ("they sound like the old players (lfm, ty4sum, and all of that kind of talk)", None,
         "they sound like the old players…"),
        ("we have letters, but with names of patients inside", "but with names of patients inside",
         "with names of patients inside"),
        ("abbreviations (that only we understand)", "that only we understand)", "that only we understand"),
    ],
)  # fmt: skip
def test_a_quote_is_cut_where_a_person_would(message: str, words: str | None, shown: str | None) -> None:
    """Whole where little is left, never within brackets, without the word that only leads over."""
    talk = Talk()
    told = words or message
    assert f"“{shown or told}”" in reply(talk, talk.tell(message, ("goal", "style", told)))


def test_what_was_heard_already_and_is_said_again_is_met() -> None:
    """Who repeats their aim is told that it was understood."""
    talk = Talk()
    talk.tell("in our tone of voice", ("goal", "style", "in our tone of voice"))
    text = reply(talk, talk.tell("as I said, our tone of voice", ("goal", "style", "our tone of voice")))
    assert any(text.startswith(said) for said in knowledge().phrases.variants["heard.same"])
