"""The HTTP client under the model: it speaks with one host, streams only, and reads no more than it was told.

Owns the way to that host and what must be refused before any library parses it. Must not know prompts or answers.
"""

from __future__ import annotations

import json
from collections.abc import AsyncGenerator, AsyncIterator

import httpx2

from assistant.llm.client.faults import CallError, FaultKind, read_fault
from assistant.llm.client.stream_events import mend_line

_CONNECT_S = 5.0
# A token comes in an event of its own, a few hundred bytes for about four characters.
_BYTES_A_CHARACTER = 200
_BYTES_BESIDES = 1 << 20
# What an endpoint that was asked for a stream sends when it is none.
_PAGE, _BODY = "text/html", ("application/json", "application/problem+json")
_LONGEST_ERROR = 1 << 16


def open_client(base_url: str, turn_s: float, max_characters: int, proxy_url: str | None = None) -> httpx2.AsyncClient:
    """Make the client for one endpoint; it goes through this proxy or through none, whatever the environment says.

    Redirects are followed only to the same scheme, host and port, because key and messages go with them.
    """
    home = _origin(httpx2.URL(base_url))
    max_bytes = _BYTES_BESIDES + _BYTES_A_CHARACTER * max_characters

    async def stay_home(request: httpx2.Request) -> None:
        if _origin(request.url) != home:
            raise CallError(FaultKind.REDIRECTED)

    async def check(response: httpx2.Response) -> None:
        # Decompressed, a small answer could grow without bound; without that, the bytes that come are all there are.
        codings = response.headers.get_list("content-encoding", split_commas=True)
        if {coding.strip().lower() for coding in codings} - {"", "identity"}:
            raise CallError(FaultKind.COMPRESSED)
        if not isinstance(response.stream, httpx2.AsyncByteStream):
            return
        kind = response.headers.get("content-type", "").lower()
        if response.is_success and kind.startswith((_PAGE, *_BODY)):
            raise (
                await _read_reported_error(response.stream)
                if kind.startswith(_BODY)
                else CallError(FaultKind.NO_STREAM)
            )
        response.stream = _Bounded(response.stream, max_bytes)
        if response.is_success:
            response.stream = _Mended(response.stream)

    return httpx2.AsyncClient(
        follow_redirects=True,
        max_redirects=3,
        timeout=httpx2.Timeout(turn_s, connect=min(_CONNECT_S, turn_s)),
        # A client that makes its own asks the environment.
        transport=_Transport(proxy=proxy_url),
        headers={"accept-encoding": "identity"},
        event_hooks={"request": [stay_home], "response": [check]},
    )


def _origin(url: httpx2.URL) -> tuple[str, str, int | None]:
    return url.scheme, url.host, url.port or {"http": 80, "https": 443}.get(url.scheme)


class _Transport(httpx2.AsyncHTTPTransport):
    """Asks no name server for a name under `localhost`: it is this computer's, and another answer is a trick."""

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        name = request.url.host
        if name.rstrip(".").endswith(".localhost"):
            here = request.url.copy_with(host="localhost")
            known_as = {**request.extensions, "sni_hostname": name}
            request = httpx2.Request(
                request.method, here, headers=request.headers, stream=request.stream, extensions=known_as
            )
        return await super().handle_async_request(request)


async def _read_reported_error(body: httpx2.AsyncByteStream) -> CallError:
    """Return the error that an endpoint tells in a body with a status that says all is well."""
    text = b""
    async for piece in _Bounded(body, _LONGEST_ERROR):
        text += piece
    try:
        told = json.loads(text)
    except (ValueError, RecursionError):
        return CallError(FaultKind.NO_STREAM)
    error = told.get("error") or told.get("detail") if isinstance(told, dict) else None
    if not error:
        return CallError(FaultKind.NO_STREAM)
    codes = [part.get(key) for part in (error, told) if isinstance(part, dict) for key in ("code", "status")]
    return read_fault(next((code for code in codes if type(code) is int and 400 <= code < 600), 500), str(told))


class _Mended(httpx2.AsyncByteStream):
    """A stream of events, each as the client's library expects it."""

    def __init__(self, stream: httpx2.AsyncByteStream) -> None:
        self._stream = stream

    async def __aiter__(self) -> AsyncIterator[bytes]:
        arriving, line, is_first = aiter(self._stream), b"", True
        try:
            async for piece in arriving:
                *lines, line = (line + piece).split(b"\n")
                if lines:
                    if is_first:
                        lines[0], is_first = lines[0].removeprefix(b"\xef\xbb\xbf"), False
                    yield b"".join(mend_line(one) + b"\n" for one in lines)
        finally:
            if isinstance(arriving, AsyncGenerator):
                await arriving.aclose()
        if line:
            yield mend_line(line)

    async def aclose(self) -> None:
        await self._stream.aclose()


class _Bounded(httpx2.AsyncByteStream):
    """A response's bytes up to a limit; then the call fails and the connection is closed."""

    def __init__(self, stream: httpx2.AsyncByteStream, max_bytes: int) -> None:
        self._stream = stream
        self._left = max_bytes

    async def __aiter__(self) -> AsyncIterator[bytes]:
        arriving = aiter(self._stream)
        try:
            async for piece in arriving:
                self._left -= len(piece)
                if self._left < 0:
                    raise CallError(FaultKind.TOO_MUCH)
                yield piece
        finally:
            # Left to the collector, it would be closed beside what reads it, at a time of its own.
            if isinstance(arriving, AsyncGenerator):
                await arriving.aclose()

    async def aclose(self) -> None:
        await self._stream.aclose()
