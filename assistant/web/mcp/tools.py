"""The functions as tools of the Model Context Protocol: what each is called, takes and gives.

Owns names and schemas; the words by which an agent chooses come from the knowledge. Must not know how a tool is called.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from pydantic import BaseModel

from assistant.web.callers import Caller
from assistant.web.calls import Calls
from assistant.web.contract.answers import Answer, Found
from assistant.web.contract.fields import Json
from assistant.web.contract.requests import Schema, part_schema, read_part, search_schema
from assistant.web.contract.rulebooks import RulebookPart
from assistant.web.mcp.tool_schemas import plain_input, plain_output


@dataclass(frozen=True, slots=True)
class Tool:
    """A tool; `call` is handed the arguments and who calls."""

    name: str
    title: str
    text: str
    takes: Schema
    gives: type[BaseModel]
    call: Callable[[object, Caller], Awaitable[Json]]

    def describe(self) -> Json:
        """Describe it to a client; nothing is changed by it anywhere, and it reaches nothing beyond its sources."""
        return {
            "name": self.name,
            "title": self.title,
            "description": self.text,
            "inputSchema": plain_input(self.takes),
            "outputSchema": plain_output(self.gives.model_json_schema()),
            "annotations": {"readOnlyHint": True, "idempotentHint": True, "openWorldHint": False},
        }


def tools(calls: Calls) -> tuple[Tool, ...]:
    """Return the tools, in the order in which they are listed."""

    async def rulebook(given: object, caller: Caller) -> Json:  # noqa: ARG001 - it waits for nothing
        part = read_part(given)
        return calls.rulebook if part is None else {name: calls.rulebook[name] for name in ("version", part)}

    texts = calls.texts
    return (
        Tool("assess_fine_tuning_case", "Assess a case", texts.assess, calls.inquiry_schema, Answer, calls.assess),
        Tool("search_fine_tuning_sources", "Search the sources", texts.search, search_schema(), Found, calls.search),
        Tool("fine_tuning_rulebook", "Read the rulebook", texts.rulebook, part_schema(), RulebookPart, rulebook),
    )
