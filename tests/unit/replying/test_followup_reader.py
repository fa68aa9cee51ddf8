"""Which questions about a case are heard as such, and what of a message still counts as told."""

from __future__ import annotations

import pytest

from assistant.domain.case import Case, Fact, Via
from assistant.domain.dialogue import Choice, FollowUp, Intent, Question, QuestionKind
from assistant.domain.read_back import list_question
from assistant.replying.followup_phrases import FollowUpPhrases
from assistant.replying.followup_reader import EstimatingKinds, FollowUpReader
from tests.fakes import ScriptedReader, offline_reader, reads
from tests.moments import knowledge

BEGUN = Case(begun=True)


def reader(estimate: EstimatingKinds | None = None) -> FollowUpReader:
    """Build the reader around the one by rules."""
    known = knowledge()
    return FollowUpReader(offline_reader(), FollowUpPhrases(known.follow_ups), known.answers, estimate)


def asks_about(slot_id: str) -> Question:
    """Return the open question about a slot."""
    slot = knowledge().rulebook.slot(slot_id)
    choices = tuple(Choice(option.value, option.label) for option in slot.options)
    return Question(slot_id, slot.question, slot.why, QuestionKind.ASK, False, choices, (slot_id,))


@pytest.mark.parametrize(
    ("message", "kind"),
    [
        ("Would you bet your own money on it?", FollowUp.CERTAINTY),
        ("what will it cost us", FollowUp.COST),
        ("right, so can we go ahead then?", FollowUp.CERTAINTY),
        ("Where should we start?", FollowUp.NEXT_STEPS),
        ("you said held-out set, meaning what exactly", FollowUp.TERM),
        ("LoRA? Never heard.", FollowUp.TERM),
        ("where should I put our letters?", FollowUp.UPLOAD),
        ("We must ship on Friday.", FollowUp.DEADLINE),
        ("have you got anything I could hand to my aunt, she pays for it?", FollowUp.SUMMARY),
    ],
)
def test_a_question_about_the_case_is_told_by_its_phrases(message: str, kind: FollowUp) -> None:
    """It is heard as what it asks for, and gives no value."""
    heard = reader().read(message, BEGUN, None)
    assert (kind, ()) == (heard.about, heard.values)


def test_what_is_told_before_a_question_still_counts() -> None:
    """A fact and a question in one message are both heard."""
    message, within, known = "We have 300 labelled examples. How long will it take?", ScriptedReader(), knowledge()
    within.hears(reads(message, "data_count", 300.0, "300 labelled examples"))
    reader = FollowUpReader(within, FollowUpPhrases(known.follow_ups), known.answers)
    heard = reader.read(message, BEGUN, None)
    assert (FollowUp.TIMELINE, ["data_count"]) == (heard.about, [value.slot for value in heard.values])


@pytest.mark.parametrize("answer", ["We look at outputs and judge by feel.", "No way to measure yet.", "lol"])
def test_an_answer_to_the_open_question_is_no_question(answer: str) -> None:
    """Words that answer are left to the reader within."""
    assert reader().read(answer, BEGUN, asks_about("evals")).about is None


def test_a_story_is_a_story_whatever_it_asks() -> None:
    """The first message tells a case, though it ends in a question about cost."""
    story = "Our bill for summaries is 9,000 a month and quality is fine. What would a small tuned model cost?"
    assert reader().read(story, Case(), None).about is None


def test_what_the_coach_is_may_be_asked_before_anything_is_told() -> None:
    """A visitor who wants to know who speaks begins no case by it."""
    heard = reader().read("are you chatgpt?", Case(), None)
    assert (FollowUp.MODEL, Intent.ASKS) == (heard.about, heard.intent)


def test_what_no_phrase_tells_is_the_likeliest_kind() -> None:
    """Where no kind is likely, the question is one about the topic."""
    likely = reader(lambda _: {FollowUp.COST: 0.6, FollowUp.RISK: 0.2})
    unlikely = reader(lambda _: {FollowUp.COST: 0.2, FollowUp.RISK: 0.2})
    message = "and my aunt's zebra, hm?"
    assert (FollowUp.COST, None) == (likely.read(message, BEGUN, None).about, unlikely.read(message, BEGUN, None).about)


def test_a_phrase_gives_way_to_a_kind_that_is_much_likelier() -> None:
    """A word that stands in many questions does not decide against all the others."""
    message = "the texts cost us years, why only half of them?"
    heard = reader(lambda _: {FollowUp.COST: 0.05, FollowUp.WHY: 0.8}).read(message, BEGUN, None)
    assert heard.about is FollowUp.WHY


def test_once_there_is_a_verdict_words_that_tell_nothing_may_ask() -> None:
    """They are looked up, without a word on what is not covered; before it they are left as they are."""
    message = "the badger and every single one of her cubs by night"
    after, before = reader().read(message, BEGUN, None), reader().read(message, BEGUN, asks_about("evals"))
    assert ((Intent.TELLS, message), None) == ((after.intent, after.query), before.query)


def test_a_question_takes_nothing_back_that_was_agreed() -> None:
    """What speaks against an agreed fact beside a question is no change of it; a number is put side by side."""
    message, within = "The clerk has a feeling for it. Would a model find hidden patterns?", ScriptedReader()
    within.hears(reads(message, "evals", "impressions", "The clerk has a feeling for it"))
    agreed = Case(facts=(Fact("evals", "held_out", True, Via.CLICK, 0),), begun=True)
    heard = FollowUpReader(within, FollowUpPhrases(knowledge().follow_ups), knowledge().answers)
    assert heard.read(message, agreed, None).values == ()


@pytest.mark.parametrize("slot", ["goal", "evals"])
def test_who_does_not_understand_a_question_does_not_decline_it(slot: str) -> None:
    """A bare "I don't understand" is about the question, not about the case."""
    heard = reader().read("I don't understand", BEGUN, asks_about(slot))
    assert (Intent.NOT_UNDERSTOOD, ()) == (heard.intent, heard.values)


def test_a_case_told_before_a_first_question_is_heard() -> None:
    """The question gets its answer, and the story its facts."""
    heard = reader().read(
        "We want tickets sorted into 12 queues. Before I say more: how do you decide these things?", Case(), None
    )
    assert (FollowUp.HOW_DECIDED, [("goal", "classification")]) == (
        heard.about,
        [(value.slot, value.value) for value in heard.values],
    )


@pytest.mark.parametrize(
    ("message", "kind"),
    [
        ("what would a good test set look like for clauses?", FollowUp.EVAL_EXAMPLE),
        ("how many examples are needed?", FollowUp.HOW_MANY),
    ],
)
def test_a_general_question_is_answered_before_a_case_is_told(message: str, kind: FollowUp) -> None:
    """Nobody has to tell a story first to see what a test looks like."""
    assert kind is reader().read(message, Case(), None).about


@pytest.mark.parametrize(
    ("message", "kind"),
    [
        ("why do you keep asking me stuff", FollowUp.QUESTIONS_LEFT),
        ("how many more questions??", FollowUp.QUESTIONS_LEFT),
        ("just tell me what to do", FollowUp.NEXT_STEPS),
        ("do you keep what I type in here?", FollowUp.OWN_WORDS),
        ("so is it a no?", FollowUp.CERTAINTY),
        ("Fine. What do you recommend?", FollowUp.NEXT_STEPS),
    ],
)
def test_what_sounds_alike_is_told_apart(message: str, kind: FollowUp) -> None:
    """Keeping on asking is no keeping of words."""
    assert kind is reader().read(message, BEGUN, None).about


def test_anger_at_the_coach_is_no_answer() -> None:
    """Though a question is open: it is met, and the question waits."""
    heard = reader().read("rubbish. you haven't even looked at our data", BEGUN, asks_about("process"))
    assert (Intent.PUSHES, FollowUp.PUSHBACK) == (heard.intent, heard.about)


def test_a_semicolon_within_a_word_ends_no_sentence() -> None:
    """As in the short form of "too long"."""
    assert FollowUp.SUMMARY is reader().read("tl;dr for management pls", BEGUN, None).about


LISTED = Case(
    begun=True,
    facts=(
        Fact("evals", "none", False, Via.WORDS, 1, "no tests"),
        Fact("prompting", "basic", False, Via.WORDS, 1, "one prompt"),
    ),
)
"""Two facts that were heard, and are read back."""


@pytest.mark.parametrize(
    ("message", "kind"),
    [
        ("yes. so where do we begin?", FollowUp.NEXT_STEPS),
        ("all correct. but what will it cost us?", FollowUp.COST),
        ("ok close enough. what would i do first, concretely", FollowUp.NEXT_STEPS),
    ],
)
def test_a_question_behind_a_yes_takes_nothing_of_it_back(message: str, kind: FollowUp) -> None:
    """It is answered beside it."""
    heard = reader().read(message, LISTED, list_question(LISTED, ("evals", "prompting"), knowledge().rulebook))
    assert (frozenset({"evals", "prompting"}), kind) == (heard.agrees, heard.about)


def test_a_complaint_beside_an_answer_is_no_part_of_it() -> None:
    """What was asked is answered."""
    heard = reader().read("ME, third time now. are you even reading?", BEGUN, asks_about("process"))
    assert {("process", "agreed")} == {(value.slot, value.value) for value in heard.values}


def test_what_others_say_is_put_to_us_and_no_fact() -> None:
    """ "Is she right" asks for our reasons."""
    heard = reader().read("my aunt says the prompt is good enough as it is, is she right", BEGUN, asks_about("evals"))
    assert (Intent.WHY, ()) == (heard.intent, heard.values)


@pytest.mark.parametrize(
    "message", ["suppose we all agreed on one answer, what then?", "if we had an owner, what would you say"]
)
def test_a_what_if_is_heard_whatever_it_names(message: str) -> None:
    """So that it is answered by the rules."""
    assert FollowUp.WOULD_CHANGE is reader().read(message, BEGUN, None).about


def test_a_question_that_its_writer_answers_is_an_answer() -> None:
    """And not one to us."""
    heard = reader().read("do we have a fixed test set? no. never had one", BEGUN, asks_about("evals"))
    assert {("evals", "none")} == {(value.slot, value.value) for value in heard.values}


def test_what_only_begins_like_a_question_is_none() -> None:
    """Without its mark it must be put as one."""
    message = "and to how sure we are of it, two of us disagree on every label. nobody decides"
    assert reader().read(message, BEGUN, asks_about("process")).query is None
