"""The reply to something told: what I heard, where it leans and why, and one question; or the verdict.

Owns which of the two it is, and what goes into the first and how long that may be. Must not know how single things are
worded.
"""

from __future__ import annotations

from assistant.domain.dialogue import Paragraph, QuestionKind, ReplyContext, Sentence
from assistant.domain.rulebook import VerdictId
from assistant.domain.steps import find_fitting_steps
from assistant.replying.heard import compare_cases, say_heard
from assistant.replying.quotes import cite_user
from assistant.replying.reasons import fresh_reasons, has_turned, new_mistake, say_leaning
from assistant.replying.tie import is_other_kind
from assistant.replying.verdict_reply import confirm_verdict, give_verdict, step_items
from assistant.replying.wording import Wording, n_words_of, paragraphs

ASKING_WORDS = 105
N_REASONS = 2


def reply_to_case(context: ReplyContext, wording: Wording) -> list[Paragraph]:
    """Reply to what was told, clicked, confirmed or denied."""
    if context.assessment.settled and is_other_kind(context):
        return _other_kind(context, wording)
    if context.assessment.settled and context.assessment.leaning is VerdictId.OUT_OF_SCOPE:
        return paragraphs([wording.say("off_topic.friendly")], [wording.say("question.invite")])
    if not context.assessment.settled:
        return _compose_short(context, wording)
    if _stands(context):
        return confirm_verdict(context, wording)
    return give_verdict(context, wording)


def _other_kind(context: ReplyContext, wording: Wording) -> list[Paragraph]:
    """Say kindly that such a model is not judged here, and what of the list of what should be ready holds for it."""
    steps = find_fitting_steps(context.assessment, context.case, wording.rulebook)
    said = paragraphs([wording.say("scope.other_kind")], [wording.say("scope.still_holds")] if steps else [])
    return [*said, *step_items(steps, wording), *paragraphs([wording.say("scope.where")])]


def _stands(context: ReplyContext) -> bool:
    """Tell whether the verdict was given before and is still the same."""
    before = context.previous
    return (
        before is not None and context.before.begun and before.settled and before.verdict is context.assessment.verdict
    )


def _compose_short(context: ReplyContext, wording: Wording) -> list[Paragraph]:
    """Compose the reply, and leave out what matters least until it is short enough."""
    shorter = ((N_REASONS, True), (1, True), (1, False))
    drafts = [_compose_with(context, wording, n_reasons, with_why=with_why) for n_reasons, with_why in shorter]
    return next((draft for draft in drafts if n_words_of(draft) <= ASKING_WORDS), drafts[-1])


def _compose_with(context: ReplyContext, wording: Wording, n_reasons: int, *, with_why: bool) -> list[Paragraph]:
    found = compare_cases(context.before, context.case)
    reasons = [] if found.contradicted else fresh_reasons(context, wording, found, n_reasons)
    explained = {slot for reason in reasons for slot in wording.criterion(reason).slots}
    heard = say_heard(context, found, wording, explained)
    if not heard and found.empty:
        heard = _nothing_heard(context, wording)
    why = [] if found.contradicted else say_leaning(context, wording, reasons)
    mistake = new_mistake(context, wording, reasons)
    question = context.assessment.question
    asked = wording.put_question(question, context.case, with_why=with_why) if question is not None else []
    said = paragraphs(heard, [*why, *mistake]) if has_turned(context) else paragraphs([*heard, *why, *mistake])
    return [*said, *asked]


def _nothing_heard(context: ReplyContext, wording: Wording) -> list[Sentence]:
    """Say that an answer was not found, where one was meant; where another question follows, say nothing of it."""
    asked = context.previous.question if context.previous is not None else None
    question = context.assessment.question
    if not context.before.begun:
        return [wording.say("heard.nothing_first")]
    if asked is not None and any(
        reading.slot == asked.slot and reading.value for reading in context.interpretation.values
    ):
        return [_say_same(context, asked.slot, wording)]
    if question is not None and question.kind is QuestionKind.READ_BACK:
        is_list_again = asked is not None and asked.kind is question.kind and context.interpretation.query is None
        return [wording.say("heard.nothing_of_list")] if is_list_again else []
    is_put_again = asked is not None and question is not None and asked.slots == question.slots
    return [wording.say("heard.nothing")] if is_put_again and context.interpretation.query is None else []


def _say_same(context: ReplyContext, slot: str, wording: Wording) -> Sentence:
    """Say that it was heard before; where some of a set went with it, what is left of that."""
    before = {fact.value for fact in context.before.pick_facts(slot)}
    left = [fact for fact in context.case.pick_facts(slot) if fact.value is not None]
    if before == {fact.value for fact in left}:
        return wording.say("heard.same")
    said = wording.join([wording.fact(fact) for fact in left])
    return wording.say("heard.resolved", *map(cite_user, left), heard=said)
