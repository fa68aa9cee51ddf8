"""What ties an answer to the case: its aim, its verdict so far, and a fact of it said back.

Owns which fact is named. Must not know what is answered.
"""

from __future__ import annotations

import re

from assistant.domain.case import Case
from assistant.domain.dialogue import FollowUp, QuestionKind, ReplyContext, Sentence
from assistant.domain.grounding import USER_SOURCE
from assistant.domain.rulebook import VerdictId
from assistant.domain.source import Citation, SourceKind
from assistant.replying.heard import NO_AIM
from assistant.replying.quotes import n_words, show_quote
from assistant.replying.reasons import NO_LEANING
from assistant.replying.wording import Wording

AIM = "goal"
_OTHER_KIND = "other_model"
_LONGEST_QUOTE = 12
_MOST_THINGS = 4
_FOR = re.compile(
    r"\b(?:for|with|on) (?!us\b|me\b|this\b|that\b|it\b|my case|our case|your)(?P<things>[a-z][\w' -]{3,50}?)\W*$", re.I
)


def has_case(context: ReplyContext) -> bool:
    """Tell whether anything was told that can be judged."""
    return context.case.begun and context.assessment.leaning is not VerdictId.OUT_OF_SCOPE


def is_other_kind(context: ReplyContext) -> bool:
    """Tell whether the case is about a model of a kind that is not judged here."""
    return context.case.values().get("scope") == _OTHER_KIND


def find_asked_slots(context: ReplyContext) -> tuple[str, ...]:
    """Return the slots that are asked about and not known; what is only read back is known."""
    question = context.assessment.question
    return question.slots if question is not None and question.kind is QuestionKind.ASK and not question.held else ()


def verdict_of(context: ReplyContext) -> VerdictId:
    """Return the verdict, or before there is one the leaning."""
    return context.assessment.verdict if context.assessment.settled else context.assessment.leaning


def goals(case: Case) -> frozenset[str]:
    """Return what the model should do better, as far as it is told."""
    found = case.values().get(AIM, frozenset())
    return found if isinstance(found, frozenset) else frozenset()


def aim(case: Case, wording: Wording) -> str:
    """Name the aim in a few words."""
    keys = [f"concern.{goal}" for goal in sorted(goals(case)) if f"concern.{goal}" in wording.phrases.variants]
    return wording.join([wording.phrases.say(key, 0) for key in keys or ["concern.open"]])


def aim_quote(case: Case) -> Citation | None:
    """Return the user's own words for the aim, where they are few enough to be shown."""
    facts = [fact for fact in case.pick_facts(AIM) if fact.quote and 2 <= n_words(fact.quote) <= _LONGEST_QUOTE]
    return Wording.cite_fact(facts[0]) if facts else None


def find_named_things(message: str, turn: int) -> Citation | None:
    """Return what a question names as its own things at its end, such as "for discharge letters"."""
    found = _FOR.search(message)
    if found is None or n_words(found["things"]) > _MOST_THINGS:
        return None
    start, end = found.span("things")
    return Citation(SourceKind.USER, USER_SOURCE, None, start, end, message[start:end], turn=turn)


def so_far(context: ReplyContext, wording: Wording, *, always: bool = False) -> list[Sentence]:
    """Say that there is no verdict yet, and where the case leans; nothing once it is settled or nothing is told."""
    if context.assessment.settled or not has_case(context):
        return [wording.say("answer.no_case")] if always and not has_case(context) else []
    if context.assessment.leaning in NO_LEANING:
        return [wording.say("answer.so_far_nothing")]
    return [wording.say("answer.so_far", label=wording.label(context.assessment.leaning))]


def tie(context: ReplyContext, wording: Wording, *slots: str) -> Sentence:
    """Name a fact of the case, of the first of these slots that is told, or why none can be; without slots its aim."""
    if is_other_kind(context):
        return wording.say("answer.other_kind")
    if not has_case(context):
        return wording.say("answer.no_case")
    for slot in slots or (AIM,):
        facts = [fact for fact in context.case.pick_facts(slot) if fact.value not in (None, NO_AIM)]
        if not facts:
            continue
        heard, cited = wording.fact(facts[0]), wording.cite_fact(facts[0])
        if cited is None or not 2 <= n_words(cited.quote) <= _LONGEST_QUOTE:
            return wording.say("answer.here", cited, fact=heard)
        return wording.say("answer.here_quoted", cited, fact=heard, quote=show_quote(cited, facts[0]))
    open_slot = next(iter(slots), AIM)
    return wording.say("answer.not_known", name=wording.name(open_slot))


def list_said_in(kind: FollowUp, wording: Wording) -> list[str]:
    """List the slots whose value an answer of this kind says back."""
    return [slot.id for slot in wording.rulebook.slots if kind in slot.said_in]


def tie_to(kind: FollowUp, context: ReplyContext, wording: Wording) -> Sentence:
    """Name a fact of the case that an answer of this kind is about."""
    return tie(context, wording, *list_said_in(kind, wording))
