"""Says how far a prompt was taken: what was tried, whether it was measured, and whether a score no longer moves.

Owns what techniques, rounds and scores add up to, and the form of a row of scores. Must not know how numbers are
spelled.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from assistant.text.clauses import Clause
from assistant.offline.counts import Count
from assistant.text.numbers import Measure, Quantity
from assistant.offline.signs import Signs

_ROW = re.compile(
    r"(?<![\w.])\d{0,3}(?:\.\d{1,3})?%?(?: ?(?:,|->|=>|>|/|;|→|then|and|to|-) ?\d{0,3}(?:\.\d{1,3})?%?){1,9}(?![\w/])"
)
_SCORE = re.compile(r"\d{0,3}(?:\.\d{1,3})?(?=\D|$)")
_STILL = 0.045
"""Scores closer together than this share count as the same."""
_FEW_TECHNIQUES = 2
_MANY_TECHNIQUES = 3
_QUOTED = re.compile(r"(?<!\w)(['\"])[^'\"]{8,200}\1")


def prompt_work(signs: Signs, quantities: tuple[Quantity, ...]) -> Iterator[Count]:
    """Yield at most one value of `prompting` that an answer to its question adds up to.

    At its limit is what was tried in several ways or rounds and has a score that stands still, or a measured one;
    without a score many ways are only proposed for it.
    """
    techniques, rounds = len(signs.clauses("prompt_technique")), signs.first("prompt_round")
    stuck = _row(signs) or signs.first("prompt_stuck")
    scored = _is_scored(signs, quantities)
    tried = signs.first("prompt_technique", "prompt_round")
    if (enough := signs.first("prompt_enough")) and not (stuck and techniques):
        yield _prompting("sufficient", enough, sure=stuck is None)
    elif tried and (unmeasured := signs.first("prompt_unmeasured")):
        yield _prompting("iterated", unmeasured, sure=not scored)
    elif (stuck and scored and tried) or (_row(signs) is not None and stuck):
        yield _prompting("plateaued", stuck, sure=True)
    elif techniques >= _FEW_TECHNIQUES and (scored or stuck):
        yield _prompting("plateaued", stuck or _first(signs, "prompt_technique"), sure=scored)
    elif techniques >= _MANY_TECHNIQUES:
        yield _prompting("plateaued", _first(signs, "prompt_technique"), sure=False)
    elif rounds and (stuck or signs.has("prompt_measured")):
        yield _prompting("plateaued", rounds, sure=False)
    elif techniques < _FEW_TECHNIQUES and not rounds:
        yield from _untaken(signs)


def _untaken(signs: Signs) -> Iterator[Count]:
    """Yield that there is no prompt, or a short one: quoted, counted in lines, or without an example."""
    if never := signs.first("prompt_never"):
        yield _prompting("none", never, sure=False)
    elif short := signs.first("prompt_short"):
        yield _prompting("basic", short, sure=False)
    elif match := _QUOTED.search(signs.utterance.flat):
        clause = signs.utterance.clause_of(match.start(), match.start() + 1)
        if clause is not None:
            yield _prompting("basic", clause, sure=False)


def _row(signs: Signs) -> Clause | None:
    """Return where scores stand in a row of which the last two hardly differ: "71, 74, 74", or "between 80 and 81"."""
    for match in _ROW.finditer(signs.utterance.flat):
        scores = [float(found.group()) for found in _SCORE.finditer(match.group()) if found.group().strip(".")]
        if len(scores) < 2 or max(scores[-2:]) <= 0:
            continue
        is_still = abs(scores[-1] - scores[-2]) <= _STILL * max(scores[-2:])
        before = signs.utterance.flat[max(0, match.start() - 10) : match.start()]
        if is_still and (len(scores) > 2 or "between" in before or "->" in match.group() or "," in match.group()):
            return signs.utterance.clause_of(match.start(), match.start() + 1)
    return None


def _is_scored(signs: Signs, quantities: tuple[Quantity, ...]) -> bool:
    if signs.has("prompt_measured"):
        return True
    return any(
        quantity.measure is Measure.PERCENT
        or (quantity.measure in (Measure.COUNT, Measure.OTHER) and not quantity.noun and 0 < quantity.high <= 100)
        for quantity in quantities
    )


def _first(signs: Signs, name: str) -> Clause:
    return signs.clauses(name)[0]


def _prompting(value: str, clause: Clause, *, sure: bool) -> Count:
    return Count("prompting", value, clause.start, clause.end, sure)
