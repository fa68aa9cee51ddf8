"""The facts of a case, as HTML in which each can be changed, removed or confirmed.

Owns the facts' editor: native buttons and disclosure, so that the keyboard alone is enough. Must not know where a click
goes.
"""

from __future__ import annotations

from dataclasses import dataclass

from markupsafe import Markup

from assistant.domain.case import DECLINED, Case, SlotState, Value
from assistant.domain.dialogue import Question, QuestionKind
from assistant.domain.rulebook import Rulebook, Slot, SlotKind
from assistant.knowledge.types.page_text import Labels, PageText
from assistant.web.page.fact_labels import capitalise, value_label
from assistant.web.templates import render

Given = Value | list[Value] | list[str] | None


@dataclass(frozen=True, slots=True)
class FactChoice:
    """One option in a fact's editor; `given` is what a click on it gives, and `closes` whether it ends the editing."""

    key: str
    label: str
    given: Given
    is_pressed: bool
    closes: bool = True


@dataclass(frozen=True, slots=True)
class FactRow:
    """One slot with what is held of it; `given` is what agreeing to it gives, `number` an exact one that was told."""

    slot: Slot
    state: SlotState
    key: str
    name: str
    badge: str
    values: str
    quotes: tuple[str, ...]
    is_held: bool
    is_clicked: bool
    choices: tuple[FactChoice, ...]
    remove: str
    is_number: bool
    unit: str
    number: str
    can_agree: bool
    given: Given


def facts(text: PageText, rulebook: Rulebook, case: Case, can_undo: bool) -> Markup:
    """Write the facts that were told, those that were not, and undo."""
    rows = [_row(text.labels, rulebook, case, slot) for slot in rulebook.slots]
    told, untold = [row for row in rows if row.is_held], [row for row in rows if not row.is_held]
    return render("facts.html", labels=text.labels, told=told, untold=untold, has_begun=case.begun, can_undo=can_undo)


def entries(text: PageText, rulebook: Rulebook, case: Case, question: Question) -> Markup:
    """Write the list that is read back, each entry with its options behind a click."""
    if question.kind is not QuestionKind.READ_BACK:
        return Markup()
    rows = [_row(text.labels, rulebook, case, rulebook.slot(slot), listed=True) for slot in question.slots]
    return render("entries.html", labels=text.labels, rows=rows)


def _row(labels: Labels, rulebook: Rulebook, case: Case, slot: Slot, *, listed: bool = False) -> FactRow:
    held, state = case.of(slot.id), case.state(slot.id)
    badges = {
        SlotState.PROPOSED: labels.heard_badge,
        SlotState.CONTRADICTED: labels.contradicted,
        SlotState.KNOWN: labels.agreed_badge,
    }
    named = (labels.declined if fact.value is None else value_label(rulebook, slot, fact.value) for fact in held)
    values = [fact.value for fact in held if fact.value is not None]
    can_agree = state is SlotState.PROPOSED and not listed
    return FactRow(
        slot=slot,
        state=state,
        key=f"{'entry' if listed else 'fact'}-{slot.id}",
        name=capitalise(slot.name),
        badge="" if listed else badges.get(state, ""),
        values=" · ".join(named) or labels.add_fact,
        quotes=tuple(dict.fromkeys(fact.quote for fact in held if fact.quote)),
        is_held=bool(held),
        is_clicked=bool(values),
        choices=_choices(labels, case, slot, set(values)),
        remove=labels.misread if any(fact.quote and not fact.agreed for fact in held) else labels.remove,
        is_number=slot.kind is SlotKind.NUMBER,
        unit=capitalise(slot.unit or ""),
        number=next((f"{value:.10g}" for value in values if isinstance(value, (int, float))), ""),
        can_agree=can_agree,
        given=_pick_agreed(case, slot) if can_agree else None,
    )


def _pick_agreed(case: Case, slot: Slot) -> Given:
    """Return what one click agrees to: all that was heard of a slot."""
    values = [fact.value for fact in case.pick_facts(slot.id) if fact.value is not None]
    return values if slot.kind is SlotKind.SET else values[-1]


def _choices(labels: Labels, case: Case, slot: Slot, current: set[Value]) -> tuple[FactChoice, ...]:
    declined = case.state(slot.id) is SlotState.DECLINED
    ending = FactChoice(f"fact-{slot.id}", labels.dont_know, DECLINED, declined)
    return (*(_choice(slot, current, option.value, option.label) for option in slot.options), ending)


def _choice(slot: Slot, current: set[Value], value: Value, label: str) -> FactChoice:
    """Offer an option; one of a set comes to the others or is taken from them, and the editor stays open."""
    if slot.kind is SlotKind.SET:
        members = sorted(str(member) for member in current ^ {value})
        return FactChoice(f"fact-{slot.id}-{value}", label, members or None, value in current, closes=False)
    held = {slot.option(member).value: member for member in current}
    return FactChoice(f"fact-{slot.id}", label, held.get(value, value), value in held)
