"""A visitor's desk: the conversation, its turns, and what the browser keeps of them.

Owns going forward, back and over a conversation by its events. Must not know how anything is shown.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from assistant.coach import Coach
from assistant.domain.conversation import Conversation, Event
from assistant.domain.dialogue import TurnResult
from assistant.errors import InputError

KEPT_EVENTS = 300
"""The most steps that are brought back from a browser."""


@dataclass(frozen=True, slots=True)
class Desk:
    """A conversation with the answer of every turn.

    `editing` is the index of the event that the next message replaces. `before` holds the events that starting
    over put away, so that it can be undone.
    """

    conversation: Conversation
    results: tuple[TurnResult, ...] = ()
    editing: int | None = None
    before: tuple[Event, ...] = ()

    @property
    def events(self) -> tuple[Event, ...]:
        """What the user did so far."""
        return self.conversation.events

    @property
    def latest(self) -> TurnResult | None:
        """The answer of the last turn."""
        return self.results[-1] if self.results else None

    def turn(self, turn: int) -> TurnResult | None:
        """The answer of one turn, counted from 1."""
        return next((result for result in self.results if result.turn == turn), None)


def clear(coach: Coach, before: tuple[Event, ...] = ()) -> Desk:
    """Set up a desk with nothing on it."""
    return Desk(coach.start(uuid.uuid4().hex), before=before)


def advance(coach: Coach, desk: Desk, event: Event) -> Desk:
    """Take one more step, in place of the one being edited and all after it if there is one.

    Raises:
        InputError: the step cannot be taken; the desk is as it was.
    """
    if desk.editing is not None:
        desk = rewind(coach, desk, desk.editing)
    conversation, result = coach.respond(desk.conversation, event.message, event.facts)
    return Desk(conversation, (*desk.results, result))


def rewind(coach: Coach, desk: Desk, n_events: int) -> Desk:
    """Go back to the first `n_events` steps."""
    conversation, results = coach.replay(desk.conversation.id, desk.events[:n_events])
    return Desk(conversation, results)


def undo(coach: Coach, desk: Desk) -> Desk:
    """Take back the last step, or starting over."""
    if desk.events:
        return rewind(coach, desk, len(desk.events) - 1)
    conversation, results = coach.replay(desk.conversation.id, desk.before)
    return Desk(conversation, results)


def edit(desk: Desk, index: int) -> Desk:
    """Mark the step that the next message replaces.

    Raises:
        InputError: there is no such message.
    """
    if not 0 <= index < len(desk.events) or not desk.events[index].message:
        raise InputError("unknown_message", "There is no such message any more.")
    return replace(desk, editing=index)


def to_keep(desk: Desk) -> dict[str, Any]:
    """Return what the browser keeps: enough to bring the conversation back, as JSON."""
    if not desk.events:
        return {}
    events = [{"message": event.message, "facts": _jsonable(event.facts)} for event in desk.events]
    return {"id": desk.conversation.id, "events": events}


def recall(coach: Coach, kept: object) -> Desk:
    """Bring back a conversation from what a browser kept; nothing kept gives a clear desk.

    Raises:
        InputError: it was not kept by this page, or no longer fits the rulebook.
    """
    if not kept:
        return clear(coach)
    try:
        assert isinstance(kept, Mapping)
        events = tuple(Event(str(row["message"]), dict(row["facts"])) for row in kept["events"][:KEPT_EVENTS])
        conversation, results = coach.replay(str(kept["id"])[:64], events)
    except (AssertionError, KeyError, TypeError, ValueError) as error:
        raise InputError("unreadable", "What this browser kept cannot be read.") from error
    return Desk(conversation, results)


def _jsonable(facts: Mapping[str, Any]) -> dict[str, Any]:
    return {slot: list(given) if isinstance(given, tuple) else given for slot, given in facts.items()}
