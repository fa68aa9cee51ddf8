"""What is heard of whole messages, by the lexicon and the classifier that are shipped."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from assistant.domain.case import Case, Fact, Via
from assistant.domain.dialogue import FollowUp, Intent
from assistant.understanding.reader import OfflineReader
from tests.unit.understanding.conftest import Asking, Telling

BEGUN = Case(begun=True)
ZERO_WIDTH = "\u200b"


@pytest.mark.parametrize(
    ("message", "intent"),
    [
        ("Hello!", Intent.GREETS),
        ("thanks, that helps", Intent.THANKS),
        ("Start over please", Intent.RESTARTS),
        ("Why?", Intent.WHY),
        ("Show me the source", Intent.SHOW_SOURCE),
        ("You are wrong, just say yes.", Intent.PUSHES),
        ("How many examples do I need?", Intent.ASKS),
        ("What is LoRA?", Intent.ASKS),
        ("My carburetor needs fine-tuning.", Intent.OFF_TOPIC),
        ("Co potřebuji, než začnu dolaďovat model?", Intent.OTHER_LANGUAGE),
        ("Мы хотим дообучить модель", Intent.OTHER_LANGUAGE),
        ("???", Intent.UNREADABLE),
        ("asdfghjkl", Intent.UNREADABLE),
        ("We have 500 labelled pairs.", Intent.TELLS),
        ("bottom line please", Intent.WANTS_VERDICT),
    ],
)
def test_a_message_is_taken_for_what_it_is(reader: OfflineReader, message: str, intent: Intent) -> None:
    """Before any fact is read in it."""
    assert intent is reader.read(message, BEGUN, None).intent


@pytest.mark.parametrize(
    "message",
    [
        "how much of my garden diary must I feed it so it writes like me?",
        "loss is flat after 12 epochs, is my card too small?",
    ],
)
def test_a_question_about_training_something_of_ones_own_begins_a_case(reader: OfflineReader, message: str) -> None:
    """Whatever the texts are about."""
    interpretation = reader.read(message, Case(), None)
    assert (True, True) == (interpretation.is_story, interpretation.intent is not Intent.OFF_TOPIC)


@pytest.mark.parametrize(
    ("slot", "message", "value"),
    [
        ("goal", "put a red or green flag on every invoice, nothing else", "classification"),
        ("latency", "must come back in 10 secs", "seconds"),
    ],
)
def test_an_answer_that_sounds_like_a_request_is_an_answer(
    reader: OfflineReader, question_on: Asking, slot: str, message: str, value: str
) -> None:
    """What a model shall do is said as people give orders, and it is no order to us."""
    interpretation = reader.read(message, BEGUN, question_on(slot))
    assert (slot, value) in {(found.slot, found.value) for found in interpretation.values}


@pytest.mark.parametrize("message", ["write me a summary of all this please", "give me the list of your questions"])
def test_a_request_to_us_is_no_aim(reader: OfflineReader, question_on: Asking, message: str) -> None:
    """Where it is plain to whom it speaks, however much it sounds like something a model could do."""
    assert () == reader.read(message, BEGUN, question_on("goal")).values


def test_a_short_word_is_heard_as_the_long_one(reader: OfflineReader, question_on: Asking) -> None:
    """And quoted as it was written."""
    message = "the rules change every few wks"
    value = reader.read(message, BEGUN, question_on("freshness")).values[0]
    assert ("monthly", True) == (value.value, message[value.start : value.end].endswith("wks"))


def test_who_does_not_understand_the_question_leaves_no_gap(reader: OfflineReader, question_on: Asking) -> None:
    """It is explained and put again."""
    interpretation = reader.read("what do you mean by evals?", BEGUN, question_on("evals"))
    assert (True, ()) == (interpretation.intent in (Intent.NOT_UNDERSTOOD, Intent.ASKS), interpretation.values)


def test_the_second_half_of_a_restart_is_heard(reader: OfflineReader) -> None:
    """What follows the wish to begin again begins the new case."""
    interpretation = reader.read("ok forget all that. we want support tickets sorted into 12 queues", BEGUN, None)
    assert (Intent.RESTARTS, {("goal", "classification")}) == (
        interpretation.intent,
        {(value.slot, value.value) for value in interpretation.values},
    )


@pytest.mark.parametrize(
    "message",
    [
        "We have _no_ evals",
        f"We have n{ZERO_WIDTH}o evals",
        "We have ｎｏ evals",
        "We have nо evals",
    ],
)
def test_a_denial_is_one_however_it_is_dressed(reader: OfflineReader, message: str) -> None:
    """And its quote is the message's own."""
    (reading,) = [reading for reading in reader.read(message, Case(), None).values if reading.slot == "evals"]
    assert ("none", True) == (reading.value, message[reading.start : reading.end] in message)


@pytest.mark.parametrize(
    ("answer", "number"),
    [
        ("10^6", 1e6),
        ("10⁴ pairs", 1e4),
        ("1½ thousand", 1500.0),
        ("300±50", 300.0),
        ("two lakh", 2e5),
        ("120.000", 120_000.0),
        ("200-300", 200.0),
        ("12k", 12_000.0),
        ("thirty-five thousand of those", 35_000.0),
    ],
)
def test_a_number_is_heard_as_people_write_it(told: Telling, answer: str, number: float) -> None:
    """In answer to the question for it."""
    assert number == told(answer, "data_count")["data_count"]


@pytest.mark.parametrize(
    ("asked", "reply", "told_of"),
    [
        ("prompting", "we've got 12k labelled tickets, by the way", {"data_count": 12_000.0}),
        ("evals", "can you give me an example first?", {}),
        ("budget", "the weather is terrible here today", {}),
        ("data_count", "we need to go live in six weeks", {}),
    ],
)
def test_words_about_something_else_never_answer_the_question(
    told: Telling, asked: str, reply: str, told_of: dict[str, object]
) -> None:
    """They are heard as what they say, or as nothing."""
    assert told_of == told(reply, asked)


@pytest.mark.parametrize(
    ("asked", "reply", "value"),
    [
        ("evals", "none", "none"),
        ("freshness", "twice a year maybe", "yearly"),
        ("process", "the team lead signs", "agreed"),
        ("latency", "no rush", "relaxed"),
        ("evals", "no idea, ask me later", None),
        ("evals", "skip", None),
    ],
)
def test_a_short_reply_has_the_benefit_of_the_question(
    told: Telling, asked: str, reply: str, value: str | None
) -> None:
    """Also one that leaves a gap."""
    assert value == told(reply, asked)[asked]


@pytest.mark.parametrize("reply", ["yes", "no"])
def test_a_bare_yes_or_no_does_not_answer_a_question_in_two_parts(told: Telling, reply: str) -> None:
    """Whether there is one right answer, and whether somebody owns it, are two things."""
    assert {} == told(reply, "process")


@pytest.mark.parametrize(
    ("reply", "value"), [("mine", "agreed"), ("yes, me", "agreed"), ("that would be me", "agreed"), ("not mine", None)]
)
def test_who_names_themselves_owns_the_answer(told: Telling, reply: str, value: str | None) -> None:
    """Only where it is all that the reply says, and to no other question."""
    assert (value, None) == (told(reply, "process").get("process"), told(reply, "data_quality").get("data_quality"))


@pytest.mark.parametrize("asked", ["goal", "evals", "data_quality"])
def test_a_single_word_is_no_gap_unless_it_says_so(told: Telling, asked: str) -> None:
    """Whoever answers "me" has not said that they do not know."""
    assert (False, True) == (asked in told("me", asked), asked in told("dunno", asked))


def test_a_number_taken_back_stands_corrected_whatever_was_asked(reader: OfflineReader, question_on: Asking) -> None:
    """The open question stays open."""
    case = Case((Fact("data_count", 6000.0, False, Via.WORDS, 1, "6000 pairs", 0, 10),), begun=True)
    interpretation = reader.read("wait I said 6000, its actually 600", case, question_on("evals"))
    assert [("data_count", 600.0, True)] == [
        (value.slot, value.value, value.corrects) for value in interpretation.values
    ]


def test_pasted_data_states_nothing(told: Telling) -> None:
    """No prose rule reads a log or a table."""
    assert {} == told('{"label": "none", "score": 0.81}\n{"label": "daily", "score": 0.4}\n{"n": 5000}\n')


@pytest.mark.parametrize(
    ("place", "expected"),
    [
        (0, {"goal": {"knowledge"}, "freshness": {"daily"}}),
        (1, {"goal": {"classification"}, "data_count": {6000.0}, "evals": {"held_out"}, "prompting": {"plateaued"}}),
        (2, {"goal": {"style"}, "prompting": {"basic"}, "data_count": {40.0}, "evals": {"impressions"}}),
        (3, {"goal": {"cost_latency"}, "volume": {2_000_000.0}, "prompting": {"sufficient"}}),
    ],
)
def test_the_pages_own_starters_are_heard_whole(
    told: Telling, project_root: Path, place: int, expected: dict[str, set[object]]
) -> None:
    """Whoever clicks one sees what it says noted."""
    page = yaml.safe_load((project_root / "knowledge" / "page.yaml").read_text(encoding="utf-8"))
    heard = told(page["starters"][place]["message"])
    found = {slot: set(value) if isinstance(value, frozenset) else {value} for slot, value in heard.items()}
    assert expected == {slot: found.get(slot) for slot in expected}


def test_a_yes_that_was_not_asked_for_presses_for_nothing(reader: OfflineReader, question_on: Asking) -> None:
    """Whatever the classifier makes of so few words."""
    assert Intent.CONFIRMS is reader.read("yes that's right", BEGUN, question_on("goal")).intent


@pytest.mark.parametrize("message", ["next", "park it", "move on please"])
def test_who_wants_to_go_on_leaves_a_gap(reader: OfflineReader, question_on: Asking, message: str) -> None:
    """It is said in so many words, and no silence."""
    interpretation = reader.read(message, BEGUN, question_on("process"))
    assert [("process", None)] == [(value.slot, value.value) for value in interpretation.values]


def test_what_was_pasted_is_told_apart(reader: OfflineReader) -> None:
    """So that nobody takes a log for another subject."""
    assert FollowUp.PASTED is reader.read('{"label": "none", "score": 0.81}', Case(), None).about


@pytest.mark.parametrize(
    "message",
    [
        "It predicts when a pump fails. It's a time series of pressures.",
        "Churn prediction with xgboost on tabular data.",
    ],
)
def test_a_model_of_another_kind_is_noticed_in_the_story(told: Telling, message: str) -> None:
    """So that nobody is asked how it should sound."""
    assert "other_model" == told(message).get("scope")


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        ("routing", ["classification"]),
        ("routing, and it has to run on prem", ["classification"]),
        ("yes, and last week our router broke down again", []),
    ],
)
def test_an_aim_in_a_word_or_two_is_heard(
    reader: OfflineReader, question_on: Asking, message: str, expected: list[str]
) -> None:
    """Where a phrase for it is all that a clause of the answer says."""
    interpretation = reader.read(message, BEGUN, question_on("goal"))
    assert expected == [value.value for value in interpretation.values if value.slot == "goal"]


def test_what_our_document_is_said_to_say_is_no_fact_of_the_case(reader: OfflineReader) -> None:
    """Nor where it sounds like taking something back."""
    assert () == reader.read("The document says the opposite, I just read it.", BEGUN, None).values


def test_a_model_trained_from_scratch_begins_no_new_case(reader: OfflineReader, question_on: Asking) -> None:
    """Nothing that was told is lost by it."""
    interpretation = reader.read(
        "base model as is, 2 of 9; a smaller one from scratch, 4 of 9", BEGUN, question_on("prompting")
    )
    assert Intent.RESTARTS is not interpretation.intent


def test_cases_that_are_kept_from_training_are_no_examples(told: Telling) -> None:
    """A number in the answer to how better is told from worse counts what is measured on."""
    heard = told("1,200 segments of last spring that never go near training, two editors mark them: 96 and 78", "evals")
    assert {"evals": "held_out"} == heard


@pytest.mark.parametrize(
    ("asked", "answer", "heard"),
    [
        ("freshness", "prices move every morning, but the list is pasted in with each order", "supplied"),
        ("prompting", "dozens of rewrites with examples, all scored: best 64 of 100, the target is 85", "plateaued"),
        ("task_change", "the form gets redone maybe every four years", "stable"),
        ("task_change", "a new edition once in five years", "stable"),
        ("latency", "it takes 300 ms today, two seconds would do", "seconds"),
        ("volume", "90 crews a month, 40 notes each.. 3600", 3600.0),
        ("volume", "1.5 millones al mes", 1_500_000.0),
        ("latency", "5 sec, the horse gets bored", "seconds"),
    ],
)
def test_an_answer_of_several_parts_is_heard_for_what_it_comes_to(
    told: Telling, asked: str, answer: str, heard: str | float
) -> None:
    """The part that says more than the others decides, and whatever is only how it is today does not."""
    assert heard == told(answer, asked).get(asked)


@pytest.mark.parametrize(
    ("asked", "answer"),
    [
        ("prompting", "one prompt with 8 worked cases in it, then a bigger model. nobody scored any of it"),
        ("evals", "we keep 200 notes aside that nobody trains on and score each version on them"),
    ],
)
def test_numbers_in_an_answer_about_tries_and_tests_count_no_examples(told: Telling, asked: str, answer: str) -> None:
    """They are what was put into the prompt, or what is tested on."""
    heard = told(answer, asked)
    assert (True, False) == (asked in heard, "data_count" in heard)


@pytest.mark.parametrize(
    ("message", "number"),
    [
        ("the owner wants us to tune a small model on our 2,300 old answers before summer", 2300.0),
        ("we want to train it on our 12k letters", 12_000.0),
        ("thinking of tuning on our 40 page handbook", None),
        ("we plan to train on the 5,000 examples we will write", None),
    ],
)
def test_what_somebody_wants_to_train_on_is_there_already(told: Telling, message: str, number: float | None) -> None:
    """The wish is for the training; what is ours is counted. What is still to be written is not."""
    assert number == told(message).get("data_count")


@pytest.mark.parametrize(
    ("asked", "answer", "value"),
    [
        ("freshness", "every 40 days or so", "monthly"),
        ("freshness", "twice a year at most", "yearly"),
        ("freshness", "3 times a week", "daily"),
        ("task_change", "about every 18 months", "yearly"),
        ("task_change", "once every seven years", "stable"),
        ("retrieval", "counted it, the right clause is in the top 3 for 96 percent", "good"),
        ("retrieval", "we measured: it finds the page in 31 of 60", "misses"),
        ("retrieval", "in 4% of our test questions the page isn't there", "good"),
        ("data_count", "2,200 manuals but zero pairs", 0.0),
        ("data_count", "no examples that are wrong, 800 in all", 800.0),
        ("data_count", "1,900 letters, two clerks checked every one", 1_900.0),
    ],
)
def test_what_a_number_says_in_an_answer_is_reckoned(told: Telling, asked: str, answer: str, value: object) -> None:
    """A rhythm, a share of hits, and none of what was asked for."""
    assert value == told(answer, asked).get(asked)


@pytest.mark.parametrize(
    ("aim", "value"), [("classification", "not_needed"), ("knowledge", "none"), (None, "not_needed")]
)
def test_a_bare_no_to_retrieval_depends_on_the_aim(
    reader: OfflineReader, question_on: Asking, aim: str | None, value: str
) -> None:
    """Who wants facts known has not tried it; who does not needs none."""
    told_before = (Fact("goal", aim, False, Via.WORDS, 1, "that", 0, 4),) if aim else ()
    interpretation = reader.read("nope", Case(told_before, begun=True), question_on("retrieval"))
    assert [value] == [found.value for found in interpretation.values]


@pytest.mark.parametrize("reply", ["no we never looked at that", "nobody here has checked this", "never counted them"])
def test_a_reply_that_only_points_at_the_question_tells_nothing_else(told: Telling, reply: str) -> None:
    """What was never looked at is what was asked for, and no examples."""
    assert {"freshness"} >= {*told(reply, "freshness")}


def test_a_reply_that_begins_like_a_question_may_answer(told: Telling) -> None:
    """Without its mark, and where it is a likely answer; who asks what a word means is still answered."""
    answer = told("what counts as a complaint has been the same for ten years", "task_change")
    assert ("stable", {}) == (answer.get("task_change"), told("what counts as a task?", "task_change"))


@pytest.mark.parametrize(
    ("reply", "told_now"),
    [("there's nothing private in there", {("privacy", "unrestricted", True)}), ("my colleague is ill today", set())],
)
def test_what_was_heard_is_taken_back_in_reply_to_another_question(
    reader: OfflineReader, question_on: Asking, reply: str, told_now: set[tuple[str, str, bool]]
) -> None:
    """Where it answers nothing, and tells otherwise what nobody agreed to yet."""
    heard = Fact("privacy", "personal_data", False, Via.WORDS, 1, "yes")
    found = reader.read(reply, Case(begun=True, facts=(heard,)), question_on("task_change")).values
    assert told_now == {(value.slot, value.value, value.corrects) for value in found}


def test_who_names_an_aim_has_no_open_one(told: Telling) -> None:
    """Though "our own AI" alone would be one."""
    message = (
        "a director wants us to train our own AI on our contracts, so that people can ask what we agreed with whom"
    )
    assert frozenset({"knowledge"}) == told(message)["goal"]
