"""The functions over REST, with their OpenAPI.

Owns addresses, statuses and examples; mounted under `PREFIX`. Must not know how an answer is made, and logs nothing
that anybody sent.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse, Response

from assistant import __version__
from assistant.api.calls import BUSY_SECONDS, Calls
from assistant.api.problems import MEDIA_TYPE, failure, problem, refusal
from assistant.api.schemas import Answer, Found, Problem, RulebookShape, inquiry_schema, search_schema
from assistant.domain.turn_json import Json
from assistant.errors import BudgetError, InputError
from assistant.inquiry import parsed

PREFIX = "/api/v1"
BODY_BYTES = 1_000_000
_JSON_TYPE = "application/json"
_STORY = "We want to fine-tune so that our support bot answers in our tone. Prices change every night. No evals yet."
_INQUIRIES: dict[str, Any] = {
    "a story": {"messages": [_STORY]},
    "facts": {"facts": {"goal": ["style"], "evals": "none", "data_count": 400, "volume": "declined"}},
    "a story, what is known beside it, and a reply": {
        "messages": [_STORY, "One plain prompt so far."],
        "facts": {"data_count": 400},
    },
}
_SEARCHES: dict[str, Any] = {"a question": {"query": "How many examples do I need?", "k": 3, "in": "guidance"}}
_REFUSALS = {
    400: "The body is not JSON in UTF-8.",
    413: f"The body is larger than {BODY_BYTES:,} bytes.",
    415: "The body is not called application/json.",
    422: "A field cannot be taken: `field`, `value` and `detail` say which, with what, and what to do.",
    429: f"Too many are asking at once; `Retry-After` says when to come back ({BUSY_SECONDS} seconds).",
}
_ABOUT = (
    "Tells whether a case calls for fine-tuning a language model. Rules decide, each claim of a reply is cited, and "
    "nothing is kept: send all that was said with every call."
)

_Call = Callable[[object, Callable[[], Awaitable[bool]]], Awaitable[Json]]


def build(calls: Calls) -> FastAPI:
    """Build the application to mount under `PREFIX`; it describes itself at `openapi.json` there."""
    app = FastAPI(
        title="Fine-tuning coach", description=_ABOUT, version=__version__, docs_url=None, redoc_url=None
    )  # their pages would load scripts from elsewhere
    app.add_exception_handler(404, _not_found)
    app.add_exception_handler(405, _not_allowed)
    app.add_exception_handler(Exception, _failed)
    _add(app, "/assess", calls.assess, Answer, "Assess a case", inquiry_schema(calls.rules), _INQUIRIES)
    _add(app, "/search", calls.search, Found, "Search the sources", search_schema(), _SEARCHES)

    @app.get("/rulebook", response_model=RulebookShape, summary="Read the rulebook", operation_id="rulebook")
    def rulebook() -> Response:
        """Slots with their options, verdicts, mistakes, criteria and thresholds, with every span they rest on."""
        return JSONResponse(calls.rulebook)

    return app


def _add(
    app: FastAPI,
    path: str,
    call: _Call,
    shape: type[Any],
    summary: str,
    schema: dict[str, Any],
    examples: dict[str, Any],
) -> None:
    """Add a function that takes a JSON body; its schema is shown, and the function itself checks what comes."""

    async def endpoint(request: Request) -> Response:
        given: object = None
        try:
            given = parsed(await _body(request))
            return JSONResponse(await call(given, request.is_disconnected))
        except InputError as error:
            return refusal(error, given)
        except BudgetError as error:
            return problem(429, "busy", str(error), {"Retry-After": str(BUSY_SECONDS)})

    shown = {name: {"value": example} for name, example in examples.items()}
    app.add_api_route(
        path,
        endpoint,
        methods=["POST"],
        response_model=shape,
        summary=summary,
        operation_id=path.removeprefix("/"),
        responses={status: _documented(text) for status, text in _REFUSALS.items()},
        openapi_extra={
            "requestBody": {"required": True, "content": {_JSON_TYPE: {"schema": schema, "examples": shown}}}
        },
    )


def _documented(text: str) -> dict[str, Any]:
    return {"description": text, "content": {MEDIA_TYPE: {"schema": Problem.model_json_schema()}}}


async def _body(request: Request) -> bytes:
    """Read the body as far as it is allowed to go."""
    said = request.headers.get("content-type", "")
    if said.partition(";")[0].strip().lower() != _JSON_TYPE:
        raise InputError("no_json_type", f"The body must be JSON: send the header Content-Type: {_JSON_TYPE}.")
    body = bytearray()
    async for piece in request.stream():
        body += piece
        if len(body) > BODY_BYTES:
            raise InputError("too_large", f"The body is larger than {BODY_BYTES:,} bytes. Send less.")
    return bytes(body)


def _not_found(request: Request, error: Exception) -> Response:  # noqa: ARG001 - FastAPI's
    return problem(404, "not_found", f"There is nothing here; openapi.json under {PREFIX} lists what there is.")


def _not_allowed(request: Request, error: Exception) -> Response:
    headers = getattr(error, "headers", None)
    return problem(405, "not_allowed", f"{request.method} does nothing here; the header Allow says what does.", headers)


def _failed(request: Request, error: Exception) -> Response:  # noqa: ARG001 - FastAPI's
    return failure(error)
