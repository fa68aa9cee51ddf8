"""The functions over REST, with their OpenAPI.

Owns addresses, statuses and examples; mounted under `PREFIX`. Must not know how an answer is made, and logs nothing
that anybody sent.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from fastapi import FastAPI
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response

from assistant.errors import BudgetError, InputError
from assistant.inquiry import parse_json
from assistant.web.callers import Caller, caller_of
from assistant.web.calls import BUSY_SECONDS, Calls
from assistant.web.cancellation import GivenUpError
from assistant.web.contract.answers import CONTRACT, Answer, Found
from assistant.web.contract.fields import Json
from assistant.web.contract.requests import search_schema
from assistant.web.contract.rulebooks import RulebookShape
from assistant.web.server.bodies import BODY_BYTES, JSON_TYPE, read_body
from assistant.web.server.problems import MEDIA_TYPE, Problem, failure, problem, refusal

PREFIX = "/api/v1"
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
    400: "The body is not JSON in UTF-8, or the server does not answer to that host name.",
    403: "A foreign page may not ask this server.",
    413: f"The body is larger than {BODY_BYTES:,} bytes.",
    415: "The body is not called application/json.",
    422: "A field cannot be taken: `field`, `value` and `detail` say which, with what, and what to do.",
    429: "Too many are asking at once, or too often; `Retry-After` says in how many seconds to come back.",
    503: "The answer took too long and was given up.",
    500: "A fault of the server; `detail` holds the reference under which its log knows it.",
}

_Call = Callable[[object, Caller], Awaitable[Json]]


def build(calls: Calls, root_path: str = "") -> FastAPI:
    """Build the application to mount under `PREFIX`; it describes itself at `openapi.json` there.

    `root_path` is what a proxy puts before that.
    """
    texts = calls.texts
    app = FastAPI(
        title="Fine-tuning coach",
        description=texts.about,
        version=f"{CONTRACT}.0.0",
        servers=[{"url": f"{root_path}{PREFIX}"}],
        root_path_in_servers=False,
        docs_url=None,  # these pages would load scripts from elsewhere
        redoc_url=None,
    )
    app.add_exception_handler(404, _not_found)
    app.add_exception_handler(405, _not_allowed)
    _add(app, "assess", calls.assess, Answer, texts.assess, calls.inquiry_schema, _INQUIRIES)
    _add(app, "search", calls.search, Found, texts.search, search_schema(), _SEARCHES)

    @app.get("/rulebook", response_model=RulebookShape, description=texts.rulebook, operation_id="rulebook")
    def rulebook() -> Response:
        return JSONResponse(calls.rulebook)

    return app


def _add(
    app: FastAPI,
    name: str,
    call: _Call,
    shape: type[Any],
    text: str,
    schema: dict[str, Any],
    examples: dict[str, Any],
) -> None:
    """Add a function that takes a JSON body; its schema is shown, and the function itself checks what comes."""

    async def endpoint(request: Request) -> Response:
        given: object = None
        try:
            given = parse_json(await read_body(request))
            return JSONResponse(await call(given, caller_of(request)))
        except InputError as error:
            return refusal(error, given)
        except GivenUpError as error:
            return problem(503, "given_up", str(error), {"Retry-After": str(BUSY_SECONDS)})
        except BudgetError as error:
            return problem(429, "busy", str(error), {"Retry-After": str(error.seconds or BUSY_SECONDS)})
        except ClientDisconnect:  # nobody is there to be told
            raise
        except Exception as error:  # noqa: BLE001 - the boundary to other programs
            return failure(error)

    shown = {name: {"value": example} for name, example in examples.items()}
    app.add_api_route(
        f"/{name}",
        endpoint,
        methods=["POST"],
        response_model=shape,
        name=name,
        description=text,
        operation_id=name,
        responses={status: _read_documented(text) for status, text in _REFUSALS.items()},
        openapi_extra={
            "requestBody": {"required": True, "content": {JSON_TYPE: {"schema": schema, "examples": shown}}}
        },
    )


def _read_documented(text: str) -> dict[str, Any]:
    return {"description": text, "content": {MEDIA_TYPE: {"schema": Problem.model_json_schema()}}}


def _not_found(request: Request, error: Exception) -> Response:  # noqa: ARG001 - FastAPI's
    return problem(404, "not_found", f"There is nothing here; openapi.json under {PREFIX} lists what there is.")


def _not_allowed(request: Request, error: Exception) -> Response:
    headers = getattr(error, "headers", None)
    return problem(405, "not_allowed", f"{request.method} does nothing here; the header Allow says what does.", headers)
