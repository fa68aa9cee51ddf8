"""A turn at a real server: streaming, cancelling, resting, budgets, and what is kept secret."""

from __future__ import annotations

import gc
import logging
import threading
import time
from dataclasses import replace

import pytest

from assistant.domain.conversation import Role, Said
from assistant.errors import BudgetError, ConfigError, UpstreamError
from assistant.llm.client.endpoint_model import open_model
from assistant.ports import Prompt
from assistant.settings.connection import Budgets, Connection, Deadlines, Prices, Secret
from tests.llm.conftest import KEY, REPAIR, SHORT, Connect
from tests.llm.fault_server import (
    DONE,
    Exchange,
    FaultServer,
    answers,
    chunk,
    counted,
    ended,
    joined,
    refuses,
    said,
    streams,
)

PROMPT = Prompt("Be kind.", (Said(Role.USER, "Hello"), Said(Role.ASSISTANT, "Hi."), Said(Role.USER, "And now?")))
SCHEMA: dict[str, object] = {"type": "object", "properties": {}, "required": [], "additionalProperties": False}


def half_then_hang(exchange: Exchange) -> None:
    """Answer in part and then wait for the other side to leave."""
    exchange.head()
    exchange.send(said("Half"))
    exchange.hang()


def silent(exchange: Exchange) -> None:
    """Never answer."""
    exchange.hang()


def test_a_reply_comes_in_pieces_as_it_is_said(server: FaultServer, connect: Connect) -> None:
    """The first piece is there while the server still holds the second back."""
    may_go_on = threading.Event()

    def in_two(exchange: Exchange) -> None:
        exchange.head()
        exchange.send(said("First, "))
        may_go_on.wait(5)
        exchange.send(said("second."), ended())

    server.script = [in_two]
    pieces = connect().turn("c").speak(PROMPT)
    assert "First, " == next(pieces)
    may_go_on.set()
    assert "second." == joined(pieces)


@pytest.mark.parametrize(
    ("pieces", "said"),
    [
        (("<th", "ink>Should I?", " Yes.</thi", "nk>\n\n", "Do ", "it."), "Do it."),
        (("<think></think>", "Do it."), "Do it."),
        (("\n<think>Hm.</think>Do it.",), "Do it."),
        (("<", "3 to you"), "<3 to you"),
        (("<th",), "<th"),
        (("I <think> so.",), "I <think> so."),
    ],
)
def test_what_a_model_thinks_aloud_is_not_its_reply(
    pieces: tuple[str, ...], said: str, server: FaultServer, connect: Connect
) -> None:
    """Thoughts at the beginning are left out, however they are cut; everything else is kept."""
    server.script = [answers(*pieces)]
    turn = connect().turn("c")
    assert said == joined(turn.speak(PROMPT))
    assert said == turn.recording.spoken


def test_a_thought_without_an_end_is_no_reply(server: FaultServer, connect: Connect) -> None:
    """A model that only thought has answered nothing."""
    server.script = [answers("<think>Should I? ", "Or not?")]
    with pytest.raises(UpstreamError, match="answered nothing"):
        joined(connect().turn("c").speak(PROMPT))


def test_what_is_sent_is_the_prompt_and_nothing_else(server: FaultServer, connect: Connect) -> None:
    """Instructions, messages in their order, the model, and that a stream with a count is wanted."""
    server.script = [answers("Yes.")]
    joined(connect().turn("c").speak(PROMPT))
    (request,) = server.requests
    assert ["system", "user", "assistant", "user"] == [message["role"] for message in request.body["messages"]]
    assert ["Be kind.", "Hello", "Hi.", "And now?"] == request.contents
    assert {"model", "messages", "stream", "stream_options"} == set(request.body)
    assert f"Bearer {KEY}" == request.headers["authorization"]
    assert "/v1/chat/completions" == request.path


def test_a_recording_holds_what_was_said(server: FaultServer, connect: Connect) -> None:
    """Word for word; nothing of what was heard, which stands in the turn's notes."""
    server.script = [answers('{"a": ', "1}"), answers("Well, ", "yes.")]
    turn = connect().turn("c")
    turn.listen(PROMPT, SCHEMA, lambda _reply: True)
    assert ("m", None, None) == (turn.recording.model, turn.recording.unheard, turn.recording.spoken)
    joined(turn.speak(PROMPT))
    assert "Well, yes." == turn.recording.spoken


def test_cancelling_from_another_thread_ends_the_call_at_the_server(server: FaultServer, connect: Connect) -> None:
    """Who waits gets an error at once, and the server sees that nobody listens any more."""
    server.script = [half_then_hang]
    turn = connect(deadlines=Deadlines()).turn("c")
    pieces = turn.speak(PROMPT)
    assert "Half" == next(pieces)
    threading.Timer(0.1, turn.cancel).start()
    with pytest.raises(UpstreamError, match="given up"):
        next(pieces)
    assert server.disconnected.wait(2)


def test_listening_can_be_cancelled(server: FaultServer, connect: Connect) -> None:
    """Also a call of which nothing is shown ends at the server."""
    server.script = [silent]
    turn = connect(deadlines=Deadlines()).turn("c")
    threading.Timer(0.2, turn.cancel).start()
    with pytest.raises(UpstreamError, match="given up"):
        turn.listen(PROMPT, SCHEMA, lambda _reply: True)
    assert server.disconnected.wait(2)


def test_a_turn_that_was_cancelled_sends_nothing_more(server: FaultServer, connect: Connect) -> None:
    """Whoever left is not answered."""
    server.script = [answers("Yes.")]
    turn = connect().turn("c")
    turn.cancel()
    with pytest.raises(UpstreamError):
        joined(turn.speak(PROMPT))
    assert [] == server.requests


@pytest.mark.parametrize("leave", ["close", "forget"])
def test_leaving_the_iteration_ends_the_call_at_the_server(leave: str, server: FaultServer, connect: Connect) -> None:
    """Closed on purpose or simply dropped: the endpoint does not go on for nobody."""
    server.script = [half_then_hang]
    pieces = connect(deadlines=Deadlines()).turn("c").speak(PROMPT)
    next(pieces)
    if leave == "close":
        pieces.close()  # type: ignore[attr-defined]
    del pieces
    gc.collect()
    assert server.disconnected.wait(2)


def test_a_model_that_is_closed_leaves_no_call_behind(server: FaultServer, connect: Connect) -> None:
    """Stopping the coach stops its calls."""
    server.script = [half_then_hang]
    model = connect(deadlines=Deadlines())
    pieces = model.turn("c").speak(PROMPT)
    next(pieces)
    model.close()
    with pytest.raises(UpstreamError):
        joined(pieces)
    assert server.disconnected.wait(2)


def test_one_turn_has_one_deadline_for_all_its_calls(server: FaultServer, connect: Connect) -> None:
    """What listening used up, speaking does not get again."""
    server.script = [answers("{}"), silent]
    turn = connect(deadlines=replace(SHORT, turn=0.6, first_token=60)).turn("c")
    turn.listen(PROMPT, SCHEMA, lambda _reply: True)
    with pytest.raises(UpstreamError, match="too long"):
        joined(turn.speak(PROMPT))
    assert server.disconnected.wait(2)
    with pytest.raises(UpstreamError):
        joined(turn.speak(PROMPT))


def test_a_pause_that_would_outlive_the_turn_is_not_made(server: FaultServer, connect: Connect) -> None:
    """Three seconds' wait in a turn of two is no second try."""
    server.script = [refuses(429, "slow down", Retry_After="3"), answers("Yes.")]
    turn = connect(deadlines=replace(SHORT, turn=2.0)).turn("c")
    with pytest.raises(UpstreamError, match="busy") as caught:
        joined(turn.speak(PROMPT))
    assert caught.value.retryable
    assert 1 == len(server.requests)


def test_an_endpoint_that_keeps_failing_is_left_alone(server: FaultServer, connect: Connect) -> None:
    """After five failures the sixth request is not sent, and a turn is not even begun."""
    server.script = [refuses(500, "oops")]
    model = connect()
    for _ in range(3):
        with pytest.raises(UpstreamError):
            joined(model.turn("c").speak(PROMPT))
    assert 5 == len(server.requests)
    with pytest.raises(UpstreamError, match="left alone"):
        model.turn("c")
    assert 5 == len(server.requests)


def test_leaving_does_not_count_against_the_endpoint(server: FaultServer, connect: Connect) -> None:
    """Users who leave cannot take the model from the others."""
    server.script = [half_then_hang] * 6 + [answers("Yes.")]
    model = connect(deadlines=Deadlines())
    for _ in range(6):
        pieces = model.turn("c").speak(PROMPT)
        next(pieces)
        pieces.close()  # type: ignore[attr-defined]
    assert "Yes." == joined(model.turn("c").speak(PROMPT))


def test_a_turn_ends_when_its_tokens_are_used_up(server: FaultServer, connect: Connect) -> None:
    """The stream is left at the limit, and the user reads why."""
    server.script = [streams(said(*["word "] * 100), ended())]
    with pytest.raises(BudgetError):
        joined(connect(budgets=Budgets(turn_tokens=60)).turn("c").speak(PROMPT))


def test_a_prompt_that_the_budget_does_not_hold_is_not_sent(server: FaultServer, connect: Connect) -> None:
    """What cannot be paid is not begun."""
    server.script = [answers("Yes.")]
    with pytest.raises(BudgetError):
        joined(connect(budgets=Budgets(turn_tokens=5)).turn("c").speak(PROMPT))
    assert [] == server.requests


def test_tokens_are_counted_as_the_endpoint_counts_them(
    server: FaultServer, connect: Connect, caplog: pytest.LogCaptureFixture
) -> None:
    """The operator reads tokens and cost of a call, and of the day."""
    caplog.set_level(logging.INFO)
    server.script = [streams(said("Yes."), chunk({}, "stop"), counted(1000, 500), DONE)]
    model = connect(prices=Prices(0.5, 2.0))
    joined(model.turn("c").speak(PROMPT))
    assert (1, 1000, 500, pytest.approx(0.0015)) == (
        model.usage.n_calls, model.usage.input_tokens, model.usage.output_tokens, model.usage.cost_usd,
    )  # fmt: skip
    assert "1000 tokens in, 500 out, 0.001500 USD" in caplog.text


def test_tokens_are_estimated_where_the_endpoint_does_not_count(server: FaultServer, connect: Connect) -> None:
    """A quarter of the bytes, up to the next whole one."""
    server.script = [answers("x" * 40)]
    model = connect()
    joined(model.turn("c").speak(Prompt("i" * 40, (Said(Role.USER, "m" * 40),))))
    assert (20, 10) == (model.usage.input_tokens, model.usage.output_tokens)


def test_many_conversations_speak_at_once(server: FaultServer, connect: Connect) -> None:
    """One loop serves them all; no turn waits for another."""
    all_there = threading.Barrier(5)

    def together(exchange: Exchange) -> None:
        all_there.wait(5)
        answers(exchange.received.contents[-1])(exchange)

    server.script = [together]
    model, heard = connect(deadlines=Deadlines()), {}

    def converse(name: str) -> None:
        heard[name] = joined(model.turn(name).speak(Prompt("", (Said(Role.USER, name),))))

    threads = [threading.Thread(target=converse, args=(f"c{number}",)) for number in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {f"c{number}": f"c{number}" for number in range(5)} == heard


def test_nothing_is_traced_whatever_the_environment_says(
    server: FaultServer, connect: Connect, monkeypatch: pytest.MonkeyPatch
) -> None:
    """LangChain's own service gets no prompt, even where the operator's shell switches it on."""
    with FaultServer([answers("traced")]) as tracer:
        for name in ("LANGSMITH_TRACING", "LANGSMITH_TRACING_V2", "LANGCHAIN_TRACING_V2"):
            monkeypatch.setenv(name, "true")
        monkeypatch.setenv("LANGSMITH_GATEWAY", tracer.base_url)
        monkeypatch.setenv("LANGSMITH_ENDPOINT", tracer.base_url)
        monkeypatch.setenv("LANGSMITH_API_KEY", "ls-key")
        server.script = [answers("Yes.")]
        assert "Yes." == joined(connect().turn("c").speak(PROMPT))
        time.sleep(0.3)  # a tracer sends behind one's back
        assert [] == tracer.requests


def test_no_secret_and_no_prompt_is_written_anywhere(
    server: FaultServer, connect: Connect, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Logs at their finest, the model and the turn printed, the recording kept: no key, and no word of the user's."""
    for name in ("openai", "httpx2", "httpcore2", "langchain_core"):
        logging.getLogger(name).setLevel(logging.DEBUG)
    caplog.set_level(logging.DEBUG)
    server.script = [answers("Yes."), refuses(401, f"Incorrect API key provided: {KEY}"), refuses(400, KEY)]
    model = connect()
    turn = model.turn("c")
    joined(turn.speak(PROMPT))
    errors = []
    for _ in range(2):
        with pytest.raises(UpstreamError) as caught:
            joined(turn.speak(PROMPT))
        errors.append(caught.value)
    told = [caplog.text, repr(model), repr(turn), repr(turn.recording), repr(vars(model)), *map(repr, errors)]
    told += [repr(error.__cause__) + repr(error.__context__) for error in errors]
    assert [] == [text for text in told if KEY in text or "And now?" in text]


def fault(model: str, **more: object) -> str:
    """Open a model that cannot be opened, and give what the operator reads."""
    with pytest.raises(ConfigError) as caught:
        open_model(Connection(model, **more), REPAIR)  # type: ignore[arg-type]
    return str(caught.value)


@pytest.mark.parametrize(
    ("model", "package"),
    [("anthropic:some-model", "langchain-anthropic"), ("google_genai:some-model", "langchain-google-genai"),
     ("ollama:some-model", "langchain-ollama"), ("bedrock:some-model", "langchain-aws")],
)  # fmt: skip
def test_a_package_that_is_missing_is_named_with_its_command(model: str, package: str) -> None:
    """An operator reads what to type."""
    assert fault(model).endswith(f"pip install {package}")


def test_a_provider_that_langchain_does_not_know_is_named() -> None:
    """A typing error is told before anyone waits for an answer."""
    assert "no provider 'opnai'" in fault("opnai:gpt")


def test_openais_own_model_is_asked_not_to_think_first() -> None:
    """Its small model thinks by default, which would cost the first words' deadline; others are left as they are."""
    efforts = {}
    for base_url in (None, "http://127.0.0.1:9/v1"):
        model = open_model(Connection("openai:gpt-6-luna", Secret(KEY), base_url), REPAIR)
        efforts[base_url] = model._endpoint.chat.reasoning_effort  # type: ignore[attr-defined]
        model.close()
    assert {None: "none", "http://127.0.0.1:9/v1": None} == efforts


def test_an_openai_proxy_variable_does_not_stop_the_start(monkeypatch: pytest.MonkeyPatch) -> None:
    """LangChain reads one of its own, which does not go with a client that is handed in."""
    monkeypatch.setenv("OPENAI_PROXY", "http://127.0.0.1:9")
    open_model(Connection("openai:m", Secret(KEY), "http://127.0.0.1:9/v1"), REPAIR).close()
