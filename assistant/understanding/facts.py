"""Which facts a message states: for each slot, whether any part of it is about that slot, and only then which
option.

Owns the floors from which the classifier's word is enough, by itself or backed by a phrase of the lexicon, and that
a part of a message speaks for one of two kindred slots. Must not know what kind of message it is.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from assistant.domain.case import Reading, Value
from assistant.domain.rulebook import Rulebook, Slot, SlotKind
from assistant.text.clauses import Utterance
from assistant.text.numbers import Quantity, find_quantities
from assistant.understanding.estimates import Estimate, Estimates
from assistant.understanding.exact_answers import read_exact, read_typed_members
from assistant.understanding.lessons import NUMBER, ZERO
from assistant.understanding.lexicon import Backing, BareAnswers, Lexicon
from assistant.understanding.likeliest import (
    ASKED,
    ASKED_BACKED,
    PHRASE,
    Family,
    Found,
    likeliest_instead,
    likeliest_set,
    select_standing,
    select_terse,
)
from assistant.understanding.slots import budget, data_count, latency, retrieval, rhythm, volume
from assistant.understanding.speech_acts import declines

TOLD, TOLD_BACKED = 0.965, 0.35
"""How probable an option must be to be heard unasked: by itself, and with a phrase that speaks for it."""
FEWEST_TOLD = 3
"""Words that a part needs to tell anything unasked where no phrase speaks for it: "want 90" tells of no prompt."""
TOLD_LOOSELY_BACKED = 0.75
"""The same with a phrase that speaks for it only loosely."""
TOLD_OF_A_SET, TOLD_OF_A_SET_BACKED = 0.945, 0.6
"""The same for a slot that may hold several values, each of which is as probable as it is by itself."""
MEASURED = 0.3
"""How probable any option must be for a sum or a time to stand for one, in an answer."""
CORRECTED = 0.5
"""How probable it must be where its slot is one that was told before, and the message takes something back."""
OUTWEIGHS = (0.7, 0.15)
"""How probable an option must be that is meant where an answer says it beside those that it outweighs: by itself, and
with a phrase that speaks for it.
"""
MOST_OF_A_SET = 3
MOST_POINTING = 7
"""Words of a reply that may say no more than something of what was asked."""
_POINTING = re.compile(r"\b(?:that|it|this|those|them|these)\W*$")
NONE_NAMED = 0.05
"""How probable it must be that there are no examples where an answer says "none" of something."""
SETS, VAGUE = frozenset({"goal"}), "vague"
WISHED = frozenset({"goal"})
"""Slots that a wish states."""


@dataclass(frozen=True, slots=True)
class Earlier:
    """What came before an answer: what the user denied of the slot, each time a value or a set as a whole, what they
    told of it before the question was put, how probable an option must be (less where the question was put before and
    met with something unclear), and the aims that were told.
    """

    refused: frozenset[frozenset[Value]] = frozenset()
    told: frozenset[Value] = frozenset()
    floor: float = ASKED
    aims: frozenset[Value | None] = frozenset()


_NOTHING = Earlier()


@dataclass(frozen=True, slots=True)
class FactReader:
    """Reads facts; `rulebook` says which slots and options there are, others are not heard."""

    rulebook: Rulebook
    lexicon: Lexicon

    def read(
        self,
        utterance: Utterance,
        estimates: Estimates,
        asked: str | None,
        *,
        corrected: Collection[str] = (),
        earlier: Earlier = _NOTHING,
    ) -> tuple[Reading, ...]:
        """Return every fact that a message states, in the rulebook's order; `asked` is the slot that was asked about.

        Of the slots in `corrected` less is enough: the message takes back what was told of them. `earlier` is what we
        hold of the slot asked about.
        """
        quantities = find_quantities(utterance.flat)
        found: list[Found] = []
        for slot in self.rulebook.slots:
            is_asked = slot.id == asked
            exact = read_exact(slot, self._bare_of(slot.id), utterance, earlier.aims, asked=is_asked)
            if exact is not None:
                found.append(Found(replace(exact, family=Family.EXACT), 1.0))
            elif slot.kind is SlotKind.NUMBER:
                found += self._number(slot, utterance, quantities, estimates, asked=asked)
            else:
                measured = self._measure(slot.id, utterance, quantities, estimates) if is_asked else None
                if measured is not None:
                    found.append(measured)
                elif is_asked and slot.id in SETS:
                    found += self._members(slot.id, utterance, estimates, earlier)
                else:
                    chosen = self._choice(slot.id, utterance, estimates, asked, corrected, earlier.floor)
                    found += [item for item in chosen if not _belies(item, utterance, quantities)]
        ours = {slot.id: {option.value for option in slot.options} for slot in self.rulebook.slots}
        for slot_id in estimates.slots - ours.keys():
            found += self._choice(slot_id, utterance, estimates, asked, corrected)
        if len({item.reading.value for item in found if item.reading.slot in SETS}) > 1:
            found = [item for item in found if item.reading.value != VAGUE]  # who names an aim has one
        kindred = [{slot.id, other} for slot in self.rulebook.slots for other in slot.kindred]
        if self._answers_with_numbers(found, asked):
            found = [
                item
                for item in found
                if item.reading.slot != data_count.SLOT or not item.reading.value or _is_training(item, utterance)
            ]
        if asked is not None and points_back(utterance):
            found = [item for item in found if item.reading.slot == asked]
        return tuple(reading for reading in select_standing(found, asked, kindred) if _is_known(reading, ours))

    def _answers_with_numbers(self, found: Sequence[Found], asked: str | None) -> bool:
        """Tell whether the question is answered, and is one in whose answers numbers count other things."""
        is_answered = any(item.reading.slot == asked for item in found)
        return is_answered and any(slot.id == asked and slot.counts_other_things for slot in self.rulebook.slots)

    def is_exact_answer(self, slot: str, utterance: Utterance, aims: Collection[Value | None]) -> bool:
        """Tell whether a reply names an option as it is offered, or is a bare answer to the question."""
        return read_exact(self.rulebook.slot(slot), self._bare_of(slot), utterance, aims, asked=True) is not None

    def _bare_of(self, slot: str) -> BareAnswers:
        return self.lexicon.bare.get(slot, BareAnswers())

    def _choice(
        self,
        slot: str,
        utterance: Utterance,
        estimates: Estimates,
        asked: str | None,
        corrected: Collection[str],
        asked_floor: float = ASKED,
    ) -> list[Found]:
        """Return the likeliest option of a slot if it is likely enough, of a set all that are."""
        is_asked, is_set = slot == asked, slot in SETS
        ranked = estimates.of(slot, asked=is_asked, wished=slot in WISHED)
        floor, backed_floor = _floors(slot, asked=is_asked, corrected=slot in corrected)
        floor = asked_floor if is_asked else floor
        likely = [estimate for estimate in ranked if estimate.probability >= backed_floor]
        backings = list(self.lexicon.find_backed(slot, utterance)) if likely else []
        if not is_set:
            likely = _likeliest(likely, {backing.value for backing in backings if is_asked or not backing.loose})
        if is_asked:
            said = {backing.value for backing in backings if not backing.loose}
            stronger = [(item, self._stronger(slot, item.value, ranked, said)) for item in likely]
            likely = [replace(other, probability=item.probability) if other else item for item, other in stronger]
        heard = []
        for estimate in likely[:MOST_OF_A_SET]:
            is_scant = not is_asked and len(estimate.part.text.split()) < FEWEST_TOLD
            speaking = [backing for backing in backings if not (is_scant and backing.loose)]
            backed = _is_backed(estimate, speaking, utterance, asked=is_asked)
            if (estimate.probability >= floor and not is_scant) or backed:
                family = Family.CLASSIFIER if estimate.probability >= floor else Family.BACKED
                heard.append(replace(_hear(slot, estimate, family, asked=is_asked), is_backed=backed))
        return heard

    def _stronger(
        self, slot: str, value: Value, ranked: Sequence[Estimate], said: Collection[Value] = ()
    ) -> Estimate | None:
        """Return what outweighs an option that an answer says, if it says that as well; `said` are those for which a
        phrase speaks.
        """
        declared = next((known.outweighs for known in self.rulebook.slots if known.id == slot), {})
        stronger = (item for item in ranked if value in declared.get(item.value, ()))
        return next((item for item in stronger if item.probability >= OUTWEIGHS[item.value in said]), None)

    def _members(self, slot: str, utterance: Utterance, estimates: Estimates, earlier: Earlier) -> list[Found]:
        """Return the values that an answer gives to a slot that may hold several."""
        if named := read_typed_members(self.rulebook.slot(slot), utterance.flat):
            start, end = len(utterance.flat) - len(utterance.flat.lstrip()), len(utterance.flat.rstrip())
            exact = [Reading(slot, value, start, end, corrects=True, family=Family.EXACT) for value in named]
            return [Found(reading, 1.0) for reading in exact]
        ranked = estimates.of(slot, asked=True, wished=slot in WISHED)
        backings = list(self.lexicon.find_backed(slot, utterance))

        def is_backed(estimate: Estimate) -> bool:
            return _is_backed(estimate, backings, utterance, asked=True)

        chosen = likeliest_set(ranked, is_backed, earlier.refused, earlier.told, earlier.floor)
        if not chosen and not earlier.refused and not declines(utterance.flat.strip()):
            chosen = select_terse(ranked, backings, utterance)
        families = [Family.BACKED if is_backed(item) else Family.CLASSIFIER for item in chosen]
        return [_hear(slot, item, family, asked=True) for item, family in zip(chosen, families, strict=True)]

    def read_instead(
        self, utterance: Utterance, estimates: Estimates, slot: str, earlier: Earlier
    ) -> tuple[Reading, ...]:
        """Return what the words of an answer may mean instead of what was denied, if anything else is near."""
        if slot in SETS:
            found = self._members(slot, utterance, estimates, earlier)
        else:
            denied = {value for values in earlier.refused for value in values}
            other = likeliest_instead(estimates.of(slot, asked=True), denied)
            found = [_hear(slot, other, Family.CLASSIFIER, asked=True)] if other else []
        ours = {option.value for option in self.rulebook.slot(slot).options}
        return tuple(item.reading for item in found if item.reading.value in ours)

    def _measure(
        self, slot: str, utterance: Utterance, quantities: tuple[Quantity, ...], estimates: Estimates
    ) -> Found | None:
        """Return what a sum or a time stands for in an answer that is likely to be one."""
        found = None
        if slot == latency.SLOT:
            found = latency.read_limit(utterance.flat, quantities)
        elif slot == budget.SLOT:
            found = budget.read_sum(quantities)
        elif slot == retrieval.SLOT:
            found = retrieval.read_hits(utterance.flat, quantities)
        elif slot in rhythm.OPTIONS:
            found = rhythm.read_rhythm(slot, utterance.flat, quantities)
        ranked = estimates.of(slot, asked=True)
        about = retrieval.MEASURED if slot == retrieval.SLOT else [item.value for item in ranked]
        if found is None or sum(item.probability for item in ranked if item.value in about) < MEASURED:
            return None
        value, start, end = found
        if self._stronger(slot, value, ranked) is not None:
            return None
        return Found(Reading(slot, value, start, end, corrects=True, family=Family.NUMBER), 0.9)

    def _number(
        self,
        slot: Slot,
        utterance: Utterance,
        quantities: tuple[Quantity, ...],
        estimates: Estimates,
        *,
        asked: str | None,
    ) -> list[Found]:
        is_asked = slot.id == asked

        def chance(start: int, end: int) -> float:
            return estimates.at(slot.id, NUMBER, start, end, asked=is_asked)

        if slot.id == data_count.SLOT:
            found = data_count.read_named_none(utterance)
            found = found or self._read_examples(utterance, quantities, chance, asked)
            found = found or self._read_none(utterance, estimates, asked=is_asked)
        else:
            found = volume.count_requests(utterance, quantities, chance, asked=is_asked)
        if found is None:
            return []
        value, start, end = found
        return [Found(Reading(slot.id, value, start, end, corrects=is_asked, family=Family.NUMBER), 0.9)]

    def _read_examples(
        self, utterance: Utterance, quantities: tuple[Quantity, ...], chance: data_count.Chance, asked: str | None
    ) -> tuple[float, int, int] | None:
        is_asked = asked == data_count.SLOT
        counted = data_count.count_examples(utterance, quantities, chance, asked=is_asked)
        if counted is None or (is_asked and data_count.NONE_AFTER_ALL.search(utterance.flat)):
            return None
        quantity, _ = counted
        clause = utterance.clause_of(quantity.start, quantity.end)
        return quantity.low, quantity.start, clause.end if clause else quantity.end

    def _read_none(self, utterance: Utterance, estimates: Estimates, *, asked: bool) -> tuple[float, int, int] | None:
        """Return that there are no examples, where that is said; in a prompt there may be none of another kind."""
        none = next((item for item in estimates.of(data_count.SLOT, asked=asked) if item.value == ZERO), None)
        if none is None:
            return None
        start, end = none.part.start, none.part.end
        clause = utterance.clause_of(start, start + 1)
        if not asked and clause is not None and data_count.IN_PROMPT.search(utterance.sentence_text(clause)):
            return None
        floor = ASKED if asked else TOLD
        if data_count.NONE.search(none.part.text):
            floor = NONE_NAMED if asked else TOLD_BACKED
        return (0.0, start, end) if none.probability >= floor else None


def _belies(item: Found, utterance: Utterance, quantities: tuple[Quantity, ...]) -> bool:
    """Tell whether the first share of a message says otherwise of retrieval: "brings the right one in 6 of 10"."""
    is_measured = item.reading.slot == retrieval.SLOT and item.reading.value in retrieval.MEASURED
    hits = retrieval.read_hits(utterance.flat, quantities) if is_measured else None
    return hits is not None and hits[0] != item.reading.value


def points_back(utterance: Utterance) -> bool:
    """Tell whether a short reply speaks of what was asked and names nothing else: "no we never looked at that"."""
    return len(utterance.flat.split()) <= MOST_POINTING and _POINTING.search(utterance.flat) is not None


def _is_training(item: Found, utterance: Utterance) -> bool:
    """Tell whether the sentence of a number says that it is for training."""
    clause = utterance.clause_of(item.reading.start, item.reading.end)
    return clause is not None and data_count.TRAINING.search(utterance.sentence_text(clause)) is not None


def _hear(slot: str, estimate: Estimate, family: Family, *, asked: bool) -> Found:
    part = estimate.part
    return Found(Reading(slot, estimate.value, part.start, part.end, asked, family=family), estimate.probability)


def _likeliest(likely: list[Estimate], backed: Collection[Value]) -> list[Estimate]:
    """Return the one option that is likeliest, the phrases for it taken into account."""
    return sorted(likely, key=lambda item: -(item.probability + PHRASE * (item.value in backed)))[:1]


def _is_backed(estimate: Estimate, backings: list[Backing], utterance: Utterance, *, asked: bool) -> bool:
    """Tell whether a phrase in the sentence of an estimate speaks for the same option."""
    clause = utterance.clause_of(estimate.part.start, estimate.part.start + 1)
    start = clause.sentence.start if clause else estimate.part.start
    end = max(clause.sentence.end if clause else 0, estimate.part.end)
    return any(
        backing.value == estimate.value
        and start <= backing.place < end
        and (asked or not backing.loose or estimate.probability >= TOLD_LOOSELY_BACKED)
        for backing in backings
    )


def _floors(slot: str, *, asked: bool, corrected: bool) -> tuple[float, float]:
    """Return how probable an option must be to be heard by itself, and backed by a phrase."""
    if asked:
        return ASKED, ASKED_BACKED
    if corrected and slot not in SETS:
        return CORRECTED, ASKED_BACKED
    return (TOLD_OF_A_SET, TOLD_OF_A_SET_BACKED) if slot in SETS else (TOLD, TOLD_BACKED)


def _is_known(reading: Reading, ours: Mapping[str, Collection[Value]]) -> bool:
    """Tell whether the rulebook has what was read: an option may have been learnt before it has it."""
    is_number = reading.slot in (data_count.SLOT, volume.SLOT)
    return reading.slot in ours and (is_number or reading.value in ours[reading.slot])


def as_corrections(readings: tuple[Reading, ...]) -> tuple[Reading, ...]:
    """Return readings as ones that take back what was said before."""
    return tuple(replace(reading, corrects=True) for reading in readings)
