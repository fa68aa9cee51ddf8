"""Which number counts examples, given how probable the classifier thinks it that examples are counted at all."""

from __future__ import annotations

import pytest

from assistant.text.clauses import utter
from assistant.text.numbers import find_quantities
from assistant.understanding.slots.data_count import count_examples


def counted(message: str, chance: float = 0.6, *, asked: bool = False) -> float | None:
    """Return the number that counts examples."""
    utterance = utter(message)
    found = count_examples(utterance, find_quantities(utterance.flat), lambda *_: chance, asked=asked)
    return found[0].low if found else None


@pytest.mark.parametrize(
    ("message", "number"),
    [
        ("we have 12k labelled pairs", 12000.0),
        ("need 5,000 but have 20 examples", 20.0),
        ("6 people labelled 800 examples", 800.0),
        ("40 examples in the prompt", None),
        ("There are transcripts with the correct call, two of us checked them.", None),
        ("we tried gpt with 5 example replies, it was decent", None),
        ("a test set of 300 examples, kept apart", None),
        ("Our test set: 150 sealed letters", None),
        ("our glossary lists 4,000 terms of the trade", None),
        ("500 requests a day", None),
        ("we could label 5,000 examples", None),
        ("we don't have 5,000 examples", None),
        ("had 5,000 examples but deleted them", None),
    ],
)
def test_a_number_counts_examples_by_the_words_around_it(message: str, number: float | None) -> None:
    """What is needed, planned, lost, denied, kept for tests or put into the prompt is not there to learn from."""
    assert number == counted(message)


def test_in_an_answer_a_bare_number_is_enough() -> None:
    """Told unasked it is not."""
    assert (450.0, None) == (counted("450", 0.5, asked=True), counted("450", 0.5))


def test_of_a_part_checked_lot_the_checked_part_counts() -> None:
    """It is what can be learnt from."""
    assert 250.0 == counted("12,000 mails, of which checked: 250", asked=True)
