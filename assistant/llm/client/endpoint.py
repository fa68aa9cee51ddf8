"""A turn's requests to the endpoint: each charged, timed, logged, and tried at most twice.

Owns the one retry loop there is; nothing below it retries. Must not know what is asked, nor who waits for it.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import aclosing
from dataclasses import dataclass, field, replace
from typing import Any

from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, BaseMessage, BaseMessageChunk, HumanMessage, SystemMessage

from assistant.domain.conversation import Role
from assistant.errors import BudgetError
from assistant.llm.client.breaker import Breaker
from assistant.llm.client.error_texts import Meaning
from assistant.llm.client.faults import CallError, FaultKind, fault_of
from assistant.llm.client.json_mode import KnownJsonMode
from assistant.llm.client.streamed_answer import Answer, pieces
from assistant.llm.client.token_budget import Ledger, TurnAccount, check_token_count, estimate_tokens
from assistant.ports import Prompt
from assistant.settings.connection import OPENAI_URL, Connection

_LOG = logging.getLogger(__name__)
# Tokens that nobody here sees: what a server writes round a prompt; thoughts, at most what a model gives in one answer.
_UNSEEN_INPUT = 4_096
_UNSEEN_OUTPUT = 131_072


@dataclass(slots=True)
class Endpoint:
    """What all turns share: the model, what is known of its endpoint, and how it fares.

    `counts_tokens` is whether the endpoint takes the field that asks it to, `has_system_role` whether instructions may
    stand in a message of their own, `thinks_unmarked` whether the model's thoughts begin without a mark; `pause_s`
    draws the pause before a retry.
    """

    connection: Connection
    chat: BaseChatModel
    breaker: Breaker
    ledger: Ledger
    way: KnownJsonMode
    pause_s: Callable[[], float]
    counts_tokens: bool = True
    has_system_role: bool = True
    thinks_unmarked: bool = False


@dataclass(frozen=True, slots=True)
class Request:
    """A prompt, and what to add so that the answer has a form; `tool` is the one tool that may be called.

    `ends_itself` tells of an answer whether it shows that it is whole.
    """

    prompt: Prompt
    options: Mapping[str, object] = field(default_factory=dict)
    tool: str | None = None
    ends_itself: Callable[[str], bool] | None = None


@dataclass(slots=True)
class _Charge:
    """What a call costs: our estimate of the prompt, what was taken for all of it so far, and whether it is free."""

    n_prompt: int
    n_taken: int = 0
    is_free: bool = False


class Caller:
    """Sends one turn's requests; `ends_at` is the turn's end on the loop's clock, which is `time.monotonic`."""

    def __init__(self, endpoint: Endpoint, account: TurnAccount, ends_at: float, reference: str) -> None:
        self._endpoint = endpoint
        self._account = account
        self._ends_at = ends_at
        self._reference = reference
        self._n_characters = 0
        self.sent: Request | None = None
        """The last request that was sent; after a fault it may be a plainer one than was given."""

    async def send(self, request: Request, put: Callable[[str], None]) -> Answer:
        """Send a request and hand its answer on as it comes; once more if nothing had come and it may go better.

        What an endpoint does not take and can do without is left out from then on.

        Raises:
            CallError: there is no whole answer; BudgetError: a budget does not hold it.
        """
        may_retry = True
        while True:
            try:
                return await self._once(request, put)
            except CallError as fault:
                if self._leaves_out(fault.meaning) and not fault.partial:
                    continue
                again = self._change(request, fault) if may_retry and not fault.partial else None
                pause = fault.wait_s if fault.kind is FaultKind.BUSY and fault.wait_s else self._endpoint.pause_s()
                if again is None or self._endpoint.breaker.is_open or self._now() + pause >= self._ends_at:
                    raise
            await asyncio.sleep(pause)
            request, may_retry = again, False

    def _leaves_out(self, meaning: Meaning | None) -> bool:
        """Leave out what an endpoint just said it does not take; tell whether anything was left to leave out."""
        endpoint = self._endpoint
        if meaning is Meaning.NO_COUNT and endpoint.counts_tokens:
            endpoint.counts_tokens = False
        elif meaning is Meaning.NO_SYSTEM_ROLE and endpoint.has_system_role:
            endpoint.has_system_role = False
        elif meaning is Meaning.NO_EFFORT and getattr(endpoint.chat, "reasoning_effort", None):
            endpoint.chat.reasoning_effort = None  # type: ignore[attr-defined]
        else:
            return False
        return True

    def _change(self, request: Request, fault: CallError) -> Request | None:
        """Return the request to try after a fault: shorter, plainer or the same; None when that cannot help."""
        if fault.kind is FaultKind.TOO_LONG:
            messages = request.prompt.messages
            kept = messages[(len(messages) + 1) // 2 :]
            while kept and kept[0].role is not Role.USER:
                kept = kept[1:]
            return replace(request, prompt=replace(request.prompt, messages=kept)) if kept else None
        if fault.may_be_its_form and request.options:
            return replace(request, options={}, tool=None)
        return request if fault.may_be_retried else None

    async def _once(self, request: Request, put: Callable[[str], None]) -> Answer:
        if not self._endpoint.breaker.admit():
            raise CallError(FaultKind.RESTING)
        self.sent = request
        answer, charge = Answer(request.tool, request.ends_itself), _Charge(estimate_tokens(_join_texts(request)))
        outcome, started_at = "cancelled", self._now()
        try:
            self._take(charge, charge.n_prompt)
            deadlines = self._endpoint.connection.deadlines
            # Closed here and not when it is collected: the connection hangs on it.
            async with aclosing(pieces(self._chunks(request), answer, deadlines, self._ends_at)) as said:
                async for piece in said:
                    self._count(piece)
                    self._take(charge, estimate_tokens(piece))
                    put(piece)
            outcome = "whole"
            return answer
        except BudgetError:
            outcome = "budget"
            raise
        except Exception as error:  # noqa: BLE001 - providers raise whatever they like
            fault = fault_of(error)
            fault.partial = bool(answer.text or answer.arguments)
            charge.is_free = fault.is_free and not fault.partial
            outcome = fault.kind.value if fault.status is None else f"{fault.kind.value} ({fault.status})"
            self._note(fault)
            if fault.kind is FaultKind.NOWHERE:
                _LOG.warning("nothing answers at %s/chat/completions", self._endpoint.connection.base_url or OPENAI_URL)
            # Nothing of the exception goes on: its text may hold a key or the user's words.
            raise fault from None
        finally:
            self._end(answer, charge, outcome, self._now() - started_at)

    def _take(self, charge: _Charge, n_tokens: int) -> None:
        self._account.charge(n_tokens)
        charge.n_taken += n_tokens

    def _chunks(self, request: Request) -> AsyncIterator[BaseMessageChunk]:
        endpoint = self._endpoint
        options: dict[str, Any] = dict(request.options)
        if endpoint.connection.provider == "openai":
            options["stream_usage"] = endpoint.counts_tokens
        return endpoint.chat.astream(
            _messages(request.prompt, endpoint.has_system_role), config={"callbacks": []}, **options
        )

    def _count(self, piece: str) -> None:
        self._n_characters += len(piece)
        if self._n_characters > self._endpoint.connection.max_characters:
            raise CallError(FaultKind.TOO_MUCH)

    def _note(self, fault: CallError) -> None:
        breaker = self._endpoint.breaker
        if fault.counts:
            breaker.note_failure()
        else:
            breaker.note_withdrawal()

    def _end(self, answer: Answer, charge: _Charge, outcome: str, seconds: float) -> None:
        """Settle the account and the breaker, and log the call by ids and counts."""
        breaker, ledger = self._endpoint.breaker, self._endpoint.ledger
        if outcome == "whole":
            breaker.note_success()
        elif outcome in ("cancelled", "budget"):
            breaker.note_withdrawal()
        n_input, n_output = self._settle_charge(answer, charge)
        cost = ledger.cost_usd(n_input, n_output)
        _LOG.log(
            logging.INFO if outcome == "whole" else logging.WARNING,
            "call %s to %s: %s after %.1f s, %d tokens in, %d out%s",
            self._reference, self._endpoint.connection.name, outcome, seconds, n_input, n_output,
            "" if cost is None else f", {cost:.6f} USD",
        )  # fmt: skip

    def _settle_charge(self, answer: Answer, charge: _Charge) -> tuple[int, int]:
        """Charge what was sent and received, as far as the endpoint's count can be true by that, and return it."""
        if charge.is_free or not charge.n_taken:  # a prompt that no budget held was not sent
            self._account.refund(charge.n_taken)
            return 0, 0
        n_input = check_token_count(answer.n_input, charge.n_prompt, _UNSEEN_INPUT)
        n_output = check_token_count(answer.n_output, estimate_tokens(answer.text + answer.arguments), _UNSEEN_OUTPUT)
        self._account.settle(n_input, n_output, charge.n_taken)
        return n_input, n_output

    def _now(self) -> float:
        return asyncio.get_running_loop().time()


def _messages(prompt: Prompt, has_system_role: bool) -> list[BaseMessage]:
    """Write a prompt as messages; without a system role the instructions stand before the first of the user's."""
    written: list[BaseMessage] = [
        HumanMessage(said.text) if said.role is Role.USER else AIMessage(said.text) for said in prompt.messages
    ]
    if not prompt.instructions:
        return written
    if not has_system_role and written and isinstance(written[0], HumanMessage):
        return [HumanMessage(f"{prompt.instructions}\n\n{prompt.messages[0].text}"), *written[1:]]
    return [(SystemMessage if has_system_role else HumanMessage)(prompt.instructions), *written]


def _join_texts(request: Request) -> str:
    """Give all that is sent as one text, to estimate its tokens."""
    texts = [request.prompt.instructions, *(said.text for said in request.prompt.messages)]
    return "".join([*texts, json.dumps(request.options) if request.options else ""])
