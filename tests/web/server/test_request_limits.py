"""What is too much is turned away at once, with words and with the time to come back."""

from __future__ import annotations

import asyncio
import json
import logging
import socket
import time
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any, TypeVar

import httpx
import pytest
from starlette.requests import Request
from starlette.responses import Response

from assistant.web.server.health import State
from assistant.web.server.rate_limit import MOST_ADDRESSES, RateLimit, RequestCounter
from tests.fakes import Clock, HeldReader, coach
from tests.served_page import PATIENCE_SECONDS
from tests.web.apps import listening
from tests.web.asking import VISITOR, Served, serve, served_page_of

JOIN = "/gradio_api/queue/join"
JSON = {"Content-Type": "application/json"}
_Got = TypeVar("_Got")


def test_an_allowance_may_be_used_at_once_and_grows_again_evenly() -> None:
    """Three in a minute: three together, and then one every twenty seconds; being refused costs nothing."""
    clock = Clock()
    tally = RequestCounter([RateLimit(3, 60)], clock)
    assert [0, 0, 0, 20, 20] == [tally.wait_seconds("a") for _ in range(5)]
    clock.now += 19.5
    assert 1 == tally.wait_seconds("a")
    clock.now += 0.5
    assert [0, 20] == [tally.wait_seconds("a") for _ in range(2)]
    clock.now += 60
    assert [0, 0, 0, 20] == [tally.wait_seconds("a") for _ in range(4)]


def test_the_day_holds_where_the_minute_does_not() -> None:
    """Whoever comes back every minute all day long meets the second allowance."""
    clock = Clock()
    tally = RequestCounter([RateLimit(2, 60), RateLimit(4, 86_400)], clock)
    taken = 0
    for _ in range(10):
        taken += tally.wait_seconds("a") == 0
        clock.now += 60
    assert 4 == taken
    assert 20_000 < tally.wait_seconds("a") < 21_600


def test_what_costs_more_uses_up_more_and_is_taken_whole_or_not_at_all() -> None:
    """Of thirty a minute, twenty and five are taken; what costs ten waits until five more are allowed."""
    tally = RequestCounter([RateLimit(30, 60)], Clock())
    assert [0, 0, 10, 0, 2] == [tally.wait_seconds("a", cost) for cost in (20, 5, 10, 5, 1)]


def test_what_costs_more_than_is_allowed_at_all_costs_that() -> None:
    """It is taken when everything else has been made good, and then nothing is left."""
    clock = Clock()
    tally = RequestCounter([RateLimit(30, 60)], clock)
    assert [0, 60] == [tally.wait_seconds("a", cost) for cost in (1_000, 1_000)]
    clock.now += 60
    assert 0 == tally.wait_seconds("a", 1_000)


def test_a_request_that_is_found_too_dear_later_is_told_when_it_can_come_again() -> None:
    """It pays again when it comes again, so it waits for that as well; then it is taken."""
    clock = Clock()
    tally = RequestCounter([RateLimit(30, 60)], clock)
    tally.wait_seconds("a", 20)
    assert [0, 22] == [tally.wait_seconds("a"), tally.wait_seconds("a", 20, paid=1)]
    clock.now += 22
    assert [0, 0, 2] == [tally.wait_seconds("a"), tally.wait_seconds("a", 20, paid=1), tally.wait_seconds("a")]


def test_addresses_do_not_count_for_one_another() -> None:
    """One visitor's haste is not another's wait."""
    tally = RequestCounter([RateLimit(1, 60)], Clock())
    assert [0, 60, 0] == [tally.wait_seconds(address) for address in ("a", "a", "b")]


def test_a_crowd_of_addresses_is_counted_in_bounded_memory() -> None:
    """The one that was silent longest is forgotten."""
    tally = RequestCounter([RateLimit(1, 60)], Clock())
    for address in range(MOST_ADDRESSES + 1):
        tally.wait_seconds(str(address))
    assert [60, 0] == [tally.wait_seconds(address) for address in (str(MOST_ADDRESSES), "0")]


def public(**environ: str) -> Served:
    """Serve the public, with two requests a minute unless told otherwise."""
    return serve(**{"ASSISTANT_HOST": "0.0.0.0", "ASSISTANT_MINUTE_REQUESTS": "2", **environ})


def test_past_the_limit_a_visitor_is_told_when_to_come_back() -> None:
    """429 with words for the page and a header for programs; others are served."""
    served = public()
    assert [200, 200, 429] == [served.ask().status_code for _ in range(3)]
    refused = served.ask()
    assert "30" == refused.headers["retry-after"]
    assert "try again in 30 s" in refused.json()["detail"]
    assert 200 == served.ask(address="198.51.100.9").status_code
    assert "coach_refused_total 2" in served.site.metrics.text()


def test_visitors_behind_a_trusted_proxy_are_counted_apart_and_liars_are_not() -> None:
    """A header counts only when a trusted proxy wrote it."""
    served = public(ASSISTANT_TRUSTED_PROXIES="10.0.0.1", ASSISTANT_MINUTE_REQUESTS="1")
    apart = [served.ask(address="10.0.0.1", x_forwarded_for=f"198.51.100.{n}").status_code for n in range(3)]
    together = [served.ask(x_forwarded_for=f"198.51.100.{n}").status_code for n in range(3)]
    assert ([200, 200, 200], [200, 429, 429]) == (apart, together)


def test_probes_and_what_is_not_there_to_work_cost_nothing() -> None:
    """A health check every second and a page's many files are no requests in that sense."""
    served = public(ASSISTANT_MINUTE_REQUESTS="1")
    for path in ("/healthz", "/assets/a.js", "/gradio_api/heartbeat/x", "/theme.css"):
        assert 429 != served.ask(path=path).status_code
    assert 200 == served.ask().status_code


def test_a_full_queue_is_told_at_once_with_an_estimate() -> None:
    """Eight wait, four are answered at once in five seconds each: in about ten seconds it is one's turn."""
    served = serve(ASSISTANT_ANSWERS_WAITING="8", ASSISTANT_ANSWERS_AT_ONCE="4")
    served.page.n_running, served.page.n_waiting = 4, 7
    assert 200 == served.ask("POST", JOIN).status_code
    served.page.n_waiting = 8
    served.site.metrics._mean_seconds = 5.0
    refused = served.ask("POST", JOIN)
    assert (429, "10") == (refused.status_code, refused.headers["retry-after"])
    assert 200 == served.ask().status_code


def visited(page: Served, visit: Callable[[httpx.AsyncClient, Callable[..., bytes]], Awaitable[_Got]]) -> _Got:
    """Do something with the real page, given how to write what a browser sends for one of its events."""

    async def begun() -> _Got:
        transport = httpx.ASGITransport(app=page.app, client=(VISITOR, 50_000))
        async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
            await client.get("/gradio_api/startup-events")
            dependencies = (await client.get("/config")).json()["dependencies"]
            index = {event["api_name"]: event["id"] for event in dependencies}

            def event(name: str, session: str, *data: Any) -> bytes:
                return json.dumps({"data": data, "fn_index": index[name], "session_hash": session}).encode()

            return await visit(client, event)

    return asyncio.run(begun())


def joins(reader: HeldReader, *bodies: AsyncIterator[bytes] | None, **environ: str) -> list[httpx.Response]:
    """Let so many visitors send a message to the real page at the same time, while nothing is answered.

    Who has a body of their own sends that; the answers of those without come back.
    """

    async def come(client: httpx.AsyncClient, event: Callable[..., bytes]) -> list[httpx.Response]:
        coming = []
        for n, body in enumerate(bodies):
            content = body or event("tell", f"visitor{n}", "We just eyeball drafts.", None, {})
            coming.append(asyncio.ensure_future(client.post(JOIN, content=content, headers=JSON)))
        got = await asyncio.gather(*(answer for answer, body in zip(coming, bodies, strict=True) if body is None))
        for answer in coming:
            answer.cancel()
        reader.goes_on.set()
        return got

    return visited(served_page_of(coach(reader), **environ), come)


def test_of_a_burst_as_many_are_taken_as_are_promised_and_the_others_are_told() -> None:
    """Sixteen answers are made and 64 wait; of 250 visitors at once the other 170 read when to come again."""
    got = joins(HeldReader(), *[None] * 250)
    assert Counter({200: 80, 429: 170}) == Counter(answer.status_code for answer in got)
    for refused in got:
        if refused.status_code == 429:
            assert f"try again in {refused.headers['retry-after']} s" in refused.json()["detail"]


def test_what_is_still_being_sent_takes_nobodys_place() -> None:
    """Whoever sends the beginning of a message and waits keeps no other from being answered."""

    async def begun() -> AsyncIterator[bytes]:
        yield b"{"
        await asyncio.Event().wait()

    bodies = [*(begun() for _ in range(20)), None]
    [last] = joins(HeldReader(), *bodies, ASSISTANT_ANSWERS_AT_ONCE="1", ASSISTANT_ANSWERS_WAITING="1")
    assert 200 == last.status_code


def test_bringing_back_a_long_conversation_costs_more_than_a_request() -> None:
    """Of six a minute, one of forty turns takes four; for the next one nothing is run again, and it is told when."""
    kept = {"id": "a talk", "events": [{"message": "", "facts": {"evals": "none"}}] * 40}

    async def reload_twice(client: httpx.AsyncClient, event: Callable[..., bytes]) -> list[str]:
        shown = []
        for session in ("first", "second"):
            joined = await client.post(JOIN, content=event("restore", session, json.dumps(kept)), headers=JSON)
            assert 200 == joined.status_code
            shown.append((await client.get("/gradio_api/queue/data", params={"session_hash": session})).text)
        return shown

    first, second = visited(served_page_of(ASSISTANT_HOST="0.0.0.0", ASSISTANT_MINUTE_REQUESTS="6"), reload_twice)
    assert ("data-restored" in first, "data-again" in first) == (True, False)
    assert ("data-restored" in second, "data-again" in second) == (False, True)


def test_a_place_is_free_again_when_a_join_comes_to_nothing() -> None:
    """What is no event of the page, or breaks on the way, holds no place that somebody else could have."""
    served = serve(ASSISTANT_ANSWERS_AT_ONCE="1", ASSISTANT_ANSWERS_WAITING="1")
    broken = served.site.app.router.routes.pop()
    served.site.app.router.add_route(JOIN, _broken, methods=["POST"])
    assert [500] * 3 == [served.ask("POST", JOIN).status_code for _ in range(3)]
    served.site.app.router.routes[-1] = broken
    assert [200] * 3 == [served.ask("POST", JOIN).status_code for _ in range(3)]


async def _broken(request: Request) -> Response:
    raise ZeroDivisionError("broken on purpose")


def test_a_server_that_ends_takes_nothing_new_and_says_so() -> None:
    """Its answer names a time, its readiness is gone, and it is still up."""
    served = serve()
    served.site.health.state = State.ENDING
    assert 429 == served.ask("POST", JOIN).status_code
    assert [503, 200] == [served.ask(path=path).status_code for path in ("/readyz", "/healthz")]


@pytest.mark.parametrize(("n_bytes", "status"), [(1_000, 200), (1_001, 413)])
def test_a_request_that_says_it_is_too_large_is_not_read(n_bytes: int, status: int) -> None:
    """Its body is never taken in."""
    answer = serve(ASSISTANT_REQUEST_BYTES="1000").ask("POST", body=b"x" * n_bytes)
    assert status == answer.status_code
    assert status == 200 or "more than 1,000 bytes" in answer.json()["detail"]


def test_a_request_that_does_not_say_how_large_it_is_is_cut_off_at_the_limit() -> None:
    """What comes in pieces is counted while it comes, and no piece is asked for beyond the limit."""
    sent = []

    async def pieces() -> AsyncIterator[bytes]:
        for n in range(100):
            sent.append(n)
            yield b"x" * 300

    answer = serve(ASSISTANT_REQUEST_BYTES="1000").ask("POST", body=pieces())
    assert 413 == answer.status_code
    assert len(sent) <= 5


@pytest.mark.parametrize("length", ["-1", "x", "1e3", "9" * 400])
def test_a_length_that_is_none_is_refused(length: str) -> None:
    """A header cannot talk its way past the limit."""
    assert 413 == serve().ask("POST", body=b"x", content_length=length).status_code


@pytest.mark.parametrize("path", ["/mcp", "/api/v1/assess", "/api/v1/search"])
def test_a_body_that_breaks_off_costs_a_line(path: str, caplog: pytest.LogCaptureFixture) -> None:
    """Neither a traceback nor a word of it is logged."""
    caplog.set_level(logging.INFO)
    with listening(coach()) as address:
        port = int(address.rpartition(":")[2])
        with socket.create_connection(("127.0.0.1", port)) as leaving:
            head = (
                f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: 99\r\n"
            )
            leaving.sendall(f'{head}\r\n{{"query": "a secret'.encode())
        until = time.monotonic() + PATIENCE_SECONDS
        while "ended before its body did" not in caplog.text and time.monotonic() < until:
            time.sleep(0.02)
    assert 1 == caplog.text.count("ended before its body did")
    assert [] == [record for record in caplog.records if record.exc_info or "secret" in record.getMessage()]
