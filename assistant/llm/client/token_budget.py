"""How many tokens may be used, how many were, and what they cost.

Owns the counts for a turn, a conversation and a day, and the estimate where an endpoint does not count or counts what
cannot be. Tokens are estimated from the length of a text, never with a tokenizer, which would have to be fetched.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta

from assistant.errors import BudgetError
from assistant.settings.connection import Budgets, Prices

# Counts of older conversations are let go; the day's budget holds for them all the same.
_CONVERSATIONS = 10_000
_BYTES_A_TOKEN = 4
# So far off is an estimate at most: a token is a byte at least, and on average never more than 16.
_OFF_BY = 4


def estimate_tokens(text: str) -> int:
    """Estimate how many tokens a text is: a quarter of its bytes, since letters beyond ASCII cost more than one."""
    return -(-len(text.encode("utf-8", "replace")) // _BYTES_A_TOKEN)


def check_token_count(told: int | None, estimate: int, n_unseen: int) -> int:
    """Return an endpoint's count where it can be true of a text, else our estimate of that text.

    `n_unseen` is how many tokens it may have used beside the text, such as thoughts that it does not send.
    """
    if told is None or told * _OFF_BY < estimate or told > estimate * _OFF_BY + n_unseen:
        return estimate
    return told


@dataclass(frozen=True, slots=True)
class Usage:
    """Tokens sent and received in a number of calls, and their cost where the prices are known."""

    n_calls: int = 0
    input_tokens: int = 0
    output_tokens: int = 0
    cost_usd: float | None = None


class Ledger:
    """Counts for one model, shared by all conversations and threads; `now` gives the time in UTC."""

    def __init__(
        self,
        budgets: Budgets,
        prices: Prices,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._budgets = budgets
        self._prices = prices
        self._now = now
        self._lock = threading.Lock()
        self._conversations: OrderedDict[str, int] = OrderedDict()
        self._day: date = now().date()
        self._day_tokens = 0
        self._usage = Usage()

    @property
    def usage(self) -> Usage:
        """What was used since midnight UTC, for the operator."""
        with self._lock:
            self._turn_the_page()
            return replace(self._usage, cost_usd=self.cost_usd(self._usage.input_tokens, self._usage.output_tokens))

    def cost_usd(self, n_input: int, n_output: int) -> float | None:
        """Return what tokens cost, or None without prices."""
        return self._prices.cost_usd(n_input, n_output)

    def open(self, conversation_id: str) -> TurnAccount:
        """Begin a turn's account.

        Raises:
            BudgetError: the conversation or the day has nothing left.
        """
        account = TurnAccount(self, conversation_id)
        account.charge(0)
        return account

    def charge(self, account: TurnAccount, n_tokens: int) -> None:
        """Take tokens from all three budgets at once, or from none. Raises BudgetError when one does not hold them."""
        with self._lock:
            self._turn_the_page()
            in_conversation = self._conversations.get(account.conversation_id, 0)
            needed = max(n_tokens, 1)  # nothing can be asked with nothing left
            if _exceeds(account.n_tokens + needed, self._budgets.turn_tokens):
                raise BudgetError(
                    f"This turn has used its {self._budgets.turn_tokens} tokens; the next may use as many."
                )
            if _exceeds(in_conversation + needed, self._budgets.conversation_tokens):
                limit = self._budgets.conversation_tokens
                raise BudgetError(
                    f"This conversation has used its {limit} tokens; a new conversation has as many again."
                )
            if _exceeds(self._day_tokens + needed, self._budgets.day_tokens):
                raise BudgetError(f"Today's tokens are used up; there are new ones after midnight UTC, {self._wait()}.")
            self._add(account, n_tokens)

    def settle(self, account: TurnAccount, n_input: int, n_output: int, n_charged: int) -> None:
        """Note an ended call with its final counts; `n_charged` is what had been taken for it beforehand."""
        with self._lock:
            self._turn_the_page()
            self._add(account, n_input + n_output - n_charged)
            used = self._usage
            self._usage = Usage(used.n_calls + 1, used.input_tokens + n_input, used.output_tokens + n_output)

    def refund(self, account: TurnAccount, n_tokens: int) -> None:
        """Give back what was taken for a call that was turned away or never arrived."""
        with self._lock:
            self._turn_the_page()
            self._add(account, -n_tokens)

    def _add(self, account: TurnAccount, n_tokens: int) -> None:
        account.n_tokens += n_tokens
        self._day_tokens = max(0, self._day_tokens + n_tokens)
        in_conversation = self._conversations.pop(account.conversation_id, 0)
        self._conversations[account.conversation_id] = in_conversation + n_tokens
        while len(self._conversations) > _CONVERSATIONS:
            self._conversations.popitem(last=False)

    def _turn_the_page(self) -> None:
        if (today := self._now().date()) != self._day:
            self._day, self._day_tokens, self._usage = today, 0, Usage()

    def _wait(self) -> str:
        now = self._now()
        midnight = datetime.combine(now.date() + timedelta(days=1), datetime.min.time(), now.tzinfo)
        minutes = int((midnight - now).total_seconds() // 60) + 1
        return f"in {minutes // 60} h {minutes % 60} min"


class TurnAccount:
    """One turn's share of the ledger."""

    def __init__(self, ledger: Ledger, conversation_id: str) -> None:
        self._ledger = ledger
        self.conversation_id = conversation_id
        self.n_tokens = 0

    def charge(self, n_tokens: int) -> None:
        """Take tokens. Raises BudgetError, and takes none, when a budget does not hold them."""
        self._ledger.charge(self, n_tokens)

    def settle(self, n_input: int, n_output: int, n_charged: int) -> None:
        """Replace what was taken for a call by its final counts."""
        self._ledger.settle(self, n_input, n_output, n_charged)

    def refund(self, n_tokens: int) -> None:
        """Give back what was taken for a call that was turned away or never arrived."""
        self._ledger.refund(self, n_tokens)


def _exceeds(n_tokens: int, limit: int | None) -> bool:
    return limit is not None and n_tokens > limit
