"""A case told all at once: what it takes, and that the answer is what a conversation would have given."""

from __future__ import annotations

from typing import Any

import pytest

from assistant.coach import Assisted, Coach
from assistant.domain.rulebook import VerdictId
from assistant.errors import InputError
from assistant.inquiry import Inquiry, answer, parse_json, read_inquiry
from assistant.ports import ModelTurn
from assistant.web.contract.answers import turn_json
from tests.fakes import coach
from tests.fakes_assistance import BROKEN, Ear, OneModel, OneTurn, Voice

STORY = "We want to fine-tune so that the bot answers in our tone. Prices change every night."
NO_EVALS = "We have no evals at all."


@pytest.fixture(scope="module")
def offline() -> Coach:
    """The real rules over the real knowledge."""
    return coach()


def asked(offline: Coach, given: object) -> Inquiry:
    """Read an inquiry."""
    return read_inquiry(given, offline)


def test_the_answer_is_the_last_turn_of_the_same_conversation(offline: Coach) -> None:
    """Facts hold from the first message on, and the next message answers the question of the first."""
    conversation, _ = offline.respond(offline.start("talk"), STORY, {"budget": "tight"})
    _, expected = offline.respond(conversation, NO_EVALS)
    inquiry = Inquiry((STORY, NO_EVALS), {"budget": "tight"})
    assert expected == answer(offline, inquiry, "talk")


def test_no_message_of_a_program_agrees(offline: Coach) -> None:
    """What a person said yes to is sent back as facts; the answer holds what there is to send."""
    ready = {"goal": ["classification"], "prompting": "plateaued", "data_count": 400, "data_quality": "clean"}
    ready |= {"process": "agreed", "retrieval": "not_needed", "privacy": "unrestricted", "freshness": "stable"}
    ready |= {"task_change": "stable"}
    told = Inquiry(("We have a fixed held-out test set with a baseline.", "yes, that's right"), ready)
    result = answer(offline, told)
    sent = turn_json(result)["to_agree"]
    assert isinstance(sent, dict)
    assert (False, ["evals"]) == (result.assessment.settled, [*sent])
    agreed = answer(offline, Inquiry((), {**ready, "evals": sent["evals"]["value"]}))
    assert (True, VerdictId.FINE_TUNE) == (agreed.assessment.settled, agreed.assessment.verdict)


def test_facts_alone_are_a_click(offline: Coach) -> None:
    """A program that knows the facts needs no words."""
    result = answer(offline, asked(offline, {"facts": {"process": "no_agreement", "goal": ["style"]}}))
    assert (1, VerdictId.FIX_PROCESS) == (result.turn, result.assessment.leaning)


def test_an_answer_leaves_no_trace(offline: Coach) -> None:
    """What one program told is not there for the next."""
    alone = answer(offline, Inquiry((NO_EVALS,), {}))
    answer(offline, Inquiry((STORY,), {"evals": "held_out"}))
    assert alone == answer(offline, Inquiry((NO_EVALS,), {}))


def test_an_inquiry_is_named_by_what_it_tells() -> None:
    """The same case has the same name, another has another, and the name tells nothing."""
    first, same = Inquiry((STORY,), {"a": 1, "b": [2]}), Inquiry((STORY,), {"b": [2], "a": 1})
    assert first.digest == same.digest
    assert 3 == len({first.digest, Inquiry((STORY,), {}).digest, Inquiry((STORY, STORY), {}).digest})
    assert 16 == len(first.digest)


def test_half_a_character_names_an_inquiry_too(offline: Coach) -> None:
    """A lone surrogate is replaced where it is said, and breaks nothing before."""
    assert 1 == answer(offline, Inquiry(("\ud800 no evals",), {})).turn


@pytest.mark.parametrize("given", [{"messages": [STORY]}, {"messages": [STORY], "facts": None}])
def test_messages_alone_are_enough(offline: Coach, given: object) -> None:
    """Facts may be left out or null."""
    assert Inquiry((STORY,), {}) == asked(offline, given)


@pytest.mark.parametrize("messages", [None, []])
def test_no_words_are_enough_beside_facts(offline: Coach, messages: object) -> None:
    """Messages null or none: a click alone."""
    inquiry = asked(offline, {"messages": messages, "facts": {"evals": "none"}})
    assert ("none",) == tuple(fact.value for fact in answer(offline, inquiry).case.facts)


UNFIT: dict[str, tuple[Any, str, str]] = {
    "a list": ([STORY], "not_an_object", ""),
    "another field": ({"message": STORY}, "unknown_field", "message"),
    "nothing": ({}, "empty_message", "messages"),
    "no facts": ({"facts": {}}, "empty_message", "messages"),
    "one text": ({"messages": STORY}, "bad_messages", "messages"),
    "a number among the messages": ({"messages": [STORY, 5]}, "bad_message", "messages.1"),
    "too long a message": ({"messages": [STORY, "a" * 8001]}, "message_too_long", "messages.1"),
    "too many messages": ({"messages": ["a"] * 21}, "too_many_messages", "messages"),
    "a blank message": ({"messages": ["\u00a0\n"]}, "empty_message", "messages.0"),
    "a blank reply": ({"messages": [STORY, ""], "facts": {"evals": "none"}}, "empty_message", "messages.1"),
    "a list of facts": ({"facts": ["evals"]}, "bad_facts", "facts"),
    "an unknown slot": ({"facts": {"colour": "red"}}, "unknown_slot", "facts.colour"),
    "an unknown option": ({"facts": {"budget": "tight", "evals": "perfect"}}, "unknown_option", "facts.evals"),
    "true for a number": ({"facts": {"data_count": True}}, "not_a_number", "facts.data_count"),
}


@pytest.mark.parametrize(("given", "code", "field"), UNFIT.values(), ids=UNFIT)
def test_what_is_unfit_is_refused_by_code_and_field(offline: Coach, given: object, code: str, field: str) -> None:
    """A program learns which part to mend, a person reads a sentence."""
    with pytest.raises(InputError) as refused:
        asked(offline, given)
    assert (code, field) == (refused.value.code, refused.value.field)
    assert str(refused.value).endswith(".")


NOT_JSON = [b"", b"{", b'{"a": "caf\xe9"}', b"9" * 5000, b"[" * 100_000, b'{"a":' * 21 + b"1" + b"}" * 21]


@pytest.mark.parametrize("text", NOT_JSON, ids=lambda text: repr(text[:9]))
def test_what_is_no_json_is_refused(text: bytes) -> None:
    """Also where Python's parser fails in a way of its own."""
    with pytest.raises(InputError) as refused:
        parse_json(text)
    assert "not_json" == refused.value.code


def assisted(offline: Coach, turn: OneTurn, model: OneModel | None = None) -> Coach:
    """Give the coach a model whose turn is watched."""
    parts = Assisted(model or OneModel(turn), Ear(), Voice())
    return Coach(
        offline.rulebook,
        offline.shelf,
        offline.retriever,
        offline._notes.reader,
        offline._phraser,
        offline.page_text,
        parts,
    )


def test_a_model_listens_to_every_message_and_speaks_once(offline: Coach) -> None:
    """Nobody reads what it would have said in between."""
    turn, watched = OneTurn(), list[ModelTurn]()
    result = answer(assisted(offline, turn), Inquiry((STORY, NO_EVALS), {}), watch=watched.append)
    assert ["listen", "listen", "speak"] == [call for call in turn.calls if call != "cancel"]
    assert ("First. Then.", "a model") == (result.reply, result.coach)
    assert [turn, turn] == watched


def test_a_model_that_failed_on_the_way_is_noted_once_in_the_answer(offline: Coach) -> None:
    """The caller learns that rules alone heard the case."""
    result = answer(assisted(offline, OneTurn(), OneModel(fails=BROKEN)), Inquiry((STORY, NO_EVALS), {}))
    assert 1 == len(result.notices)
    assert str(BROKEN) in result.notices[0]
