"""The words of rewordings: how they are cut, and what the project's lists make of them."""

from __future__ import annotations

import pytest

from assistant.domain.english import is_english
from assistant.domain.vocabulary import Kind, stem, words
from tests.moments import knowledge

VOCABULARY = knowledge().gate.vocabulary


def test_no_word_that_matters_falls_together_with_a_denial() -> None:
    """Cutting endings must not make a "not" of a note."""
    denials = {phrase for phrase, meaning in VOCABULARY.meanings.items() if meaning == (("not", Kind.NEGATION),)}
    ordinary = "note notes noted noting nose once one ones known nothings near never-ending norm north nod"
    assert set() == {word for word in ordinary.split() if (stem(word),) in denials}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("examples", "example"),
        ("measured", "measure"),
        ("queries", "query"),
        ("batches", "batch"),
        ("stopped", "stops"),
    ],
)
def test_endings_do_not_matter(one: str, other: str) -> None:
    """A word is known by its stem."""
    assert stem(one) == stem(other)


def test_contractions_are_written_out() -> None:
    """What is short for two words is read as two."""
    written = "you have got none , it is what i would say : do not , can not , will not ."
    assert written == " ".join(words("You’ve got none, it's what I'd say: don't, can't, won't."))


def test_numbers_are_told_apart_as_they_are_written() -> None:
    """A thousand is a thousand; five percent is not five, and version 4.10 is not 4.1."""
    names = [mark.name for mark in VOCABULARY.marks("1,000 5% 5 4.10 4.1 twenty")]
    assert ["1000", "5%", "5", "4.10", "4.1", "20"] == names


@pytest.mark.parametrize(
    "text", ["We just eyeball drafts of our replies.", "ok", "", "12,000", "What is LoRA?", "no evals", "Yes, please"]
)
def test_english_is_taken_for_english(text: str) -> None:
    """Few words count as English, since the page is."""
    assert is_english(text)


@pytest.mark.parametrize(
    "text",
    [
        "Wir haben keine Tests und wollen sofort trainieren.",
        "Nous voulons que le modèle réponde comme nous.",
        "我们想要微调一个模型",
        "Хотим дообучить модель на наших чатах",
        "Queremos que el bot hable como nosotros y conozca los precios.",
    ],
)
def test_other_languages_are_not(text: str) -> None:
    """What the gate cannot check is known as such."""
    assert not is_english(text)
