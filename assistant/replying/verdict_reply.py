"""The verdict's reply: the verdict, its reasons, the next steps with their exit tests, and what would change it.

Owns what goes into it, in which order, and how long it may be. Must not know how single things are worded.
"""

from __future__ import annotations

from collections.abc import Sequence

from assistant.domain.dialogue import Assessment, Counterfactual, Paragraph, ReplyContext, Sentence, SentenceRole
from assistant.domain.rulebook import Step, VerdictId
from assistant.domain.signals import BROKEN_PROCESS
from assistant.domain.steps import find_fitting_steps
from assistant.domain.verdict import TRAINING_VERDICTS
from assistant.replying.heard import compare_cases, say_heard
from assistant.replying.quotes import cite_span
from assistant.replying.reasons import NO_LEANING, choose_closing_reasons, fresh_reasons, name_mistakes, new_mistake
from assistant.replying.repeats import was_said
from assistant.replying.wording import Wording, n_words_of, paragraphs

SETTLED_WORDS = 225
N_LINES = 3
N_REASONS = 2


def give_verdict(context: ReplyContext, wording: Wording) -> list[Paragraph]:
    """Give the verdict: reasons, parts, mistakes, the next steps with their exit tests, what would change it, gaps.

    What matters least is left out until the reply is short enough; the steps never are.
    """
    shorter = ((2, N_LINES, N_REASONS), (1, N_LINES, N_REASONS), (1, 1, N_REASONS), (1, 1, 1), (1, 0, 1))
    drafts = [_give_verdict_with(context, wording, *most) for most in shorter]
    return next((draft for draft in drafts if n_words_of(draft) <= SETTLED_WORDS), drafts[-1])


def _give_verdict_with(
    context: ReplyContext, wording: Wording, n_changes: int, n_lines: int, n_reasons: int
) -> list[Paragraph]:
    assessment = context.assessment
    found = compare_cases(context.before, context.case)
    reasons = choose_closing_reasons(context, wording, n_reasons + (assessment.verdict in TRAINING_VERDICTS))
    explained = {slot for reason in reasons for slot in wording.criterion(reason).slots}
    return [
        *paragraphs(say_heard(context, found, wording, explained)),
        *paragraphs([*_verdict(assessment, wording), *_because(context, wording, reasons)]),
        *_parts(assessment, wording),
        *paragraphs(name_mistakes(context, wording, reasons, n_lines)),
        *_steps(context, wording),
        *paragraphs([*would_change(assessment, wording)[:n_changes], *_gaps(assessment, wording)]),
    ]


def _because(context: ReplyContext, wording: Wording, reasons: Sequence[str]) -> list[Sentence]:
    """Give the reasons; where each was given before, name the facts of the user that decide instead."""
    given = [wording.reason(reason, context.case) for reason in reasons]
    if not reasons or not all(was_said(sentence, context.replies) for sentence in given):
        return given
    slots = dict.fromkeys(slot for reason in reasons for slot in wording.criterion(reason).slots)
    facts = [fact for slot in slots for fact in context.case.pick_facts(slot) if fact.agreed and fact.value is not None]
    if not facts:
        return given
    cited = [wording.cite_fact(fact) for fact in facts[:N_REASONS]]
    return [
        wording.say("settled.rests", *cited, facts=wording.join([wording.fact(fact) for fact in facts[:N_REASONS]]))
    ]


def confirm_verdict(context: ReplyContext, wording: Wording) -> list[Paragraph]:
    """Reply to more facts after a verdict that they leave as it is."""
    found = compare_cases(context.before, context.case)
    reasons = fresh_reasons(context, wording, found, N_REASONS)
    explained = {slot for reason in reasons for slot in wording.criterion(reason).slots}
    heard = say_heard(context, found, wording, explained)
    if context.assessment.verdict is VerdictId.UNDECIDED:
        stands = wording.say("settled.undecided")
    else:
        stands = wording.say("settled.stands", label=wording.label(context.assessment.verdict))
    asked = [also for also in context.assessment.also_ask if not any(also.text in reply for reply in context.replies)]
    more = [wording.question(question, context.case, "question.also") for question in asked[:1]]
    if found.empty and not more:
        return paragraphs([stands, wording.say("answer.offer")])
    tail = more or ([] if reasons else would_change(context.assessment, wording)[:1])
    given = [*(wording.reason(reason) for reason in reasons), *new_mistake(context, wording, reasons)]
    return paragraphs([*heard, stands, *given], tail)


def _verdict(assessment: Assessment, wording: Wording) -> list[Sentence]:
    verdict = assessment.verdict
    if verdict is VerdictId.UNDECIDED:
        towards = [wording.say(f"lean.{assessment.leaning.value}")] if assessment.leaning not in NO_LEANING else []
        return [wording.say("settled.undecided"), *towards]
    text = wording.rulebook.verdict(verdict)
    key = "settled.agreed" if verdict in TRAINING_VERDICTS else "settled.opening"
    return [wording.say(key, label=text.label, summary=text.summary)]


def _parts(assessment: Assessment, wording: Wording) -> list[Paragraph]:
    if not assessment.parts or assessment.verdict is VerdictId.UNDECIDED:
        return []
    items = [
        wording.say(
            "settled.part",
            concern=wording.phrases.say(f"concern.{part.concern}", 0),
            label=wording.label(part.verdict),
        )
        for part in assessment.parts
    ]
    return [Paragraph((wording.say("settled.parts"),)), *(Paragraph((item,), item=True) for item in items)]


def step_items(steps: Sequence[Step], wording: Wording) -> list[Paragraph]:
    """Write steps as list items, each with its exit test."""
    items = []
    for step in steps:
        cited = [cite_span(span, wording.texts) for span in step.rests_on]
        text = Sentence(step.text, tuple(cited), is_claim=bool(cited), role=SentenceRole.STEP)
        items.append(Paragraph((text, wording.say("settled.step", exit_test=step.exit_test)), item=True))
    return items


def _steps(context: ReplyContext, wording: Wording) -> list[Paragraph]:
    items = step_items(find_fitting_steps(context.assessment, context.case, wording.rulebook), wording)
    return [Paragraph((wording.say("settled.steps"),)), *items] if items else []


def rank_changes(assessment: Assessment) -> list[Counterfactual]:
    """Return what would change the verdict, as it makes sense to a person.

    For a yes the fewest changes first; for a no the way to a yes first, and no change for the worse.
    """
    found = list(assessment.would_change)
    if assessment.leaning in TRAINING_VERDICTS:
        return sorted(found, key=lambda change: len(change.changes))
    return [change for change in found if not any(made.to in _FOR_THE_WORSE for made in change.changes)]


_FOR_THE_WORSE = frozenset({*BROKEN_PROCESS, "disagreeing", "dirty", "wrong_kind", "misses", "daily", "personal_data"})


def would_change(assessment: Assessment, wording: Wording) -> list[Sentence]:
    """Say what would change the verdict, two ways at most; a long first way stands alone."""
    found = rank_changes(assessment)
    if not found:
        return []
    to_yes = found[0].verdict in TRAINING_VERDICTS and assessment.leaning not in TRAINING_VERDICTS
    others = [change for change in found[1:] if len(change.changes) == 1 and len(found[0].changes) < 3][:1]
    others = [] if to_yes else others  # on the way to a yes nobody wants to hear what would lead elsewhere
    first = wording.change(found[0], assessment.leaning)
    return [first, *(wording.change(change, assessment.leaning, second=True) for change in others)]


def _gaps(assessment: Assessment, wording: Wording) -> list[Sentence]:
    if not assessment.gaps:
        return []
    key = "settled.come_back" if assessment.verdict is VerdictId.UNDECIDED else "settled.gaps"
    return [wording.say(key, names=wording.names(assessment.gaps))]
