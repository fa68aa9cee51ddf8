"""The rulebook as programs and the command line get it.

Owns the names of its fields. Must not know how requests are read.
"""

from __future__ import annotations

from typing import Any

from pydantic import Field

from assistant.domain.rulebook import Option, Rulebook, Slot
from assistant.domain.source import SourceText, Span
from assistant.web.contract.answers import plain
from assistant.web.contract.fields import Json, Shape


class RulebookShape(Shape):
    """All that is judged by."""

    version: str = Field(description="Changes with every edit of the knowledge.")
    slots: list[dict[str, Any]]
    verdicts: list[dict[str, Any]]
    mistakes: list[dict[str, Any]]
    criteria: list[dict[str, Any]]
    thresholds: list[dict[str, Any]]


class RulebookPart(Shape):
    """One part of what is judged by, or all of it."""

    version: str = Field(description="Changes with every edit of the knowledge.")
    slots: list[dict[str, Any]] | None = None
    verdicts: list[dict[str, Any]] | None = None
    mistakes: list[dict[str, Any]] | None = None
    criteria: list[dict[str, Any]] | None = None
    thresholds: list[dict[str, Any]] | None = None


def rulebook_json(rulebook: Rulebook, texts: dict[str, SourceText]) -> Json:
    """Write slots with their options, verdicts, mistakes, criteria and thresholds, with every span they rest on."""
    return {
        "version": rulebook.version,
        "slots": [_slot(slot) for slot in rulebook.slots],
        "verdicts": [
            {
                "id": verdict.id.value,
                "label": verdict.label,
                "summary": verdict.summary,
                "steps": [{"id": s.id, "text": s.text, "exit_test": s.exit_test} for s in verdict.steps],
            }
            for verdict in rulebook.verdicts
        ],
        "mistakes": [
            {"id": mistake.id, "name": mistake.name, "line": _span(mistake.line, texts)}
            for mistake in rulebook.mistakes
        ],
        "criteria": [
            {
                "id": criterion.id,
                "slots": list(criterion.slots),
                "argues_for": [verdict.value for verdict in criterion.argues_for],
                "claim": criterion.claim,
                "rests_on": [_span(span, texts) for span in criterion.rests_on],
            }
            for criterion in rulebook.criteria
        ],
        "thresholds": [
            {
                "id": threshold.id,
                "value": threshold.value,
                "unit": threshold.unit,
                "since": threshold.since.isoformat(),
                "source": threshold.source,
                "meaning": threshold.meaning,
            }
            for threshold in rulebook.thresholds
        ],
    }


def _slot(slot: Slot) -> Json:
    return {
        "id": slot.id,
        "kind": slot.kind.value,
        "name": slot.name,
        "question": slot.question,
        "why": slot.why,
        "unit": slot.unit,
        "readiness": list(slot.readiness),
        "options": [_option(option) for option in slot.options],
    }


def _option(option: Option) -> Json:
    written: Json = {"value": plain(option.value), "label": option.label, "prior": option.prior}
    if option.low is not None:
        written["low"], written["high"] = option.low, option.high
    return written


def _span(span: Span, texts: dict[str, SourceText]) -> Json:
    source = texts[span.source]
    return {
        "source": span.source,
        "file": source.file,
        "start": span.start,
        "end": span.end,
        "quote": source.text[span.start : span.end],
    }
