"""Merging what a model heard in a message with what the rules heard in it.

Owns whose reading of a slot stands: the model's where it gives one, the rules' where it gives none, so that a silent or
a weak model erases nothing. All of it is only heard: agreement is the user's alone, and a model only makes it smaller.
Must not know how either of them hears, nor what a reading means for the verdict.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from assistant.domain.case import Case, Reading, Value, Via
from assistant.domain.dialogue import Intent, Interpretation, Question
from assistant.domain.rulebook import Rulebook, Slot, SlotKind

MODEL_INTENTS = (
    Intent.TELLS, Intent.CONFIRMS, Intent.DENIES, Intent.ASKS, Intent.WHY, Intent.SHOW_SOURCE,
    Intent.PUSHES, Intent.GREETS, Intent.THANKS, Intent.OFF_TOPIC,
)  # fmt: skip
"""What a model may say that a message is for."""

_UNCLEAR = frozenset({Intent.TELLS, Intent.OTHER_LANGUAGE, Intent.UNREADABLE})
"""What the rules say of a message when nothing else about it is clear to them."""
_FOREIGN = frozenset({Intent.OTHER_LANGUAGE, Intent.UNREADABLE})
_REPLIES = frozenset({Intent.CONFIRMS, Intent.DENIES})
_DOUBTS = frozenset({Intent.DENIES, Intent.ASKS, Intent.WHY, Intent.SHOW_SOURCE, Intent.PUSHES})
"""What a model may hear in place of a yes: then nothing is agreed to."""


class Certainty(StrEnum):
    """How the user said it, as a model took it; what is only planned is no fact."""

    STATED = "stated"
    HEDGED = "hedged"
    PLANNED = "planned"


@dataclass(frozen=True, slots=True)
class ModelReading:
    """A value that a model read; slot and value are the rulebook's, and `message[start:end]` is its quote.

    A value of None declines the slot. `corrects` is what the model says of it.
    """

    slot: str
    value: Value | None
    start: int
    end: int
    certainty: Certainty
    corrects: bool = False


@dataclass(frozen=True, slots=True)
class ModelInterpretation:
    """What a model made of one message, as far as it stands in the message; the intent is one of `MODEL_INTENTS`."""

    intent: Intent
    readings: tuple[ModelReading, ...] = ()
    language: str | None = None


def merge(
    rules: Interpretation, model: ModelInterpretation, case: Case, question: Question | None, rulebook: Rulebook
) -> Interpretation:
    """Return what both heard in a message, in the light of the case before it and of the question it may answer."""
    values = tuple(
        sorted(
            (reading for slot in rulebook.slots for reading in _readings(rules, model, slot, question)),
            key=lambda reading: reading.start,
        )
    )
    intent = _intent(rules, model, values, case)
    return replace(
        rules,
        intent=intent,
        values=values,
        query=rules.query if intent is not Intent.TELLS or rules.intent is Intent.TELLS else None,
        agrees=_merge_agreement(rules, model, values, case),
        language=model.language or rules.language,
    )


def _readings(
    rules: Interpretation, model: ModelInterpretation, slot: Slot, question: Question | None
) -> Sequence[Reading]:
    """Return the readings of one slot: the model's where it gives any, the rules' own where both say the same.

    "I don't know" is taken from a model only for a slot that was just asked about; what it calls planned is no reading.
    """
    ours = [reading for reading in rules.values if reading.slot == slot.id]
    given = [reading for reading in model.readings if reading.slot == slot.id]
    was_asked = question is not None and slot.id in question.slots
    theirs = {
        reading.value: reading
        for reading in given
        if reading.certainty is not Certainty.PLANNED and (reading.value is not None or was_asked)
    }
    if len(theirs) > 1:
        theirs.pop(None, None)
    if not theirs or (slot.kind is not SlotKind.SET and len(theirs) > 1):
        return ours
    return [_same(ours, reading, slot) or _read(reading) for reading in theirs.values()]


def _same(ours: Sequence[Reading], theirs: ModelReading, slot: Slot) -> Reading | None:
    """Return the rules' reading that says the same: the same option, or numbers of the same band."""
    for reading in ours:
        if reading.value is None or theirs.value is None:
            if reading.value is theirs.value:
                return reading
        elif slot.option(reading.value) == slot.option(theirs.value):
            return reading
    return None


def _read(reading: ModelReading) -> Reading:
    return Reading(reading.slot, reading.value, reading.start, reading.end, reading.corrects, Via.MODEL)


def _intent(rules: Interpretation, model: ModelInterpretation, values: Sequence[Reading], case: Case) -> Intent:
    """Return what the message is for: what tells a fact tells; else the model knows where the rules do not.

    A yes is found by the rules alone. A message may begin a case though it looks like another subject.
    """
    if rules.intent in _REPLIES:
        return rules.intent
    if values:
        return model.intent if model.intent in (Intent.ASKS, Intent.WHY) and not rules.values else Intent.TELLS
    if rules.intent not in _UNCLEAR or model.intent is Intent.CONFIRMS:
        return Intent.TELLS if rules.intent in _FOREIGN else rules.intent
    if model.intent is Intent.OFF_TOPIC and rules.intent is Intent.TELLS and not case.begun:
        return rules.intent
    return model.intent


def _merge_agreement(
    rules: Interpretation, model: ModelInterpretation, values: Sequence[Reading], case: Case
) -> frozenset[str]:
    """Return what the rules found agreed to, less what the model hears corrected, doubted or asked about."""
    if model.intent in _DOUBTS:
        return frozenset()
    counted = {(fact.slot, fact.value) for fact in case.facts}
    changed = {v.slot for v in values if v.via is Via.MODEL and (v.slot, v.value) not in counted}
    return rules.agrees - changed
