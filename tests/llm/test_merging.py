"""Merging: whose reading of a slot stands, what a message is for, and how far a model may narrow an agreement."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

import pytest

from assistant.domain.case import Case, Fact, Reading, Value, Via
from assistant.domain.dialogue import Intent, Interpretation, Question
from assistant.domain.elicitation import ask_question
from assistant.domain.rulebook import SlotKind
from assistant.llm.listening.merging import MODEL_INTENTS, Certainty, ModelInterpretation, ModelReading, merge
from tests.moments import knowledge

RULEBOOK = knowledge().rulebook
BEGUN = replace(Case(), begun=True)
ONE = {"evals": "impressions", "data_count": 300.0, "freshness": "daily", "process": "agreed"}
ANOTHER = {"evals": "held_out", "data_count": 20_000.0, "freshness": "stable", "process": "no_owner"}
DOUBTS = (Intent.DENIES, Intent.ASKS, Intent.WHY, Intent.SHOW_SOURCE, Intent.PUSHES)
CLEAR = tuple(intent for intent in Intent if intent not in (Intent.TELLS, Intent.OTHER_LANGUAGE, Intent.UNREADABLE))
"""What the rules say of a message where they know what it is for."""


def ask(slot: str) -> Question:
    """The rulebook's question about a slot."""
    return ask_question(Case(), RULEBOOK.slot(slot), RULEBOOK)


def rule(slot: str, value: Value | None, *, start: int = 0, corrects: bool = False) -> Reading:
    """A reading by the rules."""
    return Reading(slot, value, start, start + 15, corrects)


def claim(
    slot: str,
    value: Value | None,
    certainty: Certainty = Certainty.STATED,
    *,
    start: int = 20,
    corrects: bool = False,
) -> ModelReading:
    """A reading by a model, further on in the message."""
    return ModelReading(slot, value, start, start + 16, certainty, corrects)


def by_model(slot: str, value: Value | None, *, corrects: bool = False) -> Reading:
    """What becomes of a claim."""
    return Reading(slot, value, 20, 36, corrects, Via.MODEL)


def told(*readings: Reading, agrees: Collection[str] = ()) -> Interpretation:
    """The rules heard facts, or nothing."""
    return Interpretation(Intent.TELLS, readings, agrees=frozenset(agrees))


def model(*readings: ModelReading, intent: Intent = Intent.TELLS) -> ModelInterpretation:
    """What a model made of the message."""
    return ModelInterpretation(intent, readings)


def merged(
    rules: Interpretation, said: ModelInterpretation, case: Case = BEGUN, question: Question | None = None
) -> Interpretation:
    """Merge, with a question about the aim waiting unless another is given."""
    return merge(rules, said, case, question or ask("goal"), RULEBOOK)


# Whose reading of a slot stands


@pytest.mark.parametrize("certainty", [Certainty.STATED, Certainty.HEDGED])
@pytest.mark.parametrize("slot", ONE)
def test_what_only_the_model_read_is_heard(slot: str, certainty: Certainty) -> None:
    """With its place, and said to come from the model."""
    assert (by_model(slot, ONE[slot]),) == merged(told(), model(claim(slot, ONE[slot], certainty))).values


def test_what_the_rules_alone_heard_is_as_they_have_it() -> None:
    """A silent model erases nothing."""
    rules = told(rule("evals", "none"), rule("goal", "style", start=30))
    assert rules == merged(rules, model())


@pytest.mark.parametrize("slot", ONE)
def test_the_models_reading_of_a_slot_stands_before_the_rules(slot: str) -> None:
    """Where both gave a value and they differ, the rules' is not heard."""
    heard = merged(told(rule(slot, ANOTHER[slot])), model(claim(slot, ONE[slot])))
    assert (by_model(slot, ONE[slot]),) == heard.values


def test_what_both_read_is_the_rules_own() -> None:
    """The user's words are found by both, and the rules may correct with them."""
    rules = told(rule("process", "no_owner", corrects=True))
    assert rules == merged(rules, model(claim("process", "no_owner")))


def test_numbers_of_one_band_are_the_same_reading() -> None:
    """The rules' number stands."""
    rules = told(rule("volume", 300.0))
    assert rules == merged(rules, model(claim("volume", 420.0)))


def test_a_correction_by_a_model_is_noted_as_its_own() -> None:
    """The case decides what it may replace."""
    assert (by_model("evals", "none", corrects=True),) == merged(
        told(), model(claim("evals", "none", corrects=True))
    ).values


def test_slots_are_merged_one_by_one() -> None:
    """A model that reads one slot leaves the rules' reading of another."""
    rules = told(rule("evals", "none"), rule("freshness", "daily"))
    heard = merged(rules, model(claim("evals", "held_out")))
    assert [rule("freshness", "daily"), by_model("evals", "held_out")] == sorted(
        heard.values, key=lambda reading: reading.start
    )


def test_of_a_set_the_models_members_stand() -> None:
    """What the rules read besides is not heard, and what both read is the rules' own."""
    rules = told(rule("goal", "style"), rule("goal", "format"))
    heard = merged(rules, model(claim("goal", "style"), claim("goal", "policy")))
    assert (rule("goal", "style"), by_model("goal", "policy")) == heard.values


def test_a_model_that_contradicts_itself_is_not_heard() -> None:
    """Neither of its two values stands; the rules' does."""
    rules = told(rule("evals", "partial"))
    assert rules == merged(rules, model(claim("evals", "none"), claim("evals", "held_out")))


def test_readings_stand_in_the_order_of_the_message() -> None:
    """Whoever read them."""
    said = model(claim("latency", "strict", start=40), claim("budget", "tight", start=5))
    heard = merged(told(rule("evals", "none", start=20)), said)
    assert ["budget", "evals", "latency"] == [value.slot for value in heard.values]


# Plans and gaps


def test_plans_are_no_facts() -> None:
    """They are left out."""
    assert told() == merged(told(), model(claim("evals", "held_out", Certainty.PLANNED)))


def test_only_the_question_just_asked_can_be_declined_by_a_model() -> None:
    """What was not asked is not closed."""
    said = model(claim("evals", None), claim("process", None))
    assert (by_model("evals", None),) == merged(told(), said, BEGUN, ask("evals")).values


def test_a_value_beside_a_decline_is_the_answer() -> None:
    """Who says both has answered."""
    said = model(claim("evals", None), claim("evals", "none"))
    assert (by_model("evals", "none"),) == merged(told(), said, BEGUN, ask("evals")).values


@pytest.mark.parametrize("slot", [slot.id for slot in RULEBOOK.slots if slot.kind is not SlotKind.SET])
@pytest.mark.parametrize("certainty", Certainty)
def test_every_slot_has_one_reading_where_both_or_one_of_them_read_it(slot: str, certainty: Certainty) -> None:
    """Over every pair of values: nothing that was read is lost, and none of it is read twice."""
    values = [None, *(option.value for option in RULEBOOK.slot(slot).options)]
    pairs = [(ours, theirs) for ours in values for theirs in values]
    heard = [merged(told(rule(slot, a)), model(claim(slot, b, certainty)), BEGUN, ask(slot)) for a, b in pairs]
    expected = [ours if certainty is Certainty.PLANNED else theirs for ours, theirs in pairs]
    assert [[value] for value in expected] == [[reading.value for reading in found.values] for found in heard]


# Agreement


LISTED = Case(
    tuple(
        Fact(slot, value, False, Via.WORDS, 1, "words", 0, 5)
        for slot, value in (("evals", "held_out"), ("data_count", 300.0))
    ),
    begun=True,
)
LIST = replace(ask("evals"), slots=("evals", "data_count"))
YES = Interpretation(Intent.CONFIRMS, agrees=frozenset(LIST.slots))


def _agreed(said: ModelInterpretation, rules: Interpretation = YES) -> frozenset[str]:
    return merged(rules, said, LISTED, LIST).agrees


@pytest.mark.parametrize("intent", MODEL_INTENTS)
def test_a_model_agrees_to_nothing(intent: Intent) -> None:
    """Whatever it says of a message in which the rules found no yes."""
    assert frozenset() == _agreed(model(claim("evals", "held_out"), intent=intent), told())


@pytest.mark.parametrize("intent", [intent for intent in MODEL_INTENTS if intent not in DOUBTS])
def test_a_yes_that_the_rules_found_stands(intent: Intent) -> None:
    """A model that hears nothing else in it leaves it."""
    assert {"evals", "data_count"} == _agreed(model(intent=intent))


@pytest.mark.parametrize("intent", DOUBTS)
def test_a_yes_in_which_a_model_hears_a_doubt_agrees_to_nothing(intent: Intent) -> None:
    """A no, a question or a push; the list comes again."""
    assert frozenset() == _agreed(model(intent=intent))


def test_what_a_model_hears_corrected_is_not_agreed_to() -> None:
    """The rest of the list is."""
    assert {"evals"} == _agreed(model(claim("data_count", 20_000.0, corrects=True)))


def test_what_a_model_says_again_stays_agreed_to() -> None:
    """It is the value that was read back."""
    assert {"evals", "data_count"} == _agreed(model(claim("evals", "held_out")))


def test_what_the_rules_found_denied_stays_denied() -> None:
    """Whatever a model hears."""
    rules = Interpretation(Intent.DENIES, denies=frozenset({"evals"}))
    assert {"evals"} == merged(rules, model(intent=Intent.CONFIRMS), LISTED, LIST).denies


# What a message is for


@pytest.mark.parametrize("intent", [Intent.OTHER_LANGUAGE, Intent.UNREADABLE, Intent.OFF_TOPIC])
def test_a_message_in_which_a_model_reads_facts_tells_them(intent: Intent) -> None:
    """A story in another language is a story, and a florist speaks of flowers."""
    assert Intent.TELLS is merged(Interpretation(intent), model(claim("evals", "none")), Case()).intent


@pytest.mark.parametrize("rules", [Intent.CONFIRMS, Intent.DENIES])
@pytest.mark.parametrize("said", MODEL_INTENTS)
def test_a_yes_or_no_that_the_rules_found_is_one(rules: Intent, said: Intent) -> None:
    """With facts beside it or without."""
    hearings = [model(intent=said), model(claim("evals", "none"), intent=said)]
    assert [rules, rules] == [merged(Interpretation(rules), interpretation).intent for interpretation in hearings]


@pytest.mark.parametrize("said", MODEL_INTENTS)
@pytest.mark.parametrize("intent", CLEAR)
def test_where_the_rules_know_what_a_message_is_for_a_model_without_facts_changes_nothing(
    intent: Intent, said: Intent
) -> None:
    """No yes, no, push, question or wish to start over is heard differently."""
    assert Interpretation(intent) == merged(Interpretation(intent), model(intent=said))


@pytest.mark.parametrize("rules", [Intent.TELLS, Intent.OTHER_LANGUAGE, Intent.UNREADABLE])
@pytest.mark.parametrize("said", MODEL_INTENTS)
def test_a_model_never_says_yes_clicks_or_starts_over(rules: Intent, said: Intent) -> None:
    """Only the rules do, and the user."""
    assert merged(Interpretation(rules), model(intent=said)).intent not in {
        Intent.CONFIRMS,
        Intent.CLICKS,
        Intent.RESTARTS,
    }


@pytest.mark.parametrize(
    ("rules", "said", "begun", "intent"),
    [
        (Intent.TELLS, Intent.ASKS, True, Intent.ASKS),
        (Intent.TELLS, Intent.WHY, True, Intent.WHY),
        (Intent.TELLS, Intent.PUSHES, True, Intent.PUSHES),
        (Intent.TELLS, Intent.DENIES, True, Intent.DENIES),
        (Intent.OTHER_LANGUAGE, Intent.ASKS, True, Intent.ASKS),
        (Intent.OTHER_LANGUAGE, Intent.GREETS, False, Intent.GREETS),
        (Intent.OTHER_LANGUAGE, Intent.OFF_TOPIC, False, Intent.OFF_TOPIC),
        (Intent.OTHER_LANGUAGE, Intent.CONFIRMS, True, Intent.TELLS),
        (Intent.TELLS, Intent.CONFIRMS, True, Intent.TELLS),
        (Intent.TELLS, Intent.OFF_TOPIC, True, Intent.OFF_TOPIC),
        (Intent.TELLS, Intent.OFF_TOPIC, False, Intent.TELLS),
    ],
)
def test_where_the_rules_do_not_know_what_a_message_without_facts_is_for_the_model_says_it(
    rules: Intent, said: Intent, begun: bool, intent: Intent
) -> None:
    """But for a yes, and for what would keep a case from beginning."""
    assert intent is merged(Interpretation(rules), model(intent=said), replace(Case(), begun=begun)).intent


@pytest.mark.parametrize("said", [Intent.ASKS, Intent.WHY])
def test_a_question_in_which_only_a_model_reads_a_fact_is_a_question(said: Intent) -> None:
    """It is answered, and what was read is heard."""
    heard = merged(told(), model(claim("evals", "none"), intent=said))
    assert (said, 1) == (heard.intent, len(heard.values))


def test_a_fact_that_the_rules_read_makes_a_message_tell() -> None:
    """Though a model calls it a question."""
    assert Intent.TELLS is merged(told(rule("evals", "none")), model(intent=Intent.ASKS)).intent


def test_a_message_that_tells_after_all_is_not_looked_up() -> None:
    """The rules took a story for a question."""
    rules = Interpretation(Intent.ASKS, query="what people ask at the counter")
    assert None is merged(rules, model(claim("goal", "knowledge"))).query


def test_the_language_is_the_models_to_name() -> None:
    """The rules know none."""
    assert "de" == merged(told(), replace(model(), language="de")).language
