"""Scripted language models: one that answers what was queued, and four that answer by character.

The truthful one knows what a message means, the one that gives in always hears what the user hopes for, the lying one
reads valid values at random into words that do stand in the message, the garbled one sends what broken endpoints send.
"""

from __future__ import annotations

import json
import random
import re
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from assistant.coach import Assisted, Coach
from assistant.domain.case import Value
from assistant.domain.conversation import Recording, Said
from assistant.domain.dialogue import Paragraph, ReplyContext
from assistant.domain.rulebook import Rulebook, SlotKind
from assistant.errors import UpstreamError
from assistant.llm.listening.listener import ModelListener
from assistant.llm.listening.merging import MODEL_INTENTS, Certainty
from assistant.llm.speaking.speaker import ModelSpeaker
from assistant.ports import Model, ModelTurn, Prompt, Speaker, Spoken
from tests.fakes import coach
from tests.moments import knowledge

Hear = Callable[[Prompt], str]
READY: Mapping[str, Value] = {
    "goal": "classification", "prompting": "plateaued", "evals": "held_out", "data_count": 20000,
    "data_quality": "clean", "freshness": "stable", "retrieval": "good", "process": "agreed", "volume": 3000000,
    "latency": "strict", "budget": "ample", "privacy": "cleared", "scope": "language_model",
}  # fmt: skip
"""All that a yes could wish for."""

GARBLED: tuple[str, ...] = (
    "", "{}", "[]", "null", "3", '"tells"', "Sure! Here is what I heard:", "```json\n{}\n```", "{" * 5000,
    '{"intent": "tells"}', '{"readings": []}', '{"language": "en", "intent": "tells"}',
    '{"language": "en", "intent": "obeys", "readings": []}', '{"language": "en", "intent": "restarts", "readings": []}',
    '{"language": "en", "intent": "clicks", "readings": []}', '{"language": "en", "intent": null, "readings": []}',
    '{"language": "en", "intent": "tells", "readings": {}}', '{"language": "en", "intent": "tells", "readings": "no"}',
    '{"language": "en", "intent": "tells", "readings": [', '{"n": ' + "9" * 5000 + "}", "<html>502</html>",
    "\x00\ufffd",
)  # fmt: skip
"""Answers of which nothing can be used."""

Queued = str | Sequence[str] | Exception


@dataclass
class ScriptedTurn:
    """The `ModelTurn` port: answers from its model's queues, and keeps every prompt there."""

    model: ScriptedModel
    name: str
    spoken: str | None = None
    unheard: str | None = None
    broken_off: str | None = None
    is_cancelled: bool = False

    @property
    def recording(self) -> Recording:
        """What was answered so far."""
        return Recording(self.name, self.spoken, None, self.unheard, self.broken_off)

    def listen(self, prompt: Prompt, schema: Mapping[str, object], is_usable: Callable[[str], bool]) -> str:
        """Return the next queued answer, or what the model's character hears."""
        self.model.prompts.append(prompt)
        self.model.schemas.append(schema)
        answer = self.model.answers.popleft() if self.model.answers else self.model.hears(prompt)
        if isinstance(answer, Exception):
            self.unheard = str(answer)
            raise answer
        return answer if isinstance(answer, str) else "".join(answer)

    def speak(self, prompt: Prompt) -> Iterator[str]:
        """Yield the pieces of the next queued reply; an error among them ends it."""
        self.model.prompts.append(prompt)
        said: Queued = self.model.replies.popleft() if self.model.replies else self.model.speaks(prompt)
        for piece in [said] if isinstance(said, str | Exception) else said:
            if self.is_cancelled:
                raise UpstreamError("The model was stopped.", retryable=False)
            if isinstance(piece, Exception):
                self.broken_off = str(piece)
                raise piece
            self.spoken = (self.spoken or "") + piece
            yield piece

    def cancel(self) -> None:
        """Give the turn up."""
        self.is_cancelled = True


@dataclass
class ScriptedModel:
    """The `Model` port. `answers` are queued for listening, `replies` for speaking; then `hears`, `speaks` answer."""

    hears: Hear = lambda _prompt: said()
    speaks: Callable[[Prompt], str] = lambda _prompt: "Noted."
    name: str = "scripted-model"
    answers: deque[Queued] = field(default_factory=deque)
    replies: deque[Queued | Sequence[str | Exception]] = field(default_factory=deque)
    prompts: list[Prompt] = field(default_factory=list)
    schemas: list[Mapping[str, object]] = field(default_factory=list)
    turns: list[ScriptedTurn] = field(default_factory=list)

    def turn(self, conversation_id: str) -> ScriptedTurn:
        """Begin a turn."""
        self.turns.append(ScriptedTurn(self, self.name))
        return self.turns[-1]


def said(*readings: Mapping[str, object], intent: str = "tells", language: str = "en") -> str:
    """Write an answer as a model that keeps to the form does."""
    return json.dumps({"language": language, "intent": intent, "readings": readings}, ensure_ascii=False)


def reading(
    slot: str, value: object, quote: str, certainty: str = "stated", *, corrects: bool = False
) -> dict[str, object]:
    """Write one reading of an answer."""
    return {"quote": quote, "slot": slot, "value": value, "certainty": certainty, "corrects": corrects}


def message_of(prompt: Prompt) -> str:
    """Find the message in a listening prompt: what stands between its two fences."""
    fenced = re.search(r"^(~{5,})\n(.*)\n\1$", prompt.messages[-1].text, re.DOTALL | re.MULTILINE)
    return fenced[2] if fenced else ""


def truthful(facts: Iterable[tuple[str, Value | None, str]]) -> Hear:
    """A model that reads each fact (slot, value, words) in the messages that hold its words, and nothing else."""
    known = tuple(facts)

    def hear(prompt: Prompt) -> str:
        message = message_of(prompt)
        return said(*(reading(slot, value, words) for slot, value, words in known if words in message))

    return hear


def giving_in(intent: str = "tells") -> Hear:
    """A model that reads the readiest case into whatever is said, quoting the first words of it."""

    def hear(prompt: Prompt) -> str:
        words = " ".join(message_of(prompt).split()[:6])
        return said(*(reading(slot, value, words, corrects=True) for slot, value in READY.items()), intent=intent)

    return hear


def lying(rulebook: Rulebook, seed: int) -> Hear:
    """A model that reads values at random, each quoting words cut from the message at random."""
    source = random.Random(seed)

    def hear(prompt: Prompt) -> str:
        words = message_of(prompt).split() or ["nothing"]
        found = []
        for slot in source.sample(rulebook.slots, source.randint(0, len(rulebook.slots))):
            at = source.randrange(len(words))
            quote = " ".join(words[at : at + source.randint(1, 6)])
            value: Value | None = source.choice([option.value for option in slot.options])
            if slot.kind is SlotKind.NUMBER and (digits := re.search(r"\d+", quote)):
                value = float(digits[0])
            value = None if source.random() < 0.1 else value
            certainty = source.choice(list(Certainty)).value
            found.append(reading(slot.id, value, quote, certainty, corrects=source.random() < 0.3))
        return said(*found, intent=source.choice(MODEL_INTENTS).value)

    return hear


def garbled() -> Hear:
    """A model of which one unusable answer comes after the other."""
    left: deque[str] = deque(GARBLED)

    def hear(_prompt: Prompt) -> str:
        left.rotate(-1)
        return left[-1]

    return hear


class PlainVoice:
    """The `Speaker` port: says what the engine composed, for tests that are about listening."""

    def speak(
        self, turn: ModelTurn, context: ReplyContext, composed: tuple[Paragraph, ...], recent: Sequence[Said]
    ) -> Iterator[Spoken]:
        """Say it at once."""
        yield Spoken(composed, complete=True)


def listening_coach(model: Model) -> Coach:
    """A coach over the real knowledge, reader and listener, with a scripted model at the end of the line."""
    return assisted_coach(model, PlainVoice())


def whole_coach(model: Model) -> Coach:
    """A coach over the real knowledge that a model helps in all that the wired one has it do."""
    return assisted_coach(model, model_speaker())


def model_speaker() -> ModelSpeaker:
    """The speaker over a model, with the project's own words."""
    known = knowledge()
    return ModelSpeaker(known.own_words, known.prompts, known.phrases, known.rulebook, known.translations)


def assisted_coach(model: Model, speaker: Speaker, plain: Coach | None = None) -> Coach:
    """A coach over the real knowledge and listener, with a model and a speaker, and else what a plain one has."""
    plain = plain or coach()
    return Coach(
        plain.rulebook,
        plain.shelf,
        plain.retriever,
        plain._notes.reader,
        plain._phraser,
        plain.page_text,
        Assisted(model, ModelListener(plain.rulebook, knowledge().prompts), speaker),
        translations=plain._translations,
    )
