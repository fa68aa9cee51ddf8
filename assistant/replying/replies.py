"""Replies to everything that is no fact: questions, why, sources, pushback, courtesy, and what could not be read.

Owns one function an intent and the way back to the open question. Must not know how single things are worded.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from assistant.domain.dialogue import (
    Choice,
    Counterfactual,
    FollowUp,
    Intent,
    Paragraph,
    QuestionKind,
    ReplyContext,
    Sentence,
)
from assistant.domain.rulebook import Rulebook, VerdictId
from assistant.domain.source import Citation, SourceKind
from assistant.replying.case_reply import reply_to_case
from assistant.replying.heard import compare_cases
from assistant.replying.quotes import cite_span, cite_user
from assistant.replying.reasons import NO_LEANING, fresh_reasons
from assistant.replying.repeats import plain
from assistant.replying.tie import is_other_kind
from assistant.replying.topic import topic_answer
from assistant.replying.verdict_reply import give_verdict, rank_changes, would_change
from assistant.replying.wording import Wording, paragraphs

N_WHY = 3
N_SHOWN = 4


def back_to_question(context: ReplyContext, wording: Wording) -> list[Sentence]:
    """Return to the open question in one line; without a case invite one, after a verdict say nothing."""
    question = context.assessment.question
    if question is not None and question.kind is QuestionKind.READ_BACK and len(question.slots) > 1:
        return [wording.say("question.back_list")]
    if question is not None:
        is_heard = question.kind is QuestionKind.READ_BACK or (question.held and question.again is None)
        key = "question.back_held" if is_heard else "question.back"
        return [wording.question(question, context.case, key)]
    return [] if _has_case(context) or is_other_kind(context) else [wording.say("question.invite")]


def _has_case(context: ReplyContext) -> bool:
    return context.case.begun and context.assessment.leaning is not VerdictId.OUT_OF_SCOPE


def asks(context: ReplyContext, wording: Wording) -> list[Paragraph]:
    """Answer a question about the topic and go back to the case; facts told beside it are taken in first."""
    answered = topic_answer(context, wording)
    if compare_cases(context.before, context.case).slots:
        return [*paragraphs(answered), *reply_to_case(context, wording)]
    return paragraphs(answered, back_to_question(context, wording))


def why(context: ReplyContext, wording: Wording) -> list[Paragraph]:
    """Say why a question is asked and what it can still tip, or why the verdict is what it is."""
    assessment, question = context.assessment, context.assessment.question
    if not _has_case(context):
        return paragraphs([wording.say("why.nothing"), *back_to_question(context, wording)])
    reasons = [wording.reason(reason, context.case) for reason in assessment.rationale[:N_WHY]]
    if question is None:
        opening = wording.say("why.verdict", label=wording.label(assessment.verdict))
        return paragraphs([opening, *reasons], would_change(assessment, wording)[:1])
    so_far = [wording.say(f"lean.{assessment.leaning.value}")] if assessment.leaning not in NO_LEANING else []
    if so_far and context.interpretation.about is FollowUp.WHY:
        return paragraphs([*so_far, *reasons[:2]], back_to_question(context, wording))
    tips = [change for change in assessment.would_change if [c.slot for c in change.changes] == [question.slot]]
    asked = [wording.say("why.question", why=question.why), *(_tips(change, wording) for change in tips[:1])]
    return paragraphs(asked, [*so_far, *reasons[:2]], back_to_question(context, wording))


def questions_left(context: ReplyContext, wording: Wording) -> list[Paragraph]:
    """Tell who is tired of questions how many are left, and that they can be skipped."""
    n_left = context.assessment.n_left
    if not n_left:
        return paragraphs([wording.say("left.none")])
    left = wording.say("left.last") if n_left == 1 else wording.say("left.several", number=str(n_left))
    return paragraphs([left])


def _tips(change: Counterfactual, wording: Wording) -> Sentence:
    return wording.say("why.tips", change=wording.changes(change)[0], label=wording.label(change.verdict))


def show_source(context: ReplyContext, wording: Wording) -> list[Paragraph]:
    """Show the spans the leaning rests on, and the user's own words among them."""
    spans = [span for reason in context.assessment.rationale for span in wording.criterion(reason).rests_on]
    cited = [cite_span(span, wording.texts) for span in dict.fromkeys(spans)][:N_SHOWN]
    slots = {slot for reason in context.assessment.rationale for slot in wording.criterion(reason).slots}
    said = [cite for fact in context.case.facts if fact.slot in slots and (cite := cite_user(fact)) is not None]
    if not _has_case(context) or not cited:
        return paragraphs([wording.say("source.nothing"), *back_to_question(context, wording)])
    items = [_source(cite, wording) for cite in cited]
    if said:
        shown = list(dict.fromkeys(said))[:2]
        items.append(
            wording.say(
                "source.said", *shown, claim=True, quotes=wording.join([wording.quote(cite.quote) for cite in shown])
            )
        )
    return [
        *paragraphs([wording.say("source.opening")]),
        *(Paragraph((item,), item=True) for item in items),
        *paragraphs([wording.say("source.cite")], back_to_question(context, wording)),
    ]


def _source(cited: Citation, wording: Wording) -> Sentence:
    if cited.kind is SourceKind.DOCUMENT:
        return wording.say("source.document", cited, claim=True, quote=cited.quote)
    title = wording.texts[cited.source].title
    return wording.say("source.guidance", cited, claim=True, quote=cited.quote, title=title)


def pushes(context: ReplyContext, wording: Wording) -> list[Paragraph]:
    """Hold, kindly and with one reason, and name the fact that would change it; new facts are taken in as ever."""
    found, assessment = compare_cases(context.before, context.case), context.assessment
    if not _has_case(context):
        return greets(context, wording)
    if not found.empty:
        return reply_to_case(context, wording)
    if assessment.leaning in NO_LEANING or (assessment.settled and assessment.verdict is VerdictId.UNDECIDED):
        return paragraphs([wording.say("push.undecided")], back_to_question(context, wording))
    label = wording.label(assessment.leaning)
    first = _first_change(context, wording)
    if _was_pressed(context, wording):
        return paragraphs([_answer_pressure(context, wording)], back_to_question(context, wording))
    holds = wording.say("push.holds", label=label)
    reasons = [wording.reason(reason, context.case) for reason in assessment.rationale[:1]]
    return paragraphs([holds, *reasons], [first], back_to_question(context, wording))


def _was_pressed(context: ReplyContext, wording: Wording) -> bool:
    """Tell whether an earlier reply met the same pressing."""
    label = wording.label(context.assessment.leaning)
    wordings = [text.format(label=label) for text in wording.phrases.variants["push.holds"]]
    return any(plain(text) in plain(reply) for text in wordings for reply in context.replies)


def _answer_pressure(context: ReplyContext, wording: Wording) -> Sentence:
    found = rank_changes(context.assessment)
    if not found:
        return wording.say("push.again_none")
    return wording.say("push.again", change=wording.changes(_foundations_first(found[0], wording.rulebook))[0])


def _first_change(context: ReplyContext, wording: Wording) -> Sentence:
    """Name one fact that would change the leaning; for a no the first on the way to a yes."""
    found = rank_changes(context.assessment)
    if not found:
        return wording.say("push.none")
    label = wording.label(found[0].verdict)
    first, *rest = wording.changes(_foundations_first(found[0], wording.rulebook))
    if not rest:
        return wording.say("push.change", change=first, label=label)
    return wording.say("push.first_change", first=first, rest="; ".join(rest), label=label)


def _foundations_first(way: Counterfactual, rulebook: Rulebook) -> Counterfactual:
    """Put first what everything else is measured by, as the rulebook ranks it."""
    order = {slot.id: slot.foundation for slot in rulebook.slots if slot.foundation}
    changes = sorted(way.changes, key=lambda change: order.get(change.slot, len(order) + 1))
    return replace(way, changes=tuple(changes))


def wants_verdict(context: ReplyContext, wording: Wording) -> list[Paragraph]:
    """Tell where it leans, marked provisional, with what is not agreed to and what is open; never a verdict."""
    assessment = context.assessment
    if not _has_case(context) or assessment.settled:
        return why(context, wording)
    heard = [slot for slot in assessment.to_agree if slot not in context.case.list_gaps()]
    if assessment.leaning in NO_LEANING:
        return paragraphs([wording.say("now.nothing")], back_to_question(context, wording))
    said = [wording.say("now.leaning", label=wording.label(assessment.leaning))]
    said += [wording.reason(reason, context.case) for reason in assessment.rationale[:1]]
    if heard:
        said.append(wording.say("now.heard", names=wording.names(heard)))
    return paragraphs(said, back_to_question(context, wording))


def not_understood(context: ReplyContext, wording: Wording) -> list[Paragraph]:
    """Put the question again, explained."""
    question = context.assessment.question
    if question is None and not _has_case(context):
        return unreadable(context, wording)
    if question is None:
        text = wording.rulebook.verdict(context.assessment.verdict)
        plainly = wording.say("explain.plainly", label=text.label, summary=text.summary)
        reasons = [wording.reason(reason, context.case) for reason in context.assessment.rationale[:1]]
        return paragraphs([wording.say("explain.nothing_asked"), plainly, *reasons])
    asked = context.previous.question if context.previous is not None else None
    if asked is not None and asked.kind is QuestionKind.ASK and asked.slot != question.slot:
        left = wording.say("heard.no_answer", name=wording.name(asked.slot))
        return [*paragraphs([left]), *wording.put_question(question, context.case)]
    if question.kind is QuestionKind.ASK and question.held:
        explained = wording.explain(question)
        return paragraphs([wording.say("explain.opening")], [explained])
    opening = "explain.listed" if question.kind is QuestionKind.READ_BACK else "explain.opening"
    return [*paragraphs([wording.say(opening)]), *wording.put_question(question, context.case)]


def greets(context: ReplyContext, wording: Wording) -> list[Paragraph]:
    """Greet: invite a case, or go on with the one there is."""
    if not _has_case(context):
        return paragraphs([wording.say("greet.first")])
    return paragraphs([wording.say("greet.again"), *back_to_question(context, wording)])


def thanks(context: ReplyContext, wording: Wording) -> list[Paragraph]:
    """Answer thanks: with the question that is open, or with when to come back."""
    if context.assessment.question is not None:
        return paragraphs([wording.say("thanks.open"), *back_to_question(context, wording)])
    return paragraphs([wording.say("thanks.plain")])


def restarts(_reply_context: ReplyContext, wording: Wording) -> list[Paragraph]:
    """Begin again."""
    return paragraphs([wording.say("restart.done")])


def off_topic(context: ReplyContext, wording: Wording) -> list[Paragraph]:
    """Say in one friendly sentence that this is not what the coach is for, and go back to the case if there is one."""
    question = context.assessment.question
    back = back_to_question(context, wording) if question is not None else []
    return paragraphs([wording.say("off_topic.friendly")], back)


def other_language(context: ReplyContext, wording: Wording) -> list[Paragraph]:
    """Say that only English is heard without a model, or that the model did not answer, and offer the open options."""
    question = context.assessment.question
    sorry = wording.say("language.not_read" if context.has_model else "language.english_only")
    if question is None:
        return paragraphs([sorry])
    offered = [wording.say("unreadable.options", options=_options(question.options, wording))]
    return paragraphs([sorry], [*back_to_question(context, wording), *offered])


def name_languages(context: ReplyContext, wording: Wording) -> list[Paragraph]:
    """Say which languages are heard, to who asks."""
    return paragraphs([wording.say("language.any" if context.has_model else "language.english_only")])


def unreadable(context: ReplyContext, wording: Wording) -> list[Paragraph]:
    """Say once that the answer could not be read, offer its options, and move on where the engine does."""
    asked = context.previous.question if context.previous is not None else None
    question = context.assessment.question
    if asked is None:
        return paragraphs([wording.say("unreadable.plain"), *back_to_question(context, wording)])
    offered = wording.say("unreadable.options", options=_options(asked.options, wording))
    if question is not None and question.slot == asked.slot and question.kind is asked.kind:
        return paragraphs(
            [wording.say("unreadable.plain"), wording.question(question, context.case, with_why=False), offered]
        )
    moved = wording.say("unreadable.moves_on", name=wording.name(asked.slot))
    apology = [wording.say("unreadable.plain"), moved]
    if question is None:
        return [*paragraphs(apology), *give_verdict(context, wording)]
    reasons = fresh_reasons(context, wording, compare_cases(context.before, context.case), 1)
    return [
        *paragraphs(apology, [*(wording.reason(reason) for reason in reasons)]),
        *wording.put_question(question, context.case),
    ]


def _options(options: tuple[Choice, ...], wording: Wording) -> str:
    *first, last = [wording.quote(option.label) for option in options]
    return wording.phrases.say("join.either", 0, first=", ".join(first), last=last) if first else last


REPLIES: Mapping[Intent, Callable[[ReplyContext, Wording], list[Paragraph]]] = {
    Intent.ASKS: asks,
    Intent.WHY: why,
    Intent.SHOW_SOURCE: show_source,
    Intent.PUSHES: pushes,
    Intent.GREETS: greets,
    Intent.THANKS: thanks,
    Intent.RESTARTS: restarts,
    Intent.OFF_TOPIC: off_topic,
    Intent.OTHER_LANGUAGE: other_language,
    Intent.UNREADABLE: unreadable,
    Intent.WANTS_VERDICT: wants_verdict,
    Intent.NOT_UNDERSTOOD: not_understood,
}
