"""Numbers that are taken back."""

from __future__ import annotations

import pytest

from assistant.domain.case import Case, Fact, Reading, Via
from assistant.text.clauses import utter
from assistant.understanding.corrections import find_denied_count, read_corrected_number, without_other_counts

EXAMPLES = Fact("data_count", 6000.0, False, Via.WORDS, 1, "6000 pairs", 0, 10)
A_DAY = Fact("volume", 15000.0, False, Via.WORDS, 1, "500 requests a day", 0, 18)


def corrected(message: str, *facts: Fact) -> tuple[str, object, str] | None:
    """Return the slot, the new number and its quote."""
    found = read_corrected_number(utter(message), Case(facts))
    return (found.slot, found.value, message[found.start : found.end]) if found else None


@pytest.mark.parametrize(
    ("message", "quote"),
    [
        ("wait I said 6000, its actually 600", "600"),
        ("sorry 600 not 6000", "600 not 6000"),
        ("not 6,000 but 600", "600"),
        ("it's 600 instead of 6k", "600 instead of 6k"),
        ("I mistyped. 600", "600"),
        ("make that 600", "600"),
    ],
)
def test_a_number_stands_instead_of_the_one_told_before(message: str, quote: str) -> None:
    """In whichever order both are named, or alone where only one number was told."""
    assert ("data_count", 600.0, quote) == corrected(message, EXAMPLES)


def test_of_two_numbers_the_one_that_is_named_is_meant() -> None:
    """The other stays."""
    assert ("data_count", 600.0, "600 not 6000") == corrected("600 not 6000", A_DAY, EXAMPLES)


def test_where_it_is_not_plain_which_number_is_meant_none_is_changed() -> None:
    """Two were told, and a third could stand for either."""
    assert corrected("make that 700", A_DAY, EXAMPLES) is None


def test_a_rate_is_corrected_in_the_unit_in_which_it_was_told() -> None:
    """Requests a day are thirty a month."""
    assert ("volume", 21000.0, "700") == corrected("make that 700", A_DAY)


def test_nothing_told_is_nothing_corrected() -> None:
    """A first number is no correction."""
    assert corrected("sorry 600 not 6000") is None


@pytest.mark.parametrize(
    ("message", "value"),
    [
        ("multiply by our 7 countries", 105_000.0),
        ("per head, and there's 14 of us", 210_000.0),
        ("divide it by 3", 5_000.0),
    ],
)
def test_a_number_is_changed_by_arithmetic(message: str, value: float) -> None:
    """What is said is a factor, and no number of its own."""
    found = read_corrected_number(utter(message), Case((A_DAY,)))
    assert value == (found.value if found else None)


@pytest.mark.parametrize("message", ["the two registrars went through each of them", "they're checked by two people"])
def test_people_mend_no_number_of_examples(message: str) -> None:
    """Who did something with the examples is counted, and no example."""
    assert corrected(message, EXAMPLES) is None


def test_another_span_of_time_mends_a_rate() -> None:
    """The same number, a year and not a month."""
    monthly = Fact("volume", 12000.0, False, Via.WORDS, 1, "12000 a month", 0, 13)
    found = read_corrected_number(utter("12000 a year, not a month, sorry"), Case((monthly,)))
    assert 986.4 == (found.value if found else None)


@pytest.mark.parametrize("message", ["No, we lost some. 600.", "600, somebody counted", "not none, 600 by now"])
def test_a_number_by_itself_stands_instead(message: str) -> None:
    """At the end as at the beginning, and instead of none."""
    held = EXAMPLES if "none" not in message else Fact("data_count", 0.0, False, Via.WORDS, 1, "none", 0, 4)
    found = read_corrected_number(utter(message.lower()), Case((held,)), is_correction=False)
    assert 600.0 == (found.value if found else None)


@pytest.mark.parametrize(
    "message",
    [
        "and 5000 is euros, by the way",
        "we can pay 300 once",
        "the vendor says there are 9,000 of them in the archive of our neighbours",
        "kNN gives 81 and that was not enough, so nothing was looked up after that for a good long while",
    ],
)
def test_a_number_of_something_else_mends_nothing(message: str) -> None:
    """Money, marks and what others say there is."""
    assert corrected(message, EXAMPLES) is None


def test_of_two_new_numbers_the_one_that_counts_the_same_stands() -> None:
    """What was thrown out is no number of examples."""
    assert ("data_count", 5950.0) == (corrected("50 was the doubles, we've got 5,950 pairs now", EXAMPLES) or ())[:2]


@pytest.mark.parametrize("message", ["6000 is parcels, not examples", "6,000 is not the number of examples"])
def test_a_number_that_counts_something_else_is_taken_back(message: str) -> None:
    """Though no other is told."""
    assert frozenset({"data_count"}) == find_denied_count(utter(message), Case((EXAMPLES,)))


@pytest.mark.parametrize(("message", "is_another"), [("she found 31 doubles", True), ("now it's 7100 pairs", False)])
def test_beside_a_number_another_must_say_what_it_counts(message: str, is_another: bool) -> None:
    """In reply to a question about something else."""
    start = next(at for at, sign in enumerate(message) if sign.isdigit())
    read = Reading("data_count", 31.0, start, len(message))
    kept = without_other_counts((read,), Case((EXAMPLES,)), utter(message), "privacy")
    assert kept == (() if is_another else (read,))
