"""Replies to the list that was read back: which entry a no is about, and what its words mean then."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

import pytest

from assistant.domain.case import Case, Fact, Via
from assistant.domain.dialogue import Interpretation
from assistant.domain.read_back import list_question
from assistant.domain.rulebook import Rulebook
from assistant.text.clauses import Utterance, utter
from assistant.understanding.estimates import Estimate, Estimates, parts_of
from assistant.understanding.facts import FactReader
from assistant.understanding.lexicon import Lexicon
from assistant.understanding.list_replies import read_list

GLOSSARY = "the glossary in the prompt, flat since May"
SORTING = "parcels to lockers, in carriers' slang"
LISTED = Case(
    begun=True,
    asked=frozenset({("goal", None)}),
    facts=(
        Fact("goal", "classification", False, Via.WORDS, 1, SORTING),
        Fact("prompting", "basic", False, Via.WORDS, 2, GLOSSARY),
        Fact("evals", "held_out", False, Via.WORDS, 3, "two hundred of them, locked away"),
    ),
)
"""A case of which three facts were heard, so that they are read back."""


class ScriptedEstimates:
    """Gives every option of a slot that was asked about the probability it is told, and nothing unasked."""

    slots: frozenset[str] = frozenset()

    def __init__(self, utterance: Utterance, probabilities: Mapping[str, Mapping[str, float]]) -> None:
        """Take the probabilities by slot and option."""
        self._part = parts_of(utterance)[0]
        self._probabilities = probabilities

    def of(self, slot: str, *, asked: bool, wished: bool = False) -> tuple[Estimate, ...]:
        """Return the options of a slot, the likeliest first."""
        found = self._probabilities.get(slot, {}) if asked else {}
        return tuple(Estimate(value, found[value], self._part) for value in sorted(found, key=lambda v: -found[v]))

    def at(self, slot: str, value: str, start: int, end: int, *, asked: bool) -> float:
        """Return that no number counts anything."""
        return 0.0


@pytest.fixture
def facts(rulebook: Rulebook, lexicon: Lexicon) -> FactReader:
    """The reader of facts on the project's lexicon."""
    return FactReader(rulebook, lexicon)


def _reply(facts: FactReader, message: str, **probabilities: Mapping[str, float]) -> Interpretation:
    question = list_question(LISTED, ("goal", "prompting", "evals"), facts.rulebook)

    def estimate(utterance: Utterance) -> Estimates:
        return cast(Estimates, ScriptedEstimates(utterance, probabilities))

    found = read_list(utter(message), question, LISTED, facts, estimate)
    assert found is not None
    return found


def _values(interpretation: Interpretation) -> set[tuple[str, object]]:
    return {(value.slot, value.value) for value in interpretation.values}


def test_an_entry_s_own_words_behind_a_no_are_heard_as_the_next_likeliest(facts: FactReader) -> None:
    """What was denied is not heard again, and nothing is agreed to."""
    interpretation = _reply(facts, f"no. {GLOSSARY}", prompting={"basic": 0.9, "plateaued": 0.5, "none": 0.01})
    assert ({("prompting", "plateaued")}, frozenset()) == (_values(interpretation), interpretation.agrees)


def test_an_aim_s_own_words_behind_a_no_are_heard_as_the_next_likeliest_set(facts: FactReader) -> None:
    """The member that was nearly heard comes along."""
    interpretation = _reply(
        facts, f"no. {SORTING}", goal={"classification": 0.95, "domain_language": 0.8, "style": 0.1}
    )
    assert {("goal", "classification"), ("goal", "domain_language")} == _values(interpretation)


def test_where_the_words_mean_nothing_else_their_entry_is_denied(facts: FactReader) -> None:
    """Its options are put then."""
    interpretation = _reply(facts, f"no. {GLOSSARY}", prompting={"basic": 0.99, "plateaued": 0.0})
    assert (set(), {"prompting"}) == (_values(interpretation), interpretation.denies)


def test_a_no_with_new_words_is_heard_as_they_say(facts: FactReader) -> None:
    """They are an answer to one entry's question alone."""
    interpretation = _reply(facts, "no. we only ever eyeball it", evals={"impressions": 0.9, "held_out": 0.02})
    assert {("evals", "impressions")} == _values(interpretation)


@pytest.mark.parametrize(
    ("message", "slot", "probabilities"),
    [
        ("2 isn't so. we went through many rounds", "prompting", {"iterated": 0.9}),
        ("nr 3, we look at a few and nod", "evals", {"impressions": 0.8}),
    ],
)
def test_words_about_an_entry_that_is_pointed_at_answer_its_question(
    facts: FactReader, message: str, slot: str, probabilities: Mapping[str, float]
) -> None:
    """Though they would say nothing by themselves, and its place is no number of anything."""
    interpretation = _reply(facts, message, **{slot: probabilities})
    assert ({(slot, next(iter(probabilities)))}, frozenset()) == (_values(interpretation), interpretation.agrees)


def test_several_entries_are_mended_and_one_agreed_to_in_one_reply(facts: FactReader) -> None:
    """Each by the words behind its place."""
    message = "1. yes, 2. many rounds, 3. we look at a few"
    interpretation = _reply(facts, message, prompting={"iterated": 0.9}, evals={"impressions": 0.8})
    found = (_values(interpretation), interpretation.agrees)
    assert ({("prompting", "iterated"), ("evals", "impressions")}, frozenset({"goal"})) == found


@pytest.mark.parametrize("message", ["strike the third", "3 was wishful thinking", "drop the bit about the test set"])
def test_an_entry_that_is_pointed_at_and_not_mended_is_called_wrong(facts: FactReader, message: str) -> None:
    """So that its question is put again, and nothing else is touched."""
    interpretation = _reply(facts, message)
    assert (set(), frozenset({"evals"})) == (_values(interpretation), interpretation.denies)


@pytest.mark.parametrize(
    "message",
    [
        "2 right number is another one",
        "2 ok so that one is off",
        "2 yes, but it was wrong until may",
        "nr 2: true, if you count the interns",
        "1 and 2 right? no idea",
    ],
)
def test_a_word_of_agreement_that_goes_on_agrees_to_no_entry(facts: FactReader, message: str) -> None:
    """Only a plain yes about it does, with nothing behind it that takes it back."""
    assert frozenset() == _reply(facts, message).agrees


@pytest.mark.parametrize(
    ("message", "agrees", "denies"),
    [
        ("okay with 1 and 3", {"goal", "evals"}, set()),
        ("only the last one is true", {"evals"}, set()),
        ("yes to the goal", {"goal"}, set()),
        ("fine: 1. off: 3", {"goal"}, {"evals"}),
        ("1 to 2 are right, number 3 i made up", {"goal", "prompting"}, {"evals"}),
        ("no to 2, yes to the rest", {"goal", "evals"}, {"prompting"}),
        ("1 ok 2 ok 3 no", {"goal", "prompting"}, {"evals"}),
        ("the first two are right, no clue about the rest", {"goal", "prompting"}, {"evals"}),
    ],
)
def test_a_yes_to_some_entries_is_none_to_the_others(
    facts: FactReader, message: str, agrees: set[str], denies: set[str]
) -> None:
    """Each gets the yes or no that is said of it, by place, by a range or as the rest."""
    interpretation = _reply(facts, message)
    assert (agrees, denies) == (interpretation.agrees, interpretation.denies)


@pytest.mark.parametrize(
    "message", ["no, two of them are made up", "no, three of those hold", "1 right figure is missing"]
)
def test_how_many_entries_hold_is_no_number_of_examples(facts: FactReader, message: str) -> None:
    """Neither is the place of one."""
    assert "data_count" not in {slot for slot, _ in _values(_reply(facts, message))}


def test_who_asks_about_an_entry_doubts_nothing(facts: FactReader) -> None:
    """What it means is explained, and the entry stays."""
    question = list_question(LISTED, ("goal", "prompting", "evals"), facts.rulebook)

    def estimate(utterance: Utterance) -> Estimates:
        return cast(Estimates, ScriptedEstimates(utterance, {}))

    found = read_list(utter("you lost me at the second one, is it a question"), question, LISTED, facts, estimate)
    assert found is None or (frozenset(), ()) == (found.denies, found.values)


def test_the_rest_is_agreed_to_by_that_word(facts: FactReader) -> None:
    """Beside an entry that is mended."""
    interpretation = _reply(facts, "3 is off, there is no test set, none. rest ok")
    assert frozenset({"goal", "prompting"}) == interpretation.agrees


@pytest.mark.parametrize(
    "message", ["yes to all of it. you only write it so drily", "so what do i do first, this week"]
)
def test_only_and_first_count_where_they_stand_for_something_of_the_list(facts: FactReader, message: str) -> None:
    """Elsewhere they take nothing out."""
    utterance = utter(message)
    question = list_question(LISTED, ("goal", "prompting", "evals"), facts.rulebook)
    found = read_list(
        utterance, question, LISTED, facts, lambda utterance: cast("Estimates", ScriptedEstimates(utterance, {}))
    )
    assert found is None or not found.denies


@pytest.mark.parametrize(
    ("message", "agrees"),
    [
        ("1 3 yes. the kettle is on", {"goal", "evals"}),
        ("nothing is off. all right, yes.", {"goal", "prompting", "evals"}),
    ],
)
def test_a_yes_to_places_with_nothing_between_them_is_one(facts: FactReader, message: str, agrees: set[str]) -> None:
    """And so is one to the whole list that calls nothing wrong."""
    assert agrees == _reply(facts, message).agrees
