"""The decision record: a case and its verdict as Markdown for a wiki, and as values for a program.

Owns what a record holds and how a user's words are escaped in it. Must not know where it goes, the clock, nor the file
that its own sentences come from.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator, Sequence

from assistant.domain.case import Case, Fact, Status, Via
from assistant.domain.dialogue import Assessment, Counterfactual, TurnResult
from assistant.domain.mistakes import MistakeState
from assistant.domain.record_text import RecordText
from assistant.domain.rulebook import Rulebook, SlotKind, VerdictId
from assistant.domain.source import Shelf, Span
from assistant.domain.steps import find_fitting_steps

FORMAT = "fine-tuning-coach-record"
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

    def __init__(self, shelf: Shelf, text: RecordText) -> None:
        self._shelf = shelf
        self._text = text
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
            shown = self._text.source.format(
                quote=self.quote(span), title=source.title, file=source.file, grades=", ".join(grades)
            )
            yield f"[^{number}]: {shown}"


def decision_record(
    rulebook: Rulebook, shelf: Shelf, text: RecordText, turns: Sequence[TurnResult], on: datetime.date
) -> str:
    """Write the record of a conversation of at least one turn, as of a date."""
    last, notes = turns[-1], _Footnotes(shelf, text)
    case, assessment = last.case, last.assessment
    shown = _verdict_to_show(assessment)
    sections = [
        _head(rulebook, text, last, shown, on),
        _section(text.heading_verdict, _verdict(rulebook, text, assessment, shown)),
        _section(text.heading_why, _reasons(rulebook, notes, assessment)),
        _section(text.heading_steps, _steps(rulebook, text, case, assessment)),
        _section(text.heading_facts, _facts(rulebook, text, case)),
        _section(text.heading_unknown, _unknown(rulebook, text, case)),
        _section(text.heading_rejected, _explain_rejected(rulebook, text, assessment, shown)),
        _section(text.heading_mistakes, _mistakes(rulebook, text, notes, case, assessment)),
        _section(text.heading_changes, _changes(rulebook, text, assessment)),
        _section(text.heading_look_again, iter([_look_again(rulebook, text, on)])),
        _section(text.heading_messages, _messages(turns)),
        _section(text.heading_sources, notes.lines()),
    ]
    return "\n\n".join(section for section in sections if section) + "\n"


def record_values(rulebook: Rulebook, last: TurnResult, on: datetime.date) -> dict[str, object]:
    """Return a record as values for JSON, from which its case can be judged anew."""
    case, assessment = last.case, last.assessment
    return {
        "format": FORMAT,
        "date": on.isoformat(),
        "look_again": _find_day_to_look_again(rulebook, on).isoformat(),
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


def _head(rulebook: Rulebook, text: RecordText, last: TurnResult, shown: VerdictId, on: datetime.date) -> str:
    state = text.settled if last.assessment.settled else text.not_settled
    title = text.title.format(verdict=rulebook.verdict(shown).label)
    judged = text.judged.format(date=on.isoformat(), version=rulebook.version, coach=last.coach)
    return f"# {title}\n\n{state} {judged}"


def _messages(turns: Sequence[TurnResult]) -> Iterator[str]:
    for turn in turns:
        if turn.message.strip():
            yield f"{turn.turn}. {escape_markdown(turn.message)}"


def _facts(rulebook: Rulebook, text: RecordText, case: Case) -> Iterator[str]:
    for slot in rulebook.slots:
        for fact in case.of(slot.id):
            if fact.value is None:
                yield f"- **{_capitalise(slot.name)}**: {text.not_known}"
                continue
            value = slot.option(fact.value).label
            if slot.kind is SlotKind.NUMBER and isinstance(fact.value, (int, float)):
                value = f"{rulebook.confirmations.write_number(fact.value)} {slot.unit}"
            yield f"- **{_capitalise(slot.name)}**: {value} ({_origin(rulebook, text, case, fact)})"


def _origin(rulebook: Rulebook, text: RecordText, case: Case, fact: Fact) -> str:
    """Say where a fact comes from, and whether it is in doubt."""
    if fact.quote is not None:
        origin = [rulebook.confirmations.quote(escape_markdown(fact.quote)), text.in_message.format(n=fact.turn)]
    else:
        origin = [text.clicked if fact.via is Via.CLICK else text.by_model]
    doubt = {Status.PROPOSED: text.not_agreed, Status.CONTRADICTED: text.contradicted}.get(case.status(fact))
    return ", ".join([*origin, doubt] if doubt else origin)


def _verdict(rulebook: Rulebook, text: RecordText, assessment: Assessment, shown: VerdictId) -> Iterator[str]:
    wording = rulebook.verdict(shown)
    yield f"**{wording.label}.** {wording.summary}"
    if shown is not VerdictId.OUT_OF_SCOPE:
        yield f"\n{text.stability.format(percent=round(100 * assessment.stability))}"
    for part in assessment.parts:
        concern = rulebook.slot("goal").option(part.concern).label
        yield f"- {concern}: {rulebook.verdict(part.verdict).label}"


def _reasons(rulebook: Rulebook, notes: _Footnotes, assessment: Assessment) -> Iterator[str]:
    criteria = {criterion.id: criterion for criterion in rulebook.criteria}
    for criterion_id in assessment.rationale:
        criterion = criteria[criterion_id]
        yield f"- {criterion.claim}{''.join(notes.mark(span) for span in criterion.rests_on)}"


def _mistakes(
    rulebook: Rulebook, text: RecordText, notes: _Footnotes, case: Case, assessment: Assessment
) -> Iterator[str]:
    mistakes = {mistake.id: mistake for mistake in rulebook.mistakes}
    for finding in assessment.mistakes:
        mistake = mistakes[finding.id]
        state, said = {
            MistakeState.HIT: (text.hit, mistake.hit),
            MistakeState.CLEARED: (text.cleared, mistake.cleared),
            MistakeState.UNKNOWN: (text.unknown, mistake.unknown),
        }[finding.state]
        quotes = [fact.quote for slot in finding.slots for fact in case.of(slot) if fact.quote]
        words = " ".join(rulebook.confirmations.quote(escape_markdown(quote)) for quote in dict.fromkeys(quotes))
        tells = words and finding.state is not MistakeState.UNKNOWN
        because = f" {text.the_words.format(words=words)}" if tells else ""
        yield f"- **{state}**: {_capitalise(mistake.name)}.{notes.mark(mistake.line)} {said}{because}"


def _steps(rulebook: Rulebook, text: RecordText, case: Case, assessment: Assessment) -> Iterator[str]:
    for step in find_fitting_steps(assessment, case, rulebook):
        yield f"- [ ] {step.text} *{text.done_when}* {step.exit_test}"


def _unknown(rulebook: Rulebook, text: RecordText, case: Case) -> Iterator[str]:
    """Name what nobody could say, then what was never told."""
    for slot in rulebook.slots:
        if slot.id in case.list_gaps():
            yield f"- {_capitalise(slot.name)}: {text.asked_in_vain}"
    untold = [slot.name for slot in rulebook.slots if not case.of(slot.id)]
    if untold and case.begun:
        yield f"- {text.never_told.format(names=', '.join(untold))}"


def _explain_rejected(rulebook: Rulebook, text: RecordText, assessment: Assessment, shown: VerdictId) -> Iterator[str]:
    """Say of each other lever what it would have taken."""
    if shown in (VerdictId.UNDECIDED, VerdictId.OUT_OF_SCOPE):
        return
    ways = {found.verdict: _conditions(rulebook, text, found) for found in reversed(assessment.would_change)}
    for option in _OPTIONS:
        if option is not shown:
            why = text.would_take.format(conditions=ways[option]) if option in ways else text.no_way
            yield f"- {rulebook.verdict(option).label}: {why}"


def _changes(rulebook: Rulebook, text: RecordText, assessment: Assessment) -> Iterator[str]:
    for found in assessment.would_change:
        conditions, verdict = _conditions(rulebook, text, found), rulebook.verdict(found.verdict).label
        yield f"- {text.if_changed.format(conditions=conditions, verdict=verdict)}"


def _conditions(rulebook: Rulebook, text: RecordText, found: Counterfactual) -> str:
    heard = (rulebook.slot(change.slot).option(change.to).heard for change in found.changes)
    return f", {text.and_then} ".join(heard)


def _look_again(rulebook: Rulebook, text: RecordText, on: datetime.date) -> str:
    day = _find_day_to_look_again(rulebook, on)
    return text.look_again.format(date=day.isoformat(), version=rulebook.version)


def _find_day_to_look_again(rulebook: Rulebook, on: datetime.date) -> datetime.date:
    return on + datetime.timedelta(days=rulebook.threshold("look_again"))


def _capitalise(text: str) -> str:
    return text[:1].upper() + text[1:]
