"""What one event of the page may cost: what it runs again is counted, and where that is too much it says when."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace
from typing import Any

import gradio as gr
import pytest

from assistant.coach import Coach
from assistant.domain.conversation import Event
from assistant.web.page.handlers import Handlers
from assistant.web.page.screen import Screen
from assistant.web.page.session import Session, advance, clear
from tests.fakes import ScriptedReader, coach

CLICK = {"message": "", "facts": {"evals": "none"}}


def kept(n_events: int) -> dict[str, Any]:
    """A conversation as a browser keeps it."""
    return {"id": "a talk", "events": [CLICK] * n_events}


class Charged:
    """What counts the cost of a visitor's requests, and takes so much of it."""

    def __init__(self, seconds: int = 0) -> None:
        self.costs: list[int] = []
        self._seconds = seconds

    def __call__(self, cost: int) -> int:
        """Note the cost."""
        self.costs.append(cost)
        return self._seconds

    @property
    def request(self) -> gr.Request:
        """A request whose cost is counted here."""
        state: Any = SimpleNamespace(state=SimpleNamespace(charge=self))
        return gr.Request(request=state)


def last(handlers: Handlers, does: str, *given: Any) -> Screen:
    """What the page shows in the end."""

    async def ended() -> Screen:
        return [screen async for screen in getattr(handlers, does)(*given)][-1]

    return asyncio.run(ended())


@pytest.fixture(scope="module")
def offline() -> Coach:
    """The real rules over the real knowledge."""
    return coach()


@pytest.mark.parametrize(("n_events", "cost"), [(1, 1), (10, 1), (11, 2), (25, 3)])
def test_bringing_a_conversation_back_costs_a_request_for_ten_turns(offline: Coach, n_events: int, cost: int) -> None:
    """A reload of a long one is not as cheap as that of a short one."""
    charged = Charged()
    last(Handlers(offline), "restore", kept(n_events), charged.request)
    assert [cost] == charged.costs


def test_one_more_step_costs_nothing_beyond_its_request(offline: Coach) -> None:
    """While the server remembers the conversation, nothing is run again."""
    charged, session = Charged(), advance(offline, clear(offline), Event("We have no evals.", {}))
    last(Handlers(offline), "tell", "We have 300 examples.", session, {}, charged.request)
    assert [] == charged.costs


def test_a_step_back_costs_what_it_runs_again(offline: Coach) -> None:
    """It is the conversation up to there."""
    session: Session = clear(offline)
    for _ in range(12):
        session = advance(offline, session, Event("", {"evals": "none"}))
    charged = Charged()
    last(Handlers(offline), "act", '{"do": "undo"}', session, "", charged.request)
    assert [2] == charged.costs


def test_what_costs_too_much_is_not_begun_and_says_when_to_try_again() -> None:
    """The page, which has shown nothing yet, asks again by itself; what the browser keeps is left there."""
    reader, charged = ScriptedReader(), Charged(seconds=20)
    told = {"id": "a talk", "events": [{"message": "We have no evals.", "facts": {}}]}
    screen = last(Handlers(coach(reader)), "restore", told, charged.request)
    assert [] == reader.calls
    assert 'data-again="20"' in screen.note
    assert "try again in 20 s" in screen.note
    assert Screen(note=screen.note) == screen


def test_a_page_that_asks_again_gets_its_conversation(offline: Coach) -> None:
    """By a click that nobody made, in place of the event that comes with the page."""
    handlers = Handlers(offline)
    assert last(handlers, "restore", kept(2)).case == last(handlers, "act", '{"do": "restore"}', None, kept(2)).case
