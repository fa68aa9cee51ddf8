"""The coach: how a turn changes a conversation, whoever hears and whoever phrases."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from dataclasses import replace

import pytest

from assistant.coach import Coach
from assistant.domain.case import Again, Case, Reading, SlotState, Status, Via
from assistant.domain.conversation import Conversation, Event, Noted
from assistant.domain.dialogue import (
    Intent,
    Interpretation,
    Paragraph,
    Question,
    QuestionKind,
    Sentence,
    TurnResult,
)
from assistant.domain.grounding import ground
from assistant.domain.mistakes import MistakeFinding, MistakeId, MistakeState
from assistant.domain.rulebook import SlotKind
from assistant.domain.source import Citation, Evidence, SourceKind
from assistant.errors import InputError
from assistant.messages import MESSAGE_LIMIT
from assistant.replying.quotes import cite_span
from assistant.replying.wording import Wording
from assistant.retrieval.retriever import build_retriever
from assistant.web.contract.answers import turn_json
from tests.case_runs import Way, read_cases, read_clicks, run
from tests.fakes import (
    GroundingPhraser,
    ScriptedPhraser,
    ScriptedReader,
    ScriptedRetriever,
    coach,
    offline_phraser,
    reads,
)
from tests.fakes_retrieval import WordCountEncoder
from tests.moments import knowledge, passage

READY: Mapping[str, object] = {
    "goal": ["classification"],
    "prompting": "plateaued",
    "evals": "held_out",
    "data_count": 400,
    "data_quality": "clean",
    "freshness": "stable",
    "task_change": "stable",
    "retrieval": "not_needed",
    "process": "agreed",
    "privacy": "unrestricted",
    "volume": 20000,
    "latency": "seconds",
    "scope": "language_model",
}
SLOTS = knowledge().rulebook.slots


class Talk:
    """One conversation with a coach; `reader` is scripted unless another coach is given."""

    def __init__(self, given: Coach | None = None) -> None:
        self.reader = ScriptedReader()
        self.coach = given or coach(self.reader, retriever=ScriptedRetriever())
        self.conversation = self.coach.start("talk")

    def say(self, message: str, **facts: object) -> TurnResult:
        """Take a turn."""
        self.conversation, result = self.coach.respond(self.conversation, message, facts)
        return result

    def hear(
        self, message: str, *readings: tuple[str, str | float | None, str], corrects: bool = False, via: Via = Via.WORDS
    ) -> TurnResult:
        """Say something of which these readings are heard."""
        values = [reads(message, slot, value, quote, corrects=corrects, via=via) for slot, value, quote in readings]
        self.reader.hears(*values)
        return self.say(message)

    def mean(self, intent: Intent, message: str = "well", query: str | None = None) -> TurnResult:
        """Say something that gives no fact and agrees to nothing."""
        self.reader.hears(intent=intent, query=query)
        return self.say(message)

    def agree(self, *slots: str) -> TurnResult:
        """Say yes to these slots of the question that waits, else to all of them."""
        self.reader.hears(intent=Intent.CONFIRMS, agrees=slots or self.question.slots)
        return self.say("yes")

    @property
    def question(self) -> Question:
        """The question that waits."""
        assert self.conversation.question is not None
        return self.conversation.question


def held(result: TurnResult, slot: str) -> list[tuple[object, Status]]:
    """Return values and states of a slot."""
    return [(fact.value, result.case.status(fact)) for fact in result.case.of(slot)]


def until_list(heard: Mapping[str, tuple[str | float, str]], via: Via = Via.WORDS) -> Talk:
    """Bring a ready case to the list of what was only heard; each value with its words."""
    talk = Talk()
    message = " and ".join(words for _, words in heard.values())
    talk.hear(message, *((slot, value, words) for slot, (value, words) in heard.items()), via=via)
    talk.say("", **{slot: value for slot, value in READY.items() if slot not in heard})
    assert talk.question.kind is QuestionKind.READ_BACK
    return talk


HEARD: Mapping[str, tuple[str | float, str]] = {
    "evals": ("held_out", "a test set of sorts"),
    "data_quality": ("clean", "tidy examples"),
}


def contradicted() -> Talk:
    """Say two things about evals that do not fit."""
    talk = Talk()
    talk.hear("No evals.", ("evals", "none", "No evals"))
    talk.hear("A fixed test set.", ("evals", "held_out", "A fixed test set"))
    return talk


# --- one conversation, replayed ---


def test_the_same_events_give_the_same_conversation_and_the_same_replies() -> None:
    """A reload replays what was said and clicked."""
    talk = Talk(coach())
    said = [
        talk.say("We want our bot to sort tickets in our tone. We have 400 examples."),
        talk.say("I don't know"),
        talk.say("", evals="none", goal=["style", "format"]),
        talk.say("why?"),
        talk.say("no evals at all, and the prompt is basic", data_count=20),
    ]
    conversation, replayed = coach().replay("talk", talk.conversation.events)
    assert (talk.conversation, tuple(said)) == (conversation, replayed)


class DeafReader:
    """The `Reader` port of a reader that would hear otherwise today: it may not be asked again."""

    name = "deaf"

    def read(self, message: str, case: object, question: object) -> Interpretation:
        """Fail."""
        raise AssertionError(f"{message!r} is heard again")


def test_a_conversation_is_replayed_from_what_was_noted_and_never_heard_again() -> None:
    """A reload gives the same though the reader would now read otherwise, and reaches no retriever either."""
    retriever = ScriptedRetriever(
        passages=(passage("lora-or-full-tuning", "Full tuning changes all the weights.").passage,)
    )
    retriever.findings.append([Evidence(retriever.passages[0], 0.9)])
    talk = Talk(coach(retriever=retriever))
    said = [
        talk.say("We want our bot to sort tickets in our tone. We have 400 examples and no evals at all."),
        talk.say("What is LoRA?"),
        talk.say("yes, that's it"),
        talk.say("just one plain prompt so far"),
        talk.say("yes, but 600, not 400"),
        talk.say("", privacy="unrestricted"),
    ]
    later = ScriptedRetriever(passages=retriever.passages)
    conversation, replayed = coach(DeafReader(), retriever=later).replay("talk", talk.conversation.events)
    assert (talk.conversation, tuple(said), []) == (conversation, replayed, later.queries)


def test_an_event_of_an_earlier_version_is_read_by_the_rules_and_agrees_to_nothing() -> None:
    """What was said counts as heard; what had been said yes to is read back again."""
    talk = Talk(coach())
    talk.say("We have a fixed held-out test set with a baseline.")
    talk.say("", **{slot: value for slot, value in READY.items() if slot != "evals"})
    assert talk.say("yes, that's right").assessment.settled
    earlier = [Event(event.message, event.facts) for event in talk.conversation.events]
    conversation, results = coach().replay("talk", earlier)
    assert (False, ("evals",)) == (results[-1].assessment.settled, results[-1].assessment.to_agree)
    assert {"evals"} == {fact.slot for fact in conversation.case.facts if not fact.agreed}


@pytest.mark.parametrize(
    "noted",
    [
        Noted(Interpretation(Intent.TELLS, (Reading("evals", "perfect", 0, 4),))),
        Noted(Interpretation(Intent.TELLS, (Reading("colour", None, 0, 4),))),
        Noted(Interpretation(Intent.TELLS, (Reading("evals", "none", 0, 400),))),
        Noted(Interpretation(Intent.TELLS, (Reading("evals", "none", 4, 4),))),
        Noted(Interpretation(Intent.CONFIRMS, agrees=frozenset({"evals"}))),
        Noted(Interpretation(Intent.DENIES, denies=frozenset({"evals"}))),
    ],
    ids=["no option", "no slot", "outside the message", "no words", "a yes nobody asked for", "a no nobody asked for"],
)
def test_notes_that_do_not_fit_are_refused(noted: Noted) -> None:
    """Whoever writes into a browser's store agrees to nothing that was not asked."""
    with pytest.raises(InputError):
        coach().replay("talk", [Event("no evals", {}, noted)])


def test_events_are_kept_as_they_came() -> None:
    """Message and checked clicks of each turn, and nothing that was refused."""
    talk = Talk(coach())
    talk.say("hello", evals="none")
    with pytest.raises(InputError):
        talk.say("", evals="perfect")
    talk.say("", goal=["style", "format"])
    kept = [(event.message, event.facts) for event in talk.conversation.events]
    assert [("hello", {"evals": "none"}), ("", {"goal": ("format", "style")})] == kept


@pytest.mark.parametrize(
    ("message", "facts", "code"),
    [
        ("", {}, "empty_message"),
        (" \n\t ", {}, "empty_message"),
        ("a" * (MESSAGE_LIMIT + 1), {}, "message_too_long"),
        ("a" * (MESSAGE_LIMIT + 1), {"evals": "none"}, "message_too_long"),
        ("hello", {"colour": "red"}, "unknown_slot"),
        ("hello", {"evals": "perfect"}, "unknown_option"),
        ("hello", {"goal": ["style", "fame"]}, "unknown_option"),
        ("hello", {"data_count": -1}, "not_a_number"),
        ("hello", {"evals": "none", "volume": float("nan")}, "not_a_number"),
    ],
)
def test_what_cannot_be_taken_is_refused_with_a_code_and_changes_nothing(
    message: str, facts: Mapping[str, object], code: str
) -> None:
    """The conversation goes on as if the turn had not been."""
    talk = Talk(coach())
    talk.say("We have no evals.")
    before = talk.conversation
    with pytest.raises(InputError) as refused:
        talk.coach.respond(before, message, facts)
    after, result = talk.coach.respond(before, "why?")
    assert (code, 2, 2) == (refused.value.code, result.turn, after.turn)


def test_a_message_of_just_the_limit_is_taken() -> None:
    """8,000 characters are allowed."""
    assert 1 == Talk(coach()).say(("a" * 79 + " ") * (MESSAGE_LIMIT // 80)).turn


def test_a_lone_surrogate_is_replaced_place_by_place() -> None:
    """Half a character reaches neither encoder nor file, and quotes still stand where they say."""
    talk = Talk(coach())
    talk.say("\ud800 we have 400 examples")
    assert "? we have 400 examples" == talk.conversation.events[0].message


def test_hidden_text_is_replaced_place_by_place_and_what_is_seen_stays() -> None:
    """What tags and rows of variation selectors spell is neither heard nor passed on; an emoji keeps its own one."""
    talk = Talk(coach())
    talk.say("\u2764\ufe0f\ufe0e\U000e0123 we\U000e0041 have 400 examples")
    assert "\u2764\ufe0f   we  have 400 examples" == talk.conversation.events[0].message


def test_a_conversation_is_a_value_and_the_turn_before_can_be_taken_up_again() -> None:
    """An edit of an earlier message begins from the conversation as it was then."""
    speaker = coach()
    first, _ = speaker.respond(speaker.start("c"), "We have no evals.")
    _, one = speaker.respond(first, "", {"goal": ["style"]})
    _, other = speaker.respond(first, "", {"goal": ["style"]})
    assert one == other


# --- words and clicks ---


def test_a_click_outweighs_the_words_of_the_same_turn() -> None:
    """The button is surer than the sentence."""
    talk = Talk()
    talk.reader.hears(reads("no evals", "evals", "none", "no evals"))
    assert [("held_out", Status.KNOWN)] == held(talk.say("no evals", evals="held_out"), "evals")


def test_a_click_replaces_what_was_told_and_has_no_quote() -> None:
    """A changed fact is the new fact alone."""
    talk = Talk()
    talk.hear("no evals", ("evals", "none", "no evals"))
    fact = talk.say("", evals="partial").case.of("evals")
    assert [("partial", Via.CLICK, None, 2)] == [(f.value, f.via, f.quote, f.turn) for f in fact]


def test_a_click_on_what_was_heard_agrees_to_it_and_keeps_its_words() -> None:
    """The user's own words stay behind what they clicked."""
    talk = Talk()
    talk.hear("no evals", ("evals", "none", "no evals"))
    result = talk.say("", evals="none")
    assert [("no evals", True, Via.CLICK)] == [(f.quote, f.agreed, f.via) for f in result.case.of("evals")]


def test_a_click_alone_is_not_read() -> None:
    """An empty message never reaches the reader."""
    talk = Talk()
    result = talk.say("", evals="none")
    assert (Intent.CLICKS, []) == (result.intent, talk.reader.calls)


def test_the_reader_is_given_the_case_and_the_open_question() -> None:
    """What a message means depends on what was asked."""
    talk = Talk()
    first = talk.say("", goal=["style"])
    talk.mean(Intent.THANKS, "thank you")
    assert [("thank you", first.case, first.assessment.question)] == talk.reader.calls


def test_a_fact_reopened_by_a_click_may_be_asked_about_again() -> None:
    """Null takes back an "I don't know" as well."""
    talk = Talk()
    talk.say("", goal=["classification"])
    slot = talk.question.slot
    talk.say("", **{slot: "declined"})
    assert slot in talk.conversation.case.list_gaps()
    talk.say("", **{slot: None})
    assert slot == talk.question.slot


# --- the open question ---


@pytest.mark.parametrize(
    "intent",
    [
        Intent.ASKS,
        Intent.WHY,
        Intent.SHOW_SOURCE,
        Intent.PUSHES,
        Intent.GREETS,
        Intent.THANKS,
        Intent.OFF_TOPIC,
        Intent.OTHER_LANGUAGE,
    ],
)
def test_a_question_stays_open_while_nobody_tries_to_answer_it(intent: Intent) -> None:
    """It is put again, in other words, and its slot is no gap."""
    talk = Talk()
    first = talk.say("", goal=["classification"])
    result = talk.mean(intent, query="what is LoRA?" if intent is Intent.ASKS else None)
    assert first.assessment.question is not None
    assert (first.assessment.question.slot, ()) == (talk.question.slot, result.assessment.gaps)


@pytest.mark.parametrize("intent", [Intent.CONFIRMS, Intent.DENIES])
def test_a_yes_or_no_to_a_question_that_has_more_answers_is_put_with_what_it_means(intent: Intent) -> None:
    """It does not say which of them was meant."""
    talk = Talk()
    slot = talk.say("", goal=["classification"]).assessment.question.slot  # type: ignore[union-attr]
    talk.mean(intent)
    assert (slot, Again.SPLIT) == (talk.question.slot, talk.question.again)


@pytest.mark.parametrize("intent", [Intent.TELLS, Intent.UNREADABLE])
def test_a_question_that_got_no_readable_answer_is_put_once_more_in_other_words(intent: Intent) -> None:
    """The second silence leaves a gap, and the coach goes on."""
    talk = Talk()
    slot = talk.say("", goal=["classification"]).assessment.question.slot  # type: ignore[union-attr]
    talk.mean(intent)
    assert (slot, Again.REWORDED) == (talk.question.slot, talk.question.again)
    result = talk.mean(intent)
    assert slot in result.assessment.gaps
    assert slot != talk.question.slot


def test_a_reply_about_something_else_is_heard_as_what_it_says() -> None:
    """And gives the slot that was asked about no value."""
    talk = Talk()
    slot = talk.say("", goal=["classification"]).assessment.question.slot  # type: ignore[union-attr]
    result = talk.hear("We have 400 examples.", ("data_count", 400.0, "400 examples"))
    assert ([(400.0, Status.PROPOSED)], []) == (held(result, "data_count"), held(result, slot))
    assert (slot, None) in result.case.asked


def test_thanks_without_end_do_not_keep_a_question_open_for_ever() -> None:
    """After two evasions in a row the coach moves on."""
    talk = Talk()
    talk.say("", goal=["classification"])
    slot, slots = talk.question.slot, []
    for _ in range(3):
        talk.mean(Intent.THANKS)
        slots.append(talk.question.slot)
    assert [True, True, False] == [slot == put for put in slots]


def test_a_question_outlasts_any_number_of_questions_back() -> None:
    """Who wants to know more first is not hurried."""
    talk = Talk()
    talk.say("", goal=["classification"])
    slot = talk.question.slot
    for _ in range(5):
        talk.mean(Intent.ASKS, query="what is LoRA?")
    assert slot == talk.question.slot


def test_a_model_that_takes_every_answer_for_a_question_does_not_keep_it_open_for_ever() -> None:
    """What the rules find no question in outlives two replies."""
    talk = Talk()
    talk.say("", goal=["classification"])
    slot, slots = talk.question.slot, []
    for _ in range(3):
        talk.mean(Intent.ASKS)
        slots.append(talk.question.slot)
    assert [True, True, False] == [slot == put for put in slots]


def test_a_click_on_something_else_leaves_the_question_open() -> None:
    """Changing a fact in the case is no answer."""
    talk = Talk()
    asked = talk.say("", goal=["classification"]).assessment.question
    assert asked == talk.say("", budget="tight").assessment.question


def test_no_slot_is_asked_twice_for_the_same_reason_however_the_answers_go() -> None:
    """Whatever is answered, declined or muttered."""
    draw = random.Random(7)
    for _ in range(25):
        talk = Talk()
        talk.say("", goal=[draw.choice(SLOTS[0].options).value])
        asked: list[tuple[str, object]] = []
        while talk.conversation.assessment and talk.conversation.assessment.question is not None:
            question = talk.question
            if question.kind is QuestionKind.READ_BACK:
                talk.agree()
                continue
            asked.append((question.slot, question.again))
            answer = draw.choice([choice.value for choice in question.options] + ["declined", None])
            if answer is None:
                talk.mean(Intent.UNREADABLE)
            else:
                talk.say("", **{question.slot: answer})
        assert len(set(asked)) == len(asked)


# --- the list of what was heard ---


def test_what_a_verdict_rests_on_is_read_back_once_and_together() -> None:
    """In the order of the rulebook."""
    assert ("evals", "data_quality") == until_list(HEARD).question.slots


def test_no_verdict_stands_before_the_yes() -> None:
    """The leaning says where it goes."""
    assessment = until_list(HEARD).conversation.assessment
    assert assessment is not None
    assert ("undecided", "fine_tune", False) == (assessment.verdict, assessment.leaning, assessment.settled)


@pytest.mark.parametrize("via", [Via.WORDS, Via.MODEL])
def test_yes_to_the_list_settles_it_whoever_heard_it(via: Via) -> None:
    """What was heard is agreed to, with the words it came from."""
    result = until_list(HEARD, via).agree()
    assert ("fine_tune", True) == (result.assessment.verdict, result.assessment.settled)
    assert [("a test set of sorts", True)] == [(f.quote, f.agreed) for f in result.case.of("evals")]


def test_a_plain_no_to_several_entries_asks_which() -> None:
    """Nobody knows which is wrong, so none is thrown out and none is agreed to."""
    talk = until_list(HEARD)
    result = talk.mean(Intent.DENIES, "no")
    assert (False, True, ["evals", "data_quality"]) == (
        result.assessment.settled, talk.question.multiple, [choice.value for choice in talk.question.options],
    )  # fmt: skip
    assert [("held_out", Status.PROPOSED)] == held(result, "evals")


def test_a_second_plain_no_asks_the_entries_by_their_options() -> None:
    """What is clicked then is agreed to."""
    talk = until_list(HEARD)
    talk.mean(Intent.DENIES, "no")
    talk.mean(Intent.DENIES, "no")
    assert (QuestionKind.ASK, "evals") == (talk.question.kind, talk.question.slot)
    talk.say("", evals="held_out")
    assert (QuestionKind.ASK, "data_quality") == (talk.question.kind, talk.question.slot)
    assert talk.say("", data_quality="clean").assessment.settled


def test_two_replies_that_mend_nothing_ask_the_entries_by_their_options() -> None:
    """What is unclear shows the list again, once."""
    talk = until_list(HEARD)
    talk.mean(Intent.UNREADABLE, "hm")
    assert QuestionKind.READ_BACK is talk.question.kind
    talk.mean(Intent.UNREADABLE, "hm")
    assert (QuestionKind.ASK, "evals") == (talk.question.kind, talk.question.slot)


def test_a_no_to_a_single_entry_takes_it_out_and_asks_anew() -> None:
    """Nothing rests on what was denied."""
    talk = until_list({"evals": HEARD["evals"]})
    talk.reader.hears(intent=Intent.DENIES, denies=["evals"])
    result = talk.say("no")
    assert ([], False) == (held(result, "evals"), result.assessment.settled)
    assert (QuestionKind.ASK, "evals") == (talk.question.kind, talk.question.slot)


def test_a_correction_of_one_entry_agrees_to_nothing_else() -> None:
    """ "No, the examples are dirty" mends that entry, and the list comes again with the change."""
    talk, message = until_list(HEARD), "no, the examples are dirty"
    talk.reader.hears(reads(message, "data_quality", "dirty", "dirty", corrects=True), intent=Intent.DENIES)
    result = talk.say(message)
    assert [("held_out", Status.PROPOSED)] == held(result, "evals")
    assert [("dirty", Status.PROPOSED)] == held(result, "data_quality")
    assert QuestionKind.READ_BACK is talk.question.kind


def test_a_yes_with_an_exception_agrees_to_the_rest() -> None:
    """ "Yes, but the examples are dirty"."""
    talk, message = until_list(HEARD), "yes, but the examples are dirty"
    talk.reader.hears(
        reads(message, "data_quality", "dirty", "dirty", corrects=True), intent=Intent.CONFIRMS, agrees=["evals"]
    )
    result = talk.say(message)
    assert [("held_out", Status.KNOWN)] == held(result, "evals")
    assert [("dirty", Status.PROPOSED)] == held(result, "data_quality")


def test_no_yes_agrees_to_what_a_model_reads_in_the_same_breath() -> None:
    """A model makes agreement smaller, never larger."""
    talk, message = until_list(HEARD), "yes, and the examples are dirty"
    changed = reads(message, "data_quality", "dirty", "dirty", corrects=True, via=Via.MODEL)
    talk.reader.hears(changed, intent=Intent.CONFIRMS, agrees=["evals", "data_quality"])
    assert [("dirty", Status.PROPOSED)] == held(talk.say(message), "data_quality")


def test_a_list_can_be_clicked_away() -> None:
    """Clicking the facts themselves agrees to them."""
    result = until_list(HEARD).say("", evals="held_out", data_quality="clean")
    assert ("fine_tune", True) == (result.assessment.verdict, result.assessment.settled)


def test_a_question_about_the_topic_agrees_to_nothing() -> None:
    """The list waits until it is answered."""
    talk = until_list(HEARD)
    asked = talk.question
    assert asked == talk.mean(Intent.ASKS, "what is an eval?", "what is an eval?").assessment.question


def test_a_model_that_hears_a_yes_where_the_rules_found_none_settles_nothing() -> None:
    """The intent alone agrees to nothing."""
    result = until_list(HEARD).mean(Intent.CONFIRMS, "hm")
    assert (False, "undecided") == (result.assessment.settled, result.assessment.verdict)


def test_heard_aims_are_put_pressed_and_not_read_back_again() -> None:
    """A yes to the question agrees to exactly the pressed ones."""
    talk = Talk()
    talk.hear("sort them in our tone", ("goal", "classification", "sort them"), ("goal", "style", "in our tone"))
    assert (QuestionKind.ASK, "goal", ("classification", "style")) == (
        talk.question.kind, talk.question.slot, talk.question.held,
    )  # fmt: skip
    result = talk.agree()
    assert {("classification", Status.KNOWN), ("style", Status.KNOWN)} == set(held(result, "goal"))


# --- two values that do not fit ---


def test_two_heard_values_that_disagree_are_asked_about_at_once() -> None:
    """Both stay, neither counts, and the next question is which, likeliest first, with the words."""
    talk = contradicted()
    assert SlotState.CONTRADICTED is talk.conversation.case.state("evals")
    assert ("evals", QuestionKind.ASK) == (talk.question.slot, talk.question.kind)
    assert ["held_out", "none"] == [choice.value for choice in talk.question.options[:2]]
    assert all(words in talk.question.text for words in ("“No evals”", "“A fixed test set”"))
    assert "evals" not in talk.conversation.case.values()


def test_two_values_are_settled_by_what_is_said_of_them() -> None:
    """A third value replaces both, as heard."""
    talk = contradicted()
    assert [("partial", Status.PROPOSED)] == held(
        talk.hear("no, only a score", ("evals", "partial", "only a score")), "evals"
    )


def test_two_values_are_settled_by_a_click() -> None:
    """Which agrees to it, with its words."""
    result = contradicted().say("", evals="none")
    assert [("none", Status.KNOWN)] == held(result, "evals")
    assert ["No evals"] == [fact.quote for fact in result.case.of("evals")]


def settled() -> Talk:
    """A case that was clicked to its end."""
    talk = Talk()
    assert "fine_tune" == talk.say("", **READY).assessment.verdict
    return talk


def test_a_reading_against_an_agreed_value_only_raises_the_question_old_or_new() -> None:
    """Verdict, board and leaning stay until the user moves a value."""
    talk = settled()
    before = talk.conversation.assessment
    result = talk.hear("nobody owns it", ("process", "no_owner", "nobody owns it"))
    assert before is not None
    assert (before.verdict, before.leaning, before.mistakes, True) == (
        result.assessment.verdict, result.assessment.leaning, result.assessment.mistakes, result.assessment.settled,
    )  # fmt: skip
    assert ["process"] == [question.slot for question in result.assessment.also_ask][:1]
    assert "“nobody owns it”" in talk.question.text


@pytest.mark.parametrize(("value", "verdict"), [("no_owner", "fix_process"), ("agreed", "fine_tune")])
def test_old_or_new_is_moved_by_a_click(value: str, verdict: str) -> None:
    """Either way nothing is left to choose."""
    talk = settled()
    talk.hear("nobody owns it", ("process", "no_owner", "nobody owns it"))
    result = talk.say("", process=value)
    assert (verdict, [(value, Status.KNOWN)]) == (result.assessment.verdict, held(result, "process"))


def test_a_correction_that_the_rules_find_replaces_what_was_agreed_as_heard() -> None:
    """ "Wait, I meant" is the user's own move; it is read back before anything settles on it."""
    talk = settled()
    result = talk.hear("wait, I meant nobody owns it", ("process", "no_owner", "nobody owns it"), corrects=True)
    assert [("no_owner", Status.PROPOSED)] == held(result, "process")
    assert (False, "undecided", ("process",)) == (
        result.assessment.settled, result.assessment.verdict, result.assessment.to_agree,
    )  # fmt: skip


def test_a_correction_that_only_a_model_hears_moves_nothing() -> None:
    """It raises the question, and that is all."""
    talk = settled()
    result = talk.hear(
        "wait, I meant nobody owns it", ("process", "no_owner", "nobody owns it"), corrects=True, via=Via.MODEL
    )
    assert ("fine_tune", True) == (result.assessment.verdict, result.assessment.settled)


# --- starting over, and nothing told ---


def test_starting_over_clears_the_case_and_counts_on() -> None:
    """The next case begins with nothing known, asked or declined."""
    talk = Talk()
    talk.say("", goal=["style"], evals="declined")
    result = talk.mean(Intent.RESTARTS, "start over")
    assert ((), frozenset(), False, 2) == (result.case.facts, result.case.asked, result.case.begun, result.turn)


def test_a_click_with_starting_over_is_the_first_fact_of_the_new_case() -> None:
    """What came with the restart is not lost."""
    talk = Talk()
    talk.say("", goal=["style"])
    talk.reader.hears(intent=Intent.RESTARTS)
    assert ["evals"] == [fact.slot for fact in talk.say("start over", evals="none").case.facts]


@pytest.mark.parametrize("intent", [Intent.GREETS, Intent.THANKS, Intent.ASKS, Intent.WHY, Intent.PUSHES])
def test_before_a_case_is_told_nothing_is_asked(intent: Intent) -> None:
    """A greeting is no case, and nothing is settled by it."""
    assessment = Talk().mean(intent, query="what is LoRA?" if intent is Intent.ASKS else None).assessment
    assert ("undecided", False, None) == (assessment.verdict, assessment.settled, assessment.question)


def test_a_subject_that_is_not_ours_is_read_back_like_any_fact() -> None:
    """Out of scope is a verdict, so somebody says yes to it; who tells a case after all takes it away."""
    talk = Talk()
    talk.mean(Intent.OFF_TOPIC, "what is the weather in Rome?")
    assert (QuestionKind.READ_BACK, ("scope",)) == (talk.question.kind, talk.question.slots)
    assert "out_of_scope" == talk.agree().assessment.verdict
    other = Talk()
    other.mean(Intent.OFF_TOPIC, "what is the weather in Rome?")
    assert [] == held(other.hear("no evals", ("evals", "none", "no evals")), "scope")


def test_a_case_told_without_a_fact_is_asked_about() -> None:
    """Somebody who begins is met with the first question."""
    assessment = Talk().mean(Intent.TELLS, "we have a chatbot").assessment
    assert ("undecided", "goal") == (assessment.verdict, assessment.question.slot)  # type: ignore[union-attr]


# --- evidence, grounding, names ---


def test_only_a_question_about_the_topic_reaches_the_retriever() -> None:
    """Nothing else is searched for, so nothing else waits for the encoder."""
    retriever = ScriptedRetriever()
    reader = ScriptedReader()
    talk = Talk(coach(reader, retriever=retriever))
    reader.hears()
    talk.say("we have a bot")
    reader.hears(intent=Intent.ASKS, query="what is LoRA")
    talk.say("so, what is LoRA")
    assert ["what is LoRA"] == [query for query, _, _ in retriever.queries]


def test_a_topic_question_is_answered_from_what_was_found() -> None:
    """The passage is quoted and cited."""
    found = passage("lora-or-full-tuning", "Full tuning changes all the weights.")
    retriever = ScriptedRetriever((found.passage,))
    retriever.findings.append([found])
    reader = ScriptedReader()
    reader.hears(intent=Intent.ASKS, query="what is LoRA")
    result = Talk(coach(reader, retriever=retriever)).say("what is LoRA")
    assert [("lora-or-full-tuning", found.passage.quote)] == [(c.source, c.quote) for c in result.citations]


def test_what_the_phraser_makes_up_is_not_shown() -> None:
    """Grounding stands between every phraser and the user."""
    phraser = ScriptedPhraser()
    invented = Citation(SourceKind.USER, "user", None, 0, 9, "held-out!", turn=1)
    phraser.says(Sentence("Noted."), Sentence("You said “held-out!”", (invented,)), Sentence("All is well.", (), True))
    result = Talk(coach(phraser=phraser)).say("we have no evals")
    assert ("Noted.", ()) == (result.reply, result.citations)


def test_a_number_in_a_claim_must_be_the_users_or_the_quotes() -> None:
    """400 was told, 40 was not."""
    phraser = ScriptedPhraser()
    said = Citation(SourceKind.USER, "user", None, 0, 7, "Hundred", turn=1)
    phraser.says(Sentence("So it is 400.", (said,), True), Sentence("So it is 40.", (said,), True))
    assert "So it is 400. [1]" == Talk(coach(phraser=phraser)).say("Hundreds", data_count=400).reply


def test_a_quote_of_an_earlier_turn_may_be_shown_later() -> None:
    """Citations reach back through the whole conversation."""
    phraser = ScriptedPhraser()
    talk = Talk(coach(phraser=phraser))
    talk.say("we have no evals")
    phraser.says(Sentence("You said so.", (Citation(SourceKind.USER, "user", None, 8, 16, "no evals", turn=1),), True))
    assert "You said so. [1]" == talk.say("thanks").reply


def test_the_phraser_is_told_what_changed() -> None:
    """It sees the case before and after, the assessment before and after, and the interpretation."""
    phraser = ScriptedPhraser()
    talk = Talk(coach(phraser=phraser))
    first = talk.say("", evals="none")
    second = talk.say("", goal=["style"])
    context = phraser.contexts[-1]
    assert (first.case, second.case) == (context.before, context.case)
    assert (first.assessment, second.assessment) == (context.previous, context.assessment)


def test_a_reply_is_signed_by_who_phrased_it() -> None:
    """The contract's `coach` is the phraser's name."""
    assert "scripted" == Talk(coach(phraser=ScriptedPhraser())).say("hello").coach


# --- the shipped words ---


def every_click(draw: random.Random) -> dict[str, object]:
    """Draw a case of clicks: each slot open, declined, or one of its options, a set with up to three."""
    facts: dict[str, object] = {}
    likely = {**READY, "retrieval": "good"} if draw.random() < 0.4 else {"process": "agreed"}
    for slot in SLOTS:
        values = [option.value for option in slot.options if option.value != "off_topic"]
        if draw.random() < 0.25:
            continue
        if slot.id in likely and slot.id != "goal" and draw.random() < 0.8:
            facts[slot.id] = likely[slot.id]
        elif draw.random() < 0.08:
            facts[slot.id] = "declined"
        elif slot.kind is SlotKind.SET:
            facts[slot.id] = draw.sample(values, draw.randint(1, 3))
        else:
            facts[slot.id] = draw.choice(values)
    return facts


@pytest.fixture(scope="module")
def clicked() -> tuple[list[TurnResult], GroundingPhraser]:
    """Several hundred random cases, each clicked in two turns, then asked for its reasons and sources, then pushed."""
    draw = random.Random(20261122)
    reader, phraser = ScriptedReader(), GroundingPhraser(offline_phraser())
    speaker = coach(reader, phraser)
    results = []
    for at in range(220):
        conversation = speaker.start(str(at))
        facts = every_click(draw)
        half = dict(list(facts.items())[: draw.randint(1, 5)]) or {"evals": "none"}
        for clicks in (half, facts or half):
            conversation, result = speaker.respond(conversation, "", clicks)
            results.append(result)
        for intent in (Intent.WHY, Intent.SHOW_SOURCE, Intent.PUSHES, Intent.THANKS):
            reader.hears(intent=intent)
            conversation, result = speaker.respond(conversation, "well")
            results.append(result)
    return results, phraser


def test_nothing_that_ships_is_dropped_by_grounding(clicked: tuple[list[TurnResult], GroundingPhraser]) -> None:
    """Every claim, mistake, step and exit test holds against the span it cites."""
    assert [] == sorted(set(clicked[1].dropped))


def test_the_random_cases_reach_every_verdict(clicked: tuple[list[TurnResult], GroundingPhraser]) -> None:
    """So whatever is said of one was put to the test."""
    leanings = {result.assessment.leaning.value for result in clicked[0]}
    assert {verdict.id.value for verdict in knowledge().rulebook.verdicts} - {"out_of_scope"} <= leanings


def shipped_claims() -> dict[str, Sentence]:
    """Return every claim of the rulebook as it is phrased, by its id: criteria, mistakes and steps."""
    rulebook, texts = knowledge().rulebook, knowledge().library.texts
    wording = Wording(rulebook, texts, knowledge().phrases, turn=1)
    reasons = {criterion.id: wording.reason(criterion.id) for criterion in rulebook.criteria}
    findings = [MistakeFinding(MistakeId(mistake.id), MistakeState.HIT, ()) for mistake in rulebook.mistakes]
    mistakes = {found.id.value: wording.name_mistake(found, Case(), explained=True) for found in findings}
    steps = {
        f"{verdict.id.value} {step.id}": Sentence(step.text, tuple(cite_span(s, texts) for s in step.rests_on), True)
        for verdict in rulebook.verdicts
        for step in verdict.steps
    }
    return {**reasons, **mistakes, **steps}


@pytest.mark.parametrize("claim", shipped_claims().values(), ids=shipped_claims())
def test_a_claim_of_the_rulebook_holds_on_what_it_rests_on(claim: Sentence) -> None:
    """It is shown with its mark, even in a case without a number."""
    assert () == ground([Paragraph((claim,))], knowledge().library.texts, {}).dropped


def test_every_mark_of_a_reply_resolves_and_they_count_from_one(
    clicked: tuple[list[TurnResult], GroundingPhraser],
) -> None:
    """No [n] points nowhere, and no citation is without its mark."""
    for result in clicked[0]:
        assert {*range(1, len(result.citations) + 1)} == {*marks(result.reply)}


def marks(reply: str) -> Iterator[int]:
    """Yield the numbers of a reply's citation marks; brackets of the user's own are escaped."""
    for piece in reply.replace("\\[", "(").split("[")[1:]:
        yield int(piece.split("]")[0])


def test_a_question_waits_exactly_while_the_case_is_not_settled(
    clicked: tuple[list[TurnResult], GroundingPhraser],
) -> None:
    """The verdict is undecided until nothing is worth asking."""
    for result in clicked[0]:
        assessment = result.assessment
        assert assessment.settled is (result.case.begun and assessment.question is None)
        assert assessment.settled or assessment.verdict == "undecided"
        assert assessment.verdict in ("undecided", assessment.leaning)
        assert 0 <= assessment.stability <= 1


@pytest.mark.parametrize("case", read_cases()[::9], ids=lambda case: case["id"])
def test_nothing_is_dropped_of_replies_to_the_labelled_cases(case: Mapping[str, object]) -> None:
    """In words and in clicks, what is said about what was told holds."""
    phraser = GroundingPhraser(offline_phraser())
    clicks = read_clicks()[str(case["id"])]
    run(coach(phraser=phraser), case, clicks, Way.TYPIST)
    run(coach(phraser=phraser), case, clicks, Way.CLICKS)
    assert [] == phraser.dropped


def test_replies_without_a_topic_question_are_the_same_before_and_after_the_encoder_is_there() -> None:
    """Warming up changes nothing of a case."""
    known = knowledge()

    def told(*, warm: bool) -> list[object]:
        library = known.library
        retriever = build_retriever(tuple(library.texts.values()), library.asks, known.off_topic, WordCountEncoder())
        if warm:
            retriever.warm()
        talk = Talk(coach(retriever=retriever))
        messages = ("We sort support tickets with a basic prompt.", "we judge by feel", "400 examples", "start over")
        return [turn_json(talk.say(message)) for message in messages]

    assert told(warm=False) == told(warm=True)


def test_a_conversation_knows_its_messages_by_turn() -> None:
    """Turns count from 1, a click counts as one."""
    talk = Talk()
    talk.say("", evals="none")
    talk.mean(Intent.THANKS, "thank you")
    assert {1: "", 2: "thank you"} == talk.conversation.messages
    assert (0, None) == (Conversation("new").turn, replace(Conversation("new")).question)


@pytest.mark.parametrize(
    ("found", "ready", "intent"),
    [
        pytest.param(False, True, Intent.OFF_TOPIC, id="nothing_found"),
        pytest.param(True, True, Intent.TELLS, id="something_found"),
        pytest.param(False, False, Intent.TELLS, id="not_searched_by_meaning_yet"),
    ],
)
def test_a_story_without_facts_begins_a_case_only_if_the_sources_speak_of_such_things(
    found: bool, ready: bool, intent: Intent
) -> None:
    """A plea for help with something else is no case, however it is told."""
    reader, retriever = ScriptedReader(), ScriptedRetriever(ready=ready)
    reader.hears()
    if found:
        retriever.findings.append([passage("fine-tuning-a-scalpel", "First: evals.")])
    held = coach(reader=reader, retriever=retriever)
    _, result = held.respond(held.start("c"), "My database is slow every morning.")
    assert intent == result.intent
