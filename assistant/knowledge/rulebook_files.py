"""The rulebook's files, turned into a Rulebook.

Owns the shape of criteria, thresholds, verdicts, mistakes and confirmations; slots have a module of their own. Must not
know how a verdict is reached.
"""

from __future__ import annotations

import datetime
from collections.abc import Collection
from pathlib import Path
from typing import Any

from pydantic import Field

from assistant.domain.criteria import PREDICATES
from assistant.domain.mistakes import CONDITIONS, MistakeId
from assistant.domain.rulebook import (
    Confirmations,
    Criterion,
    Mistake,
    Replies,
    Rulebook,
    Step,
    Threshold,
    VerdictId,
    VerdictText,
)
from assistant.domain.source import Span
from assistant.knowledge.files import FileModel, Folder
from assistant.knowledge.slots_file import check_references, read_slots
from assistant.knowledge.sources import Library, Place

_NOTHING_TO_FILL = r"^[^{}]*$"
_HEARD = r"^[^{}]*\{heard\}[^{}]*$"


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
    id: str
    name: str = Field(min_length=1)
    line: str = Field(min_length=1)
    hit: str = Field(min_length=1)
    cleared: str = Field(min_length=1)
    unknown: str = Field(min_length=1)
    slots: tuple[str, ...] = Field(min_length=1)
    said_by: tuple[str, ...] = Field(min_length=1)
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
    thousands: str = Field(pattern="^[,.]$")
    quotation_marks: str = Field(pattern="^..$")
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
    rejects: tuple[str, ...] = Field(min_length=1)
    removes: tuple[str, ...] = Field(min_length=1)
    limits: tuple[str, ...] = Field(min_length=1)
    asks: tuple[str, ...] = Field(min_length=1)
    others: tuple[str, ...] = Field(min_length=1)
    comes_round: tuple[str, ...] = Field(min_length=1)
    conditions: tuple[str, ...] = Field(min_length=1)


def read_rulebook(folder: Folder, library: Library) -> Rulebook:
    """Read the rulebook; faults are noted in the folder, and what is faulty is left out."""
    reader = _RulebookReader(folder, library)
    rows = read_slots(folder)
    slot_ids = {slot.id for slot, _ in rows}
    criteria = reader.criteria(slot_ids)
    criterion_ids = {criterion.id for criterion in criteria}
    rulebook = Rulebook(
        slots=tuple(slot for slot, _ in rows),
        criteria=criteria,
        thresholds=reader.thresholds(),
        verdicts=reader.verdicts(criterion_ids),
        mistakes=reader.mistakes(slot_ids, criterion_ids),
        confirmations=reader.confirmations(),
        version=folder.version(),
    )
    check_references(folder, rows, rulebook)
    return rulebook


class _RulebookReader:
    def __init__(self, folder: Folder, library: Library) -> None:
        self._folder = folder
        self._library = library

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

    def mistakes(self, slot_ids: set[str], criterion_ids: set[str]) -> tuple[Mistake, ...]:
        path = self._folder.root / "mistakes.yaml"
        found = []
        for row, line in self._folder.rows(path, _Mistake):
            if row.id not in {*MistakeId}:
                self._folder.fault(path, line, f"Nothing says when {row.id!r} is hit.", "Add it to domain/mistakes.py.")
                continue
            for slot in set(row.slots) - slot_ids:
                self._folder.fault(path, line, f"{row.id} rests on an unknown slot {slot!r}.", "Correct the slot's id.")
            for criterion in set(row.said_by) - criterion_ids:
                self._folder.fault(path, line, f"{row.id} is said by {criterion!r}.", "Name a criterion.")
            places = self._spans(path, (Place(source="fine-tuning-a-scalpel", quote=row.line),), line)
            if places:
                guidance = self._spans(path, row.guidance, line)
                told = (row.hit, row.cleared, row.unknown)
                found.append(Mistake(row.id, row.name, places[0], *told, guidance, row.slots, row.said_by))
        self._all_there(path, MistakeId, {mistake.id for mistake in found})
        for mistake in MistakeId:
            if mistake not in CONDITIONS:
                self._folder.fault(
                    path, 1, f"Nothing says when {mistake.value!r} is hit.", "Add it to domain/mistakes.py."
                )
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

    def _all_there(self, path: Path, ids: type[VerdictId] | type[MistakeId], found: Collection[str]) -> None:
        for missing in set(ids) - {*found}:
            self._folder.fault(path, 1, f"{missing.value!r} is missing.", "Every id of the contract needs its entry.")
