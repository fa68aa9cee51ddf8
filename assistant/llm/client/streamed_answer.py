"""One streamed answer: its pieces in time, and whether it is whole.

Owns the deadlines of a stream and the rule that an answer without a known end is a part. Must not know what was asked,
nor retry anything.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from dataclasses import dataclass, field

from langchain_core.messages import BaseMessageChunk
from langchain_core.messages.tool import ToolCallChunk

from assistant.llm.client.faults import CallError, FaultKind
from assistant.settings.connection import Deadlines

# How providers say that a model was through; whatever is not here is a part of an answer.
_WHOLE = {"stop", "end_turn", "complete", "completed", "eos", "eos_token"}
_BY_TOOL = {"tool_calls", "tool_use", "tool_call", "function_call"}
_KINDS = {
    "length": FaultKind.LENGTH,
    "max_tokens": FaultKind.LENGTH,
    "content_filter": FaultKind.WITHHELD,
    "safety": FaultKind.WITHHELD,
    "refusal": FaultKind.WITHHELD,
}
_REASON_KEYS = ("finish_reason", "stop_reason", "stopReason", "done_reason")
# Once the model is through, only the endpoint's count of tokens is still waited for.
_AFTER_END_S = 1.0
_CLOSING_S = 1.0
_NONE = object()


@dataclass(slots=True)
class Answer:
    """What one request has brought so far; `tool` is the one tool the model may call.

    `ends_itself` tells of a text whether it shows that it is whole, for endpoints that do not say that it is.
    `n_input` and `n_output` are the tokens that the endpoint says it took and gave, whatever it says.
    """

    tool: str | None = None
    ends_itself: Callable[[str], bool] | None = None
    text: str = ""
    arguments: str = ""
    finish: str | None = None
    n_input: int | None = None
    n_output: int | None = None
    _called: str = field(default="", repr=False)
    _index: object = field(default=_NONE, repr=False)

    def take(self, chunk: BaseMessageChunk) -> str:
        """Note a chunk and return what it adds, text or a tool's arguments."""
        self._note(chunk)
        added = ""
        for call in getattr(chunk, "tool_call_chunks", ()):
            if self._is_first_call(call):
                self._name(call.get("name") or "")
                arguments = call.get("args") or ""
                self.arguments += arguments
                added += arguments
        text = str(chunk.text)
        self.text += text
        return text + added

    def _is_first_call(self, call: ToolCallChunk) -> bool:
        """Tell whether a part belongs to the first call; another may have the same index, and no part must have one."""
        index = call.get("index")
        if self._index is _NONE:
            self._index = index
        if index not in (None, self._index):
            return False
        return not ((call.get("id") or call.get("name")) and _is_object(self.arguments))

    def _name(self, part: str) -> None:
        """Note the tool that is called: its name may come in parts, in each part again, or with a namespace."""
        if part and part.rpartition(".")[2] == self.tool:
            self._called = part
        elif not (self.tool or "").startswith(name := self._called + part):
            raise CallError(FaultKind.UNREADABLE)
        else:
            self._called = name

    def _note(self, chunk: BaseMessageChunk) -> None:
        for key in _REASON_KEYS:
            if reason := chunk.response_metadata.get(key):
                self.finish = str(getattr(reason, "value", reason)).lower()
        usage = getattr(chunk, "usage_metadata", None) or {}
        self.n_input = _larger(self.n_input, usage.get("input_tokens"))
        self.n_output = _larger(self.n_output, usage.get("output_tokens"))

    def check_whole(self) -> None:
        """Make sure that the model said it was through, and said something. Raises CallError."""
        if self.finish is None and self.ends_itself is not None and self.ends_itself(self.arguments or self.text):
            return
        if self.finish is None:
            raise CallError(FaultKind.CUT if self.text or self.arguments else FaultKind.EMPTY)
        if self.finish not in _WHOLE | (_BY_TOOL if self.tool else set()):
            raise CallError(_KINDS.get(self.finish, FaultKind.CUT))
        if not (self.text.strip() or self.arguments.strip()):
            raise CallError(FaultKind.EMPTY)


def _is_object(text: str) -> bool:
    if not text.rstrip().endswith("}"):
        return False
    try:
        return isinstance(json.loads(text), dict)
    except (ValueError, RecursionError):
        return False


def _larger(noted: int | None, told: object) -> int | None:
    """Return the larger count: some providers tell a running total, some each part once. What is no count is none."""
    if type(told) is not int:  # a bool is an int, too
        return noted
    return told if noted is None else max(noted, told)


async def pieces(
    chunks: AsyncIterator[BaseMessageChunk], answer: Answer, deadlines: Deadlines, ends_at: float
) -> AsyncGenerator[str]:
    """Yield what the chunks add to the answer, in time; `ends_at` is the turn's end on the loop's clock.

    Raises:
        CallError: it took too long, or the answer is not whole. Other libraries' errors pass as they are.
    """
    loop = asyncio.get_running_loop()
    due = loop.time() + deadlines.first_token
    try:
        while (chunk := await _next(chunks, answer, min(due, ends_at))) is not None:
            piece = answer.take(chunk)
            if piece:
                due = loop.time() + deadlines.gap
                yield piece
            if answer.finish:
                due = min(due, loop.time() + _AFTER_END_S)
    finally:
        closing = getattr(chunks, "aclose", None)
        if closing is not None:
            with contextlib.suppress(Exception):
                await asyncio.wait_for(closing(), _CLOSING_S)
    answer.check_whole()


async def _next(chunks: AsyncIterator[BaseMessageChunk], answer: Answer, due: float) -> BaseMessageChunk | None:
    """Wait for the next chunk; None at the end, and after the model's last word whatever happens then."""
    try:
        async with asyncio.timeout_at(due):
            return await anext(chunks)
    except StopAsyncIteration:
        return None
    except Exception as error:
        if answer.finish:
            return None
        if isinstance(error, TimeoutError):
            raise CallError(FaultKind.LATE) from error
        raise
