"""Words that take back what was noted, by the lexicon and classifier shipped."""

from __future__ import annotations

import pytest

from assistant.domain.case import Case, Fact, Via
from assistant.domain.dialogue import Interpretation, Question
from assistant.domain.elicitation import aim_question, ask_question
from assistant.domain.read_back import list_question
from assistant.domain.rulebook import Rulebook
from assistant.understanding.reader import OfflineReader


def _case(**values: str | float) -> Case:
    facts = tuple(Fact(slot, value, False, Via.WORDS, 1, "as told", 0, 7) for slot, value in values.items())
    return Case(facts=facts, begun=True, asked=frozenset({("goal", None)}))


def _list(case: Case, rulebook: Rulebook) -> Question:
    return list_question(case, tuple(dict.fromkeys(fact.slot for fact in case.facts)), rulebook)


def _told(heard: Interpretation, slot: str) -> set[object]:
    return {value.value for value in heard.values if value.slot == slot}


@pytest.mark.parametrize("message", ["Jo signs. And drop the dirty thing.", "Jo signs, and that is not 'dirty' at all"])
def test_a_value_goes_that_is_named_and_denied(reader: OfflineReader, rulebook: Rulebook, message: str) -> None:
    """Beside an answer to another question."""
    case = _case(goal="style", data_quality="dirty")
    heard = reader.read(message, case, ask_question(case, rulebook.slot("process"), rulebook))
    assert "data_quality" in heard.denies
    assert _told(heard, "process") == {"agreed"}


def test_a_yes_beside_what_goes_agrees_to_the_rest_of_the_list(reader: OfflineReader, rulebook: Rulebook) -> None:
    """Whether the yes comes first or last."""
    case = _case(goal="style", data_quality="dirty", process="agreed")
    for message in ("remove the dirty one, rest ok", "yes but drop the dirty one"):
        heard = reader.read(message, case, _list(case, rulebook))
        assert (heard.denies, heard.agrees) == ({"data_quality"}, {"goal", "process"})


def test_an_aim_goes_that_is_named_before_the_words_that_take_it_out(reader: OfflineReader, rulebook: Rulebook) -> None:
    """The comma between them cuts nothing off."""
    case = _case(goal="format", process="agreed")
    heard = reader.read("all fine. format though, kick it out, that is solved", case, _list(case, rulebook))
    assert "goal" in heard.denies


def test_an_answer_that_begins_with_no_takes_no_aim_out(reader: OfflineReader, rulebook: Rulebook) -> None:
    """Asked about retrieval, "no retrieval" answers."""
    case = _case(goal="extraction")
    question = ask_question(case, rulebook.slot("retrieval"), rulebook)
    heard = reader.read("no retrieval, the whole text stands in the order", case, question)
    assert "goal" not in heard.denies
    assert not _told(heard, "goal")


@pytest.mark.parametrize(
    ("message", "aims"),
    [
        ("yeah that's mostly it. the tone is a bit stiff as well, but that is not the main thing", "knowledge"),
        ("ya, about it. not prose, no need to sound like a poet", "knowledge"),
    ],
)
def test_a_yes_to_the_aim_keeps_it_whatever_is_said_besides(
    reader: OfflineReader, rulebook: Rulebook, message: str, aims: str
) -> None:
    """It used to be replaced by what an aside brushes."""
    case = _case(goal="knowledge")
    heard = reader.read(message, case, aim_question(case, rulebook))
    assert aims in _told(heard, "goal") or "goal" in heard.agrees


@pytest.mark.parametrize(
    ("message", "agrees"),
    [
        ("1 and 3 yes, 2 is every hour. done?", {"goal", "retrieval"}),
        ("1, 2 and 3 ok. but our documents are no documents, it is a stream", {"goal", "freshness", "retrieval"}),
        ("2 is wrong, it changes every day. The rest, 1 and 3, is right.", {"goal", "retrieval"}),
        (
            "yes all. but don't forget the sheets, half the calls are about them",
            {"goal", "freshness", "retrieval"},
        ),
        ("The first is right, unfortunately. The second not quite: it changes daily", {"goal"}),
    ],
)
def test_a_yes_to_entries_stands_whatever_follows(
    reader: OfflineReader, rulebook: Rulebook, message: str, agrees: set[str]
) -> None:
    """A sentence of its own that begins with "but", or a check at the end, takes nothing of it back."""
    case = _case(goal="lookup", freshness="stable", retrieval="none")
    assert reader.read(message, case, _list(case, rulebook)).agrees == agrees


def test_a_yes_that_says_an_entry_again_agrees_to_it(reader: OfflineReader, rulebook: Rulebook) -> None:
    """In other words than those of the list."""
    case = _case(process="contradicting_sources")
    heard = reader.read("Yes the old and the new version contradict each other, mostly.", case, _list(case, rulebook))
    assert heard.agrees == {"process"}


@pytest.mark.parametrize(
    ("message", "value"),
    [
        ("the 3,100: 200 of them were labelled once only, so checked twice are ca. 2,900", 2900.0),
        ("we do not have 3,100 examples, we have 800 examples", 800.0),
    ],
)
def test_a_sum_gives_its_result(reader: OfflineReader, rulebook: Rulebook, message: str, value: float) -> None:
    """And a number that is denied gives way to the one said instead."""
    case = _case(goal="extraction", data_count=3100.0)
    assert _told(reader.read(message, case, _list(case, rulebook)), "data_count") == {value}


def test_a_number_that_is_said_to_count_something_else_is_not_read_again(
    reader: OfflineReader, rulebook: Rulebook
) -> None:
    """Beside an answer."""
    case = _case(data_count=600.0)
    heard = reader.read("600 beds, not examples. pull the dose out of the letter", case, aim_question(case, rulebook))
    assert "data_count" in heard.denies
    assert not _told(heard, "data_count")


def test_a_handful_of_something_else_is_no_number_of_examples(reader: OfflineReader, rulebook: Rulebook) -> None:
    """Unless they are called examples."""
    case = _case(goal="style")
    question = ask_question(case, rulebook.slot("latency"), rulebook)
    heard = reader.read("nobody waits, each text goes through 4 calls anyway", case, question)
    assert not _told(heard, "data_count")
