"""The list that is read back: what a verdict would rest on and the user has not agreed to yet.

Owns which slots stand in it and how it is put. Must not know how a reply to it is read, nor what else is worth asking.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from assistant.domain.case import Again, Case, Fact
from assistant.domain.dialogue import Choice, Question, QuestionKind
from assistant.domain.rulebook import Confirmations, Rulebook, Slot

MOST_ENTRIES = 7
"""Entries of one list; what is left comes in the next."""


def needs_agreement(case: Case, rulebook: Rulebook, holds: Callable[[Case], bool]) -> tuple[str, ...]:
    """Return a smallest set of heard slots that a verdict rests on, in the rulebook's order.

    One after the other, from the end of the rulebook's order, a heard fact or gap is opened, while the leaning holds
    without it and nothing becomes worth asking, as `holds` tells. What the user could not say is not asked again, so a
    gap stands there only where it changes the verdict by itself.
    """
    heard = case.list_unagreed_slots()
    left, needed = case, []
    for slot in reversed(rulebook.slots):
        if slot.id not in heard:
            continue
        put = frozenset(asked for asked in left.asked if asked[0] != slot.id)
        if slot.id in left.list_gaps():
            put |= {(slot.id, again) for again in Again}
        without = replace(left.without(slot.id), asked=put)
        if holds(without):
            left = without
        else:
            needed.append(slot.id)
    return tuple(reversed(needed))


def list_question(case: Case, slots: tuple[str, ...], rulebook: Rulebook) -> Question:
    """Read back what was heard of these slots; after a plain no to several, ask which of them is wrong."""
    put = slots[:MOST_ENTRIES]
    words = rulebook.confirmations
    entries = [f"{n}. {entry(case, rulebook.slot(slot), rulebook)}" for n, slot in enumerate(put, start=1)]
    heard = words.between_slots.join(entries if len(put) > 1 else [entry(case, rulebook.slot(put[0]), rulebook)])
    if case.n_noes and len(put) > 1:
        options = tuple(Choice(slot, rulebook.slot(slot).name) for slot in put)
        text = words.which.format(heard=heard)
        return Question(put[0], text, words.read_back_why, QuestionKind.READ_BACK, True, options, put)
    wording = words.read_back if len(put) > 1 else words.read_back_one
    yes = words.yes_label if len(put) > 1 else words.yes_label_one
    yes_no = (Choice(True, yes), Choice(False, words.no_label))
    text = wording.format(heard=heard)
    return Question(put[0], text, words.read_back_why, QuestionKind.READ_BACK, False, yes_no, put)


def entry(case: Case, slot: Slot, rulebook: Rulebook) -> str:
    """Say back one entry of the list: our reading, with the user's words behind it."""
    words = rulebook.confirmations
    facts = case.pick_facts(slot.id)
    short = [fact.quote for fact in dict.fromkeys(facts) if fact.quote and len(fact.quote) <= words.longest_quote]
    said = words.between.join(_restate(slot, fact, words) for fact in facts)
    return f"{said} ({', '.join(words.quote(quote) for quote in dict.fromkeys(short))})" if short else said


def _restate(slot: Slot, fact: Fact, words: Confirmations) -> str:
    if fact.value is None:
        return words.gap_of.format(name=slot.name)
    if isinstance(fact.value, float | int) and fact.value:
        return f"{words.write_number(fact.value)} {slot.unit}"
    return slot.option(fact.value).heard
