"""A conversation: what the user did turn by turn, and what that makes of the case and of the question that waits.

Owns how a message that was heard meets the open question. Must not know who hears, what the rulebook says of the case,
nor how anything is phrased.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from assistant.domain.case import Case, SlotState, Status, Via, confirm, hear
from assistant.domain.dialogue import Assessment, Hearing, Intent, Question, QuestionKind, TurnResult
from assistant.domain.model_turn import Recording, Role, Said
from assistant.domain.rulebook import Given
from assistant.domain.source import Citation

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
_OUTLASTED = frozenset({Intent.ASKS, Intent.PUSHES, Intent.CLICKS})
"""Intents that a question outlasts however often they come."""
_LEFT_OPEN_AT_MOST = 2
"""How often in a row a question outlives another evasion; then it counts as asked, and its slot as a gap."""
_RECENT_TURNS = 3

_NOTHING_TOLD = Case()


@dataclass(frozen=True, slots=True)
class Event:
    """What the user did in one turn; a list of events replays a conversation exactly.

    `recording` holds what a model answered in that turn, None where there was none.
    """

    message: str
    facts: Mapping[str, Given]
    recording: Recording | None = None


@dataclass(frozen=True, slots=True)
class Conversation:
    """A conversation so far; a new value each turn. `turn` counts from 1 once something was said.

    `n_left_open` counts the turns in a row after which the same question stayed open. `replies` are the coach's, by
    turn and as text.
    """

    id: str
    events: tuple[Event, ...] = ()
    case: Case = _NOTHING_TOLD
    assessment: Assessment | None = None
    n_left_open: int = 0
    replies: tuple[str, ...] = ()

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
        """The question that waits for an answer."""
        return self.assessment.question if self.assessment else None

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


def restarted(conversation: Conversation) -> Conversation:
    """Return the conversation with nothing told; what was said stays numbered."""
    return replace(conversation, case=_NOTHING_TOLD, assessment=None)


def leaves_open(conversation: Conversation, hearing: Hearing) -> bool:
    """Tell whether the question that waits still waits: nobody tried to answer it, or only clicked something else."""
    if hearing.intent in _OUTLASTED:
        return True
    return hearing.intent in _KEEPS_QUESTION and conversation.n_left_open < _LEFT_OPEN_AT_MOST


def n_left_open(conversation: Conversation, hearing: Hearing) -> int:
    """Count how often in a row the question outlived an evasion, this message included."""
    if not leaves_open(conversation, hearing):
        return 0
    return conversation.n_left_open + (hearing.intent not in _OUTLASTED)


def taken_in(conversation: Conversation, hearing: Hearing, message: str) -> Case:
    """Return the case with one more message in it: first how the open question was met, then what was told."""
    left_open = leaves_open(conversation, hearing)
    case = conversation.case if left_open else _settled(conversation, hearing)
    case = hear(case, hearing.values, message, conversation.turn + 1)
    case = replace(case, suspected=(*case.suspected, *hearing.suspected))
    return replace(case, begun=True) if hearing.intent is Intent.TELLS else case


def _settled(conversation: Conversation, hearing: Hearing) -> Case:
    """Take in how the question was met; an `ask` counts as asked, whatever came back."""
    case, question = conversation.case, conversation.question
    if question is None:
        return case
    if question.kind is QuestionKind.ASK:
        return replace(case, asked=case.asked | set(question.slots))
    return _confirmed(case, question, hearing)


def _confirmed(case: Case, question: Question, hearing: Hearing) -> Case:
    """Take in how a confirmation was met.

    Yes makes what was read known. A correction replaces what it names and lets the rest stand, but for what only a
    model read, which waits for a yes of its own. A plain no takes the reading out, or keeps the older of two; to
    several read back together it casts doubt on each, and they are put one by one. Anything else leaves a gap, since
    nothing rests on what was not confirmed; only what the user's words say stays where nobody but a model disputes it.
    """
    yes, denied = hearing.intent is Intent.CONFIRMS, hearing.intent is Intent.DENIES
    corrected = {value.slot for value in hearing.values} & set(question.slots)
    if denied and len(question.slots) > 1 and not corrected:
        return replace(case, doubted=case.doubted | set(question.slots))
    for slot in question.slots:
        stands = yes or bool(corrected - {slot} and slot not in corrected)
        evaded = slot not in corrected and _is_disputed(case, slot)
        if case.state(slot) is SlotState.CONTRADICTED and (stands or denied or evaded):
            case = _decided(case, slot, newest=stands)
            continue
        if stands and not yes and any(fact.is_guess for fact in case.of(slot)):
            continue
        case = confirm(case, (slot,), yes=stands)
        if not stands and not denied:
            case = replace(case.without(slot), asked=case.asked | {slot})
    return case


def _is_disputed(case: Case, slot: str) -> bool:
    """Tell whether nobody but a model contradicts what the user's words say."""
    return any(fact.via is Via.MODEL for fact in case.of(slot)[1:])


def _decided(case: Case, slot: str, *, newest: bool) -> Case:
    """Settle two readings that contradict each other; to deny a model's says nothing for a guess of the rules."""
    facts = case.of(slot)
    kept = facts[-1] if newest else facts[0]
    is_guess = not newest and not kept.sure and _is_disputed(case, slot)
    kept = replace(kept, status=Status.PROPOSED if is_guess else Status.KNOWN)
    return replace(case.without(slot), facts=(*case.without(slot).facts, kept))
