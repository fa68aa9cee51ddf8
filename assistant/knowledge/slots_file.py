"""The slots as they stand in slots.yaml: questions, options, and what is declared of each.

Owns the shape of that file and its faults. Must not know what a declaration is used for.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from typing import Literal

from pydantic import Field

from assistant.domain.rulebook import Option, Rulebook, Slot, SlotKind
from assistant.knowledge.files import FileModel, Folder
from assistant.knowledge.types.page_text import RUNGS, RUNGS_BY_RULE, RungState

FILE = "slots.yaml"


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
    decisive: bool = False
    needed_for_yes: bool = False
    given: bool = False
    foundation: int = Field(default=0, ge=0)
    undoes_yes: bool = False
    asked_after_yes: bool = False
    best: str | None = None
    done_steps: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    rungs: dict[str, dict[str, RungState]] = Field(default_factory=dict)
    kindred: tuple[str, ...] = ()
    counts_other_things: bool = False
    outweighs: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    said_in: frozenset[Literal["deadline", "risk", "cost", "timeline", "example_of_eval"]] = frozenset()


SlotRow = tuple[Slot, int]
"""A slot and the line in which it begins."""


def read_slots(folder: Folder) -> list[SlotRow]:
    """Read the slots; faults are noted in the folder."""
    path = folder.root / FILE
    found = []
    for row, line in folder.rows(path, _Slot):
        for what, remedy in _find_faults(row):
            folder.fault(path, line, what, remedy)
        found.append((_slot(row), line))
    return found


def _slot(row: _Slot) -> Slot:
    plain = {name: getattr(row, name) for name in _Slot.model_fields if name not in ("options", "set_priors", "rungs")}
    return Slot(
        **plain,
        options=tuple(Option(**option.model_dump()) for option in row.options),
        set_priors=tuple((frozenset(entry.members), entry.prior) for entry in row.set_priors),
        rungs={rung: {value: state.value for value, state in states.items()} for rung, states in row.rungs.items()},
    )


def _find_faults(row: _Slot) -> Iterator[tuple[str, str]]:
    """Find what can be said of a slot by itself, each fault with its remedy."""
    values = [option.value for option in row.options]
    if len(set(values)) != len(values):
        yield f"{row.id} offers a value twice.", "Keep one of them."
    priors = [e.prior for e in row.set_priors] if row.kind is SlotKind.SET else [o.prior for o in row.options]
    if abs(sum(priors) - 1) > 1e-6:
        yield f"The priors of {row.id} sum to {sum(priors):.4g}.", "Make them sum to 1."
    for named in sorted(_list_named_options(row) - {*map(str, values)}):
        yield f"{row.id} has no option {named!r}.", "Use one of its options."
    for rung, states in row.rungs.items():
        for value in values:
            if value not in states:
                yield f"{row.id}: {value!r} stands nowhere on the rung {rung!r}.", "Say where, such as missing."
    if row.kind is SlotKind.NUMBER:
        yield from _find_band_faults(row)


def _list_named_options(row: _Slot) -> set[str]:
    """Return the options that the declarations of a slot name; for a number they name thresholds instead."""
    named = {member for entry in row.set_priors for member in entry.members} | {*row.readiness}
    named |= {value for states in row.rungs.values() for value in states}
    named |= {value for stronger, weaker in row.outweighs.items() for value in (stronger, *weaker)}
    if row.kind is not SlotKind.NUMBER:
        named |= {value for values in row.done_steps.values() for value in values}
        named |= {row.best} if row.best is not None else set()
    return named


def _find_band_faults(row: _Slot) -> Iterator[tuple[str, str]]:
    for option in row.options:
        inside = isinstance(option.value, float) and (option.low or 0) <= option.value < (option.high or 1e15)
        if not inside:
            yield f"{row.id}: {option.value} lies outside its band.", "Move it inside."
    for band, following in zip(row.options, row.options[1:], strict=False):
        if band.high != following.low:
            yield f"{row.id}: bands leave a gap at {band.high}.", "Let them meet."


def check_references(folder: Folder, rows: Sequence[SlotRow], rulebook: Rulebook) -> None:
    """Find slots, steps, thresholds and rungs that a slot names and that do not exist, and rungs that none has."""
    path = folder.root / FILE
    known = {
        "slot": {slot.id for slot in rulebook.slots},
        "step": {step.id for verdict in rulebook.verdicts for step in verdict.steps},
        "threshold": {threshold.id for threshold in rulebook.thresholds},
        "rung": {*RUNGS} - {*RUNGS_BY_RULE},
    }
    for slot, line in rows:
        for kind, names in _name_references(slot).items():
            for name in sorted({*names} - known[kind]):
                folder.fault(
                    path, line, f"{slot.id} names the {kind} {name!r}.", f"There is no such {kind}: correct it."
                )
    places = Counter(rung for slot in rulebook.slots for rung in slot.rungs)
    for rung in sorted(known["rung"]):
        if places[rung] != 1:
            folder.fault(path, 1, f"{places[rung]} slots place a case on the rung {rung!r}.", "Exactly one has to.")


def _name_references(slot: Slot) -> dict[str, Collection[str]]:
    is_number = slot.kind is SlotKind.NUMBER
    thresholds = {*([slot.best] if slot.best else []), *(name for names in slot.done_steps.values() for name in names)}
    return {
        "slot": slot.kindred,
        "step": slot.done_steps.keys(),
        "threshold": thresholds if is_number else (),
        "rung": slot.rungs.keys(),
    }
