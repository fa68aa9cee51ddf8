"""A reply to the list that was read back: what it agrees to, what it calls wrong, and what it says instead or besides.

Owns which entry the words of a reply are about. Must not know by which words people agree or point: `agreement` and
`pointers` do.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from assistant.domain.case import Case, Reading
from assistant.domain.dialogue import Intent, Interpretation, Question
from assistant.domain.read_back import MOST_ENTRIES, entry
from assistant.domain.rulebook import Confirmations
from assistant.text.clauses import Utterance, flatten, utter
from assistant.text.numbers import find_quantities
from assistant.understanding.agreement import (
    ListReply,
    Stance,
    is_limited,
    names_wrong,
    opens_with_yes,
    read_list_reply,
    read_part,
    says_rest_is_right,
    split_first,
)
from assistant.understanding.corrections import mark_correction, read_corrected_number
from assistant.understanding.estimates import Estimating
from assistant.understanding.facts import Earlier, FactReader
from assistant.understanding.held_aims import read_members
from assistant.understanding.likeliest import ASKED, PLAIN, Family
from assistant.understanding.pointers import Pointer, find_pointers, find_words, mask_pointers, split_by_entry
from assistant.understanding.slots.data_count import names_records

_NOTHING = Earlier()
_CALLED_WRONG = re.compile(
    r"^\W{0,3}(?:(?:is|was|are|it's|its|that's|also|still|just|too|totally|simply)\s){0,3}"
    r"(?:wrong|off|incorrect|false|untrue|nonsense|not (?:right|true|correct|it))\b(?: too| also| as well)?(?=\W|$)"
)
_MOST_EXACT = 6
"""Words of a reply that names an option or a number and says little else."""


def read_bare_reply(flat: str, question: Question, words: Confirmations) -> Interpretation | None:
    """Read a reply to the list that is nothing but a yes or a no, in whatever language; None for any other."""
    reply = read_list_reply(flat, question.slots, words)
    return _bare(reply.stance, frozenset(question.slots)) if reply.is_bare else None


def read_list(
    utterance: Utterance, question: Question, case: Case, facts: FactReader, estimate: Estimating
) -> Interpretation | None:
    """Read a reply to the list; None where it is no reply to it, and may be anything else."""
    listed, words = frozenset(question.slots), facts.rulebook.confirmations
    reply = read_list_reply(utterance.flat, question.slots, words)
    entries = {slot: entry(case, facts.rulebook.slot(slot), facts.rulebook) for slot in question.slots}
    pointers = find_pointers(utterance.flat, question.slots, words, entries)
    plain = mask_pointers(utterance.flat, pointers)
    if reply.rest or plain != utterance.flat:
        utterance = utter(" " * reply.rest + plain[reply.rest :])
    if not utterance.clauses:
        pointed_at = frozenset(pointer.slot for pointer in pointers)
        return _read_bare_pointer(reply, pointed_at, listed)
    if reply.rejects and not facts.read(utterance, estimate(utterance), None) and not reply.named:
        return _bare(Stance.NO, listed)
    found = _ListReader(question, case, facts, estimate, reply.stance)
    opens = reply.stance in (Stance.UNCLEAR, Stance.PARTLY) and opens_with_yes(utterance.flat, words)
    is_plain = not reply.asks and not any(pointer.is_plain for pointer in pointers)
    if opens and is_plain and (again := found.find_said_again(utterance)):
        return Interpretation(Intent.CONFIRMS, agrees=again)
    pointed = found.read_pointed(utterance, plain, pointers) if not reply.asks else _Pointed()
    mended = pointed.values if pointed else found.read_mended(utterance)
    if reply.stance is Stance.UNCLEAR and not mended and not pointed and not (reply.named and reply.named_wrong):
        return None
    repeated = None if mended or reply.stance is not Stance.NO else found.find_repeated(utterance)
    denied = pointed.denies | frozenset([repeated] if repeated and not pointed else [])
    exact = frozenset(value.slot for value in mended if _is_exact(value, utterance))
    changed = frozenset(value.slot for value in mended)
    told = () if pointed else found.read(utterance, None)
    beside = (value for value in (*pointed.beside, *told) if value.slot not in changed | listed)
    values = (
        *mended,
        *(mark_correction(value, case) for value in beside if not _is_of_same_words(value, mended)),
    )
    is_wrong = (reply.named_wrong or question.multiple) and not pointed and not mended
    wrong = reply.named if is_wrong else frozenset()
    agrees = exact | pointed.agrees
    if reply.stance is Stance.YES and (not reply.holds_back or changed or reply.named or values):
        excepted = reply.named if reply.named_wrong or reply.holds_back else frozenset[str]()
        if not pointed.agrees:
            meant = reply.named if reply.named and is_limited(utterance.flat, words) and not excepted else listed
            agrees = agrees | (meant - changed - excepted)
    if changed and not pointed.agrees and says_rest_is_right(utterance.flat, words):
        agrees = agrees | (listed - changed - reply.named)
    agrees = agrees - denied
    intent = Intent.CONFIRMS if agrees else Intent.DENIES
    if not agrees and (reply.stance is Stance.YES or (values and reply.stance is Stance.UNCLEAR)):
        intent = Intent.TELLS
    return Interpretation(intent, values, agrees=agrees, denies=wrong | denied)


def _read_bare_pointer(reply: ListReply, pointed_at: frozenset[str], listed: frozenset[str]) -> Interpretation | None:
    """Return what a reply says that does nothing but point, or not even that: "2", "yes to 1 and 3"."""
    if reply.stance is Stance.YES and reply.named_wrong:
        return Interpretation(Intent.CONFIRMS, agrees=listed - reply.named, denies=reply.named)
    if reply.stance is Stance.YES:
        return Interpretation(Intent.CONFIRMS, agrees=pointed_at or listed)
    if pointed_at and not reply.asks:
        return Interpretation(Intent.DENIES, denies=pointed_at)
    return _bare(reply.stance, listed) if reply.stance is Stance.NO else None


def _bare(stance: Stance, listed: frozenset[str]) -> Interpretation:
    """Return what nothing but a yes or a no says of the list; a no to several does not say which is wrong."""
    if stance is Stance.YES:
        return Interpretation(Intent.CONFIRMS, agrees=listed)
    return Interpretation(Intent.DENIES, denies=listed if len(listed) == 1 else frozenset())


@dataclass(frozen=True, slots=True)
class _Pointed:
    """What a reply says of the entries that it points at, and `beside` them; false where it points at none."""

    values: tuple[Reading, ...] = ()
    beside: tuple[Reading, ...] = ()
    agrees: frozenset[str] = frozenset()
    denies: frozenset[str] = frozenset()

    def __bool__(self) -> bool:
        return bool(self.values or self.agrees or self.denies)


@dataclass(frozen=True, slots=True)
class _ListReader:
    """Reads what a reply says of the entries of the list in front of the user."""

    question: Question
    case: Case
    facts: FactReader
    estimate: Estimating
    stance: Stance

    def read_pointed(self, utterance: Utterance, plain: str, pointers: tuple[Pointer, ...]) -> _Pointed:
        """Return what is said of the entries that a reply plainly points at, each as an answer to its own question.

        `plain` is the whole reply without the words that point, `utterance` what of it follows its yes or no.
        One of which nothing else can be read is called wrong: that it is pointed at, and not with a yes, is enough.
        """
        words = self.facts.rulebook.confirmations
        found = _Pointed()
        parts = split_by_entry(plain, pointers)
        n_parts = Counter(parts.values())
        for slot, place in parts.items():
            said = plain[place.begin : place.end]
            part = utter(" " * place.start + _without_verdict(utterance.flat[place.start : place.end]))
            stance = read_part(said, words)
            first, then = split_first(said)
            if n_parts[place] > 1 and then and read_part(first, words) is Stance.YES:  # of several at once
                stance, rest = Stance.YES, utter(" " * (place.end - len(then)) + then)
                beside = self.read(rest, None) if rest.clauses else ()
                found = replace(found, beside=tuple(dict.fromkeys((*found.beside, *beside))))
            if stance is Stance.YES:
                found = replace(found, agrees=found.agrees | {slot})
                continue
            own, beside = self._read_part(part, slot) if part.clauses and stance is not Stance.NO else ((), ())
            is_doubted = stance is not Stance.PARTLY and (self.stance is not Stance.YES or self._takes_back(said))
            if own:
                found = replace(found, values=(*found.values, *own), beside=(*found.beside, *beside))
            elif is_doubted and not self._leaves_it(part, slot, said):
                found = replace(found, denies=found.denies | {slot})
        named = {pointer.slot for pointer in pointers if not pointer.is_plain}
        if not found and named and find_words(utterance.flat, words.removes) is not None:
            return _Pointed(denies=frozenset(named))
        return found

    def _read_part(self, part: Utterance, slot: str) -> tuple[tuple[Reading, ...], tuple[Reading, ...]]:
        """Return what a part of a reply tells of the entry it is about, and of what is not in the list."""
        read = self.read(part, slot, _earlier(self.case, slot))
        first = self._read_first(part, slot) if slot in self.case.set_slots else ()
        own = first or self._change(tuple(value for value in read if value.slot == slot), slot, part)
        return own, tuple(value for value in read if value.slot not in self.question.slots)

    def _read_first(self, part: Utterance, slot: str) -> tuple[Reading, ...]:
        """Return what the first sentence of a longer part tells of its entry: what follows may be about another."""
        end = part.clauses[0].sentence.end
        if end >= part.clauses[-1].end:
            return ()
        first = utter(part.flat[:end])
        read = self.read(first, slot, _earlier(self.case, slot)) if first.clauses else ()
        return self._change(tuple(value for value in read if value.slot == slot), slot, first)

    def read(self, utterance: Utterance, slot: str | None, earlier: Earlier = _NOTHING) -> tuple[Reading, ...]:
        """Return the facts of words, without a number that only says which or how many entries: "three of them"."""
        read = self.facts.read(utterance, self.estimate(utterance), slot, earlier=earlier)
        return tuple(value for value in read if not _counts_entries(value, utterance))

    def _says_again(self, part: Utterance, slot: str, said: str) -> bool:
        """Tell whether words about an entry say what stands there, and do not call it wrong: "1 is style"."""
        held = {fact.value for fact in self.case.pick_facts(slot)}
        read = self.read(part, slot, _earlier(self.case, slot)) if part.clauses else ()
        told = {value.value for value in read if value.slot == slot}
        return bool(told) and told <= held and not self._takes_back(said)

    def _leaves_it(self, part: Utterance, slot: str, said: str) -> bool:
        """Tell whether words about an entry ask about it, say it again, or mend but a number in what it quotes."""
        has_number = any(char.isdigit() for char in part.flat)
        mends = has_number and find_words(said, self.facts.rulebook.confirmations.removes) is None
        is_quoted = mends and all(isinstance(fact.value, str) for fact in self.case.pick_facts(slot))
        return is_quoted or self._asks(said) or self._says_again(part, slot, said)

    def _takes_back(self, flat: str) -> bool:
        """Tell whether words about an entry call it wrong, or ask to take it out."""
        return names_wrong(flat) or find_words(flat, self.facts.rulebook.confirmations.removes) is not None

    def _asks(self, flat: str) -> bool:
        """Tell whether words about an entry ask what it means rather than doubt it."""
        return "?" in flat or find_words(flat, self.facts.rulebook.confirmations.asks) is not None

    def read_mended(self, utterance: Utterance) -> tuple[Reading, ...]:
        """Return what a reply says of entries of the list: what differs from them, or the same in exact words.

        Of several entries it must be clear which one is meant: by words that were an entry's before, by words that
        would say it unasked, else by being an answer to the question of one entry alone. Behind a no, words that were
        heard as what the entry says already mean something else: the next likeliest is heard.
        """
        is_correction = self.stance is not Stance.YES
        number = read_corrected_number(utterance, self.case, is_correction=is_correction)
        is_new = number is not None and all(fact.value != number.value for fact in self.case.pick_facts(number.slot))
        if number is not None and _counts_entries(number, utterance):
            number = None
        if number is not None and number.slot in self.question.slots and (is_new or self.stance is not Stance.NO):
            others = [value for value in self.read(utterance, None) if value.slot != number.slot]
            return (
                number,
                *(value for value in others if self._is_new(value) and not _is_of_same_words(value, [number])),
            )
        repeated = self.find_repeated(utterance) if self.stance is Stance.NO else None
        told = self.read(utterance, repeated, _earlier(self.case, repeated))
        slots = {repeated} if repeated else {value.slot for value in told if value.slot in self.question.slots}
        if not slots and self.stance is not Stance.YES:
            return self._read_answer(utterance)
        by_slot = {slot: tuple(value for value in told if value.slot == slot) for slot in sorted(slots)}
        return tuple(value for slot, values in by_slot.items() for value in self._change(values, slot, utterance))

    def _is_new(self, value: Reading) -> bool:
        """Tell whether a reading says something else of an entry of the list than what stands there."""
        held = [fact.value for fact in self.case.pick_facts(value.slot)]
        return value.slot in self.question.slots and value.slot not in self.case.set_slots and value.value not in held

    def _read_answer(self, utterance: Utterance) -> tuple[Reading, ...]:
        """Return what a reply answers to the question of one entry; nothing where it would answer several."""
        earlier = Earlier(floor=ASKED if self.stance is Stance.NO else PLAIN)
        answers = {
            slot: self._change(
                tuple(value for value in self.read(utterance, slot, earlier) if value.slot == slot), slot, utterance
            )
            for slot in self.question.slots
        }
        changed = [values for values in answers.values() if values]
        return changed[0] if len(changed) == 1 else ()

    def _change(self, values: tuple[Reading, ...], slot: str, utterance: Utterance) -> tuple[Reading, ...]:
        """Return what a reply makes of one entry where that is another value, or the same in exact words."""
        if slot in self.case.set_slots and values:
            kept = tuple(fact.value for fact in self.case.pick_facts(slot) if fact.value is not None)
            pressed = self.case.find_pressed(slot)
            values = read_members(utterance, slot, kept, self.facts, self.estimate, pressed) or values
        held = frozenset(fact.value for fact in self.case.of(slot) if fact.value is not None)
        adds = self.facts.lexicon.find_act("adds", utterance.flat) is not None
        if self.stance is Stance.UNCLEAR and not adds:  # what is held is named to be taken back
            values = tuple(value for value in values if value.value not in held) or values
        told = frozenset(value.value for value in values if value.value is not None)
        refused = frozenset(members for of, members in self.case.refused if of == slot) | {held}
        if not (told and told not in refused) and not any(_is_exact(value, utterance) for value in values):
            if self.stance is not Stance.NO and not names_wrong(utterance.flat):
                return ()
            earlier = replace(_earlier(self.case, slot), refused=refused)
            values = self.facts.read_instead(utterance, self.estimate(utterance), slot, earlier)
        return tuple(replace(value, corrects=True) for value in values)

    def find_said_again(self, utterance: Utterance) -> frozenset[str]:
        """Return the entries that a reply says in words of its own as they stand, where it says none otherwise."""
        only = self.question.slots[0] if len(self.question.slots) == 1 else None
        read = [value for value in self.read(utterance, only) if value.slot in self.question.slots]
        held = {(fact.slot, fact.value) for slot in self.question.slots for fact in self.case.pick_facts(slot)}
        is_same = all((value.slot, value.value) in held for value in read)
        return frozenset(value.slot for value in read) if is_same else frozenset()

    def find_repeated(self, utterance: Utterance) -> str | None:
        """Return the one entry whose words a reply repeats, that which has most of them; of a list of one, that."""
        slots = self.question.slots
        if len(slots) == 1:
            return slots[0]
        flat = _space(utterance.flat)
        said = {slot: [_space(fact.quote) for fact in self.case.pick_facts(slot) if fact.quote] for slot in slots}
        lengths = {
            slot: max((len(said) for said in quotes if said in flat), default=0) for slot, quotes in said.items()
        }
        longest = max(lengths.values())
        found = [slot for slot, length in lengths.items() if length == longest]
        return found[0] if longest and len(found) == 1 else None


def _without_verdict(said: str) -> str:
    """Return what is said of an entry without the words that only call it wrong: they tell no value of their own."""
    return _CALLED_WRONG.sub(lambda match: " " * len(match.group()), said)


def _earlier(case: Case, slot: str | None) -> Earlier:
    """Return what was told of a slot before its question was put."""
    return Earlier(told=case.find_pressed(slot) if slot is not None else frozenset())


def _is_of_same_words(value: Reading, others: Sequence[Reading]) -> bool:
    """Tell whether a number is read from words of which another number was read."""
    spans = [(other.start, other.end) for other in others if other.family == Family.NUMBER]
    is_number = value.family == Family.NUMBER
    return is_number and any(value.start < end and start < value.end for start, end in spans)


def _space(text: str) -> str:
    return " ".join(flatten(text).split())


def _is_exact(value: Reading, utterance: Utterance) -> bool:
    """Tell whether a short reply names an option as it is offered, or a number in digits."""
    if len(utterance.flat.split()) > _MOST_EXACT:
        return False
    is_number = value.family == Family.NUMBER and isinstance(value.value, float)
    is_in_digits = is_number and bool(find_quantities(utterance.flat[value.start : value.end]))
    return is_in_digits or value.family == Family.EXACT


def _counts_entries(value: Reading, utterance: Utterance) -> bool:
    """Tell whether a number may as well be that of an entry, or of how many: nothing it counts is named behind it."""
    if value.family != Family.NUMBER or not isinstance(value.value, float) or not 0 < value.value <= MOST_ENTRIES:
        return False
    counted = [number.noun for number in find_quantities(utterance.flat) if value.start <= number.start < value.end]
    return not any(names_records(noun) and not noun.startswith("of them") for noun in counted)
