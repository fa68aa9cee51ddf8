"""What a turn of the decision core costs, in microseconds and as a multiple of one `lean`."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from dataclasses import replace

import pytest

from assistant.domain.assessment import assess
from assistant.domain.case import Case
from assistant.domain.counterfactual import _pairs, _singles, way_to_yes
from assistant.domain.criteria import rationale
from assistant.domain.elicitation import list_unfilled, plan_questions
from assistant.domain.signals import Signals
from assistant.domain.stability import stability
from assistant.domain.verdict import judge_leaning, judge_mistakes
from tests.unit.domain.situations import PARAMETERS, READY, RULEBOOK, make_case

pytestmark = pytest.mark.bench

SITUATIONS = {
    "every slot open": replace(Case(), begun=True),
    "all but one open": make_case({"goal": ["knowledge"]}),
    "typical": make_case(
        {"goal": ["classification"], "prompting": "plateaued", "data_count": 400, "freshness": "stable"}
    ),
    "all that decides a yes": make_case(READY),
}


def _microseconds(run: Callable[[], object], n_rounds: int = 15) -> float:
    """Time one call: the median of several rounds, each long enough for the clock."""
    started = time.perf_counter()
    run()
    n_calls = max(1, int(0.005 / max(time.perf_counter() - started, 1e-7)))
    rounds = []
    for _ in range(n_rounds):
        started = time.perf_counter()
        for _ in range(n_calls):
            run()
        rounds.append((time.perf_counter() - started) / n_calls)
    return 1e6 * statistics.median(rounds)


def _steps(case: Case) -> dict[str, Callable[[], object]]:
    values, declined, still_open = case.values(), case.list_gaps(), list_unfilled(case, RULEBOOK)
    leaning = judge_leaning(values, declined, PARAMETERS)
    return {
        "decide (lean)": lambda: judge_leaning(values, declined, PARAMETERS),
        "rationale": lambda: rationale(Signals(values, declined, PARAMETERS), leaning, RULEBOOK),
        "mistake board": lambda: judge_mistakes(values, declined, RULEBOOK, PARAMETERS),
        "stability": lambda: stability(values, leaning, still_open, RULEBOOK, PARAMETERS),
        "questions": lambda: plan_questions(case, leaning, RULEBOOK, PARAMETERS),
        "changes of one": lambda: _singles(case, leaning, RULEBOOK, PARAMETERS),
        "changes of two": lambda: _pairs(case, leaning, RULEBOOK, PARAMETERS),
        "way to yes": lambda: way_to_yes(case, RULEBOOK, PARAMETERS),
        "the whole turn (assess)": lambda: assess(case, RULEBOOK),
    }


@pytest.mark.parametrize("name", SITUATIONS)
def test_core(name: str) -> None:
    """Print what each step of a turn costs in one situation."""
    case = SITUATIONS[name]
    taken = {step: _microseconds(run) for step, run in _steps(case).items()}
    print(f"\n{name}, leaning {assess(case, RULEBOOK).leaning}")
    print(f"  {'':26}{'µs':>10}{'× lean':>10}")
    for step, microseconds in taken.items():
        print(f"  {step:26}{microseconds:10.1f}{microseconds / taken['decide (lean)']:10.1f}")
