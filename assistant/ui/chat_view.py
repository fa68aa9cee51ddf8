"""The conversation as the chat shows it: bubbles, answers to click, and starters.

Owns the left side of the page as text. Must not know Gradio nor where a click goes.
"""

from __future__ import annotations

import json
import math

from assistant.coach import Coach
from assistant.domain.case import DECLINED
from assistant.domain.conversation import Event
from assistant.domain.dialogue import Question, QuestionKind, TurnResult
from assistant.domain.page_text import PageText
from assistant.ui.desk import Desk
from assistant.ui.escaping import as_chat, as_html, as_said
from assistant.ui.wording import click_words

MOST_CHUNKS = 9
WORDS_A_CHUNK = 9


def messages(coach: Coach, desk: Desk, last_reply: str | None = None) -> list[dict[str, str]]:
    """Write the conversation as the chat's messages; `last_reply` stands in for the last one while it streams."""
    shown = []
    for index, result in enumerate(desk.results):
        is_last = index == len(desk.results) - 1
        streaming = is_last and last_reply is not None
        reply = last_reply if streaming and last_reply is not None else result.reply
        shown.append({"role": "user", "content": _said(coach, desk, index)})
        shown.append({"role": "assistant", "content": _replied(coach.page_text, result, reply, is_last, streaming)})
    return shown


def under_way(coach: Coach, desk: Desk, event: Event, reply: str) -> list[dict[str, str]]:
    """Write the conversation with one more turn whose reply is still growing; its marks do not lead anywhere yet."""
    before = desk.results[-1].assessment.question if desk.results else None
    said = _words(coach, event, before)
    return [
        *messages(coach, desk),
        {"role": "user", "content": as_said(said)},
        {"role": "assistant", "content": as_chat(reply, 0, 0)},
    ]


def growing(reply: str) -> list[str]:
    """Cut a reply into the states it streams through, by whole words; the last is the whole reply."""
    words = reply.split(" ")
    size = max(WORDS_A_CHUNK, math.ceil(len(words) / MOST_CHUNKS))
    return [" ".join(words[:end]) for end in range(size, len(words), size)] + [reply]


def _said(coach: Coach, desk: Desk, index: int) -> str:
    event, labels = desk.events[index], coach.page_text.labels
    words = _words(coach, event, desk.results[index - 1].assessment.question if index else None)
    if not event.message:
        return as_said(words)
    hidden = as_html(labels.edit_of.format(n=index + 1))
    edit = f'<a href="#edit-{index}">{as_html(labels.edit)} <span class="unseen">{hidden}</span></a>'
    return f'{as_said(words)}<p class="tools">{edit}</p>'


def _words(coach: Coach, event: Event, question: Question | None) -> str:
    clicked = click_words(coach.rulebook, event.facts, question.slot if question else None, coach.page_text.labels)
    return "\n".join(part for part in (event.message, clicked) if part)


def _replied(text: PageText, result: TurnResult, reply: str, is_last: bool, streaming: bool) -> str:
    shown = as_chat(reply, result.turn, len(result.citations))
    if streaming:
        return shown
    notices = "".join(f'\n\n<p class="notice">{as_html(notice)}</p>' for notice in result.notices)
    tools = f'<a href="#copy-{result.turn}">{as_html(text.labels.copy_text)}</a>'
    if is_last:
        tools += f'<a href="#retry">{as_html(text.labels.retry)}</a>'
    return f'{shown}{notices}\n\n<p class="tools">{tools}</p>'


def answers(text: PageText, desk: Desk) -> str:
    """Write what can be clicked under the conversation: the question's options, or the starters."""
    if desk.latest is None:
        return _starters(text)
    assessment = desk.latest.assessment
    if assessment.question is not None:
        return _options(text, assessment.question)
    if not assessment.also_ask:
        return ""
    more = "".join(f"<p>{as_html(question.text)}</p>{_options(text, question)}" for question in assessment.also_ask)
    heading = as_html(text.labels.more_questions)
    return f'<details class="more" data-key="more"><summary>{heading}</summary>{more}</details>'


def act(do: str, **content: object) -> str:
    """Write the attribute that says what a click on an element asks for."""
    return f'data-act="{as_html(json.dumps({"do": do, **content}, separators=(",", ":")))}"'


def _options(text: PageText, question: Question) -> str:
    labels = text.labels
    if question.kind is not QuestionKind.ASK:
        buttons = "".join(
            f'<button type="button" {act("say", text=choice.label)}>{as_html(choice.label)}</button>'
            for choice in question.options
        )
        return _group(question, buttons)
    if question.multiple:
        buttons = "".join(
            f'<button type="button" aria-pressed="{"true" if choice.value in question.held else "false"}"'
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
        clicks = ((act("facts", facts={question.slot: choice.value}), choice.label) for choice in question.options)
        buttons = "".join(f'<button type="button" {click}>{as_html(label)}</button>' for click, label in clicks)
    without: object = list(question.held) or DECLINED
    label = labels.no_more if question.held else labels.dont_know
    ending = act("facts", facts={question.slot: without})
    return _group(question, f'{buttons}<button type="button" class="quiet" {ending}>{as_html(label)}</button>')


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
