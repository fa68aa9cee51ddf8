"""How facts are named on the page: a value by its option's label, a click as a sentence.

Owns plain words only; escaping them is up to who shows them.
"""

from __future__ import annotations

from collections.abc import Mapping

from assistant.domain.case import DECLINED, Value
from assistant.domain.dialogue import Counterfactual
from assistant.domain.rulebook import Given, Rulebook, Slot, SlotKind
from assistant.knowledge.types.page_text import Labels


def value_label(rulebook: Rulebook, slot: Slot, value: Value) -> str:
    """Name a value: its option's label, or the number with its unit."""
    if slot.kind is SlotKind.NUMBER and isinstance(value, (int, float)):
        return f"{rulebook.confirmations.write_number(value)} {slot.unit}"
    return slot.option(value).label


def name_given(rulebook: Rulebook, slot: Slot, given: Given, labels: Labels) -> str:
    """Name what was clicked for a slot."""
    if given is None:
        return labels.removed
    if given == DECLINED:
        return labels.dont_know
    members = given if isinstance(given, (tuple, list)) else (given,)
    return ", ".join(_name_clicked(rulebook, slot, value) for value in members)


def click_words(rulebook: Rulebook, facts: Mapping[str, Given], asked: str | None, labels: Labels) -> str:
    """Say a click as the user would: the answer alone where the slot was just asked, else with its name."""
    said = []
    for slot_id, given in facts.items():
        slot = rulebook.slot(slot_id)
        label = name_given(rulebook, slot, given, labels)
        said.append(label if slot_id == asked else f"{capitalise(slot.name)}: {label}")
    return "\n".join(said)


def change_words(rulebook: Rulebook, found: Counterfactual, labels: Labels) -> str:
    """Say what would have to be true for another verdict."""
    named = (rulebook.slot(change.slot).option(change.to).heard for change in found.changes)
    return labels.if_changed.format(changes=f", {labels.and_then} ".join(named))


def capitalise(text: str) -> str:
    """Begin with a capital and leave the rest as it is."""
    return text[:1].upper() + text[1:]


def _name_clicked(rulebook: Rulebook, slot: Slot, value: Value) -> str:
    """An exact option, also a band of numbers, goes by its label."""
    exact = next((option.label for option in slot.options if option.value == value), None)
    return exact if exact is not None else value_label(rulebook, slot, value)
