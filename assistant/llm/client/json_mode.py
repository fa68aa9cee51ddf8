"""Asking for JSON: by schema, by a tool, or in plain words, whichever an endpoint understands.

Owns the ways, which of them works here, and finding the one object in an answer. Must not know what the object means.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from assistant.llm.client.thoughts import Place, answer_place

TOOL = "answer"
# After so many braces that open nothing, it is no JSON.
_TRIES = 1_000
# Where a call of a tool has its arguments when it is written as words.
_ENVELOPES = ("arguments", "parameters", "input", "function")
_DEEPEST = 3
# What may stand behind an object that ends an answer.
_AFTER = " \t\r\n`]"


class JsonMode(StrEnum):
    """How JSON is asked for, the strictest first."""

    SCHEMA = "schema"
    TOOL = "tool"
    PLAIN = "plain"


_ORDER = tuple(JsonMode)


def plainer(way: JsonMode) -> JsonMode:
    """Return the next plainer way; plain words remain in any case."""
    return _ORDER[min(_ORDER.index(way) + 1, len(_ORDER) - 1)]


@dataclass(frozen=True, slots=True)
class Lesson:
    """What a turn teaches: the way to begin with from now on; `is_certain`, that chance cannot have done it."""

    way: JsonMode
    is_certain: bool = True


class KnownJsonMode:
    """The strictest way that is not known to fail at this endpoint; shared by all threads.

    What may have been chance counts when it happens a second time, with no better turn between.
    """

    def __init__(self, first: JsonMode) -> None:
        self._lock = threading.Lock()
        self._way = first
        self._is_suspect = False

    @property
    def current(self) -> JsonMode:
        """The way to ask first."""
        return self._way

    def learn(self, first: JsonMode, lesson: Lesson | None) -> None:
        """Note how a turn went that began with a way and was answered; None where that way did it."""
        with self._lock:
            if first is not self._way:
                return
            if lesson is not None and (lesson.is_certain or self._is_suspect):
                self._way, self._is_suspect = lesson.way, False
            else:
                self._is_suspect = lesson is not None


def request_options(way: JsonMode, schema: Mapping[str, object]) -> dict[str, object]:
    """Return what to add to a request so that it is answered in JSON."""
    if way is JsonMode.SCHEMA:
        described: dict[str, object] = {"name": TOOL, "schema": dict(schema)}
        if _is_strict(schema):
            described["strict"] = True
        # In the body as it is: LangChain would take another route for it, which knows no half answers.
        return {"extra_body": {"response_format": {"type": "json_schema", "json_schema": described}}}
    if way is JsonMode.TOOL:
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


def json_object(text: str, is_usable: Callable[[str], bool]) -> str | None:
    """Find the JSON object in an answer that may wrap it in thoughts, a fence, words or a call; None without any.

    It is the last whole one of the right shape after the last end of a thought; else the last whole one there.
    """
    found = list(_objects(text))
    start, stop = answer_place(text, [place for place, _ in found])
    last: str | None = None
    for place, value in reversed(found):
        if not start <= place[0] < stop:
            continue
        written = text[slice(*place)]
        if usable := next((inner for inner in (written, *_unwrap(value)) if is_usable(inner)), None):
            return usable
        last = last or written
    return last


def closes(is_usable: Callable[[str], bool]) -> Callable[[str], bool]:
    """Return a test of an answer whose end nobody told: it ends with an object of the right shape."""

    def test(text: str) -> bool:
        places = [place for place, _ in _objects(text)]
        found = json_object(text, is_usable)
        return found is not None and is_usable(found) and not text[places[-1][1] :].strip(_AFTER)

    return test


def _objects(text: str) -> Iterator[tuple[Place, dict[str, object]]]:
    """Yield the whole objects of a text with their places, none of them inside another."""
    at, n_tries = 0, 0
    while (at := text.find("{", at)) >= 0 and n_tries < _TRIES:
        try:
            value, end = _DECODER.raw_decode(text, at)
        except (ValueError, RecursionError):
            at, n_tries = at + 1, n_tries + 1
            continue
        yield (at, end), value
        at = end


def _unwrap(value: object, depth: int = 0) -> Iterator[str]:
    """Yield what an object holds that calls a tool in words, or that has one member only."""
    if not isinstance(value, dict) or depth == _DEEPEST:
        return
    inner = [value[key] for key in _ENVELOPES if key in value] or (list(value.values()) if len(value) == 1 else [])
    for one in inner:
        if isinstance(one, str):
            try:
                one = _DECODER.decode(one)
            except (ValueError, RecursionError):
                continue
        if isinstance(one, dict):
            yield json.dumps(one, ensure_ascii=False)
            yield from _unwrap(one, depth + 1)


def _refuse(constant: str) -> object:
    raise ValueError(f"{constant} is no JSON")


_DECODER = json.JSONDecoder(parse_constant=_refuse)
