"""An answer about a message that is nearly of the shape that was asked for is taken as it was meant."""

from __future__ import annotations

import json
from typing import Any

import pytest

from assistant.domain.dialogue import Intent
from assistant.errors import UpstreamError
from assistant.llm.listening.listening_reply import is_usable, read_reply
from assistant.llm.listening.merging import Certainty, ModelReading
from tests.moments import knowledge

MESSAGE = "We just eyeball it, and there are 3,000 letters in our tone."
EYEBALL: dict[str, Any] = {
    "quote": "eyeball it", "slot": "evals", "value": "impressions", "certainty": "stated", "corrects": False,
}  # fmt: skip
WHOLE: dict[str, Any] = {"language": "en", "intent": "tells", "readings": [EYEBALL]}


def readings(reply: object) -> list[tuple[str, object, str]]:
    """Read an answer, and give slot, value and words of what was kept."""
    text = json.dumps(reply)
    assert is_usable(text)
    heard = read_reply(text, MESSAGE, lambda quote: quote, knowledge().rulebook)
    return [(one.slot, one.value, MESSAGE[one.start : one.end]) for one in heard.readings]


def without(whole: dict[str, Any], *names: str) -> dict[str, Any]:
    """Leave members out."""
    return {name: value for name, value in whole.items() if name not in names}


@pytest.mark.parametrize(
    "change",
    [
        {"corrects": "false"},
        {"corrects": "True"},
        {"corrects": None},
        {"corrects": ["false"]},
        {"value": ["impressions"]},
        {"value": "Impressions"},
        {"value": " IMPRESSIONS "},
        {"slot": "Evals"},
        {"slot": ["evals"]},
        {"certainty": "STATED"},
        {"certainty": None},
        {"quote": '"eyeball it"'},
        {"quote": "“eyeball it”"},
        {"quote": "'Eyeball it'"},
        {"quote": "... eyeball it ..."},
        {"quote": "«eyeball it…»"},
        {"quote": ["eyeball it"]},
    ],
    ids=str,
)
def test_a_reading_that_is_nearly_right_is_taken(change: dict[str, object]) -> None:
    """Words for true and false, a list of one, other case, marks round a quote."""
    expected = [("evals", "impressions", "eyeball it")]
    quoted = [
        (slot, value, words.lower()) for slot, value, words in readings({**WHOLE, "readings": [{**EYEBALL, **change}]})
    ]
    assert expected == quoted


@pytest.mark.parametrize(
    "reply",
    [
        without(WHOLE, "language"),
        {**WHOLE, "language": None},
        {**WHOLE, "language": ["en"]},
        {**WHOLE, "intent": "Tells"},
        {**WHOLE, "intent": ["tells"]},
        {**WHOLE, "readings": EYEBALL},
        {"Language": "en", "Intent": "tells", "Readings": [{name.upper(): value for name, value in EYEBALL.items()}]},
        {**WHOLE, "readings": [without(EYEBALL, "certainty", "corrects")]},
        {**WHOLE, "readings": [[EYEBALL]]},
    ],
)
def test_an_answer_that_is_nearly_right_is_taken(reply: dict[str, object]) -> None:
    """What can be left out may be missing, and names may be written in other case."""
    assert [("evals", "impressions", "eyeball it")] == readings(reply)


def test_several_values_in_one_reading_are_several_readings() -> None:
    """Each with the same words."""
    several = {**EYEBALL, "slot": "goal", "value": ["style", "format"], "quote": "in our tone"}
    expected = [("goal", "style", "in our tone"), ("goal", "format", "in our tone")]
    assert expected == readings({**WHOLE, "readings": [several]})


@pytest.mark.parametrize("value", ["3000", "3,000", " 3000 ", [3000], 3000.0])
def test_a_number_may_be_written_as_text(value: object) -> None:
    """With its thousands set apart, too."""
    count = {**EYEBALL, "slot": "data_count", "value": value, "quote": "3,000 letters"}
    assert [("data_count", 3000, "3,000 letters")] == readings({**WHOLE, "readings": [count]})


def test_no_word_for_certainty_is_not_sure() -> None:
    """And what is said to be planned stays so in any case."""
    given = [without(EYEBALL, "certainty"), {**EYEBALL, "certainty": "Planned"}]
    heard = read_reply(json.dumps({**WHOLE, "readings": given}), MESSAGE, str, knowledge().rulebook)
    assert [Certainty.HEDGED, Certainty.PLANNED] == [one.certainty for one in heard.readings]


@pytest.mark.parametrize(
    ("change", "kept"),
    [({"value": "guessing"}, 0), ({"slot": "mood"}, 0), ({"quote": '"never said"'}, 0), ({"value": True}, 0),
     ({"quote": '""'}, 0), ({"certainty": "surely"}, 0)],
)  # fmt: skip
def test_what_is_wrong_is_left_out_as_before(change: dict[str, object], kept: int) -> None:
    """A value of no slot, words of nobody."""
    assert kept == len(readings({**WHOLE, "readings": [{**EYEBALL, **change}]}))


@pytest.mark.parametrize(
    "reply", [{}, {"readings": []}, {"intent": "tells"}, {**WHOLE, "readings": "no"}, {**WHOLE, "intent": "obeys"}]
)
def test_an_answer_without_what_it_is_about_is_not_usable(reply: dict[str, object]) -> None:
    """An empty interpretation would look as if the model had listened."""
    assert not is_usable(json.dumps(reply))
    with pytest.raises(UpstreamError):
        read_reply(json.dumps(reply), MESSAGE, str, knowledge().rulebook)


def test_a_whole_reading_keeps_its_own_certainty() -> None:
    """As the model gave it, with its place."""
    heard = read_reply(json.dumps(WHOLE), MESSAGE, str, knowledge().rulebook)
    start = MESSAGE.index("eyeball it")
    expected = (ModelReading("evals", "impressions", start, start + len("eyeball it"), Certainty.STATED, False),)
    assert (Intent.TELLS, expected, "en") == (heard.intent, heard.readings, heard.language)
