"""The server's life in a process of its own: it warms up behind the open port, and ends without cutting anyone off."""

from __future__ import annotations

import json
import signal
import subprocess
import time
from collections.abc import Iterator

import httpx
import pytest

from assistant.web.server.lifespan import GRACE_SECONDS
from tests import served_page
from tests.served_page import PATIENCE_SECONDS

WIKI = "We want to fine-tune a model on our wiki so that it knows our products. The pages change every week."


@pytest.fixture
def server() -> Iterator[tuple[subprocess.Popen[str], httpx.Client]]:
    """A server that has just opened its port, and a client of it."""
    process, address = served_page.start(stderr=subprocess.PIPE)
    with httpx.Client(base_url=address, timeout=PATIENCE_SECONDS) as client:
        yield process, client
    served_page.stop(process)


def tell_index(client: httpx.Client) -> int:
    """Look up the number of the function that takes a message."""
    dependencies = client.get("/config").json()["dependencies"]
    [index] = [dependency["id"] for dependency in dependencies if dependency["api_name"] == "tell"]
    return int(index)


def join(client: httpx.Client, index: int, session: str) -> httpx.Response:
    """Ask for an answer."""
    sent = {"data": [WIKI, None, {}], "fn_index": index, "session_hash": session}
    return client.post("/gradio_api/queue/join", json=sent)


def told(client: httpx.Client, session: str) -> None:
    """Write a message and send it."""
    join(client, tell_index(client), session).raise_for_status()


def test_a_server_becomes_ready_and_ends_when_its_running_answers_are_given(
    server: tuple[subprocess.Popen[str], httpx.Client],
) -> None:
    """It is up before it is ready. Told to end, it finishes the answer, and an open page does not keep it."""
    process, client = server
    until = time.monotonic() + PATIENCE_SECONDS
    assert 200 == client.get("/healthz").status_code
    while client.get("/readyz").status_code == 503:
        assert time.monotonic() < until, "never ready"
        time.sleep(0.1)
    with client.stream("GET", "/gradio_api/heartbeat/tab") as open_page:
        pulse = open_page.iter_lines()
        assert "ALIVE" in next(pulse)
        told(client, "leaving")
        with client.stream("GET", "/gradio_api/queue/data", params={"session_hash": "leaving"}) as answer:
            lines = (json.loads(line[6:]) for line in answer.iter_lines() if line.startswith("data: "))
            next(line for line in lines if line["msg"] == "process_generating")
            process.send_signal(signal.SIGTERM)
            last = [line for line in lines if line["msg"] == "process_completed"][-1]
        assert last["success"]
        assert list(pulse)[-1:] in ([], [""]), "the open page is let go, not cut off"
        assert -signal.SIGTERM == process.wait(GRACE_SECONDS)
    assert process.stderr is not None
    assert "" == process.stderr.read()


def test_what_happened_is_told_in_figures_and_without_a_word_of_anyone(
    server: tuple[subprocess.Popen[str], httpx.Client],
) -> None:
    """Turns, verdicts and times by stage are counted; what was written is not among them."""
    _, client = server
    told(client, "counted")
    with client.stream("GET", "/gradio_api/queue/data", params={"session_hash": "counted"}) as answer:
        answer.read()
    figures = client.get("/metrics").text
    assert 'coach_turns_total{intent="tells"} 1' in figures
    assert 'coach_verdicts_total{verdict="undecided"} 1' in figures
    for stage in ("read", "phrase"):
        assert f'coach_stage_seconds_count{{stage="{stage}"}} ' in figures
    assert "coach_turn_seconds_count 1" in figures
    assert "coach_answers_running 0" in figures
    assert not {"wiki", "products", "counted"} & set(figures.replace('"', " ").split())


def test_who_comes_when_the_queue_is_full_is_told_at_once_and_the_others_are_served() -> None:
    """One answer at a time and two waiting: of eight that come together some are turned away, and no other is lost."""
    process, address = served_page.start(ASSISTANT_ANSWERS_AT_ONCE="1", ASSISTANT_ANSWERS_WAITING="2")
    try:
        with httpx.Client(base_url=address, timeout=PATIENCE_SECONDS) as client:
            index = tell_index(client)
            joined = [join(client, index, f"visitor{number}") for number in range(8)]
            taken = [number for number, answer in enumerate(joined) if answer.status_code == 200]
            refused = [answer for answer in joined if answer.status_code == 429]
            assert len(taken) >= 3
            assert refused
            assert all(int(answer.headers["retry-after"]) > 0 for answer in refused)
            for number in taken:
                shown = client.get("/gradio_api/queue/data", params={"session_hash": f"visitor{number}"}).text
                assert '"process_completed"' in shown
                assert '"success":true' in shown
    finally:
        served_page.stop(process)
