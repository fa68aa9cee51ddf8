"""What a provider's chunks add up to, whichever words it has for the end."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from enum import Enum

import pytest
from langchain_core.messages import AIMessageChunk

from assistant.llm.client.faults import CallError, FaultKind
from assistant.llm.client.streamed_answer import Answer, pieces
from assistant.settings.connection import Deadlines


class GoogleReason(Enum):
    """Some packages give an enumeration instead of a word."""

    STOP = "STOP"


async def from_provider(chunks: Sequence[AIMessageChunk]) -> AsyncIterator[AIMessageChunk]:
    """Give chunks as LangChain gives them."""
    for chunk in chunks:
        yield chunk


def read(answer: Answer, *chunks: AIMessageChunk) -> str:
    """Take chunks to their end."""

    async def take() -> str:
        ends_at = asyncio.get_running_loop().time() + 5
        return "".join([piece async for piece in pieces(from_provider(chunks), answer, Deadlines(), ends_at)])

    return asyncio.run(take())


def end(**metadata: object) -> AIMessageChunk:
    """Make the chunk that says how it ended."""
    return AIMessageChunk(content="", response_metadata=metadata)


@pytest.mark.parametrize(
    "last",
    [
        end(finish_reason="stop"),
        end(stop_reason="end_turn"),
        end(finish_reason="STOP"),
        end(finish_reason=GoogleReason.STOP),
        end(done_reason="stop", done=True),
        end(stopReason="end_turn"),
        end(finish_reason="COMPLETE"),
    ],
)
def test_each_providers_word_for_the_end_makes_a_whole_answer(last: AIMessageChunk) -> None:
    """OpenAI, Anthropic, Google, Ollama, Bedrock and Cohere say it in their own ways."""
    assert "Yes." == read(Answer(), AIMessageChunk(content="Yes."), last)


@pytest.mark.parametrize(
    ("last", "kind"),
    [
        (end(finish_reason="length"), FaultKind.LENGTH),
        (end(stop_reason="max_tokens"), FaultKind.LENGTH),
        (end(finish_reason="SAFETY"), FaultKind.WITHHELD),
        (end(stop_reason="refusal"), FaultKind.WITHHELD),
        (end(finish_reason="tool_calls"), FaultKind.CUT),
        (end(finish_reason="stopstop"), FaultKind.CUT),
        (end(), FaultKind.CUT),
    ],
)
def test_any_other_end_makes_a_part(last: AIMessageChunk, kind: FaultKind) -> None:
    """An end that is not known to be good is not taken for one."""
    with pytest.raises(CallError) as caught:
        read(Answer(), AIMessageChunk(content="Yes."), last)
    assert kind is caught.value.kind


def call(arguments: str, name: str | None = None, index: int | None = 0) -> AIMessageChunk:
    """Make a chunk of a tool call."""
    part = {"name": name, "args": arguments, "id": None, "index": index, "type": "tool_call_chunk"}
    return AIMessageChunk(content="", tool_call_chunks=[part])


def test_a_tools_arguments_are_kept_as_they_came() -> None:
    """What cannot be parsed stays visible; LangChain would show an empty object."""
    answer = Answer("answer")
    read(answer, call('{"x": ', "answer"), call("oops,,}"), end(finish_reason="tool_calls"))
    assert '{"x": oops,,}' == answer.arguments


def test_only_the_first_of_several_calls_counts() -> None:
    """A hundred calls in one answer are one."""
    answer = Answer("answer")
    more = [call('{"y": 2}', "answer", index) for index in range(1, 100)]
    read(answer, call('{"x": 1}', "answer"), *more, end(stop_reason="tool_use"))
    assert '{"x": 1}' == answer.arguments


@pytest.mark.parametrize("tool", ["answer", None])
def test_a_tool_nobody_offered_is_no_answer(tool: str | None) -> None:
    """Also where no tool was offered at all."""
    with pytest.raises(CallError) as caught:
        read(Answer(tool), call("{}", "run_shell"), end(finish_reason="tool_calls"))
    assert FaultKind.UNREADABLE is caught.value.kind


def test_content_in_blocks_is_read_as_text() -> None:
    """Some providers give a list of blocks instead of a text; what a model thought is not part of its reply."""
    blocks = [{"type": "thinking", "thinking": "Hm."}, {"type": "text", "text": "Yes."}]
    assert "Yes." == read(Answer(), AIMessageChunk(content=blocks), end(stop_reason="end_turn"))
