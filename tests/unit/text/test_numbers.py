"""Numbers as people write them."""

from __future__ import annotations

import pytest

from assistant.text.clauses import flatten
from assistant.text.numbers import Measure, find_quantities


@pytest.mark.parametrize(
    ("words", "value"),
    [
        ("15k", 15_000),
        ("2.5 M", 2_500_000),
        ("60 000", 60_000),
        ("1,200", 1_200),
        ("1.200", 1_200),
        ("0.853", 0.853),
        ("a dozen", 12),
        ("a few hundred", 300),
        ("40ish", 40),
        ("~800", 800),
        ("half a million", 500_000),
        ("twelve hundred", 1_200),
        ("two or three hundred", 200),
        ("tens of thousands", 30_000),
        ("sixty", 60),
        ("two and a half thousand", 2_500),
        ("2 and a half million", 2_500_000),
        ("a million and a half", 1_500_000),
        ("a quarter of a million", 250_000),
        ("three quarters of a million", 750_000),
        ("two thousand five hundred", 2_500),
        ("twelve thousand, four hundred", 12_400),
        ("a hundred and fifty", 150),
        ("three hundred thousand", 300_000),
        ("one two zero", 120),
        ("5000+", 5_000),
    ],
)
def test_a_number_is_read_however_it_is_written(words: str, value: float) -> None:
    """Digits, suffixes, groups and words give the same numbers."""
    assert [value] == [quantity.low for quantity in find_quantities(flatten(words))]


@pytest.mark.parametrize(
    ("words", "values"),
    [
        ("two thousand, and three people read them", [2_000, 3]),
        ("one two or three of them", [1, 2, 3]),
        ("a quarter of the tickets", []),
    ],
)
def test_what_only_stands_beside_a_number_is_no_part_of_it(words: str, values: list[float]) -> None:
    """A count of people after "and", two guesses in a row and a share stay what they are."""
    assert values == [quantity.low for quantity in find_quantities(flatten(words))]


@pytest.mark.parametrize("words", ["between 30 and 200", "30 to 200", "30-200"])
def test_a_range_keeps_both_ends(words: str) -> None:
    """Each way of writing a range gives its low and its high end."""
    assert [(30, 200)] == [(quantity.low, quantity.high) for quantity in find_quantities(flatten(words))]


@pytest.mark.parametrize(
    ("words", "per_month"),
    [
        ("900 a day", 30),
        ("10k/day", 30),
        ("180,000 tickets a month", 1),
        ("15 per week", 4.2857),
        ("thousands of commands daily", 30),
        ("1200 a year", 0.0822),
        ("a normal month's got 900", 1),
        ("every day we see 900", 30),
        ("4.1 million calls in an ordinary month", 1),
        ("900 tickets", None),
    ],
)
def test_a_rate_is_turned_into_a_month(words: str, per_month: float | None) -> None:
    """The unit of time beside a number says how much of it a month holds."""
    assert [per_month] == [quantity.per_month for quantity in find_quantities(flatten(words))]


@pytest.mark.parametrize(
    ("words", "measure"),
    [
        ("200 tickets", Measure.COUNT),
        ("93%", Measure.PERCENT),
        ("$300k", Measure.MONEY),
        ("15k EUR", Measure.MONEY),
        ("200ms", Measure.DURATION),
        ("3 seconds", Measure.DURATION),
        ("a 7b", Measure.OTHER),
    ],
)
def test_what_stands_beside_a_number_says_what_it_measures(words: str, measure: Measure) -> None:
    """A unit beside a number keeps it from being taken for a count."""
    assert [measure] == [quantity.measure for quantity in find_quantities(flatten(words))]


@pytest.mark.parametrize("words", ["GPT-4", "recall@60", "Q3", "in 2026", "v2", "9" * 40])
def test_names_years_and_endless_digits_are_no_numbers(words: str) -> None:
    """What only looks like a number gives none."""
    assert () == find_quantities(flatten(words))
