"""Numerals: a number counts as said where it is said, in digits or words, and nowhere else."""

from __future__ import annotations

import pytest

from assistant.text.numerals import is_said

SAID = [
    (3000, "three thousand"), (3000, "3k"), (3000, "3.000 Beispiele"), (2500, "about 2.5k"), (3000, "3 000 vzorků"),
    (250, "200-300 examples"), (5000, "a few thousand"), (3000, "dreitausend Briefe"), (30000, "3万"),
    (300, "٣٠٠ مثال"), (500, "hundreds of tickets"), (12, "a dozen"), (40, "forty"), (25, "twenty five"),
    (2_500_000, "2,5 Mio"), (5000, "5 tisíc příkladů"), (12_000, "1 200 or 12'000"), (400, "quatre cents"),
    (0, "we have none"), (0, "keine Beispiele"), (0, "0 examples"), (0, "还没有"), (0, "we didn't collect any"),
]  # fmt: skip
NOT_SAID = [
    (300_000, "300 examples"), (300, "some examples"), (400, "plenty"), (9999, "1,000 or 2,000"), (3000, "300"),
    (1500, "50 a day"), (0, "some"), (0, "300"), (7, "seventh heaven"), (3000, ""), (0, ""), (100, "a centre"),
]  # fmt: skip


@pytest.mark.parametrize(("value", "words"), SAID)
def test_a_number_that_is_said_is_found(value: float, words: str) -> None:
    """In digits of any script, with a scale, as a word, or between the ends of a range."""
    assert is_said(value, words)


@pytest.mark.parametrize(("value", "words"), NOT_SAID)
def test_a_number_that_is_not_said_is_not_found(value: float, words: str) -> None:
    """A guess has no words to stand on."""
    assert not is_said(value, words)


@pytest.mark.parametrize(
    ("value", "words", "said"),
    [(1500, "50 a day", True), (1100, "50 jeden Tag", True), (200, "50 pro Woche", True), (700, "50 a day", False)],
)
def test_a_rate_may_be_counted_up_to_a_month(value: float, words: str, said: bool) -> None:
    """Working days and calendar days both count; what no span of time gives does not."""
    assert said is is_said(value, words, a_month=True)


@pytest.mark.parametrize("words", ["9" * 400, "1" + ",000" * 200, "k " * 500, "\u0661" * 30, "1.2.3.4.5", ".,.,"])
def test_odd_numerals_are_taken_without_a_fault(words: str) -> None:
    """Whatever stands there, the answer is yes or no."""
    assert is_said(3000, words) in (True, False)
