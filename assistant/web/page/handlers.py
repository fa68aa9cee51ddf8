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
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterator, Mapping
from contextlib import aclosing
from dataclasses import replace
from typing import Any

import gradio as gr
from markupsafe import Markup

from assistant.coach import Coach
from assistant.domain.case import Case
from assistant.domain.conversation import Event
from assistant.domain.record import decision_record, record_values
from assistant.errors import AssistantError, InputError
from assistant.knowledge.types.page_text import Labels
from assistant.web.page import case_view, chat_view, facts_view, record_view, source_view
from assistant.web.page.browser_store import is_behind, parse_kept
from assistant.web.page.clicks import event_of, read_click
from assistant.web.page.downloaded_record import facts_of, read_record, what_changed
from assistant.web.page.event_run import EventRun
from assistant.web.page.screen import Screen
from assistant.web.page.session import (
    Session,
    Step,
    UnreadableError,
    advance,
    bring_back,
    clear,
    edit,
    put_away,
    recall,
    rewind,
    stream_step,
    to_keep,
    undo,
)
from assistant.web.templates import render

LOG = logging.getLogger(__name__)
CHUNK_SECONDS = 0.07


class Handlers:
    """The page's event handlers around one coach; `request`, where there is one, is what brought the event."""

    def __init__(
        self, coach: Coach, today: Callable[[], datetime.date] | None = None, answer_seconds: float = 60.0
    ) -> None:
        """`answer_seconds` bounds a whole answer."""
        self.coach = coach
        self._answer_seconds = answer_seconds
        self._today = today or (lambda: datetime.datetime.now(datetime.UTC).date())

    async def tell(
        self, message: str, session: Session | None, kept: object, request: gr.Request | None = None
    ) -> AsyncIterator[Screen]:
        """Take what was written; a message that is refused stays in the box."""
        visit, event = self._visit(request), Event(message or "", {})
        screens = self._take_step(visit, lambda: _recall_newer(visit, session, kept), event)
        async with aclosing(self._catch_faults(visit, screens, written=event.message)) as shown:
            async for screen in shown:
                yield screen

    async def act(
        self, clicked: str, session: Session | None, kept: object, request: gr.Request | None = None
    ) -> AsyncIterator[Screen]:
        """Do what was clicked: `clicked` is JSON with `do` and what it needs."""
        visit, asked = self._visit(request), read_click(clicked)
        screens = self._act(visit, asked, session, kept)
        async with aclosing(self._catch_faults(visit, screens, begins=asked.get("do") == "restore")) as shown:
            async for screen in shown:
                yield screen

    async def restore(self, kept: object, request: gr.Request | None = None) -> AsyncIterator[Screen]:
        """Bring back the conversation that the browser kept."""
        visit = self._visit(request)
        screens = self._show_step(visit, lambda: recall(visit, parse_kept(kept)))
        async with aclosing(self._catch_faults(visit, screens, begins=True)) as shown:
            async for screen in shown:
                yield screen

    async def open_source(
        self, target: str, session: Session | None, kept: object, request: gr.Request | None = None
    ) -> AsyncIterator[Any]:
        """Open the source behind a link, lit up at the cited words."""
        visit, name = self._visit(request), target.split("@")[0]
        try:
            async for found in visit.each(_once(lambda: _recall_newer(visit, session, kept))):
                yield gr.skip() if found is None else source_view.open_source(self._speak(found), found, name)
        except AssistantError as error:
            yield self._note(str(error))
        finally:
            visit.end()

    def _visit(self, request: gr.Request | None) -> EventRun:
        return EventRun(self.coach, self._answer_seconds, request)

    async def _act(
        self, visit: EventRun, asked: Mapping[str, Any], session: Session | None, kept: object
    ) -> AsyncIterator[Screen]:
        if not asked:
            raise InputError("unreadable", "That click could not be read. Reload the page and try again.")
        if asked["do"] == "forget":  # whatever the browser kept: nobody needs to be able to read it
            yield self._show(clear(visit), box="", note=self.coach.page_text.labels.forgotten)
            return
        known = None if asked["do"] == "restore" else session
        async for current in visit.each(_once(lambda: _recall_newer(visit, known, kept))):
            if current is None:
                yield Screen()
                continue
            async for screen in self._done(visit, asked, current):
                yield screen

    async def _done(self, visit: EventRun, asked: Mapping[str, Any], current: Session) -> AsyncIterator[Screen]:
        """Do what was clicked on a session."""
        case = current.latest.case if current.latest else Case()
        event, move = event_of(asked, case), self._move(visit, asked, current)
        if event is not None:
            screens = self._take_step(visit, lambda: current, event)
        elif asked["do"] == "retry" and current.events:
            again, n_before = current.events[-1], len(current.events) - 1
            screens = self._take_step(visit, lambda: rewind(visit, current, n_before), again)
        elif asked["do"] == "open_record":
            screens = self._reopen(visit, current, asked.get("record"))
        elif asked["do"] == "take_over":
            screens = self._take_over(visit, current, asked.get("kept"))
        elif move is not None:
            screens = self._show_step(visit, move[0], **move[1])
        else:
            yield self._edit(current, asked.get("index")) if asked["do"] == "edit" else Screen()
            return
        async for screen in screens:
            yield screen

    def _move(
        self, visit: EventRun, asked: Mapping[str, Any], current: Session
    ) -> tuple[Callable[[], Session], dict[str, Any]] | None:
        """Return the way to another session, and what else is shown there; None for a click that leads nowhere."""
        do, labels = asked["do"], self._speak(current).page_text.labels
        if do == "restore":
            return lambda: current, {}
        if do == "undo" and (current.events or current.before):
            return lambda: undo(visit, current), {"note": labels.undone}
        if do == "cancel_edit":
            return lambda: rewind(visit, current, len(current.events)), {"box": ""}
        if do == "restart":
            before = current.conversation if current.events else current.before
            return lambda: clear(visit, before=before), {"note": labels.started_over, "offers": "undo"}
        if do == "bring_back" and current.before:
            return lambda: bring_back(visit, current), {"box": ""}
        return None

    async def _take_over(self, visit: EventRun, session: Session, kept: object) -> AsyncIterator[Screen]:
        """Go on with a conversation that was begun in a frame; what was here before can be brought back."""
        labels = self.coach.page_text.labels
        try:
            async for found in visit.each(_once(lambda: put_away(session, recall(visit, kept)))):
                note = labels.carried if found is not None and found.before else ""
                yield Screen() if found is None else self._show(found, note=note, offers="bring_back")
        except UnreadableError:
            yield Screen(note=self._note(labels.not_carried))

    async def _reopen(self, visit: EventRun, session: Session, given: object) -> AsyncIterator[Screen]:
        """Judge the case of a downloaded record anew, in a conversation of its own, and say what changed since."""
        rulebook, labels = self.coach.rulebook, self.coach.page_text.labels
        try:
            record = read_record(given)
            event, left = facts_of(record, rulebook)
        except ValueError as error:
            raise InputError("no_record", labels.no_record) from error
        async for found in visit.each(_once(lambda: put_away(session, advance(visit, clear(visit), event)))):
            if found is None or found.latest is None:
                yield Screen()
                continue
            note = what_changed(record, found.latest, left, rulebook, labels)
            yield self._show(found, note=note, offers="undo" if found.before else "")

    async def _catch_faults(
        self, visit: EventRun, screens: AsyncIterator[Screen], *, written: str | None = None, begins: bool = False
    ) -> AsyncGenerator[Screen, None]:
        """Show what a step comes to, screen by screen; a refusal or a fault becomes a note.

        What was `written` stays in the box, or comes back to it. Where nobody can read what the browser kept the page
        begins anew; one that only `begins` does so after a fault too, and leaves in the browser what is there. When the
        visitor leaves, what is under way is given up.
        """
        told: dict[str, Any] = {}
        try:
            async for screen in screens:
                yield screen
                told = {} if written is None else {"box": written}
        except UnreadableError:
            yield self._show(clear(visit), note=self.coach.page_text.labels.stored_unreadable)
        except AssistantError as error:
            yield Screen(note=self._note(str(error), again=getattr(error, "seconds", None)), **told)
        except Exception:  # noqa: BLE001 - the page's boundary
            note = self._log_failure()
            yield self._show(clear(visit), note=note, kept=None) if begins else Screen(note=self._note(note), **told)
        finally:
            visit.end()

    async def _take_step(self, visit: EventRun, begin: Callable[[], Session], event: Event) -> AsyncIterator[Screen]:
        """Take the step from where `begin` leads, off the event loop."""
        is_weighed, told = False, None
        async for step in visit.each(_steps(visit, begin, event)):
            if step is None:
                yield Screen()
            elif step.after is not None:
                async for screen in self._stream_reply(step.after, is_growing=not visit.has_model):
                    yield screen
                return
            else:
                told = chat_view.messages(self._speak(step.session), step.session) if told is None else told
                is_new = step.progress.result is not None and not is_weighed
                yield self._under_way(step, event, told, is_new=is_new)
                is_weighed = step.progress.result is not None
                visit.check()

    def _under_way(self, step: Step, event: Event, told: list[dict[str, str]], *, is_new: bool) -> Screen:
        """Show a reply that grows behind what was told; the case comes with it once, when the verdict is final."""
        changed: dict[str, Any] = {}
        result = step.progress.result
        if is_new and result is not None:
            changed["case"] = self.case(replace(step.session, results=(*step.session.results, result)))
        chat = [*told, *chat_view.under_way(self._speak(step.session), step.session, event, step.progress.reply)]
        return Screen(chat=chat, answers="", note="", **changed)

    async def _stream_reply(self, session: Session, *, is_growing: bool) -> AsyncIterator[Screen]:
        """Show the reply, growing in a few states; all else comes with the first, the answers with the last."""
        assert session.latest is not None
        labels = self._speak(session).page_text.labels
        growing = chat_view.cut_growing(session.latest.reply)[:-1] if is_growing else []
        changed: dict[str, Any] = {
            "case": self.case(session),
            "session": session,
            "kept": json.dumps(to_keep(session)),
            "note": self._note(labels.replaced, "undo", labels=labels) if session.before else "",
            "answers": "",
        }
        told = chat_view.messages(self._speak(session), session)
        for part in growing:
            yield Screen(chat=[*told[:-1], chat_view.so_far(self._speak(session), session, part)], **changed)
            changed = {}
            await asyncio.sleep(CHUNK_SECONDS)
        changed["answers"] = chat_view.answers(self._speak(session), session)
        yield Screen(chat=told, **changed)

    async def _show_step(self, visit: EventRun, step: Callable[[], Session], **parts: Any) -> AsyncIterator[Screen]:
        """Take a step that says nothing new and show where it leads, at once."""
        async for session in visit.each(_once(step)):
            yield Screen() if session is None else self._show(session, **parts)

    def _show(self, session: Session, *, note: str = "", offers: str = "", **parts: Any) -> Screen:
        """Show all of a session; `parts` come instead of its own, None for what is left as it is."""
        if session.is_earlier and not note:
            note = self._speak(session).page_text.labels.earlier_version
        whole: dict[str, Any] = {
            "chat": chat_view.messages(self._speak(session), session),
            "answers": chat_view.answers(self._speak(session), session),
            "case": self.case(session),
            "note": self._note(note, offers, labels=self._speak(session).page_text.labels) if note else "",
            "session": session,
            "kept": json.dumps(to_keep(session)),
        }
        return Screen(**(whole | parts))

    def _edit(self, session: Session, index: object) -> Screen:
        """Put an earlier message into the box, to be sent again."""
        editing = edit(session, index if isinstance(index, int) else -1)
        assert editing.editing is not None
        labels = self._speak(session).page_text.labels
        note = self._note(labels.editing.format(n=editing.editing + 1), "cancel_edit", labels=labels)
        return Screen(box=editing.events[editing.editing].message, note=note, session=editing)

    def case(self, session: Session, *, restored: bool = True) -> Markup:
        """Write everything on the right side; it tells the script when what the browser kept has been brought back."""
        coach = self._speak(session)
        case, assessment = case_view.assess_session(coach, session)
        facts = facts_view.facts(coach.page_text, coach.rulebook, case, can_undo=bool(session.events or session.before))
        if not (case.begun or session.events):
            parts: tuple[Markup, ...] = (case_view.promise(coach), facts)
        else:
            parts = (
                case_view.verdict(coach, case, assessment),
                self._record(session) if case.begun else Markup(),
                facts,
                case_view.ladder(coach.page_text, case, assessment, coach.rulebook),
                case_view.mistakes(coach, case, assessment),
                case_view.would_change(coach, assessment),
            )
        return render("case.html", parts=parts, is_restored=restored)

    def _record(self, session: Session) -> Markup:
        coach, on = self._speak(session), self._today()
        markdown = decision_record(coach.rulebook, coach.shelf, coach.page_text.record, session.results, on)
        return record_view.record(
            coach.page_text.labels, markdown, record_values(coach.rulebook, session.results[-1], on)
        )

    def _speak(self, session: Session) -> Coach:
        return self.coach.speak_in(session.conversation.language)

    def _note(self, told: str, offers: str = "", *, again: int | None = None, labels: Labels | None = None) -> Markup:
        """Write a note; `offers` is what a button in it does, `again` in how many seconds the page may try again."""
        return render("note.html", labels=labels or self.coach.page_text.labels, told=told, offers=offers, again=again)

    def _log_failure(self) -> str:
        reference = secrets.token_hex(4)
        LOG.exception("A step failed, reference %s", reference)
        return self.coach.page_text.labels.failed.format(reference=reference)


def _recall_newer(visit: EventRun, session: Session | None, kept: object) -> Session:
    """Go on from what the browser kept where the server has forgotten, as after a restart, or where the browser did not
    get the last steps, as after a lost connection: what the user saw is what holds.
    """
    seen = parse_kept(kept)
    return session if session is not None and not is_behind(seen, session.conversation) else recall(visit, seen)


def _once(step: Callable[[], Session]) -> Iterator[Session]:
    yield step()


def _steps(visit: EventRun, begin: Callable[[], Session], event: Event) -> Iterator[Step]:
    yield from stream_step(visit, begin(), event)
