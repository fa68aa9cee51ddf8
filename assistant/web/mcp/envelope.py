"""One message of the Model Context Protocol: what it asks, in which revision of the protocol, and how that is answered.

Owns the envelope only, for a server that keeps nothing: the revision of 2026-07-28, in which each request says all
about itself, and the earlier ones, which begin with a handshake. Must not know any tool.
Spec: https://modelcontextprotocol.io/specification/2026-07-28/basic/transports/streamable-http
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass

from assistant import __version__
from assistant.web.contract.fields import Json

MODERN = "2026-07-28"
LEGACY = ("2025-11-25", "2025-06-18", "2025-03-26")
_BATCHES, _LONGEST_BATCH, _SHOWN = "2025-03-26", 10, 40
SERVER_INFO: Json = {"name": "fine-tuning-coach", "title": "Fine-tuning coach", "version": __version__}
NOT_JSON, BAD_MESSAGE, NO_METHOD, BAD_PARAMS, FAILED = -32700, -32600, -32601, -32602, -32603
_HEADERS_DIFFER, _OTHER_VERSION = -32020, -32022
_META = "io.modelcontextprotocol/"
_FRESH_MS = 3_600_000
"""How long a client may keep what it was told of the tools."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A request, or a notification where `id` is None. `params` came as they are, but for being an object."""

    id: str | int | None
    method: str
    params: Json
    is_modern: bool

    def result(self, content: Json, *, is_kept: bool = False) -> Json:
        """Make the answer; `is_kept` says that the client may keep it for a while, whoever uses it."""
        if self.is_modern:
            content = {"resultType": "complete", **content, "_meta": {f"{_META}serverInfo": SERVER_INFO}}
            if is_kept:
                content |= {"ttlMs": _FRESH_MS, "cacheScope": "public"}
        return {"jsonrpc": "2.0", "id": self.id, "result": content}


class EnvelopeError(Exception):
    """A message that cannot be taken: `code` and `data` for JSON-RPC, `status` for HTTP."""

    def __init__(self, code: int, message: str, *, status: int = 400, data: Json | None = None) -> None:
        super().__init__(message)
        self.code, self.status, self.data = code, status, data
        self.id: str | int | None = None

    def answer(self) -> Json:
        """Make the answer."""
        error: Json = {"code": self.code, "message": str(self)}
        if self.data is not None:
            error["data"] = self.data
        return {"jsonrpc": "2.0", "id": self.id, "error": error}


def open_message(message: object, headers: Mapping[str, str]) -> Asked:
    """Open a message that JSON gave; the names of the headers are in small letters.

    Raises:
        EnvelopeError: it is no request or notification, or not of a revision that is spoken here.
    """
    if not isinstance(message, dict) or message.get("jsonrpc") != "2.0" or not isinstance(message.get("method"), str):
        raise EnvelopeError(BAD_MESSAGE, "Send one JSON-RPC 2.0 request or notification.")
    given_id, method, params = message.get("id"), message["method"], message.get("params", {})
    if isinstance(given_id, bool) or not isinstance(given_id, str | int | None):
        raise EnvelopeError(BAD_MESSAGE, "id must be a text or a whole number.")
    try:
        if not isinstance(params, dict):
            raise EnvelopeError(BAD_PARAMS, "params must be an object.")
        return Asked(given_id, method, params, _is_modern(method, params, headers))
    except EnvelopeError as error:
        error.id = given_id
        raise


def check_batch(messages: list[object], headers: Mapping[str, str]) -> None:
    """Check that several messages may come as one: in the revision that has batches, which is also meant by none.

    Raises:
        EnvelopeError: they may not, or are too many or none.
    """
    n, version = f"{len(messages):,} messages", headers.get("mcp-protocol-version")
    if not messages:
        raise EnvelopeError(BAD_MESSAGE, "The batch is empty. Send at least one JSON-RPC 2.0 message.")
    if version not in (None, _BATCHES):
        what = f"A batch of {n} came, and revision {version[:_SHOWN]} has none. Send each as a request of its own."
        raise EnvelopeError(BAD_MESSAGE, what)
    if len(messages) > _LONGEST_BATCH:
        raise EnvelopeError(BAD_MESSAGE, f"The batch has {n}, and {_LONGEST_BATCH} is the most. Send several batches.")


def negotiate_revision(params: Json) -> str:
    """Return the revision to go on with after a handshake: the client's where it is spoken, else the newest."""
    wanted = params.get("protocolVersion")
    return wanted if isinstance(wanted, str) and wanted in LEGACY else LEGACY[0]


def _is_modern(method: str, params: Json, headers: Mapping[str, str]) -> bool:
    """Tell whether a message is of the revision without a handshake. Its headers must say the same as it does."""
    meta = params.get("_meta")
    meta = meta if isinstance(meta, dict) else {}
    said, header = meta.get(f"{_META}protocolVersion"), headers.get("mcp-protocol-version")
    if said is None and header in (None, *LEGACY):
        return False
    if said is not None and header != said:
        raise EnvelopeError(_HEADERS_DIFFER, "The header MCP-Protocol-Version does not say what _meta says.")
    if header in LEGACY:
        return False
    if header != MODERN:
        versions: Json = {"supported": [MODERN, *LEGACY], "requested": header}
        raise EnvelopeError(_OTHER_VERSION, "Unsupported protocol version", data=versions)
    for name in ("protocolVersion", "clientCapabilities"):
        if f"{_META}{name}" not in meta:
            raise EnvelopeError(BAD_PARAMS, f"params._meta needs {_META}{name}.")
    _check_mirrored("Mcp-Method", headers, method)
    if method == "tools/call":
        _check_mirrored("Mcp-Name", headers, params.get("name"))
    return True


def _check_mirrored(name: str, headers: Mapping[str, str], expected: object) -> None:
    if _decode_header(headers.get(name.lower())) != expected:
        raise EnvelopeError(_HEADERS_DIFFER, f"The header {name} does not say what the body says.")


def _decode_header(value: str | None) -> str | None:
    """Take a header's value out of the form in which it is sent where it is not plain."""
    if value is None or not (value.startswith("=?base64?") and value.endswith("?=")):
        return value
    try:
        return base64.b64decode(value[9:-2], validate=True).decode("utf-8")
    except (binascii.Error, UnicodeDecodeError):
        return value
