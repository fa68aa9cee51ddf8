"""Hears which kind of question about the case, the verdict or the coach a message asks; all else another reader hears.

Owns when a message is such a question and what of it still counts as told: a question sets no fact. Must not know what
is answered, nor what any slot means.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace

from assistant.domain.case import Case, Reading, Value
from assistant.domain.dialogue import FollowUp, Intent, Interpretation, Question, QuestionKind
from assistant.knowledge.types.answer_book import AnswerBook
from assistant.ports import Reader
from assistant.replying.followup_phrases import Asked, FollowUpPhrases, sentences_of
from assistant.replying.suppositions import asks_what_if, supposes
from assistant.replying.terms import find_asked_terms
from assistant.text.clauses import blank_out

MOST_WORDS = 45
"""A longer message tells a story, whatever it asks on the way."""
_INTENTS = {
    FollowUp.WHY: Intent.WHY,
    FollowUp.SOURCE: Intent.SHOW_SOURCE,
    FollowUp.PUSHBACK: Intent.PUSHES,
    FollowUp.THANKS: Intent.THANKS,
    FollowUp.QUESTION: Intent.NOT_UNDERSTOOD,
    FollowUp.RESTART: Intent.RESTARTS,
    FollowUp.OTHER_LANGUAGE: Intent.OTHER_LANGUAGE,
}
_STATED = frozenset(
    {FollowUp.PUSHBACK, FollowUp.THANKS, FollowUp.MISHEARD, FollowUp.CONTRADICTS, FollowUp.DEADLINE,
     FollowUp.SMALL_TALK, FollowUp.QUESTION, FollowUp.QUESTIONS_LEFT, FollowUp.RESTART, FollowUp.OTHER_LANGUAGE,
     FollowUp.TERM}
)  # fmt: skip
"""Kinds that need not have the form of a question or of a request."""
_OF_THE_COACH = frozenset(
    {FollowUp.MODEL, FollowUp.OWN_WORDS, FollowUp.UPLOAD, FollowUp.HOW_DECIDED, FollowUp.GRADES, FollowUp.LADDER,
     FollowUp.MISTAKES, FollowUp.TERM, FollowUp.THANKS, FollowUp.SMALL_TALK, FollowUp.OTHER_LANGUAGE,
     FollowUp.RESTART}
)  # fmt: skip
"""Kinds that can be asked before anything is told; whatever else is asked in a first message belongs to a story."""
_IN_GENERAL = frozenset(
    {FollowUp.EVAL_EXAMPLE, FollowUp.COST, FollowUp.TIMELINE, FollowUp.HOW_MANY, FollowUp.COMPARE, FollowUp.RISK}
)
"""Kinds that can be answered in general where the first message asks nothing but that."""
_NOTHING_TOLD = Case()
_WITHIN_AN_ANSWER = frozenset({FollowUp.PUSHBACK, FollowUp.DEADLINE, FollowUp.SMALL_TALK, FollowUp.OTHER_LANGUAGE})
"""Kinds whose words, in a reply to a question and not put as one, are more often part of the answer."""
_MOST_BEFORE_A_CASE = 16
_SURE = frozenset({Intent.RESTARTS, Intent.UNREADABLE, Intent.GREETS, Intent.OFF_TOPIC, Intent.CONFIRMS, Intent.DENIES})
"""What another reader finds beyond doubt, so that it stands."""
_ASKING = re.compile(
    r"^(?:(?:ok|okay|so|and|but|well|hm+|oh|right|hi|hey|hello|now|then|also|sorry|huh|pls|please|kindly|with respect"
    r"|alright|good|fine|just|btw|by the way|anyway|wait|thx|thanks|understood|as \w+"
    r"|pardon my ignorance)\b[ ,:.-]*)*"
    r"(?:what|whats|what's|what'd|which|who|whose|how|hows|how's|why|when|where|do|does|did|is|are|am|isn't|aren't|was|were"
    r"|should|shall|can|can't|could|would|wouldn't|will|may|must|have|has|any|give|show|tell|explain|define|describe"
    r"|list|put|sum|summari[sz]e|write|compare|draft|sketch|let|walk|boil|condense|quote|justify|link|links|source"
    r"|sources|start|wipe|suppose|under|on which|on what|by which|by when|for what|with what|at what|in what|into|who|i"
    r" (?:must|need|want|would|'d|have) |i'd |weeks|ask|rephrase|reword|please|send|and|make|from where"
    r"|wie|warum|wieso|wann|wo|woher|wer|welche[rs]?|kannst|sag|zeig|nenn|gib|fass|fasse|erklär|erkläre|schreib)\b"
)
_TELLS = re.compile(
    r"\b(?:we|i|our|my|us)\b(?!.*\?)"
    r"|\b(?:we|i) (?:have|had|use|used|run|got|pay|tried|collected|labell?ed|wrote|need|want)\b"
)


EstimatingKinds = Callable[[str], Mapping[str, float]]
"""Gives how probable each kind is of a message, in [0, 1]; what is missing of 1 is the topic's."""
BACKED = 0.2
"""How much more probable a phrase makes its kind."""
LEAST = 0.3
"""How probable a kind must be at least, or the question is about the topic."""
_TELLS_NOTHING, _FEWEST_SAID = Interpretation(Intent.TELLS), 5
"""What is heard where nothing is told, and words that may ask something all the same once there is a verdict."""
_FEWEST_ASKING = 3
"""Words of a sentence that asks us something beside an answer."""
_MOST_ANSWERING = 3
"""Words that answer a question its writer put to themselves: "do we have a test set? no."."""
_PUT_AS_ONE = re.compile(
    r"^(?:(?:ok|okay|so|and|but|well|btw|also|then|now)\b[ ,:-]*)*"
    r"(?:what|whats|what's|which|who|how|why|when|where|do|does|is|are|can|could|should|shall|would|will|tell|show|give|explain)\b"
)
"""A question without its mark."""
_CHECKS = re.compile(
    r"^(?:so |and |but |ok )?(?:is|are) (?:my|our|the|he|she|they|it|that) ?(?:\w+ )?(?:right|wrong|correct|mistaken)\b"
    r"(?: or (?:right|wrong|no|not))?\W*$|"
    r"(?:,|\s-)\s(?:is|are|was) (?:she|he|it|that|this|they) (?:right|wrong|true|correct|enough|worth it|sensible)\W*$"
)
"""What somebody says is put to us to judge: "my boss says just use a longer prompt, is she right"."""
_AT_US = re.compile(r"\byou\b|(?<!and )\bi (?:disagree|(?:don['’]?t|do not) (?:buy|believe|agree))\b", re.IGNORECASE)


class FollowUpReader:
    """The `Reader` port around another one: a question about the case is heard as that, and sets no fact."""

    def __init__(
        self, reader: Reader, phrases: FollowUpPhrases, book: AnswerBook, estimate: EstimatingKinds | None = None
    ) -> None:
        """`estimate` tells how probable each kind is; without it only the phrases tell one."""
        self._reader = reader
        self._phrases = phrases
        self._book = book
        self._estimate = estimate

    @property
    def name(self) -> str:
        """How the reader within is named to the user."""
        return self._reader.name

    def read(self, message: str, case: Case, question: Question | None) -> Interpretation:
        """Read one message as the reader within does, and tell what it asks for about the case."""
        if (beside := self._read_beside_question(message, case, question)) is not None:
            return beside
        heard = self._hear(message, message, case, question)
        if heard.intent in _SURE or heard.agrees or heard.denies or len(message.split()) > MOST_WORDS:
            return heard
        asked = self._read_question(message, heard, case, question)
        if asked is None:
            may_ask = (
                heard == _TELLS_NOTHING and question is None and case.begun and len(message.split()) >= _FEWEST_SAID
            )
            return replace(heard, query=message.strip()) if may_ask else heard
        if not case.begun:
            heard = self._with_story(heard, message, asked)
        kept = _read_beside(heard.values, message, asked)
        intent = _INTENTS.get(asked.kind, Intent.ASKS)
        if kept:
            intent = Intent.TELLS
        query = message.strip() if intent is Intent.ASKS else None
        about = None if asked.kind is FollowUp.TOPIC else asked.kind
        return replace(heard, intent=intent, values=kept, query=query, about=about)

    def _read_beside_question(self, message: str, case: Case, question: Question | None) -> Interpretation | None:
        """Hear a reply of which some sentences answer and others ask us something; None where not both are found.

        What answers is heard without the sentences that ask, and these are answered beside it.
        """
        if not case.begun:
            return None
        places = sentences_of(message)
        sentences = [message[start:end] for start, end in places]
        for_us = [self._is_for_us(said, then) for said, then in zip(sentences, [*sentences[1:], ""], strict=False)]
        asking = [place for place, is_for_us in zip(places, for_us, strict=True) if is_for_us]
        tells = any(
            not is_for_us and not said.rstrip().endswith("?") for said, is_for_us in zip(sentences, for_us, strict=True)
        )
        heard = self._hear(blank_out(message, asking), message, case, question) if asking and tells else None
        if heard is not None and (heard.agrees or heard.denies or heard.values or heard.intent in _SURE):
            return self._with_question(heard, message[slice(*asking[0])].strip())
        checked = next((said for said in sentences if _CHECKS.search(said.strip().lower())), None)
        return self._with_question(Interpretation(Intent.ASKS, query=checked.strip()), checked) if checked else None

    def _hear(self, words: str, message: str, case: Case, question: Question | None) -> Interpretation:
        """Hear words of a message; where it asks and nothing is open, nothing in them takes back what was agreed."""
        heard = self._reader.read(words, case, question)
        asks = question is None and (heard.query is not None or "?" in message)
        return _without_contests(heard, case) if asks else heard

    def _with_question(self, heard: Interpretation, sentence: str) -> Interpretation:
        """Return what was heard with the question beside it; none for words that only say that it was said before."""
        found = self._term(sentence) or self._find(sentence)
        if asks_what_if(sentence, self._book):
            return replace(heard, query=sentence, about=FollowUp.WOULD_CHANGE)
        if _CHECKS.search(sentence.lower()):
            return replace(heard, intent=Intent.WHY, query=None) if heard.intent is Intent.ASKS else heard
        kind = found.kind if found else None
        if kind is FollowUp.MISHEARD:
            return heard
        if kind in _INTENTS:
            return heard
        if kind is None or kind is FollowUp.TOPIC:
            return replace(heard, query=sentence)
        return replace(heard, query=sentence, about=kind)

    def _is_for_us(self, sentence: str, following: str) -> bool:
        """Tell whether a sentence asks us something, or complains that we did not listen; not one that is answered by
        the few words `following` it.
        """
        flat = sentence.strip().lower()
        found = self._phrases.find(sentence)
        if (found is not None and found.kind is FollowUp.MISHEARD) or self._term(sentence) is not None:
            return True
        if _CHECKS.search(flat) or (flat.endswith("?") and asks_what_if(flat, self._book)):
            return True
        opens = _ASKING.match(flat) or (flat.endswith("?") and supposes(flat) and _ASKING.match(_last_part(flat)))
        if not opens or len(flat.split()) < _FEWEST_ASKING:
            return False
        if not flat.endswith("?"):
            return found is not None and _PUT_AS_ONE.match(flat) is not None
        n_following = len(following.split())
        return n_following == 0 or n_following > _MOST_ANSWERING or "?" in following

    def _read_question(
        self, message: str, heard: Interpretation, case: Case, question: Question | None
    ) -> Asked | None:
        """Return what a message asks for; an answer to the open question is no question, however it is put."""
        if not case.begun:
            return self._read_first_question(message, heard)
        named, phrase = self._what_if(message, case) or self._term(message), self._phrases.find(message)
        found = named or self._find(message)
        if found is None or (found.kind is FollowUp.WOULD_CHANGE and question is None and not _tells(heard)):
            return found
        if found.kind is FollowUp.TOPIC:
            places = sentences_of(message) if question is None else [(found.start, found.end)]
            asks = any(_PUT_AS_ONE.match(message[start:end].strip().lower()) for start, end in places)
            asks = asks or heard.intent is Intent.ASKS or (question is None and "?" in message)
            return found if asks and not _tells(heard) else None
        is_plain = named is not None or (phrase is not None and phrase.kind is found.kind)
        if not is_plain and not _is_open_to_likeness(message, heard, case, question):
            return None
        return found if _may_be(found, message, heard, question) else None

    def _read_first_question(self, message: str, heard: Interpretation) -> Asked | None:
        """Return what a message asks for before a case is told: about the coach, or in general."""
        found = self._term(message) or self._phrases.find(message)
        if found is None or heard.values or heard.is_story:
            return None
        is_short = len(message[found.start : found.end].split()) <= _MOST_BEFORE_A_CASE
        is_general = found.kind in _IN_GENERAL and heard.intent is Intent.ASKS and found.start == 0
        return found if is_short and (found.kind in _OF_THE_COACH or is_general) else None

    def _find(self, message: str) -> Asked | None:
        """Return the likeliest kind, a phrase for one taken into account; where none is likely, the topic."""
        found = self._phrases.find(message)
        shares = dict(self._estimate(message)) if self._estimate else {}
        if not shares:
            return found
        shares[FollowUp.TOPIC] = max(1.0 - sum(shares.values()), LEAST)
        if found is not None:
            if found.kind not in shares:  # told by its phrases alone
                return found
            shares[found.kind] += BACKED
        kind = max(shares, key=lambda name: shares[name])
        return found if found is not None and found.kind == kind else Asked(FollowUp(kind), 0, len(message))

    def _with_story(self, heard: Interpretation, message: str, asked: Asked) -> Interpretation:
        """Return what was heard with the case that is told before the question."""
        told = self._reader.read(message[: asked.start], _NOTHING_TOLD, None) if asked.start else None
        if told is None or not (told.values or told.is_story):
            return heard
        return replace(heard, values=told.values, is_story=True)

    def _what_if(self, message: str, case: Case) -> Asked | None:
        """Find a sentence that supposes what the rules read and asks what would follow."""
        places = sentences_of(message) if case.begun else ()
        found = (place for place in places if asks_what_if(message[slice(*place)], self._book))
        return next((Asked(FollowUp.WOULD_CHANGE, *place) for place in found), None)

    def _term(self, message: str) -> Asked | None:
        """Find a word of ours whose meaning is asked for."""
        return Asked(FollowUp.TERM, 0, len(message)) if find_asked_terms(message, self._book) else None


def _without_contests(heard: Interpretation, case: Case) -> Interpretation:
    """Return what was heard without what speaks against agreed facts; numbers are put side by side."""
    agreed: dict[str, set[Value | None]] = {}
    for fact in case.facts:
        if fact.agreed and not isinstance(fact.value, float):
            agreed.setdefault(fact.slot, set()).add(fact.value)
    values = (value for value in heard.values if value.corrects or value.value in agreed.get(value.slot, {value.value}))
    return replace(heard, values=tuple(values))


def _last_part(sentence: str) -> str:
    return sentence.rpartition(",")[2].strip()


def _may_be(asked: Asked, message: str, heard: Interpretation, question: Question | None) -> bool:
    """Tell whether what a phrase found can be meant: it has the form for it, and is no answer to what was asked."""
    sentence = message[asked.start : asked.end].strip()
    asks = sentence.endswith("?") or _ASKING.match(sentence.lower()) is not None
    if asked.kind is FollowUp.TERM or (asked.kind is FollowUp.DEADLINE and not heard.values):
        return True
    if asked.kind is FollowUp.PUSHBACK and not heard.values and _AT_US.search(message):
        return True
    if question is not None and asked.kind in _WITHIN_AN_ANSWER:
        return sentence.endswith("?") or heard.intent is _INTENTS.get(asked.kind)
    if asked.kind in _STATED:
        return asks or not _tells(heard)
    if question is not None and heard.values and not sentence.endswith("?"):
        return False
    return asks or (question is None and not heard.values)


def _tells(heard: Interpretation) -> bool:
    """Tell whether a value was heard; that something is not known is none."""
    return any(reading.value is not None for reading in heard.values)


def _is_open_to_likeness(message: str, heard: Interpretation, case: Case, question: Question | None) -> bool:
    """Tell whether likeness may speak: a question, or after a verdict anything that tells nothing."""
    flat = message.strip().lower()
    asks = flat.endswith("?") or _ASKING.match(flat) is not None
    if question is not None and question.kind is QuestionKind.READ_BACK and not flat.endswith("?"):
        return False
    if asks:
        return not heard.values or flat.endswith("?")
    return question is None and case.begun and not heard.values


def _read_beside(values: tuple[Reading, ...], message: str, asked: Asked) -> tuple[Reading, ...]:
    """Return what is told in other sentences than the one that asks, or in a clause of it before the question."""
    sentence = message[asked.start : asked.end]
    cut = max((sentence.rfind(mark) for mark in (", ", " - ", ": ")), default=-1)
    if cut > 0 and _TELLS.search(sentence[:cut].lower()) and _ASKING.match(sentence[cut + 1 :].strip(" -").lower()):
        asked = replace(asked, start=asked.start + cut)
    return tuple(value for value in values if value.end <= asked.start or value.start >= asked.end)
