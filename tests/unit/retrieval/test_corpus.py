"""What can be found, and by which texts."""

from __future__ import annotations

from dataclasses import replace

import pytest

from assistant.errors import KnowledgeError
from assistant.retrieval.corpus import build_corpus
from tests.fakes_retrieval import ASKS, CARD, DOCUMENT, OFF_TOPIC
from tests.retrieval_files import knowledge


def targets_of(text: str) -> list[str]:
    """Name the passages a text of the corpus speaks for."""
    corpus = build_corpus((DOCUMENT, CARD), ASKS, OFF_TOPIC)
    entry = next(entry for entry in corpus.entries if entry.text == text)
    return [corpus.passages[at].id for at in entry.targets]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("When should I water my tomatoes?", ["garden#watering-1"]),
        ("Watering: Water tomatoes early in the morning.", ["garden#watering-1"]),
        ("How do I cut roses?", ["pruning#how-1", "pruning#when-1"]),
        ("Which team won the football match?", []),
    ],
)
def test_each_text_speaks_for_its_passages(text: str, expected: list[str]) -> None:
    """Own words and asks for one, a card's asks for all of it, off-topic examples for none."""
    assert expected == targets_of(text)


def test_a_passage_carries_its_asks() -> None:
    """The questions it answers travel with it."""
    passages = build_corpus((DOCUMENT,), {"garden": ASKS["garden"]}).passages
    assert ("When should I water my tomatoes?",) == passages[1].asks


@pytest.mark.parametrize("beginning", ["No such words", "Planting too late", "N"])
def test_asks_under_words_no_passage_begins_with_are_a_fault(beginning: str) -> None:
    """An edit of the document that loses its questions is noticed, with file and words."""
    asks = {"garden": {beginning: ("Why?",)}} if beginning != "N" else {"garden": {"": (), "N" * 3: ("Why?",)}}
    with pytest.raises(KnowledgeError, match=r"knowledge/documents/garden\.md.*0 passages begin"):
        build_corpus((DOCUMENT,), asks)


def test_asks_that_fit_two_passages_are_a_fault() -> None:
    """A beginning names one passage."""
    twice = replace(DOCUMENT, text="Same words here.\n\nSame words there.\n")
    with pytest.raises(KnowledgeError, match="2 passages begin"):
        build_corpus((twice,), {"garden": {"Same words": ("Why?",)}})


def test_asks_of_an_unknown_source_are_a_fault() -> None:
    """A renamed source is noticed."""
    with pytest.raises(KnowledgeError, match="'gone'"):
        build_corpus((DOCUMENT,), {"gone": {"": ("Why?",)}})


def test_every_passage_of_the_document_has_questions() -> None:
    """No passage of the shipped document depends on its own wording alone."""
    passages = build_corpus(*knowledge()).passages
    document = [passage for passage in passages if passage.kind.value == "document"]
    assert [] == [passage.id for passage in document if len(passage.asks) < 4]
