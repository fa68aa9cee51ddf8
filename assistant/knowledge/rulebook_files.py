"""The rulebook's files, turned into a Rulebook.

Owns the shape of slots, criteria, thresholds, verdicts and mistakes. Must not know how a verdict is reached.
"""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import Any

from pydantic import Field

from assistant.domain.criteria import PREDICATES
from assistant.domain.rulebook import (
    Confirmations,
    Criterion,
    Mistake,
    MistakeId,
    Option,
    Replies,
    Rulebook,
    Slot,
    SlotKind,
    Step,
    Threshold,
    VerdictId,
    VerdictText,
)
from assistant.domain.source import Span
from assistant.knowledge.files import FileModel, Folder
from assistant.knowledge.sources import Library, Place

_NOTHING_TO_FILL = r"^[^{}]*$"
_HEARD = r"^[^{}]*\{heard\}[^{}]*$"


class _Option(FileModel):
    value: str | float
    label: str = Field(min_length=1)
    heard: str = Field(min_length=1)
    prior: float = Field(ge=0, le=1)
    low: float | None = None
    high: float | None = None


class _SetPrior(FileModel):
    members: tuple[str, ...] = Field(min_length=1)
    prior: float = Field(gt=0, le=1)


class _Slot(FileModel):
    id: str = Field(pattern=r"^[a-z_]+$")
    kind: SlotKind
    name: str = Field(min_length=1)
    question: str = Field(min_length=1)
    second_question: str = Field(min_length=1)
    explanation: str = Field(min_length=1)
    split_question: str = ""
    why: str = Field(min_length=1)
    options: tuple[_Option, ...] = Field(min_length=2)
    unit: str | None = None
    readiness: tuple[str, ...] = ()
    set_priors: tuple[_SetPrior, ...] = ()


_LONGEST_DAYS = 3650


class _Threshold(FileModel):
    id: str
    value: float
    unit: str
    since: datetime.date
    source: str
    meaning: str


class _Criterion(FileModel):
    id: str
    slots: tuple[str, ...] = Field(min_length=1)
    argues_for: tuple[VerdictId, ...] = Field(min_length=1)
    claim: str = Field(min_length=1)
    rests_on: tuple[Place, ...] = Field(min_length=1)


class _Step(FileModel):
    id: str
    text: str = Field(min_length=1)
    exit_test: str = Field(min_length=1)
    rests_on: tuple[Place, ...] = Field(min_length=1)
    when: tuple[str, ...] = ()


class _Verdict(FileModel):
    id: VerdictId
    label: str = Field(min_length=1)
    summary: str = Field(min_length=1)
    steps: tuple[_Step, ...]


class _Mistake(FileModel):
    id: MistakeId
    name: str = Field(min_length=1)
    line: str = Field(min_length=1)
    hit: str = Field(min_length=1)
    cleared: str = Field(min_length=1)
    unknown: str = Field(min_length=1)
    guidance: tuple[Place, ...]


class _Replies(FileModel):
    says_yes: frozenset[str] = Field(min_length=1)
    says_no: frozenset[str] = Field(min_length=1)
    beside: frozenset[str] = frozenset()


class _Confirmations(FileModel):
    aim: str = Field(pattern=_HEARD)
    contradicted: str = Field(pattern=r"^[^{}]*\{old\}[^{}]*\{new\}[^{}]*$")
    reopened: str = Field(pattern=r"^[^{}]*\{question\}[^{}]*$")
    read_back: str = Field(pattern=_HEARD)
    read_back_one: str = Field(pattern=_HEARD)
    which: str = Field(pattern=_HEARD)
    read_back_why: str = Field(pattern=_NOTHING_TO_FILL)
    gap: str = Field(min_length=1, pattern=_NOTHING_TO_FILL)
    gap_of: str = Field(pattern=r"^[^{}]*\{name\}[^{}]*$")
    between: str = Field(min_length=1, pattern=_NOTHING_TO_FILL)
    between_slots: str = Field(min_length=1, pattern=_NOTHING_TO_FILL)
    longest_quote: int = Field(ge=1)
    yes_label: str = Field(min_length=1)
    yes_label_one: str = Field(min_length=1)
    no_label: str = Field(min_length=1)
    replies: dict[str, _Replies] = Field(min_length=1)
    entries: dict[str, tuple[str, ...]]
    ordinals: tuple[tuple[str, ...], ...]
    last: tuple[str, ...]
    all_but: tuple[str, ...] = Field(min_length=1)
    partly: tuple[str, ...] = Field(min_length=1)
    turns: tuple[str, ...] = Field(min_length=1)


def read_rulebook(folder: Folder, library: Library) -> Rulebook:
    """Read the rulebook; faults are noted in the folder, and what is faulty is left out."""
    reader = _RulebookReader(folder, library)
    slots = reader.slots()
    criteria = reader.criteria({slot.id for slot in slots})
    return Rulebook(
        slots=slots,
        criteria=criteria,
        thresholds=reader.thresholds(),
        verdicts=reader.verdicts({criterion.id for criterion in criteria}),
        mistakes=reader.mistakes(),
        confirmations=reader.confirmations(),
        version=folder.version(),
    )


class _RulebookReader:
    def __init__(self, folder: Folder, library: Library) -> None:
        self._folder = folder
        self._library = library

    def slots(self) -> tuple[Slot, ...]:
        path = self._folder.root / "slots.yaml"
        found = []
        for row, line in self._folder.rows(path, _Slot):
            self._check_slot(path, row, line)
            found.append(
                Slot(
                    id=row.id,
                    kind=row.kind,
                    name=row.name,
                    question=row.question,
                    second_question=row.second_question,
                    explanation=row.explanation,
                    split_question=row.split_question,
                    why=row.why,
                    options=tuple(Option(o.value, o.label, o.heard, o.prior, o.low, o.high) for o in row.options),
                    unit=row.unit,
                    readiness=row.readiness,
                    set_priors=tuple((frozenset(entry.members), entry.prior) for entry in row.set_priors),
                )
            )
        return tuple(found)

    def _check_slot(self, path: Path, row: _Slot, line: int) -> None:
        values = [option.value for option in row.options]
        if len(set(values)) != len(values):
            self._folder.fault(path, line, f"{row.id} offers a value twice.", "Keep one of them.")
        priors = [e.prior for e in row.set_priors] if row.kind is SlotKind.SET else [o.prior for o in row.options]
        if abs(sum(priors) - 1) > 1e-6:
            self._folder.fault(path, line, f"The priors of {row.id} sum to {sum(priors):.4g}.", "Make them sum to 1.")
        for member in {m for entry in row.set_priors for m in entry.members} | set(row.readiness):
            if member not in values:
                self._folder.fault(path, line, f"{row.id} has no option {member!r}.", "Use one of its options.")
        if row.kind is SlotKind.NUMBER:
            self._check_bands(path, row, line)

    def _check_bands(self, path: Path, row: _Slot, line: int) -> None:
        for option in row.options:
            inside = isinstance(option.value, float) and (option.low or 0) <= option.value < (option.high or 1e15)
            if not inside:
                self._folder.fault(path, line, f"{row.id}: {option.value} lies outside its band.", "Move it inside.")
        for band, following in zip(row.options, row.options[1:], strict=False):
            if band.high != following.low:
                self._folder.fault(path, line, f"{row.id}: bands leave a gap at {band.high}.", "Let them meet.")

    def thresholds(self) -> tuple[Threshold, ...]:
        path = self._folder.root / "thresholds.yaml"
        rows = self._folder.rows(path, _Threshold)
        for row, line in rows:
            if row.source not in self._library.bibliography:
                self._folder.fault(path, line, f"sources.yaml has no {row.source!r}.", "Correct the source's id.")
            if row.unit == "days" and not 1 <= row.value <= _LONGEST_DAYS:
                self._folder.fault(path, line, f"{row.id}: {row.value:g} days.", f"Give 1 to {_LONGEST_DAYS} days.")
        return tuple(Threshold(r.id, r.value, r.unit, r.since, r.source, r.meaning) for r, _ in rows)

    def criteria(self, slot_ids: set[str]) -> tuple[Criterion, ...]:
        path = self._folder.root / "criteria.yaml"
        found = []
        for row, line in self._folder.rows(path, _Criterion):
            if row.id not in PREDICATES:
                self._folder.fault(path, line, f"No rule is called {row.id!r}.", "Add it to domain/criteria.py.")
                continue
            for slot in row.slots:
                if slot not in slot_ids:
                    self._folder.fault(
                        path, line, f"{row.id} reads an unknown slot {slot!r}.", "Correct the slot's id."
                    )
            found.append(Criterion(row.id, row.slots, row.argues_for, row.claim, self._spans(path, row.rests_on, line)))
        for missing in PREDICATES.keys() - {criterion.id for criterion in found}:
            self._folder.fault(
                path, 1, f"The criterion {missing!r} is missing.", "Write its claim and what it rests on."
            )
        return tuple(found)

    def verdicts(self, criterion_ids: set[str]) -> tuple[VerdictText, ...]:
        path = self._folder.root / "verdicts.yaml"
        found = []
        for row, line in self._folder.rows(path, _Verdict):
            for step in row.steps:
                for criterion in step.when:
                    if criterion not in criterion_ids:
                        self._folder.fault(path, line, f"{step.id} waits for {criterion!r}.", "Name a criterion.")
            steps = tuple(
                Step(s.id, s.text, s.exit_test, self._spans(path, s.rests_on, line), s.when) for s in row.steps
            )
            found.append(VerdictText(row.id, row.label, row.summary, steps))
        self._all_there(path, VerdictId, {verdict.id for verdict in found})
        return tuple(found)

    def mistakes(self) -> tuple[Mistake, ...]:
        path = self._folder.root / "mistakes.yaml"
        found = []
        for row, line in self._folder.rows(path, _Mistake):
            places = self._spans(path, (Place(source="fine-tuning-a-scalpel", quote=row.line),), line)
            if places:
                guidance = self._spans(path, row.guidance, line)
                found.append(Mistake(row.id, row.name, places[0], row.hit, row.cleared, row.unknown, guidance))
        self._all_there(path, MistakeId, {mistake.id for mistake in found})
        return tuple(found)

    def confirmations(self) -> Confirmations:
        path = self._folder.root / "confirmations.yaml"
        row = self._folder.validate(path, self._folder.yaml(path), _Confirmations, 1)
        texts: dict[str, Any] = row.model_dump() if row else dict.fromkeys(_Confirmations.model_fields, "")
        replies = (
            tuple(Replies(language=code, **found.model_dump()) for code, found in row.replies.items()) if row else ()
        )
        return Confirmations(**{**texts, "replies": replies})

    def _spans(self, path: Path, places: tuple[Place, ...], line: int) -> tuple[Span, ...]:
        found = []
        for place in places:
            try:
                found.append(self._library.span(place))
            except LookupError as error:
                self._folder.fault(path, line, str(error), "Quote the source word for word, and enough of it.")
        return tuple(found)

    def _all_there(self, path: Path, ids: type[VerdictId] | type[MistakeId], found: set[VerdictId | MistakeId]) -> None:
        for missing in set(ids) - found:
            self._folder.fault(path, 1, f"{missing.value!r} is missing.", "Every id of the contract needs its entry.")
