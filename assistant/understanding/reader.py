"""The reader that needs no language model: hears a message by phrases and a classifier, and numbers by code.

Owns the order in which a message is heard: whether it can be read, what it is, which facts it states. Must not know
what any value means for the verdict.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from assistant.domain.case import Again, Case, Reading, Value
from assistant.domain.dialogue import FollowUp, Intent, Interpretation, Question, QuestionKind
from assistant.domain.elicitation import AIM
from assistant.domain.rulebook import Rulebook
from assistant.text.clauses import Utterance, flatten, utter
from assistant.text.language import is_other_language, is_unreadable
from assistant.text.modality import Modality, find_modality, negates, poses
from assistant.text.normalisation import Normalised, normalise
from assistant.understanding import speech_acts
from assistant.understanding.agreement import is_bare_yes
from assistant.understanding.corrections import (
    find_denied_count,
    is_number_alone,
    mark_correction,
    read_corrected_number,
    without_other_counts,
)
from assistant.understanding.estimates import Estimates, Estimating, Estimator
from assistant.understanding.facts import WISHED, Earlier, FactReader, as_corrections, points_back
from assistant.understanding.held_aims import hear_of_pressed, hear_yes_to_pressed, read_members
from assistant.understanding.lexicon import Lexicon
from assistant.understanding.likeliest import ASKED, ASKED_AGAIN, PLAIN, Family
from assistant.understanding.list_replies import read_bare_reply, read_list
from assistant.understanding.questions import (
    asks_back,
    asks_in_general,
    is_for_the_shelf,
    is_own,
    only_asks,
    speaks_of_own_training,
    topic_question,
)
from assistant.understanding.taken_back import (
    find_denied_values,
    find_removal,
    read_plain_aims,
    says_instead,
    take_out,
    take_out_values,
)

_MOST_CHARACTERS = 20_000
_MOST_WISHING = 20  # words of a message that asks for the verdict now and says nothing else
_STORY = 0.7
"""How probable it must be that a first message tells a case, for one without a fact to begin it."""
_SURELY_TO_US, _WISHED = 0.95, 0.8
"""How probable it may be that a message is a request to us, and how probable an aim must be, for it to tell an aim."""


class OfflineReader:
    """Implements the `Reader` port without a model; safe to share between threads."""

    name = "offline"

    def __init__(self, rulebook: Rulebook, lexicon: Lexicon, estimator: Estimator) -> None:
        """Take what is heard, the words by which it is heard, and the classifier at work."""
        self._rulebook = rulebook
        self._lexicon = lexicon
        self._estimator = estimator
        self._facts = FactReader(rulebook, lexicon)

    def read(self, message: str, case: Case, question: Question | None) -> Interpretation:
        """Read one message; takes time in proportion to its length and never raises."""
        normalised = normalise(message[:_MOST_CHARACTERS])
        interpretation = self._hear(
            speech_acts.without_asides_to_us(self._lexicon, utter(normalised.text)), case, question
        )
        return _place(interpretation, normalised, message)

    def _hear(self, utterance: Utterance, case: Case, question: Question | None) -> Interpretation:
        flat, estimate = utterance.flat.strip(), self._estimator.of_one_message()
        asked = question.slot if question is not None and question.kind is QuestionKind.ASK else None
        if (bare := self._hear_bare(flat, question)) is not None:
            return bare
        if not utterance.clauses and question is not None and question.kind is QuestionKind.READ_BACK:
            found = read_list(utterance, question, case, self._facts, estimate)
            return found or Interpretation(Intent.UNREADABLE)
        if not utterance.clauses:
            is_blank = asked is not None and bool(flat) and speech_acts.declines(flat)
            return _hear_gap(asked, utterance) if is_blank and asked else Interpretation(Intent.UNREADABLE)
        if is_other_language(flat):
            return Interpretation(Intent.OTHER_LANGUAGE)
        if is_unreadable(flat):
            return Interpretation(Intent.UNREADABLE)
        if poses(utterance):
            return Interpretation(Intent.PUSHES)
        denied, rest = find_denied_values(utterance, case, self._lexicon, estimate)
        if not denied:
            return self._hear_removal(utterance, case, question, estimate)
        whole = self._hear_removal(utterance, case, question, estimate)
        if says_instead(whole, denied, case):
            return whole
        heard = self._hear_removal(rest, case, question, estimate) if rest.clauses else Interpretation(Intent.DENIES)
        return take_out_values(heard, denied, rest.flat, question, self._rulebook.confirmations)

    def _hear_removal(
        self, utterance: Utterance, case: Case, question: Question | None, estimate: Estimating
    ) -> Interpretation:
        """Hear a message without the words that take an aim back, and which aims stay then."""
        removal = find_removal(utterance, case, question, self._lexicon, estimate)
        rest = removal.leave_rest(utterance)
        plain = read_plain_aims(rest, self._facts, estimate) if removal else ()
        if not removal or any(value.value in removal.values for value in plain):
            return self._hear_reply(utterance, case, question, estimate)
        says_more = rest.clauses and not (points_back(rest) and negates(rest.flat))  # "drop that, it was never it"
        heard = self._hear_reply(rest, case, question, estimate) if says_more else Interpretation(Intent.TELLS)
        if (question is None or AIM not in question.slots) and not _gives(heard.values, AIM):
            heard = replace(heard, values=(*heard.values, *plain))
        return take_out(heard, removal, case, adds=bool(self._lexicon.find_act("adds", utterance.flat)))

    def _hear_reply(
        self, utterance: Utterance, case: Case, question: Question | None, estimate: Estimating
    ) -> Interpretation:
        asked = question.slot if question is not None and question.kind is QuestionKind.ASK else None
        if question is not None and question.kind is QuestionKind.READ_BACK:
            found = read_list(utterance, question, case, self._facts, estimate)
            if found is not None:
                return found
        if question is not None and asked and asked in case.set_slots and question.held:
            found = hear_of_pressed(utterance, case, question, self._facts, estimate)
            if found is not None:
                return found
        interpretation = self._hear_message(utterance, case, asked, question, estimate)
        return hear_yes_to_pressed(interpretation, utterance, question, self._rulebook.confirmations)

    def _hear_bare(self, flat: str, question: Question | None) -> Interpretation | None:
        """Hear nothing but a yes or a no to what was heard, in whatever language has a list; None for any other."""
        words = self._rulebook.confirmations
        if question is not None and question.kind is QuestionKind.READ_BACK:
            return read_bare_reply(flat, question, words)
        if question is not None and question.held and is_bare_yes(flat, words):
            return Interpretation(Intent.CONFIRMS, agrees=frozenset(question.slots))
        return None

    def _hear_message(
        self, utterance: Utterance, case: Case, asked: str | None, question: Question | None, estimate: Estimating
    ) -> Interpretation:
        flat = utterance.flat.strip()
        estimates = estimate(utterance)
        shares = estimates.acts()
        act = speech_acts.speech_act(self._lexicon, utterance, shares)
        if asked is not None and self._facts.is_exact_answer(asked, utterance, _aims_of(case)):
            act = "answer"  # in whatever form
        if asked is not None and act in speech_acts.SILENT and _answers_rather(estimates, asked, act, shares):
            act = "answer"
        if (rest := speech_acts.rest_of_restart(self._lexicon, utterance, act)) is not None:
            return self._hear_anew(utterance, rest)
        if (intent := self._intent_of_request(flat, case, act)) is not None:
            return Interpretation(intent)
        may_press = (act in speech_acts.SILENT and (act, question) != ("thanks", None)) or asked in case.set_slots
        if may_press and is_bare_yes(flat, self._rulebook.confirmations):
            return Interpretation(Intent.CONFIRMS)
        if act in speech_acts.SILENT or (asked is not None and _asks_back(utterance, estimates, asked)):
            return self._without_facts(utterance, case, act, has_question=question is not None)
        is_again = question is not None and question.again is Again.REWORDED
        values = self._values(utterance, estimates, case, asked, act, is_again=is_again)
        if question is not None and asked and asked in case.set_slots and question.held:
            members = read_members(utterance, asked, question.held, self._facts, estimate, question.held)
            values = (*members, *(value for value in values if value.slot != asked))
        is_unknown = (act == "unknown" and len(flat.split()) > 1) or speech_acts.declines(flat)
        if asked is not None and not _gives(values, asked) and is_unknown:
            values = (*_hear_gap(asked, utterance).values, *values)
        if question is not None:
            denied = find_denied_count(utterance, case) - {question.slot, *(value.slot for value in values)}
            return Interpretation(Intent.TELLS, values, denies=denied)
        return self._story(utterance, values, case, shares)

    def _hear_anew(self, utterance: Utterance, rest: int) -> Interpretation:
        """Hear what follows after a wish to begin again."""
        following = utter(" " * rest + utterance.flat[rest:])
        if not following.clauses:
            return Interpretation(Intent.RESTARTS)
        estimates = self._estimator.estimate(following)
        values = self._facts.read(following, estimates, None)
        return Interpretation(Intent.RESTARTS, values, is_story=bool(values) or _tells(estimates.acts()) >= _STORY)

    def _values(
        self, utterance: Utterance, estimates: Estimates, case: Case, asked: str | None, act: str, *, is_again: bool
    ) -> tuple[Reading, ...]:
        """Return the facts of a message; in one that takes something back they take back what was told."""
        is_correction = act == "correction"
        is_elsewhere = asked is None or (asked in case.set_slots and is_number_alone(utterance))
        number = (
            read_corrected_number(utterance, case, is_correction=is_correction)
            if is_correction or is_elsewhere
            else None
        )
        if not is_correction and number is None:
            earlier = Earlier(floor=ASKED_AGAIN if is_again else ASKED, aims=_aims_of(case))
            read = self._facts.read(utterance, estimates, asked, earlier=earlier)
            values = without_other_counts(self._not_addressed(utterance, read), case, utterance, asked)
            if not values and asked is not None:
                return self._looks_back(utterance, estimates, case)
            return tuple(
                mark_correction(value, case) for value in values if not _is_beside(value, utterance, case, asked)
            )
        told = {fact.slot for fact in case.facts if fact.value is not None}
        read = self._facts.read(utterance, estimates, None if number else asked, corrected=told)
        values = as_corrections(self._not_addressed(utterance, read))
        if number is None:
            return values
        return (number, *(value for value in values if value.family is not Family.NUMBER))

    def _looks_back(self, utterance: Utterance, estimates: Estimates, case: Case) -> tuple[Reading, ...]:
        """Return what a reply that answers nothing says else than was heard before: "no personal data in it"."""
        heard = {fact.slot: fact.value for fact in case.facts if not fact.agreed and fact.value is not None}
        told = heard.keys() - case.set_slots
        read = self._facts.read(utterance, estimates, None, corrected=told)
        values = (value for value in self._not_addressed(utterance, read) if value.family is not Family.NUMBER)
        return as_corrections(
            tuple(value for value in values if value.slot in told and value.value != heard[value.slot])
        )

    def _not_addressed(self, utterance: Utterance, values: tuple[Reading, ...]) -> tuple[Reading, ...]:
        """Leave out what was read into sentences that are addressed to the coach."""
        if not speech_acts.addresses(self._lexicon, utterance.flat):
            return values
        clauses = [(value, utterance.clause_of(value.start, value.start + 1)) for value in values]
        return tuple(
            value
            for value, clause in clauses
            if clause is None or not speech_acts.addresses(self._lexicon, utterance.sentence_text(clause))
        )

    def _intent_of_request(self, flat: str, case: Case, act: str) -> Intent | None:
        """Return what a message wants that is told by its words: a source, a reason, the verdict now."""
        lexicon = self._lexicon
        if speech_acts.asks_source(lexicon, flat) and speech_acts.is_request(flat):
            return Intent.SHOW_SOURCE
        if speech_acts.asks_why(lexicon, flat) and (flat.endswith("?") or len(flat.split()) <= 2):
            return Intent.WHY
        wants = lexicon.find_act("wants_verdict", flat) is not None and len(flat.split()) <= _MOST_WISHING
        if case.begun and wants:
            return Intent.WANTS_VERDICT
        if speech_acts.is_off_topic_request(lexicon, flat) and act in speech_acts.SILENT:
            return Intent.OFF_TOPIC
        return None

    def _without_facts(self, utterance: Utterance, case: Case, act: str, *, has_question: bool) -> Interpretation:
        flat = utterance.flat.strip()
        intents = {
            "greeting": Intent.GREETS,
            "thanks": Intent.THANKS,
            "pushback": Intent.PUSHES if case.begun else Intent.TELLS,
            "not_understood": Intent.NOT_UNDERSTOOD if has_question else Intent.ASKS,
            "aside": Intent.OFF_TOPIC if speech_acts.is_off_topic(self._lexicon, flat) else Intent.TELLS,
            "paste": Intent.TELLS,
        }
        intent = intents.get(act, Intent.ASKS)
        if speech_acts.addresses(self._lexicon, flat) and intent is Intent.ASKS:
            intent = Intent.PUSHES
        is_story = intent in (Intent.ASKS, Intent.TELLS) and not case.begun and speaks_of_own_training(flat)
        about = FollowUp.PASTED if act == "paste" else None
        return Interpretation(intent, query=flat if intent is Intent.ASKS else None, is_story=is_story, about=about)

    def _story(
        self, utterance: Utterance, values: tuple[Reading, ...], case: Case, shares: dict[str, float]
    ) -> Interpretation:
        """Return what a message is that answers no question: a story, unless it is nothing but something else."""
        flat = utterance.flat.strip()
        if speech_acts.is_off_topic(self._lexicon, flat) and not values:
            return Interpretation(Intent.OFF_TOPIC)
        if not values and case.begun and speech_acts.pushes(self._lexicon, flat):
            return Interpretation(Intent.PUSHES)
        is_lost = speech_acts.declines(flat) and not values  # who does not know what they need is asked
        tells = bool(values) or is_lost or _tells(shares) >= _STORY or speaks_of_own_training(flat)
        is_story = not case.begun and tells
        place = topic_question(utterance)
        if place is None:
            return Interpretation(Intent.TELLS, values, is_story=is_story)
        query = utterance.flat[place[0] : place[1]]
        asks_alone = only_asks(utterance, place) and not (values and is_own(flat))
        if asks_alone or (not values and asks_in_general(utterance)):
            return Interpretation(Intent.ASKS, (), query, is_story=not case.begun and speaks_of_own_training(flat))
        is_sought = is_for_the_shelf(query) and self._lexicon.find_act("about_ai", flat) is not None
        return Interpretation(Intent.TELLS, values, query if is_sought else None, is_story=is_story)


def _aims_of(case: Case) -> frozenset[Value | None]:
    return frozenset(fact.value for slot in WISHED for fact in case.pick_facts(slot))


def _is_beside(value: Reading, utterance: Utterance, case: Case, asked: str | None) -> bool:
    """Tell whether a reply to another question only brushes an aim that was answered; a wish adds to it."""
    if asked is None or value.slot == asked or value.slot not in case.set_slots or not case.was_asked(value.slot):
        return False
    clause = utterance.clause_of(value.start, value.start + 1)
    return bool(case.pick_facts(value.slot)) and (
        clause is None or find_modality(utterance, clause) is not Modality.PLAN
    )


def _gives(values: tuple[Reading, ...], slot: str) -> bool:
    return any(value.slot == slot for value in values)


def _asks_back(utterance: Utterance, estimates: Estimates, asked: str) -> bool:
    """Tell whether a reply is a question; "what counts as a hit never changed" begins like one and answers."""
    likely = any(item.probability >= ASKED for item in estimates.of(asked, asked=True))
    return asks_back(utterance) and ("?" in utterance.flat or not likely)


def _answers_rather(estimates: Estimates, asked: str, act: str, shares: Mapping[str, float]) -> bool:
    """Tell whether a reply that sounds as if it said nothing of the case answers the question: "2 sec, kids run away".

    A wish for what a model shall do sounds like a request to us: "put a 1 to 5 on each report".
    """
    share, floor = shares.get(act, 0.0), 1.0
    if share < speech_acts.FLOOR:
        floor = ASKED
    elif asked in WISHED and share < _SURELY_TO_US:
        floor = _WISHED
    elif act in speech_acts.BESIDE_A_CASE:
        floor = PLAIN
    return any(item.probability >= floor for item in estimates.of(asked, asked=True, wished=asked in WISHED))


def _tells(shares: dict[str, float]) -> float:
    return 1.0 - sum(shares.values()) if shares else 0.0


def _hear_gap(slot: str, utterance: Utterance) -> Interpretation:
    start = len(utterance.flat) - len(utterance.flat.lstrip())
    end = max(start + 1, len(utterance.flat.rstrip()))
    return Interpretation(Intent.TELLS, (Reading(slot, None, start, end, corrects=True, family=Family.EXACT),))


def _place(interpretation: Interpretation, normalised: Normalised, message: str) -> Interpretation:
    """Lead every place of an interpretation of the plain copy back to the message as it was, in the message's order."""
    values = tuple(
        replace(value, start=start, end=end)
        for value in sorted(interpretation.values, key=lambda value: value.start)
        for start, end in [normalised.span(value.start, value.end)]
    )
    query = interpretation.query
    if query is not None and (at := flatten(normalised.text).find(query)) >= 0:
        start, end = normalised.span(at, at + len(query))
        query = message[start:end]
    return replace(interpretation, values=values, query=query)
