"""A record that somebody downloaded, opened again: its agreed facts go in, and the case is judged anew.

Owns what is taken from it and what is said of the change since. It may be any JSON. Must not know how it is shown.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from assistant.domain.case import DECLINED
from assistant.domain.conversation import Event
from assistant.domain.dialogue import TurnResult
from assistant.domain.record import FORMAT
from assistant.domain.rulebook import Given, Rulebook, SlotKind, VerdictId, check_facts
from assistant.errors import InputError
from assistant.knowledge.types.page_text import Labels

_AGREED = ("known", "declined")


class _Fact(BaseModel):
    model_config = ConfigDict(extra="ignore")
    slot: str = Field(max_length=100)
    value: str | float | None = Field(union_mode="left_to_right")
    status: str = Field(max_length=20)


class Record(BaseModel):
    """What is read of a record's JSON."""

    model_config = ConfigDict(extra="ignore")
    format: str = Field(pattern=f"^{FORMAT}$")
    date: str = Field(max_length=10)
    knowledge: str = Field(max_length=100)
    verdict: str = Field(max_length=40)
    facts: list[_Fact] = Field(max_length=200)


def read_record(given: object) -> Record:
    """Read a record.

    Raises:
        ValueError: it is none.
    """
    return Record.model_validate(given)


def facts_of(record: Record, rulebook: Rulebook) -> tuple[Event, tuple[str, ...]]:
    """Return the facts as a click would give them, and the slots that did not go in.

    What was only heard was never agreed to, and what the rulebook no longer knows cannot be judged.
    """
    given: dict[str, Given] = {}
    left: dict[str, None] = {}
    for slot, value in _by_slot(record, rulebook).items():
        try:
            given |= check_facts(rulebook, {slot: value})
        except InputError:
            left[slot] = None
    left |= dict.fromkeys(fact.slot for fact in record.facts if fact.slot not in given)
    return Event("", given), tuple(left)


def what_changed(record: Record, now: TurnResult, left: tuple[str, ...], rulebook: Rulebook, labels: Labels) -> str:
    """Say what the verdict was then and is now, whether the rulebook is another one, and what did not go in."""
    before, after = _label(record.verdict, rulebook), rulebook.verdict(_verdict_to_show(now)).label
    same = before == after
    said = [
        labels.reopened_same.format(date=record.date, verdict=after)
        if same
        else labels.reopened_moved.format(date=record.date, before=before, verdict=after)
    ]
    said.append(labels.rulebook_same if record.knowledge == rulebook.version else labels.rulebook_other)
    if left:
        names = {slot.id: slot.name for slot in rulebook.slots}
        said.append(labels.reopened_left.format(names=", ".join(names.get(slot, slot) for slot in left)))
    return " ".join(said)


def _by_slot(record: Record, rulebook: Rulebook) -> Mapping[str, Any]:
    sets = {slot.id for slot in rulebook.slots if slot.kind is SlotKind.SET}
    found: dict[str, Any] = {}
    for fact in record.facts:
        if fact.status not in _AGREED:
            continue
        if fact.value is None:
            found.setdefault(fact.slot, DECLINED)
        elif fact.slot in sets:
            members = found.get(fact.slot)
            found[fact.slot] = [*(members if isinstance(members, list) else []), fact.value]
        else:
            found[fact.slot] = fact.value
    return found


def _label(verdict: str, rulebook: Rulebook) -> str:
    return rulebook.verdict(VerdictId(verdict)).label if verdict in set(VerdictId) else verdict


def _verdict_to_show(result: TurnResult) -> VerdictId:
    assessment = result.assessment
    return assessment.verdict if assessment.settled else assessment.leaning
