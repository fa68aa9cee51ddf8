"""The sentences of the coach that a language model may say in other words, and other words for them.

Owns how a reference such as `criterion:evals_none` becomes the engine's text.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from assistant.domain.dialogue import Sentence
from assistant.domain.rewording import Objection
from tests.moments import knowledge

DATA = Path(__file__).resolve().parent / "data"
_PROSE = re.compile(r"[A-Z][^:|]{40,}")
_FIRST = re.compile(r".+?[.!](?= |$)")
DONE = "**Done when:** "


@dataclass(frozen=True, slots=True)
class Said:
    """Words put for sentences of the engine."""

    says: str
    meant: tuple[Sentence, ...]

    @property
    def objection(self) -> Objection | None:
        """What the gate has against it."""
        return knowledge().gate.objection(self.says, self.meant)


def read_said(name: str, part: str) -> list[Said]:
    """Return the rewordings or lies of one part of a file."""
    return [Said(entry["says"], meant(entry["of"])) for entry in read(name)[part]]


def read(name: str) -> dict[str, Any]:
    """Return a file of test data."""
    found: dict[str, Any] = yaml.safe_load((DATA / f"{name}.yaml").read_text(encoding="utf-8"))
    return found


def meant(references: str | Sequence[str]) -> tuple[Sentence, ...]:
    """Return the engine's sentences that references name."""
    return tuple(
        Sentence(_text(reference)) for reference in ([references] if isinstance(references, str) else references)
    )


def _text(reference: str) -> str:
    kind, _, rest = reference.partition(":")
    rulebook = knowledge().rulebook
    if kind == "criterion":
        return next(criterion.claim for criterion in rulebook.criteria if criterion.id == rest)
    if kind not in ("step", "exit"):
        return rest
    verdict, _, step_id = rest.partition(".")
    step = next(
        step for found in rulebook.verdicts if found.id == verdict for step in found.steps if step.id == step_id
    )
    return step.text if kind == "step" else DONE + step.exit_test


def _answers(text: str, is_document: bool) -> list[str]:
    """Return the first sentence of every paragraph as an answer quotes it, of a card its first three."""
    found = [_FIRST.match(line) for line in text.splitlines() if _PROSE.match(line)]
    quotes = [match.group() for match in found if match]
    return [f"From the document: “{quote}”" for quote in quotes] if is_document else quotes[:3]


@cache
def shipped() -> list[str]:
    """Return what may be said in other words, a sentence each.

    That is every claim, step, exit test, mistake's state and reason for a question, every quote they rest on, every
    value as it is said back, and of each card and of the document the sentences that begin a paragraph, as answers.
    """
    rulebook, texts = knowledge().rulebook, knowledge().library.texts
    steps = [step for verdict in rulebook.verdicts for step in verdict.steps]
    spans = sorted({span for criterion in rulebook.criteria for span in criterion.rests_on}, key=str)
    found = [
        *(criterion.claim for criterion in rulebook.criteria),
        *(step.text for step in steps),
        *(f"Done when: {step.exit_test}" for step in steps),
        *(text for mistake in rulebook.mistakes for text in (mistake.hit, mistake.cleared, mistake.unknown)),
        *(slot.why for slot in rulebook.slots),
        *(texts[span.source].text[span.start : span.end] for span in spans),
        *(f"Noted: {option.heard}." for slot in rulebook.slots for option in slot.options),
        *(answer for text in texts.values() for answer in _answers(text.text, text.id == "fine-tuning-a-scalpel")),
    ]
    return list(dict.fromkeys(found))
