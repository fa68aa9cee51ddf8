"""The case: what the user has told us, slot by slot, and where each value comes from.

Owns facts, slot states, and how readings, clicks, agreement and denial change them. Must not know what any value means
for the verdict, nor how words were read.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum

Value = str | float
"""One value of a slot: an option id, or a number for `data_count` and `volume`."""

Values = Mapping[str, Value | frozenset[str]]
"""Slot id to value; `goal` holds a frozenset. A slot that is absent is not known."""

DECLINED = "declined"
"""The value that stands for "I don't know" in facts given to us; never a value of a slot."""


class Status(StrEnum):
    """What a fact counts as; the values are part of the command-line contract.

    `proposed` was heard in the user's words, `known` was agreed to by the user, `declined` is "I don't know".
    """

    PROPOSED = "proposed"
    KNOWN = "known"
    DECLINED = "declined"
    CONTRADICTED = "contradicted"


class Via(StrEnum):
    """How a fact reached us."""

    WORDS = "words"
    CLICK = "click"
    MODEL = "model"


class SlotState(StrEnum):
    """The state of a whole slot."""

    OPEN = "open"
    PROPOSED = "proposed"
    KNOWN = "known"
    DECLINED = "declined"
    CONTRADICTED = "contradicted"


class Again(StrEnum):
    """Why a question is put a second time; the values are part of the command-line contract."""

    REWORDED = "reworded"
    EXPLAINED = "explained"
    SPLIT = "split"
    REOPENED = "reopened"


@dataclass(frozen=True, slots=True)
class Fact:
    """One value of one slot and what it rests on.

    `quote == message[start:end]` of turn `turn` for a fact from words, also once a click agreed to it; a click on what
    was not heard has no quote. A value of None is a gap. `agreed`: the user clicked it or said yes to it.
    """

    slot: str
    value: Value | None
    agreed: bool
    via: Via
    turn: int
    quote: str | None = None
    start: int = 0
    end: int = 0


@dataclass(frozen=True, slots=True)
class Reading:
    """A value read in the user's words, by the rules or by a model, before it becomes a fact.

    `message[start:end]` is its quote. A value of None declines the slot ("I don't know"). `corrects`: the user takes
    back with it what was said before. `family` names the way of reading, for the account of how well each one reads.
    """

    slot: str
    value: Value | None
    start: int
    end: int
    corrects: bool = False
    via: Via = Via.WORDS
    family: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class Case:
    """All facts so far. `begun` once anything was said that is a case, even if no fact could be read yet.

    `asked` holds each slot whose question was put and met, with why it was put again (None the first time); `reopened`,
    `explained` and `split` are the slots that may be put once more for that reason. `refused` is what was read back of
    a slot and denied, all its values together. `pressed` is what the question for a set showed as heard when it was
    met. `doubted` are slots of a list that was denied or left unanswered twice: their options are put. `n_noes` and
    `n_unmended` count in a row the plain noes to a list, and the replies that mended nothing in it.
    """

    facts: tuple[Fact, ...] = ()
    asked: frozenset[tuple[str, Again | None]] = frozenset()
    reopened: frozenset[str] = frozenset()
    explained: frozenset[str] = frozenset()
    split: frozenset[str] = frozenset()
    refused: frozenset[tuple[str, frozenset[Value]]] = frozenset()
    pressed: frozenset[tuple[str, Value]] = frozenset()
    doubted: frozenset[str] = frozenset()
    n_noes: int = 0
    n_unmended: int = 0
    begun: bool = False
    set_slots: frozenset[str] = field(default=frozenset({"goal"}))

    def of(self, slot: str) -> tuple[Fact, ...]:
        """Return the facts of one slot, in the order they came."""
        return tuple(fact for fact in self.facts if fact.slot == slot)

    def pick_facts(self, slot: str) -> tuple[Fact, ...]:
        """Return the facts of a slot that count: the agreed ones, else the heard ones if they fit together."""
        facts = self.of(slot)
        agreed = tuple(fact for fact in facts if fact.agreed)
        if agreed or slot in self.set_slots or len({fact.value for fact in facts}) < 2:
            return agreed or facts
        return ()

    def rivals(self, slot: str) -> tuple[Fact, ...]:
        """Return the facts of a slot that count for nothing until the user has chosen, in the order they came."""
        counted = self.pick_facts(slot)
        return tuple(fact for fact in self.of(slot) if fact not in counted)

    def state(self, slot: str) -> SlotState:
        """Return the state of one slot."""
        if self.rivals(slot):
            return SlotState.CONTRADICTED
        facts = self.pick_facts(slot)
        if not facts:
            return SlotState.OPEN
        if facts[0].value is None:
            return SlotState.DECLINED
        return SlotState.KNOWN if facts[0].agreed else SlotState.PROPOSED

    def status(self, fact: Fact) -> Status:
        """Return what a fact of this case counts as."""
        if self.rivals(fact.slot):
            return Status.CONTRADICTED
        if fact.value is None:
            return Status.DECLINED
        return Status.KNOWN if fact.agreed else Status.PROPOSED

    def values(self) -> dict[str, Value | frozenset[str]]:
        """Return all agreed and heard values: what the leaning is computed from."""
        found: dict[str, Value | frozenset[str]] = {}
        for slot in dict.fromkeys(fact.slot for fact in self.facts):
            values = [fact.value for fact in self.pick_facts(slot) if fact.value is not None]
            if values:
                found[slot] = frozenset(map(str, values)) if slot in self.set_slots else values[-1]
        return found

    def agrees(self, heard: Fact) -> bool:
        """Tell whether what was heard is agreed to by now."""
        return any(fact.agreed and fact.value == heard.value for fact in self.of(heard.slot))

    def list_numbers(self) -> frozenset[float]:
        """Return every number among the facts."""
        return frozenset(float(fact.value) for fact in self.facts if isinstance(fact.value, (int, float)))

    def list_gaps(self) -> frozenset[str]:
        """Return the gaps: the slots the user could not tell, or was asked about twice without an answer."""
        return frozenset(fact.slot for fact in self.facts if fact.value is None and fact in self.pick_facts(fact.slot))

    def list_unagreed_slots(self) -> frozenset[str]:
        """Return the slots that count with a value or a gap that the user has not agreed to."""
        return frozenset(fact.slot for fact in self.facts if not fact.agreed and fact in self.pick_facts(fact.slot))

    def list_unagreed_values(self) -> frozenset[tuple[str, Value]]:
        """Return the values that were heard and not agreed to, each with its slot."""
        return frozenset((fact.slot, fact.value) for fact in self.facts if fact.value is not None and not fact.agreed)

    def was_asked(self, slot: str) -> bool:
        """Tell whether a slot's question was put and met."""
        return any(asked == slot for asked, _ in self.asked)

    def find_pressed(self, slot: str) -> frozenset[Value]:
        """Return what was heard of a slot before its question was put."""
        return frozenset(value for of, value in self.pressed if of == slot)

    def as_agreed(self) -> Case:
        """Return the case with nothing but what the user agreed to."""
        return replace(self, facts=tuple(fact for fact in self.facts if fact.agreed))

    def without(self, *slots: str) -> Case:
        """Return the case with these slots open."""
        return replace(self, facts=tuple(fact for fact in self.facts if fact.slot not in slots))

    def reopen(self, slot: str) -> Case:
        """Return the case with one slot open, to be asked about again."""
        return replace(self.without(slot), reopened=self.reopened | {slot}, doubted=self.doubted - {slot})


def click(case: Case, facts: Mapping[str, Value | tuple[Value, ...] | None], turn: int) -> Case:
    """Apply clicked facts: a value replaces, a tuple fills a set, None reopens, "declined" declines.

    A click on a value that was heard agrees to it and keeps its quote. The values must have been checked against the
    rulebook (`rulebook.checked_facts`).
    """
    if facts:
        case = replace(case, n_noes=0, n_unmended=0)
    for slot, given in facts.items():
        heard = {fact.value: fact for fact in case.of(slot) if fact.quote is not None}
        if given is None:
            asked = frozenset(put for put in case.asked if put[0] != slot)
            case = replace(case.reopen(slot) if case.of(slot) or case.was_asked(slot) else case, asked=asked)
            continue
        members = given if isinstance(given, tuple) else (None if given == DECLINED else given,)
        added = []
        for value in members:
            clicked = Fact(slot, value, True, Via.CLICK, turn)
            added.append(replace(heard[value], agreed=True, via=Via.CLICK) if value in heard else clicked)
        kept = case.without(slot)
        case = replace(kept, facts=(*kept.facts, *added), doubted=case.doubted - {slot}, begun=True)
    return case


def hear(
    case: Case, readings: Iterable[Reading], message: str, turn: int, answers: Collection[str] = frozenset()
) -> Case:
    """Apply values read from the message of one turn; `answers` are the slots that were asked about.

    What is heard is never agreed. A reading against an agreed value stands beside it and counts for nothing, but for a
    correction that the rules found in so many words, which takes its place. What was only heard gives way to an answer
    and to a correction; two readings that differ otherwise stand side by side, until the user was asked which holds:
    from then on the later one counts, so that a talk ends. Declining never wipes out a value.
    """
    for reading in readings:
        fact = _fact(reading, message, turn)
        told = reading.via is Via.WORDS
        is_answer = reading.slot in answers
        takes_back = told and (reading.corrects or (is_answer and bool(case.rivals(reading.slot))))
        chosen = reading.slot not in case.set_slots and (reading.slot, Again.REOPENED) in case.asked
        case = _hear(case, fact, takes_back=takes_back, replaces=is_answer or reading.corrects or chosen)
    return case


def agree(case: Case, slots: Collection[str]) -> Case:
    """Make what counts of these slots agreed; two readings that do not fit together stay as they are."""
    agreed = tuple(
        replace(fact, agreed=True)
        if fact.slot in slots and case.state(fact.slot) is not SlotState.CONTRADICTED
        else fact
        for fact in case.facts
    )
    return replace(case, facts=agreed, doubted=case.doubted - {*slots})


def deny(case: Case, slot: str) -> Case:
    """Take out what was heard of one slot and open it again; what was agreed stays."""
    agreed = [fact for fact in case.of(slot) if fact.agreed]
    heard = frozenset(fact.value for fact in case.of(slot) if not fact.agreed and fact.value is not None)
    opened = case.reopen(slot)
    refused = case.refused | ({(slot, heard)} if heard else frozenset())
    return replace(opened, facts=(*opened.facts, *agreed), refused=refused)


def leave_open(case: Case, slot: str, turn: int) -> Case:
    """Note a gap that nobody spoke out: the question was put twice and not answered."""
    kept = case.without(slot)
    return replace(kept, facts=(*kept.facts, Fact(slot, None, False, Via.WORDS, turn)), doubted=case.doubted - {slot})


def _fact(reading: Reading, message: str, turn: int) -> Fact:
    quote = message[reading.start : reading.end]
    return Fact(reading.slot, reading.value, False, reading.via, turn, quote, reading.start, reading.end)


def _hear(case: Case, fact: Fact, *, takes_back: bool, replaces: bool) -> Case:
    held = case.of(fact.slot)
    agreed = tuple(old for old in held if old.agreed)
    if fact.value is None:
        return (
            case if agreed or any(old.value is not None for old in held) else _replace_facts(case, fact.slot, (fact,))
        )
    if any(old.value == fact.value for old in agreed):
        return _replace_facts(case, fact.slot, agreed) if replaces else case
    is_set = fact.slot in case.set_slots
    heard = tuple(
        old
        for old in held
        if not old.agreed and old.value not in (None, fact.value) and (not replaces or old.turn == fact.turn)
    )
    if agreed and not takes_back:
        return _replace_facts(case, fact.slot, (*agreed, *(heard if is_set else ()), fact))
    if is_set:
        heard = (*(replace(old, agreed=False) for old in agreed if old.value is not None), *heard)
    return _replace_facts(case, fact.slot, (*heard[-1:], fact) if not is_set else (*heard, fact))


def _replace_facts(case: Case, slot: str, facts: tuple[Fact, ...]) -> Case:
    """Return the case with other facts for one slot, which come last."""
    kept = case.without(slot)
    return replace(kept, facts=(*kept.facts, *facts), begun=True)
