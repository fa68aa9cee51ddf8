"""One turn's use of a model: listening and speaking under one deadline and one budget, from a thread that may wait.

Owns the bridge between the waiting thread and the calls on the loop, and cancelling. Must not know what is said.
"""

from __future__ import annotations

import asyncio
import threading
import time
import uuid
from collections.abc import Awaitable, Callable, Iterator, Mapping
from concurrent.futures import Future
from dataclasses import replace
from queue import Empty, SimpleQueue

from assistant.domain.conversation import Recording, Role, Said
from assistant.errors import AssistantError
from assistant.llm.client.background import BackgroundLoop
from assistant.llm.client.endpoint import Caller, Endpoint, Request
from assistant.llm.client.faults import CallError, FaultKind, fault_of
from assistant.llm.client.json_mode import TOOL, JsonMode, Lesson, closes, json_object, plainer, request_options
from assistant.llm.client.streamed_answer import Answer
from assistant.llm.client.thoughts import ThoughtFilter, thinks_unmarked
from assistant.ports import Prompt

# A stuck loop is not waited for: so long after the deadline the turn ends without it.
_GRACE_S = 2.0
_LONGEST_REPAIRED = 8_000

Put = Callable[[str], None]


class EndpointTurn:
    """The `ModelTurn` port over an endpoint; one call at a time."""

    def __init__(self, endpoint: Endpoint, loop: BackgroundLoop, repair: str, conversation_id: str) -> None:
        """Begin a turn; its deadline starts now. Raises BudgetError when there is nothing left for it."""
        self._endpoint = endpoint
        self._loop = loop
        self._repair = repair
        self._reference = uuid.uuid4().hex[:8]
        self._ends_at = time.monotonic() + endpoint.connection.deadlines.turn
        account = endpoint.ledger.open(conversation_id)
        self._caller = Caller(endpoint, account, self._ends_at, self._reference)
        self._lock = threading.Lock()
        self._is_cancelled = False
        self._under_way: tuple[Future[None], _Box] | None = None
        self._recording = Recording(endpoint.connection.name)
        if endpoint.breaker.is_open:
            raise self._to_user_error(CallError(FaultKind.RESTING))

    @property
    def name(self) -> str:
        """How the model is named to the user."""
        return self._endpoint.connection.name

    @property
    def recording(self) -> Recording:
        """What the model answered so far, word for word, and why where it did not."""
        return self._recording

    def listen(self, prompt: Prompt, schema: Mapping[str, object], is_usable: Callable[[str], bool]) -> str:
        """Return the text of one JSON object, asked for in the strictest way the endpoint knows and mended once."""
        try:
            return "".join(self._run(lambda put: self._listen(prompt, schema, is_usable, put)))
        except AssistantError as error:
            self._recording = replace(self._recording, unheard=str(error))
            raise

    def speak(self, prompt: Prompt) -> Iterator[str]:
        """Yield the reply in pieces; closing the iterator ends the call at the endpoint."""
        try:
            for said in self._speak(prompt):
                self._recording = replace(self._recording, spoken=(self._recording.spoken or "") + said)
                yield said
            if self._recording.spoken is None:
                raise self._to_user_error(CallError(FaultKind.EMPTY))
        except AssistantError as error:
            self._recording = replace(self._recording, broken_off=str(error))
            raise

    def cancel(self) -> None:
        """End the call under way, and refuse further ones."""
        with self._lock:
            self._is_cancelled = True
            under_way = self._under_way
        if under_way is not None:
            call, box = under_way
            call.cancel()
            box.put(self._to_user_error(CallError(FaultKind.CANCELLED)))

    def _speak(self, prompt: Prompt) -> Iterator[str]:
        """Yield the pieces as they come, without what the model thinks aloud first."""
        thoughts = ThoughtFilter(holds=self._endpoint.thinks_unmarked)
        for piece in self._run(lambda put: self._caller.send(Request(prompt), put)):
            if said := thoughts.take(piece):
                yield said
        self._endpoint.thinks_unmarked |= thoughts.thinks_unmarked
        if rest := thoughts.rest():
            yield rest

    async def _listen(
        self, prompt: Prompt, schema: Mapping[str, object], is_usable: Callable[[str], bool], put: Put
    ) -> None:
        way = self._endpoint.way.current
        answer, learnt = await self._ask(prompt, schema, is_usable)
        said = answer.arguments or answer.text
        self._endpoint.thinks_unmarked |= thinks_unmarked(answer.text)
        found = json_object(said, is_usable)
        if found is None or not is_usable(found):
            repair = (Said(Role.ASSISTANT, said[:_LONGEST_REPAIRED]), Said(Role.USER, self._repair))
            request = Request(replace(prompt, messages=(*prompt.messages, *repair)), ends_itself=closes(is_usable))
            found, was_object = json_object((await self._caller.send(request, _drop)).text, is_usable), found
            if found is None or not is_usable(found):
                raise CallError(FaultKind.NO_JSON)
            learnt = learnt or (Lesson(plainer(way), is_certain=False) if was_object is None else None)
        self._endpoint.way.learn(way, learnt)
        put(found)

    async def _ask(
        self, prompt: Prompt, schema: Mapping[str, object], is_usable: Callable[[str], bool]
    ) -> tuple[Answer, Lesson | None]:
        """Ask in the strictest way that is not known to fail, then in plainer ones; also tell what that teaches.

        A plainer way teaches something only where the same prompt was answered by it.
        """
        way = first = self._endpoint.way.current
        while True:
            tool = TOOL if way is JsonMode.TOOL else None
            request = Request(prompt, request_options(way, schema), tool, closes(is_usable))
            try:
                answer = await self._caller.send(request, _drop)
            except CallError as fault:
                if way is JsonMode.PLAIN or not fault.refuses_form:
                    raise
                way = plainer(way)
                continue
            if self._caller.sent is not None and bool(self._caller.sent.options) is not bool(request.options):
                return answer, Lesson(plainer(way), is_certain=False)
            return answer, Lesson(way) if way is not first else None

    def _run(self, work: Callable[[Put], Awaitable[object]]) -> Iterator[str]:
        """Start work on the loop and yield what it puts, until it ends or the deadline has passed."""
        box: _Box = SimpleQueue()
        with self._lock:
            if self._is_cancelled:
                raise self._to_user_error(CallError(FaultKind.CANCELLED))
            call = self._loop.submit(self._run_into(work, box))
            self._under_way = (call, box)
        try:
            while (item := self._take(box)) is not None:
                if isinstance(item, AssistantError):
                    raise item
                yield item
        finally:
            call.cancel()

    def _take(self, box: _Box) -> str | AssistantError | None:
        try:
            return box.get(timeout=max(0.0, self._ends_at - time.monotonic()) + _GRACE_S)
        except Empty:
            return self._to_user_error(CallError(FaultKind.LATE))

    async def _run_into(self, work: Callable[[Put], Awaitable[object]], box: _Box) -> None:
        """Do the work and put its end into the box: None, or the error the user is told."""
        try:
            await work(box.put)
            box.put(None)
        except asyncio.CancelledError:
            box.put(self._to_user_error(CallError(FaultKind.CANCELLED)))
            raise
        except AssistantError as error:
            box.put(error)
        except Exception as error:  # noqa: BLE001 - whoever waits must hear of every end
            box.put(self._to_user_error(fault_of(error)))

    def _to_user_error(self, fault: CallError) -> AssistantError:
        return fault.to_user_error(self._reference)


_Box = SimpleQueue[str | AssistantError | None]


def _drop(_piece: str) -> None:
    """Take a piece that nobody reads before the answer is whole."""
