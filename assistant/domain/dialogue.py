"""One exchange: what was heard, what is asked, what is said back.

Owns the values that pass between reader, engine, phraser and page. Must not know how any of them works.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from assistant.domain.case import Again, Case, Fact, Reading, Value
from assistant.domain.mistakes import MistakeFinding
from assistant.domain.rulebook import VerdictId
from assistant.domain.source import Citation, Evidence


class Intent(StrEnum):
    """What a message is for; `tells` covers answers to our questions too."""

    TELLS = "tells"
    CONFIRMS = "confirms"
    DENIES = "denies"
    ASKS = "asks"
    WHY = "why"
    SHOW_SOURCE = "show_source"
    PUSHES = "pushes"
    GREETS = "greets"
    THANKS = "thanks"
    RESTARTS = "restarts"
    OFF_TOPIC = "off_topic"
    OTHER_LANGUAGE = "other_language"
    UNREADABLE = "unreadable"
    NOT_UNDERSTOOD = "not_understood"
    WANTS_VERDICT = "wants_verdict"
    CLICKS = "clicks"


class FollowUp(StrEnum):
    """What a question about the case, the verdict or the coach asks for."""

    NEXT_STEPS = "next_steps"
    DEADLINE = "deadline"
    WHY = "why"
    CERTAINTY = "certainty"
    WOULD_CHANGE = "what_would_change"
    RISK = "risk"
    COST = "cost"
    TIMELINE = "timeline"
    HOW_MANY = "how_many_examples"
    EVAL_EXAMPLE = "example_of_eval"
    COMPARE = "compare_methods"
    SUMMARY = "summary_for_boss"
    LADDER = "ladder"
    MISTAKES = "mistakes"
    TERM = "explain_term"
    QUESTION = "explain_question"
    QUESTIONS_LEFT = "questions_left"
    HOW_DECIDED = "how_it_decides"
    GRADES = "source_grades"
    SOURCE = "source"
    MODEL = "identity_or_model"
    OWN_WORDS = "privacy_of_my_words"
    UPLOAD = "upload"
    PASTED = "pasted"
    CONTRADICTS = "contradicts_coach"
    MISHEARD = "misheard"
    PUSHBACK = "pushback"
    THANKS = "thanks"
    SMALL_TALK = "small_talk"
    OTHER_LANGUAGE = "other_language"
    RESTART = "restart"
    TOPIC = "topic"


class QuestionKind(StrEnum):
    """How a question is put; the values are part of the command-line contract."""

    ASK = "ask"
    READ_BACK = "read_back"


@dataclass(frozen=True, slots=True)
class Choice:
    """One clickable answer: an option of a slot; for a list yes and no, or which of its slots is wrong."""

    value: Value | bool
    label: str


@dataclass(frozen=True, slots=True)
class Question:
    """A question to the user. `slots` are all it settles (several for a read-back); `slot` is the first of them.

    `held` are the values that were heard already, shown as pressed. `again` says why it is put a second time.
    """

    slot: str
    text: str
    why: str
    kind: QuestionKind
    multiple: bool
    options: tuple[Choice, ...]
    slots: tuple[str, ...]
    held: tuple[Value, ...] = ()
    again: Again | None = None


@dataclass(frozen=True, slots=True)
class Interpretation:
    """What a reader made of one message.

    `query` is the user's own question about the topic, when there is one beside or instead of a case. `is_story`: a
    case is told beyond doubt, though it may be that no fact could be read. `agrees` are the slots of the question in
    front of the user that they said yes to, `denies` those they called wrong; both are found by the rules alone.
    `language` is a two-letter code where a model named it. `about` is what a question about the case, the verdict or
    the coach asks for.
    """

    intent: Intent
    values: tuple[Reading, ...] = ()
    query: str | None = None
    is_story: bool = False
    agrees: frozenset[str] = frozenset()
    denies: frozenset[str] = frozenset()
    language: str | None = None
    about: FollowUp | None = None


@dataclass(frozen=True, slots=True)
class Part:
    """One concern of a case that is split or combined, with the verdict on it alone."""

    concern: str
    verdict: VerdictId


@dataclass(frozen=True, slots=True)
class Change:
    """One fact set to another value."""

    slot: str
    to: Value


@dataclass(frozen=True, slots=True)
class Counterfactual:
    """The smallest set of changes that leads to another verdict."""

    changes: tuple[Change, ...]
    verdict: VerdictId


@dataclass(frozen=True, slots=True)
class Assessment:
    """All that the rulebook says of a case. `rationale` are criterion ids, strongest first.

    `to_agree` are the slots that were heard and that a verdict would rest on, in the rulebook's order; `n_left` is
    about how many questions are left.
    """

    verdict: VerdictId
    leaning: VerdictId
    settled: bool
    stability: float
    rationale: tuple[str, ...]
    mistakes: tuple[MistakeFinding, ...]
    parts: tuple[Part, ...]
    gaps: tuple[str, ...]
    question: Question | None
    also_ask: tuple[Question, ...]
    would_change: tuple[Counterfactual, ...]
    to_agree: tuple[str, ...] = ()
    n_left: int = 0


class SentenceRole(StrEnum):
    """What a sentence is for, and with that what a model may put around it."""

    VERDICT = "verdict"
    QUESTION = "question"
    SOURCE = "source"
    CLAIM = "claim"
    STEP = "step"
    HEARD = "heard"
    LINK = "link"

    @property
    def may_be_translated(self) -> bool:
        """Whether a translation may stand beside the engine's own words; never one of what was decided or quoted."""
        return self not in (SentenceRole.VERDICT, SentenceRole.SOURCE)


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence of a reply with the citations it rests on; a claim without a citation is never shown."""

    text: str
    citations: tuple[Citation, ...] = ()
    is_claim: bool = False
    role: SentenceRole = SentenceRole.CLAIM


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Sentences that belong together; `item` makes it a list item."""

    sentences: tuple[Sentence, ...]
    item: bool = False


@dataclass(frozen=True, slots=True)
class ReplyContext:
    """All that a phraser may speak from: this turn, the one before, and what the engine says.

    `replies` are those the coach gave so far, as Markdown and oldest first. `who_speaks` is the line on which coach
    speaks and what of the user's words goes where. `language` is the conversation's, None where nobody could tell;
    `has_model` whether a language model is connected, though it may have failed.
    """

    turn: int
    message: str
    interpretation: Interpretation
    case: Case
    before: Case
    assessment: Assessment
    previous: Assessment | None
    evidence: tuple[Evidence, ...]
    notices: tuple[str, ...] = ()
    replies: tuple[str, ...] = ()
    who_speaks: str = ""
    language: str | None = None
    has_model: bool = False

    @property
    def asking(self) -> str:
        """The words that ask something: the question beside what is told, else the whole message."""
        return self.interpretation.query or self.message


@dataclass(frozen=True, slots=True)
class TurnResult:
    """What one turn gave: the contract's answer, before it is written as JSON or shown on the page.

    `heard` are the readings that this message gave, `agreed` and `denied` the facts, as they were heard, that the user
    agreed to in it or took out with a no.
    """

    conversation: str
    turn: int
    message: str
    reply: str
    intent: Intent
    case: Case
    assessment: Assessment
    citations: tuple[Citation, ...]
    coach: str
    notices: tuple[str, ...]
    heard: tuple[Reading, ...] = ()
    agreed: tuple[Fact, ...] = ()
    denied: tuple[Fact, ...] = ()
