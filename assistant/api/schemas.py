"""The shapes that programs send and get, for OpenAPI and for MCP.

Owns their description. What is sent is checked by the functions themselves, with the same limits; what is got is
written by `turn_json`. Tests hold these shapes to both.
"""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from assistant.api.calls import CORPORA, PASSAGES_LIMIT, PASSAGES_USUAL, QUERY_LIMIT
from assistant.coach import MESSAGE_LIMIT
from assistant.domain.case import DECLINED, Status, Via
from assistant.domain.dialogue import Intent, MistakeState, QuestionKind
from assistant.domain.rulebook import MistakeId, Rulebook, Slot, SlotKind, VerdictId
from assistant.domain.source import SourceKind
from assistant.inquiry import MESSAGES_LIMIT

Schema = dict[str, Any]
_WRITTEN = r"[^\s\x1c-\x1f\x85\ufeff]"
"""A character that is written, for Python and for ECMAScript alike."""


def inquiry_schema(rulebook: Rulebook) -> Schema:
    """Describe an inquiry; the slots and their values are the rulebook's."""
    message = {"type": "string", "maxLength": MESSAGE_LIMIT, "pattern": _WRITTEN}
    facts = {slot.id: _slot_schema(slot) for slot in rulebook.slots}
    return {
        "type": "object",
        "properties": {
            "messages": {
                "type": ["array", "null"],
                "items": message,
                "maxItems": MESSAGES_LIMIT,
                "description": "What the user said of the case, word for word and oldest first: first the story, then "
                "one message for each reply to a question that an earlier answer asked. "
                f"At most {MESSAGES_LIMIT}, {MESSAGE_LIMIT} characters each.",
            },
            "facts": {
                "type": ["object", "null"],
                "properties": facts,
                "additionalProperties": False,
                "description": "What is known for certain, by slot; it outweighs the words of the first message. Leave "
                f'out what nobody told. "{DECLINED}" says that the user does not know.',
            },
        },
        "anyOf": [
            {"required": ["messages"], "properties": {"messages": {"type": "array", "minItems": 1}}},
            {"required": ["facts"], "properties": {"facts": {"type": "object", "minProperties": 1}}},
        ],
        "additionalProperties": False,
    }


def search_schema() -> Schema:
    """Describe a search."""
    return {
        "type": "object",
        "properties": {
            "query": {
                "type": "string",
                "maxLength": QUERY_LIMIT,
                "pattern": _WRITTEN,
                "description": "What to look for, as a question or in keywords, in English.",
            },
            "k": {
                "type": "integer",
                "minimum": 1,
                "maximum": PASSAGES_LIMIT,
                "default": PASSAGES_USUAL,
                "description": "How many passages at most.",
            },
            "in": {
                "enum": [*CORPORA, None],
                "description": "Search only the house document, or only the guidance cards; both where left out.",
            },
        },
        "required": ["query"],
        "additionalProperties": False,
    }


def _slot_schema(slot: Slot) -> Schema:
    options = [option.value for option in slot.options]
    meanings = "; ".join(f"{option.value}: {option.label}" for option in slot.options)
    described = {"description": f"{slot.question} ({slot.unit or meanings})"}
    if slot.kind is SlotKind.NUMBER:
        number = {"type": "number", "minimum": 0, "maximum": 1e15}
        return {"anyOf": [number, {"enum": [DECLINED, None]}], **described}
    if slot.kind is SlotKind.SET:
        members = {"type": "array", "items": {"enum": options}}
        return {"anyOf": [members, {"enum": [*options, DECLINED, None]}], **described}
    return {"enum": [*options, DECLINED, None], **described}


class _Shape(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Part(_Shape):
    """One concern of a case that is split or combined."""

    concern: str
    verdict: VerdictId


class Fact(_Shape):
    """One value of one slot, and what it rests on."""

    slot: str
    value: str | float | None
    status: Status
    via: Via
    quote: str | None = Field(description="The user's words it was read from; null for a fact that was given.")
    turn: int


class Choice(_Shape):
    """One answer to a question."""

    value: str | float | bool
    label: str


class Question(_Shape):
    """What to ask the user next."""

    slot: str
    slots: list[str]
    text: str
    why: str
    kind: QuestionKind
    multiple: bool
    options: list[Choice]


class Change(_Shape):
    """One fact set to another value."""

    slot: str
    to: str | float


class WouldChange(_Shape):
    """The smallest set of changes that leads to another verdict."""

    changes: list[Change]
    verdict: VerdictId


class Cited(_Shape):
    """What a claim of the reply rests on: `quote` stands at `file[start:end]`, counted in characters."""

    n: int = Field(description="The number in the reply, such as [1].")
    kind: SourceKind
    source: str
    file: str | None = Field(description="null for the user's own words.")
    start: int
    end: int
    quote: str
    turn: int | None = Field(default=None, description="Which message, for the user's own words.")


class Answer(_Shape):
    """The coach's answer: decided by rules, each claim cited."""

    conversation: str = Field(description="Names the case; the same for the same inquiry.")
    turn: int
    reply: str = Field(description="The answer in Markdown, with citations such as [1].")
    intent: Intent
    verdict: VerdictId = Field(description="`undecided` while a question is open.")
    leaning: VerdictId = Field(description="What the rules say of all that is known so far.")
    settled: bool
    stability: float = Field(ge=0, le=1, description="The share of ways to fill what is open that keep the leaning.")
    parts: list[Part]
    mistakes: dict[MistakeId, MistakeState]
    facts: list[Fact]
    gaps: list[str]
    question: Question | None = Field(description="null when nothing is worth asking any more.")
    also_ask: list[Question]
    would_change: list[WouldChange]
    rationale: list[str] = Field(description="Ids of criteria, strongest first.")
    citations: list[Cited]
    coach: str = Field(description="`offline`, or the model that phrased the reply.")
    notices: list[str]


class FoundPassage(_Shape):
    """A passage: `quote` stands at `file[start:end]`, counted in characters."""

    source: str
    file: str
    start: int
    end: int
    quote: str
    relevance: float = Field(ge=0, le=1)


class Found(_Shape):
    """What a search found, best first; empty when nothing is relevant."""

    query: str
    passages: list[FoundPassage]


class RulebookShape(_Shape):
    """All that is judged by."""

    version: str = Field(description="Changes with every edit of the knowledge.")
    slots: list[dict[str, Any]]
    verdicts: list[dict[str, Any]]
    mistakes: list[dict[str, Any]]
    criteria: list[dict[str, Any]]
    thresholds: list[dict[str, Any]]


class Problem(_Shape):
    """What went wrong, after RFC 9457."""

    type: Literal["about:blank"]
    title: str
    status: int
    code: str = Field(description="For programs; does not change.")
    detail: str = Field(description="For people: what is wrong, with which value, and what to do.")
    field: str | None = Field(default=None, description="Which part is at fault, such as `facts.evals`.")
    value: str | None = Field(default=None, description="The start of what stood there.")
