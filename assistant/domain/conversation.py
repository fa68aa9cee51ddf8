"""A conversation: what the user did turn by turn, and what that makes of the case and of the question that waits.

Owns how a message that was heard meets the open question. Must not know who hears, what the rulebook says of the case,
nor how anything is phrased.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from assistant.domain.case import Again, Case, SlotState, Value, Via, agree, click, deny, hear, leave_open
from assistant.domain.dialogue import Assessment, Intent, Interpretation, Question, QuestionKind, TurnResult
from assistant.domain.rulebook import Given
from assistant.domain.source import Citation
from assistant.text.language import name_language

_KEEPS_QUESTION = frozenset(
    {
        Intent.ASKS,
        Intent.WHY,
        Intent.SHOW_SOURCE,
        Intent.PUSHES,
        Intent.GREETS,
        Intent.THANKS,
        Intent.OFF_TOPIC,
        Intent.OTHER_LANGUAGE,
    }
)
"""Intents after which the open question stays open, since nobody tried to answer it."""
_OUTLASTED = frozenset({Intent.ASKS, Intent.CLICKS, Intent.WANTS_VERDICT})
"""Intents that a question outlasts however often they come."""
_LEFT_OPEN_AT_MOST = 2
"""How often in a row a question outlives another evasion; then it counts as asked, and its slot as a gap."""
_YES_OR_NO = frozenset({Intent.CONFIRMS, Intent.DENIES})
"""What is no answer to a question in two parts."""
_RECENT_TURNS = 3
_ENGLISH = "en"
_LEAST_WORDS = 4
"""So few words in another language do not turn a conversation to it."""
OFF_TOPIC = ("scope", "off_topic")
"""The slot and value that say a message is about something else."""
_MOST_REPLIES = 2
"""Plain noes to a list, or replies to it that mend nothing, after which its entries are asked by their options."""

_NOTHING_TOLD = Case()


class Role(StrEnum):
    """Who said a part of a prompt."""

    USER = "user"
    ASSISTANT = "assistant"


@dataclass(frozen=True, slots=True)
class Said:
    """One message or reply of a conversation, as a model is shown it."""

    role: Role
    text: str


@dataclass(frozen=True, slots=True)
class Recording:
    """What a model answered in one turn, word for word; None where it was not asked or did not answer.

    With it a turn can be shown again without the model: the same checks meet the same words. `refused` tells why it
    could not be asked at all, `unheard` why there is nothing it heard, `broken_off` why `spoken` is not its whole
    reply; each as the user was told. What it heard stands in the turn's `Noted`.
    """

    model: str
    spoken: str | None = None
    refused: str | None = None
    unheard: str | None = None
    broken_off: str | None = None

    @property
    def is_blank(self) -> bool:
        """Whether nothing was asked of the model."""
        return self == Recording(self.model)


@dataclass(frozen=True, slots=True)
class Noted:
    """What was made of one message when it came, so that it is never heard again.

    `found` are the passages shown for a question, each by its id and with its relevance.
    """

    interpretation: Interpretation
    found: tuple[tuple[str, float], ...] = ()


@dataclass(frozen=True, slots=True)
class Event:
    """What the user did in one turn; a list of events replays a conversation exactly.

    `noted` is None only where an earlier version kept the event: its words are then read by the rules, and agree to
    nothing. `recording` holds what a model said in that turn, None where there was none.
    """

    message: str
    facts: Mapping[str, Given]
    noted: Noted | None = None
    recording: Recording | None = None


@dataclass(frozen=True, slots=True)
class Conversation:
    """A conversation so far; a new value each turn. `turn` counts from 1 once something was said.

    `n_left_open` counts the turns in a row after which the same question stayed open. `replies` are the coach's, by
    turn and as text. `language` is the two-letter code of the user's, None where nobody could tell.
    """

    id: str
    events: tuple[Event, ...] = ()
    case: Case = _NOTHING_TOLD
    assessment: Assessment | None = None
    n_left_open: int = 0
    replies: tuple[str, ...] = ()
    language: str | None = None

    @property
    def turn(self) -> int:
        """The number of the last turn, 0 before the first."""
        return len(self.events)

    @property
    def messages(self) -> dict[int, str]:
        """The user's messages by turn."""
        return {turn: event.message for turn, event in enumerate(self.events, start=1)}

    @property
    def question(self) -> Question | None:
        """The question that waits for an answer; once settled, which of two values holds, where one was heard late."""
        if self.assessment is None:
            return None
        late = [asked for asked in self.assessment.also_ask if self.case.rivals(asked.slot)]
        return self.assessment.question or next(iter(late), None)

    @property
    def recent(self) -> tuple[Said, ...]:
        """What was said in the last turns, oldest first."""
        turns = list(zip((event.message for event in self.events), self.replies, strict=False))[-_RECENT_TURNS:]
        return tuple(
            Said(role, text) for said in turns for role, text in zip((Role.USER, Role.ASSISTANT), said, strict=True)
        )


@dataclass(frozen=True, slots=True)
class Progress:
    """A turn under way. `reply` and `citations` are what may be shown so far.

    `result` is there once the verdict is final for the turn, its reply as far as it goes; `conversation` is there with
    the last progress of the turn only.
    """

    reply: str
    citations: tuple[Citation, ...]
    result: TurnResult | None = None
    conversation: Conversation | None = None


def restart(conversation: Conversation) -> Conversation:
    """Return the conversation with nothing told; what was said stays numbered."""
    return replace(conversation, case=_NOTHING_TOLD, assessment=None)


def name_conversation_language(conversation: Conversation, interpretation: Interpretation, message: str) -> str | None:
    """Return the language that a conversation is in with one more message: a few words leave it as it is.

    A model's word for it goes before what the small words tell, but for English, which weak models say of anything.
    """
    told = name_language(message) if interpretation.language in (None, _ENGLISH) else None
    language = told or interpretation.language
    is_short = len(message.split()) < _LEAST_WORDS and conversation.language is not None
    return conversation.language if language is None or is_short else language


def leaves_open(conversation: Conversation, interpretation: Interpretation) -> bool:
    """Tell whether the question that waits still waits: nobody tried to answer it, or only clicked something else."""
    return _outlasts(interpretation) or (
        interpretation.intent in _KEEPS_QUESTION and conversation.n_left_open < _LEFT_OPEN_AT_MOST
    )


def count_left_open(conversation: Conversation, interpretation: Interpretation) -> int:
    """Count how often in a row the question outlived an evasion, this message included."""
    if not leaves_open(conversation, interpretation):
        return 0
    return conversation.n_left_open + (not _outlasts(interpretation))


def _outlasts(interpretation: Interpretation) -> bool:
    """Tell whether a question outlasts such messages without end; not those that only a model takes for a question."""
    return interpretation.intent in _OUTLASTED and (
        interpretation.intent is not Intent.ASKS or interpretation.query is not None
    )


def take_in(
    conversation: Conversation, interpretation: Interpretation, message: str, clicked: Mapping[str, Given]
) -> Case:
    """Return the case with one more turn in it: what was told, how the open question was met, what was clicked."""
    case, question = _take_in_words(conversation, interpretation, message), conversation.question
    if question is not None and question.kind is QuestionKind.ASK and question.slot in clicked:
        case = replace(case, asked=case.asked | {(question.slot, question.again)})
    return click(case, clicked, conversation.turn + 1)


def _take_in_words(conversation: Conversation, interpretation: Interpretation, message: str) -> Case:
    before, question, turn = conversation.case, conversation.question, conversation.turn + 1
    answers = question.slots if question is not None and question.kind is QuestionKind.ASK else ()
    told = any(reading.value is not None for reading in interpretation.values)
    if told and OFF_TOPIC in before.list_unagreed_values():  # who tells a case is not off the subject
        left = (fact for fact in before.facts if fact.agreed or (fact.slot, fact.value) != OFF_TOPIC)
        before = replace(before, facts=tuple(left))
    case = hear(before, interpretation.values, message, turn, answers)
    if interpretation.intent is Intent.TELLS or interpretation.is_story:
        case = replace(case, begun=True)
    for slot in interpretation.denies - {*(question.slots if question is not None else ())}:
        case = deny(case, slot)
    if question is None:
        return case
    if leaves_open(conversation, interpretation) and not interpretation.agrees and not interpretation.denies:
        return _put_back(case, question) if message.strip() else case
    if interpretation.intent is Intent.NOT_UNDERSTOOD and question.kind is QuestionKind.READ_BACK:
        return case
    if interpretation.intent is Intent.NOT_UNDERSTOOD and question.held and question.slot not in case.explained:
        return replace(case, explained=case.explained | {question.slot})
    if question.kind is QuestionKind.ASK and _mends_another(case, before, question, interpretation):
        return _put_back(case, question)
    if question.kind is QuestionKind.ASK:
        return _meet_question(case, before, question, interpretation, turn)
    return _meet_list(case, before, question, interpretation, turn)


def _mends_another(case: Case, before: Case, question: Question, interpretation: Interpretation) -> bool:
    """Tell whether a message only put right what was noted of other slots, so that it is no silence on this one."""
    touched = {reading.slot for reading in interpretation.values} | interpretation.agrees | interpretation.denies
    return question.slot not in touched and any(
        value is not None and value not in _values(case, slot) for slot in touched for value in _values(before, slot)
    )


def _put_back(case: Case, question: Question) -> Case:
    """Note that a question that stays open is to be put in other words next time; what was heard waits for its yes."""
    if question.kind is not QuestionKind.ASK or question.again is not None or question.held:
        return case
    return replace(case, asked=case.asked | {(question.slot, None)})


def _meet_question(case: Case, before: Case, question: Question, interpretation: Interpretation, turn: int) -> Case:
    """Take in how a question was met: a yes agrees to what was pressed, the second silence leaves a gap.

    So does who was asked twice which of two values holds and chose none, or doubts what was heard and does not say what
    holds instead.
    """
    slot = question.slot
    told = [reading.value for reading in interpretation.values if reading.slot == slot]
    case = replace(
        case,
        asked=case.asked | {(slot, question.again)},
        pressed=case.pressed | {(slot, value) for value in question.held},
        doubted=case.doubted - {slot} if told else case.doubted,
        reopened=case.reopened - {slot},
        explained=case.explained | {slot}
        if interpretation.intent is Intent.NOT_UNDERSTOOD
        else case.explained - {slot},
        split=case.split | {slot} if interpretation.intent in _YES_OR_NO else case.split - {slot},
    )
    if slot in interpretation.denies & case.list_unagreed_slots() and _values(case, slot) == _values(before, slot):
        return deny(case, slot)
    if slot in interpretation.agrees & case.list_unagreed_slots() and _values(case, slot) == _values(before, slot):
        return agree(case, {slot})
    is_heard = case.state(slot) is SlotState.PROPOSED
    if None in told and slot in before.doubted and is_heard:
        return leave_open(case, slot, turn)
    if interpretation.intent is Intent.NOT_UNDERSTOOD and (slot, Again.EXPLAINED) not in case.asked:
        return case
    last = Again.REOPENED if case.rivals(slot) else Again.REWORDED
    is_silent = not case.pick_facts(slot) or (is_heard and slot in case.doubted)
    return leave_open(case, slot, turn) if is_silent and (slot, last) in case.asked else case


def _meet_list(case: Case, before: Case, question: Question, interpretation: Interpretation, turn: int) -> Case:
    """Take in how a list was met.

    A yes agrees to the entries it names, as they stand after what the rules heard mended in the same breath; a no takes
    out those it names. After two plain noes, or two replies that mend nothing, all entries are doubted: their options
    are put, and what was put in every way already is left open.
    """
    mended = {slot for slot in question.slots if _values(case, slot) != _values(before, slot)}
    new = [fact for slot in mended for fact in case.of(slot) if fact.value not in _values(before, slot)]
    by_model = {fact.slot for fact in new if fact.via is Via.MODEL}
    named = interpretation.agrees & {*question.slots}
    denied = interpretation.denies & {*question.slots} - mended
    if interpretation.intent is Intent.DENIES and not interpretation.values and not denied:
        denied = _just_mended(before, question, turn)
    for slot in denied:
        case = deny(case, slot)
    old = {slot: frozenset(value for value in _values(before, slot) if value is not None) for slot in mended}
    replaced = frozenset((slot, values) for slot, values in old.items() if values)
    case = replace(case, refused=case.refused | replaced)
    case = agree(case, named - interpretation.denies - by_model)
    if mended or denied or named:
        return replace(case, n_noes=0, n_unmended=0)
    known = {(fact.slot, fact.value) for fact in before.facts}
    if any((fact.slot, fact.value) not in known for fact in case.facts):  # something else was told
        return case
    is_no = interpretation.intent is Intent.DENIES
    case = replace(case, n_noes=case.n_noes + is_no, n_unmended=case.n_unmended + (not is_no))
    if case.n_noes < _MOST_REPLIES and case.n_unmended < _MOST_REPLIES:
        return case
    for slot in question.slots:
        if {(slot, Again.REWORDED), (slot, Again.REOPENED)} <= case.asked:  # asked in every way, and denied again
            case = leave_open(case, slot, turn)
    return replace(case, doubted=case.doubted | {*question.slots}, n_noes=0, n_unmended=0)


def _just_mended(case: Case, question: Question, turn: int) -> frozenset[str]:
    """Return the one entry that the reply before mended: a plain no to the list with that change is about it."""
    refused = {slot for slot, _ in case.refused}
    found = [
        slot
        for slot in question.slots
        if slot in refused and any(fact.turn == turn - 1 for fact in case.pick_facts(slot))
    ]
    return frozenset(found) if len(found) == 1 else frozenset()


def _values(case: Case, slot: str) -> frozenset[Value | None]:
    """Return what a slot holds, in whatever words and by whomever it was heard."""
    return frozenset(fact.value for fact in case.of(slot))
