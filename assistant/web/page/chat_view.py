"""The conversation as the chat shows it: bubbles, answers to click, and starters.

Owns the left side of the page as text. Must not know Gradio nor where a click goes.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from markupsafe import Markup

from assistant.coach import Coach
from assistant.domain.case import DECLINED, Case, Value
from assistant.domain.conversation import Event
from assistant.domain.dialogue import Question, QuestionKind, TurnResult
from assistant.domain.rulebook import SlotKind
from assistant.domain.source import Citation, SourceKind
from assistant.web.escaping import as_chat
from assistant.web.page import facts_view, heard_view
from assistant.web.page.fact_labels import capitalise, click_words
from assistant.web.page.pasted import fold_pasted
from assistant.web.page.session import Session
from assistant.web.templates import render

MOST_CHUNKS = 9
WORDS_A_CHUNK = 9


@dataclass(frozen=True, slots=True)
class Offered:
    """A question with what can be clicked: what was `held` by the option it counts as, what a yes has `agreed`.

    A click on an option that was heard agrees to just what was heard.
    """

    question: Question
    held: Mapping[Value, Value] = field(default_factory=dict)
    agreed: Mapping[str, object] = field(default_factory=dict)


def messages(coach: Coach, session: Session) -> list[dict[str, str]]:
    """Write the conversation as the chat's messages."""
    shown = []
    for index, result in enumerate(session.results):
        shown.append({"role": "user", "content": _show_message(coach, session, index)})
        reply = _show_reply(coach, session, result, result.reply, streaming=False)
        shown.append({"role": "assistant", "content": reply})
    return shown


def so_far(coach: Coach, session: Session, part: str) -> dict[str, str]:
    """Write the last reply as far as it is shown while it grows, in place of the last of the chat's messages."""
    return {"role": "assistant", "content": _show_reply(coach, session, session.results[-1], part, streaming=True)}


def under_way(coach: Coach, session: Session, event: Event, reply: str) -> list[dict[str, str]]:
    """Write one more turn, whose reply is still growing; its marks do not lead anywhere yet."""
    before = session.results[-1].assessment.question if session.results else None
    pieces = [(_words(coach, event, before), False)]
    return [
        {"role": "user", "content": _fill_message(coach, event, len(session.events) + 1, pieces, is_answered=False)},
        {"role": "assistant", "content": _join_blocks(_by_coach(coach), as_chat(reply, 0, 0))},
    ]


def cut_growing(reply: str) -> list[str]:
    """Cut a reply into the states it streams through, by whole words; the last is the whole reply."""
    words = reply.split(" ")
    size = max(WORDS_A_CHUNK, math.ceil(len(words) / MOST_CHUNKS))
    return [" ".join(words[:end]) for end in range(size, len(words), size)] + [reply]


def _show_message(coach: Coach, session: Session, index: int) -> str:
    """Write what was said, with what was pasted folded."""
    event = session.events[index]
    words = _words(coach, event, session.results[index - 1].assessment.question if index else None)
    return _fill_message(coach, event, index + 1, fold_pasted(words), is_answered=True)


def _fill_message(
    coach: Coach, event: Event, n: int, pieces: Sequence[tuple[str, bool]], *, is_answered: bool
) -> Markup:
    labels, can_edit = coach.page_text.labels, bool(event.message)
    return render("message.html", labels=labels, n=n, pieces=pieces, is_answered=is_answered, can_edit=can_edit)


def _by_coach(coach: Coach) -> Markup:
    return render("spoken_by.html", labels=coach.page_text.labels)


def _join_blocks(*blocks: str) -> str:
    """Set Markdown and HTML apart, as Markdown wants it."""
    return "\n\n".join(blocks)


def _words(coach: Coach, event: Event, question: Question | None) -> str:
    clicked = click_words(coach.rulebook, event.facts, question.slot if question else None, coach.page_text.labels)
    return "\n".join(part for part in (event.message, clicked) if part)


def _show_reply(coach: Coach, session: Session, result: TurnResult, reply: str, *, streaming: bool) -> str:
    now = session.results[-1]
    shown = (_by_coach(coach), as_chat(reply, result.turn, len(result.citations)))
    if streaming:
        return _join_blocks(*shown)
    below = render(
        "below_reply.html",
        labels=coach.page_text.labels,
        noted=heard_view.write_noted(coach, result, now.case),
        # The screen has its marks instead.
        sources=[{"quote": cited.quote, "title": _title(coach, cited)} for cited in result.citations],
        turn=result.turn,
        is_latest=result is now,
    )
    return _join_blocks(*shown, *(render("notice.html", notice=notice) for notice in result.notices), below)


def _title(coach: Coach, cited: Citation) -> str:
    if cited.kind is SourceKind.USER:
        return coach.page_text.labels.source_of_words.format(n=cited.turn)
    source = coach.shelf.texts[cited.source]
    return f"{source.title} ({source.file})"


def answers(coach: Coach, session: Session) -> Markup:
    """Write what can be clicked under the conversation: the question's options, the list, or the starters."""
    if session.latest is None:
        return render("welcome.html", text=coach.page_text)
    labels, assessment, case = coach.page_text.labels, session.latest.assessment, session.latest.case
    question, n_left = assessment.question, assessment.n_left
    if question is None:
        offered = [_offer(coach, case, asked) for asked in assessment.also_ask]
        return render("more_questions.html", labels=labels, questions=offered) if offered else Markup()
    is_unexplained = question.kind is QuestionKind.ASK and question.why not in session.latest.reply
    left = labels.left_one if n_left == 1 else labels.left_many.format(n=n_left)
    return render(
        "question.html",
        labels=labels,
        why=question.why if is_unexplained else "",
        left=capitalise(left) if n_left else "",
        entries=facts_view.entries(coach.page_text, coach.rulebook, case, question),
        offered=_offer(coach, case, question),
    )


def _offer(coach: Coach, case: Case, question: Question) -> Offered:
    if question.kind is QuestionKind.READ_BACK:
        return Offered(question, agreed={slot: _as_given(coach, case, slot) for slot in question.slots})
    slot = coach.rulebook.slot(question.slot)
    return Offered(question, held={slot.option(value).value: value for value in question.held})


def _as_given(coach: Coach, case: Case, slot: str) -> object:
    """Return what was heard of a slot as a click would give it."""
    values = [fact.value for fact in case.pick_facts(slot)]
    if None in values:
        return DECLINED
    return values if coach.rulebook.slot(slot).kind is SlotKind.SET else values[-1]
