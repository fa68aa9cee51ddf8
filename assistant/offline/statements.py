"""Reads what a message states without being asked: only facts, and sure only where a cue has earned it.

Owns which ways of speaking may give a value unasked. Must not know the question that was asked.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from assistant.domain.case import Case, ReadValue
from assistant.domain.rulebook import Rulebook, SlotKind
from assistant.offline.ceilings import ceilings
from assistant.text.clauses import Utterance
from assistant.offline.counts import told_counts, told_none
from assistant.offline.cues import Cues, Strength
from assistant.offline.families import Family
from assistant.offline.matches import Match, find_matches
from assistant.text.modality import Manner, manner
from assistant.text.numbers import Quantity
from assistant.offline.rates import agreement_rates, hit_rates, told_speed

_WISHED = frozenset({"goal", "latency", "scope"})
"""Slots about what is wanted rather than had: a plan or a wish states them."""


_COMPANIONS = {
    "data_count": frozenset({"data_quality"}),
    "data_quality": frozenset({"data_count", "process", "privacy"}),
    "process": frozenset({"data_quality"}),
}
"""Slots that an answer to another slot naturally speaks to in the same breath."""

_WISH = re.compile(
    r"\b(?:want|wants|wanna|need|needs|should|must|goal|aim|supposed to|has to|have to|would like|'d like)\b"
)


def beside_answer(told: list[ReadValue], answered: list[ReadValue], utterance: Utterance) -> list[ReadValue]:
    """Keep of what was told beside an answer what stands on its own.

    Words that carry the answer itself speak to no other slot but its companions, and a goal must be wished for: a
    topic named in passing is none. What is heard there is put to the user: it is wrong as often as right.
    """
    kept: list[ReadValue] = []
    for reading in told:
        clause = utterance.clause_of(reading.start, reading.end)
        is_apart = all(reading.end <= answer.start or answer.end <= reading.start for answer in answered)
        is_companion = any(reading.slot in _COMPANIONS.get(answer.slot, ()) for answer in answered)
        is_wished = clause is not None and _WISH.search(clause.text) is not None
        if is_companion and is_apart and reading.slot == "data_count":
            kept.append(reading)
        elif is_companion:
            kept.append(beside(reading))
        elif is_apart and reading.sure and (reading.slot != "goal" or is_wished):
            kept.append(replace(beside(reading), sure=False))
    return kept


def wished(values: Sequence[ReadValue], utterance: Utterance, case: Case) -> list[ReadValue]:
    """Leave out goals that are not wished for, once there is one: who corrects a fact names topics in passing."""
    if not case.of("goal"):
        return list(values)
    clauses = [utterance.clause_of(value.start, value.end) for value in values]
    return [
        value
        for value, clause in zip(values, clauses, strict=True)
        if value.slot != "goal" or (clause is not None and _WISH.search(clause.text))
    ]


def beside(told: ReadValue) -> ReadValue:
    """Return what was told in reply to a question about something else."""
    return replace(told, family=Family.BESIDE if told.sure else Family.BESIDE_HINT)


def read_statements(
    rulebook: Rulebook,
    cues: Cues,
    utterance: Utterance,
    quantities: tuple[Quantity, ...],
    asked: frozenset[str],
) -> list[ReadValue]:
    """Read the values of all slots but those `asked` about, which are read as an answer instead."""
    found: list[ReadValue] = []
    for slot in rulebook.slots:
        if slot.id in asked:
            continue
        matches = find_matches(cues, slot.id, utterance, many=slot.kind is SlotKind.SET)
        kept = [(match, strength) for match in matches if (strength := _earned(match, utterance)) is not None]
        if slot.kind is SlotKind.SET:
            kept = _beside_known(kept)
        found.extend(_members(kept) if slot.kind is SlotKind.SET else _single(kept))
    read = {reading.slot for reading in found}
    only = next(iter(asked), None)
    counts = [*told_counts(utterance, quantities, only), *agreement_rates(utterance, quantities)]
    counts += [*told_none(utterance), *told_speed(utterance, quantities)]
    counts += [*hit_rates(utterance, quantities, asked=False), *ceilings(utterance, quantities, asked=False)]
    for count in counts:
        if count.slot not in asked and count.slot not in read:
            read.add(count.slot)
            family = Family.TOLD_NUMBER if count.sure else Family.TOLD_HINT
            found.append(ReadValue(count.slot, count.value, count.start, count.end, sure=count.sure, family=family))
    return found


def _earned(match: Match, utterance: Utterance) -> Strength | None:
    if match.cue.told is Strength.NOTHING:
        return None
    how = manner(utterance, match.clause)
    is_wish = match.cue.slot in _WISHED
    if how is Manner.STATES or (how is Manner.PLANS and is_wish):
        return match.cue.told
    if how is Manner.QUESTION and is_wish and match.cue.told is Strength.KNOWN:
        return Strength.PROPOSED
    if how is Manner.OTHERS and match.cue.slot == "goal":
        return Strength.PROPOSED
    return None


def _beside_known(kept: list[tuple[Match, Strength]]) -> list[tuple[Match, Strength]]:
    """Leave out cues that speak only when alone, beside others that do not, but for a wish in a clause of its own."""
    firm = {match.clause.start for match, _ in kept if not match.cue.alone}
    if not firm:
        return kept
    return [
        (match, strength)
        for match, strength in kept
        if not match.cue.alone or (match.clause.start not in firm and _WISH.search(match.clause.text))
    ]


def _members(kept: list[tuple[Match, Strength]]) -> list[ReadValue]:
    best: dict[object, tuple[Match, Strength]] = {}
    for match, strength in kept:
        held = best.get(match.value)
        if not match.denied and (held is None or (strength is Strength.KNOWN and held[1] is not Strength.KNOWN)):
            best[match.value] = (match, strength)
    firm = {value: pair for value, pair in best.items() if value != "vague"} or best
    return [
        _told(match, sure=strength is Strength.KNOWN)
        for match, strength in sorted(firm.values(), key=lambda pair: pair[0].start)
    ]


def _single(kept: list[tuple[Match, Strength]]) -> list[ReadValue]:
    if not kept:
        return []
    match, strength = min(kept, key=lambda pair: (pair[1] is not Strength.KNOWN, pair[0].cue.rank, pair[0].start))
    rivals = {other.value for other, earned in kept if other.value != match.value and earned is Strength.KNOWN}
    sure = strength is Strength.KNOWN and (match.cue.decides or not rivals)
    return [_told(match, sure=sure)]


def _told(match: Match, *, sure: bool) -> ReadValue:
    family = Family.TOLD_PHRASE if sure else Family.TOLD_HINT
    return ReadValue(match.cue.slot, match.value, match.start, match.end, sure=sure, family=family)
