"""A case summed up in plain lines that can be passed on.

Owns which lines there are and which go first where fewer are asked for. Must not know how they are worded.
"""

from __future__ import annotations

import re

from assistant.domain.dialogue import Paragraph, ReplyContext, Sentence
from assistant.domain.steps import find_fitting_steps
from assistant.replying.quotes import cite_span
from assistant.replying.tie import aim, aim_quote, has_case, verdict_of
from assistant.replying.verdict_reply import rank_changes
from assistant.replying.wording import Wording, paragraphs

_LINES = re.compile(r"\b(?P<n>one|two|three|four|[1-4]|a) (?:\w+ )?(?:lines?|sentences?|bullets?|points?|liner)\b")
_COUNTS = {"one": 1, "a": 1, "two": 2, "three": 3, "four": 4}
_MOST_CHANGES = 2
"""More than so many at once are no line of a summary."""


def summary(context: ReplyContext, wording: Wording) -> list[Paragraph]:
    """Sum the case up in five plain lines, to be passed on."""
    if not has_case(context):
        return paragraphs([wording.say("summary.none")])
    assessment, verdict = context.assessment, verdict_of(context)
    quote, named = aim_quote(context.case), aim(context.case, wording)
    lines = [
        wording.say("summary.wish", aim=named)
        if quote is None
        else wording.say("summary.wish_quoted", quote, aim=named, quote=quote.quote)
    ]
    text = wording.rulebook.verdict(verdict)
    if assessment.settled:
        lines.append(wording.say("summary.verdict", label=text.label, summary=text.summary))
    else:
        lines.append(wording.say("summary.leaning", label=text.label))
    for reason in assessment.rationale[:1]:
        claim = wording.reason(reason, context.case)
        lines.append(wording.say("summary.reason", *claim.citations, claim=True, reason=claim.text))
    for step in find_fitting_steps(assessment, context.case, wording.rulebook)[:1]:
        cited = [cite_span(span, wording.texts) for span in step.rests_on]
        lines.append(wording.say("summary.step", *cited, step=step.text))
    change = rank_changes(assessment)[:1]
    if change and len(change[0].changes) > _MOST_CHANGES:
        n_changes = str(len(change[0].changes))
        lines.append(wording.say("summary.far", label=wording.label(change[0].verdict), n=n_changes))
    elif change:
        changes, label = wording.join(wording.changes(change[0])), wording.label(change[0].verdict)
        lines.append(wording.say("summary.change", change=changes, label=label))
    elif assessment.settled:
        slots = dict.fromkeys(slot for reason in assessment.rationale for slot in wording.criterion(reason).slots)
        held = tuple(slot for slot in slots if context.case.pick_facts(slot)) or tuple(slots)
        lines.append(wording.say("summary.nothing_changes", names=wording.names(held)))
    elif assessment.question is not None:
        lines.append(wording.say("summary.open", names=wording.names(assessment.question.slots)))
    return [Paragraph((line,), item=True) for line in _as_many_as_asked(lines, context.asking)]


def _as_many_as_asked(lines: list[Sentence], message: str) -> list[Sentence]:
    """Keep to the number of lines that was asked for: the answer first, then why, then the first step."""
    asked = _LINES.search(message.lower())
    if asked is None:
        return lines
    n = _COUNTS.get(asked["n"]) or int(asked["n"])
    by_weight = [lines[at] for at in (1, 2, 3, 0, 4) if at < len(lines)][:n]
    return [line for line in lines if line in by_weight]
