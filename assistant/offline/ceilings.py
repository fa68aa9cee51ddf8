"""Says when what was done to a prompt has reached a ceiling: techniques named, and a score that no longer moves.

Owns the words of being stuck, the techniques of prompting, and what both together mean. Must not know how numbers are
spelled.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from assistant.text.clauses import Clause, Utterance
from assistant.offline.counts import Count
from assistant.text.modality import Manner, manner
from assistant.text.numbers import Measure, Quantity

_STUCK = re.compile(
    r"\bis where (?:it|we|this|that|things|they) (?:\w+ )?(?:stays?|ends?|stops?|sits?|is|are|got|get"
    r"|remains?|landed)\b"
    r"|\b(?:stays?|stayed|stops?|stopped|sits?|ends?|ended|remains?|hovers?|hovering|tops?|maxes|peaks?"
    r"|peaked|stuck|stalls?"
    r"|stalled|capped|lands?|landed|levels off|flat|plateau\w{0,3}|saturat\w{1,3}) (?:out )?(?:at|around|near"
    r"|on|below|under)\b"
    r"|\b(?:can't|cannot|couldn't|can not|won't|doesn't|don't|didn't|does not|never|not|nobody|nothing) (?:\w+ ){0,3}"
    r"(?:past|above|over|beyond|higher than|better than|further)\b"
    r"|\bno (?:further|more) (?:gains?|improvements?|progress)|\bno further\b|\bwhatever (?:we|i) (?:try|do|change)"
    r"|\bno matter (?:what|how)\b|\b(?:won't|doesn't|does not|not) (?:move|budge|improve|go up|climb)\b"
    r"|\bhas not moved\b|\bhasn't moved\b|\bsame (?:score|number|figure|result)s?\b"
)
_TECHNIQUES = re.compile(
    r"\b(?P<name>few-?shot\w?|shots|examples|schema|structured outputs?|json mode|chain[- ]of[- ]thought"
    r"|cot\b|self-consistency"
    r"|decompos\w+|step[- ]by[- ]step|hints?|retry|retries|rerank\w*|ensembl\w+|optimi[sz]er|dspy"
    r"|prompt chain\w*|two-step"
    r"|models compared|(?:other|several|\d|two|three|four|five|all) (?:\w+ )?models|query rewriting"
    r"|temperature|definitions"
    r"|longer prompt|grammar|constrained|critique|self-check|guidelines)"
)
_CONTENT = re.compile(
    r"\b(?:enough|satisf\w+|happy|accepted|works (?:well|fine|great)|no complaints|at target|on target|on par"
    r"|that's fine)\b"
)
_FEWEST_TECHNIQUES = 2
_MANY_TECHNIQUES = 3


def ceilings(utterance: Utterance, quantities: tuple[Quantity, ...], *, asked: bool) -> Iterator[Count]:
    """Yield that the prompt is at its limit: surely with a number and a word of being stuck in one clause.

    `asked`: the words answer the question for it; then two techniques with a measured share, or three without,
    propose it too. Unasked it is a proposal, and must come with a technique or a prompt.
    """
    if _CONTENT.search(utterance.flat):
        return
    names = {match["name"] for match in _TECHNIQUES.finditer(utterance.flat)}
    stuck = [clause for clause in utterance.clauses if _STUCK.search(clause.text) and _states(utterance, clause)]
    scores = [clause for clause in stuck if _scored(clause, quantities)]
    if asked:
        if scores:
            yield _plateaued(scores[0], sure=True)
        elif stuck and (names or _any_score(quantities)):
            yield _plateaued(stuck[0], sure=bool(names) and _any_score(quantities))
        elif len(names) >= _MANY_TECHNIQUES or (len(names) >= _FEWEST_TECHNIQUES and _any_share(quantities)):
            yield _plateaued(utterance.clauses[0], sure=False)
    elif scores and (names or re.search(r"\bprompt\w*|\btuned\b|\btried\b", utterance.flat)):
        yield _plateaued(scores[0], sure=False)


def _states(utterance: Utterance, clause: Clause) -> bool:
    return manner(utterance, clause) in (Manner.STATES, Manner.FORMER)


def _scored(clause: Clause, quantities: tuple[Quantity, ...]) -> bool:
    return any(clause.start <= quantity.start and quantity.end <= clause.end for quantity in quantities)


def _any_score(quantities: tuple[Quantity, ...]) -> bool:
    return any(quantity.measure in (Measure.PERCENT, Measure.COUNT, Measure.OTHER) for quantity in quantities)


def _any_share(quantities: tuple[Quantity, ...]) -> bool:
    return any(
        quantity.measure is Measure.PERCENT or (quantity.measure is Measure.COUNT and 0 < quantity.high < 1)
        for quantity in quantities
    )


def _plateaued(clause: Clause, *, sure: bool) -> Count:
    return Count("prompting", "plateaued", clause.start, clause.end, sure)
