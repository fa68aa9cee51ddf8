"""What a browser keeps of a conversation: its events as JSON, with what was noted of each message when it came.

Owns that shape and the reading of it. It may be any JSON, since whoever uses the browser can write there: whether
readings stand in their messages and fit the rulebook is for the coach to say. Must not know how it is shown.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StrictBool, StrictFloat, StrictInt, StrictStr

from assistant.domain.case import Reading, Value, Via
from assistant.domain.conversation import Conversation, Event, Noted, Recording
from assistant.domain.dialogue import FollowUp, Intent, Interpretation
from assistant.errors import InputError
from assistant.inquiry import parse_json

VERSION = 2
"""The number of this shape; an event of version 1 was kept without what was noted of it."""
EVENTS = 300
"""The most steps that are brought back from a browser."""
CHARACTERS = 400_000
"""The most characters of messages that are brought back: more than anybody writes."""


def _whole(text: str) -> str:
    """Refuse half a character, which could not be sent to a browser again; UnicodeEncodeError is a ValueError."""
    text.encode("utf-8")
    return text


_Text = Annotated[StrictStr, AfterValidator(_whole)]
_Number = Annotated[StrictInt | StrictFloat, Field(ge=0, le=1e15, allow_inf_nan=False)]


class _Entry(BaseModel):
    model_config = ConfigDict(extra="ignore")


class _Reading(_Entry):
    slot: _Text
    value: _Text | _Number | None
    start: StrictInt
    end: StrictInt
    corrects: StrictBool
    via: Via

    def as_reading(self) -> Reading:
        value: Value | None = float(self.value) if isinstance(self.value, int) else self.value
        return Reading(self.slot, value, self.start, self.end, self.corrects, self.via)


class _Noted(_Entry):
    intent: Intent
    readings: list[_Reading] = Field(max_length=200)
    query: _Text | None
    is_story: StrictBool
    agrees: list[_Text] = Field(max_length=50)
    denies: list[_Text] = Field(max_length=50)
    language: _Text | None
    about: FollowUp | None = None
    found: list[tuple[_Text, _Number]] = Field(max_length=20)

    def as_noted(self) -> Noted:
        interpretation = Interpretation(
            self.intent,
            tuple(reading.as_reading() for reading in self.readings),
            self.query,
            self.is_story,
            frozenset(self.agrees),
            frozenset(self.denies),
            self.language,
            self.about,
        )
        return Noted(interpretation, tuple((passage, float(relevance)) for passage, relevance in self.found))


class _Recording(_Entry):
    """A model's part; an earlier version kept more of it."""

    model: Annotated[_Text, Field(max_length=200)]
    spoken: _Text | None = None
    refused: _Text | None = None
    unheard: _Text | None = None
    broken_off: _Text | None = None


class _Event(_Entry):
    message: _Text
    facts: dict[_Text, list[_Text] | _Text | _Number | None]
    noted: _Noted | None = None
    model: _Recording | None = None

    def as_event(self) -> Event:
        facts = {slot: tuple(given) if isinstance(given, list) else given for slot, given in self.facts.items()}
        noted = self.noted.as_noted() if self.noted else None
        return Event(self.message, facts, noted, Recording(**self.model.model_dump()) if self.model else None)


class _Kept(_Entry):
    id: _Text
    events: list[_Event]


def parse_kept(text: object) -> object:
    """Read what a browser sends of what it kept: JSON as text, None where it kept nothing."""
    if not isinstance(text, str):
        return text
    try:
        return parse_json(text.encode("utf-8", "replace")) if text else None
    except InputError:
        return text


def is_behind(kept: object, conversation: Conversation) -> bool:
    """Tell whether a browser kept nothing, or this very conversation with other steps than the server knows."""
    if not conversation.events or not isinstance(kept, dict):
        return False
    if not kept:
        return True
    return kept.get("id") == conversation.id and (
        not isinstance(kept.get("events"), list) or len(kept["events"]) != len(conversation.events)
    )


def write_kept(conversation: Conversation) -> dict[str, Any]:
    """Write a conversation as the browser keeps it: enough to bring it back without hearing anything again."""
    return {"id": conversation.id, "version": VERSION, "events": [_write_event(event) for event in conversation.events]}


def read_kept(kept: object) -> tuple[str, tuple[Event, ...]]:
    """Read a conversation's name and events; what another version kept beside them is passed over.

    Raises:
        ValueError: an entry is missing or is something else than this page keeps, or there is more than anybody writes.
    """
    found = _Kept.model_validate(kept)
    events = tuple(event.as_event() for event in found.events[:EVENTS])
    if sum(len(event.message) for event in events) > CHARACTERS:
        raise ValueError("longer than anybody writes")
    return found.id[:64], events


def is_of_an_earlier_version(events: Sequence[Event]) -> bool:
    """Tell whether some of what was said was kept without what was noted of it."""
    return any(event.noted is None for event in events if event.message)


def _write_event(event: Event) -> dict[str, Any]:
    facts = {slot: list(given) if isinstance(given, tuple) else given for slot, given in event.facts.items()}
    written: dict[str, Any] = {"message": event.message, "facts": facts}
    if event.noted is not None:
        written["noted"] = _write_notes(event.noted)
    return written | ({"model": asdict(event.recording)} if event.recording else {})


def _write_notes(noted: Noted) -> dict[str, Any]:
    heard = noted.interpretation
    readings = [
        {"slot": r.slot, "value": r.value, "start": r.start, "end": r.end, "corrects": r.corrects, "via": r.via.value}
        for r in heard.values
    ]
    return {
        "intent": heard.intent.value,
        "readings": readings,
        "query": heard.query,
        "is_story": heard.is_story,
        "agrees": sorted(heard.agrees),
        "denies": sorted(heard.denies),
        "language": heard.language,
        "about": heard.about.value if heard.about else None,
        "found": [list(passage) for passage in noted.found],
    }
