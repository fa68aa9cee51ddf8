"""The facts of a case, as HTML in which each can be changed, removed or confirmed.

Owns the facts' editor: native buttons and disclosure, so that the keyboard alone is enough. Must not know where a click
goes.
"""

from __future__ import annotations

from assistant.domain.case import DECLINED, Case, Fact, SlotState, Value
from assistant.domain.dialogue import Question, QuestionKind
from assistant.domain.rulebook import Rulebook, Slot, SlotKind
from assistant.knowledge.types.page_text import Labels, PageText
from assistant.web.escaping import act, as_html
from assistant.web.page.fact_labels import capitalise, value_label


def facts(text: PageText, rulebook: Rulebook, case: Case, can_undo: bool) -> str:
    """Write the facts that were told, those that were not, and undo."""
    labels = text.labels
    told = [slot for slot in rulebook.slots if case.of(slot.id)]
    open_slots = [slot for slot in rulebook.slots if not case.of(slot.id)]
    rows = "".join(_row(labels, case, slot) for slot in told)
    nothing = f'<p class="empty">{as_html(labels.no_facts)}</p>' if case.begun else ""
    body = f'<ul class="facts">{rows}</ul>' if rows else nothing
    undo = ""
    if can_undo:
        undo = f'<button type="button" class="quiet" data-key="undo" {act("undo")}>{as_html(labels.undo)}</button>'
    return (
        f'<section class="told"><header><h3>{as_html(labels.facts)}</h3>{undo}</header>{body}'
        f"{_not_told(labels, case, open_slots)}</section>"
    )


def entries(text: PageText, rulebook: Rulebook, case: Case, question: Question) -> str:
    """Write the list that is read back, each entry with its options behind a click."""
    if question.kind is not QuestionKind.READ_BACK:
        return ""
    rows = "".join(_row(text.labels, case, rulebook.slot(slot), listed=True) for slot in question.slots)
    return f'<ol class="facts entries" aria-label="{as_html(text.labels.facts)}">{rows}</ol>'


def _not_told(labels: Labels, case: Case, slots: list[Slot]) -> str:
    if not slots:
        return ""
    rows = "".join(_row(labels, case, slot) for slot in slots)
    return (
        f'<details class="untold" data-key="untold"><summary>{as_html(labels.added_facts)} ({len(slots)})</summary>'
        f'<ul class="facts">{rows}</ul></details>'
    )


def _row(labels: Labels, case: Case, slot: Slot, *, listed: bool = False) -> str:
    held = case.of(slot.id)
    state = case.state(slot.id)
    values = " · ".join(_name_fact(labels, slot, fact) for fact in held) or labels.add_fact
    badge = {
        SlotState.PROPOSED: labels.heard_badge,
        SlotState.CONTRADICTED: labels.contradicted,
        SlotState.KNOWN: labels.agreed_badge,
    }.get(state)
    badged = f'<span class="badge">{as_html(badge)}</span> ' if badge and not listed else ""
    change = f' <em class="change">{as_html(labels.change)}</em>' if held else ""
    key = f"{'entry' if listed else 'fact'}-{slot.id}"
    return (
        f'<li class="fact {state}"><details data-key="{key}"><summary>'
        f'<span class="name">{badged}{as_html(capitalise(slot.name))}</span> <b>{as_html(values)}</b>'
        f"{_origin(labels, held)}{change}</summary>"
        f"{_editor(labels, case, slot)}</details>{'' if listed else _confirm(labels, case, slot)}</li>"
    )


def _name_fact(labels: Labels, slot: Slot, fact: Fact) -> str:
    return labels.declined if fact.value is None else value_label(slot, fact.value)


def _origin(labels: Labels, held: tuple[Fact, ...]) -> str:
    quotes = dict.fromkeys(fact.quote for fact in held if fact.quote)
    if quotes:
        words = " ".join(f'<q dir="auto">{as_html(quote)}</q>' for quote in quotes)
        return f' <span class="origin"><span class="unseen">{as_html(labels.from_words)} </span>{words}</span>'
    if any(fact.value is not None for fact in held):
        return f' <span class="origin">{as_html(labels.clicked)}</span>'
    return ""


def _confirm(labels: Labels, case: Case, slot: Slot) -> str:
    """One click agrees to all that was heard of a slot."""
    if case.state(slot.id) is not SlotState.PROPOSED:
        return ""
    values = [fact.value for fact in case.pick_facts(slot.id)]
    given = values if slot.kind is SlotKind.SET else values[-1]
    name = as_html(f"{labels.confirmed}: {slot.name}")
    return (
        f'<button type="button" class="confirm" aria-label="{name}" data-key="fact-{slot.id}" '
        f"{act('facts', facts={slot.id: given})}>{as_html(labels.confirmed)}</button>"
    )


def _editor(labels: Labels, case: Case, slot: Slot) -> str:
    held = case.of(slot.id)
    current = {fact.value for fact in held if fact.value is not None}
    buttons = "".join(_choice(slot, current, option.value, option.label) for option in slot.options)
    declined = case.state(slot.id) is SlotState.DECLINED
    buttons += _button(slot, labels.dont_know, DECLINED, pressed=declined, suffix="declined")
    if held:
        label = labels.misread if any(fact.quote and not fact.agreed for fact in held) else labels.remove
        buttons += (
            f'<button type="button" class="quiet" data-key="fact-{slot.id}" data-close '
            f"{act('facts', facts={slot.id: None})}>{as_html(label)}</button>"
        )
    exact = _exact(labels, slot, current) if slot.kind is SlotKind.NUMBER else ""
    return (
        f'<p class="ask">{as_html(slot.question)}</p>'
        f'<div class="options" role="group" aria-label="{as_html(slot.question)}">{buttons}</div>{exact}'
    )


def _choice(slot: Slot, current: set[Value], value: Value, label: str) -> str:
    if slot.kind is SlotKind.SET:
        members = sorted(str(member) for member in current ^ {value})
        return _button(slot, label, members or None, pressed=value in current, suffix=str(value), closes=False)
    held = {slot.option(member).value: member for member in current}
    return _button(slot, label, held.get(value, value), pressed=value in held, suffix=str(value))


def _button(
    slot: Slot, label: str, given: Value | list[str] | None, *, pressed: bool, suffix: str, closes: bool = True
) -> str:
    key = f"fact-{slot.id}" if closes else f"fact-{slot.id}-{suffix}"
    close = " data-close" if closes else ""
    return (
        f'<button type="button" aria-pressed="{str(pressed).lower()}" data-key="{as_html(key)}"{close} '
        f"{act('facts', facts={slot.id: given})}>{as_html(label)}</button>"
    )


def _exact(labels: Labels, slot: Slot, current: set[Value]) -> str:
    number = next((f"{value:.10g}" for value in current if isinstance(value, (int, float))), "")
    return (
        f'<p class="exact"><label>{as_html(capitalise(slot.unit or ""))} '
        f'<input type="number" min="0" step="1" inputmode="numeric" value="{number}"></label>'
        f'<button type="button" data-key="fact-{slot.id}" data-close data-number="{slot.id}">'
        f"{as_html(labels.change)}</button></p>"
    )
