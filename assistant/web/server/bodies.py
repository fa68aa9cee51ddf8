"""A request's JSON body, read as far as it is allowed to go.

Owns its limit and the header it must come with. Must not know what is in it.
"""

from __future__ import annotations

from starlette.requests import Request

from assistant.errors import InputError

BODY_BYTES = 1_000_000
JSON_TYPE = "application/json"


async def read_body(request: Request) -> bytes:
    """Read the body.

    Raises:
        InputError: it is not called JSON, which keeps foreign pages' forms out, or is too large.
    """
    said = request.headers.get("content-type", "")
    if said.partition(";")[0].strip().lower() != JSON_TYPE:
        raise InputError("no_json_type", f"The body must be JSON: send the header Content-Type: {JSON_TYPE}.")
    body = bytearray()
    async for piece in request.stream():
        body += piece
        if len(body) > BODY_BYTES:
            raise InputError("too_large", f"The body is larger than {BODY_BYTES:,} bytes. Send less.")
    return bytes(body)
