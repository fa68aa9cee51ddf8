"""What one message gave, as chips under its reply: heard, agreed to, taken out, or nothing.

Owns these lines as HTML for the chat, where only links carry clicks. Must not know Gradio nor where a click goes.
"""

from __future__ import annotations

from collections.abc import Iterable

from assistant.coach import Coach
from assistant.domain.case import Case, Value
from assistant.domain.dialogue import TurnResult
from assistant.domain.rulebook import Rulebook
from assistant.knowledge.types.page_text import Labels
from assistant.web.escaping import as_html
from assistant.web.page.fact_labels import capitalise, value_label

Given = tuple[str, Value | None]


def write_noted(coach: Coach, result: TurnResult, now: Case) -> str:
    """Write what a message gave; `now` is the case as it stands, which may count some of it no longer."""
    if not result.message.strip():
        return ""
    rulebook, labels = coach.rulebook, coach.page_text.labels
    heard = dict.fromkeys((reading.slot, reading.value) for reading in result.heard)
    agreed = _names(rulebook, (fact.slot for fact in result.agreed))
    denied = _names(rulebook, (fact.slot for fact in result.denied))
    lines = [f"{as_html(labels.heard_now)} {_chips(rulebook, labels, heard, now)}"] if heard else []
    lines += [f"{as_html(labels.agreed_now)} {agreed}"] if agreed else []
    lines += [f"{as_html(labels.denied_now)} {denied}"] if denied else []
    return "".join(f'<p class="heard">{line}</p>' for line in lines or [as_html(labels.nothing_noted)])


def _chips(rulebook: Rulebook, labels: Labels, heard: Iterable[Given], now: Case) -> str:
    return " ".join(_chip(rulebook, labels, slot, value, now) for slot, value in heard)


def _chip(rulebook: Rulebook, labels: Labels, slot_id: str, value: Value | None, now: Case) -> str:
    """Write one chip: its name opens the options, its cross takes it out; what no longer counts says so."""
    slot = rulebook.slot(slot_id)
    named = f"{slot.name}: {labels.declined}" if value is None else value_label(slot, value)
    name = "" if value is None else f'<span class="unseen">{as_html(capitalise(slot.name))}: </span>'
    shown = f"{name}{as_html(named)}"
    if not any(fact.value == value for fact in now.of(slot_id)):
        return f'<span class="chip gone"><a href="#heard-{slot_id}">{shown}</a> ({as_html(labels.no_longer)})</span>'
    cross = f'<span class="unseen">{as_html(f"{labels.misread}: {named}")}</span>×'
    place = slot_id if value is None else f"{slot_id}-{value}"
    return (
        f'<span class="chip"><a href="#heard-{slot_id}">{shown}</a>'
        f'<a class="cross" href="#misread-{as_html(place)}">{cross}</a></span>'
    )


def _names(rulebook: Rulebook, slots: Iterable[str]) -> str:
    return as_html(", ".join(rulebook.slot(slot).name for slot in dict.fromkeys(slots)))
