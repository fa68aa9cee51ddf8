"""A loopback server that speaks OpenAI's chat completions, well or badly, and keeps what it was asked.

It answers one request after the other by a script; the last behaviour goes on for all further requests. For plain HTTP
it can also stand in for a proxy, which is asked with whole addresses.
"""

from __future__ import annotations

import json
import select
import socket
import struct
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any

from assistant.domain.conversation import Role, Said
from assistant.ports import Prompt

DONE = b"data: [DONE]\n\n"


@dataclass(frozen=True)
class Received:
    """One request as it came in; names of headers in small letters."""

    path: str
    headers: dict[str, str]
    body: dict[str, Any]

    @property
    def contents(self) -> list[str]:
        """The texts of its messages, in order."""
        return [message["content"] for message in self.body["messages"]]

    @property
    def prompt(self) -> Prompt:
        """Our instructions and the one message after them."""
        instructions, message = self.contents
        return Prompt(instructions, (Said(Role.USER, message),))

    @property
    def wants_json(self) -> bool:
        """Whether it asks for JSON, as the listener does."""
        return "response_format" in self.body


class Exchange:
    """One request under way, as a behaviour sees it."""

    def __init__(self, handler: BaseHTTPRequestHandler, received: Received, server: FaultServer) -> None:
        self._handler = handler
        self._server = server
        self.received = received
        self.base_url = server.base_url

    def head(self, status: int = 200, content_type: str = "text/event-stream", **headers: str) -> None:
        """Send the status line and the headers."""
        self._handler.send_response(status)
        self._handler.send_header("Content-Type", content_type)
        for name, value in headers.items():
            self._handler.send_header(name.replace("_", "-"), value)
        self._handler.send_header("Connection", "close")
        self._handler.end_headers()

    def send(self, *parts: bytes) -> None:
        """Send bytes at once."""
        for part in parts:
            self._handler.wfile.write(part)
            self._handler.wfile.flush()

    def drip(self, part: bytes, every_s: float) -> None:
        """Send the same bytes again and again, until nobody reads them any more."""
        while not self.left(every_s):
            try:
                self.send(part)
            except OSError:
                break
        self._server.disconnected.set()

    def hang(self) -> None:
        """Say nothing more until the other side leaves."""
        while not self.left(0.5):
            pass
        self._server.disconnected.set()

    def left(self, within_s: float) -> bool:
        """Tell whether the other side closed the connection, looking for so long; True too when the test is over."""
        ends_at = time.monotonic() + within_s
        while time.monotonic() < ends_at and not self._server.closing.is_set():
            ready, _, _ = select.select([self._handler.connection], [], [], 0.02)
            if ready:
                return True
        return self._server.closing.is_set()

    def reset(self) -> None:
        """Tear the connection down with a TCP reset."""
        self._handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self._handler.connection.close()


Behaviour = Callable[[Exchange], None]


@dataclass
class FaultServer:
    """The server; use it in a `with` block."""

    script: list[Behaviour] = field(default_factory=list)
    requests: list[Received] = field(default_factory=list)
    n_connections: int = 0
    disconnected: threading.Event = field(default_factory=threading.Event)
    closing: threading.Event = field(default_factory=threading.Event)

    def __enter__(self) -> FaultServer:
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = False
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02})
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.closing.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    @property
    def port(self) -> int:
        """The port it listens on."""
        return int(self._server.server_address[1])

    @property
    def base_url(self) -> str:
        """The address a client is given."""
        return f"http://127.0.0.1:{self.port}/v1"

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        server = self
        lock = threading.Lock()

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def setup(self) -> None:
                super().setup()
                with lock:
                    server.n_connections += 1

            def do_POST(self) -> None:
                length = int(self.headers.get("Content-Length", 0))
                headers = {name.lower(): value for name, value in self.headers.items()}
                received = Received(self.path, headers, json.loads(self.rfile.read(length)))
                self.close_connection = True
                with lock:
                    number = len(server.requests)
                    server.requests.append(received)
                exchange = Exchange(self, received, server)
                try:
                    server.script[min(number, len(server.script) - 1)](exchange)
                except OSError:  # the client left while it was being answered
                    server.disconnected.set()

            def finish(self) -> None:
                try:
                    super().finish()
                except (OSError, ValueError):  # torn down on purpose
                    self.rfile.close()

            def log_message(self, format: str, *arguments: object) -> None:
                """Keep quiet."""

        return Handler


def event(value: object) -> bytes:
    """Write one server-sent event."""
    return b"data: " + json.dumps(value).encode() + b"\n\n"


def chunk(delta: dict[str, Any] | None, finish: str | None = None, **more: Any) -> bytes:
    """Write one chunk of a streamed answer."""
    choice = {"index": 0, "delta": delta, "finish_reason": finish}
    return event({"id": "c", "object": "chat.completion.chunk", "model": "m", "choices": [choice], **more})


def said(*texts: str) -> bytes:
    """Write texts, each as one chunk."""
    return b"".join(chunk({"role": "assistant", "content": text}) for text in texts)


def ended(finish: str = "stop") -> bytes:
    """Write the end of a stream as it should be."""
    return chunk({}, finish) + DONE


def counted(n_input: int, n_output: int) -> bytes:
    """Write the chunk that holds the count of tokens and no choice."""
    usage = {"prompt_tokens": n_input, "completion_tokens": n_output, "total_tokens": n_input + n_output}
    return event({"id": "c", "object": "chat.completion.chunk", "model": "m", "choices": [], "usage": usage})


def called(arguments: str, name: str = "answer") -> bytes:
    """Write a call of a tool, its arguments in two pieces, and the end."""
    half = len(arguments) // 2
    first = {"index": 0, "id": "t", "type": "function", "function": {"name": name, "arguments": arguments[:half]}}
    second = {"index": 0, "function": {"arguments": arguments[half:]}}
    return chunk({"tool_calls": [first]}) + chunk({"tool_calls": [second]}) + ended("tool_calls")


def streams(*parts: bytes) -> Behaviour:
    """Answer with these bytes as a stream, and close."""

    def behave(exchange: Exchange) -> None:
        exchange.head()
        exchange.send(*parts)

    return behave


def answers(*texts: str, finish: str = "stop") -> Behaviour:
    """Answer well."""
    return streams(said(*texts), ended(finish))


def replies(status: int, body: object, content_type: str = "application/json", **headers: str) -> Behaviour:
    """Answer with one body, JSON unless it is text."""

    def behave(exchange: Exchange) -> None:
        exchange.head(status, content_type, **headers)
        exchange.send(body.encode() if isinstance(body, str) else json.dumps(body).encode())

    return behave


def refuses(status: int, message: str, **headers: str) -> Behaviour:
    """Answer with an error as OpenAI writes it."""
    return replies(status, {"error": {"message": message, "type": "e", "code": None}}, **headers)


def prompt(message: str) -> Prompt:
    """Write a prompt of our instructions and one message."""
    return Prompt("Be kind.", (Said(Role.USER, message),))


def joined(texts: Iterable[str]) -> str:
    """Read an iterator of pieces to its end."""
    return "".join(texts)
