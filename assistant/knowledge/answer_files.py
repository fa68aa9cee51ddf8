"""What the coach can say beside a verdict, as it stands in the files, and the questions that ask for it.

Owns the shape of `glossary.yaml`, `costs.yaml`, `risks.yaml`, `eval_examples.yaml`, `suppositions.yaml` and of files
that tell kinds of follow-up questions. Must not know when any of it is said.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Literal

from pydantic import Field, RootModel, ValidationError

from assistant.domain.dialogue import FollowUp
from assistant.domain.rulebook import Rulebook, SlotKind, VerdictId
from assistant.domain.source import Span
from assistant.knowledge.files import FileModel, Folder
from assistant.knowledge.sources import Library, Place
from assistant.knowledge.types.answer_book import AnswerBook, Cost, EvalExample, Fit, Risk, Supposition, Term

PHRASES = "lexicon/followups.yaml"


class _Fit(FileModel):
    text: str = Field(min_length=1)
    rests_on: Place


class _Term(FileModel):
    names: tuple[str, ...] = Field(min_length=1)
    text: str = Field(min_length=1)
    rests_on: Place | None = None
    slots: tuple[str, ...] = ()
    method: bool | Literal["training"] = False
    fits: _Fit | None = None


class _Cost(FileModel):
    id: str
    kind: Literal["money", "time"]
    verdicts: tuple[VerdictId, ...] = Field(alias="for", min_length=1)
    text: str = Field(min_length=1)
    source: str
    rests_on: Place | None = None


class _Risk(FileModel):
    id: str
    when: dict[str, tuple[str, ...]]
    verdicts: tuple[VerdictId, ...] = Field(alias="for")
    text: str = Field(min_length=1)
    rests_on: Place


class _EvalExample(FileModel):
    goals: tuple[str, ...]
    cases: str = Field(min_length=1)
    beside: str = Field(min_length=1)
    score: str = Field(min_length=1)
    by_hand: str = Field(min_length=1)
    first_day: str = Field(min_length=1)
    rests_on: Place


class _Supposition(FileModel):
    slot: str
    value: str | float
    words: str = Field(pattern=r"^[a-z][a-zäöüß *|.-]*$")


class _Sentences(RootModel[dict[FollowUp, tuple[str, ...]]]):
    root: dict[FollowUp, tuple[str, ...]] = Field(min_length=1)


def read_answer_book(folder: Folder, library: Library, rulebook: Rulebook) -> AnswerBook:
    """Read the five files; every fault is noted in the folder."""
    slots = {slot.id: slot for slot in rulebook.slots}
    return AnswerBook(
        terms=_read_terms(folder, library, frozenset(slots)),
        costs=_read_costs(folder, library),
        risks=_read_risks(folder, library, rulebook),
        eval_examples=_read_eval_examples(folder, library),
        suppositions=_read_suppositions(folder, rulebook),
        about={card.id: card.slots for card in library.cards.values()},
        asks={name: " ".join(text for texts in of.values() for text in texts) for name, of in library.asks.items()},
        grades=dict(Counter(source.grade for source in library.bibliography.values())),
    )


def read_kinds(folder: Folder, name: str) -> Mapping[FollowUp, tuple[str, ...]]:
    """Read how follow-ups are asked, by kind: phrases or whole questions."""
    path = folder.root / name
    data = folder.yaml(path)
    if data is None:
        return {}
    try:
        return _Sentences.model_validate(data).root
    except ValidationError as error:
        misfit = error.errors()[0]
        key = ".".join(str(step) for step in misfit["loc"]) or "the file"
        folder.fault(path, 1, f"{key}: {misfit['msg']}.", "Write kinds of follow-ups, each a list of sentences.")
        return {}


def _read_terms(folder: Folder, library: Library, slots: frozenset[str]) -> tuple[Term, ...]:
    path, found, seen = folder.root / "glossary.yaml", [], set[str]()
    for row, line in folder.rows(path, _Term, key="text"):
        for name in row.names:
            if name in seen or name != name.lower():
                folder.fault(path, line, f"The name {name!r} stands twice or has capitals.", "Write it once, in small.")
            seen.add(name)
        for slot in row.slots:
            if slot not in slots:
                folder.fault(path, line, f"There is no slot {slot!r}.", "Use an id of slots.yaml.")
        span = _span(folder, path, line, library, row.rests_on)
        place = _span(folder, path, line, library, row.fits.rests_on) if row.fits else None
        fits = Fit(row.fits.text, place) if row.fits and place else None
        found.append(Term(row.names, row.text, span, row.slots, bool(row.method), row.method == "training", fits))
    return tuple(found)


def _read_costs(folder: Folder, library: Library) -> tuple[Cost, ...]:
    path, found = folder.root / "costs.yaml", []
    for row, line in folder.rows(path, _Cost):
        if row.source not in library.bibliography:
            folder.fault(path, line, f"sources.yaml has no {row.source!r}.", "Correct the id or add the source.")
        if row.rests_on is None and "estimate" not in row.text:
            folder.fault(
                path, line, "Nothing shows what this rests on.", "Quote a line, or say that it is an estimate."
            )
        span = _span(folder, path, line, library, row.rests_on)
        found.append(Cost(row.id, row.kind == "time", frozenset(row.verdicts), row.text, row.source, span))
    return tuple(found)


def _read_risks(folder: Folder, library: Library, rulebook: Rulebook) -> tuple[Risk, ...]:
    path, found = folder.root / "risks.yaml", []
    slots = {slot.id: slot for slot in rulebook.slots if slot.kind is SlotKind.CHOICE}
    for row, line in folder.rows(path, _Risk):
        for slot in row.when.keys() - slots.keys():
            folder.fault(path, line, f"{slot!r} is no slot with options.", "Use an id of slots.yaml.")
        span = _span(folder, path, line, library, row.rests_on)
        when = {slot: frozenset(values) for slot, values in row.when.items()}
        if span is not None:
            found.append(Risk(row.id, when, frozenset(row.verdicts), row.text, span))
    return tuple(found)


def _read_eval_examples(folder: Folder, library: Library) -> tuple[EvalExample, ...]:
    path, found = folder.root / "eval_examples.yaml", []
    for row, line in folder.rows(path, _EvalExample, key="cases"):
        span = _span(folder, path, line, library, row.rests_on)
        if span is not None:
            found.append(
                EvalExample(frozenset(row.goals), row.cases, row.beside, row.score, row.by_hand, row.first_day, span)
            )
    if not found or found[-1].goals:
        folder.fault(path, 1, "The last row must be for an aim that is still open.", "Put one there with no goals.")
    return tuple(found)


def _read_suppositions(folder: Folder, rulebook: Rulebook) -> tuple[Supposition, ...]:
    path, found = folder.root / "suppositions.yaml", []
    slots = {slot.id: slot for slot in rulebook.slots}
    for row, line in folder.rows(path, _Supposition, key="words"):
        try:
            slots[row.slot].option(row.value)
        except KeyError:
            folder.fault(
                path, line, f"There is no {row.slot} {row.value!r}.", "Use a slot and an option of slots.yaml."
            )
        found.append(Supposition(row.slot, row.value, _compile(row.words)))
    return tuple(found)


def _compile(words: str) -> re.Pattern[str]:
    """Compile words apart by `|`, with `*` for any ending, in groups that follow each other anywhere behind ` ... `."""
    groups = [re.escape(group).replace(r"\|", "|").replace(r"\*", r"\w*") for group in words.split(" ... ")]
    return re.compile(".*".join(rf"\b(?:{group})\b" for group in groups))


def _span(folder: Folder, path: Path, line: int, library: Library, place: Place | None) -> Span | None:
    if place is None:
        return None
    try:
        return library.span(place)
    except LookupError as error:
        folder.fault(path, line, str(error), "Copy the words exactly from that file.")
        return None
