"""A visitor's session: the conversation, its turns, and what the browser keeps of them.

Owns going forward, back and over a conversation by its events. Must not know how anything is shown.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol

from assistant.domain.conversation import Conversation, Event, Progress
from assistant.domain.dialogue import TurnResult
from assistant.errors import InputError
from assistant.web.page.browser_store import is_of_an_earlier_version, read_kept, write_kept


class UnreadableError(InputError):
    """What the browser kept of a conversation cannot be brought back."""


class SessionCoach(Protocol):
    """What a session needs of a coach: to begin a conversation, to run one again, and to take a turn."""

    def start(self, conversation_id: str) -> Conversation:
        """Begin a conversation with nothing told."""
        ...

    def replay(self, conversation_id: str, events: Sequence[Event]) -> tuple[Conversation, tuple[TurnResult, ...]]:
        """Run events again from the start. Raises InputError for the first one that cannot be taken."""
        ...

    def stream(self, conversation: Conversation, message: str, facts: Mapping[str, object]) -> Iterator[Progress]:
        """Take one turn and yield it as it grows. Raises InputError at once where it cannot be taken."""
        ...


@dataclass(frozen=True, slots=True)
class Session:
    """A conversation with the answer of every turn.

    `editing` is the index of the event that the next message replaces. `before` is the conversation that starting
    over, an edit or another one put away by the last step, so that it can be undone with all that followed.
    `is_earlier`: it was just brought back from what an earlier version kept.
    """

    conversation: Conversation
    results: tuple[TurnResult, ...] = ()
    editing: int | None = None
    before: Conversation | None = None
    is_earlier: bool = False

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


def clear(coach: SessionCoach, before: Conversation | None = None) -> Session:
    """Begin an empty session."""
    return Session(coach.start(uuid.uuid4().hex), before=before)


@dataclass(frozen=True, slots=True)
class Step:
    """A step under way: `progress` from `session`, where it began; the last one has `after`, where it led."""

    session: Session
    progress: Progress
    after: Session | None = None


def advance(coach: SessionCoach, session: Session, event: Event) -> Session:
    """Take one more step, in place of the one being edited and all after it if there is one.

    Raises:
        InputError: the step cannot be taken; the session is as it was.
    """
    for step in stream_step(coach, session, event):
        if step.after is not None:
            return step.after
    raise AssertionError("a step leads somewhere")


def stream_step(coach: SessionCoach, session: Session, event: Event) -> Iterator[Step]:
    """Take one more step as `advance` does and yield it as it grows.

    Raises:
        InputError: as `advance` does, with the first value.
    """
    replaced = None
    if session.editing is not None:
        replaced, session = session.conversation, rewind(coach, session, session.editing)
    for progress in coach.stream(session.conversation, event.message, event.facts):
        after = None
        if progress.conversation is not None and progress.result is not None:
            after = Session(progress.conversation, (*session.results, progress.result), before=replaced)
        yield Step(session, progress, after)


def rewind(coach: SessionCoach, session: Session, n_events: int) -> Session:
    """Go back to the first `n_events` steps."""
    conversation, results = coach.replay(session.conversation.id, session.events[:n_events])
    return Session(conversation, results)


def undo(coach: SessionCoach, session: Session) -> Session:
    """Take back the last step; one that put a conversation away brings it back whole."""
    if session.before is None:
        return rewind(coach, session, len(session.events) - 1)
    conversation, results = coach.replay(session.before.id, session.before.events)
    return Session(conversation, results)


def put_away(session: Session, other: Session) -> Session:
    """Go over to another conversation; what was on the session before can be brought back."""
    if other.conversation.id == session.conversation.id or not session.events:
        return other
    return replace(other, before=session.conversation)


def bring_back(coach: SessionCoach, session: Session) -> Session:
    """Exchange what is on the session for what was put away."""
    assert session.before is not None
    conversation, results = coach.replay(session.before.id, session.before.events)
    return Session(conversation, results, before=session.conversation if session.events else None)


def edit(session: Session, index: int) -> Session:
    """Mark the step that the next message replaces.

    Raises:
        InputError: there is no such message.
    """
    if not 0 <= index < len(session.events) or not session.events[index].message:
        raise InputError("unknown_message", "There is no such message any more.")
    return replace(session, editing=index)


def to_keep(session: Session) -> dict[str, Any]:
    """Return what the browser keeps: enough to bring the conversation back, as JSON."""
    return write_kept(session.conversation) if session.events else {}


def recall(coach: SessionCoach, kept: object) -> Session:
    """Bring back a conversation from what a browser kept; nothing kept gives a clear session.

    Raises:
        UnreadableError: it was not kept by this page, is longer than anybody writes, or no longer fits the rulebook.
    """
    if kept is None or kept == {}:
        return clear(coach)
    try:
        name, events = read_kept(kept)
        conversation, results = coach.replay(name, events)
    except (InputError, ValueError) as error:
        raise UnreadableError("unreadable", "What this browser kept cannot be read.") from error
    return Session(conversation, results, is_earlier=is_of_an_earlier_version(events))
