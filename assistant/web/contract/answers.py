"""A turn as the command line's JSON, and the rulebook as JSON.

Owns the names of the contract's fields. Must not know how lines are read or written.
"""

from __future__ import annotations

from assistant.domain.case import DECLINED, Case, Fact, Value
from assistant.domain.dialogue import Question, TurnResult
from assistant.domain.rulebook import Option, Rulebook, Slot
from assistant.domain.source import Citation, Evidence, SourceText, Span

CONTRACT = 2
"""The number of the answer's shape; it rises when a field changes its meaning or goes."""
Json = dict[str, object]


def turn_json(result: TurnResult) -> Json:
    """Write one turn as the contract's answer."""
    assessment = result.assessment
    return {
        "contract": CONTRACT,
        "conversation": result.conversation,
        "turn": result.turn,
        "reply": result.reply,
        "intent": result.intent.value,
        "verdict": assessment.verdict.value,
        "leaning": assessment.leaning.value,
        "settled": assessment.settled,
        "stability": round(assessment.stability, 4),
        "parts": [{"concern": part.concern, "verdict": part.verdict.value} for part in assessment.parts],
        "mistakes": {found.id.value: found.state.value for found in assessment.mistakes},
        "facts": [_fact(fact, result.case) for fact in result.case.facts],
        "gaps": list(assessment.gaps),
        "question": question_json(assessment.question) if assessment.question else None,
        "also_ask": [question_json(question) for question in assessment.also_ask],
        "n_left": assessment.n_left,
        "heard_now": [
            {"slot": reading.slot, "value": _plain(reading.value), "quote": result.message[reading.start : reading.end]}
            for reading in result.heard
        ],
        "to_agree": {slot: _to_agree(result.case, slot) for slot in assessment.to_agree},
        "would_change": [
            {
                "changes": [{"slot": change.slot, "to": _plain(change.to)} for change in found.changes],
                "verdict": found.verdict.value,
            }
            for found in assessment.would_change
        ],
        "rationale": list(assessment.rationale),
        "citations": [_citation(n, citation) for n, citation in enumerate(result.citations, start=1)],
        "coach": result.coach,
        "notices": list(result.notices),
    }


def _to_agree(case: Case, slot: str) -> Json:
    """Write what is to be agreed to of one slot, as it would be sent back as a fact."""
    facts = case.counted(slot)
    values = [_plain(fact.value) for fact in facts]
    value: object = DECLINED if None in values else values if slot in case.set_slots else values[-1]
    return {"value": value, "quote": next((fact.quote for fact in facts if fact.quote), None)}


def question_json(question: Question) -> Json:
    """Write a question with its options."""
    return {
        "slot": question.slot,
        "slots": list(question.slots),
        "text": question.text,
        "why": question.why,
        "kind": question.kind.value,
        "again": question.again.value if question.again else None,
        "multiple": question.multiple,
        "options": [{"value": _plain(choice.value), "label": choice.label} for choice in question.options],
    }


def evidence_json(evidence: Evidence) -> Json:
    """Write a found passage."""
    passage = evidence.passage
    return {
        "source": passage.source,
        "file": passage.file,
        "start": passage.start,
        "end": passage.end,
        "quote": passage.quote,
        "relevance": round(evidence.relevance, 4),
    }


def rulebook_json(rulebook: Rulebook, texts: dict[str, SourceText]) -> Json:
    """Write slots with their options, verdicts, mistakes, criteria and thresholds, with every span they rest on."""
    return {
        "version": rulebook.version,
        "slots": [_slot(slot) for slot in rulebook.slots],
        "verdicts": [
            {
                "id": verdict.id.value,
                "label": verdict.label,
                "summary": verdict.summary,
                "steps": [{"id": s.id, "text": s.text, "exit_test": s.exit_test} for s in verdict.steps],
            }
            for verdict in rulebook.verdicts
        ],
        "mistakes": [
            {"id": mistake.id.value, "name": mistake.name, "line": _span(mistake.line, texts)}
            for mistake in rulebook.mistakes
        ],
        "criteria": [
            {
                "id": criterion.id,
                "slots": list(criterion.slots),
                "argues_for": [verdict.value for verdict in criterion.argues_for],
                "claim": criterion.claim,
                "rests_on": [_span(span, texts) for span in criterion.rests_on],
            }
            for criterion in rulebook.criteria
        ],
        "thresholds": [
            {
                "id": threshold.id,
                "value": threshold.value,
                "unit": threshold.unit,
                "since": threshold.since.isoformat(),
                "source": threshold.source,
                "meaning": threshold.meaning,
            }
            for threshold in rulebook.thresholds
        ],
    }


def _plain(value: Value | bool | None) -> Value | bool | None:
    """Write a whole number without a fraction."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _fact(fact: Fact, case: Case) -> Json:
    return {
        "slot": fact.slot,
        "value": _plain(fact.value),
        "status": case.status(fact).value,
        "via": fact.via.value,
        "quote": fact.quote,
        "turn": fact.turn,
    }


def _citation(n: int, citation: Citation) -> Json:
    written: Json = {
        "n": n,
        "kind": citation.kind.value,
        "source": citation.source,
        "file": citation.file,
        "start": citation.start,
        "end": citation.end,
        "quote": citation.quote,
    }
    if citation.turn is not None:
        written["turn"] = citation.turn
    return written


def _slot(slot: Slot) -> Json:
    return {
        "id": slot.id,
        "kind": slot.kind.value,
        "name": slot.name,
        "question": slot.question,
        "why": slot.why,
        "unit": slot.unit,
        "readiness": list(slot.readiness),
        "options": [_option(option) for option in slot.options],
    }


def _option(option: Option) -> Json:
    written: Json = {"value": _plain(option.value), "label": option.label, "prior": option.prior}
    if option.low is not None:
        written["low"], written["high"] = option.low, option.high
    return written


def _span(span: Span, texts: dict[str, SourceText]) -> Json:
    source = texts[span.source]
    return {
        "source": span.source,
        "file": source.file,
        "start": span.start,
        "end": span.end,
        "quote": source.text[span.start : span.end],
    }
