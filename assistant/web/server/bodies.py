"""A request's body: one of JSON read as far as it is allowed to go, and any taken in before it is passed on.

Owns the limit of JSON and the header it must come with. Must not know what is in a body.
"""

from __future__ import annotations

from starlette.requests import Request
from starlette.types import Message, Receive

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


async def gather_body(receive: Receive) -> tuple[bytes, Receive]:
    """Take a body in, as far as it comes; also return a `receive` that gives the same messages again and then goes on.

    How large it may be is limited before.
    """
    messages = [await receive()]
    while messages[-1].get("more_body"):
        messages.append(await receive())
    body = b"".join(message.get("body", b"") for message in messages)

    async def receive_again() -> Message:
        return messages.pop(0) if messages else await receive()

    return body, receive_again
