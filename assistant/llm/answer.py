"""One streamed answer: its pieces in time, and whether it is whole.

Owns the deadlines of a stream and the rule that an answer without a known end is a part. Must not know what was asked,
nor retry anything.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncGenerator, AsyncIterator
from dataclasses import dataclass, field

from langchain_core.messages import BaseMessageChunk

from assistant.domain.connection import Deadlines
from assistant.llm.faults import CallError, FaultKind

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


@dataclass(slots=True)
class Answer:
    """What one request has brought so far; `tool` is the one tool the model may call.

    `n_input` and `n_output` are the tokens that the endpoint says it took and gave, whatever it says.
    """

    tool: str | None = None
    text: str = ""
    arguments: str = ""
    finish: str | None = None
    n_input: int | None = None
    n_output: int | None = None
    _called: str = field(default="", repr=False)

    def take(self, chunk: BaseMessageChunk) -> str:
        """Note a chunk and return what it adds, text or a tool's arguments."""
        self._note(chunk)
        arguments = ""
        for call in getattr(chunk, "tool_call_chunks", ()):
            if call.get("index") in (None, 0):
                self._called += call.get("name") or ""
                arguments += call.get("args") or ""
        if not (self.tool or "").startswith(self._called):
            raise CallError(FaultKind.UNREADABLE)
        text = str(chunk.text)
        self.text += text
        self.arguments += arguments
        return text + arguments

    def _note(self, chunk: BaseMessageChunk) -> None:
        for key in _REASON_KEYS:
            if reason := chunk.response_metadata.get(key):
                self.finish = str(getattr(reason, "value", reason)).lower()
        usage = getattr(chunk, "usage_metadata", None) or {}
        self.n_input = _larger(self.n_input, usage.get("input_tokens"))
        self.n_output = _larger(self.n_output, usage.get("output_tokens"))

    def check_whole(self) -> None:
        """Make sure that the model said it was through, and said something. Raises CallError."""
        if self.finish is None:
            raise CallError(FaultKind.CUT if self.text or self.arguments else FaultKind.EMPTY)
        if self.finish not in _WHOLE | (_BY_TOOL if self.tool else set()):
            raise CallError(_KINDS.get(self.finish, FaultKind.CUT))
        if not (self.text.strip() or self.arguments.strip()):
            raise CallError(FaultKind.EMPTY)


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
