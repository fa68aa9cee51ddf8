"""Your case, as HTML: the verdict, the ladder, the six mistakes, and what would change it.

Owns the right side of the page except the facts' editor. Must not know Gradio nor where a click goes.
"""

from __future__ import annotations

from assistant.coach import Coach
from assistant.domain.assessment import assess
from assistant.domain.case import Case
from assistant.domain.dialogue import Assessment
from assistant.domain.mistakes import MistakeFinding, MistakeState
from assistant.domain.rulebook import Rulebook, VerdictId
from assistant.knowledge.types.page_text import PageText, RungState
from assistant.web.escaping import as_html
from assistant.web.page.fact_labels import capitalise, change_words, value_label
from assistant.web.page.ladder import climb
from assistant.web.page.session import Session

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


def verdict(coach: Coach, case: Case, assessment: Assessment) -> str:
    """Write the verdict with its stability in words, its parts and what was left open."""
    text, labels = coach.page_text, coach.page_text.labels
    if not case.begun:
        return _verdict_box("open", labels.verdict, labels.no_leaning, f"<p>{as_html(labels.out_of_scope)}</p>")
    shown = assessment.verdict if assessment.settled else assessment.leaning
    wording = coach.rulebook.verdict(shown)
    kicker = labels.verdict if assessment.settled else labels.leaning
    body = f"<p>{as_html(wording.summary)}</p>" if wording.summary else ""
    if shown is not VerdictId.OUT_OF_SCOPE:
        words = text.stability_words(assessment.stability)
        body += f'<p class="stability"><b>{as_html(words.label)}</b>: {as_html(words.meaning)}.</p>'
    body += _parts(coach.rulebook, labels.parts, assessment) + _gaps(coach.rulebook, labels.gaps, assessment)
    return _verdict_box(_tone(shown, assessment.settled), kicker, wording.label, body)


def promise(coach: Coach) -> str:
    """Say, before anything was told, what will stand here, why it can be trusted, and where the words go."""
    labels = coach.page_text.labels
    lines = (labels.case_shows, labels.case_trust, coach.who_speaks)
    rows = "".join(f"<li>{as_html(line)}</li>" for line in lines)
    return f'<section class="promise"><h2>{as_html(labels.your_case)}</h2><ul>{rows}</ul></section>'


def _tone(shown: VerdictId, settled: bool) -> str:
    if not settled or shown in (VerdictId.UNDECIDED, VerdictId.OUT_OF_SCOPE):
        return "open"
    return "yes" if shown in (VerdictId.FINE_TUNE, VerdictId.COMBINE) else "no"


def _verdict_box(tone: str, kicker: str, label: str, body: str) -> str:
    return (
        f'<section class="verdict {tone}" aria-live="polite"><p class="kicker">{as_html(kicker)}</p>'
        f'<h2 id="verdict-label">{as_html(label)}</h2>{body}</section>'
    )


def _parts(rulebook: Rulebook, heading: str, assessment: Assessment) -> str:
    if not assessment.parts:
        return ""
    goals = rulebook.slot("goal")
    rows = "".join(
        f"<div><dt>{as_html(goals.option(part.concern).label)}</dt>"
        f"<dd>{as_html(rulebook.verdict(part.verdict).label)}</dd></div>"
        for part in assessment.parts
    )
    return f'<p class="kicker">{as_html(heading)}</p><dl class="parts">{rows}</dl>'


def _gaps(rulebook: Rulebook, heading: str, assessment: Assessment) -> str:
    if not assessment.gaps:
        return ""
    names = ", ".join(rulebook.slot(gap).name for gap in assessment.gaps)
    return f'<p class="gaps"><b>{as_html(heading)}</b> {as_html(names)}.</p>'


def ladder(text: PageText, case: Case, assessment: Assessment, rulebook: Rulebook) -> str:
    """Draw the ladder with the weights on top; the list is read from the top too."""
    names = {rung.id: rung for rung in text.ladder}
    judged = case.as_agreed() if assessment.settled else case
    rows = "".join(
        f'<li class="{rung.state}"><span class="sign" aria-hidden="true">{_SIGNS[rung.state]}</span>'
        f"<b>{as_html(names[rung.id].name)}</b> <span>{as_html(names[rung.id].meaning)}</span>"
        f"<i>{as_html(text.rung_states[rung.state])}</i></li>"
        for rung in reversed(climb(judged.values(), assessment, rulebook))
    )
    return (
        f'<section class="ladder"><h3>{as_html(text.labels.ladder)}</h3><ol reversed>{rows}</ol>'
        f'<p class="line">“{as_html(text.labels.ladder_source)}”</p></section>'
    )


def mistakes(coach: Coach, case: Case, assessment: Assessment) -> str:
    """Lay out the six tiles, those that are hit first, each with the document's line and the words behind it."""
    order = list(MistakeState)
    found = sorted(assessment.mistakes, key=lambda finding: order.index(finding.state))
    tiles = "".join(_tile(coach, case, finding) for finding in found)
    return f'<section class="mistakes"><h3>{as_html(coach.page_text.labels.mistakes)}</h3><ul>{tiles}</ul></section>'


def _tile(coach: Coach, case: Case, finding: MistakeFinding) -> str:
    text = coach.page_text
    mistake = next(entry for entry in coach.rulebook.mistakes if entry.id == finding.id)
    line = coach.shelf.texts[mistake.line.source].text[mistake.line.start : mistake.line.end]
    sentence = {MistakeState.HIT: mistake.hit, MistakeState.CLEARED: mistake.cleared}.get(finding.state, "")
    said = f"<p>{as_html(sentence)}</p>" if sentence else ""
    return (
        f'<li class="{finding.state}"><p class="state"><span class="sign" aria-hidden="true">'
        f"{_SIGNS[finding.state]}</span>{as_html(text.mistake_states[finding.state])}</p>"
        f'<p class="line"><a href="#m-{finding.id.value}" data-key="m-{finding.id.value}">'
        f"“{as_html(line)}”</a></p>{said}{_trigger(coach, case, finding)}</li>"
    )


def _trigger(coach: Coach, case: Case, finding: MistakeFinding) -> str:
    """Give the words a tile rests on; where a fact was clicked, its label."""
    if finding.state is MistakeState.UNKNOWN:
        return ""
    labels = coach.page_text.labels
    facts = [fact for slot in finding.slots for fact in case.of(slot) if fact.value is not None]
    quotes = dict.fromkeys(fact.quote for fact in facts if fact.quote)
    if quotes:
        words = " ".join(f'<q dir="auto">{as_html(quote)}</q>' for quote in quotes)
        return f'<p class="because">{as_html(capitalise(labels.your_words))} {words}</p>'
    clicked = [value_label(coach.rulebook.slot(fact.slot), fact.value) for fact in facts if fact.value is not None]
    if not clicked:
        return ""
    return f'<p class="because">{as_html(capitalise(labels.clicked))}: {as_html("; ".join(clicked))}</p>'


def would_change(coach: Coach, assessment: Assessment) -> str:
    """List the smallest changes that lead to another verdict."""
    labels = coach.page_text.labels
    if assessment.leaning in (VerdictId.UNDECIDED, VerdictId.OUT_OF_SCOPE):
        return ""
    rows = "".join(
        f"<li>{as_html(change_words(coach.rulebook, found, labels))} "
        f"<b>{as_html(coach.rulebook.verdict(found.verdict).label)}</b></li>"
        for found in assessment.would_change
    )
    body = f"<ul>{rows}</ul>" if rows else f"<p>{as_html(labels.nothing_changes)}</p>"
    return f'<section class="changes"><h3>{as_html(labels.would_change)}</h3>{body}</section>'


def assess_session(coach: Coach, session: Session) -> tuple[Case, Assessment]:
    """Return the case and assessment to show; before the first turn, those of an empty case."""
    if session.latest is not None:
        return session.latest.case, session.latest.assessment
    return Case(), assess(Case(), coach.rulebook)
