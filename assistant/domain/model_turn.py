"""One turn's use of a language model: what is sent to it, what came back, and how the coach shows its progress.

Owns the values that pass between coach, listener, speaker and model. Must not know any provider, prompt or wording.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from assistant.domain.dialogue import Hearing, Paragraph
from assistant.errors import UpstreamError


class Role(StrEnum):
    """Who said a part of a prompt."""

    USER = "user"
    ASSISTANT = "assistant"


@dataclass(frozen=True, slots=True)
class Said:
    """One message of a prompt."""

    role: Role
    text: str


@dataclass(frozen=True, slots=True)
class Prompt:
    """What a model is given: our instructions, then messages, oldest first and the one to answer last."""

    instructions: str
    messages: tuple[Said, ...]


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
class Listened:
    """What was heard with a model's help: the merged hearing, and notices for the user."""

    hearing: Hearing
    notices: tuple[str, ...] = ()


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


class RecordedTurn:
    """A turn run again: answers what the recording holds and calls nobody; fits the `ModelTurn` port."""

    def __init__(self, recording: Recording) -> None:
        self.recording = recording

    @property
    def name(self) -> str:
        """The model that was recorded."""
        return self.recording.model

    def listen(self, prompt: Prompt, schema: Mapping[str, object], is_usable: Callable[[str], bool]) -> str:  # noqa: ARG002 - the port's
        """Raise UpstreamError: what was heard then is noted, and is not heard again."""
        raise _failure(self.recording.unheard)

    def speak(self, prompt: Prompt) -> Iterator[str]:  # noqa: ARG002 - the port's
        """Yield what was said, in one piece. Raises UpstreamError where nothing was, or not all of it."""
        if self.recording.spoken is not None:
            yield self.recording.spoken
        if self.recording.spoken is None or self.recording.broken_off is not None:
            raise _failure(self.recording.broken_off)

    def cancel(self) -> None:
        """Do nothing: nothing is under way."""


def _failure(told: str | None) -> UpstreamError:
    return UpstreamError(told or "The model did not answer that turn.", retryable=False)
