"""A whole conversation in a process of its own with the network shut, from a greeting to a verdict."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.command_line import Answer, Process

TOLD = (
    "Hi!",
    "We want to fine-tune a model that sorts support tickets into 12 queues. Nothing needs looking up.",
    "What is LoRA?",
    "We tried examples and a schema, measured it, and we are stuck below our target.",
    "We have a fixed held-out test set with a known baseline.",
    "About 3,000 labelled tickets, checked by two people who agree.",
    "thanks, what is the weather in Rome?",
)


@pytest.fixture(scope="module")
def journey() -> Iterator[list[Answer]]:
    """Say it all, click what is still asked and say yes to what is read back.

    The process must end without a word on standard error.
    """
    process = Process("converse", "--offline")
    answers = [process.turn("journey", message) for message in TOLD]
    clicks = {"process": "agreed", "freshness": "stable", "data_quality": "clean", "prompting": "plateaued"}
    clicks |= {"privacy": "unrestricted", "retrieval": "not_needed", "goal": "classification"}
    while answers[-1]["question"] and len(answers) < 20:
        question = answers[-1]["question"]
        if question["kind"] == "ask":
            answers.append(
                process.turn("journey", **{slot: clicks.get(slot, "declined") for slot in question["slots"]})
            )
        else:
            answers.append(process.turn("journey", "yes"))
    yield answers
    assert (0, b"", "") == process.end()


def test_a_question_about_the_topic_is_answered_from_the_sources_without_the_network(journey: list[Answer]) -> None:
    """The encoder's weights come with the packages."""
    answer = journey[TOLD.index("What is LoRA?")]
    assert "asks" == answer["intent"]
    assert "lora-or-full-tuning" in [citation["source"] for citation in answer["citations"]]


def test_the_case_goes_on_where_it_was(journey: list[Answer]) -> None:
    """The question before is open after."""
    at = TOLD.index("What is LoRA?")
    assert journey[at - 1]["question"]["slot"] == journey[at]["question"]["slot"]


def test_it_ends_with_a_verdict(journey: list[Answer]) -> None:
    """A narrow, measured task with clean examples is a yes, said by name."""
    last = journey[-1]
    assert (True, "fine_tune", "fine_tune") == (last["settled"], last["leaning"], last["verdict"])
    assert any("**Yes, fine-tune" in answer["reply"] for answer in journey)


def test_nothing_fell_back_or_was_dropped_on_the_way(journey: list[Answer]) -> None:
    """Every turn has a reply and no notice."""
    assert [] == [answer["turn"] for answer in journey if not answer["reply"] or answer["notices"]]
