"""What was clicked, as the page's script hands it over: JSON with `do` and what that needs.

Owns how it is read, and what it says of the case. Must not know what comes of it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from assistant.domain.case import Case
from assistant.domain.conversation import Event
from assistant.errors import InputError
from assistant.inquiry import parse_json


def read_click(clicked: str) -> dict[str, Any]:
    """Read what was clicked; nothing where it cannot be read."""
    try:
        asked = parse_json((clicked or "").encode("utf-8", "replace"))
    except InputError:
        return {}
    return asked if isinstance(asked, dict) and isinstance(asked.get("do"), str) else {}


def event_of(asked: Mapping[str, Any], case: Case) -> Event | None:
    """Return what a click says of the case as it stands, None where it says nothing."""
    if asked["do"] == "misread":
        return _take_out(str(asked.get("what")), case)
    if asked["do"] == "say":
        return Event(str(asked.get("text")), {})
    facts = asked.get("facts")
    return Event("", facts if isinstance(facts, dict) else {}) if asked["do"] == "facts" else None


def _take_out(what: str, case: Case) -> Event | None:
    """Take one value that was misread out of its slot; `what` is the slot, and after a hyphen the value."""
    slot, _, value = what.partition("-")
    others = [fact.value for fact in case.pick_facts(slot) if fact.value is not None and str(fact.value) != value]
    return Event("", {slot: tuple(others) if others and slot in case.set_slots else None})
