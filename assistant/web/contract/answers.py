"""The coach's answer and what a search finds, as programs and the command line get them.

Owns the fields of the contract: each is said once, with its type, its meaning and how it is written. Must not know
how lines or requests are read.
"""

from __future__ import annotations

from assistant.domain import case as cases
from assistant.domain import dialogue, source
from assistant.domain.case import DECLINED, Again, Case, Status, Value, Via
from assistant.domain.dialogue import Intent, QuestionKind, TurnResult
from assistant.domain.mistakes import MistakeId, MistakeState
from assistant.domain.rulebook import VerdictId
from assistant.domain.source import SourceKind
from assistant.web.contract.fields import FieldsOf, Json, Shape, write

CONTRACT = 2
"""The number of the answer's shape; it rises when a field changes its meaning or goes."""


def plain(value: Value | bool | None) -> Value | bool | None:
    """Write a whole number without a fraction."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


_part = FieldsOf[dialogue.Part]()


class Part(Shape):
    """One concern of a case that is split or combined."""

    concern: str = _part(lambda part: part.concern)
    verdict: VerdictId = _part(lambda part: part.verdict.value)


_fact = FieldsOf[tuple[cases.Fact, Case]]()


class Fact(Shape):
    """One value of one slot, and what it rests on."""

    slot: str = _fact(lambda held: held[0].slot)
    value: str | float | None = _fact(lambda held: plain(held[0].value))
    status: Status = _fact(lambda held: held[1].status(held[0]).value)
    via: Via = _fact(lambda held: held[0].via.value)
    quote: str | None = _fact(
        lambda held: held[0].quote, "The user's words it was read from; null for a fact that was given."
    )
    turn: int = _fact(lambda held: held[0].turn)


_choice = FieldsOf[dialogue.Choice]()


class Choice(Shape):
    """One answer to a question."""

    value: str | float | bool = _choice(lambda choice: plain(choice.value))
    label: str = _choice(lambda choice: choice.label)


_question = FieldsOf[dialogue.Question]()


class Question(Shape):
    """What to ask the user next."""

    slot: str = _question(lambda asked: asked.slot)
    slots: list[str] = _question(
        lambda asked: list(asked.slots), "All that it settles: several where what was heard is read back."
    )
    text: str = _question(lambda asked: asked.text)
    why: str = _question(lambda asked: asked.why)
    kind: QuestionKind = _question(
        lambda asked: asked.kind.value, "`read_back` puts what was heard to the user, to be agreed to."
    )
    again: Again | None = _question(
        lambda asked: asked.again.value if asked.again else None, "Why it is put a second time; null the first time."
    )
    multiple: bool = _question(lambda asked: asked.multiple)
    options: list[Choice] = _question(lambda asked: [write(Choice, choice) for choice in asked.options])


_heard = FieldsOf[tuple[cases.Reading, str]]()


class Heard(Shape):
    """What one message gave."""

    slot: str = _heard(lambda heard: heard[0].slot)
    value: str | float | None = _heard(lambda heard: plain(heard[0].value))
    quote: str = _heard(lambda heard: heard[1][heard[0].start : heard[0].end])


_to_agree = FieldsOf[tuple[str, Case]]()


class ToAgree(Shape):
    """A value that was heard and that nobody agreed to yet, as it is sent back as a fact."""

    value: str | float | list[str] = _to_agree(lambda waits: _value_to_agree(*waits))
    quote: str | None = _to_agree(
        lambda waits: next((fact.quote for fact in waits[1].pick_facts(waits[0]) if fact.quote), None),
        "The user's words it was read from.",
    )


def _value_to_agree(slot: str, case: Case) -> object:
    values = [plain(fact.value) for fact in case.pick_facts(slot)]
    return DECLINED if None in values else values if slot in case.set_slots else values[-1]


_change = FieldsOf[dialogue.Change]()


class Change(Shape):
    """One fact set to another value."""

    slot: str = _change(lambda change: change.slot)
    to: str | float = _change(lambda change: plain(change.to))


_would_change = FieldsOf[dialogue.Counterfactual]()


class WouldChange(Shape):
    """The smallest set of changes that leads to another verdict."""

    changes: list[Change] = _would_change(lambda found: [write(Change, change) for change in found.changes])
    verdict: VerdictId = _would_change(lambda found: found.verdict.value)


_cited = FieldsOf[tuple[int, source.Citation]]()


class Cited(Shape):
    """What a claim of the reply rests on: `quote` stands at `file[start:end]`, counted in characters."""

    n: int = _cited(lambda cited: cited[0], "The number in the reply, such as [1].")
    kind: SourceKind = _cited(lambda cited: cited[1].kind.value)
    source: str = _cited(lambda cited: cited[1].source)
    file: str | None = _cited(lambda cited: cited[1].file, "null for the user's own words.")
    start: int = _cited(lambda cited: cited[1].start)
    end: int = _cited(lambda cited: cited[1].end)
    quote: str = _cited(lambda cited: cited[1].quote)
    turn: int | None = _cited(
        lambda cited: cited[1].turn, "Which message, for the user's own words.", may_be_missing=True
    )


_turn = FieldsOf[TurnResult]()


class Answer(Shape):
    """The coach's answer: decided by rules, each claim cited."""

    contract: int = _turn(lambda _: CONTRACT, "The number of this answer's shape.")
    conversation: str = _turn(lambda turn: turn.conversation, "Names the case; the same for the same inquiry.")
    turn: int = _turn(lambda turn: turn.turn)
    reply: str = _turn(lambda turn: turn.reply, "The answer in Markdown, with citations such as [1].")
    intent: Intent = _turn(lambda turn: turn.intent.value)
    verdict: VerdictId = _turn(lambda turn: turn.assessment.verdict.value, "`undecided` while a question is open.")
    leaning: VerdictId = _turn(
        lambda turn: turn.assessment.leaning.value, "What the rules say of all that was heard or agreed to so far."
    )
    settled: bool = _turn(lambda turn: turn.assessment.settled, "A verdict is there; it rests on agreed facts alone.")
    stability: float = _turn(
        lambda turn: round(turn.assessment.stability, 4),
        "The share of ways to fill what is open that keep the leaning.",
        ge=0,
        le=1,
    )
    parts: list[Part] = _turn(lambda turn: [write(Part, part) for part in turn.assessment.parts])
    mistakes: dict[MistakeId, MistakeState] = _turn(
        lambda turn: {found.id.value: found.state.value for found in turn.assessment.mistakes}
    )
    facts: list[Fact] = _turn(lambda turn: [write(Fact, (fact, turn.case)) for fact in turn.case.facts])
    gaps: list[str] = _turn(lambda turn: list(turn.assessment.gaps))
    question: Question | None = _turn(
        lambda turn: write(Question, turn.assessment.question) if turn.assessment.question else None,
        "null when nothing is worth asking any more.",
    )
    also_ask: list[Question] = _turn(lambda turn: [write(Question, asked) for asked in turn.assessment.also_ask])
    n_left: int = _turn(lambda turn: turn.assessment.n_left, "About how many questions are left.")
    heard_now: list[Heard] = _turn(
        lambda turn: [write(Heard, (reading, turn.message)) for reading in turn.heard], "What the last message gave."
    )
    to_agree: dict[str, ToAgree] = _turn(
        lambda turn: {slot: write(ToAgree, (slot, turn.case)) for slot in turn.assessment.to_agree},
        "What was heard and waits for the user's yes. Ask them, and send what they confirm as `facts`.",
    )
    would_change: list[WouldChange] = _turn(
        lambda turn: [write(WouldChange, found) for found in turn.assessment.would_change]
    )
    rationale: list[str] = _turn(lambda turn: list(turn.assessment.rationale), "Ids of criteria, strongest first.")
    citations: list[Cited] = _turn(
        lambda turn: [write(Cited, numbered) for numbered in enumerate(turn.citations, start=1)]
    )
    coach: str = _turn(lambda turn: turn.coach, "`offline`, or the model that phrased the reply.")
    notices: list[str] = _turn(lambda turn: list(turn.notices))


_found = FieldsOf[source.Evidence]()


class FoundPassage(Shape):
    """A passage: `quote` stands at `file[start:end]`, counted in characters."""

    source: str = _found(lambda evidence: evidence.passage.source)
    file: str = _found(lambda evidence: evidence.passage.file)
    start: int = _found(lambda evidence: evidence.passage.start)
    end: int = _found(lambda evidence: evidence.passage.end)
    quote: str = _found(lambda evidence: evidence.passage.quote)
    relevance: float = _found(lambda evidence: round(evidence.relevance, 4), ge=0, le=1)


class Found(Shape):
    """What a search found, best first; empty when nothing is relevant."""

    query: str
    passages: list[FoundPassage]


def turn_json(result: TurnResult) -> Json:
    """Write one turn as the contract's answer."""
    return write(Answer, result)


def evidence_json(evidence: source.Evidence) -> Json:
    """Write a found passage."""
    return write(FoundPassage, evidence)
