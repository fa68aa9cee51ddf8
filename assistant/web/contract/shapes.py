"""The shapes of what programs get, for OpenAPI and for MCP.

Owns their description only: answers are written by `answers`, and tests hold the two to each other.
"""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from assistant.domain.case import Again, Status, Via
from assistant.domain.dialogue import Intent, MistakeState, QuestionKind
from assistant.domain.rulebook import MistakeId, VerdictId
from assistant.domain.source import SourceKind


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
    slots: list[str] = Field(description="All that it settles: several where what was heard is read back.")
    text: str
    why: str
    kind: QuestionKind = Field(description="`read_back` puts what was heard to the user, to be agreed to.")
    again: Again | None = Field(description="Why it is put a second time; null the first time.")
    multiple: bool
    options: list[Choice]


class Heard(_Shape):
    """What one message gave."""

    slot: str
    value: str | float | None
    quote: str


class ToAgree(_Shape):
    """A value that was heard and that nobody agreed to yet, as it is sent back as a fact."""

    value: str | float | list[str]
    quote: str | None = Field(description="The user's words it was read from.")


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

    contract: int = Field(description="The number of this answer's shape.")
    conversation: str = Field(description="Names the case; the same for the same inquiry.")
    turn: int
    reply: str = Field(description="The answer in Markdown, with citations such as [1].")
    intent: Intent
    verdict: VerdictId = Field(description="`undecided` while a question is open.")
    leaning: VerdictId = Field(description="What the rules say of all that was heard or agreed to so far.")
    settled: bool = Field(description="A verdict is there; it rests on agreed facts alone.")
    stability: float = Field(ge=0, le=1, description="The share of ways to fill what is open that keep the leaning.")
    parts: list[Part]
    mistakes: dict[MistakeId, MistakeState]
    facts: list[Fact]
    gaps: list[str]
    question: Question | None = Field(description="null when nothing is worth asking any more.")
    also_ask: list[Question]
    n_left: int = Field(description="About how many questions are left.")
    heard_now: list[Heard] = Field(description="What the last message gave.")
    to_agree: dict[str, ToAgree] = Field(
        description="What was heard and waits for the user's yes. Ask them, and send what they confirm as `facts`."
    )
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


class RulebookPart(_Shape):
    """One part of what is judged by, or all of it."""

    version: str = Field(description="Changes with every edit of the knowledge.")
    slots: list[dict[str, Any]] | None = None
    verdicts: list[dict[str, Any]] | None = None
    mistakes: list[dict[str, Any]] | None = None
    criteria: list[dict[str, Any]] | None = None
    thresholds: list[dict[str, Any]] | None = None


class Problem(_Shape):
    """What went wrong, after RFC 9457."""

    type: Literal["about:blank"]
    title: str
    status: int
    code: str = Field(description="For programs; does not change.")
    detail: str = Field(description="For people: what is wrong, with which value, and what to do.")
    field: str | None = Field(default=None, description="Which part is at fault, such as `facts.evals`.")
    value: str | None = Field(default=None, description="The start of what stood there.")
