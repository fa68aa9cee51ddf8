"""Why it leans that way: which reasons and which mistakes a reply gives, and which it has given before.

Owns the choice among what the engine found, so that nothing is said twice in a row. Must not know the rest of a reply.
"""

from __future__ import annotations

from collections.abc import Sequence

from assistant.domain.dialogue import Assessment, ReplyContext, Sentence
from assistant.domain.mistakes import MistakeFinding, MistakeState
from assistant.domain.rulebook import VerdictId
from assistant.domain.verdict import TRAINING_VERDICTS
from assistant.replying.heard import Changes
from assistant.replying.wording import Wording

NO_LEANING = frozenset({VerdictId.UNDECIDED, VerdictId.OUT_OF_SCOPE})


def has_turned(context: ReplyContext) -> bool:
    """Tell whether the leaning is another one than in the turn before."""
    return (
        context.previous is None
        or not context.before.begun
        or context.previous.leaning is not context.assessment.leaning
    )


def fresh_reasons(context: ReplyContext, wording: Wording, found: Changes, most: int) -> list[str]:
    """Choose the reasons to give while asking: those about what was just told first, none that was given before.

    A new leaning gets up to `most`; one that stays gets one more at most, and only if it is about what was just told.
    """
    rationale = context.assessment.rationale
    about_news = [reason for reason in rationale if found.slots & {*wording.criterion(reason).slots}]
    if has_turned(context) or context.previous is None:
        return _distinct([*about_news, *rationale], wording)[:most]
    return _distinct([reason for reason in about_news if reason not in context.previous.rationale], wording)[:1]


def choose_closing_reasons(context: ReplyContext, wording: Wording, most: int) -> list[str]:
    """Choose the reasons of a verdict: all for a yes or a turn, else those not said a turn ago, but one at least."""
    reasons = _distinct(context.assessment.rationale, wording)
    if context.previous is None or has_turned(context) or context.assessment.verdict in TRAINING_VERDICTS:
        return reasons[:most]
    return [reason for reason in reasons if reason not in context.previous.rationale][:most] or reasons[:1]


def say_leaning(context: ReplyContext, wording: Wording, reasons: Sequence[str]) -> list[Sentence]:
    """Say where the case leans, where that is new, and the reasons; a leaning is not yet called a verdict."""
    verdict = context.assessment.leaning
    given = [wording.reason(reason) for reason in reasons]
    if verdict in NO_LEANING or not has_turned(context):
        return given
    opening = [wording.say(f"lean.{verdict.value}")]
    if context.previous is not None and context.before.begun and context.previous.leaning not in NO_LEANING:
        opening = [wording.say("lean.turned"), *opening]
    return [*opening, *given]


def _distinct(reasons: Sequence[str], wording: Wording) -> list[str]:
    """Drop repeated reasons and those that rest on the very span of one before them."""
    kept: dict[object, str] = {}
    for reason in reasons:
        kept.setdefault(wording.criterion(reason).rests_on[:1] or reason, reason)
    return list(kept.values())


def hits(assessment: Assessment) -> list[MistakeFinding]:
    """Return the mistakes that are hit, in the document's order."""
    return [finding for finding in assessment.mistakes if finding.state is MistakeState.HIT]


def newly_hit(context: ReplyContext) -> list[MistakeFinding]:
    """Return the mistakes that are hit now and were not in the turn before, in the document's order."""
    before = context.previous.mistakes if context.previous is not None and context.before.begun else ()
    known = {finding.id for finding in before if finding.state is MistakeState.HIT}
    return [finding for finding in hits(context.assessment) if finding.id not in known]


def new_mistake(context: ReplyContext, wording: Wording, reasons: Sequence[str]) -> list[Sentence]:
    """Name one mistake that was not hit a turn ago: one that a reason just spoke of, else the first on the board."""
    hit = newly_hit(context)
    if not hit:
        return []
    spoken = [finding for finding in hit if _is_spoken_of(finding, reasons, wording)]
    finding = (spoken or hit)[0]
    return [wording.name_mistake(finding, context.case, explained=not spoken)]


def name_mistakes(context: ReplyContext, wording: Wording, reasons: Sequence[str], n_lines: int) -> list[Sentence]:
    """Name the mistakes that are hit, those of this turn first; a single one that was named before is not repeated."""
    fresh = newly_hit(context)
    hit = [*fresh, *(finding for finding in hits(context.assessment) if finding not in fresh)]
    if len(hit) > 1 and n_lines:
        return [wording.mistakes(hit, n_lines)]
    return [
        wording.name_mistake(found, context.case, explained=not _is_spoken_of(found, reasons, wording))
        for found in fresh[:n_lines]
    ]


def _is_spoken_of(finding: MistakeFinding, reasons: Sequence[str], wording: Wording) -> bool:
    """Tell whether one of the reasons says what the mistake says: then naming it is enough."""
    return not {*wording.mistake(finding.id).said_by}.isdisjoint(reasons)
