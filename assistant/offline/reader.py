"""The reader that needs no language model: hears a message by rules and the cues of `knowledge/cues.yaml`.

Owns the order in which a message is tried: unreadable or foreign, a reply to a confirmation, an answer, statements,
then what else it is for. Must not know what any value means for the verdict.
"""

from __future__ import annotations

from contextlib import nullcontext
from dataclasses import replace

from assistant.domain.case import Case, Value
from assistant.domain.dialogue import Hearing, Intent, Question, QuestionKind
from assistant.domain.rulebook import Rulebook
from assistant.offline import intents
from assistant.offline.agreement import Stance, is_bare_yes, read_list_reply
from assistant.offline.answers import read_answer
from assistant.offline.asking import (
    asks_back,
    is_for_the_shelf,
    is_own,
    only_asks,
    speaks_of_own_training,
    topic_question,
)
from assistant.offline.candidates import Candidate, Draft
from assistant.offline.clauses import Utterance, utter
from assistant.offline.cues import Cues
from assistant.offline.declining import declines
from assistant.offline.families import Earned, Family, as_earned
from assistant.offline.polarity import assures, poses
from assistant.offline.proposals import Proposer
from assistant.offline.quantities import Quantity, find_quantities
from assistant.offline.statements import beside, beside_answer, read_statements, wished

_MOST_CHARACTERS = 20_000
_MOST_EXACT = 6
"""Words of a reply that names an option or a number and says little else."""
_MOST_WISHING = 20
"""Words of a message that asks for the verdict now and says nothing else."""


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
        drafted = self.draft(message, case, question)
        if self._earned is not None:
            drafted = replace(drafted, values=as_earned(drafted.values, self._earned))
        return drafted.as_hearing()

    def draft(self, message: str, case: Case, question: Question | None) -> Draft:
        """Read one message without regard to what each family of readings has earned."""
        with self._proposer.listening() if self._proposer else nullcontext():
            return self._read(message, case, question)

    def _read(self, message: str, case: Case, question: Question | None) -> Draft:
        utterance = utter(message[:_MOST_CHARACTERS])
        flat = utterance.flat.strip()
        if not utterance.clauses:
            return self._without_words(message, flat, question)
        if intents.is_restart(self._cues, flat):
            return Draft(Intent.RESTARTS)
        if intents.is_other_language(flat):
            return Draft(Intent.OTHER_LANGUAGE)
        if intents.is_unreadable(flat):
            return Draft(Intent.UNREADABLE)
        if poses(utterance):
            return Draft(Intent.PUSHES)
        quantities = find_quantities(utterance.flat)
        if question is not None and question.kind is QuestionKind.READ_BACK:
            return self._read_reply(utterance, quantities, case, question, message)
        if question is not None and question.held and is_bare_yes(flat, self._rulebook.confirmations):
            return Draft(Intent.CONFIRMS, agrees=frozenset(question.slots))
        if self._wants_verdict(flat, case):
            return Draft(Intent.WANTS_VERDICT)
        heard = self._read_message(utterance, quantities, case, question, message)
        return self._proposer.add(heard, utterance, case, question) if self._proposer else heard

    def _wants_verdict(self, flat: str, case: Case) -> bool:
        return (
            case.begun and self._cues.marked("wants_verdict", flat) is not None and len(flat.split()) <= _MOST_WISHING
        )

    def _without_words(self, message: str, flat: str, question: Question | None) -> Draft:
        if question is not None and question.kind is QuestionKind.ASK and declines(flat):
            start = len(message) - len(message.lstrip())
            declined = Candidate(
                question.slot, None, start, len(message.rstrip()), sure=True, corrects=True, family=Family.EXACT
            )
            return Draft(Intent.TELLS, (declined,))
        return Draft(Intent.UNREADABLE)

    def _read_message(
        self,
        utterance: Utterance,
        quantities: tuple[Quantity, ...],
        case: Case,
        question: Question | None,
        message: str,
    ) -> Draft:
        flat = utterance.flat.strip()
        answered: list[Candidate] = []
        if question is not None:
            if (aside := self._aside(utterance, question)) is not None:
                return Draft(aside, (), message.strip() if aside is Intent.ASKS else None)
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
            return Draft(self._intent_of_reply(flat, values, case), values)
        if intents.is_off_topic(self._cues, flat):
            return Draft(Intent.OFF_TOPIC)
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
        self, utterance: Utterance, readings: tuple[Candidate, ...], *, has_verdict: bool
    ) -> tuple[Candidate, ...]:
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

    def _intent_of_reply(self, flat: str, values: tuple[Candidate, ...], case: Case) -> Intent:
        """Return the intent of a reply to a question: an answer is an answer, whether anything was read or not."""
        if values:
            return Intent.TELLS
        if intents.is_thanks(self._cues, flat):
            return Intent.THANKS
        return Intent.PUSHES if case.begun and intents.addresses(self._cues, flat) else Intent.TELLS

    def _hearing(self, utterance: Utterance, values: tuple[Candidate, ...], case: Case, message: str) -> Draft:
        """Return what a message is that answers no question: a story unless it is nothing but something else."""
        flat = utterance.flat.strip()
        place = topic_question(utterance)
        query = message[place[0] : place[1]] if place else None
        intent = self._intent(flat, values, case)
        if intent is not Intent.TELLS or query is None or place is None:
            return Draft(intent, values, query if intent is Intent.ASKS else None)
        if only_asks(utterance, place) and not (values and is_own(flat)):
            return Draft(Intent.ASKS, (), query, is_story=not case.begun and speaks_of_own_training(flat))
        is_sought = is_for_the_shelf(query.lower()) and self._cues.marked("about_ai", flat) is not None
        return Draft(Intent.TELLS, values, query if is_sought else None)

    def _read_reply(
        self,
        utterance: Utterance,
        quantities: tuple[Quantity, ...],
        case: Case,
        question: Question,
        message: str,
    ) -> Draft:
        """Read a reply to the list: what it agrees to, what it calls wrong, and what it says instead or besides."""
        listed = frozenset(question.slots)
        reply = read_list_reply(utterance.flat, question.slots, self._rulebook.confirmations)
        if reply.is_bare:
            return _bare_reply(reply.stance, listed)
        if reply.rest:
            rest = message[reply.rest : _MOST_CHARACTERS]
            utterance = utter(" " * reply.rest + rest)
            quantities = find_quantities(utterance.flat)
        mended = self._mended(utterance, quantities, case, question)
        denied: frozenset[str] = frozenset()
        if not mended and reply.stance is Stance.NO:
            mended, denied = self._read_anew(utterance, quantities, case, question)
        if reply.stance is Stance.UNCLEAR and not mended and not (reply.named and reply.named_wrong):
            return self._read_message(utterance, quantities, case, None, message)
        exact = frozenset(value.slot for value in mended if _is_exact(value, utterance))
        changed = frozenset(value.slot for value in mended)
        told = read_statements(self._rulebook, self._cues, utterance, quantities, changed | listed)
        values = (*mended, *(beside_answer(told, mended, utterance) if mended else told))
        wrong = reply.named - changed if reply.named_wrong or question.multiple else frozenset()
        agrees = exact
        if reply.stance is Stance.YES and (not reply.holds_back or changed or reply.named or values):
            agrees = exact | (listed - changed - reply.named)
        intent = Intent.DENIES
        if agrees:
            intent = Intent.CONFIRMS
        elif values and reply.stance is Stance.UNCLEAR:
            intent = Intent.TELLS
        return Draft(intent, values, agrees=agrees, denies=wrong | denied)

    def _mended(
        self, utterance: Utterance, quantities: tuple[Quantity, ...], case: Case, question: Question
    ) -> list[Candidate]:
        """Return what a reply says of an entry of the list: what differs from it, or the same in exact words.

        Of several entries it must be clear which one is meant: by words that would say it unasked, else by being an
        answer to the question of one entry alone.
        """
        told = read_statements(self._rulebook, self._cues, utterance, quantities, frozenset())
        values = [value for value in told if value.slot in question.slots and value.sure]
        if not values:
            answers = self._answers(utterance, quantities, case, question)
            values = answers[0] if len(answers) == 1 else []
        held = {(fact.slot, fact.value) for fact in case.facts}
        return [
            replace(value, corrects=True)
            for value in values
            if value.value is not None and ((value.slot, value.value) not in held or _is_exact(value, utterance))
        ]

    def _read_anew(
        self, utterance: Utterance, quantities: tuple[Quantity, ...], case: Case, question: Question
    ) -> tuple[list[Candidate], frozenset[str]]:
        """Return the next best reading of words that were read the same way before, and now come behind a no.

        Where there is none, the entry they speak of is what the no is for.
        """
        slot = self._spoken_of(utterance, quantities, case, question)
        if slot is None:
            return [], frozenset()
        found = self._proposer.next_best(utterance, case, slot) if self._proposer else None
        return ([found], frozenset()) if found is not None else ([], frozenset({slot}))

    def _spoken_of(
        self, utterance: Utterance, quantities: tuple[Quantity, ...], case: Case, question: Question
    ) -> str | None:
        """Return the one entry that words speak of: they hold what was quoted for it, or would be read for it again."""
        flat = " ".join(utterance.flat.split())
        quotes = {slot: [fact.quote for fact in case.counted(slot) if fact.quote] for slot in question.slots}
        quoted = [slot for slot, said in quotes.items() if any(" ".join(q.lower().split()) in flat for q in said)]
        told = read_statements(self._rulebook, self._cues, utterance, quantities, frozenset())
        named = dict.fromkeys(value.slot for value in told if value.slot in question.slots)
        answers = [found[0].slot for found in self._answers(utterance, quantities, case, question)]
        return next((found[0] for found in (quoted, [*named], answers) if len(found) == 1), None)

    def _answers(
        self, utterance: Utterance, quantities: tuple[Quantity, ...], case: Case, question: Question
    ) -> list[list[Candidate]]:
        """Return, for each entry of the list to whose question the words would be an answer, what they would answer."""
        found = []
        for slot in question.slots:
            if len(question.slots) > 1 and self._tells_else(utterance, slot):
                continue
            answer = read_answer(self._rulebook, self._cues, slot, utterance, quantities, _goals(case))
            if self._proposer:
                answer = self._proposer.weigh(answer, utterance, case)
            if answer and (len(question.slots) == 1 or answer[0].sure):
                found.append(answer)
        return found

    def _intent(self, flat: str, values: tuple[Candidate, ...], case: Case) -> Intent:
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


def _bare_reply(stance: Stance, listed: frozenset[str]) -> Draft:
    """Return what nothing but a yes or a no says of the list; a no to several does not say which is wrong."""
    if stance is Stance.YES:
        return Draft(Intent.CONFIRMS, agrees=listed)
    return Draft(Intent.DENIES, denies=listed if len(listed) == 1 else frozenset())


def _is_exact(value: Candidate, utterance: Utterance) -> bool:
    """Tell whether a short reply names an option as it is offered, or a number in digits."""
    said = utterance.flat[value.start : value.end]
    is_number = isinstance(value.value, float) and any(character.isdigit() for character in said)
    is_short = len(utterance.flat.split()) <= _MOST_EXACT
    return is_short and value.sure and (is_number or value.family is Family.EXACT)


def _correction(reading: Candidate) -> Candidate:
    """Return a reading as one that takes back what was said; who does so means it, were it only hinted at."""
    family = Family.TOLD_PHRASE if reading.family is Family.TOLD_HINT else reading.family
    return replace(reading, corrects=True, family=family)


def _goals(case: Case) -> tuple[Value, ...]:
    return tuple(fact.value for fact in case.of("goal") if fact.value is not None)
