"""The functions over MCP's streamable HTTP: one address, one JSON answer a request, nothing kept between two.

Owns the methods of the protocol. Host and origin are checked by the layers around it. It is written by hand because it
is small: the protocol's own package would bring a dozen others, take longer to import than the page's first answer, and
write what a caller sent into the log when it does not fit.
"""

from __future__ import annotations

import json

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from assistant.errors import BudgetError, InputError
from assistant.inquiry import parse_json
from assistant.web.callers import caller_of
from assistant.web.calls import Calls
from assistant.web.contract.fields import Json
from assistant.web.mcp.envelope import (
    BAD_PARAMS,
    FAILED,
    LEGACY,
    MODERN,
    NO_METHOD,
    NOT_JSON,
    SERVER_INFO,
    Asked,
    EnvelopeError,
    check_batch,
    negotiate_revision,
    open_message,
)
from assistant.web.mcp.tool_schemas import decode_arguments
from assistant.web.mcp.tools import tools
from assistant.web.server.bodies import JSON_TYPE, read_body
from assistant.web.server.problems import describe_refusal, log_fault, problem, status_of

PATH = "/mcp"
_CAPABILITIES: Json = {"tools": {}}


class ToolServer:
    """An ASGI application for one address."""

    def __init__(self, calls: Calls) -> None:
        self._tools = {tool.name: tool for tool in tools(calls)}
        self._about = calls.texts.about

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        request = Request(scope, receive)
        response = await self._answer(request)
        await response(scope, receive, send)

    async def _answer(self, request: Request) -> Response:
        if request.method != "POST":
            detail = "Speak MCP here: POST one JSON-RPC message. There are no streams and no sessions."
            return problem(405, "not_allowed", detail, {"Allow": "POST"})
        try:
            message = parse_json(await read_body(request))
            if isinstance(message, list):
                check_batch(message, request.headers)
                answers = [answer for one in message if (answer := (await self._one(one, request))[0]) is not None]
                return _json(answers) if answers else Response(status_code=202)
            answer, status = await self._one(message, request)
            return Response(status_code=status) if answer is None else _json(answer, status)
        except EnvelopeError as error:
            return _json(error.answer(), error.status)
        except InputError as error:
            return _json(EnvelopeError(NOT_JSON, str(error)).answer(), status_of(error))

    async def _one(self, message: object, request: Request) -> tuple[Json | None, int]:
        """Answer one message, with the status that goes with it; a notification has no answer."""
        try:
            asked = open_message(message, request.headers)
            return (None, 202) if asked.id is None else (await self._result(asked, request), 200)
        except EnvelopeError as error:
            return error.answer(), error.status

    async def _result(self, asked: Asked, request: Request) -> Json:
        try:
            if asked.method == "tools/list":
                return asked.result({"tools": [tool.describe() for tool in self._tools.values()]}, is_kept=True)
            if asked.method == "tools/call":
                return asked.result(await self._call_tool(asked, request))
            if asked.method == "server/discover" and asked.is_modern:
                return asked.result({"supportedVersions": [MODERN, *LEGACY], **self._greet()}, is_kept=True)
            if asked.method == "initialize" and not asked.is_modern:
                version = negotiate_revision(asked.params)
                return asked.result({"protocolVersion": version, "serverInfo": SERVER_INFO, **self._greet()})
            if asked.method == "ping" and not asked.is_modern:
                return asked.result({})
            raise EnvelopeError(NO_METHOD, "There is no such method here.", status=404)
        except EnvelopeError as error:
            error.id = asked.id
            if not asked.is_modern:
                error.status = 200  # before 2026-07-28 only the body tells of a fault
            raise

    def _greet(self) -> Json:
        return {"capabilities": _CAPABILITIES, "instructions": self._about}

    async def _call_tool(self, asked: Asked, request: Request) -> Json:
        """Call a tool; what it refuses is told in words, so that an agent can mend it."""
        name, arguments = asked.params.get("name"), asked.params.get("arguments")
        tool = self._tools.get(name) if isinstance(name, str) else None
        if tool is None:
            raise EnvelopeError(BAD_PARAMS, f"There is no such tool. Tools are: {', '.join(self._tools)}.")
        try:
            given = {} if arguments is None else decode_arguments(arguments, tool.takes)
            content = await tool.call(given, caller_of(request))
        except InputError as error:
            return _text(describe_refusal(error), is_error=True)
        except BudgetError as error:
            return _text(str(error), is_error=True)
        except Exception as error:  # noqa: BLE001 - the boundary to other programs
            raise EnvelopeError(FAILED, log_fault(error), status=500) from None
        return _text(json.dumps(content, ensure_ascii=False)) | {"structuredContent": content}


def _text(text: str, *, is_error: bool = False) -> Json:
    return {"content": [{"type": "text", "text": text}], "isError": is_error}


def _json(content: Json | list[Json], status: int = 200) -> Response:
    """Write JSON in ASCII, so that half a character in an id comes back as it was."""
    return Response(json.dumps(content), status, media_type=JSON_TYPE)
