"""The decision record: a case and its verdict as Markdown for a wiki.

Owns what a record holds and how a user's words are escaped in it. Must not know where it goes, nor the clock.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator, Mapping, Sequence

from assistant.domain.case import Case, Fact, Status, Via
from assistant.domain.criteria import PREDICATES
from assistant.domain.dialogue import Assessment, MistakeState, TurnResult
from assistant.domain.rulebook import Rulebook, SlotKind, Step, VerdictId
from assistant.domain.signals import Limits, Signals
from assistant.domain.source import SourceText, Span

STEPS = 3
_SPECIAL = re.compile(r"([\\`*_{}\[\]<>()#+\-.!|~^$&@:=\"'])")
_UNSEEN = re.compile("[\x00-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]+")


def escaped(words: str) -> str:
    """Escape a user's words so that Markdown shows them as they are, on one line."""
    return _SPECIAL.sub(r"\\\1", _UNSEEN.sub(" ", words)).strip()


def decision_record(
    rulebook: Rulebook,
    texts: Mapping[str, SourceText],
    turns: Sequence[TurnResult],
    on: datetime.date,
) -> str:
    """Write the record of a conversation of at least one turn, as of a date."""
    last = turns[-1]
    case, assessment = last.case, last.assessment
    shown = assessment.verdict if assessment.settled else assessment.leaning
    sections = (
        _head(rulebook, last, shown, on),
        _section("The case, in the user's words", _messages(turns)),
        _section("Facts", _facts(rulebook, case)),
        _section("Verdict", _verdict(rulebook, assessment, shown)),
        _section("Why", _reasons(rulebook, texts, assessment)),
        _section("Common mistakes", _mistakes(rulebook, texts, case, assessment)),
        _section("Next steps", _steps(rulebook, case, shown)),
        _section("Left open", (f"- {_capitalised(rulebook.slot(gap).name)}" for gap in assessment.gaps)),
        _section("What would change it", _changes(rulebook, assessment)),
    )
    return "\n\n".join(section for section in sections if section) + "\n"


def holding_steps(rulebook: Rulebook, case: Case, verdict: VerdictId) -> tuple[Step, ...]:
    """Return the first next steps of a verdict that fit the case, in the rulebook's order."""
    signals = Signals(case.values(), case.declined(), Limits.of(rulebook))
    fitting = (
        step
        for step in rulebook.verdict(verdict).steps
        if not step.when or any(PREDICATES[criterion](signals) for criterion in step.when)
    )
    return tuple(fitting)[:STEPS]


def _section(title: str, lines: Iterator[str]) -> str:
    body = "\n".join(lines)
    return f"## {title}\n\n{body}" if body else ""


def _head(rulebook: Rulebook, last: TurnResult, shown: VerdictId, on: datetime.date) -> str:
    state = "Settled" if last.assessment.settled else "Not settled, a leaning only"
    return (
        f"# Fine-tuning decision: {rulebook.verdict(shown).label}\n\n"
        f"{state}. {on.isoformat()}, knowledge version `{rulebook.version}`, coach: {last.coach}."
    )


def _messages(turns: Sequence[TurnResult]) -> Iterator[str]:
    for turn in turns:
        if turn.message.strip():
            yield f"{turn.turn}. {escaped(turn.message)}"


def _facts(rulebook: Rulebook, case: Case) -> Iterator[str]:
    for slot in rulebook.slots:
        for fact in case.of(slot.id):
            if fact.value is None:
                yield f"- **{_capitalised(slot.name)}**: not known"
                continue
            is_number = slot.kind is SlotKind.NUMBER and isinstance(fact.value, (int, float))
            value = f"{fact.value:,.10g} {slot.unit}" if is_number else slot.option(fact.value).label
            yield f"- **{_capitalised(slot.name)}**: {value}{_origin(case, fact)}"


def _origin(case: Case, fact: Fact) -> str:
    doubt = {Status.PROPOSED: ", not agreed to yet", Status.CONTRADICTED: ", contradicted"}.get(case.status(fact), "")
    if fact.quote is not None:
        return f" (“{escaped(fact.quote)}”, message {fact.turn}{doubt})"
    return f" ({'clicked' if fact.via is Via.CLICK else fact.via.value}{doubt})"


def _verdict(rulebook: Rulebook, assessment: Assessment, shown: VerdictId) -> Iterator[str]:
    wording = rulebook.verdict(shown)
    yield f"**{wording.label}.** {wording.summary}"
    if shown is not VerdictId.OUT_OF_SCOPE:
        share = round(100 * assessment.stability)
        yield f"\nOf the ways in which the facts that are still open could turn out, {share} % keep this answer."
    for part in assessment.parts:
        concern = rulebook.slot("goal").option(part.concern).label
        yield f"- {concern}: {rulebook.verdict(part.verdict).label}"


def _reasons(rulebook: Rulebook, texts: Mapping[str, SourceText], assessment: Assessment) -> Iterator[str]:
    criteria = {criterion.id: criterion for criterion in rulebook.criteria}
    for criterion_id in assessment.rationale:
        criterion = criteria[criterion_id]
        quotes = "; ".join(_quoted(texts, span) for span in criterion.rests_on)
        yield f"- {criterion.claim} {quotes}".rstrip()


def _quoted(texts: Mapping[str, SourceText], span: Span) -> str:
    source = texts[span.source]
    words = " ".join(source.text[span.start : span.end].split())
    return f"(“{words}”, {source.title})"


def _mistakes(rulebook: Rulebook, texts: Mapping[str, SourceText], case: Case, assessment: Assessment) -> Iterator[str]:
    mistakes = {mistake.id: mistake for mistake in rulebook.mistakes}
    for finding in assessment.mistakes:
        mistake = mistakes[finding.id]
        line = texts[mistake.line.source].text[mistake.line.start : mistake.line.end]
        said = {MistakeState.HIT: mistake.hit, MistakeState.CLEARED: mistake.cleared}.get(
            finding.state, mistake.unknown
        )
        quotes = [fact.quote for slot in finding.slots for fact in case.of(slot) if fact.quote]
        words = "".join(f" “{escaped(quote)}”" for quote in dict.fromkeys(quotes))
        because = f" The words:{words}." if words and finding.state is not MistakeState.UNKNOWN else ""
        yield f"- **{finding.state.value.capitalize()}**: {line} {said}{because}"


def _steps(rulebook: Rulebook, case: Case, shown: VerdictId) -> Iterator[str]:
    for number, step in enumerate(holding_steps(rulebook, case, shown), start=1):
        yield f"{number}. {step.text} *Done when:* {step.exit_test}"


def _changes(rulebook: Rulebook, assessment: Assessment) -> Iterator[str]:
    for found in assessment.would_change:
        heard = ", and ".join(rulebook.slot(change.slot).option(change.to).heard for change in found.changes)
        yield f"- If {heard}: {rulebook.verdict(found.verdict).label}"


def _capitalised(text: str) -> str:
    return text[:1].upper() + text[1:]
