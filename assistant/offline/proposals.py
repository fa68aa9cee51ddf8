"""Proposes what rules left unread, by likeness to example sentences; a proposal is always put to the user.

Owns when likeness may speak: for the answer to a question of which the rules read nothing, or only guessed otherwise;
for the goal where a message shows none; and once for words that were said again after a proposal was denied. What is
asked, planned, supposed, hedged or hearsay vetoes it. Must not know any slot's meaning nor how it is learnt.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from threading import Lock, local

from assistant.domain.case import Case, ReadValue, Suspicion
from assistant.domain.dialogue import Hearing, Intent, Question, QuestionKind
from assistant.domain.examples import Examples
from assistant.understanding.questions import asks_in_general
from assistant.offline.classifier import STORY, Classifier
from assistant.text.clauses import Utterance
from assistant.offline.families import Family
from assistant.offline.features import Floats, features_of
from assistant.text.modality import assures, poses
from assistant.offline.said import Option, Said, said_of, without
from assistant.ports import LayeredEncoder

UNASKED = ("goal",)
"""Slots proposed without being asked about: missing the goal costs most, and others are asked for anyway."""
STORY_FLOOR = 0.75
"""How probable it must be that a first message tells a case, for one without a fact to begin it."""
NO_STORY = 0.4
FEWEST_WORDS_OF_A_STORY = 12
"""A first message of more words that is less probably a case is about something else, whatever its words hint at."""
MOST_OF_A_SET = 3
SUSPICIOUS = 0.15
"""How probable a member of a set must be to be asked about; in stories of practice batch 4 a third of those from 0.2 on
and hardly one in ten of those below were meant."""
OUTWEIGHS = 0.5
"""How probable an option must be to stand in for what a cue gives."""
PLAIN = 0.8
"""How probable an option must be for words to say it plainly."""
AGREES = 0.9
"""How probable an option must be for likeness to agree with the cue that gives it: below, too many were wrong."""
CONTESTED = {Family.ANSWERED_PHRASE: OUTWEIGHS, Family.DECLINED: PLAIN}
"""The families of the rules that likeness may overrule, and from which probability: no number nor anything typed."""
_BACKED = {
    Family.TOLD_PHRASE: Family.CONCORDANT,
    Family.BESIDE: Family.CONCORDANT,
    Family.TOLD_HINT: Family.TOLD_LIKENESS,
}
"""What a cue that nobody asked for belongs to where its sentence would plainly answer the question for it."""
NO_ANSWER = 0.1
"""Below this all options together are too improbable for a reply to be an answer: it tells something else."""
MOST_REFUSED = 2
"""After so many refusals no other reading of a slot is proposed."""
SHARE_OF_THE_REST = 0.5
"""How much of what is left an option must hold to be proposed after another was denied."""

_AGREED = {Family.TOLD_PHRASE: Family.CONCORDANT, Family.TOLD_HINT: Family.TOLD_LIKENESS}
"""What a cue that nobody asked for belongs to where likeness agrees with it."""
_BARE_NO = re.compile(r"\W*(?:no|nope|nah|wrong|not right|not quite|incorrect)\W*")


class Proposer:
    """Adds proposals to what the rules heard; safe to share between threads."""

    def __init__(
        self,
        examples: Examples,
        encoder: LayeredEncoder,
        learn: Callable[[], Classifier],
        *,
        waits: bool = False,
        agrees: float = AGREES,
        story_floor: float = STORY_FLOOR,
    ) -> None:
        """`learn` gives the classifier, at once where it is built, else after long; `warm` calls it once.

        With `waits` a message that likeness could help with waits until everything is warm, and so is always heard the
        same way; without, it is heard by the rules alone until then.
        """
        self._examples = examples
        self._encoder = encoder
        self._learn = learn
        self._waits = waits
        self._agrees = agrees
        self._story_floor = story_floor
        self._classifier: Classifier | None = None
        self._warming = Lock()
        self._memory = _Memory()

    @property
    def ready(self) -> bool:
        """Whether anything can be proposed without waiting."""
        return self._classifier is not None

    def warm(self) -> None:
        """Load the encoder and learn, once; whoever comes meanwhile waits for it."""
        with self._warming:
            if self._classifier is None:
                classifier = self._learn()
                self._encoder.encode_layers(["warm up"])
                self._classifier = classifier

    @contextmanager
    def listening(self) -> Iterator[None]:
        """Encode each text once while one message is heard, in one thread; nothing of it is kept afterwards."""
        self._memory.features = {}
        try:
            yield
        finally:
            self._memory.features = None

    def add(self, heard: Hearing, utterance: Utterance, case: Case, question: Question | None) -> Hearing:
        """Return what was heard with proposals for what the rules left unread; never raises for odd text."""
        begins = question is None and not case.begun and not any(value.sure for value in heard.values)
        story = self._story(utterance) if begins and heard.intent in (Intent.TELLS, Intent.OFF_TOPIC) else 0.0
        if begins and heard.intent is Intent.TELLS and story < NO_STORY and asks_in_general(utterance):
            return Hearing(Intent.ASKS, (), utterance.flat.strip())
        if begins and len(utterance.flat.split()) > FEWEST_WORDS_OF_A_STORY:
            heard = _on_topic(heard, story, self._story_floor)
        if heard.intent is not Intent.TELLS or assures(utterance) or poses(utterance):
            return heard
        values = tuple(self._backed(value, utterance) for value in heard.values)
        suspected: list[Suspicion] = []
        if question is not None and question.kind is QuestionKind.ASK:
            values = self._answered(values, utterance, question.slot, case)
            is_read = any(value.slot == question.slot and value.value is not None for value in values)
            if is_read and question.slot not in UNASKED:
                suspected += self._suspected(values, utterance, question.slot, asked=True)
        is_story = not begins or story >= self._story_floor
        for slot in UNASKED:
            if question is None and is_story and not case.of(slot):
                values = self._told(values, utterance, slot)
                suspected += self._suspected(values, utterance, slot, asked=False)
        return replace(heard, values=values, is_story=begins and is_story, suspected=tuple(suspected))

    def _story(self, utterance: Utterance) -> float:
        """Return how probable it is that a message tells a case; in doubt where nothing is known of it."""
        ranked = self._ranked(Said(utterance.flat.strip(), 0, len(utterance.flat)), STORY, asked=False)
        return ranked[0].probability if ranked else NO_STORY

    def instead(self, utterance: Utterance, case: Case, question: Question) -> tuple[ReadValue, ...]:
        """Return the next best reading of the words with which a proposal of one slot was denied, twice for a slot."""
        slot = question.slot
        refused = {value for at, value in case.refused if at == slot}
        if question.slots != (slot,) or len(refused) >= MOST_REFUSED:
            return ()
        said = said_of(utterance, self._examples.of(slot), hedges=True, leaves_out=_BARE_NO)
        held = {fact.value for fact in case.of(slot)} | refused
        ranked = self._ranked(said, slot, asked=True)
        rest = 1.0 - sum(option.probability for option in ranked if option.value in held)
        best = next((option for option in ranked if option.value not in held), None)
        if said is None or best is None or best.probability < SHARE_OF_THE_REST * max(rest, 0.1):
            return ()
        return (_reading(slot, best, said, Family.LIKENESS),)

    def weigh(self, corrections: list[ReadValue], utterance: Utterance, case: Case) -> list[ReadValue]:
        """Return what a cue gives instead of a proposal that was denied, sure only where likeness agrees."""
        weighed = []
        for value in corrections:
            said = said_of(utterance, self._examples.of(value.slot), hedges=True)
            held = {fact.value for fact in case.of(value.slot)}
            rest = [option for option in self._ranked(said, value.slot, asked=True) if option.value not in held]
            is_contested = value.family in CONTESTED and value.value not in held and bool(rest)
            weighed.append(_weighed(value, {rest[0].value}) if is_contested else value)
        return weighed

    def rank(self, utterance: Utterance, slot: str, *, asked: bool) -> tuple[Option, ...]:
        """Return what a message may mean for a slot, the likeliest first, whatever its probability.

        Empty where a veto holds, for a slot of which nothing was learnt, and while it is not ready.
        """
        return self._ranked(said_of(utterance, self._examples.of(slot), hedges=asked), slot, asked=asked)

    def hears_nothing(self, utterance: Utterance, slot: str) -> bool:
        """Tell whether a reply is like no answer to the question about a slot of which something was learnt."""
        ranked = self.rank(utterance, slot, asked=True)
        return bool(ranked) and sum(option.probability for option in ranked) < NO_ANSWER

    def _answered(
        self, values: tuple[ReadValue, ...], utterance: Utterance, slot: str, case: Case
    ) -> tuple[ReadValue, ...]:
        """Add what an answer means, or weigh it against what a cue gives: that stands, sure, only where both agree.

        What the user refused before is not meant.
        """
        read = [value for value in values if value.slot == slot]
        examples = self._examples.of(slot)
        said = said_of(utterance, examples, hedges=True)
        is_settled = any(value.family not in CONTESTED for value in read)
        if is_settled or examples is None or examples.asked_floor is None or said is None:
            return values
        ranked = without(self._ranked(said, slot, asked=True), {value for at, value in case.refused if at == slot})
        likely = {option.value for option in ranked if option.probability >= self._agrees}
        near = {option.value for option in ranked if option.probability >= OUTWEIGHS}
        if not ranked or any(value.value in near for value in read):
            return tuple(_weighed(value, likely) if value in read else value for value in values)
        says_else = PLAIN if any(value.family is Family.CONCORDANT for value in values) else 0.0
        floor = max([examples.asked_floor, says_else, *(CONTESTED[Family(value.family)] for value in read)])
        passing = [option for option in ranked if option.probability >= floor]
        if not passing:
            return tuple(_weighed(value, likely) if value in read else value for value in values)
        kept = tuple(value for value in values if value.slot != slot)
        return (*kept, *(_reading(slot, option, said, Family.LIKENESS) for option in passing[:MOST_OF_A_SET]))

    def _backed(self, value: ReadValue, utterance: Utterance) -> ReadValue:
        """Return what a cue gave unasked as what it is worth where its sentence would plainly answer the question."""
        clause = utterance.clause_of(value.start, value.end)
        if value.family not in _BACKED or value.slot in UNASKED or clause is None:
            return value
        sentence = Said(utterance.sentence_text(clause).strip(), clause.sentence.start, clause.sentence.end)
        plain = {o.value for o in self._ranked(sentence, value.slot, asked=True) if o.probability >= PLAIN}
        return replace(value, family=_BACKED[Family(value.family)]) if value.value in plain else value

    def _told(self, values: tuple[ReadValue, ...], utterance: Utterance, slot: str) -> tuple[ReadValue, ...]:
        """Mark what likeness agrees with, and add what a message is like where it tells nothing else."""
        examples = self._examples.of(slot)
        said = said_of(utterance, examples)
        is_read = any(value.slot == slot and value.family not in _AGREED for value in values)
        if is_read or examples is None or examples.unasked_floor is None or said is None:
            return values
        passing = [
            option
            for option in self._ranked(said, slot, asked=False)[:MOST_OF_A_SET]
            if option.probability >= examples.unasked_floor
        ]
        likely = {option.value for option in passing}
        agreed = tuple(
            replace(value, family=_AGREED[Family(value.family)])
            if value.slot == slot and value.value in likely and value.family in _AGREED
            else value
            for value in values
        )
        if any(value.slot == slot and value.family is not Family.TOLD_HINT for value in agreed):
            return agreed
        return (*agreed, *(_reading(slot, option, said, Family.TOLD_LIKENESS) for option in passing))

    def _features(self, text: str) -> Floats:
        memory = self._memory.features
        if memory is None:
            return features_of([text], self._encoder)
        if text not in memory:
            memory[text] = features_of([text], self._encoder)
        return memory[text]

    def _suspected(
        self, values: tuple[ReadValue, ...], utterance: Utterance, slot: str, *, asked: bool
    ) -> Iterator[Suspicion]:
        """Yield what a message may say of a slot beyond what was read of it."""
        read = {value.value for value in values if value.slot == slot}
        for option in self._ranked(said_of(utterance, self._examples.of(slot), hedges=asked), slot, asked=asked):
            if option.value not in read and SUSPICIOUS <= option.probability < 1.0:
                yield Suspicion(slot, option.value, option.probability)

    def _ranked(self, said: Said | None, slot: str, *, asked: bool) -> tuple[Option, ...]:
        if said is None:
            return ()
        if self._waits:
            self.warm()
        head = self._classifier.head(slot, asked=asked) if self._classifier is not None else None
        if head is None:
            return ()
        shares = head.shares(self._features(said.text))[0]
        found = [Option(value, round(float(share), 2)) for value, share in zip(head.values, shares, strict=True)]
        return tuple(sorted(found, key=lambda option: -option.probability))


class _Memory(local):
    """What was encoded of the message that a thread hears, None while it hears none."""

    features: dict[str, Floats] | None = None


def _on_topic(heard: Hearing, story: float, story_floor: float) -> Hearing:
    """Correct, by how probably a long first message tells a case, whether it does or is about something else."""
    if heard.intent is Intent.OFF_TOPIC and story >= story_floor:
        return replace(heard, intent=Intent.TELLS)
    if heard.intent is Intent.TELLS and story < NO_STORY:
        return replace(heard, intent=Intent.OFF_TOPIC, values=())
    return heard


def _weighed(value: ReadValue, likely: set[str]) -> ReadValue:
    """Return a cue's reading as concordant where likeness agrees, else unsure; not knowing is left as it is."""
    if value.value is None:
        return value
    return replace(value, family=Family.CONCORDANT) if value.value in likely else replace(value, sure=False)


def _reading(slot: str, option: Option, said: Said, family: Family) -> ReadValue:
    is_answer = family is not Family.TOLD_LIKENESS
    return ReadValue(slot, option.value, said.start, said.end, sure=False, corrects=is_answer, family=family)
