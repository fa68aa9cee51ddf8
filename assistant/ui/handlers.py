"""What happens when somebody writes, clicks, reloads or opens a source.

Owns the steps from an event of the page to what the page shows next. The one broad catch of the page is here: it logs
a reference and shows it. Must not know how the page is laid out.
"""

from __future__ import annotations

import asyncio
import datetime
import json
import logging
import secrets
import threading
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import replace
from typing import Any

import gradio as gr

from assistant.coach import Coach
from assistant.domain.conversation import Event
from assistant.domain.record import decision_record
from assistant.errors import AssistantError, BudgetError, InputError
from assistant.inquiry import parsed
from assistant.ports import ModelTurn
from assistant.ui import case_view, chat_view, facts_view, record_view, source_view
from assistant.ui.desk import (
    Desk,
    Step,
    UnreadableError,
    advancing,
    bring_back,
    clear,
    edit,
    put_away,
    recall,
    rewind,
    to_keep,
    undo,
)
from assistant.ui.escaping import as_html

LOG = logging.getLogger(__name__)
CHUNK_SECONDS = 0.07
PULSE_SECONDS = 0.8

Screen = tuple[Any, ...]
"""What the page shows next, in the order of `layout.OUTPUTS`; `gr.skip()` leaves a part as it is."""


class Handlers:
    """The page's event handlers around one coach."""

    def __init__(
        self, coach: Coach, today: Callable[[], datetime.date] | None = None, answer_seconds: float = 60.0
    ) -> None:
        """`answer_seconds` bounds a whole answer."""
        self.coach = coach
        self._answer_seconds = answer_seconds
        self._today = today or (lambda: datetime.datetime.now(datetime.UTC).date())

    async def tell(self, message: str, desk: Desk | None, kept: object) -> AsyncIterator[Screen]:
        """Take what was written; a message that is refused stays in the box."""
        event = Event(message or "", {})
        screens = self._stepped(lambda: self._recalled(desk, kept), event, "")
        async for screen in self._guarded(screens, written=event.message):
            yield screen

    async def act(self, request: str, desk: Desk | None, kept: object) -> AsyncIterator[Screen]:
        """Do what was clicked: `request` is JSON with `do` and what it needs."""
        async for screen in self._guarded(self._acted(request, desk, kept)):
            yield screen

    async def _acted(self, request: str, desk: Desk | None, kept: object) -> AsyncIterator[Screen]:
        asked = _read_request(request)
        if asked["do"] == "forget":  # whatever the browser kept: nobody needs to be able to read it
            yield await self._settled(lambda: clear(self.coach), box="", note=self.coach.page_text.labels.forgotten)
            return
        current = await asyncio.to_thread(self._recalled, desk, kept)
        event = _asked_event(asked)
        if event is not None:
            async for screen in self._stepped(lambda: current, event, None):
                yield screen
        elif asked["do"] == "retry" and current.events:
            again = current.events[-1]
            async for screen in self._stepped(
                lambda: rewind(self.coach, current, len(current.events) - 1), again, None
            ):
                yield screen
        else:
            yield await self._moved(asked, current)

    async def _moved(self, asked: Mapping[str, Any], current: Desk) -> Screen:
        """Do what says nothing new."""
        do = asked["do"]
        if do == "undo" and (current.events or current.before):
            return await self._settled(lambda: undo(self.coach, current), note=self.coach.page_text.labels.undone)
        if do == "edit":
            return self._edited(current, asked.get("index"))
        if do == "cancel_edit":
            return await self._settled(lambda: rewind(self.coach, current, len(current.events)), box="")
        if do == "restart":
            return await self._settled(lambda: clear(self.coach, before=current.events), box="")
        if do == "take_over":
            return await self._taken_over(current, asked.get("kept"))
        if do == "bring_back" and current.before:
            return await self._settled(lambda: bring_back(self.coach, current), box="")
        return _screen()

    async def restore(self, kept: object) -> AsyncIterator[Screen]:
        """Bring back the conversation that the browser kept."""
        async for screen in self._guarded(self._restored(kept), begins=True):
            yield screen

    async def _restored(self, kept: object) -> AsyncIterator[Screen]:
        yield await self._settled(lambda: recall(self.coach, kept))

    async def open_source(self, target: str, desk: Desk | None, kept: object) -> str:
        """Open the source behind a link, lit up at the cited words."""
        name = target.split("@")[0]
        try:
            return source_view.opened(self.coach, await asyncio.to_thread(self._recalled, desk, kept), name)
        except InputError as error:
            return _note(str(error))

    async def hand_over(self, request: str, desk: Desk | None, kept: object) -> str:
        """Give the conversation to the page as it would be kept, for a tab of its own."""
        try:
            held = to_keep(await asyncio.to_thread(self._recalled, desk, kept))
        except InputError:
            held = {}
        return f'<p hidden data-kept="{as_html(json.dumps(held))}" data-asked="{as_html(request)}"></p>'

    async def _taken_over(self, desk: Desk, kept: object) -> Screen:
        """Go on with a conversation that was begun in a frame; what was here before can be brought back."""
        labels = self.coach.page_text.labels
        try:
            other = put_away(desk, await asyncio.to_thread(recall, self.coach, kept))
        except InputError:
            return _screen(note=_note(labels.not_carried))
        back = f'<button type="button" {chat_view.act("bring_back")}>{as_html(labels.bring_back)}</button>'
        return await self._settled(lambda: other, note=labels.carried if other.before else "", more=back)

    def _recalled(self, desk: Desk | None, kept: object) -> Desk:
        """Go on from what the browser kept where the server has forgotten, as after a restart."""
        return desk if desk is not None else recall(self.coach, kept)

    async def _guarded(
        self, screens: AsyncIterator[Screen], *, written: str | None = None, begins: bool = False
    ) -> AsyncIterator[Screen]:
        """Show what a step comes to, screen by screen; a refusal or a fault becomes a note.

        What was `written` stays in the box, or comes back to it. Where nobody can read what the browser kept the page
        begins anew; one that only `begins` does so after a fault too, and leaves in the browser what is there.
        """
        told: dict[str, Any] = {}
        try:
            async for screen in screens:
                yield screen
                told = {} if written is None else {"box": written}
        except UnreadableError:
            yield self._shown(clear(self.coach), note=self.coach.page_text.labels.stored_unreadable)
        except AssistantError as error:
            yield _screen(note=_note(str(error)), **told)
        except Exception:  # noqa: BLE001 - the page's boundary
            note = self._logged_failure()
            yield self._shown(clear(self.coach), note=note, kept=None) if begins else _screen(note=_note(note), **told)

    async def _stepped(self, begin: Callable[[], Desk], event: Event, box: Any) -> AsyncIterator[Screen]:
        """Take the step off the event loop; when the visitor leaves, the model's turn is cancelled.

        Gradio notices that a visitor left only when there is something to send, so nothing is sent every second.
        """
        turns: list[ModelTurn] = []
        has_left = threading.Event()

        def watch(turn: ModelTurn) -> None:
            turns.append(turn)
            if has_left.is_set():
                turn.cancel()

        steps = advancing(self.coach, await asyncio.to_thread(begin), event, watch)
        is_weighed = False
        until = asyncio.get_running_loop().time() + self._answer_seconds
        try:
            while True:
                self._check_time(until)
                coming = asyncio.ensure_future(asyncio.to_thread(next, steps))
                coming.add_done_callback(_taken)
                while not (await asyncio.wait({coming}, timeout=PULSE_SECONDS))[0]:
                    self._check_time(until)
                    yield _screen()
                step = coming.result()
                if step.after is not None:
                    async for screen in self._streamed(step.after, box, is_growing=not turns):
                        yield screen
                    return
                yield self._under_way(step, event, box, is_new=step.progress.result is not None and not is_weighed)
                is_weighed = step.progress.result is not None
                box = None
        finally:
            has_left.set()
            for turn in turns:
                turn.cancel()

    def _check_time(self, until: float) -> None:
        if asyncio.get_running_loop().time() > until:
            seconds = f"{self._answer_seconds:g}"
            raise BudgetError(self.coach.page_text.labels.took_too_long.format(seconds=seconds))

    def _under_way(self, step: Step, event: Event, box: Any, *, is_new: bool) -> Screen:
        """Show a reply that still grows; the case comes with it once, when the verdict is final for the turn."""
        changed: dict[str, Any] = {"box": box} if box is not None else {}
        result = step.progress.result
        if is_new and result is not None:
            changed["case"] = self.case(replace(step.desk, results=(*step.desk.results, result)))
        chat = chat_view.under_way(self.coach, step.desk, event, step.progress.reply)
        return _screen(chat=chat, answers="", note="", **changed)

    async def _streamed(self, desk: Desk, box: Any, *, is_growing: bool) -> AsyncIterator[Screen]:
        """Show the reply, growing in a few states; all else comes with the first, the answers with the last."""
        assert desk.latest is not None
        growing = chat_view.growing(desk.latest.reply)[:-1] if is_growing else []
        changed: dict[str, Any] = {
            "case": self.case(desk),
            "desk": desk,
            "kept": to_keep(desk),
            "note": "",
            "answers": "",
        }
        if box is not None:
            changed["box"] = box
        for part in growing:
            yield _screen(chat=chat_view.messages(self.coach, desk, part), **changed)
            changed = {}
            await asyncio.sleep(CHUNK_SECONDS)
        changed["answers"] = chat_view.answers(self.coach.page_text, desk)
        yield _screen(chat=chat_view.messages(self.coach, desk), **changed)

    async def _settled(self, step: Callable[[], Desk], **parts: Any) -> Screen:
        """Take a step that says nothing new and show where it leads, at once."""
        return self._shown(await asyncio.to_thread(step), **parts)

    def _shown(self, desk: Desk, *, note: str = "", more: str = "", **parts: Any) -> Screen:
        """Show all of a desk; `parts` come instead of its own, None for what is left as it is."""
        whole = {
            "chat": chat_view.messages(self.coach, desk),
            "answers": chat_view.answers(self.coach.page_text, desk),
            "case": self.case(desk),
            "note": _note(note, more) if note else "",
            "desk": desk,
            "kept": to_keep(desk),
        }
        return _screen(**(whole | parts))

    def _edited(self, desk: Desk, index: object) -> Screen:
        """Put an earlier message into the box, to be sent again."""
        editing = edit(desk, index if isinstance(index, int) else -1)
        assert editing.editing is not None
        labels = self.coach.page_text.labels
        cancel = f'<button type="button" {chat_view.act("cancel_edit")}>{as_html(labels.cancel_edit)}</button>'
        note = _note(labels.editing.format(n=editing.editing + 1), cancel)
        return _screen(box=editing.events[editing.editing].message, note=note, desk=editing)

    def case(self, desk: Desk, *, restored: bool = True) -> str:
        """Write everything on the right side; it tells the script when what the browser kept has been brought back."""
        coach, text = self.coach, self.coach.page_text
        case, assessment = case_view.standing(coach, desk)
        record = ""
        if case.begun:
            record = record_view.record(
                text.labels, decision_record(coach.rulebook, coach.shelf.texts, desk.results, self._today())
            )
        return "".join(
            (
                f'<div class="case"{" data-restored" if restored else ""}>',
                case_view.verdict(coach, case, assessment),
                case_view.ladder(text, case, assessment),
                case_view.mistakes(coach, case, assessment),
                facts_view.facts(text, coach.rulebook, case, can_undo=bool(desk.events or desk.before)),
                case_view.would_change(coach, assessment),
                record,
                "</div>",
            )
        )

    def _logged_failure(self) -> str:
        reference = secrets.token_hex(4)
        LOG.exception("A step failed, reference %s", reference)
        return self.coach.page_text.labels.failed.format(reference=reference)


def _screen(
    *, chat: Any = None, answers: Any = None, case: Any = None, box: Any = None, note: Any = None,
    desk: Any = None, kept: Any = None,
) -> Screen:  # fmt: skip
    return tuple(gr.skip() if part is None else part for part in (chat, answers, case, box, note, desk, kept))


def _taken(coming: asyncio.Future[Step]) -> None:
    """Look at how a step ended that nobody waits for any more, so that it is not reported as lost."""
    if not coming.cancelled():
        coming.exception()


def _note(text: str, more: str = "") -> str:
    return f'<p class="note" role="status">{as_html(text)} {more}</p>'


def _read_request(request: str) -> dict[str, Any]:
    try:
        asked = parsed((request or "").encode("utf-8", "replace"))
    except InputError:
        asked = None
    if not isinstance(asked, dict) or not isinstance(asked.get("do"), str):
        raise InputError("unreadable", "That click could not be read. Reload the page and try again.")
    return asked


def _asked_event(asked: Mapping[str, Any]) -> Event | None:
    """Return what a click says of the case, None where it says nothing."""
    if asked["do"] == "say":
        return Event(str(asked.get("text")), {})
    facts = asked.get("facts")
    return Event("", facts if isinstance(facts, dict) else {}) if asked["do"] == "facts" else None
