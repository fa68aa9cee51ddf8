"""The decision record: a case and its verdict as Markdown for a wiki, and as values for a program.

Owns what a record holds and how a user's words are escaped in it. Must not know where it goes, nor the clock.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator, Sequence

from assistant.domain.case import Case, Fact, Status, Via
from assistant.domain.dialogue import Assessment, Counterfactual, TurnResult
from assistant.domain.mistakes import MistakeState
from assistant.domain.rulebook import Rulebook, SlotKind, VerdictId
from assistant.domain.source import Shelf, Span
from assistant.domain.steps import find_fitting_steps

FORMAT = "fine-tuning-coach-record"
LOOK_AGAIN_AFTER = datetime.timedelta(days=90)
"""Models, prices and the rulebook move on; a decision is looked at again after a quarter."""
_OPTIONS = (VerdictId.PROMPT_FIRST, VerdictId.RAG_OR_TOOLS, VerdictId.FINE_TUNE, VerdictId.COMBINE)
"""The levers that a team chooses between; the other verdicts say what comes before them."""
_SPECIAL = re.compile(
    r"[\\`*\[\]<>|~$]|(?<!\w)_|_(?!\w)|&(?=#?\w+;)|(?<=\w)@(?=\w)|(?<=https):|(?<=http):|(?<=ftp):|(?<=mailto):|(?<=www)\."
)
_OPENS_A_BLOCK = re.compile(r"^(#{1,6}(?=\s|$)|[-+=](?=\s|$|[-+=])|\d{1,9}[.)](?=\s|$))")
_UNSEEN = re.compile("[\x00-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]+")


def escape_markdown(words: str) -> str:
    """Escape a user's words so that Markdown shows them as they are, on one line, with no backslash too many."""
    shown = _SPECIAL.sub(r"\\\g<0>", _UNSEEN.sub(" ", words).strip())
    return _OPENS_A_BLOCK.sub(lambda found: f"{found[0][:-1]}\\{found[0][-1]}", shown)


class _Footnotes:
    """The sources of a record, numbered as they come."""

    def __init__(self, shelf: Shelf) -> None:
        self._shelf = shelf
        self._spans: list[Span] = []

    def mark(self, span: Span) -> str:
        """Return the mark that leads to a source."""
        if span not in self._spans:
            self._spans.append(span)
        return f"[^{self._spans.index(span) + 1}]"

    def quote(self, span: Span) -> str:
        """Return the words of a source on one line."""
        return " ".join(self._shelf.texts[span.source].text[span.start : span.end].split())

    def lines(self) -> Iterator[str]:
        """Write each source once: the words, where they stand, and how far they carry."""
        for number, span in enumerate(self._spans, start=1):
            source = self._shelf.texts[span.source]
            rests_on = self._shelf.rests_on.get(source.id, (source.id,))
            grades = dict.fromkeys(self._shelf.sources[entry].grade for entry in rests_on)
            grade = f", grade {', '.join(grades)}"
            yield f"[^{number}]: “{self.quote(span)}” {source.title} (`{source.file}`{grade})."


def decision_record(rulebook: Rulebook, shelf: Shelf, turns: Sequence[TurnResult], on: datetime.date) -> str:
    """Write the record of a conversation of at least one turn, as of a date."""
    last, notes = turns[-1], _Footnotes(shelf)
    case, assessment = last.case, last.assessment
    shown = _verdict_to_show(assessment)
    sections = [
        _head(rulebook, last, shown, on),
        _section("Verdict", _verdict(rulebook, assessment, shown)),
        _section("Why", _reasons(rulebook, notes, assessment)),
        _section("Next steps", _steps(rulebook, case, assessment)),
        _section("Facts", _facts(rulebook, case)),
        _section("Not known", _unknown(rulebook, case)),
        _section("Rejected options", _explain_rejected(rulebook, assessment, shown)),
        _section("Common mistakes", _mistakes(rulebook, notes, case, assessment)),
        _section("What would change it", _changes(rulebook, assessment)),
        _section("Look again", iter([_look_again(rulebook, on)])),
        _section("The case, in the user's words", _messages(turns)),
        _section("Sources", notes.lines()),
    ]
    return "\n\n".join(section for section in sections if section) + "\n"


def record_values(rulebook: Rulebook, last: TurnResult, on: datetime.date) -> dict[str, object]:
    """Return a record as values for JSON, from which its case can be judged anew."""
    case, assessment = last.case, last.assessment
    return {
        "format": FORMAT,
        "date": on.isoformat(),
        "look_again": (on + LOOK_AGAIN_AFTER).isoformat(),
        "knowledge": rulebook.version,
        "settled": assessment.settled,
        "verdict": _verdict_to_show(assessment).value,
        "mistakes": {found.id.value: found.state.value for found in assessment.mistakes},
        "facts": [
            {"slot": fact.slot, "value": fact.value, "status": case.status(fact).value, "quote": fact.quote}
            for fact in case.facts
        ],
        "rationale": list(assessment.rationale),
        "steps": [
            {"id": step.id, "text": step.text, "done_when": step.exit_test}
            for step in find_fitting_steps(assessment, case, rulebook)
        ],
    }


def _verdict_to_show(assessment: Assessment) -> VerdictId:
    return assessment.verdict if assessment.settled else assessment.leaning


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
            yield f"{turn.turn}. {escape_markdown(turn.message)}"


def _facts(rulebook: Rulebook, case: Case) -> Iterator[str]:
    for slot in rulebook.slots:
        for fact in case.of(slot.id):
            if fact.value is None:
                yield f"- **{_capitalise(slot.name)}**: not known"
                continue
            is_number = slot.kind is SlotKind.NUMBER and isinstance(fact.value, (int, float))
            value = f"{fact.value:,.10g} {slot.unit}" if is_number else slot.option(fact.value).label
            yield f"- **{_capitalise(slot.name)}**: {value}{_origin(case, fact)}"


def _origin(case: Case, fact: Fact) -> str:
    doubt = {Status.PROPOSED: ", not agreed to yet", Status.CONTRADICTED: ", contradicted"}.get(case.status(fact), "")
    if fact.quote is not None:
        return f" (“{escape_markdown(fact.quote)}”, message {fact.turn}{doubt})"
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


def _reasons(rulebook: Rulebook, notes: _Footnotes, assessment: Assessment) -> Iterator[str]:
    criteria = {criterion.id: criterion for criterion in rulebook.criteria}
    for criterion_id in assessment.rationale:
        criterion = criteria[criterion_id]
        yield f"- {criterion.claim}{''.join(notes.mark(span) for span in criterion.rests_on)}"


def _mistakes(rulebook: Rulebook, notes: _Footnotes, case: Case, assessment: Assessment) -> Iterator[str]:
    mistakes = {mistake.id: mistake for mistake in rulebook.mistakes}
    for finding in assessment.mistakes:
        mistake = mistakes[finding.id]
        said = {MistakeState.HIT: mistake.hit, MistakeState.CLEARED: mistake.cleared}.get(
            finding.state, mistake.unknown
        )
        quotes = [fact.quote for slot in finding.slots for fact in case.of(slot) if fact.quote]
        words = "".join(f" “{escape_markdown(quote)}”" for quote in dict.fromkeys(quotes))
        because = f" The words:{words}." if words and finding.state is not MistakeState.UNKNOWN else ""
        line = f"{notes.quote(mistake.line)}{notes.mark(mistake.line)}"
        yield f"- **{finding.state.value.capitalize()}**: {line} {said}{because}"


def _steps(rulebook: Rulebook, case: Case, assessment: Assessment) -> Iterator[str]:
    for step in find_fitting_steps(assessment, case, rulebook):
        yield f"- [ ] {step.text} *Done when:* {step.exit_test}"


def _unknown(rulebook: Rulebook, case: Case) -> Iterator[str]:
    """Name what nobody could say, then what was never told."""
    for slot in rulebook.slots:
        if slot.id in case.list_gaps():
            yield f"- {_capitalise(slot.name)}: asked, and not known"
    untold = [slot.name for slot in rulebook.slots if not case.of(slot.id)]
    if untold and case.begun:
        yield f"- Never told: {', '.join(untold)}"


def _explain_rejected(rulebook: Rulebook, assessment: Assessment, shown: VerdictId) -> Iterator[str]:
    """Say of each other lever what it would have taken."""
    if shown in (VerdictId.UNDECIDED, VerdictId.OUT_OF_SCOPE):
        return
    ways = {found.verdict: _conditions(rulebook, found) for found in reversed(assessment.would_change)}
    for option in _OPTIONS:
        if option is not shown:
            why = f"it would take that {ways[option]}" if option in ways else "no one or two facts would lead there"
            yield f"- {rulebook.verdict(option).label}: {why}"


def _changes(rulebook: Rulebook, assessment: Assessment) -> Iterator[str]:
    for found in assessment.would_change:
        yield f"- If {_conditions(rulebook, found)}: {rulebook.verdict(found.verdict).label}"


def _conditions(rulebook: Rulebook, found: Counterfactual) -> str:
    return ", and ".join(rulebook.slot(change.slot).option(change.to).heard for change in found.changes)


def _look_again(rulebook: Rulebook, on: datetime.date) -> str:
    return (
        f"On {(on + LOOK_AGAIN_AFTER).isoformat()}, or as soon as one of the facts above changes. This was judged by "
        f"knowledge version `{rulebook.version}`."
    )


def _capitalise(text: str) -> str:
    return text[:1].upper() + text[1:]
