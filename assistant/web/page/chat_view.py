"""The conversation as the chat shows it: bubbles, answers to click, and starters.

Owns the left side of the page as text. Must not know Gradio nor where a click goes.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

from assistant.coach import Coach
from assistant.domain.case import DECLINED, Case, Value
from assistant.domain.conversation import Event
from assistant.domain.dialogue import Choice, Question, QuestionKind, TurnResult
from assistant.domain.rulebook import SlotKind
from assistant.domain.source import Citation, SourceKind
from assistant.knowledge.types.page_text import Labels, PageText
from assistant.web.escaping import act, as_chat, as_html, as_lines, as_said
from assistant.web.page import facts_view, heard_view
from assistant.web.page.fact_labels import capitalise, click_words
from assistant.web.page.pasted import fold_pasted
from assistant.web.page.session import Session

MOST_CHUNKS = 9
WORDS_A_CHUNK = 9


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
    said = _words(coach, event, before)
    return [
        {"role": "user", "content": _by_user(coach, len(session.events) + 1) + as_said(said)},
        {"role": "assistant", "content": _by_coach(coach) + as_chat(reply, 0, 0)},
    ]


def cut_growing(reply: str) -> list[str]:
    """Cut a reply into the states it streams through, by whole words; the last is the whole reply."""
    words = reply.split(" ")
    size = max(WORDS_A_CHUNK, math.ceil(len(words) / MOST_CHUNKS))
    return [" ".join(words[:end]) for end in range(size, len(words), size)] + [reply]


def _show_message(coach: Coach, session: Session, index: int) -> str:
    event, labels = session.events[index], coach.page_text.labels
    words = _words(coach, event, session.results[index - 1].assessment.question if index else None)
    said = _by_user(coach, index + 1) + _show_words(labels, words)
    number = f'<span class="number" aria-hidden="true">{index + 1}</span>'
    if not event.message:
        return f'{said}<p class="tools">{number}</p>'
    hidden = as_html(labels.edit_of.format(n=index + 1))
    edit = f'<a href="#edit-{index}">{as_html(labels.edit)} <span class="unseen">{hidden}</span></a>'
    return f'{said}<p class="tools">{number}{edit}</p>'


def _show_words(labels: Labels, words: str) -> str:
    """Show what was said, with what was pasted folded."""
    pieces = (_fold(labels, part) if folds else as_lines(part) for part, folds in fold_pasted(words))
    return f'<div class="said" dir="auto">{"".join(pieces)}</div>'


def _fold(labels: Labels, pasted: str) -> str:
    lines = as_html(labels.pasted.format(n=pasted.count("\n") + 1))
    return f'<div class="pasted"><a href="#unfold">{lines}</a><div>{as_lines(pasted)}</div></div>'


def _by_user(coach: Coach, number: int) -> str:
    """Say who speaks, to those who hear the page."""
    return f'<p class="unseen">{as_html(coach.page_text.labels.you_said.format(n=number))}</p>'


def _by_coach(coach: Coach) -> str:
    return f'<p class="unseen">{as_html(coach.page_text.labels.coach_speaks)}</p>\n\n'


def _words(coach: Coach, event: Event, question: Question | None) -> str:
    clicked = click_words(coach.rulebook, event.facts, question.slot if question else None, coach.page_text.labels)
    return "\n".join(part for part in (event.message, clicked) if part)


def _show_reply(coach: Coach, session: Session, result: TurnResult, reply: str, *, streaming: bool) -> str:
    labels, now = coach.page_text.labels, session.results[-1]
    shown = _by_coach(coach) + as_chat(reply, result.turn, len(result.citations))
    if streaming:
        return shown
    notices = "".join(f'\n\n<p class="notice">{as_html(notice)}</p>' for notice in result.notices)
    tools = f'<a href="#copy-{result.turn}">{as_html(labels.copy_text)}</a>'
    if result is now:
        tools += f'<a href="#retry">{as_html(labels.retry)}</a>'
    noted = heard_view.write_noted(coach, result, now.case)
    return f'{shown}{notices}\n\n{noted}{_sources(coach, result)}<p class="tools">{tools}</p>'


def _sources(coach: Coach, result: TurnResult) -> str:
    """Write a reply's sources as footnotes, for whoever copies or prints it; the screen has its marks instead."""
    rows = "".join(
        f"<li>{as_html(f'[{number}] “{cited.quote}” {_title(coach, cited)}')}</li>"
        for number, cited in enumerate(result.citations, start=1)
    )
    return f'<ul class="sources">{rows}</ul>' if rows else ""


def _title(coach: Coach, cited: Citation) -> str:
    if cited.kind is SourceKind.USER:
        return coach.page_text.labels.source_of_words.format(n=cited.turn)
    source = coach.shelf.texts[cited.source]
    return f"{source.title} ({source.file})"


def answers(coach: Coach, session: Session) -> str:
    """Write what can be clicked under the conversation: the question's options, the list, or the starters."""
    if session.latest is None:
        return _starters(coach.page_text)
    assessment, case = session.latest.assessment, session.latest.case
    question = assessment.question
    if question is not None:
        entries = facts_view.entries(coach.page_text, coach.rulebook, case, question)
        return _progress(coach, session.latest, question) + entries + _options(coach, case, question)
    if not assessment.also_ask:
        return ""
    more = "".join(f"<p>{as_html(asked.text)}</p>{_options(coach, case, asked)}" for asked in assessment.also_ask)
    heading = as_html(coach.page_text.labels.more_questions)
    return f'<details class="more" data-key="more"><summary>{heading}</summary>{more}</details>'


def _progress(coach: Coach, latest: TurnResult, question: Question) -> str:
    """Say what a question is for, where the reply does not, and about how many are left."""
    labels, parts, n_left = coach.page_text.labels, [], latest.assessment.n_left
    if question.kind is QuestionKind.ASK and question.why not in latest.reply:
        parts.append(f"<b>{as_html(labels.why_asked)}</b> {as_html(question.why)}")
    left = labels.left_one if n_left == 1 else labels.left_many.format(n=n_left)
    parts += [f'<span class="left">{as_html(capitalise(left))}.</span>'] if n_left else []
    return f'<p class="progress">{" ".join(parts)}</p>' if parts else ""


def _options(coach: Coach, case: Case, question: Question) -> str:
    if question.kind is QuestionKind.READ_BACK:
        return _group(question, _list_answers(coach, case, question))
    labels, slot = coach.page_text.labels, coach.rulebook.slot(question.slot)
    held = {slot.option(value).value: value for value in question.held}
    if question.multiple:
        buttons = "".join(
            f'<button type="button" aria-pressed="{"true" if choice.value in held else "false"}"'
            f' data-member="{as_html(str(choice.value))}">'
            f"{as_html(choice.label)}</button>"
            for choice in question.options
        )
        buttons += (
            f'<button type="button" class="use" {"" if question.held else "disabled "}'
            f'data-collect="{as_html(question.slot)}">'
            f"{as_html(labels.use_these)}</button>"
        )
    else:
        buttons = "".join(_option(question.slot, choice, held) for choice in question.options)
    without: object = list(question.held) if question.multiple and question.held else DECLINED
    label = labels.no_more if question.multiple and question.held else labels.dont_know
    ending = act("facts", facts={question.slot: without})
    return _group(question, f'{buttons}<button type="button" class="quiet" {ending}>{as_html(label)}</button>')


def _option(slot: str, choice: Choice, held: Mapping[Value, Value]) -> str:
    """Write one option; the one that was heard is pressed, and a click on it agrees to just what was heard."""
    pressed = ' aria-pressed="true"' if choice.value in held else ""
    given = held.get(choice.value, choice.value) if not isinstance(choice.value, bool) else choice.value
    return f'<button type="button"{pressed} {act("facts", facts={slot: given})}>{as_html(choice.label)}</button>'


def _list_answers(coach: Coach, case: Case, question: Question) -> str:
    """Write the answers to the list: yes to all of it and no, or which entry is wrong."""
    if question.multiple:
        return "".join(
            f'<button type="button" {act("facts", facts={str(choice.value): None})}>{as_html(choice.label)}</button>'
            for choice in question.options
        )
    agreed = {slot: _as_given(coach, case, slot) for slot in question.slots}
    yes, no = question.options
    return (
        f'<button type="button" class="use" {act("facts", facts=agreed)}>{as_html(yes.label)}</button>'
        f'<button type="button" {act("say", text=no.label)}>{as_html(no.label)}</button>'
    )


def _as_given(coach: Coach, case: Case, slot: str) -> object:
    """Return what was heard of a slot as a click would give it."""
    values = [fact.value for fact in case.pick_facts(slot)]
    if None in values:
        return DECLINED
    return values if coach.rulebook.slot(slot).kind is SlotKind.SET else values[-1]


def _group(question: Question, buttons: str) -> str:
    return f'<div class="options" role="group" aria-label="{as_html(question.text)}">{buttons}</div>'


def _starters(text: PageText) -> str:
    buttons = "".join(
        f'<li><button type="button" {act("say", text=starter.message)}><b>{as_html(starter.label)}</b>'
        f"<span>{as_html(starter.message)}</span></button></li>"
        for starter in text.starters
    )
    return (
        f'<div class="welcome"><h2>{as_html(text.labels.begin)}</h2><p>{as_html(text.intro)}</p>'
        f'<h3>{as_html(text.labels.starters)}</h3><ul class="starters">{buttons}</ul></div>'
    )
