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

from assistant.domain.connection import Connection
from assistant.domain.model_turn import Prompt, Role
from assistant.errors import BudgetError
from assistant.llm.answer import Answer, pieces
from assistant.llm.breaker import Breaker
from assistant.llm.budget import Ledger, TurnAccount, believed_tokens, estimated_tokens
from assistant.llm.faults import CallError, FaultKind, fault_of
from assistant.llm.structured import KnownWay

_LOG = logging.getLogger(__name__)
# Tokens that nobody here sees: what a server writes round a prompt; thoughts, at most what a model gives in one answer.
_UNSEEN_INPUT = 4_096
_UNSEEN_OUTPUT = 131_072


@dataclass(slots=True)
class Endpoint:
    """What all turns share: the model, what is known of its endpoint, and how it fares.

    `counts_tokens` is whether the endpoint takes the field that asks it to; `pause_s` draws the pause before a retry.
    """

    connection: Connection
    chat: BaseChatModel
    breaker: Breaker
    ledger: Ledger
    way: KnownWay
    pause_s: Callable[[], float]
    counts_tokens: bool = True


@dataclass(frozen=True, slots=True)
class Request:
    """A prompt, and what to add so that the answer has a form; `tool` is the one tool that may be called."""

    prompt: Prompt
    options: Mapping[str, object] = field(default_factory=dict)
    tool: str | None = None


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

    async def send(self, request: Request, put: Callable[[str], None]) -> Answer:
        """Send a request and hand its answer on as it comes; once more if nothing had come and it may go better.

        Raises:
            CallError: there is no whole answer; BudgetError: a budget does not hold it.
        """
        try:
            return await self._once(request, put)
        except CallError as fault:
            again = self._changed(request, fault)
            pause = fault.wait_s if fault.kind is FaultKind.BUSY and fault.wait_s else self._endpoint.pause_s()
            if again is None or self._endpoint.breaker.is_open or self._now() + pause >= self._ends_at:
                raise
        await asyncio.sleep(pause)
        return await self._once(again, put)

    def _changed(self, request: Request, fault: CallError) -> Request | None:
        """Return the request to try after a fault: shorter, plainer or the same; None when that cannot help."""
        if fault.kind is FaultKind.TOO_LONG and not fault.partial:
            messages = request.prompt.messages
            kept = messages[(len(messages) + 1) // 2 :]
            while kept and kept[0].role is not Role.USER:
                kept = kept[1:]
            return replace(request, prompt=replace(request.prompt, messages=kept)) if kept else None
        if fault.refuses_counting and self._endpoint.counts_tokens:
            self._endpoint.counts_tokens = False
            return request
        return request if fault.may_be_retried else None

    async def _once(self, request: Request, put: Callable[[str], None]) -> Answer:
        if not self._endpoint.breaker.admit():
            raise CallError(FaultKind.RESTING)
        answer, charge = Answer(request.tool), _Charge(estimated_tokens(_weighed(request)))
        outcome, started_at = "cancelled", self._now()
        try:
            self._take(charge, charge.n_prompt)
            deadlines = self._endpoint.connection.deadlines
            # Closed here and not when it is collected: the connection hangs on it.
            async with aclosing(pieces(self._chunks(request), answer, deadlines, self._ends_at)) as said:
                async for piece in said:
                    self._count(piece)
                    self._take(charge, estimated_tokens(piece))
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
        return endpoint.chat.astream(_messages(request.prompt), config={"callbacks": []}, **options)

    def _count(self, piece: str) -> None:
        self._n_characters += len(piece)
        if self._n_characters > self._endpoint.connection.max_characters:
            raise CallError(FaultKind.TOO_MUCH)

    def _note(self, fault: CallError) -> None:
        breaker = self._endpoint.breaker
        if fault.counts:
            breaker.failed()
        else:
            breaker.withdrawn()

    def _end(self, answer: Answer, charge: _Charge, outcome: str, seconds: float) -> None:
        """Settle the account and the breaker, and log the call by ids and counts."""
        breaker, ledger = self._endpoint.breaker, self._endpoint.ledger
        if outcome == "whole":
            breaker.succeeded()
        elif outcome in ("cancelled", "budget"):
            breaker.withdrawn()
        n_input, n_output = self._settled(answer, charge)
        cost = ledger.cost_usd(n_input, n_output)
        _LOG.log(
            logging.INFO if outcome == "whole" else logging.WARNING,
            "call %s to %s: %s after %.1f s, %d tokens in, %d out%s",
            self._reference, self._endpoint.connection.name, outcome, seconds, n_input, n_output,
            "" if cost is None else f", {cost:.6f} USD",
        )  # fmt: skip

    def _settled(self, answer: Answer, charge: _Charge) -> tuple[int, int]:
        """Charge what was sent and received, as far as the endpoint's count can be true by that, and return it."""
        if charge.is_free or not charge.n_taken:  # a prompt that no budget held was not sent
            self._account.refund(charge.n_taken)
            return 0, 0
        n_input = believed_tokens(answer.n_input, charge.n_prompt, _UNSEEN_INPUT)
        n_output = believed_tokens(answer.n_output, estimated_tokens(answer.text + answer.arguments), _UNSEEN_OUTPUT)
        self._account.settle(n_input, n_output, charge.n_taken)
        return n_input, n_output

    def _now(self) -> float:
        return asyncio.get_running_loop().time()


def _messages(prompt: Prompt) -> list[BaseMessage]:
    written: list[BaseMessage] = [SystemMessage(prompt.instructions)] if prompt.instructions else []
    for said in prompt.messages:
        written.append(HumanMessage(said.text) if said.role is Role.USER else AIMessage(said.text))
    return written


def _weighed(request: Request) -> str:
    """Give all that is sent as one text, to estimate its tokens."""
    texts = [request.prompt.instructions, *(said.text for said in request.prompt.messages)]
    return "".join([*texts, json.dumps(request.options) if request.options else ""])
