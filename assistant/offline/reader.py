"""The reader that needs no language model: hears a message by rules and the cues of `knowledge/cues.yaml`.

Owns the order in which a message is tried: unreadable or foreign, a reply to a confirmation, an answer, statements,
then what else it is for. Must not know what any value means for the verdict.
"""

from __future__ import annotations

import re
from contextlib import nullcontext
from dataclasses import replace

from assistant.domain.case import Case, ReadValue, Value
from assistant.domain.dialogue import Hearing, Intent, Question, QuestionKind
from assistant.domain.rulebook import Rulebook, SlotKind
from assistant.offline import intents
from assistant.offline.answers import asked_slots, is_no, is_yes, read_answer
from assistant.understanding.questions import asks_back, is_for_the_shelf, is_own, only_asks, topic_question
from assistant.text.clauses import Utterance, utter
from assistant.offline.cues import BareAnswers, Cues
from assistant.offline.declining import declines
from assistant.offline.families import Earned, Family, as_earned
from assistant.text.modality import assures, poses
from assistant.offline.proposals import Proposer
from assistant.text.numbers import Quantity, find_quantities
from assistant.offline.statements import beside, beside_answer, read_statements, wished

_MOST_CHARACTERS = 20_000
_WORD = re.compile(r"\w")
_NO_THEN = re.compile(r"\W{0,3}(?:no|nope|wrong)\s?[,.;:!-]")


class OfflineReader:
    """Implements the `Reader` port without a model; safe to share between threads."""

    name = "offline"

    def __init__(
        self, rulebook: Rulebook, cues: Cues, proposer: Proposer | None = None, earned: Earned | None = None
    ) -> None:
        """Without a `proposer` the rules alone are heard, without `earned` each reading is as sure as its rule says."""
        self._rulebook = rulebook
        self._cues = cues
        self._proposer = proposer
        self._earned = earned

    def read(self, message: str, case: Case, question: Question | None) -> Hearing:
        """Read one message; takes time in proportion to its length and never raises."""
        heard = self.unweighed(message, case, question)
        return heard if self._earned is None else replace(heard, values=as_earned(heard.values, self._earned))

    def unweighed(self, message: str, case: Case, question: Question | None) -> Hearing:
        """Read one message without regard to what each family of readings has earned."""
        with self._proposer.listening() if self._proposer else nullcontext():
            return self._read(message, case, question)

    def _read(self, message: str, case: Case, question: Question | None) -> Hearing:
        utterance = utter(message[:_MOST_CHARACTERS])
        flat = utterance.flat.strip()
        if not utterance.clauses:
            return self._without_words(message, flat, question)
        if intents.is_restart(self._cues, flat):
            return Hearing(Intent.RESTARTS)
        if intents.is_other_language(flat):
            return Hearing(Intent.OTHER_LANGUAGE)
        if intents.is_unreadable(flat):
            return Hearing(Intent.UNREADABLE)
        if poses(utterance):
            return Hearing(Intent.PUSHES)
        quantities = find_quantities(utterance.flat)
        if question is not None and question.kind is not QuestionKind.ASK:
            return self._read_reply(utterance, quantities, case, question, message)
        heard = self._read_message(utterance, quantities, case, question, message)
        return self._proposer.add(heard, utterance, case, question) if self._proposer else heard

    def _without_words(self, message: str, flat: str, question: Question | None) -> Hearing:
        if question is not None and question.kind is QuestionKind.ASK and declines(flat):
            start = len(message) - len(message.lstrip())
            declined = ReadValue(
                question.slot, None, start, len(message.rstrip()), sure=True, corrects=True, family=Family.EXACT
            )
            return Hearing(Intent.TELLS, (declined,))
        return Hearing(Intent.UNREADABLE)

    def _read_message(
        self,
        utterance: Utterance,
        quantities: tuple[Quantity, ...],
        case: Case,
        question: Question | None,
        message: str,
    ) -> Hearing:
        flat = utterance.flat.strip()
        answered: list[ReadValue] = []
        if question is not None:
            if (aside := self._aside(utterance, question)) is not None:
                return Hearing(aside, (), message.strip() if aside is Intent.ASKS else None)
            answered = read_answer(self._rulebook, self._cues, question.slot, utterance, quantities, _goals(case))
            if assures(utterance) or self._takes_back(utterance, quantities, question):
                answered = []
            if self._tells_else(utterance, question.slot):
                answered = [reading for reading in answered if reading.family is not Family.ANSWERED_PHRASE]
        asked = frozenset({question.slot}) if question is not None and answered else frozenset()
        told = read_statements(self._rulebook, self._cues, utterance, quantities, asked)
        if answered:
            told = beside_answer(told, answered, utterance)
        elif question is not None and not intents.corrects(flat) and not self._tells_else(utterance, question.slot):
            told = [beside(reading) for reading in told]
        values = self._own(utterance, (*answered, *told), has_verdict=case.begun and question is None)
        if intents.corrects(flat):
            kept = values if question is not None else wished(values, utterance, case)
            values = tuple(_correction(reading) for reading in kept)
        if question is not None:
            return Hearing(self._intent_of_reply(flat, values, case), values)
        if intents.is_off_topic(self._cues, flat):
            return Hearing(Intent.OFF_TOPIC)
        return self._hearing(utterance, values, case, message)

    def _tells_else(self, utterance: Utterance, slot: str) -> bool:
        """Tell whether a reply, by likeness, answers nothing of what was asked; what it tells then stands by itself."""
        return self._proposer is not None and self._proposer.hears_nothing(utterance, slot)

    def _aside(self, utterance: Utterance, question: Question) -> Intent | None:
        """Return what a reply to a question is when it is unmistakably no answer to it."""
        flat = utterance.flat.strip()
        if intents.is_greeting(self._cues, flat):
            return Intent.GREETS
        if intents.asks_source(self._cues, flat) and intents.is_request(flat):
            return Intent.SHOW_SOURCE
        if intents.asks_why(self._cues, flat) and (flat.endswith("?") or len(flat.split()) <= 2):
            return Intent.WHY
        if intents.is_off_topic_request(self._cues, flat):
            return Intent.OFF_TOPIC
        if not asks_back(utterance):
            return None
        if intents.addresses(self._cues, flat):
            return Intent.PUSHES
        answered = read_answer(self._rulebook, self._cues, question.slot, utterance, find_quantities(utterance.flat))
        return None if answered and not flat.startswith(("what", "how", "why", "which", "wat")) else Intent.ASKS

    def _takes_back(self, utterance: Utterance, quantities: tuple[Quantity, ...], question: Question) -> bool:
        """Tell whether a reply corrects another slot instead of answering."""
        if not intents.corrects(utterance.flat):
            return False
        told = read_statements(self._rulebook, self._cues, utterance, quantities, frozenset({question.slot}))
        return any(reading.sure for reading in told)

    def _own(
        self, utterance: Utterance, readings: tuple[ReadValue, ...], *, has_verdict: bool
    ) -> tuple[ReadValue, ...]:
        """Leave out what was read into words that are addressed to the coach."""

        def is_addressed(flat: str) -> bool:
            presses = has_verdict and intents.presses(self._cues, flat)
            return presses or intents.addresses(self._cues, flat)

        if not is_addressed(utterance.flat):
            return readings
        clauses = [utterance.clause_of(reading.start, reading.start + 1) for reading in readings]
        return tuple(
            reading
            for reading, clause in zip(readings, clauses, strict=True)
            if clause is None or not is_addressed(utterance.sentence_text(clause))
        )

    def _intent_of_reply(self, flat: str, values: tuple[ReadValue, ...], case: Case) -> Intent:
        """Return the intent of a reply to a question: an answer is an answer, whether anything was read or not."""
        if values:
            return Intent.TELLS
        if intents.is_thanks(self._cues, flat):
            return Intent.THANKS
        return Intent.PUSHES if case.begun and intents.addresses(self._cues, flat) else Intent.TELLS

    def _hearing(self, utterance: Utterance, values: tuple[ReadValue, ...], case: Case, message: str) -> Hearing:
        """Return what a message is that answers no question: a story unless it is nothing but something else."""
        flat = utterance.flat.strip()
        place = topic_question(utterance)
        query = message[place[0] : place[1]] if place else None
        intent = self._intent(flat, values, case)
        if intent is not Intent.TELLS or query is None or place is None:
            return Hearing(intent, values, query if intent is Intent.ASKS else None)
        if only_asks(utterance, place) and not (values and is_own(flat)):
            return Hearing(Intent.ASKS, (), query)
        is_sought = is_for_the_shelf(query.lower()) and self._cues.marked("about_ai", flat) is not None
        return Hearing(Intent.TELLS, values, query if is_sought else None)

    def _read_reply(
        self,
        utterance: Utterance,
        quantities: tuple[Quantity, ...],
        case: Case,
        question: Question,
        message: str,
    ) -> Hearing:
        flat = utterance.flat.strip()
        says_no, says_yes = is_no(flat), is_yes(flat)
        is_bare = len(flat.split()) <= 4
        if is_bare and says_yes:
            return Hearing(Intent.CONFIRMS)
        if is_bare and flat.strip(" .!") in (
            "no",
            "nope",
            "nah",
            "wrong",
            "not right",
            "not quite",
            "incorrect",
            "false",
            "no way",
            "n",
        ):
            return Hearing(Intent.DENIES)
        # A "no" that opens a longer reply is the reply to us; it says nothing of the slot.
        if (said_no := _NO_THEN.match(utterance.flat)) and _WORD.search(utterance.flat, said_no.end()):
            utterance = utter(" " * said_no.end() + message[said_no.end() : _MOST_CHARACTERS])
        corrections = self._corrections(utterance, quantities, case, question)
        if corrections and self._proposer:
            corrections = self._proposer.weigh(corrections, utterance, case)
        if corrections and self._agree(corrections, case):
            same = self._same_again(corrections, flat, case)
            return self._instead(same, utterance, case, question) if same.intent is Intent.DENIES else same
        if corrections:
            asked = frozenset(reading.slot for reading in corrections)
            told = read_statements(self._rulebook, self._cues, utterance, quantities, asked)
            told = beside_answer(told, corrections, utterance)
            return Hearing(Intent.TELLS if says_yes else Intent.DENIES, (*corrections, *told))
        if says_yes:
            return Hearing(Intent.CONFIRMS)
        if says_no:
            return self._instead(Hearing(Intent.DENIES), utterance, case, question)
        return self._read_message(utterance, quantities, case, None, message)

    def _instead(self, denial: Hearing, utterance: Utterance, case: Case, question: Question) -> Hearing:
        """Return a denial with what its words say instead of what was proposed, where likeness knows."""
        found = self._proposer.instead(utterance, case, question) if self._proposer else ()
        return replace(denial, values=found) if found else denial

    def _corrections(
        self, utterance: Utterance, quantities: tuple[Quantity, ...], case: Case, question: Question
    ) -> list[ReadValue]:
        """Return what a reply to a confirmation gives: values that differ, or sure ones that say the same again.

        The same again, but no surer than before, settles nothing.
        """
        for slot in asked_slots(question):
            held = {fact.value for fact in case.of(slot)}
            readings = read_answer(self._rulebook, self._cues, slot, utterance, quantities)
            given = [reading for reading in readings if reading.value is not None]
            changed = [reading for reading in given if reading.value not in held]
            if self._rulebook.slot(slot).kind is SlotKind.SET and given:
                return given
            if changed or any(reading.sure for reading in given):
                return changed or given
        return []

    def _same_again(self, readings: list[ReadValue], flat: str, case: Case) -> Hearing:
        """Take the same value again for a yes, unless a "no" that is not part of it came before."""
        slot = readings[0].slot
        if _NO_THEN.match(flat) and self._rulebook.slot(slot).kind is SlotKind.SET:
            return Hearing(Intent.DENIES, self._part_kept(readings, case))
        if _NO_THEN.match(flat) and readings[0].value != self._cues.bare.get(slot, BareAnswers()).on_no:
            return Hearing(Intent.DENIES)
        return Hearing(Intent.CONFIRMS, tuple(readings))

    def _part_kept(self, readings: list[ReadValue], case: Case) -> tuple[ReadValue, ...]:
        """Return what is left of a set that was denied: a part said again is meant; of all of it again, one at most."""
        held = {fact.value for fact in case.of(readings[0].slot)}
        if not held <= {reading.value for reading in readings}:
            return tuple(replace(reading, sure=True) for reading in readings)
        if any(reading.sure for reading in readings):
            return tuple(reading for reading in readings if reading.sure)
        return (max(readings, key=lambda reading: (reading.end - reading.start, -reading.start)),)

    def _agree(self, readings: list[ReadValue], case: Case) -> bool:
        return all(reading.value in {fact.value for fact in case.of(reading.slot)} for reading in readings)

    def _intent(self, flat: str, values: tuple[ReadValue, ...], case: Case) -> Intent:
        if any(reading.corrects for reading in values):
            return Intent.TELLS
        if intents.is_greeting(self._cues, flat):
            return Intent.GREETS
        if intents.is_thanks(self._cues, flat) and not values:
            return Intent.THANKS
        if intents.asks_source(self._cues, flat):
            return Intent.SHOW_SOURCE
        if intents.asks_why(self._cues, flat):
            return Intent.WHY
        if not values and case.begun and intents.pushes(self._cues, flat):
            return Intent.PUSHES
        return Intent.TELLS


def _correction(reading: ReadValue) -> ReadValue:
    """Return a reading as one that takes back what was said; who does so means it, were it only hinted at."""
    family = Family.TOLD_PHRASE if reading.family is Family.TOLD_HINT else reading.family
    return replace(reading, corrects=True, family=family)


def _goals(case: Case) -> tuple[Value, ...]:
    return tuple(fact.value for fact in case.of("goal") if fact.value is not None)
