"""What one message gave, as chips under its reply: heard, agreed to, taken out, or nothing.

Owns which chips there are; in the chat only links carry clicks. Must not know Gradio nor where a click goes.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from markupsafe import Markup

from assistant.coach import Coach
from assistant.domain.case import Case, Value
from assistant.domain.dialogue import TurnResult
from assistant.domain.rulebook import Rulebook
from assistant.web.page.fact_labels import capitalise, value_label
from assistant.web.templates import render


@dataclass(frozen=True, slots=True)
class Chip:
    """One fact that was heard; `name` is its slot's, empty for a gap, and `counts` whether it still stands."""

    slot: str
    place: str
    name: str
    label: str
    counts: bool


def write_noted(coach: Coach, result: TurnResult, now: Case) -> Markup:
    """Write what a message gave; `now` is the case as it stands, which may count some of it no longer."""
    if not result.message.strip():
        return Markup()
    heard = dict.fromkeys((reading.slot, reading.value) for reading in result.heard)
    return render(
        "noted.html",
        labels=coach.page_text.labels,
        chips=[_chip(coach, slot, value, now) for slot, value in heard],
        agreed=_names(coach.rulebook, (fact.slot for fact in result.agreed)),
        denied=_names(coach.rulebook, (fact.slot for fact in result.denied)),
    )


def _chip(coach: Coach, slot_id: str, value: Value | None, now: Case) -> Chip:
    slot = coach.rulebook.slot(slot_id)
    counts = any(fact.value == value for fact in now.of(slot_id))
    if value is None:
        return Chip(slot_id, slot_id, "", f"{slot.name}: {coach.page_text.labels.declined}", counts)
    return Chip(slot_id, f"{slot_id}-{value}", capitalise(slot.name), value_label(coach.rulebook, slot, value), counts)


def _names(rulebook: Rulebook, slots: Iterable[str]) -> str:
    return ", ".join(rulebook.slot(slot).name for slot in dict.fromkeys(slots))
