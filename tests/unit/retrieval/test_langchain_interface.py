"""LangChain's side of retrieval."""

from __future__ import annotations

import asyncio

import pytest
from langchain_core.callbacks import CallbackManagerForRetrieverRun
from langchain_core.documents import Document
from langchain_core.retrievers import BaseRetriever
from langchain_core.runnables import RunnableLambda

from assistant.retrieval.corpus import build_corpus
from assistant.retrieval.langchain_interface import LangChainBackedRetriever, as_langchain
from tests.fakes_retrieval import ASKS, CARD, DOCUMENT, SharedWordsRetriever

PASSAGES = build_corpus((DOCUMENT, CARD), ASKS).passages


class ForeignStore(BaseRetriever):
    """Another vector store: answers with documents, one of which is none of ours."""

    def _get_relevant_documents(
        self, query: str, *, run_manager: CallbackManagerForRetrieverRun, k: int = 5, sources: str | None = None
    ) -> list[Document]:
        names = ["somebody-else#1", PASSAGES[1].id, PASSAGES[0].id]
        return [Document("text", metadata={"id": name, "relevance": 0.5}) for name in names][: k + 1]


@pytest.fixture
def retriever() -> SharedWordsRetriever:
    """A fake that keeps its queries."""
    return SharedWordsRetriever(PASSAGES)


def test_a_document_can_be_cited(retriever: SharedWordsRetriever) -> None:
    """Content and metadata give the exact span of the file."""
    (document,) = as_langchain(retriever, k=1).invoke("water tomatoes early")
    span = DOCUMENT.text[document.metadata["start"] : document.metadata["end"]]
    assert "Water tomatoes early in the morning." == document.page_content == span
    assert ("garden", "knowledge/documents/garden.md", "document", 1.0) == tuple(
        document.metadata[key] for key in ("source", "file", "kind", "relevance")
    )


def test_it_chains_with_other_runnables(retriever: SharedWordsRetriever) -> None:
    """It is a runnable like any other LangChain retriever, in sync and async."""
    chain = as_langchain(retriever) | RunnableLambda(len)
    assert 1 == chain.invoke("clean sharp blade")
    assert 1 == asyncio.run(chain.ainvoke("clean sharp blade"))


def test_defaults_can_be_set_once_and_changed_for_one_call(retriever: SharedWordsRetriever) -> None:
    """The wrapper's k and sources hold until a call brings its own."""
    wrapped = as_langchain(retriever, sources="guidance")
    assert ["pruning#how-1"] == [found.id for found in wrapped.invoke("water roses")]
    assert {"garden", "pruning"} == {found.metadata["source"] for found in wrapped.invoke("water roses", sources=None)}
    assert 1 == len(wrapped.invoke("water roses", k=1, sources=None))


def test_another_store_can_stand_in() -> None:
    """Documents of any LangChain retriever become evidence; those that are no passage of ours are left out."""
    found = LangChainBackedRetriever(ForeignStore(), PASSAGES).retrieve("anything", k=2)
    assert [(PASSAGES[1], 0.5), (PASSAGES[0], 0.5)] == [(evidence.passage, evidence.relevance) for evidence in found]
