"""Answers to questions about the case and its verdict: steps, certainty, change, risk, cost, time, examples, evals.

Owns one function a kind; each names a fact of the case or says why it cannot. Must not know how single things are
worded.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from assistant.domain.dialogue import FollowUp, Paragraph, ReplyContext, Sentence, SentenceRole
from assistant.domain.rulebook import VerdictId
from assistant.domain.signals import MANNER
from assistant.domain.steps import find_fitting_steps
from assistant.domain.verdict import TRAINING_VERDICTS
from assistant.knowledge.types.answer_book import Cost
from assistant.replying.quotes import cite_span
from assistant.replying.reasons import NO_LEANING
from assistant.replying.summary import summary
from assistant.replying.suppositions import suppose
from assistant.replying.terms import compare
from assistant.replying.tie import (
    aim,
    aim_quote,
    find_asked_slots,
    find_named_things,
    goals,
    has_case,
    is_other_kind,
    list_said_in,
    so_far,
    tie,
    tie_to,
    verdict_of,
)
from assistant.replying.verdict_reply import step_items, would_change
from assistant.replying.wording import Wording, paragraphs

FIRM, FAIRLY = 0.9, 0.6
"""Stability from which a verdict is called firm, and fairly firm."""
N_RISKS = 3
N_COSTS = 3
_EVAL_STEPS = frozenset({"build_evals", "eval_answers", "fixed_cases", "measure_after", "widen_evals"})
_NUMBER = re.compile(r"(?<![\w.])(?P<n>\d{1,3}(?:,\d{3})+|\d{1,7})(?P<k>k)?(?![\w%])")
_WITHOUT_SUMS = (
    "maths", "math", "by hand", "manually", "simple", "layman", "colleagues", "people", "statistic", "tone",
)  # fmt: skip


def next_steps(context: ReplyContext, wording: Wording) -> list[Paragraph]:
    """Tell the first step, what of it can be done on a Monday, and what comes after it."""
    is_ours = has_case(context) or is_other_kind(context)
    steps = find_fitting_steps(context.assessment, context.case, wording.rulebook) if is_ours else []
    if not steps:
        return [*paragraphs([*so_far(context, wording), tie(context, wording)]), *_never_wasted(context, wording)]
    reasons = [slot for reason in context.assessment.rationale for slot in wording.criterion(reason).slots]
    opening = [*so_far(context, wording), tie(context, wording, *reasons[:1])]
    monday = []
    if steps[0].id in _EVAL_STEPS:
        monday = [_first_day(context, wording)]
    items = [*(Paragraph((sentence,), item=True) for sentence in monday), *step_items(steps, wording)]
    rest = [*paragraphs([wording.say("next.then")]), *items[1:]] if items[1:] else []
    return [*paragraphs(opening, [wording.say("next.first")]), items[0], *rest]


def _never_wasted(context: ReplyContext, wording: Wording) -> list[Paragraph]:
    """Give what can be done on a first day whatever the answer will be: the beginning of a test set."""
    if not has_case(context):
        return []
    return [*paragraphs([wording.say("next.open")]), Paragraph((_first_day(context, wording),), item=True)]


def _first_day(context: ReplyContext, wording: Wording) -> Sentence:
    example = wording.book.eval_for(goals(context.case))
    return Sentence(example.first_day, (cite_span(example.span, wording.texts),), role=SentenceRole.STEP)


def deadline(context: ReplyContext, wording: Wording) -> list[Paragraph]:
    """Tell the cheapest safe step for a date, and what to log meanwhile."""
    verdict = verdict_of(context)
    key = {
        VerdictId.RAG_OR_TOOLS: "deadline.cheapest_facts",
        VerdictId.FIX_PROCESS: "deadline.cheapest_process",
        VerdictId.FINE_TUNE: "deadline.cheapest_yes",
        VerdictId.COMBINE: "deadline.cheapest_yes",
    }.get(verdict, "deadline.cheapest")
    why = _span_of("slow_fixes", wording)
    fact = tie_to(FollowUp.DEADLINE, context, wording)
    return paragraphs([wording.say(key), *why, fact], [wording.say("deadline.log")])


def _span_of(risk_id: str, wording: Wording) -> list[Sentence]:
    """Quote the line that a risk rests on, word for word."""
    for risk in wording.book.risks:
        if risk.id == risk_id:
            cited = cite_span(risk.span, wording.texts)
            return [Sentence(cited.quote, (cited,), is_claim=True)]
    return []


def certainty(context: ReplyContext, wording: Wording) -> list[Paragraph]:
    """Say in words how firm the answer is, what it rests on, and what is open or only heard."""
    assessment, case = context.assessment, context.case
    verdict = verdict_of(context)
    if not has_case(context) or verdict in NO_LEANING:
        return paragraphs([*so_far(context, wording, always=True), *_open(context, wording)])
    level = "firm" if assessment.stability >= FIRM else "fairly" if assessment.stability >= FAIRLY else "loose"
    how = wording.say(f"certainty.{level}", label=wording.label(verdict))
    slots = dict.fromkeys(slot for reason in assessment.rationale for slot in wording.criterion(reason).slots)
    agreed = [fact for slot in slots for fact in case.pick_facts(slot) if fact.agreed and fact.value is not None][:3]
    cited = [wording.cite_fact(fact) for fact in agreed]
    rests = [wording.say("certainty.rests", *cited, facts=wording.join([wording.fact(fact) for fact in agreed]))]
    heard = [slot for slot in slots if slot in case.list_unagreed_slots()]
    unsure = [wording.say("certainty.rests_heard", names=wording.names(heard))] if heard else []
    return paragraphs(
        [*so_far(context, wording), *_yes_or_no(context, wording), how, *(rests if agreed else []), *unsure],
        [*_open(context, wording), *would_change(assessment, wording)[:1], wording.say("certainty.limit")],
    )


_YES_OR_NO = re.compile(r"\b(?:yes|no|definite|maybe)\b", re.IGNORECASE)


def _yes_or_no(context: ReplyContext, wording: Wording) -> list[Sentence]:
    """Say the answer plainly to who asks whether it is a yes or a no."""
    if not context.assessment.settled or not _YES_OR_NO.search(context.asking):
        return []
    text = wording.rulebook.verdict(context.assessment.verdict)
    trains = "explain.train_yes" if context.assessment.verdict in TRAINING_VERDICTS else "explain.train_no"
    return [wording.say(trains), wording.say("explain.plainly", label=text.label, summary=text.summary)]


def _open(context: ReplyContext, wording: Wording) -> list[Sentence]:
    gaps = context.assessment.gaps or find_asked_slots(context)
    if gaps:
        return [wording.say("certainty.open", names=wording.names(gaps))]
    if has_case(context) and not context.assessment.settled and context.assessment.n_left > 1:
        return [wording.say("certainty.asking", number=str(context.assessment.n_left))]
    return [wording.say("certainty.nothing_open")] if has_case(context) and context.assessment.settled else []


def what_would_change(context: ReplyContext, wording: Wording) -> list[Paragraph]:
    """Name the facts that would turn the answer, with the reason that it turns on."""
    supposed = _answer_supposition(context, wording)
    changes = [*supposed, *would_change(context.assessment, wording)] if has_case(context) else []
    if not changes:
        return paragraphs([*so_far(context, wording, always=True), tie(context, wording), *_nothing(context, wording)])
    reasons = [wording.reason(reason, context.case) for reason in context.assessment.rationale[:1]]
    return paragraphs([*so_far(context, wording), *changes], reasons)


def _answer_supposition(context: ReplyContext, wording: Wording) -> list[Sentence]:
    """Answer what the question supposes, where it supposes something that the rules read."""
    found = suppose(context, wording.rulebook, wording.book) if has_case(context) else None
    if found is None:
        return []
    change, verdict = found
    clause = wording.clause(change.slot, change.to, exact=False)
    if verdict in NO_LEANING:
        return [wording.say("suppose.opens", change=clause)]
    key = "suppose.stays" if verdict is verdict_of(context) else "suppose.turns"
    return [wording.say(key, change=clause, label=wording.label(verdict))]


def _nothing(context: ReplyContext, wording: Wording) -> list[Sentence]:
    return [wording.say("push.none")] if has_case(context) and context.assessment.settled else []


def risk(context: ReplyContext, wording: Wording) -> list[Paragraph]:
    """Name the risks that fit the case, three at most, those first that the question speaks of."""
    verdict = verdict_of(context)
    fitting = [risk for risk in wording.book.risks if risk.fits(context.case, verdict)]
    asked = [risk for risk in wording.book.risks if _speaks_of(context.asking, risk.id)]
    chosen = list(dict.fromkeys([*(risk.id for risk in asked), *(risk.id for risk in fitting)]))[:N_RISKS]
    if not has_case(context):
        chosen = chosen or ["trained_blind", "learns_faults", "forgets"]
    items = [
        Paragraph((Sentence(found.text, (cite_span(found.span, wording.texts),), is_claim=True),), item=True)
        for risk_id in chosen
        for found in wording.book.risks
        if found.id == risk_id
    ]
    fact = tie_to(FollowUp.RISK, context, wording)
    return [*paragraphs([wording.say("risk.intro")]), *items, *paragraphs([fact])]


_RISK_WORDS = {
    "forgets": ("forget", "unlearn", "already know", "what it could", "what it knows", "elsewhere", "other abilit"),
    "personal_data_leaks": ("privacy", "personal", "private", "names", "confidential", "gdpr", "legal", "leak"),
    "safety": ("safe", "harmful", "guardrail"),
    "switched_off": ("lock", "vendor", "provider", "switched off", "retire"),
    "out_of_date": ("out of date", "outdated", "stale"),
}


def _speaks_of(message: str, risk_id: str) -> bool:
    return any(word in message.lower() for word in _RISK_WORDS.get(risk_id, ()))


def cost(context: ReplyContext, wording: Wording) -> list[Paragraph]:
    """Give ranges that sources report for the next steps, and what they depend on in this case."""
    return _figures(context, wording, is_time=False)


def timeline(context: ReplyContext, wording: Wording) -> list[Paragraph]:
    """Give how long the next steps take, as far as anybody says so, and what it depends on in this case."""
    return _figures(context, wording, is_time=True)


def _figures(context: ReplyContext, wording: Wording, *, is_time: bool) -> list[Paragraph]:
    verdict = verdict_of(context)
    rows = [row for row in wording.book.costs if verdict in row.verdicts or verdict in NO_LEANING]
    rows = sorted(rows, key=lambda row: row.is_time is not is_time)[:N_COSTS]
    steps = find_fitting_steps(context.assessment, context.case, wording.rulebook) if has_case(context) else []
    step = [wording.say("cost.step", step=steps[0].text)] if steps else []
    if not {"collect_data", "clean_data"} & {step.id for step in steps}:
        rows = [row for row in rows if row.id != "cleaning_days"]
    slots = ("data_quality", "process") if is_time else ("volume", "budget")
    names = wording.names([slot for slot in slots if not context.case.of(slot)] or ["data_count", "volume"])
    own = list_said_in(FollowUp.TIMELINE if is_time else FollowUp.COST, wording)
    told = [slot for slot in own if context.case.pick_facts(slot)]
    fact = [tie(context, wording, *told)] if told or not step else []
    return [
        *paragraphs([*so_far(context, wording), wording.say("cost.none")]),
        *(Paragraph((_figure(row, wording),), item=True) for row in rows),
        *paragraphs([*step, *fact, wording.say("cost.depends", names=names)]),
    ]


def _figure(row: Cost, wording: Wording) -> Sentence:
    cited = (cite_span(row.span, wording.texts),) if row.span else ()
    return Sentence(row.text, cited, is_claim=bool(cited))


def how_many(context: ReplyContext, wording: Wording) -> list[Paragraph]:
    """Say how many examples this aim takes, how many there are, and how to find out whether more would help; where
    facts are what is missing, that no number of them is.
    """
    own = goals(context.case)
    if has_case(context) and verdict_of(context) is VerdictId.RAG_OR_TOOLS:
        reasons = [wording.reason(reason, context.case) for reason in context.assessment.rationale[:1]]
        return paragraphs([*reasons, wording.say("many.facts"), tie(context, wording)])
    limit = "examples_for_manner" if own and own <= MANNER else "examples"
    needed = wording.rulebook.threshold(limit)
    span = next((c.rests_on[0] for c in wording.rulebook.criteria if c.id == "data_too_few"), None)
    cited = cite_span(span, wording.texts) if span else None
    said = [
        wording.say("many.needed", cited, claim=True, aim=aim(context.case, wording), number=wording.number(needed))
    ]
    held = [fact for fact in context.case.pick_facts("data_count") if isinstance(fact.value, float | int)]
    if not any(fact.turn == context.turn for fact in held):
        said += _compare_number(context.asking, needed, wording)
    if held:
        key = "many.have" if float(held[0].value or 0) >= needed else "many.short"
        number = wording.fact(held[0]).removeprefix("you have ")
        said.append(wording.say(key, wording.cite_fact(held[0]), number=number))
        said += _shape(context, wording)
    else:
        said.append(wording.say("many.unknown") if has_case(context) else wording.say("answer.no_case"))
    if cited is not None:
        said.append(Sentence(cited.quote, (cited,), is_claim=True))
    half = next((step for v in wording.rulebook.verdicts for step in v.steps if step.id == "pilot"), None)
    test = [cite_span(span, wording.texts) for span in half.rests_on] if half else []
    compare = [wording.say("many.half"), *(Sentence(c.quote, (c,), is_claim=True) for c in test)]
    return paragraphs(said, compare)


def _shape(context: ReplyContext, wording: Wording) -> list[Sentence]:
    """Say beside a number what shape the examples are in, unless they are clean."""
    facts = [fact for fact in context.case.pick_facts("data_quality") if fact.value not in (None, "clean")]
    return [wording.say("many.shape", wording.cite_fact(fact), fact=wording.fact(fact)) for fact in facts[:1]]


def _compare_number(message: str, needed: float, wording: Wording) -> list[Sentence]:
    """Compare a number that stands in the question with what is needed."""
    found = _NUMBER.search(message)
    if found is None:
        return []
    number = float(found["n"].replace(",", "")) * (1000 if found["k"] else 1)
    key = "many.asked_enough" if number >= needed else "many.asked_short"
    return [wording.say(key, number=wording.number(number))]


def eval_example(context: ReplyContext, wording: Wording) -> list[Paragraph]:
    """Show what an eval looks like for this aim, with the case's own words beside it."""
    example = wording.book.eval_for(goals(context.case))
    cited = cite_span(example.span, wording.texts)
    quote = find_named_things(context.message, context.turn) or aim_quote(context.case)
    named = aim(context.case, wording)
    if quote is None:
        opening = wording.say("evals.intro", aim=named)
    elif not goals(context.case):
        opening = wording.say("evals.intro_things", quote, quote=quote.quote)
    else:
        opening = wording.say("evals.intro_quoted", quote, aim=named, quote=quote.quote)
    by_hand = any(word in context.asking.lower() for word in _WITHOUT_SUMS)
    lines = [example.cases, example.beside, example.by_hand if by_hand else example.score]
    items = [Paragraph((Sentence(line, (cited,) if at == 0 else ()),), item=True) for at, line in enumerate(lines)]
    return [*paragraphs([opening]), *items, *paragraphs([tie_to(FollowUp.EVAL_EXAMPLE, context, wording)])]


CASE_ANSWERS: Mapping[FollowUp, Callable[[ReplyContext, Wording], list[Paragraph]]] = {
    FollowUp.NEXT_STEPS: next_steps,
    FollowUp.DEADLINE: deadline,
    FollowUp.CERTAINTY: certainty,
    FollowUp.WOULD_CHANGE: what_would_change,
    FollowUp.RISK: risk,
    FollowUp.COST: cost,
    FollowUp.TIMELINE: timeline,
    FollowUp.HOW_MANY: how_many,
    FollowUp.EVAL_EXAMPLE: eval_example,
    FollowUp.COMPARE: compare,
    FollowUp.SUMMARY: summary,
}
