"""One event of a streamed answer, written as OpenAI writes it whoever sent it.

Owns the ways in which other endpoints write the same. Must not know what an answer means.
"""

from __future__ import annotations

import json
from typing import Any

_DATA = b"data:"
_TEXTS = (None, "text", "output_text")


def mend_line(line: bytes) -> bytes:
    """Return a line of an event stream as the client's library reads it; what is no chunk of an answer stays."""
    if not line.startswith(_DATA):
        return line
    try:
        chunk = json.loads(line[len(_DATA) :])
    except (ValueError, RecursionError):
        return line
    choices = chunk.get("choices") if isinstance(chunk, dict) else None
    if not isinstance(choices, list) or not choices or not isinstance(choices[0], dict):
        return line
    before = json.dumps(choices[0])
    _mend(choices[0])
    return line if json.dumps(choices[0]) == before else _DATA + b" " + json.dumps(chunk).encode()


def _mend(choice: dict[str, Any]) -> None:
    if "delta" not in choice:
        whole = choice.get("message", {"content": choice.get("text")})
        choice["delta"] = whole if isinstance(whole, dict) else {}
    delta = choice["delta"]
    if not isinstance(delta, dict):
        return
    delta["content"] = _text(delta.get("content"))
    if isinstance(called := delta.pop("function_call", None), dict):
        delta["tool_calls"] = [{"function": called}]
    calls = delta.get("tool_calls")
    if isinstance(calls, dict):
        calls = [calls]
    if isinstance(calls, list):
        delta["tool_calls"] = [_call(call) for call in calls if isinstance(call, dict)]


def _text(content: object) -> object:
    """Return content as one text: blocks are joined, those that are no text left out."""
    if isinstance(content, dict):
        return json.dumps(content)
    if not isinstance(content, list):
        return content
    blocks = [block for block in content if isinstance(block, dict) and block.get("type") in _TEXTS]
    return "".join(text for block in blocks if isinstance(text := block.get("text"), str))


def _call(call: dict[str, Any]) -> dict[str, Any]:
    """Return a call of a tool with its arguments as text, beside its name, in the place they belong to."""
    inner = call.get("function")
    function = dict(inner) if isinstance(inner, dict) else {key: call.get(key) for key in ("name", "arguments")}
    if isinstance(function.get("arguments"), dict | list):
        function["arguments"] = json.dumps(function["arguments"])
    return {"id": call.get("id"), "type": "function", "function": function, "index": call.get("index", 0)}
