"""Proposes what the rules left unread, by likeness to example sentences; a proposal is always put to the user.

Owns when likeness may speak: for a slot that was asked about and of which the rules read nothing, and for the goal
where a message shows none. What is denied, asked, planned, supposed, hedged or hearsay vetoes it. Must not know any
slot's meaning nor how vectors are made.

Messages are read by the rules alone until `warm` is through. A replay of them may then propose what the first run did
not; from there on both give the same.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from threading import Lock

from assistant.domain.case import Case, ReadValue
from assistant.domain.dialogue import Hearing, Intent, Question, QuestionKind
from assistant.domain.examples import Examples, Negation, SlotExamples
from assistant.offline.classifier import Classifier, features_of, train
from assistant.offline.clauses import Clause, Utterance
from assistant.offline.example_vectors import encode_examples
from assistant.offline.polarity import Manner, assures, manner, negates, poses
from assistant.ports import Encoder

UNASKED = ("goal",)
"""Slots proposed without being asked about: missing the goal costs most, and others are asked for anyway."""
MOST_UNASKED = 2
MOST_UNITS = 24
_FEWEST_LETTERS = 4

_HEDGED = re.compile(
    r"\b(?:maybe|perhaps|probably|possibly|presumably|hopefully|might|i (?:guess|suppose|think|hope|assume)|not sure"
    r"|we (?:hope|assume)|should be (?:fine|ok|okay|good|clean)|supposed to be)\b"
)


@dataclass(frozen=True, slots=True)
class Unit:
    """A clause, or a sentence of several: `text == flat[start:end]`."""

    start: int
    end: int
    text: str
    manners: frozenset[Manner]
    asks: bool


@dataclass(frozen=True, slots=True)
class Candidate:
    """What a part of a message, `[start, end)`, may mean, and how probable that is."""

    value: str
    probability: float
    start: int
    end: int


class Proposer:
    """Adds proposals to what the rules heard; safe to share between threads."""

    def __init__(self, examples: Examples, encoder: Encoder, cache_directory: Path | None = None) -> None:
        """Learn nothing yet: see `warm`."""
        self._examples = examples
        self._encoder = encoder
        self._cache_directory = cache_directory
        self._classifier: Classifier | None = None
        self._warming = Lock()

    @property
    def ready(self) -> bool:
        """Whether anything can be proposed without waiting."""
        return self._classifier is not None and self._encoder.ready

    def warm(self) -> None:
        """Load the encoder, encode the examples (or open their stored vectors) and learn from them, once."""
        with self._warming:
            if self._classifier is None:
                texts = [example.text for example in self._examples]
                vectors = encode_examples(texts, self._encoder, self._cache_directory)
                self._classifier = train(self._examples, vectors)

    def add(self, heard: Hearing, utterance: Utterance, case: Case, question: Question | None) -> Hearing:
        """Return what was heard with proposals for what the rules left unread; never raises for odd text."""
        if heard.intent is not Intent.TELLS or assures(utterance) or poses(utterance):
            return heard
        read = {value.slot for value in heard.values}
        found: tuple[ReadValue, ...] = ()
        if question is not None and question.kind is QuestionKind.ASK and question.slot not in read:
            found = self._propose(utterance, heard.values, question.slot, asked=True)
        for slot in UNASKED:
            if slot not in read | {value.slot for value in found} and not case.of(slot):
                found = (*found, *self._propose(utterance, (*heard.values, *found), slot, asked=False))
        return replace(heard, values=(*heard.values, *found)) if found else heard

    def rank(
        self, utterance: Utterance, slot: str, *, asked: bool, taken: Sequence[ReadValue] = ()
    ) -> tuple[Candidate, ...]:
        """Return what a message may mean for a slot, whatever its probability, best first and of equals the earlier.

        At most one candidate a clause or sentence; none where a veto holds, where the words overlap those `taken` by
        a rule, for a slot without examples, or while the classifier is not ready.
        """
        examples = self._examples.of(slot)
        if examples is None:
            return ()
        units = [unit for unit in units_of(utterance) if _may_speak(unit, examples) and _is_free(unit, taken)]
        if not units or self._classifier is None or not self._encoder.ready:
            return ()
        texts = [unit.text for unit in units]
        near = self._classifier.nearest(features_of(texts, self._encoder.encode(texts)), slot, asked=asked)
        candidates = [
            Candidate(option.value, option.probability, unit.start, unit.end)
            for unit, option in zip(units, near, strict=True)
            if allows(examples, option.value, unit.text)
        ]
        return tuple(sorted(candidates, key=lambda found: (-found.probability, found.start, found.end)))

    def _propose(
        self, utterance: Utterance, read: Sequence[ReadValue], slot: str, *, asked: bool
    ) -> tuple[ReadValue, ...]:
        examples = self._examples.of(slot)
        floor = (examples.asked_floor if asked else examples.unasked_floor) if examples else None
        if floor is None:
            return ()
        ranked = self.rank(utterance, slot, asked=asked, taken=read if asked else ())
        passing = [candidate for candidate in ranked if candidate.probability >= floor]
        return _without_overlap(slot, passing, 1 if asked else MOST_UNASKED, corrects=asked)


def units_of(utterance: Utterance) -> tuple[Unit, ...]:
    """Return the clauses of a message and its sentences of several clauses, the first `MOST_UNITS`, in order."""
    by_sentence: dict[int, list[Clause]] = {}
    for clause in utterance.clauses[:MOST_UNITS]:
        by_sentence.setdefault(clause.sentence.start, []).append(clause)
    found = [[clause] for clauses in by_sentence.values() for clause in clauses]
    found += [clauses for clauses in by_sentence.values() if len(clauses) > 1]
    units = [_unit(utterance, clauses) for clauses in found]
    units.sort(key=lambda unit: (unit.start, unit.end))
    return tuple(unit for unit in units if len(unit.text) >= _FEWEST_LETTERS)[:MOST_UNITS]


def allows(examples: SlotExamples, value: str, text: str) -> bool:
    """Tell whether the denial in a text, or that there is none, leaves room for an option."""
    negation = next(option.negation for option in examples.options if option.value == value)
    if negation is Negation.EITHER:
        return True
    return negates(text) is (negation is Negation.NEEDED)


def _unit(utterance: Utterance, clauses: list[Clause]) -> Unit:
    start, end = clauses[0].start, clauses[-1].end
    manners = frozenset(manner(utterance, clause) for clause in clauses)
    asks = any(clause.sentence.asks for clause in clauses)
    return Unit(start, end, utterance.flat[start:end], manners, asks)


def _may_speak(unit: Unit, examples: SlotExamples) -> bool:
    stating = {Manner.STATES, Manner.PLANS} if examples.wished else {Manner.STATES}
    return not unit.asks and unit.manners <= stating and _HEDGED.search(unit.text) is None


def _is_free(unit: Unit, taken: Sequence[ReadValue]) -> bool:
    """Tell whether no rule read anything in these words: the rules answer for what they read."""
    return all(unit.end <= value.start or value.end <= unit.start for value in taken)


def _without_overlap(slot: str, passing: Sequence[Candidate], most: int, *, corrects: bool) -> tuple[ReadValue, ...]:
    """Take the best first, each value and each place once."""
    found: list[ReadValue] = []
    for option in passing:
        is_apart = all(option.end <= held.start or held.end <= option.start for held in found)
        if len(found) < most and is_apart and option.value not in {held.value for held in found}:
            found.append(ReadValue(slot, option.value, option.start, option.end, sure=False, corrects=corrects))
    return tuple(sorted(found, key=lambda value: value.start))
