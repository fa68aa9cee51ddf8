"""The whole coach over an endpoint that fails in every known way: each turn ends in a reply, and the verdict stands."""

from __future__ import annotations

import json
import logging
import re
from dataclasses import replace
from functools import cache

import pytest

from assistant.coach import Coach
from assistant.domain.conversation import Conversation
from assistant.domain.dialogue import TurnResult
from assistant.settings.connection import Deadlines
from assistant.web.page.session import Session, recall, to_keep
from tests.fakes import coach as offline_coach
from tests.fakes_model import whole_coach
from tests.llm.conftest import KEY, Connect
from tests.llm.fault_server import Exchange, FaultServer, answers, ended, said, streams
from tests.llm.test_endpoint_faults import ROWS, Row, slow_drip

MESSAGE = (
    "We sort support tickets into 14 queues and want to fine-tune. We have 6,000 checked examples, we just eyeball the "
    "answers, and there is one plain prompt."
)
HEARD = json.dumps({"language": "en", "intent": "tells", "readings": []})
HURRIED = Deadlines(turn=1.5, first_token=0.5, gap=0.5)
_STATEMENT = re.compile(r"^\{(k\d+)\} (.+)$", re.MULTILINE)


def told(coach: Coach, message: str = MESSAGE) -> TurnResult:
    """Tell the case and give the answer."""
    return coach.respond(coach.start("c"), message)[1]


@cache
def told_offline() -> TurnResult:
    """Tell the case to the coach without a model."""
    return told(offline_coach())


def assert_comes_back(coach: Coach, conversation: Conversation, result: TurnResult) -> None:
    """Bring a talk back from what a browser keeps of it: the same answer with the same notices, and nobody is asked."""
    kept = json.loads(json.dumps(to_keep(Session(conversation, (result,)))))
    assert (result,) == recall(coach, kept).results


def echoes(finish: bool = True, most: int = 99) -> object:
    """Say the engine's statements as they are, at most so many, and stop there or end well."""

    def behave(exchange: Exchange) -> None:
        statements = _STATEMENT.findall(exchange.received.contents[-1])[:most]
        pieces = [said(f"{text} {{{key}}} ") for key, text in statements]
        streams(*pieces, *([ended()] if finish else []))(exchange)

    return behave


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_whatever_the_endpoint_does_the_turn_ends_with_the_offline_verdict(
    row: Row, server: FaultServer, connect: Connect, caplog: pytest.LogCaptureFixture
) -> None:
    """A fault in listening and in speaking costs the model's words and nothing else, and the user is told."""
    caplog.set_level(logging.DEBUG)
    server.script = list(row.script)
    coach, offline = whole_coach(connect(deadlines=HURRIED)), told_offline()
    conversation, result = coach.respond(coach.start("c"), MESSAGE)
    n_requests = len(server.requests)
    assert offline.assessment == result.assessment
    assert result.reply != ""
    if row.ends != "whole":
        assert result.notices != ()
    assert KEY not in f"{result} {caplog.text}"
    assert "eyeball the answers" not in caplog.text
    assert_comes_back(coach, conversation, result)
    assert n_requests == len(server.requests)


@pytest.mark.parametrize("row", [row for row in ROWS if row.ends != "whole"], ids=lambda row: row.name)
def test_a_voice_that_fails_after_a_good_ear_leaves_the_offline_reply(
    row: Row, server: FaultServer, connect: Connect
) -> None:
    """What was heard stays heard; the reply is the engine's own, whole and labelled."""
    server.script = [answers(HEARD), *row.script]
    result = told(whole_coach(connect(deadlines=HURRIED)))
    assert told_offline().reply == result.reply
    assert ("offline", 1) == (result.coach, len(result.notices))


def test_a_reply_that_breaks_off_is_completed_by_the_engine_and_says_so(server: FaultServer, connect: Connect) -> None:
    """Nothing that the engine had to say is lost, and nobody takes the half for the whole."""
    server.script = [answers(HEARD), echoes(finish=False, most=2)]  # type: ignore[list-item]
    coach, offline = whole_coach(connect()), told_offline()
    conversation, result = coach.respond(coach.start("c"), MESSAGE)
    assert "m" == result.coach
    assert 1 == len(result.notices)
    assert_comes_back(coach, conversation, result)
    assert set(offline.citations) == set(result.citations)
    assert offline.assessment.question is not None
    assert offline.assessment.question.text in result.reply


def test_a_model_that_says_what_the_engine_means_is_shown_as_the_one_who_speaks(
    server: FaultServer, connect: Connect
) -> None:
    """A whole reply carries the model's name, the engine's citations and no notice."""
    server.script = [answers(HEARD), echoes()]  # type: ignore[list-item]
    result = told(whole_coach(connect()))
    assert ("m", ()) == (result.coach, result.notices)
    assert set(told_offline().citations) == set(result.citations)


def test_a_drip_does_not_hold_the_user_beyond_the_turn(server: FaultServer, connect: Connect) -> None:
    """Letters that come in time, one by one, end with the turn's deadline."""
    server.script = [slow_drip]
    result = told(whole_coach(connect(deadlines=replace(HURRIED, first_token=1.0))))
    assert "offline" == result.coach
    assert server.disconnected.wait(2)


def test_while_the_endpoint_rests_it_is_not_asked(server: FaultServer, connect: Connect) -> None:
    """After five failures the offline coach answers at once, with a word on why."""
    server.script = [streams()]
    coach = whole_coach(connect(deadlines=HURRIED))
    for _ in range(5):
        told(coach)
    n_requests = len(server.requests)
    conversation, result = coach.respond(coach.start("c"), MESSAGE)
    assert n_requests == len(server.requests)
    assert ("offline", 1) == (result.coach, len(result.notices))
    assert_comes_back(coach, conversation, result)
