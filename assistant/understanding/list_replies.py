"""A reply to the list that was read back: what it agrees to, what it calls wrong, and what it says instead or besides.

Owns which entry the words of a reply are about. Must not know by which words people agree: `agreement` does.
"""

from __future__ import annotations

from dataclasses import replace

from assistant.domain.case import Case, Reading
from assistant.domain.dialogue import Intent, Interpretation, Question
from assistant.domain.rulebook import Confirmations, Rulebook
from assistant.text.clauses import Utterance, flatten, utter
from assistant.text.numbers import find_quantities
from assistant.understanding.agreement import Stance, read_list_reply
from assistant.understanding.corrections import read_corrected_number
from assistant.understanding.estimates import Estimates, Estimating
from assistant.understanding.facts import Earlier, FactReader
from assistant.understanding.likeliest import Family
from assistant.understanding.pressed import read_members

_MOST_EXACT = 6
"""Words of a reply that names an option or a number and says little else."""


def read_bare_reply(flat: str, question: Question, words: Confirmations) -> Interpretation | None:
    """Read a reply to the list that is nothing but a yes or a no, in whatever language; None for any other."""
    reply = read_list_reply(flat, question.slots, words)
    return _bare(reply.stance, frozenset(question.slots)) if reply.is_bare else None


def read_list(
    utterance: Utterance,
    question: Question,
    case: Case,
    rulebook: Rulebook,
    facts: FactReader,
    estimate: Estimating,
) -> Interpretation | None:
    """Read a reply to the list; None where it is no reply to it, and may be anything else."""
    listed = frozenset(question.slots)
    reply = read_list_reply(utterance.flat, question.slots, rulebook.confirmations)
    if reply.rest:
        utterance = utter(" " * reply.rest + utterance.flat[reply.rest :])
    if not utterance.clauses:
        return _bare(reply.stance, listed) if reply.stance in (Stance.YES, Stance.NO) else None
    if reply.rejects and not facts.read(utterance, estimate(utterance), None) and not reply.named:
        return _bare(Stance.NO, listed)
    mended = _read_mended(utterance, question, case, facts, estimate, reply.stance)
    if reply.stance is Stance.UNCLEAR and not mended and not (reply.named and reply.named_wrong):
        return None
    repeated = None if mended or reply.stance is not Stance.NO else _find_repeated(utterance, case, question)
    denied = frozenset([repeated] if repeated else [])
    exact = frozenset(value.slot for value in mended if _is_exact(value, utterance))
    changed = frozenset(value.slot for value in mended)
    told = facts.read(utterance, estimate(utterance), None)
    values = (*mended, *(value for value in told if value.slot not in changed | listed))
    wrong = reply.named - changed if reply.named_wrong or question.multiple else frozenset()
    agrees = exact
    if reply.stance is Stance.YES and (not reply.holds_back or changed or reply.named or values):
        excepted = reply.named if reply.named_wrong or reply.holds_back else frozenset[str]()
        agrees = exact | (listed - changed - excepted)
    intent = Intent.CONFIRMS if agrees else Intent.DENIES
    if not agrees and values and reply.stance is Stance.UNCLEAR:
        intent = Intent.TELLS
    return Interpretation(intent, values, agrees=agrees, denies=wrong | denied)


def _bare(stance: Stance, listed: frozenset[str]) -> Interpretation:
    """Return what nothing but a yes or a no says of the list; a no to several does not say which is wrong."""
    if stance is Stance.YES:
        return Interpretation(Intent.CONFIRMS, agrees=listed)
    return Interpretation(Intent.DENIES, denies=listed if len(listed) == 1 else frozenset())


def _read_mended(
    utterance: Utterance,
    question: Question,
    case: Case,
    facts: FactReader,
    estimate: Estimating,
    stance: Stance,
) -> tuple[Reading, ...]:
    """Return what a reply says of entries of the list: what differs from them, or the same in exact words.

    Of several entries it must be clear which one is meant: by words that were an entry's before, by words that would
    say it unasked, else by being an answer to the question of one entry alone. Behind a no, words that were heard as
    what the entry says already mean something else: the next likeliest is heard.
    """
    number = read_corrected_number(utterance, case)
    is_new = number is not None and all(fact.value != number.value for fact in case.pick_facts(number.slot))
    if number is not None and number.slot in question.slots and (is_new or stance is not Stance.NO):
        return (number,)
    estimates = estimate(utterance)
    repeated = _find_repeated(utterance, case, question) if stance is Stance.NO else None
    told = facts.read(utterance, estimates, repeated, earlier=_earlier(case, repeated))
    slots = {repeated} if repeated else {value.slot for value in told if value.slot in question.slots}
    if not slots and stance is not Stance.YES:
        answers = {slot: facts.read(utterance, estimates, slot) for slot in question.slots}
        slots = {slot for slot, given in answers.items() if any(value.slot == slot for value in given)}
        slots = slots if len(slots) == 1 else set()
        told = answers[next(iter(slots))] if slots else ()
    found: list[Reading] = []
    for slot in sorted(slots):
        values = tuple(value for value in told if value.slot == slot)
        if slot in case.set_slots and values:
            held = tuple(fact.value for fact in case.pick_facts(slot) if fact.value is not None)
            values = read_members(utterance, slot, held, facts, estimate, case.find_pressed(slot)) or values
        found += _read_change(values, slot, utterance, estimates, case, facts, stance)
    return tuple(replace(value, corrects=True) for value in found)


def _read_change(
    values: tuple[Reading, ...],
    slot: str,
    utterance: Utterance,
    estimates: Estimates,
    case: Case,
    facts: FactReader,
    stance: Stance,
) -> tuple[Reading, ...]:
    """Return what a reply makes of one entry where that is another value, or the same in exact words."""
    held = frozenset(fact.value for fact in case.of(slot) if fact.value is not None)
    told = frozenset(value.value for value in values if value.value is not None)
    refused = frozenset(members for of, members in case.refused if of == slot) | {held}
    if told and told not in refused:
        return values
    if any(_is_exact(value, utterance) for value in values):
        return values
    if stance is not Stance.NO:
        return ()
    return facts.read_instead(utterance, estimates, slot, replace(_earlier(case, slot), refused=refused))


def _earlier(case: Case, slot: str | None) -> Earlier:
    """Return what was told of a slot before its question was put."""
    return Earlier(told=case.find_pressed(slot) if slot is not None else frozenset())


def _find_repeated(utterance: Utterance, case: Case, question: Question) -> str | None:
    """Return the one entry whose words a reply repeats, that which has most of them; of a list of one, that."""
    if len(question.slots) == 1:
        return question.slots[0]
    flat = _space(utterance.flat)
    said = {slot: [_space(fact.quote) for fact in case.pick_facts(slot) if fact.quote] for slot in question.slots}
    lengths = {slot: max((len(quote) for quote in quotes if quote in flat), default=0) for slot, quotes in said.items()}
    longest = max(lengths.values())
    found = [slot for slot, length in lengths.items() if length == longest]
    return found[0] if longest and len(found) == 1 else None


def _space(text: str) -> str:
    return " ".join(flatten(text).split())


def _is_exact(value: Reading, utterance: Utterance) -> bool:
    """Tell whether a short reply names an option as it is offered, or a number in digits."""
    if len(utterance.flat.split()) > _MOST_EXACT:
        return False
    numbers = find_quantities(utterance.flat[value.start : value.end])
    is_number = value.family == Family.NUMBER and isinstance(value.value, float) and bool(numbers)
    return is_number or value.family == Family.EXACT
