"""What every retriever promises: the fake, and ours before and after warming up."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from assistant.domain.source import SourceKind
from assistant.ports import Retriever
from assistant.retrieval.encoder import SentenceEncoder
from assistant.retrieval.on_demand import OnDemandRetriever
from assistant.retrieval.retriever import HybridRetriever, build_retriever
from tests.fakes_retrieval import ASKS, CARD, DOCUMENT, OFF_TOPIC, SharedWordsRetriever, WordCountEncoder

TEXTS = {source.id: source.text for source in (DOCUMENT, CARD)}


def cold() -> HybridRetriever:
    """Ours, before the encoder is there."""
    return build_retriever((DOCUMENT, CARD), ASKS, OFF_TOPIC, WordCountEncoder())


def warm() -> HybridRetriever:
    """Ours with the packaged weights."""
    retriever = build_retriever((DOCUMENT, CARD), ASKS, OFF_TOPIC, SentenceEncoder())
    retriever.warm()
    return retriever


MAKERS: dict[str, Callable[[], Retriever]] = {
    "fake": lambda: SharedWordsRetriever(cold().passages),
    "lexical": cold,
    "hybrid": warm,
    "on demand": lambda: OnDemandRetriever(build_retriever((DOCUMENT, CARD), ASKS, OFF_TOPIC, SentenceEncoder())),
}


@pytest.fixture(scope="module", params=MAKERS)
def retriever(request: pytest.FixtureRequest) -> Retriever:
    """Each implementation in turn, over the same two sources."""
    return MAKERS[request.param]()


def test_the_passage_that_answers_comes_first(retriever: Retriever) -> None:
    """A question in the passage's own words finds it."""
    found = retriever.retrieve("When should I water tomatoes?")
    assert "Water tomatoes early in the morning." == found[0].passage.quote


def test_a_question_put_to_a_card_finds_a_passage_of_that_card(retriever: Retriever) -> None:
    """Guidance is found as the document is."""
    assert "pruning" == retriever.retrieve("how do I cut roses")[0].passage.source


def test_quotes_are_exact(retriever: Retriever) -> None:
    """Whatever can be found can be cited: the span of the file is the quote."""
    assert [] == [
        passage for passage in retriever.passages if TEXTS[passage.source][passage.start : passage.end] != passage.quote
    ]


def test_passages_are_of_the_corpus_and_no_two_share_an_id(retriever: Retriever) -> None:
    """What is found is listed, and an id names one passage."""
    ids = [passage.id for passage in retriever.passages]
    assert len(ids) == len(set(ids))
    assert {evidence.passage.id for evidence in retriever.retrieve("water tomatoes")} <= set(ids)


def test_best_first_and_no_more_than_asked_for(retriever: Retriever) -> None:
    """Relevance falls down the list, which is no longer than k."""
    everything = retriever.retrieve("water tomatoes early", k=50)
    relevances = [evidence.relevance for evidence in everything]
    assert sorted(relevances, reverse=True) == relevances
    assert everything[:1] == retriever.retrieve("water tomatoes early", k=1)


def test_relevance_is_a_share(retriever: Retriever) -> None:
    """Relevance lies between 0 and 1 even for a passage word for word."""
    found = retriever.retrieve("Cut roses above an outward bud, at a slant, with a clean sharp blade.", k=50)
    assert found
    assert all(0 <= evidence.relevance <= 1 for evidence in found)


@pytest.mark.parametrize("query", ["Which team won the football match?", "", " \n\t ", "zzzz qqqq", "🙂"])
def test_nothing_relevant_gives_an_empty_list(retriever: Retriever, query: str) -> None:
    """Off topic, blank or senseless: no passage, rather than the least bad one."""
    assert [] == retriever.retrieve(query)


@pytest.mark.parametrize(("sources", "kind"), [("documents", SourceKind.DOCUMENT), ("guidance", SourceKind.GUIDANCE)])
def test_a_search_can_be_restricted(retriever: Retriever, sources: str, kind: SourceKind) -> None:
    """Only passages of the wanted kind are found."""
    found = retriever.retrieve("water tomatoes early, cut roses above an outward bud", k=50, sources=sources)
    assert {kind} == {evidence.passage.kind for evidence in found}


def test_the_same_query_gives_the_same_list(retriever: Retriever) -> None:
    """Nothing is left to chance, equal scores included."""
    assert retriever.retrieve("water roses", k=50) == retriever.retrieve("water roses", k=50)


def test_a_very_long_message_is_searched(retriever: Retriever) -> None:
    """A message as long as the page allows still finds what it is about."""
    found = retriever.retrieve("When should I water my tomatoes? " * 240)
    assert "garden" == found[0].passage.source


@pytest.mark.parametrize(("k", "sources"), [(0, None), (-1, None), (5, "everything")])
def test_a_senseless_request_is_refused(retriever: Retriever, k: int, sources: str | None) -> None:
    """A caller's mistake is named, not answered."""
    with pytest.raises(ValueError, match=r"\S"):
        retriever.retrieve("water", k=k, sources=sources)
