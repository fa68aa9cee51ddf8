"""Answers about the words of the trade: what a term means, and two of them compared for this case.

Owns the forms of such a question. Must not know what the words mean: `glossary.yaml` does.
"""

from __future__ import annotations

import re

from assistant.domain.dialogue import Paragraph, ReplyContext, Sentence
from assistant.domain.rulebook import VerdictId
from assistant.domain.signals import BEHAVIOUR, KNOWLEDGE
from assistant.knowledge.types.answer_book import AnswerBook, Term
from assistant.replying.quotes import cite_span
from assistant.replying.reasons import NO_LEANING
from assistant.replying.tie import AIM, goals, has_case, tie, verdict_of
from assistant.replying.topic import topic_answer
from assistant.replying.verdict_reply import would_change
from assistant.replying.wording import Wording, paragraphs

N_TERMS = 2

_DEFINES = re.compile(
    r"(?:whats?(?:'s| is| are| does| do|s)?|define|explain|describe|meaning of|mean(?:t)? by|heard of|lost me at"
    r"|was (?:ist|sind|heißt|bedeutet)|erklär(?:e|t)?(?: mir| uns)?"
    r"|know what|tell me what|understand|tell me about|your word"
    r"|you (?:just )?(?:said|say|wrote|write|call|called|use|used|keep saying))\W+"
    r"(?:(?:you|call|a|an|the|that|this|word|term|is|are|by|exactly|mean|please|eine?|der|die|das|denn|bitte)\W+){0,4}$"
)
_DEFINED = re.compile(
    r"^\W*(?:then\W+)?(?:(?:,|\?|is or not|is$|in english|in german"
    r"|never heard|what(?:'s| is| are)|mean(?:s)?|exactly|again|please|anyway|in plain \w+"
    r"|in simple words|what do you mean by it|stand(?:s)? for|meaning what|in words for|itself)\b.*|\W*)$"
)
_BARE = re.compile(
    r"\W*(?:never heard|what(?:'s| is| are) (?:that|this|it|these)\b|what does that mean"
    r"|itself\b|meaning what|in (?:plain|simple|other|normal|everyday) |in words)"
)


def find_asked_terms(text: str, book: AnswerBook) -> tuple[Term, ...]:
    """Return the terms whose meaning a text asks for, in its order."""
    lower = text.lower().replace("’", "'")
    return tuple(term for term in book.terms_in(lower) if any(_is_asked(lower, name) for name in term.names))


def _is_asked(text: str, name: str) -> bool:
    for match in re.finditer(rf"(?<![\w-]){re.escape(name)}(?![\w-])", text):
        before, after = text[: match.start()], text[match.end() :]
        if _DEFINES.search(before) and _DEFINED.match(after):
            return True
        if len(before.split()) <= 2 and _BARE.match(after):
            return True
    return False


def explain_term(context: ReplyContext, wording: Wording) -> list[Paragraph]:
    """Explain the words that are asked about, and what they are in this case."""
    named = find_asked_terms(context.asking, wording.book) or wording.book.terms_in(context.asking)
    found = named[:N_TERMS]
    if not found:
        return paragraphs(topic_answer(context, wording))
    said = [_explain_term(term, wording) for term in found]
    slots = [slot for term in found for slot in term.slots]
    return paragraphs(said, [tie(context, wording, *slots)])


def compare(context: ReplyContext, wording: Wording) -> list[Paragraph]:
    """Put two methods side by side, and say which of them the case calls for."""
    found = [term for term in wording.book.terms_in(context.asking) if term.is_method]
    others = [term for term in wording.book.terms_in(context.asking) if not term.is_method]
    if len(others) > 1 and len(found) < 2:
        items = [Paragraph((_explain_term(term, wording),), item=True) for term in others[:2]]
        slots = [slot for term in others[:2] for slot in term.slots]
        told = [slot for slot in slots if context.case.pick_facts(slot)]
        close = paragraphs([tie(context, wording, *told)]) if told else []
        return [*paragraphs([wording.say("compare.terms")]), *items, *close]
    named = found[:2] if len(found) > 1 else [*found, *_opposite(found, context, wording)][:2]
    items = [Paragraph((_explain_term(term, wording), *_explain_fit(term, wording)), item=True) for term in named]
    verdict = verdict_of(context)
    if not has_case(context) or verdict in NO_LEANING:
        return [*items, *paragraphs([wording.say("compare.alike"), tie(context, wording)])]
    key = "compare.which" if context.assessment.settled else "compare.which_open"
    reasons = [wording.reason(reason, context.case) for reason in context.assessment.rationale[:1]]
    spoken = {slot for reason in context.assessment.rationale[:1] for slot in wording.criterion(reason).slots}
    slots = [slot for term in named for slot in term.slots if slot not in spoken]
    of_aim = _weigh_aim(named, context, wording)
    answer = [wording.say(key, label=wording.label(verdict)), *reasons, *(of_aim or [tie(context, wording, *slots)])]
    turns = would_change(context.assessment, wording)[:1] if context.assessment.settled else []
    return [*items, *paragraphs(answer, turns)]


def _weigh_aim(named: list[Term], context: ReplyContext, wording: Wording) -> list[Sentence]:
    """Say whether the aim asks for what brings facts or for what shapes manner, where one of each is compared; between
    two ways to train, that no fact of the case decides.
    """
    if all(term.is_training for term in named):
        return [wording.say("compare.trainings")]
    wanted, brings = goals(context.case), ["retrieval" in term.slots for term in named]
    if len(set(brings)) < 2 or not wanted & (KNOWLEDGE | BEHAVIOUR):
        return []
    kind = "both" if wanted & KNOWLEDGE and wanted & BEHAVIOUR else "knows" if wanted & KNOWLEDGE else "acts"
    return [tie(context, wording, AIM), wording.say(f"compare.{kind}")]


def _opposite(found: list[Term], context: ReplyContext, wording: Wording) -> list[Term]:
    """Set against the one method that was named what the verdict proposes, else training."""
    proposed = {
        VerdictId.RAG_OR_TOOLS: "rag", VerdictId.PROMPT_FIRST: "prompt", VerdictId.FIX_PROCESS: "prompt",
    }.get(verdict_of(context), "fine-tuning")  # fmt: skip
    names = (proposed, "fine-tuning", "prompt")
    opposite = [term for name in names for term in wording.book.terms if name in term.names and term not in found]
    return list(dict.fromkeys(opposite))


def _explain_term(term: Term, wording: Wording) -> Sentence:
    cited = (cite_span(term.span, wording.texts),) if term.span else ()
    return Sentence(term.text, cited, is_claim=bool(cited))


def _explain_fit(term: Term, wording: Wording) -> list[Sentence]:
    if term.fits is None:
        return []
    return [Sentence(term.fits.text, (cite_span(term.fits.span, wording.texts),), is_claim=True)]
