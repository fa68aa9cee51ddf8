"""What goes wrong, as a program reads it: RFC 9457's problem+json, naming the field, its value and what to do.

Owns the form and the statuses. Must not know which function was called.
"""

from __future__ import annotations

import json
import logging
import secrets
from http import HTTPStatus
from typing import Literal

from fastapi.responses import JSONResponse
from pydantic import Field

from assistant.errors import InputError
from assistant.web.contract.fields import Json, Shape

LOG = logging.getLogger(__name__)
MEDIA_TYPE = "application/problem+json"
_STATUSES = {"not_json": 400, "too_large": 413, "no_json_type": 415}
_DETAIL_CHARACTERS, _VALUE_CHARACTERS = 500, 100
_MISSING = object()


class Problem(Shape):
    """What went wrong, after RFC 9457."""

    type: Literal["about:blank"]
    title: str
    status: int
    code: str = Field(description="For programs; does not change.")
    detail: str = Field(description="For people: what is wrong, with which value, and what to do.")
    field: str | None = Field(default=None, description="Which part is at fault, such as `facts.evals`.")
    value: str | None = Field(default=None, description="The start of what stood there.")


def refusal(error: InputError, given: object = None) -> JSONResponse:
    """Say which field cannot be taken, with the start of its value; `given` is what it stands in."""
    more: Json = {}
    if error.field:
        more["field"] = _shorten(error.field, _VALUE_CHARACTERS)
        value = _value(given, error.field)
        if value is not _MISSING:
            more["value"] = _shorten(value if isinstance(value, str) else json.dumps(value), _VALUE_CHARACTERS)
    return problem(status_of(error), error.code, str(error), more=more)


def status_of(error: InputError) -> int:
    """Return the HTTP status of a refusal."""
    return _STATUSES.get(error.code, 422)


def describe_refusal(error: InputError) -> str:
    """Tell a refusal in one line, with the field before it."""
    line = f"{error.field}: {error}" if error.field else str(error)
    return _shorten(line, _DETAIL_CHARACTERS)


def failure(error: Exception) -> JSONResponse:
    """Answer a fault of ours."""
    return problem(500, "failed", log_fault(error))


def log_fault(error: Exception) -> str:
    """Log a fault of ours under a reference, and return a sentence that tells the reference only."""
    reference = secrets.token_hex(4)
    LOG.error("A call failed, reference %s", reference, exc_info=error)
    return f"Something failed here; the log knows it as {reference}. Try again, or tell the operator."


def problem(
    status: int, code: str, detail: str, headers: dict[str, str] | None = None, more: Json | None = None
) -> JSONResponse:
    """Make the answer; `more` are members of its own."""
    content = {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "code": code,
        "detail": _shorten(detail, _DETAIL_CHARACTERS),
        **(more or {}),
    }
    return JSONResponse(content, status, headers, MEDIA_TYPE)


def _value(given: object, field: str) -> object:
    """Return what stands at a field such as `facts.evals`; the slot's name may hold dots itself."""
    name, _, rest = field.partition(".")
    if isinstance(given, dict):
        inner = given.get(name, _MISSING)
        return inner if not rest or inner is _MISSING else _inner(inner, rest)
    return _MISSING


def _inner(held: object, name: str) -> object:
    if isinstance(held, dict):
        return held.get(name, _MISSING)
    return held[int(name)] if isinstance(held, list) and name.isdecimal() and int(name) < len(held) else _MISSING


def _shorten(text: str, most: int) -> str:
    """Cut what is long, and replace what is no character."""
    text = text.encode("utf-8", "replace").decode("utf-8")
    return text if len(text) <= most else f"{text[: most - 1]}…"
