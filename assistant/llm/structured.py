"""Asking for JSON: by schema, by a tool, or in plain words, whichever an endpoint understands.

Owns the ways, which of them works here, and finding the one object in an answer. Must not know what the object means.
"""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Mapping
from enum import StrEnum

TOOL = "answer"
# After so many braces that open nothing, it is no JSON.
_TRIES = 20
_THOUGHTS = re.compile(r"\A\s*<think>.*?</think>", re.DOTALL)


class Way(StrEnum):
    """How JSON is asked for, the strictest first."""

    SCHEMA = "schema"
    TOOL = "tool"
    PLAIN = "plain"


_ORDER = tuple(Way)


class KnownWay:
    """The strictest way that is not known to fail at this endpoint; shared by all threads."""

    def __init__(self, first: Way) -> None:
        self._lock = threading.Lock()
        self._way = first

    @property
    def current(self) -> Way:
        """The way to ask next."""
        return self._way

    def failed(self, way: Way) -> Way:
        """Note that a way did not work, and return the one to use from now on; plain words remain in any case."""
        with self._lock:
            if way is self._way and way is not Way.PLAIN:
                self._way = _ORDER[_ORDER.index(way) + 1]
            return self._way


def request_options(way: Way, schema: Mapping[str, object]) -> dict[str, object]:
    """Return what to add to a request so that it is answered in JSON."""
    if way is Way.SCHEMA:
        described: dict[str, object] = {"name": TOOL, "schema": dict(schema)}
        if _is_strict(schema):
            described["strict"] = True
        # In the body as it is: LangChain would take another route for it, which knows no half answers.
        return {"extra_body": {"response_format": {"type": "json_schema", "json_schema": described}}}
    if way is Way.TOOL:
        function = {"name": TOOL, "description": "Give the answer.", "parameters": dict(schema)}
        chosen = {"type": "function", "function": {"name": TOOL}}
        return {"tools": [{"type": "function", "function": function}], "tool_choice": chosen}
    return {}


def _is_strict(schema: object) -> bool:
    """Tell whether OpenAI's strict mode takes a schema: every object closed, and every member of it required."""
    if isinstance(schema, list | tuple):
        return all(_is_strict(part) for part in schema)
    if not isinstance(schema, Mapping):
        return True
    members = schema.get("properties")
    if isinstance(members, Mapping):
        required = schema.get("required", ())
        is_closed = schema.get("additionalProperties") is False and isinstance(required, list | tuple)
        if not is_closed or set(members) != set(required):
            return False
    return all(_is_strict(part) for part in schema.values())


def json_object(text: str) -> str | None:
    """Find the JSON object in an answer that may wrap it in a fence, thoughts or words; None when there is none."""
    text = _THOUGHTS.sub("", text)
    decoder = json.JSONDecoder(parse_constant=_refuse)
    for opening in list(re.finditer(r"\{", text))[:_TRIES]:
        try:
            found, end = decoder.raw_decode(text, opening.start())
        except (ValueError, RecursionError):
            continue
        return text[opening.start() : end] if isinstance(found, dict) else None
    return None


def _refuse(constant: str) -> object:
    raise ValueError(f"{constant} is no JSON")
