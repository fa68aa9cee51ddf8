"""What a call is charged with: the endpoint's count where that can be true, else our estimate, whatever it says."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

import pytest

from assistant.domain.conversation import Role, Said
from assistant.errors import AssistantError, BudgetError, UpstreamError
from assistant.llm.client.token_budget import Usage
from assistant.ports import Prompt
from assistant.settings.connection import Budgets, Deadlines, Prices
from tests.llm.conftest import Connect
from tests.llm.fault_server import (
    DONE,
    Behaviour,
    Exchange,
    FaultServer,
    chunk,
    ended,
    event,
    joined,
    refuses,
    replies,
    said,
    streams,
)

SENT, RECEIVED = 200, 30
"""What our estimate makes of the prompt and of the answer below."""
PROMPT = Prompt("i" * 400, (Said(Role.USER, "m" * 400),))
ANSWER = "Yes indeed, " * 10
LIES = [0, 1, -5_000, 10**6, 10**18, None, "3", "many", True, False, 1.5, float("nan"), float("inf"), [], {}]
Place = Callable[[dict[str, object]], Behaviour]


def at_the_end(usage: dict[str, object]) -> Behaviour:
    """Count in an event of its own, after the model's last word, as OpenAI does."""
    return streams(said(ANSWER), chunk({}, "stop"), event({"id": "c", "choices": [], "usage": usage}), DONE)


def with_the_last_word(usage: dict[str, object]) -> Behaviour:
    """Count in the event that says that the model is through."""
    return streams(said(ANSWER), chunk({}, "stop", usage=usage), DONE)


def in_every_event(usage: dict[str, object]) -> Behaviour:
    """Count all the time."""
    return streams(chunk({"content": ANSWER}, usage=usage), chunk({}, "stop", usage=usage), DONE)


# What the client under us says of a field with another type than OpenAI's.
@pytest.mark.filterwarnings("ignore:Pydantic serializer warnings")
@pytest.mark.parametrize("place", [at_the_end, with_the_last_word, in_every_event])
def test_a_count_that_cannot_be_true_is_replaced_by_our_estimate(
    place: Place, server: FaultServer, connect: Connect
) -> None:
    """Whatever stands there, the operator reads what was really used."""
    model, believed, before = connect(), {}, Usage()
    for lie in LIES:
        server.script = [place({"prompt_tokens": lie, "completion_tokens": lie, "total_tokens": lie})]
        joined(model.turn("c").speak(PROMPT))
        now = model.usage
        used = now.input_tokens - before.input_tokens, now.output_tokens - before.output_tokens
        if used != (SENT, RECEIVED):
            believed[repr(lie)] = used
        before = now
    assert {} == believed


@pytest.mark.parametrize("lie", [0, -5_000, 10**18])
def test_a_day_ends_after_as_many_calls_whatever_is_counted(lie: int, server: FaultServer, connect: Connect) -> None:
    """The operator's limit is kept by what we know ourselves, and so are the costs."""
    server.script = [at_the_end({"prompt_tokens": lie, "completion_tokens": lie})]
    model = connect(budgets=Budgets(day_tokens=1_000), prices=Prices(0.5, 2.0))
    for _ in range(4):
        joined(model.turn("c").speak(PROMPT))
    with pytest.raises(BudgetError):
        joined(model.turn("c").speak(PROMPT))
    assert Usage(4, 4 * SENT, 4 * RECEIVED, pytest.approx((4 * SENT * 0.5 + 4 * RECEIVED * 2.0) / 1e6)) == model.usage


def test_one_count_that_is_true_is_taken_beside_one_that_is_not(
    server: FaultServer, connect: Connect, caplog: pytest.LogCaptureFixture
) -> None:
    """Each is looked at by itself, and the log tells what is charged."""
    caplog.set_level(logging.INFO)
    server.script = [at_the_end({"prompt_tokens": 260, "completion_tokens": 0})]
    model = connect()
    joined(model.turn("c").speak(PROMPT))
    assert (260, RECEIVED) == (model.usage.input_tokens, model.usage.output_tokens)
    assert f"260 tokens in, {RECEIVED} out" in caplog.text


@pytest.mark.parametrize("n_counted", [1, 40])
def test_counts_in_several_events_are_one_count(n_counted: int, server: FaultServer, connect: Connect) -> None:
    """Some endpoints tell a running total, some tell at the beginning what they read and at the end what they wrote."""
    first = {"prompt_tokens": 190, "completion_tokens": n_counted}
    last = {"prompt_tokens": 0, "completion_tokens": 28}
    server.script = [streams(chunk({"content": ANSWER}, usage=first), chunk({}, "stop", usage=last), DONE)]
    model = connect()
    joined(model.turn("c").speak(PROMPT))
    assert (190, max(28, n_counted)) == (model.usage.input_tokens, model.usage.output_tokens)


@pytest.mark.parametrize("n_characters", [1_000_000, 4_000_000])
def test_an_answer_in_one_huge_event_is_charged_as_a_whole(
    n_characters: int, server: FaultServer, connect: Connect
) -> None:
    """It is more than a turn may take, and it was received all the same."""
    server.script = [streams(said("x" * n_characters), ended())]
    model = connect(budgets=Budgets(day_tokens=1_000), max_characters=20_000)
    with pytest.raises(UpstreamError, match="did not come to an end"):
        joined(model.turn("c").speak(PROMPT))
    assert (SENT, n_characters // 4) == (model.usage.input_tokens, model.usage.output_tokens)
    with pytest.raises(BudgetError):
        model.turn("another")


def test_what_came_before_a_budget_ended_is_charged(server: FaultServer, connect: Connect) -> None:
    """Also the piece that it did not hold any more."""
    server.script = [streams(said(ANSWER, ANSWER, ANSWER), ended())]
    model = connect(budgets=Budgets(turn_tokens=SENT + RECEIVED + 5))
    with pytest.raises(BudgetError):
        joined(model.turn("c").speak(PROMPT))
    assert (SENT, 2 * RECEIVED) == (model.usage.input_tokens, model.usage.output_tokens)


def after(behaviour: Behaviour, connect: Connect, server: FaultServer) -> Usage:
    """Let a model fail, and give what it was charged with."""
    server.script = [behaviour]
    model = connect()
    with pytest.raises(AssistantError):
        joined(model.turn("c").speak(PROMPT))
    return model.usage


@pytest.mark.parametrize(
    ("behaviour", "n_requests", "n_output"),
    [
        (streams(chunk({}, "stop", usage={"prompt_tokens": 210, "completion_tokens": 5_000}), DONE), 2, 5_000),
        (streams(chunk({}, "length"), DONE), 1, 0),
        (streams(b"data: {oops}\n\n"), 2, 0),
        (streams(chunk({"content": "Yes."}, usage="none")), 2, 0),
        (streams(said("x" * (8 << 20)), ended()), 1, 0),
        (replies(200, {"choices": [{"message": {"content": "Yes."}}]}), 1, 0),
        (lambda exchange: exchange.hang(), 1, 0),
    ],
    ids=["thoughts alone", "nothing within its limit", "garbage", "a count of another form", "more than is read",
         "no stream", "nothing in time"],
)  # fmt: skip
def test_a_request_that_was_taken_is_charged_though_nothing_came_of_it(
    behaviour: Behaviour, n_requests: int, n_output: int, server: FaultServer, connect: Connect
) -> None:
    """The endpoint has read the prompt; whoever pays for it pays for that too."""
    usage = after(behaviour, connect, server)
    n_sent = n_requests * (210 if n_output else SENT)
    assert (n_requests, n_sent, n_requests * n_output) == (usage.n_calls, usage.input_tokens, usage.output_tokens)


@pytest.mark.parametrize(
    "behaviour",
    [
        refuses(500, "oops"),
        refuses(429, "slow down", Retry_After="600"),
        refuses(400, "no such field"),
        refuses(401, "no such key"),
        replies(307, "", "text/plain", Location="http://192.0.2.1/v1"),
        lambda exchange: exchange.reset(),
    ],
    ids=["broken", "busy", "refused", "key", "redirect", "reset"],
)
def test_a_request_that_was_turned_away_costs_nothing(
    behaviour: Behaviour, server: FaultServer, connect: Connect
) -> None:
    """Nobody bills what was refused or never arrived."""
    assert Usage() == after(behaviour, connect, server)


def test_a_call_that_is_given_up_is_charged(server: FaultServer, connect: Connect) -> None:
    """Whoever asks and leaves, again and again, uses up the day as well."""
    arrived = threading.Event()

    def silent(exchange: Exchange) -> None:
        arrived.set()
        exchange.hang()

    server.script = [silent]
    model = connect(deadlines=Deadlines())
    turn = model.turn("c")
    leaving = threading.Thread(target=lambda: (arrived.wait(5), turn.cancel()))
    leaving.start()
    with pytest.raises(UpstreamError, match="given up"):
        joined(turn.speak(PROMPT))
    leaving.join()
    model.close()
    assert (SENT, 0) == (model.usage.input_tokens, model.usage.output_tokens)
