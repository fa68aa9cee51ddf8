"""Your case, as HTML: the verdict, the ladder, the six mistakes, and what would change it.

Owns the right side of the page except the facts' editor. Must not know Gradio nor where a click goes.
"""

from __future__ import annotations

from dataclasses import dataclass

from markupsafe import Markup

from assistant.coach import Coach
from assistant.domain.assessment import assess
from assistant.domain.case import Case
from assistant.domain.dialogue import Assessment
from assistant.domain.mistakes import MistakeFinding, MistakeId, MistakeState
from assistant.domain.rulebook import Rulebook, VerdictId
from assistant.knowledge.types.page_text import PageText, RungState
from assistant.web.page.fact_labels import capitalise, change_words, value_label
from assistant.web.page.ladder import climb
from assistant.web.page.session import Session
from assistant.web.templates import render

_SIGNS = {
    RungState.CLIMBED: "✓",
    RungState.STARTED: "◐",
    RungState.MISSING: "!",
    RungState.NOT_NEEDED: "–",
    RungState.UNKNOWN: "?",
    RungState.NEXT: "✓",
    RungState.NOT_NOW: "–",
    MistakeState.HIT: "!",
    MistakeState.CLEARED: "✓",
    MistakeState.UNKNOWN: "?",
}


@dataclass(frozen=True, slots=True)
class Tile:
    """One of the six mistakes; `line` is the document's, `quotes` or `clicked` what it rests on in this case."""

    id: str
    state: MistakeState
    line: str
    sentence: str
    quotes: tuple[str, ...]
    clicked: tuple[str, ...]


def verdict(coach: Coach, case: Case, assessment: Assessment) -> Markup:
    """Write the verdict with its stability in words, its parts and what was left open."""
    text, labels, rulebook = coach.page_text, coach.page_text.labels, coach.rulebook
    if not case.begun:
        return render("nothing_told.html", labels=labels)
    shown = assessment.verdict if assessment.settled else assessment.leaning
    is_stable = shown is not VerdictId.OUT_OF_SCOPE
    return render(
        "verdict.html",
        labels=labels,
        rulebook=rulebook,
        assessment=assessment,
        tone=_tone(shown, assessment.settled),
        kicker=labels.verdict if assessment.settled else labels.leaning,
        wording=rulebook.verdict(shown),
        stability=text.stability_words(assessment.stability) if is_stable else None,
        gaps=[rulebook.slot(gap).name for gap in assessment.gaps],
    )


def promise(coach: Coach) -> Markup:
    """Say, before anything was told, what will stand here, why it can be trusted, and where the words go."""
    return render("promise.html", labels=coach.page_text.labels, who_speaks=coach.who_speaks)


def _tone(shown: VerdictId, settled: bool) -> str:
    if not settled or shown in (VerdictId.UNDECIDED, VerdictId.OUT_OF_SCOPE):
        return "open"
    return "yes" if shown in (VerdictId.FINE_TUNE, VerdictId.COMBINE) else "no"


def ladder(text: PageText, case: Case, assessment: Assessment, rulebook: Rulebook) -> Markup:
    """Draw the ladder with the weights on top; the list is read from the top too."""
    judged = case.as_agreed() if assessment.settled else case
    return render(
        "ladder.html",
        labels=text.labels,
        rungs=climb(judged.values(), assessment, rulebook)[::-1],
        names={rung.id: rung for rung in text.ladder},
        states=text.rung_states,
        signs=_SIGNS,
    )


def mistakes(coach: Coach, case: Case, assessment: Assessment) -> Markup:
    """Lay out the six tiles, those that are hit first, each with the document's line and the words behind it."""
    text, order = coach.page_text, list(MistakeState)
    found = sorted(assessment.mistakes, key=lambda finding: order.index(finding.state))
    return render(
        "mistakes.html",
        labels=text.labels,
        tiles=[_tile(coach, case, finding) for finding in found],
        states=text.mistake_states,
        signs=_SIGNS,
        your_words=capitalise(text.labels.your_words),
        clicked=capitalise(text.labels.clicked),
    )


def _tile(coach: Coach, case: Case, finding: MistakeFinding) -> Tile:
    """Write a tile with the words it rests on; where a fact was clicked, its label."""
    mistake = next(entry for entry in coach.rulebook.mistakes if entry.id == finding.id)
    line = coach.shelf.texts[mistake.line.source].text[mistake.line.start : mistake.line.end]
    sentence = {MistakeState.HIT: mistake.hit, MistakeState.CLEARED: mistake.cleared}.get(finding.state, "")
    slots = () if finding.state is MistakeState.UNKNOWN else finding.slots
    facts = [fact for slot in slots for fact in case.of(slot) if fact.value is not None]
    quotes = tuple(dict.fromkeys(fact.quote for fact in facts if fact.quote))
    told = ((coach.rulebook.slot(fact.slot), fact.value) for fact in facts)
    clicked = tuple(value_label(coach.rulebook, slot, value) for slot, value in told if value is not None)
    return Tile(MistakeId(finding.id).value, finding.state, line, sentence, quotes, clicked)


def would_change(coach: Coach, assessment: Assessment) -> Markup:
    """List the smallest changes that lead to another verdict."""
    labels, rulebook = coach.page_text.labels, coach.rulebook
    if assessment.leaning in (VerdictId.UNDECIDED, VerdictId.OUT_OF_SCOPE):
        return Markup()
    changes = [
        {"words": change_words(rulebook, found, labels), "verdict": rulebook.verdict(found.verdict).label}
        for found in assessment.would_change
    ]
    return render("changes.html", labels=labels, changes=changes)


def assess_session(coach: Coach, session: Session) -> tuple[Case, Assessment]:
    """Return the case and assessment to show; before the first turn, those of an empty case."""
    if session.latest is not None:
        return session.latest.case, session.latest.assessment
    return Case(), assess(Case(), coach.rulebook)
