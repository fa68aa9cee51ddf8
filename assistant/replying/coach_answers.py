"""Answers to questions about the coach itself: its terms, its method, its sources, and what it noted.

Owns one function a kind. Must not know how single things are worded, nor anything of a verdict's reasons.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from assistant.domain.case import Fact
from assistant.domain.dialogue import FollowUp, Paragraph, ReplyContext, Sentence
from assistant.domain.mistakes import MistakeState
from assistant.domain.source import Citation
from assistant.replying.quotes import cite_span, n_words
from assistant.replying.reasons import NO_LEANING
from assistant.replying.terms import explain_term
from assistant.replying.tie import find_asked_slots, has_case, so_far, tie, verdict_of
from assistant.replying.wording import Wording, paragraphs

N_NOTED = 8
_LONGEST_QUOTE = 12
_NUMBER = re.compile(r"\d[\d.,]*(?<=\d)")


def ladder(context: ReplyContext, wording: Wording) -> list[Paragraph]:
    """Explain the ladder and where the case stands on it."""
    line = next((c.rests_on[0] for c in wording.rulebook.criteria if c.id == "prompt_untried"), None)
    cited = cite_span(line, wording.texts) if line else None
    source = [wording.say("ladder.source", cited, claim=True, quote=cited.quote)] if cited else []
    verdict = verdict_of(context)
    here = has_case(context) and verdict not in NO_LEANING
    rung = [wording.say("ladder.rung", label=wording.label(verdict))] if here else []
    return paragraphs([wording.say("ladder.what"), *source], [*rung, tie(context, wording, "prompting")])


def mistakes(context: ReplyContext, wording: Wording) -> list[Paragraph]:
    """List the six mistakes in the document's words, and where the case stands with each."""
    known = has_case(context)
    items = []
    for finding in context.assessment.mistakes:
        line, cited = wording.mistake_line(finding.id)
        mistake = wording.mistake(finding.id)
        state = {
            MistakeState.HIT: wording.phrases.say(f"state.{finding.id.value}", 0),
            MistakeState.CLEARED: mistake.cleared,
        }.get(finding.state, mistake.unknown)
        if known:
            item = wording.say(f"mistakes.{finding.state.value}", cited, claim=True, line=line, state=state)
        else:
            item = wording.say("mistakes.plain", cited, claim=True, line=line)
        items.append(Paragraph((item,), item=True))
    opening = wording.say("mistakes.intro" if known else "mistakes.intro_open")
    return [*paragraphs([opening]), *items, *([] if known else paragraphs([wording.say("answer.no_case")]))]


def how_decided(context: ReplyContext, wording: Wording) -> list[Paragraph]:
    """Explain how a verdict comes about, and which facts of the case it reads."""
    slots = dict.fromkeys(s for reason in context.assessment.rationale for s in wording.criterion(reason).slots)
    told = [slot for slot in slots if context.case.of(slot)]
    read = [wording.say("coach.decides_on", names=wording.names(told))] if told else []
    close = tie(context, wording, *told[:1])
    return paragraphs([wording.say("coach.decides"), wording.say("coach.decides_more")], [*read, close])


def grades(context: ReplyContext, wording: Wording) -> list[Paragraph]:
    """Say who wrote the sources and what their grades mean."""
    graded = sorted(wording.book.grades.items())
    counts = [wording.phrases.say("coach.grade_count", 0, number=str(n), grade=grade) for grade, n in graded]
    case = [wording.say("coach.grades_case")] if has_case(context) else [wording.say("answer.no_case")]
    reasons = [wording.reason(reason, context.case) for reason in context.assessment.rationale[:1]]
    return paragraphs(
        [wording.say("coach.grades"), wording.say("coach.grades_more", counts=wording.join(counts))],
        [*case, *(reasons if has_case(context) else [])],
    )


def model(context: ReplyContext, wording: Wording) -> list[Paragraph]:
    """Say that a program speaks, and whether a language model is used."""
    said = wording.say("coach.model", who=context.who_speaks)
    return paragraphs([said, wording.say("coach.model_more")], [*so_far(context, wording)])


def own_words(context: ReplyContext, wording: Wording) -> list[Paragraph]:
    """Say where the user's words go."""
    noted = len([fact for fact in context.case.facts if fact.value is not None])
    case = [wording.say("coach.words_case", number=str(noted))] if noted else []
    return paragraphs([wording.say("coach.words", who=context.who_speaks)], case)


def upload(context: ReplyContext, wording: Wording) -> list[Paragraph]:
    """Say that no file can be given, and what to paste instead."""
    needed = [*context.assessment.gaps, *find_asked_slots(context)]
    told = [slot.id for slot in wording.rulebook.slots if context.case.pick_facts(slot.id)][:3]
    if needed and has_case(context):
        case = wording.say("coach.upload_case", names=wording.names(dict.fromkeys(needed)))
    elif has_case(context):
        case = wording.say("coach.upload_enough", names=wording.names(told))
    else:
        case = wording.say("answer.no_case")
    return paragraphs([wording.say("coach.upload"), case])


def answer_pasted(_reply_context: ReplyContext, wording: Wording) -> list[Paragraph]:
    """Say that what was copied in is not read, and what to write instead."""
    return paragraphs([wording.say("coach.pasted")])


def contradicts(context: ReplyContext, wording: Wording) -> list[Paragraph]:
    """Put the present answer and its reason beside the charge, and say how an earlier one could differ."""
    verdict = verdict_of(context)
    if not has_case(context) or verdict in NO_LEANING:
        return paragraphs([wording.say("coach.contradicts_open"), tie(context, wording)])
    reasons = [wording.reason(reason, context.case) for reason in context.assessment.rationale[:2]]
    quoted = _NUMBER.search(context.asking)
    is_new = quoted is not None and not any(quoted.group() in reply for reply in context.replies)
    unsaid = [wording.say("coach.contradicts_number", number=quoted.group())] if quoted and is_new else []
    return paragraphs(
        [*unsaid, wording.say("coach.contradicts", label=wording.label(verdict)), *reasons],
        [wording.say("coach.contradicts_why")],
    )


def misheard(context: ReplyContext, wording: Wording) -> list[Paragraph]:
    """Show what was noted, with the user's words, and how to mend it."""
    facts = [fact for fact in context.case.facts if fact.value is not None]
    newest_first = sorted(facts, key=lambda fact: -fact.turn)[:N_NOTED]
    if not newest_first:
        return paragraphs([wording.say("coach.misheard_nothing")])
    items = [Paragraph((_note_fact(fact, wording),), item=True) for fact in newest_first]
    return [
        *paragraphs([wording.say("coach.misheard")]),
        *items,
        *paragraphs([wording.say("coach.misheard_mend")]),
    ]


def _note_fact(fact: Fact, wording: Wording) -> Sentence:
    cited: Citation | None = wording.cite_fact(fact)
    name, heard = wording.name(fact.slot), wording.fact(fact)
    if cited is None or n_words(cited.quote) > _LONGEST_QUOTE:
        return wording.say("coach.misheard_item", cited, name=name, fact=heard)
    return wording.say("coach.misheard_item_quoted", cited, name=name, fact=heard, quote=cited.quote)


def small_talk(context: ReplyContext, wording: Wording) -> list[Paragraph]:
    """Answer a kind word kindly and briefly."""
    more = [wording.say("coach.ready")] if has_case(context) and context.assessment.settled else []
    return paragraphs([wording.say("coach.small_talk"), *more])


COACH_ANSWERS: Mapping[FollowUp, Callable[[ReplyContext, Wording], list[Paragraph]]] = {
    FollowUp.LADDER: ladder,
    FollowUp.MISTAKES: mistakes,
    FollowUp.TERM: explain_term,
    FollowUp.HOW_DECIDED: how_decided,
    FollowUp.GRADES: grades,
    FollowUp.MODEL: model,
    FollowUp.OWN_WORDS: own_words,
    FollowUp.UPLOAD: upload,
    FollowUp.PASTED: answer_pasted,
    FollowUp.CONTRADICTS: contradicts,
    FollowUp.MISHEARD: misheard,
    FollowUp.SMALL_TALK: small_talk,
}
