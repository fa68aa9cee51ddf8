"""The one LangChain interface behind which a vector store can be swapped.

Owns the translation both ways: our retriever as LangChain's `BaseRetriever`, and any `BaseRetriever` whose
documents carry the same metadata (pgvector's or Qdrant's, say) as our port. Importing LangChain takes a second, so
this module is imported only where it is used.
"""

from __future__ import annotations

from typing import Any

from langchain_core.callbacks import CallbackManagerForRetrieverRun
from langchain_core.documents import Document
from langchain_core.retrievers import BaseRetriever

from assistant.domain.source import Evidence, Passage
from assistant.ports import Retriever


class PassageRetriever(BaseRetriever):
    """Our retriever for LangChain: one Document a passage, best first.

    A Document's content is the quote; its metadata are id, source, file, start, end, kind, heading_path and
    relevance, so that `file[start:end]` is the content. `k` and `sources` can be given again to each `invoke`.
    """

    retriever: Any
    k: int = 5
    sources: str | None = None

    def _get_relevant_documents(
        self,
        query: str,
        *,
        run_manager: CallbackManagerForRetrieverRun,  # noqa: ARG002 (LangChain names it)
        **options: Any,
    ) -> list[Document]:
        found = self.retriever.retrieve(query, options.get("k", self.k), options.get("sources", self.sources))
        return [as_document(evidence) for evidence in found]


class LangChainBackedRetriever:
    """The `Retriever` port over any LangChain retriever that takes `k` and `sources` on `invoke`."""

    def __init__(self, backend: BaseRetriever, passages: tuple[Passage, ...]) -> None:
        """Take the backend, and the passages its documents stand for."""
        self._backend = backend
        self._passages = {passage.id: passage for passage in passages}

    @property
    def passages(self) -> tuple[Passage, ...]:
        """All passages that can be found, in corpus order."""
        return tuple(self._passages.values())

    @property
    def ready(self) -> bool:
        """Always: a backend is handed over when it can be asked."""
        return True

    def retrieve(self, query: str, k: int = 5, sources: str | None = None) -> list[Evidence]:
        """Find at most `k` passages, best first; a document that names no passage of ours is left out."""
        documents = self._backend.invoke(query, k=k, sources=sources)
        known = (document for document in documents if document.metadata.get("id") in self._passages)
        return [
            Evidence(self._passages[document.metadata["id"]], float(document.metadata["relevance"]))
            for document in known
        ]


def as_langchain(retriever: Retriever, k: int = 5, sources: str | None = None) -> PassageRetriever:
    """Wrap a retriever for LangChain, with defaults for `k` and `sources`."""
    return PassageRetriever(retriever=retriever, k=k, sources=sources)


def as_document(evidence: Evidence) -> Document:
    """Turn a piece of evidence into a LangChain document that can be cited."""
    passage = evidence.passage
    return Document(
        id=passage.id,
        page_content=passage.quote,
        metadata={
            "id": passage.id,
            "source": passage.source,
            "file": passage.file,
            "start": passage.start,
            "end": passage.end,
            "kind": passage.kind.value,
            "heading_path": list(passage.heading_path),
            "relevance": evidence.relevance,
        },
    )
