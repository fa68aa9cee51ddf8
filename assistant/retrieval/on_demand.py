"""A retriever that loads its encoder when the first query comes, and lets that query wait.

Owns the waiting, for callers that want the same answer every time more than a quick first one (the command line).
"""

from __future__ import annotations

from threading import Lock

from assistant.domain.source import Evidence, Passage
from assistant.retrieval.retriever import HybridRetriever


class OnDemandRetriever:
    """The `Retriever` port: never lexical only, at the price of a slow first query."""

    def __init__(self, retriever: HybridRetriever) -> None:
        self._retriever = retriever
        self._warming = Lock()

    @property
    def passages(self) -> tuple[Passage, ...]:
        """All passages that can be found, in corpus order."""
        return self._retriever.passages

    @property
    def ready(self) -> bool:
        """Always: a query waits until meaning can be searched."""
        return True

    def retrieve(self, query: str, k: int = 5, sources: str | None = None) -> list[Evidence]:
        """Find at most `k` passages as the retriever within does, once it is warm."""
        with self._warming:
            if not self._retriever.ready:
                self._retriever.warm()
        return self._retriever.retrieve(query, k, sources)
