"""The rulebook finds its entries, places numbers in bands, and refuses facts it does not know, saying what it does."""

from __future__ import annotations

import pytest

from assistant.domain.rulebook import VerdictId, check_facts
from assistant.errors import InputError
from tests.unit.domain.situations import RULEBOOK


@pytest.mark.parametrize(
    ("given", "checked"),
    [
        ({"evals": "none"}, {"evals": "none"}),
        ({"evals": None}, {"evals": None}),
        ({"evals": "declined"}, {"evals": "declined"}),
        ({"goal": "declined"}, {"goal": "declined"}),
        ({"volume": "declined"}, {"volume": "declined"}),
        ({"goal": ["style", "format"]}, {"goal": ("format", "style")}),
        ({"goal": ("style", "style")}, {"goal": ("style",)}),
        ({"goal": "style"}, {"goal": ("style",)}),
        ({"goal": []}, {"goal": None}),
        ({"data_count": 0}, {"data_count": 0.0}),
        ({"data_count": 400.5}, {"data_count": 400.5}),
        ({"volume": 1e15}, {"volume": 1e15}),
        ({}, {}),
    ],
)
def test_a_sound_fact_is_returned_checked(given: dict, checked: dict) -> None:
    """Numbers come back as they are, sets as sorted tuples, an empty set reopens the slot."""
    assert checked == check_facts(RULEBOOK, given)


def test_a_number_is_returned_as_a_float() -> None:
    """One type for counts, whatever JSON held."""
    assert float is type(check_facts(RULEBOOK, {"data_count": 400})["data_count"])


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"mood": "good"}, "unknown_slot"),
        ({"evals": "lots"}, "unknown_option"),
        ({"evals": 3}, "unknown_option"),
        ({"evals": ["none"]}, "unknown_option"),
        ({"evals": True}, "unknown_option"),
        ({"goal": ["style", "fame"]}, "unknown_option"),
        ({"goal": {"style": 1}}, "unknown_option"),
        ({"goal": [["style"]]}, "unknown_option"),
        ({"goal": 4}, "unknown_option"),
        ({"data_count": "many"}, "not_a_number"),
        ({"data_count": True}, "not_a_number"),
        ({"data_count": -1}, "not_a_number"),
        ({"data_count": 1.1e15}, "not_a_number"),
        ({"data_count": float("nan")}, "not_a_number"),
        ({"data_count": float("inf")}, "not_a_number"),
        ({"data_count": [400]}, "not_a_number"),
        ({"data_count": 10**400}, "not_a_number"),
        ({"evals": "none", "mood": "good"}, "unknown_slot"),
    ],
)
def test_an_unsound_fact_is_refused(given: dict, code: str) -> None:
    """What the rulebook does not know changes nothing and says so."""
    with pytest.raises(InputError) as refused:
        check_facts(RULEBOOK, given)
    assert code == refused.value.code


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (
            {"mood": "good"},
            "There is no slot 'mood'. Slots are: goal, prompting, evals, data_count, data_quality, freshness, "
            "task_change, retrieval, process, volume, latency, budget, privacy, scope.",
        ),
        (
            {"evals": "lots"},
            "evals cannot be 'lots'. Allowed: none, impressions, partial, live, held_out, null or declined.",
        ),
        ({"data_count": -1}, "data_count must be a number of examples from 0 to 1e15, not -1."),
        ({"volume": "many"}, "volume must be a number of requests a month from 0 to 1e15, not 'many'."),
    ],
)
def test_a_refusal_names_the_value_and_what_is_allowed(given: dict, message: str) -> None:
    """Whoever sent the fact can mend it from the message alone."""
    with pytest.raises(InputError) as refused:
        check_facts(RULEBOOK, given)
    assert message == str(refused.value)


@pytest.mark.parametrize(
    ("slot", "value", "band"),
    [
        ("data_count", 0, 0),
        ("data_count", 0.5, 0),
        ("data_count", 1, 25),
        ("data_count", 49, 25),
        ("data_count", 50, 70),
        ("data_count", 99, 70),
        ("data_count", 100, 400),
        ("data_count", 9_999, 3_000),
        ("data_count", 10_000, 20_000),
        ("data_count", 1e15, 20_000),
        ("volume", 99_999, 20_000),
        ("volume", 100_000, 300_000),
        ("evals", "held_out", "held_out"),
    ],
)
def test_a_value_belongs_to_its_option(slot: str, value: object, band: object) -> None:
    """A number falls into the band that holds it, from the lower edge on and up to the upper."""
    assert band == RULEBOOK.slot(slot).option(value).value


@pytest.mark.parametrize(
    ("slot", "value"), [("evals", "lots"), ("evals", 3), ("data_count", -1), ("data_count", "many")]
)
def test_a_value_without_an_option_is_an_error(slot: str, value: object) -> None:
    """No option is made up for what the slot does not offer."""
    with pytest.raises(KeyError, match=slot):
        RULEBOOK.slot(slot).option(value)


def test_an_unknown_slot_is_an_error() -> None:
    """Ids are looked up exactly."""
    with pytest.raises(KeyError, match="mood"):
        RULEBOOK.slot("mood")


def test_an_unknown_threshold_is_an_error() -> None:
    """No number is made up."""
    with pytest.raises(KeyError, match="patience"):
        RULEBOOK.threshold("patience")


def test_an_unknown_verdict_is_an_error() -> None:
    """A rulebook without the wording of a verdict cannot speak of it."""
    with pytest.raises(KeyError, match="maybe"):
        RULEBOOK.verdict("maybe")


@pytest.mark.parametrize("verdict", VerdictId)
def test_every_verdict_has_its_wording(verdict: VerdictId) -> None:
    """Each id of the contract is found under its own name."""
    assert verdict is RULEBOOK.verdict(verdict).id
