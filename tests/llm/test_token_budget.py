"""How many tokens may be used, on a clock that a test moves."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.errors import BudgetError
from assistant.llm.client.token_budget import Ledger, Usage, check_token_count, estimate_tokens
from assistant.settings.connection import Budgets, Prices


class Calendar:
    """The time, as a test sets it."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 22, 20, 47, 30, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


def ledger(calendar: Calendar | None = None, **budgets: int) -> Ledger:
    """Make a ledger with these budgets."""
    return Ledger(Budgets(**budgets), Prices(0.5, 2.0), calendar or Calendar())


def test_without_budgets_nothing_is_refused() -> None:
    """A coach on one's own computer counts and does not limit."""
    ledger().open("c").charge(10**9)


def test_a_turn_may_use_what_it_has_and_no_token_more() -> None:
    """The limit itself is still allowed."""
    account = ledger(turn_tokens=100).open("c")
    account.charge(100)
    with pytest.raises(BudgetError, match="100 tokens; the next"):
        account.charge(1)


def test_the_next_turn_begins_with_its_own() -> None:
    """A turn's budget is the turn's."""
    book = ledger(turn_tokens=100)
    book.open("c").charge(100)
    book.open("c").charge(100)


def test_a_conversation_may_use_what_it_has_over_all_its_turns() -> None:
    """It is refused from then on; another conversation is not."""
    book = ledger(conversation_tokens=100)
    book.open("c").charge(60)
    with pytest.raises(BudgetError, match="a new conversation"):
        book.open("c").charge(41)
    book.open("c").charge(40)
    with pytest.raises(BudgetError):
        book.open("c")
    book.open("other").charge(100)


def test_a_day_may_use_what_it_has_over_all_conversations() -> None:
    """The user reads when there is more: at midnight UTC, and how far off that is."""
    calendar = Calendar()
    book = ledger(calendar, day_tokens=100)
    book.open("a").charge(70)
    book.open("b").charge(30)
    with pytest.raises(BudgetError, match="in 3 h 13 min"):
        book.open("c")
    calendar.now += timedelta(hours=3, minutes=13)
    book.open("c").charge(100)


def test_what_is_refused_is_not_taken() -> None:
    """A charge that one budget does not hold leaves the others as they were."""
    book = ledger(turn_tokens=100, day_tokens=150)
    account = book.open("a")
    with pytest.raises(BudgetError):
        account.charge(101)
    account.charge(100)
    book.open("b").charge(50)


def test_an_answered_call_is_settled_by_the_endpoints_count() -> None:
    """The estimate gives way to what was really used, in the budget and in the costs."""
    book = ledger(day_tokens=100)
    account = book.open("a")
    account.charge(80)
    account.settle(30, 20, 80)
    book.open("b").charge(50)
    assert Usage(1, 30, 20, pytest.approx((30 * 0.5 + 20 * 2.0) / 1e6)) == book.usage


def test_a_call_without_an_answer_costs_nothing() -> None:
    """What an endpoint refused or never answered is given back."""
    book = ledger(turn_tokens=100)
    account = book.open("a")
    account.charge(100)
    account.refund(100)
    account.charge(100)
    assert book.usage.n_calls == 0


def test_a_days_usage_begins_at_nothing() -> None:
    """The operator reads the day's."""
    calendar = Calendar()
    book = ledger(calendar)
    book.open("a").settle(10, 10, 0)
    calendar.now += timedelta(days=1)
    assert Usage(0, 0, 0, 0.0) == book.usage


def test_old_conversations_do_not_fill_the_memory() -> None:
    """Ten thousand are counted at most."""
    book = ledger(conversation_tokens=10)
    for number in range(10_050):
        book.open(str(number)).charge(1)
    assert 10_000 == len(book._conversations)


@given(st.text())
def test_an_estimate_is_never_nothing_for_something(text: str) -> None:
    """Tokens are estimated without a tokenizer, which would have to be fetched."""
    assert (estimate_tokens(text) > 0) is bool(text)
    assert estimate_tokens(text) <= len(text.encode("utf-8", "replace"))


@pytest.mark.parametrize(
    ("told", "believed"),
    [(None, 400), (-1, 400), (0, 400), (99, 400), (100, 100), (400, 400), (1_600, 1_600), (1_650, 1_650), (1_651, 400)],
)
def test_a_count_is_believed_where_the_text_can_be_as_many_tokens(told: int | None, believed: int) -> None:
    """A token is a byte at least and sixteen at most, and 50 may be what nobody here saw."""
    assert believed == check_token_count(told, 400, n_unseen=50)


def test_of_nothing_received_only_the_unseen_can_be_counted() -> None:
    """A model may have thought and said nothing."""
    assert [0, 0, 50, 0] == [check_token_count(told, 0, n_unseen=50) for told in (None, 0, 50, 51)]
