"""What the handlers do that no client can see: faults, limits, and the queue's settings."""

from __future__ import annotations

import asyncio
import json
import threading

import pytest

from assistant.coach import Coach
from assistant.errors import InputError
from assistant.settings.hosting import RequestLimits
from assistant.web.page import layout
from assistant.web.page.handlers import Handlers
from assistant.web.page.screen import Screen
from tests.fakes_assistance import EYEBALL, MESSAGE, Assistance, Ear


def screens(handlers: Handlers, message: str) -> list[Screen]:
    """Everything that is shown for a message, one after the other."""

    async def collect() -> list[Screen]:
        return [screen async for screen in handlers.tell(message, None, {})]

    return asyncio.run(collect())


def test_a_fault_shows_a_reference_and_not_its_cause(
    coach: Coach, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """What went wrong inside is logged under the reference that the page shows, without the user's words."""

    def fails(*arguments: object) -> None:
        raise RuntimeError("the cause")

    monkeypatch.setattr(coach, "stream", fails)
    [screen] = screens(Handlers(coach), "my secret case")
    reference = screen.note.split("reference ")[1].split(")")[0]
    assert "the cause" not in screen.note
    assert reference in caplog.text
    assert "my secret case" not in caplog.text


def test_a_reply_is_shown_in_less_than_its_patience(coach: Coach) -> None:
    """Streaming is for the eye: the longest reply takes at most ten steps, those that only keep the line open aside."""
    steps = [screen for screen in screens(Handlers(coach), "We sort tickets. " * 60) if screen != Screen()]
    assert 2 < len(steps) <= 10


def test_limits_are_set(coach: Coach) -> None:
    """Gradio's default lets one visitor in at a time and queues without end."""
    blocks = layout.build_blocks(coach, RequestLimits(answers_at_once=50, answers_waiting=7))
    turns = [fn for fn in blocks.fns.values() if fn.api_name in ("tell", "act")]
    assert {("turns", 50)} == {(fn.concurrency_id, fn.concurrency_limit) for fn in turns}
    assert 50 < blocks._queue.max_thread_count
    assert 7 <= blocks._queue.max_size


def test_every_event_sends_what_the_browser_keeps_as_its_last_value(coach: Coach) -> None:
    """There the page's script leaves it out, where it is too large to be sent."""
    last = {fn.inputs[-1].elem_id for fn in layout.build_blocks(coach).fns.values()}
    assert {"kept"} == last


def test_visits_that_come_and_go_are_forgotten_in_time(coach: Coach, monkeypatch: pytest.MonkeyPatch) -> None:
    """However many there were, the server remembers the last ones only."""
    monkeypatch.setattr(layout, "MOST_SESSIONS", 3)
    remembered = layout.build_blocks(coach).state_holder
    for number in range(10):
        remembered[f"visit {number}"]
    assert ["visit 7", "visit 8", "visit 9"] == list(remembered.session_data)


def test_with_a_model_what_was_heard_is_shown_first_and_the_case_when_the_verdict_is_final() -> None:
    """The box is left as it is, whatever is being written there; the case moves once, before the reply is through."""
    talk = Assistance()
    talk.reader.hears(EYEBALL)
    shown = screens(Handlers(talk.coach), MESSAGE)
    replies = [screen.chat[-1]["content"] for screen in shown]
    assert "eyeball drafts" in replies[0]
    assert [False, True, True] == [isinstance(screen.case, str) for screen in shown]
    assert not any(isinstance(screen.box, str) for screen in shown)
    assert "First. Then." in replies[-1]


def test_what_was_written_comes_back_when_the_step_fails_midway(caplog: pytest.LogCaptureFixture) -> None:
    """Nothing already entered is lost."""
    talk = Assistance(Ear(fails=ValueError("a fault of ours")))  # type: ignore[arg-type]
    talk.reader.hears()
    *_, last = screens(Handlers(talk.coach), MESSAGE)
    assert MESSAGE == last.box
    assert "reference" in last.note


def test_a_visitor_who_leaves_ends_the_models_turn() -> None:
    """No call upstream outlives whoever waited for it."""
    talk = Assistance()
    talk.reader.hears()

    async def leave() -> None:
        shown = Handlers(talk.coach).tell(MESSAGE, None, {})
        await anext(shown)
        await shown.aclose()  # type: ignore[attr-defined]

    asyncio.run(leave())
    assert "cancel" in talk.model.turn_.calls


@pytest.mark.parametrize("does", ["act", "open_source", "restore", "tell"])
def test_bringing_a_conversation_back_holds_nobody_else_up(
    coach: Coach, monkeypatch: pytest.MonkeyPatch, does: str
) -> None:
    """A browser can send 300 messages to be heard again, which takes seconds; meanwhile the server answers others."""
    others_were_answered = threading.Event()
    handlers, kept = Handlers(coach), {"id": "a", "events": [{"message": MESSAGE, "facts": {}}]}
    waited: list[bool] = []

    def replay(*_: object) -> None:
        waited.append(others_were_answered.wait(5))
        raise InputError("unreadable", "Not today.")

    async def ask() -> None:
        asyncio.get_running_loop().call_later(0.1, others_were_answered.set)
        given = {"act": [json.dumps({"do": "undo"}), None], "tell": [MESSAGE, None], "restore": []}
        _ = [screen async for screen in getattr(handlers, does)(*given.get(does, ["c1-1", None]), kept)]

    monkeypatch.setattr(coach, "replay", replay)
    asyncio.run(ask())
    assert [True] == waited
