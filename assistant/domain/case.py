"""The case: what the user has told us, slot by slot, and where each value comes from.

Owns facts, slot states and how new readings and clicks change them. Must not know what any value means for
the verdict, nor how words were read.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum

Value = str | float
"""One value of a slot: an option id, or a number for `data_count` and `volume`."""

Values = Mapping[str, Value | frozenset[str]]
"""Slot id to value; `goal` holds a frozenset. A slot that is absent is not known."""

DECLINED = "declined"
"""The value that stands for "I don't know" in facts given to us; never a value of a slot."""


class Status(StrEnum):
    """How sure a fact is; the values are part of the command-line contract."""

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


@dataclass(frozen=True, slots=True)
class Fact:
    """One value of one slot and what it rests on.

    `quote == message[start:end]` of turn `turn` for facts from words; a click has no quote. A declined slot is
    one fact whose value is None. `sure` says how it was read, whatever became of it since.
    """

    slot: str
    value: Value | None
    status: Status
    via: Via
    turn: int
    quote: str | None = None
    start: int = 0
    end: int = 0
    sure: bool = True

    @property
    def is_guess(self) -> bool:
        """Only a model read it, and the user has not confirmed it."""
        return self.via is Via.MODEL and self.status is Status.PROPOSED


@dataclass(frozen=True, slots=True)
class ReadValue:
    """A value read in the user's words, before it becomes a fact.

    `message[start:end]` is its quote. `sure` is True only for readings by a rule that has earned it. `corrects`
    is True when the user takes back what was said before, or answers the question that was just asked.
    A value of None declines the slot ("I don't know"). `family` names the kind of reading, for the reader's account.
    """

    slot: str
    value: Value | None
    start: int
    end: int
    sure: bool
    corrects: bool = False
    via: Via = Via.WORDS
    family: str = ""


@dataclass(frozen=True, slots=True)
class Suspicion:
    """What the user may have meant beside what was read, or instead: too unsure to be taken, too likely to ignore.

    `probability`, in (0, 1), is that of its being meant.
    """

    slot: str
    value: Value
    probability: float


@dataclass(frozen=True, slots=True)
class Case:
    """All facts so far. `begun` once anything was said that is a case, even if no fact could be read yet.

    `asked` are the slots whose question was put and met, `denied` those of which the user denied what a model read.
    `refused` are slots and values that were put to the user and denied: they are not proposed again. `doubted` are
    slots that were read back together and met with a no that does not say which of them is wrong. What is `suspected`
    is no fact: it only makes it worth asking for its slot, or asking whether that was read right.
    """

    facts: tuple[Fact, ...] = ()
    asked: frozenset[str] = frozenset()
    denied: frozenset[str] = frozenset()
    refused: frozenset[tuple[str, Value]] = frozenset()
    doubted: frozenset[str] = frozenset()
    suspected: tuple[Suspicion, ...] = ()
    begun: bool = False
    set_slots: frozenset[str] = field(default=frozenset({"goal"}))

    def of(self, slot: str) -> tuple[Fact, ...]:
        """Return the facts of one slot, in the order they came."""
        return tuple(fact for fact in self.facts if fact.slot == slot)

    def state(self, slot: str) -> SlotState:
        """Return the state of one slot; contradicted and proposed outweigh known within a set."""
        statuses = {fact.status for fact in self.facts if fact.slot == slot}
        for status in (Status.CONTRADICTED, Status.DECLINED, Status.PROPOSED, Status.KNOWN):
            if status in statuses:
                return SlotState(status.value)
        return SlotState.OPEN

    def values(self) -> dict[str, Value | frozenset[str]]:
        """Return all known and proposed values: what the leaning is computed from."""
        found: dict[str, Value | frozenset[str]] = {}
        for fact in self.facts:
            if fact.value is None or fact.status not in (Status.KNOWN, Status.PROPOSED):
                continue
            if fact.slot in self.set_slots:
                members = found.get(fact.slot, frozenset())
                assert isinstance(members, frozenset)
                found[fact.slot] = members | {str(fact.value)}
            else:
                found[fact.slot] = fact.value
        return found

    def declined(self) -> frozenset[str]:
        """Return the slots the user said they don't know."""
        return frozenset(fact.slot for fact in self.facts if fact.status is Status.DECLINED)

    def as_told(self) -> Case:
        """Return the case without the values that only a model read and the user has not confirmed."""
        return replace(self, facts=tuple(fact for fact in self.facts if not fact.is_guess))

    def without(self, slot: str) -> Case:
        """Return the case with one slot open again."""
        return replace(self, facts=tuple(fact for fact in self.facts if fact.slot != slot))


def click(case: Case, facts: Mapping[str, Value | tuple[Value, ...] | None], turn: int) -> Case:
    """Apply clicked facts: a value replaces, a tuple fills a set, None reopens, "declined" declines.

    The values must have been checked against the rulebook (`rulebook.checked_facts`).
    """
    for slot, given in facts.items():
        case = case.without(slot)
        case = replace(case, suspected=tuple(found for found in case.suspected if found.slot != slot))
        if given is None:
            case = replace(case, asked=case.asked - {slot})
            continue
        if given == DECLINED:
            added: tuple[Fact, ...] = (Fact(slot, None, Status.DECLINED, Via.CLICK, turn),)
        else:
            members = given if isinstance(given, tuple) else (given,)
            added = tuple(Fact(slot, value, Status.KNOWN, Via.CLICK, turn) for value in members)
        case = replace(case, facts=case.facts + added, begun=True)
    return case


def hear(case: Case, readings: Iterable[ReadValue], message: str, turn: int) -> Case:
    """Apply values read from the message of one turn.

    A correction, an answer to the question asked, and a sure reading of what was open or only proposed replace
    what was there. Two readings that are equally sure and disagree contradict each other, and both are kept to be
    asked about; so may a model dispute what was read in the same message. An unsure reading never disturbs a known
    value, nor brings back what was refused. Declining never wipes out a value. What only a model read in an earlier
    turn gives way to any reading of the rules.
    """
    for reading in readings:
        if not reading.sure and (reading.slot, reading.value) in case.refused:
            continue
        fact = _fact(reading, message, turn)
        if reading.slot in case.set_slots:
            case = _hear_member(case, fact, corrects=reading.corrects)
        else:
            case = _hear_single(case, fact, corrects=reading.corrects)
    return case


def confirm(case: Case, slots: Iterable[str], *, yes: bool) -> Case:
    """Settle proposed values: yes makes them known, no takes them out again.

    Of several members of a set that were put together nobody knows which one the no is for: none counts as refused, and
    the first, which was the likeliest, stays proposed to be put alone.
    """
    wanted = frozenset(slots)
    denied, refused = case.denied, set(case.refused)
    n_put = Counter(fact.slot for fact in case.facts if fact.status is Status.PROPOSED)
    facts: list[Fact] = []
    kept: set[str] = set()
    for fact in case.facts:
        if fact.slot not in wanted or fact.status is not Status.PROPOSED:
            facts.append(fact)
        elif yes:
            facts.append(replace(fact, status=Status.KNOWN))
        elif n_put[fact.slot] > 1 and fact.slot not in kept:
            kept.add(fact.slot)
            facts.append(fact)
        else:
            denied |= {fact.slot} if fact.via is Via.MODEL else set()
            refused |= {(fact.slot, fact.value)} if fact.value is not None and n_put[fact.slot] == 1 else set()
    return replace(case, facts=tuple(facts), denied=denied, refused=frozenset(refused))


def _fact(reading: ReadValue, message: str, turn: int) -> Fact:
    if reading.value is None:
        status = Status.DECLINED
    else:
        status = Status.KNOWN if reading.sure else Status.PROPOSED
    quote = message[reading.start : reading.end]
    place = (quote, reading.start, reading.end)
    return Fact(reading.slot, reading.value, status, reading.via, turn, *place, sure=reading.sure)


def _hear_single(case: Case, fact: Fact, *, corrects: bool) -> Case:
    held = [old for old in case.of(fact.slot) if old.value is not None]
    if fact.status is Status.DECLINED:
        return case if held else _replaced(case, fact)
    guessed = all(old.is_guess for old in held)
    if not held or corrects or (guessed and fact.via is not Via.MODEL):
        return _replaced(case, fact)
    if any(old.value == fact.value and old.status is not Status.CONTRADICTED for old in held):
        return _strengthened(case, fact)
    if held[0].status is Status.PROPOSED and fact.status is Status.KNOWN:
        return _replaced(case, fact)
    disputes = fact.via is Via.MODEL and held[0].turn == fact.turn
    if fact.status is Status.PROPOSED and held[0].status is not Status.PROPOSED and not disputes:
        return case
    rivals = tuple(replace(old, status=Status.CONTRADICTED) for old in held if old.value != fact.value)
    kept = case.without(fact.slot)
    return replace(kept, facts=kept.facts + rivals + (replace(fact, status=Status.CONTRADICTED),), begun=True)


def _hear_member(case: Case, fact: Fact, *, corrects: bool) -> Case:
    """Add a member to a set; a correction drops the members that were only proposed in earlier turns."""
    held = [old for old in case.of(fact.slot) if old.value is not None]
    if fact.status is Status.DECLINED:
        return case if held else _replaced(case, fact)

    def falls(old: Fact) -> bool:
        doubted = corrects and old.status is Status.PROPOSED and old.turn < fact.turn and old.value != fact.value
        return old.slot == fact.slot and (old.value is None or doubted)

    kept = replace(case, facts=tuple(old for old in case.facts if not falls(old)))
    if any(old.value == fact.value for old in held):
        return _strengthened(kept, fact)
    return replace(kept, facts=(*kept.facts, fact), begun=True)


def _replaced(case: Case, fact: Fact) -> Case:
    kept = case.without(fact.slot)
    return replace(kept, facts=(*kept.facts, fact), begun=True)


def _strengthened(case: Case, fact: Fact) -> Case:
    """Make a proposed value known when a sure reading repeats it; the newer quote stands."""
    if fact.status is not Status.KNOWN:
        return case
    facts = tuple(
        fact if old.slot == fact.slot and old.value == fact.value and old.status is Status.PROPOSED else old
        for old in case.facts
    )
    return replace(case, facts=facts)
