"""Numbers that are told by their factors."""

from __future__ import annotations

import pytest

from assistant.text.numbers import find_quantities
from assistant.understanding.products import multiply_factors


@pytest.mark.parametrize(
    ("words", "value", "per_month"),
    [
        ("four reviewers, 75 each, no overlap between them", 300, None),
        ("ten per class and there are 22 classes", 220, None),
        ("six midwives, each maybe 50 a month", 300, 1),
        ("each of our 14 vets sends about 30 letters per month", 420, 1),
        ("six hundred per agent, and we're fifty agents", 30_000, None),
    ],
)
def test_what_each_of_several_has_is_one_number(words: str, value: float, per_month: float | None) -> None:
    """A share and the number of those who have it give what they have together."""
    found = multiply_factors(words, find_quantities(words))
    assert [(value, per_month)] == [(number.low, number.per_month) for number in found]


@pytest.mark.parametrize(
    "words",
    [
        "500 emails, two labels each",
        "three people look at 40 outputs each week",
        "3 offices and 900 tickets a month",
        "all of our 14 vets send 900 letters",
    ],
)
def test_two_numbers_that_only_stand_together_stay_two(words: str) -> None:
    """Labels of an example, a share of time and a sum of different things are no factors."""
    assert 2 == len(multiply_factors(words, find_quantities(words)))
