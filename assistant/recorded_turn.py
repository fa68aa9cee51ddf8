"""A model's turn run again from what was recorded of it.

Owns what stands in for a model in a replay. Must not know any provider, prompt or wording.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from assistant.domain.conversation import Recording
from assistant.errors import UpstreamError
from assistant.ports import Prompt


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
