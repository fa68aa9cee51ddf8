"""A coach with a language model whose turn, ear and voice are scripted: for tests of who does what when."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from assistant.coach import Assisted, Coach
from assistant.domain.case import Case, Reading
from assistant.domain.conversation import Progress, Recording, Said
from assistant.domain.dialogue import Intent, Interpretation, Paragraph, Question, ReplyContext, Sentence
from assistant.errors import UpstreamError
from assistant.ports import ModelTurn, Prompt, Spoken
from tests.fakes import ScriptedReader, ScriptedRetriever, coach, reads

PATIENCE_SECONDS = 30.0
MESSAGE = "We just eyeball drafts of our replies."
EYEBALL = reads(MESSAGE, "evals", "impressions", "eyeball drafts")
PROMPT = Prompt("", ())


@dataclass
class OneTurn:
    """The `ModelTurn` port: counts what is asked of it."""

    spoken: str | None = None
    calls: list[str] = field(default_factory=list)
    name: str = "a model"

    @property
    def recording(self) -> Recording:
        """What was answered so far."""
        return Recording(self.name, self.spoken)

    def listen(self, prompt: Prompt, schema: Mapping[str, object], is_usable: Callable[[str], bool]) -> str:
        """Answer with nothing heard."""
        self.calls.append("listen")
        return "{}"

    def speak(self, prompt: Prompt) -> Iterator[str]:
        """Say one thing."""
        self.calls.append("speak")
        self.spoken = "Hello."
        yield self.spoken

    def cancel(self) -> None:
        """Note it."""
        self.calls.append("cancel")


@dataclass
class OneModel:
    """The `Model` port: hands out the same turn, or fails."""

    turn_: OneTurn = field(default_factory=OneTurn)
    fails: UpstreamError | None = None
    name: str = "a model"

    def turn(self, conversation_id: str) -> ModelTurn:
        """Begin a turn."""
        if self.fails:
            raise self.fails
        return self.turn_


@dataclass
class Ear:
    """The `Listener` port: hears the values it is given beside what the rules heard, or fails."""

    values: tuple[Reading, ...] = ()
    fails: UpstreamError | None = None
    recent: list[Sequence[Said]] = field(default_factory=list)

    def listen(
        self,
        turn: ModelTurn,
        message: str,
        heard: Interpretation,
        case: Case,
        question: Question | None,
        recent: Sequence[Said],
    ) -> Interpretation:
        """Answer with nothing heard."""
        if self.fails:
            raise self.fails
        turn.listen(PROMPT, {}, bool)
        self.recent.append(recent)
        return replace(heard, intent=Intent.TELLS, values=(*heard.values, *self.values))


@dataclass
class Voice:
    """The `Speaker` port: says its sentences one by one, or fails."""

    says: tuple[str, ...] = ("First.", "Then.")
    fails: UpstreamError | None = None

    def speak(
        self, turn: ModelTurn, context: ReplyContext, composed: tuple[Paragraph, ...], recent: Sequence[Said]
    ) -> Iterator[Spoken]:
        """Say one thing."""
        if self.fails:
            raise self.fails
        for _ in turn.speak(PROMPT):
            for n in range(1, len(self.says) + 1):
                paragraph = Paragraph(tuple(Sentence(text) for text in self.says[:n]))
                yield Spoken((paragraph,), complete=n == len(self.says))


@dataclass
class LongTurn(OneTurn):
    """A turn that wakes whoever waits for its end."""

    cancelled: threading.Event = field(default_factory=threading.Event)

    def speak(self, prompt: Prompt) -> Iterator[str]:
        """Say nothing once it was cancelled."""
        if self.cancelled.is_set():
            raise UpstreamError("The turn was given up.", retryable=False)
        yield from super().speak(prompt)

    def cancel(self) -> None:
        """Note it, and wake whoever waits."""
        super().cancel()
        self.cancelled.set()


@dataclass
class LongEar(Ear):
    """Listens until the turn is cancelled, or far too long; knows whether it was ended."""

    ended: threading.Event = field(default_factory=threading.Event)

    def listen(
        self,
        turn: ModelTurn,
        message: str,
        heard: Interpretation,
        case: Case,
        question: Question | None,
        recent: Sequence[Said],
    ) -> Interpretation:
        """Wait as a slow endpoint would."""
        assert isinstance(turn, LongTurn)
        if turn.cancelled.wait(PATIENCE_SECONDS):
            self.ended.set()
        raise UpstreamError("The turn was given up.", retryable=False)


BROKEN = UpstreamError("The model is resting.", retryable=True)


class Assistance:
    """A coach with a model whose parts are scripted."""

    def __init__(self, ear: Ear | None = None, voice: Voice | None = None, model: OneModel | None = None) -> None:
        self.reader, self.ear, self.voice = ScriptedReader(), ear or Ear(), voice or Voice()
        self.model = model or OneModel()
        plain = coach(self.reader, retriever=ScriptedRetriever())
        self.coach = Coach(
            plain.rulebook,
            plain.shelf,
            plain.retriever,
            self.reader,
            plain._phraser,
            plain.page_text,
            Assisted(self.model, self.ear, self.voice),
        )

    def progress(self, intent: Intent = Intent.TELLS, message: str = MESSAGE) -> list[Progress]:
        """Take one turn of which the rules hear no value."""
        self.reader.hears(intent=intent)
        return list(self.coach.stream(self.coach.start("talk"), message))
