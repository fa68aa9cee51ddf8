"""Merging what the rules heard in a message with what a model read in it.

Owns how far a model is believed. A model may be weak, giving in or hostile, and a quote proves presence, not meaning;
therefore:

- Where the rules heard what a message is for (a yes, a no, a push, a question, a wish to start over, a greeting), they
  are alone. A model can confirm nothing, deny nothing, reopen nothing and wipe nothing out. A yes or a no in another
  language counts where the reply is made of nothing but words that say so, and the model hears the same.
- On a slot that was told, declined, denied or asked about before, the rules are alone. A model cannot contradict what
  the user gave, cannot take it back, and cannot keep the coach asking about it.
- On a free slot (never touched, or the one just asked about) a value that only the model read is proposed. A value that
  both read is known, except that a yes rests on the user's own confirmation wherever the rules were not sure. Where the
  model states another value than the rules heard, the two contradict each other and the user is asked about the
  model's. Unless they say yes to it the rules' stands, as sure as it was.
- "I don't know" is taken from a model only for the question just asked, which an unread answer would close as well.
- A message that seems to be about something else may begin a case for a model that reads facts of one in it; and one
  that looks like a question, but ends in no question mark, may answer ours.
- Once a case is settled, a message in which the rules hear no fact changes no fact: that is where people push.
- A model that disputes more than it shares with the rules is not listened to in that turn.

Must not know how either of them hears.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from assistant.domain.case import Case, ReadValue, SlotState, Value, Via
from assistant.domain.dialogue import Hearing, Intent, Question, QuestionKind
from assistant.domain.rulebook import Rulebook, Slot, SlotKind
from assistant.domain.signals import READINESS

MODEL_INTENTS = (
    Intent.TELLS, Intent.CONFIRMS, Intent.DENIES, Intent.ASKS, Intent.WHY, Intent.SHOW_SOURCE,
    Intent.PUSHES, Intent.GREETS, Intent.THANKS, Intent.OFF_TOPIC,
)  # fmt: skip
"""What a model may say that a message is for; whether it is believed is another matter."""

_UNHEARD = frozenset({Intent.TELLS, Intent.OTHER_LANGUAGE, Intent.UNREADABLE})
"""What the rules say of a message when nothing else about it is clear to them."""
_FOREIGN = frozenset({Intent.OTHER_LANGUAGE, Intent.UNREADABLE})
_QUESTION_MARKS = frozenset("?？؟;⸮՞፧")


class Certainty(StrEnum):
    """How the user said it, as a model took it."""

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
class ModelHearing:
    """What a model made of one message, as far as it stands in the message; the intent is one of `MODEL_INTENTS`."""

    intent: Intent
    readings: tuple[ModelReading, ...] = ()


def merge(
    rules: Hearing, model: ModelHearing, message: str, case: Case, question: Question | None, rulebook: Rulebook
) -> Hearing:
    """Return what both heard in a message, in the light of the case before it and of the question it may answer.

    The rules' values come first and in their order, so that of two that contradict each other the model's is the one
    that is asked about. Nothing is ever taken out that the rules heard.
    """
    if not _is_open(rules, model, message, case, question) or (_settled(case, question) and not rules.values):
        return _with_intent(rules, model, message, case, question)
    if (reply := _reply(rules, model, message, question, rulebook)) is not None:
        return Hearing(reply)
    table = _Table(rules, model, case, question, rulebook)
    if table.distrusted:
        return rules
    values = table.merged()
    if values:
        return Hearing(Intent.TELLS, values, rules.query)
    return _with_intent(rules, model, message, case, question)


def _is_open(rules: Hearing, model: ModelHearing, message: str, case: Case, question: Question | None) -> bool:
    """Tell whether a model may read facts in a message; the rules are alone where they know what it is for.

    What only looks like another subject may begin a case, and what only looks like a question may answer ours.
    """
    if rules.intent is Intent.ASKS:
        answers = question is not None and any(reading.slot in question.slots for reading in model.readings)
        return answers and model.intent is Intent.TELLS and _QUESTION_MARKS.isdisjoint(message)
    return rules.intent in _UNHEARD or (rules.intent is Intent.OFF_TOPIC and not case.begun)


def _settled(case: Case, question: Question | None) -> bool:
    return case.begun and question is None


def _reply(
    rules: Hearing, model: ModelHearing, message: str, question: Question | None, rulebook: Rulebook
) -> Intent | None:
    """Return the yes or no that a message is, to a question that takes one, by the model and by its every word."""
    if question is None or question.kind is QuestionKind.ASK or rules.values:
        return None
    said = _words(message)
    for words in rulebook.confirmations.replies:
        yes, no = words.says_yes, words.says_no
        if model.intent is Intent.CONFIRMS and said & yes and said <= yes | words.beside:
            return Intent.CONFIRMS
        if model.intent is Intent.DENIES and said & no and said <= no | yes | words.beside:
            return Intent.DENIES
    return None


def _words(message: str) -> frozenset[str]:
    """Return the words of a message in lower case, of any script, without what is neither letter, mark nor digit."""
    plain = message.casefold().replace("’", "'")
    kept = (char if char == "'" or unicodedata.category(char)[0] in "LMN" else " " for char in plain)
    return frozenset(word.strip("'") for word in "".join(kept).split()) - {""}


def _with_intent(rules: Hearing, model: ModelHearing, message: str, case: Case, question: Question | None) -> Hearing:
    """Return what the message is for, where no value was read in it and the rules did not hear what it is for.

    A model may tell a question, a greeting or thanks from a story, but not keep a case from beginning, nor a question
    open longer than evasions may.
    """
    if rules.intent not in _UNHEARD or rules.values:
        return rules
    foreign, said = rules.intent in _FOREIGN, model.intent
    asks = said is Intent.ASKS and not _QUESTION_MARKS.isdisjoint(message)
    if asks and (foreign or case.begun):
        return Hearing(Intent.ASKS, (), message.strip())
    if asks:
        return replace(rules, query=rules.query or message.strip())
    allowed = (
        (said in (Intent.WHY, Intent.SHOW_SOURCE) and case.begun)
        or (said in (Intent.PUSHES, Intent.THANKS) and _settled(case, question))
        or (said in (Intent.GREETS, Intent.OFF_TOPIC) and foreign)
        or (said is Intent.TELLS and foreign and not case.begun)
    )
    return Hearing(said) if allowed else rules


class _Table:
    """The readings of one message by both, slot by slot."""

    def __init__(
        self, rules: Hearing, model: ModelHearing, case: Case, question: Question | None, rulebook: Rulebook
    ) -> None:
        self._rules = rules
        self._case = case
        self._asked = question.slots if question is not None and question.kind is QuestionKind.ASK else ()
        self._rulebook = rulebook
        self._claims = {slot.id: self._claimed(model, slot) for slot in rulebook.slots}

    def _claimed(self, model: ModelHearing, slot: Slot) -> tuple[ModelReading, ...]:
        """Return what the model says of a slot: no plans, and nothing where it contradicts itself."""
        found: dict[Value | None, ModelReading] = {}
        for reading in model.readings:
            if reading.slot == slot.id and reading.certainty is not Certainty.PLANNED:
                found.setdefault(reading.value, reading)
        if slot.kind is not SlotKind.SET and len(found) > 1:
            return ()
        return tuple(reading for reading in found.values() if reading.value is not None or len(found) == 1)

    def _heard(self, slot_id: str) -> tuple[ReadValue, ...]:
        return tuple(reading for reading in self._rules.values if reading.slot == slot_id)

    def _is_free(self, slot_id: str) -> bool:
        untouched = self._case.state(slot_id) is SlotState.OPEN and slot_id not in self._case.asked | self._case.denied
        return untouched or slot_id in self._asked

    @property
    def distrusted(self) -> bool:
        """The model disputes several of the rules' slots, and more than it shares with them."""
        shared = disputed = 0
        for slot in self._rulebook.slots:
            heard, claimed = self._heard(slot.id), self._claims[slot.id]
            if not heard or not claimed:
                continue
            if any(_agree(slot, ours, theirs) for ours in heard for theirs in claimed):
                shared += 1
            else:
                disputed += slot.kind is not SlotKind.SET
        return disputed >= 2 and disputed > shared

    def merged(self) -> tuple[ReadValue, ...]:
        """Return the rules' values, as sure as both together make them, and what is added to them."""
        ours = tuple(self._weighed(reading) for reading in self._rules.values)
        added = [reading for slot in self._rulebook.slots for reading in self._added(slot)]
        return (*ours, *(_read(reading) for reading in sorted(added, key=lambda reading: reading.start)))

    def _weighed(self, ours: ReadValue) -> ReadValue:
        slot, heard = self._rulebook.slot(ours.slot), self._heard(ours.slot)
        stated = [theirs for theirs in self._claims[ours.slot] if theirs.certainty is Certainty.STATED]
        agreeing = [theirs for theirs in stated if _agree(slot, ours, theirs)]
        if not agreeing or ours.value is None:
            return ours
        if ours.sure:
            return replace(ours, corrects=ours.corrects or agreeing[0].corrects)
        single = slot.kind is SlotKind.SET or len({reading.value for reading in heard}) == 1
        sure = self._is_free(slot.id) and single and not _argues_for_training(slot, ours.value)
        return replace(ours, sure=sure)

    def _disputes(self, slot: Slot) -> bool:
        """Tell whether the model states another value than the one the rules heard for a free slot."""
        heard, claimed = self._heard(slot.id), self._claims[slot.id]
        if slot.kind is SlotKind.SET or not claimed or not self._is_free(slot.id):
            return False
        values = {reading.value for reading in heard}
        stated = claimed[0].certainty is Certainty.STATED and claimed[0].value is not None
        return stated and len(values) == 1 and None not in values and not _agree(slot, heard[0], claimed[0])

    def _added(self, slot: Slot) -> Sequence[ModelReading]:
        heard, claimed = self._heard(slot.id), self._claims[slot.id]
        if not claimed or not self._is_free(slot.id):
            return ()
        if any(reading.value is None for reading in heard):
            return ()
        if slot.kind is SlotKind.SET and heard:
            return [c for c in claimed if c.value is not None and c.value not in {r.value for r in heard}]
        if heard:
            return claimed if self._disputes(slot) else ()
        return [c for c in claimed if c.value is not None or slot.id in self._asked]


def _read(reading: ModelReading) -> ReadValue:
    return ReadValue(reading.slot, reading.value, reading.start, reading.end, sure=False, via=Via.MODEL)


def _agree(slot: Slot, ours: ReadValue, theirs: ModelReading) -> bool:
    """Tell whether two readings give the same option, or numbers of the same band."""
    if ours.value is None or theirs.value is None:
        return ours.value is theirs.value
    return slot.option(ours.value) == slot.option(theirs.value)


def _argues_for_training(slot: Slot, value: Value) -> bool:
    """Tell whether a yes could rest on a value: any of readiness but the least."""
    if slot.id not in READINESS:
        return False
    least = slot.readiness[0] if slot.readiness else slot.options[0].value
    return value != least
