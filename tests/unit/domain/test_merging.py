"""Merging: how far a model is believed beside the rules, and all that it cannot do."""

from __future__ import annotations

from dataclasses import replace

import pytest
from assistant.domain.merging import MODEL_INTENTS, Certainty, ModelHearing, ModelReading, merge

from assistant.domain.assessment import assess
from assistant.domain.case import Case, ReadValue, Status, Value, Via, click, confirm, hear
from assistant.domain.conversation import Conversation, taken_in
from assistant.domain.dialogue import Assessment, Hearing, Intent, Question, QuestionKind
from assistant.domain.elicitation import ask_question, confirm_question
from assistant.domain.rulebook import SlotKind, VerdictId
from tests.moments import knowledge

RULEBOOK = knowledge().rulebook
MESSAGE = "We judge by eye and have 300 letters. The prices change daily. We guess. What do you think?"
BEGUN = replace(Case(), begun=True)
RULES_KNOW = tuple(
    intent for intent in Intent if intent not in (Intent.TELLS, Intent.OTHER_LANGUAGE, Intent.UNREADABLE)
)
ANOTHER = {"evals": "held_out", "data_count": 20_000.0, "freshness": "stable", "process": "no_owner"}
ONE = {"evals": "impressions", "data_count": 300.0, "freshness": "daily", "process": "agreed"}


def ask(slot: str) -> Question:
    """The rulebook's question about a slot."""
    return ask_question(RULEBOOK.slot(slot))


def rule(slot: str, value: Value | None, *, sure: bool = True, corrects: bool = False) -> ReadValue:
    """A reading by the rules, at the start of the message."""
    return ReadValue(slot, value, 0, 15, sure, corrects)


def claim(
    slot: str, value: Value | None, certainty: Certainty = Certainty.STATED, *, corrects: bool = False
) -> ModelReading:
    """A reading by a model, further on in the message."""
    return ModelReading(slot, value, 20, 36, certainty, corrects)


def model(*readings: ModelReading, intent: Intent = Intent.TELLS) -> ModelHearing:
    """What a model made of the message."""
    return ModelHearing(intent, readings)


def merged(
    rules: Hearing, said: ModelHearing, case: Case = BEGUN, question: Question | None = None, message: str = MESSAGE
) -> Hearing:
    """Merge, with a question about goals waiting unless another is given."""
    return merge(rules, said, message, case, question or ask("goal"), RULEBOOK)


def told(*readings: ReadValue) -> Hearing:
    """The rules heard facts, or nothing."""
    return Hearing(Intent.TELLS, readings)


def statuses(case: Case, slot: str) -> list[tuple[Value | None, str, str]]:
    """What a case holds for a slot."""
    return [(fact.value, fact.status.value, fact.via.value) for fact in case.of(slot)]


# --- a free slot ---


@pytest.mark.parametrize("slot", ONE)
def test_what_only_the_model_read_is_proposed(slot: str) -> None:
    """With its place, and said to come from the model."""
    heard = merged(told(), model(claim(slot, ONE[slot])))
    assert Hearing(Intent.TELLS, (ReadValue(slot, ONE[slot], 20, 36, sure=False, via=Via.MODEL),)) == heard


@pytest.mark.parametrize("intent", [Intent.OTHER_LANGUAGE, Intent.UNREADABLE])
def test_what_the_rules_cannot_read_the_model_may(intent: Intent) -> None:
    """A story in another language is a story."""
    heard = merged(Hearing(intent), model(claim("evals", "none")))
    assert (Intent.TELLS, ["evals"]) == (heard.intent, [value.slot for value in heard.values])


def test_what_seemed_off_topic_begins_a_case_where_the_model_reads_facts() -> None:
    """A florist speaks of flowers."""
    heard = merged(Hearing(Intent.OFF_TOPIC), model(claim("goal", "extraction")), Case())
    assert (Intent.TELLS, 1) == (heard.intent, len(heard.values))


@pytest.mark.parametrize("sure", [True, False])
def test_what_the_rules_alone_heard_is_as_they_have_it(sure: bool) -> None:
    """The model's silence means nothing."""
    rules = told(rule("evals", "none", sure=sure))
    assert rules == merged(rules, model())


def test_what_both_read_is_known() -> None:
    """The rules only proposed it."""
    heard = merged(told(rule("process", "no_owner", sure=False)), model(claim("process", "no_owner")))
    assert told(rule("process", "no_owner")) == heard


@pytest.mark.parametrize("certainty", [Certainty.HEDGED, Certainty.PLANNED])
def test_a_model_that_hesitates_makes_nothing_known(certainty: Certainty) -> None:
    """Two guesses are no knowledge."""
    rules = told(rule("process", "no_owner", sure=False))
    assert rules == merged(rules, model(claim("process", "no_owner", certainty)))


@pytest.mark.parametrize(
    ("slot", "value"),
    [("evals", "held_out"), ("data_count", 3000.0), ("data_quality", "clean"), ("prompting", "plateaued")],
)
def test_what_a_yes_would_rest_on_is_not_known_by_agreement(slot: str, value: Value) -> None:
    """A model that nods to everything cannot spare the user the read-back."""
    rules = told(rule(slot, value, sure=False))
    assert rules == merged(rules, model(claim(slot, value)))


@pytest.mark.parametrize(("slot", "value"), [("evals", "none"), ("data_count", 0.0), ("data_quality", "disagreeing")])
def test_what_speaks_against_training_is_known_by_agreement(slot: str, value: Value) -> None:
    """Nobody has to be asked twice whether there is nothing."""
    assert merged(told(rule(slot, value, sure=False)), model(claim(slot, value))).values[0].sure


def test_numbers_of_one_band_agree() -> None:
    """The rules' number stands."""
    rules = told(rule("volume", 300.0, sure=False))
    assert [(300.0, True)] == [(v.value, v.sure) for v in merged(rules, model(claim("volume", 420.0))).values]


@pytest.mark.parametrize("slot", ONE)
def test_different_values_contradict_each_other(slot: str) -> None:
    """Both are kept, and the model's is the one that is asked about."""
    heard = merged(told(rule(slot, ONE[slot])), model(claim(slot, ANOTHER[slot])))
    case = hear(BEGUN, heard.values, MESSAGE, 1)
    assert [(ONE[slot], "contradicted", "words"), (ANOTHER[slot], "contradicted", "model")] == statuses(case, slot)
    assert RULEBOOK.slot(slot).option(ANOTHER[slot]).heard in confirm_question(case, RULEBOOK.slot(slot), RULEBOOK).text


@pytest.mark.parametrize("certainty", [Certainty.HEDGED, Certainty.PLANNED])
def test_a_model_that_hesitates_disputes_nothing(certainty: Certainty) -> None:
    """A sure rule outweighs it."""
    rules = told(rule("evals", "none"))
    assert rules == merged(rules, model(claim("evals", "held_out", certainty)))


def test_to_deny_the_model_s_value_confirms_no_guess_of_the_rules() -> None:
    """The rules only proposed theirs, and so it stays."""
    heard = merged(told(rule("evals", "held_out", sure=False)), model(claim("evals", "none")))
    case = hear(BEGUN, heard.values, MESSAGE, 1)
    question = confirm_question(case, RULEBOOK.slot("evals"), RULEBOOK)
    talk = Conversation("c", (), case, _waiting(question))
    for intent in (Intent.DENIES, Intent.TELLS):
        assert [("held_out", "proposed", "words")] == statuses(taken_in(talk, Hearing(intent), "no"), "evals")
    assert [("none", "known", "model")] == statuses(taken_in(talk, Hearing(Intent.CONFIRMS), "yes"), "evals")


def test_two_readings_of_the_rules_are_left_to_the_user() -> None:
    """They contradict each other already."""
    rules = told(rule("evals", "none"), rule("evals", "held_out"))
    assert rules == merged(rules, model(claim("evals", "none")))


def test_a_set_takes_members_from_both() -> None:
    """Several aims are no contradiction."""
    heard = merged(told(rule("goal", "style")), model(claim("goal", "style"), claim("goal", "policy")))
    assert [("style", True), ("policy", False)] == [(value.value, value.sure) for value in heard.values]


def test_plans_are_no_facts() -> None:
    """They are left out."""
    assert told() == merged(told(), model(claim("evals", "held_out", Certainty.PLANNED)))


def test_a_model_that_contradicts_itself_is_not_heard() -> None:
    """Neither of its two values stands."""
    assert told() == merged(told(), model(claim("evals", "none"), claim("evals", "held_out")))


def test_a_model_that_disputes_more_than_it_shares_is_not_heard_at_all() -> None:
    """It listens to something else; the user is not asked about every fact they told."""
    rules = told(*(rule(slot, value) for slot, value in ONE.items()))
    lies = model(*(claim(slot, value) for slot, value in ANOTHER.items()), claim("privacy", "cleared"))
    assert rules == merged(rules, lies)


def test_values_keep_the_order_of_the_message() -> None:
    """The rules' first, then the model's by their place."""
    said = model(replace(claim("budget", "tight"), start=40, end=45), claim("latency", "strict"))
    heard = merged(told(rule("evals", "none")), said)
    assert ["evals", "latency", "budget"] == [value.slot for value in heard.values]


# --- what a hostile model cannot do ---


@pytest.mark.parametrize("said", MODEL_INTENTS)
@pytest.mark.parametrize("intent", RULES_KNOW)
def test_where_the_rules_know_what_a_message_is_for_they_are_alone(intent: Intent, said: Intent) -> None:
    """No yes, no, push, question or wish to start over is heard differently, and nothing is read into it."""
    rules = Hearing(intent)
    assert rules == merged(rules, model(claim("evals", "held_out"), intent=said))


@pytest.mark.parametrize("rules", [Intent.TELLS, Intent.OTHER_LANGUAGE, Intent.UNREADABLE])
@pytest.mark.parametrize("said", MODEL_INTENTS)
@pytest.mark.parametrize("kind", [None, *QuestionKind])
def test_a_model_never_confirms_denies_clicks_or_starts_over(
    rules: Intent, said: Intent, kind: QuestionKind | None
) -> None:
    """Whatever question waits."""
    question = replace(ask("evals"), kind=kind) if kind else None
    heard = merge(Hearing(rules), model(intent=said), MESSAGE, BEGUN, question, RULEBOOK)
    assert heard.intent not in {Intent.CONFIRMS, Intent.DENIES, Intent.CLICKS, Intent.RESTARTS}


@pytest.mark.parametrize(
    ("reply", "heard"),
    [
        ("Ja.", Intent.CONFIRMS), ("Ja, stimmt alles!", Intent.CONFIRMS), ("c’est exact", Intent.CONFIRMS),
        ("はい、そうです。", Intent.CONFIRMS), ("हाँ", Intent.CONFIRMS), ("Nein, das stimmt nicht", Intent.DENIES),
        ("нет", Intent.DENIES), ("不对", Intent.DENIES),
    ],
)  # fmt: skip
@pytest.mark.parametrize("kind", [QuestionKind.CONFIRM, QuestionKind.READ_BACK])
def test_a_yes_or_no_in_another_language_counts_where_words_and_model_agree(
    reply: str, heard: Intent, kind: QuestionKind
) -> None:
    """Neither the list nor the model is enough, and an open question takes no yes."""
    rules, question = Hearing(Intent.OTHER_LANGUAGE), replace(ask("evals"), kind=kind)
    for said in MODEL_INTENTS:
        agreed = merge(rules, model(intent=said), reply, BEGUN, question, RULEBOOK).intent in (
            Intent.CONFIRMS, Intent.DENIES
        )  # fmt: skip
        assert agreed is (said is heard)
    assert heard is not merge(rules, model(intent=heard), reply, BEGUN, ask("evals"), RULEBOOK).intent


@pytest.mark.parametrize(
    "reply",
    [
        "Ja, aber nicht ganz",
        "ja ja no",
        "c'est tout",
        "das ist so",
        "nicht genau",
        "…",
        "12",
        "Ja tak oui",
        "maybe",
        "hm, ja?!x",
    ],
)
def test_a_yes_with_anything_beside_it_is_not_taken_from_a_model(reply: str) -> None:
    """Whoever says more is not just saying yes."""
    question = replace(ask("evals"), kind=QuestionKind.READ_BACK)
    heard = merge(Hearing(Intent.TELLS), model(intent=Intent.CONFIRMS), reply, BEGUN, question, RULEBOOK)
    assert heard.intent is not Intent.CONFIRMS


@pytest.mark.parametrize("slot", ONE)
@pytest.mark.parametrize("status", [Status.KNOWN, Status.PROPOSED, Status.CONTRADICTED])
@pytest.mark.parametrize("value", [None, "another"])
def test_what_was_told_before_stands(slot: str, status: Status, value: str | None) -> None:
    """A model alone neither replaces, contradicts, doubts nor declines it."""
    case = click(BEGUN, {slot: ONE[slot]}, 1)
    case = replace(case, facts=tuple(replace(fact, status=status, via=Via.WORDS) for fact in case.facts))
    said = model(claim(slot, ANOTHER[slot] if value else None, corrects=True))
    assert case == hear(case, merged(told(), said, case).values, MESSAGE, 2)


def test_no_aim_is_added_to_those_told_before() -> None:
    """A set that was told is told."""
    case = click(BEGUN, {"goal": ("style",)}, 1)
    assert told() == merged(told(), model(claim("goal", "knowledge")), case, ask("evals"))


def test_what_was_declined_or_asked_in_vain_is_not_filled_in() -> None:
    """Else a model could keep the coach asking for ever."""
    case = replace(click(BEGUN, {"evals": "declined"}, 1), asked=frozenset({"process"}))
    assert told() == merged(told(), model(claim("evals", "held_out"), claim("process", "agreed")), case)


@pytest.mark.parametrize("kind", [QuestionKind.CONFIRM, QuestionKind.READ_BACK])
def test_its_own_proposal_is_not_repeated_when_it_is_put_to_the_user(kind: QuestionKind) -> None:
    """Whoever does not say yes is not asked the same again, nor does a correction of one let the rest stand."""
    first = merged(told(), model(claim("evals", "held_out"), claim("data_count", 3000.0)))
    case = hear(BEGUN, first.values, MESSAGE, 1)
    question = replace(ask("evals"), kind=kind, slots=("evals", "data_count"))
    again = merged(told(), model(claim("evals", "held_out"), claim("data_count", 20_000.0)), case, question)
    assert told() == again
    talk = Conversation("c", (), case, _waiting(question))
    assert ([], []) == tuple(statuses(taken_in(talk, again, MESSAGE), slot) for slot in question.slots)


def _waiting(question: Question) -> Assessment:
    """An assessment of which only the question matters."""
    return Assessment(*[None] * 8, question, (), ())  # type: ignore[arg-type]


def test_only_the_question_just_asked_can_be_declined() -> None:
    """What was not asked is not closed."""
    said = model(claim("evals", None), claim("process", None))
    assert ["evals"] == [value.slot for value in merged(told(), said, BEGUN, ask("evals")).values]


def test_an_answer_the_rules_heard_is_not_declined() -> None:
    """Nor the other way round."""
    for ours, theirs in (("none", None), (None, "held_out")):
        rules = told(rule("evals", ours))
        assert rules == merged(rules, model(claim("evals", theirs)), BEGUN, ask("evals"))


def test_no_model_can_end_the_talk() -> None:
    """Out of scope settles at once when the user says so, and is asked about when a model does."""
    case = hear(BEGUN, merged(told(), model(claim("scope", "off_topic"))).values, MESSAGE, 1)
    found = assess(case, RULEBOOK)
    assert (VerdictId.UNDECIDED, ("scope",)) == (found.verdict, found.question.slots if found.question else None)
    assert VerdictId.OUT_OF_SCOPE is assess(confirm(case, ("scope",), yes=True), RULEBOOK).verdict


@pytest.mark.parametrize(
    ("message", "intent", "heard"),
    [
        ("what people ask at the counter", Intent.TELLS, ["goal"]),
        ("what do people ask at the counter?", Intent.TELLS, []),
        ("what people ask at the counter", Intent.ASKS, []),
    ],
)
def test_an_answer_that_only_looks_like_a_question_is_heard(message: str, intent: Intent, heard: list[str]) -> None:
    """Else the coach would put the same question again and again."""
    rules = Hearing(Intent.ASKS, (), message)
    found = merged(rules, model(claim("goal", "knowledge"), intent=intent), BEGUN, ask("goal"), message)
    assert heard == [value.slot for value in found.values]


@pytest.mark.parametrize("rules", [Intent.TELLS, Intent.OTHER_LANGUAGE, Intent.UNREADABLE])
def test_a_settled_case_is_moved_by_no_message_in_which_the_rules_hear_no_fact(rules: Intent) -> None:
    """That is where people push; in a language the rules do not know as well."""
    heard = merge(Hearing(rules), model(claim("evals", "held_out")), MESSAGE, BEGUN, None, RULEBOOK)
    assert () == heard.values


def test_a_settled_case_takes_in_what_stands_beside_a_fact() -> None:
    """Who tells one thing more may tell two."""
    heard = merge(told(rule("evals", "none")), model(claim("budget", "tight")), MESSAGE, BEGUN, None, RULEBOOK)
    assert [("evals", True), ("budget", False)] == [(value.slot, value.sure) for value in heard.values]


@pytest.mark.parametrize("slot", [slot.id for slot in RULEBOOK.slots if slot.kind is not SlotKind.SET])
@pytest.mark.parametrize("certainty", Certainty)
@pytest.mark.parametrize("sure", [True, False])
@pytest.mark.parametrize("asked", [True, False])
def test_nothing_is_ever_sure_by_the_model_alone_and_nothing_told_is_lost(
    slot: str, certainty: Certainty, sure: bool, asked: bool
) -> None:
    """Over every pair of values of every slot."""
    values = [None, *(option.value for option in RULEBOOK.slot(slot).options)]
    question = ask(slot) if asked else ask("goal" if slot != "goal" else "evals")
    for ours in values:
        for theirs in values:
            rules = told(rule(slot, ours, sure=sure))
            heard = merged(rules, model(claim(slot, theirs, certainty, corrects=True)), BEGUN, question)
            assert not any(value.sure for value in heard.values if value.via is Via.MODEL)
            assert ours == heard.values[0].value
            assert heard.values[0].via is Via.WORDS


def test_an_evaded_dispute_leaves_what_the_words_say() -> None:
    """A model cannot make a gap of what was told by raising a doubt that the user passes over."""
    heard = merged(told(rule("freshness", "daily")), model(claim("freshness", "stable")))
    case = hear(BEGUN, heard.values, MESSAGE, 1)
    question = confirm_question(case, RULEBOOK.slot("freshness"), RULEBOOK)
    talk = Conversation("c", (), case, _waiting(question))
    for intent in (Intent.TELLS, Intent.DENIES):
        assert [("daily", "known", "words")] == statuses(taken_in(talk, Hearing(intent), "no"), "freshness")
    assert [("stable", "known", "model")] == statuses(taken_in(talk, Hearing(Intent.CONFIRMS), "yes"), "freshness")


def test_what_the_user_denied_a_model_does_not_propose_again() -> None:
    """Unless its question is asked, which the user then answers."""
    first = merged(told(), model(claim("evals", "held_out")))
    denied = confirm(hear(BEGUN, first.values, MESSAGE, 1), ("evals",), yes=False)
    assert (frozenset({"evals"}), ()) == (denied.denied, denied.facts)
    assert told() == merged(told(), model(claim("evals", "partial")), denied)
    assert ["partial"] == [
        value.value for value in merged(told(), model(claim("evals", "partial")), denied, ask("evals")).values
    ]


@pytest.mark.parametrize("sure", [True, False])
@pytest.mark.parametrize("value", ["held_out", "none"])
def test_what_only_a_model_read_gives_way_to_the_user_s_own_words(sure: bool, value: str) -> None:
    """The same value too: it then rests on the words."""
    case = hear(BEGUN, merged(told(), model(claim("evals", "held_out"))).values, MESSAGE, 1)
    case = hear(case, (rule("evals", value, sure=sure),), MESSAGE, 2)
    assert [(value, "known" if sure else "proposed", "words")] == statuses(case, "evals")


# --- what a message is for ---


@pytest.mark.parametrize(
    ("rules", "said", "begun", "waits", "intent"),
    [
        (Intent.OTHER_LANGUAGE, Intent.ASKS, True, True, Intent.ASKS),
        (Intent.TELLS, Intent.ASKS, True, True, Intent.ASKS),
        (Intent.TELLS, Intent.WHY, True, True, Intent.WHY),
        (Intent.TELLS, Intent.SHOW_SOURCE, True, False, Intent.SHOW_SOURCE),
        (Intent.OTHER_LANGUAGE, Intent.PUSHES, True, False, Intent.PUSHES),
        (Intent.OTHER_LANGUAGE, Intent.THANKS, True, False, Intent.THANKS),
        (Intent.OTHER_LANGUAGE, Intent.GREETS, False, False, Intent.GREETS),
        (Intent.OTHER_LANGUAGE, Intent.OFF_TOPIC, False, False, Intent.OFF_TOPIC),
        (Intent.OTHER_LANGUAGE, Intent.TELLS, False, False, Intent.TELLS),
        # not believed
        (Intent.TELLS, Intent.GREETS, False, False, Intent.TELLS),
        (Intent.TELLS, Intent.OFF_TOPIC, False, False, Intent.TELLS),
        (Intent.TELLS, Intent.ASKS, False, False, Intent.TELLS),
        (Intent.TELLS, Intent.PUSHES, True, True, Intent.TELLS),
        (Intent.TELLS, Intent.THANKS, True, True, Intent.TELLS),
        (Intent.OTHER_LANGUAGE, Intent.PUSHES, True, True, Intent.OTHER_LANGUAGE),
        (Intent.OTHER_LANGUAGE, Intent.TELLS, True, True, Intent.OTHER_LANGUAGE),
        (Intent.TELLS, Intent.CONFIRMS, True, True, Intent.TELLS),
    ],
)
def test_what_a_message_without_facts_is_for(
    rules: Intent, said: Intent, begun: bool, waits: bool, intent: Intent
) -> None:
    """A model may tell a question from a story, but keeps no case from beginning and no question open for ever."""
    question = ask("goal") if waits else None
    assert (
        intent
        is merge(Hearing(rules), model(intent=said), MESSAGE, replace(Case(), begun=begun), question, RULEBOOK).intent
    )


def test_a_question_needs_a_question_mark() -> None:
    """Of any script; else a model could take every answer for a question back."""
    said = model(intent=Intent.ASKS)
    for message, intent in (
        ("Je demande", Intent.OTHER_LANGUAGE),
        ("什么是微调？", Intent.ASKS),
        ("ما هو؟", Intent.ASKS),
    ):
        assert intent is merged(Hearing(Intent.OTHER_LANGUAGE), said, message=message).intent


def test_a_first_story_that_asks_as_well_is_a_story_with_a_question() -> None:
    """The case begins, and what it asks is looked up."""
    assert Hearing(Intent.TELLS, (), MESSAGE) == merged(told(), model(intent=Intent.ASKS), Case())
