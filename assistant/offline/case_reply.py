"""The reply to something told: what I heard, where it leans and why, and one question; or the verdict.

Owns what goes into such a reply, in which order, and how long it may be. Must not know how single things are worded.
"""

from __future__ import annotations

from collections.abc import Sequence

from assistant.domain.dialogue import (
    Assessment,
    Counterfactual,
    MistakeFinding,
    MistakeState,
    Moment,
    Paragraph,
    Sentence,
)
from assistant.domain.rulebook import MistakeId, Step, VerdictId
from assistant.offline.heard import News, news, say_heard
from assistant.offline.quotes import cite_span, n_words
from assistant.offline.wording import YES, Wording

ASKING_WORDS = 105
SETTLED_WORDS = 225
N_LINES = 3
N_STEPS = 3
N_REASONS = 2
NO_LEANING = frozenset({VerdictId.UNDECIDED, VerdictId.OUT_OF_SCOPE})

# The criteria that say what a mistake says, by the beginning of their ids: where one is given, naming is enough.
_SAME = {
    MistakeId.PROMPT_INSTEAD: ("prompt_", "schema_", "cheaper_"),
    MistakeId.RAG_INSTEAD: ("missing_knowledge", "retrieval_", "exact_lookup", "policy_"),
    MistakeId.NO_EVALS: ("evals_",),
    MistakeId.TINY_OR_DIRTY_DATA: ("data_", "experts_disagree"),
    MistakeId.CHANGING_DATABASE: ("facts_change", "behaviour_changes"),
    MistakeId.MIXED_STEW: ("mixed_",),
}


def reply_to_case(moment: Moment, wording: Wording) -> list[Paragraph]:
    """Reply to what was told, clicked, confirmed or denied."""
    if moment.assessment.leaning is VerdictId.OUT_OF_SCOPE:
        return paragraphs([wording.say("off_topic.friendly")], [wording.say("question.invite")])
    if not moment.assessment.settled:
        return _asking(moment, wording)
    if _stands(moment):
        return _standing(moment, wording)
    return settled(moment, wording)


def _stands(moment: Moment) -> bool:
    """Tell whether the verdict was given before and is still the same."""
    before = moment.previous
    return before is not None and moment.before.begun and before.settled and before.verdict is moment.assessment.verdict


def _asking(moment: Moment, wording: Wording) -> list[Paragraph]:
    """Compose the reply, and leave out what matters least until it is short enough."""
    shorter = ((N_REASONS, True), (1, True), (1, False))
    drafts = [_asking_with(moment, wording, n_reasons, with_why=with_why) for n_reasons, with_why in shorter]
    return next((draft for draft in drafts if _length(draft) <= ASKING_WORDS), drafts[-1])


def _length(drafted: Sequence[Paragraph]) -> int:
    return sum(n_words(sentence.text) for paragraph in drafted for sentence in paragraph.sentences)


def _asking_with(moment: Moment, wording: Wording, n_reasons: int, *, with_why: bool) -> list[Paragraph]:
    found = news(moment.before, moment.case)
    reasons = [] if found.contradicted else fresh_reasons(moment, wording, found, n_reasons)
    explained = {slot for reason in reasons for slot in wording.criterion(reason).slots}
    heard = say_heard(moment, found, wording, explained)
    if not heard and found.empty:
        heard = [_nothing_heard(moment, wording)]
    why = [] if found.contradicted else leaning(moment, wording, reasons)
    mistake = new_mistake(moment, wording, reasons)
    question = moment.assessment.question
    asked = [wording.question(question, with_why=with_why)] if question is not None else []
    if turned(moment):
        return paragraphs(heard, [*why, *mistake], asked)
    return paragraphs([*heard, *why, *mistake], asked)


def _nothing_heard(moment: Moment, wording: Wording) -> Sentence:
    """Say that no fact was found; where it was meant as an answer, that its question stays open."""
    asked = moment.previous.question if moment.previous is not None else None
    now = moment.assessment.question
    if asked is not None and (now is None or now.slots != asked.slots):
        return wording.say("heard.no_answer", name=wording.name(asked.slot))
    return wording.say("heard.nothing" if moment.before.begun else "heard.nothing_first")


def paragraphs(*groups: Sequence[Sentence]) -> list[Paragraph]:
    """Make a paragraph of each group that holds anything."""
    return [Paragraph(tuple(group)) for group in groups if group]


def turned(moment: Moment) -> bool:
    """Tell whether the leaning is another one than in the turn before."""
    return (
        moment.previous is None or not moment.before.begun or moment.previous.leaning is not moment.assessment.leaning
    )


def fresh_reasons(moment: Moment, wording: Wording, found: News, most: int) -> list[str]:
    """Choose the reasons to give while asking: those about what was just told first, none that was given before.

    A new leaning gets up to `most`; one that stays gets one more at most, and only if it is about what was just told.
    """
    rationale = moment.assessment.rationale
    about_news = [reason for reason in rationale if found.slots & {*wording.criterion(reason).slots}]
    if turned(moment) or moment.previous is None:
        return _distinct([*about_news, *rationale], wording)[:most]
    return _distinct([reason for reason in about_news if reason not in moment.previous.rationale], wording)[:1]


def leaning(moment: Moment, wording: Wording, reasons: Sequence[str]) -> list[Sentence]:
    """Say where the case leans, where that is new, and the reasons; a leaning is not yet called a verdict."""
    verdict = moment.assessment.leaning
    given = [wording.reason(reason) for reason in reasons]
    if verdict in NO_LEANING:
        return given
    if not turned(moment):
        return given
    opening = [wording.say(f"lean.{verdict.value}")]
    if moment.previous is not None and moment.before.begun and moment.previous.leaning not in NO_LEANING:
        opening = [wording.say("lean.turned"), *opening]
    return [*opening, *given]


def new_mistake(moment: Moment, wording: Wording, reasons: Sequence[str]) -> list[Sentence]:
    """Name one mistake that was not hit a turn ago: one that a reason just spoke of, else the first on the board."""
    hit = newly_hit(moment)
    if not hit:
        return []
    spoken = [finding for finding in hit if any(reason.startswith(_SAME[finding.id]) for reason in reasons)]
    finding = (spoken or hit)[0]
    return [wording.named_mistake(finding, explained=not spoken)]


def newly_hit(moment: Moment) -> list[MistakeFinding]:
    """Return the mistakes that are hit now and were not in the turn before, in the document's order."""
    before = moment.previous.mistakes if moment.previous is not None and moment.before.begun else ()
    known = {finding.id for finding in before if finding.state is MistakeState.HIT}
    return [finding for finding in hits(moment.assessment) if finding.id not in known]


def hits(assessment: Assessment) -> list[MistakeFinding]:
    """Return the mistakes that are hit, in the document's order."""
    return [finding for finding in assessment.mistakes if finding.state is MistakeState.HIT]


def _distinct(reasons: Sequence[str], wording: Wording) -> list[str]:
    """Drop repeated reasons and those that rest on the very span of one before them."""
    kept: dict[object, str] = {}
    for reason in reasons:
        kept.setdefault(wording.criterion(reason).rests_on[:1] or reason, reason)
    return list(kept.values())


def settled(moment: Moment, wording: Wording) -> list[Paragraph]:
    """Give the verdict: reasons, parts, mistakes, the next steps with their exit tests, what would change it, gaps.

    What matters least is left out until the reply is short enough; the steps never are.
    """
    shorter = ((2, N_LINES, N_REASONS), (1, N_LINES, N_REASONS), (1, 1, N_REASONS), (1, 1, 1), (1, 0, 1))
    drafts = [_settled_with(moment, wording, *most) for most in shorter]
    return next((draft for draft in drafts if _length(draft) <= SETTLED_WORDS), drafts[-1])


def _settled_with(moment: Moment, wording: Wording, n_changes: int, n_lines: int, n_reasons: int) -> list[Paragraph]:
    assessment = moment.assessment
    found = news(moment.before, moment.case)
    reasons = _closing_reasons(moment, wording, n_reasons + (assessment.verdict in YES))
    explained = {slot for reason in reasons for slot in wording.criterion(reason).slots}
    return [
        *paragraphs(say_heard(moment, found, wording, explained)),
        *paragraphs([*_verdict(assessment, wording), *(wording.reason(reason, moment.case) for reason in reasons)]),
        *_parts(assessment, wording),
        *paragraphs(_board(moment, wording, reasons, n_lines)),
        *_steps(assessment, wording),
        *paragraphs([*would_change(assessment, wording)[:n_changes], *_gaps(assessment, wording)]),
    ]


def _closing_reasons(moment: Moment, wording: Wording, most: int) -> list[str]:
    """Choose the reasons of a verdict: all for a yes or a turn, else those not said a turn ago, but one at least."""
    reasons = _distinct(moment.assessment.rationale, wording)
    if moment.previous is None or turned(moment) or moment.assessment.verdict in YES:
        return reasons[:most]
    return [reason for reason in reasons if reason not in moment.previous.rationale][:most] or reasons[:1]


def _board(moment: Moment, wording: Wording, reasons: Sequence[str], n_lines: int) -> list[Sentence]:
    """Name the mistakes that are hit, those of this turn first; a single one that was named before is not repeated."""
    fresh = newly_hit(moment)
    hit = [*fresh, *(finding for finding in hits(moment.assessment) if finding not in fresh)]
    if len(hit) > 1 and n_lines:
        return [wording.mistakes(hit, n_lines)]
    return _only(fresh[:n_lines], wording, reasons)


def _only(mistakes: Sequence[MistakeFinding], wording: Wording, reasons: Sequence[str]) -> list[Sentence]:
    return [
        wording.named_mistake(finding, explained=not any(reason.startswith(_SAME[finding.id]) for reason in reasons))
        for finding in mistakes
    ]


def _verdict(assessment: Assessment, wording: Wording) -> list[Sentence]:
    verdict = assessment.verdict
    if verdict is VerdictId.UNDECIDED:
        towards = [wording.say(f"lean.{assessment.leaning.value}")] if assessment.leaning not in NO_LEANING else []
        return [wording.say("settled.undecided"), *towards]
    text = wording.rulebook.verdict(verdict)
    key = "settled.agreed" if verdict in YES else "settled.opening"
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


def fitting_steps(assessment: Assessment, wording: Wording) -> list[Step]:
    """Return the first steps of the verdict that fit the case, in the rulebook's order, `N_STEPS` at most."""
    if assessment.verdict is VerdictId.UNDECIDED:
        return []
    steps = wording.rulebook.verdict(assessment.verdict).steps
    return [step for step in steps if not step.when or {*step.when} & {*assessment.rationale}][:N_STEPS]


def _steps(assessment: Assessment, wording: Wording) -> list[Paragraph]:
    items = []
    for step in fitting_steps(assessment, wording):
        cited = [cite_span(span, wording.texts) for span in step.rests_on]
        text = Sentence(step.text, tuple(cited), is_claim=bool(cited))
        items.append(Paragraph((text, wording.say("settled.step", exit_test=step.exit_test)), item=True))
    return [Paragraph((wording.say("settled.steps"),)), *items] if items else []


def ranked_changes(assessment: Assessment) -> list[Counterfactual]:
    """Return what would change the verdict: for a no the way to a yes first, for a yes the fewest changes first."""
    found = list(assessment.would_change)
    return sorted(found, key=lambda change: len(change.changes)) if assessment.leaning in YES else found


def would_change(assessment: Assessment, wording: Wording) -> list[Sentence]:
    """Say what would change the verdict, two ways at most; a long first way stands alone."""
    found = ranked_changes(assessment)
    if not found:
        return []
    others = [change for change in found[1:] if len(change.changes) == 1 and len(found[0].changes) < 3][:1]
    first = wording.change(found[0], assessment.leaning)
    return [first, *(wording.change(change, assessment.leaning, second=True) for change in others)]


def _gaps(assessment: Assessment, wording: Wording) -> list[Sentence]:
    if not assessment.gaps:
        return []
    key = "settled.come_back" if assessment.verdict is VerdictId.UNDECIDED else "settled.gaps"
    return [wording.say(key, names=wording.names(assessment.gaps))]


def _standing(moment: Moment, wording: Wording) -> list[Paragraph]:
    """Reply to more facts after a verdict that they leave as it is."""
    found = news(moment.before, moment.case)
    reasons = fresh_reasons(moment, wording, found, N_REASONS)
    explained = {slot for reason in reasons for slot in wording.criterion(reason).slots}
    heard = say_heard(moment, found, wording, explained)
    if moment.assessment.verdict is VerdictId.UNDECIDED:
        stands = wording.say("settled.undecided")
    else:
        stands = wording.say("settled.stands", label=wording.label(moment.assessment.verdict))
    more = [wording.say("question.also", question=question.text) for question in moment.assessment.also_ask[:1]]
    tail = more or ([] if reasons else would_change(moment.assessment, wording)[:1])
    given = [*(wording.reason(reason) for reason in reasons), *new_mistake(moment, wording, reasons)]
    return paragraphs([*heard, stands, *given], tail)
