"""What listening is worth: labelled cases by words, without a model and with one that knows what the user means.

The truthful model reads each label into the words its user answers with, so it shows how much of a good model's hearing
the merging lets through, not how well any real model hears.
"""

from __future__ import annotations

import pytest

from tests.case_runs import Run, Way, meanings, read_cases, read_clicks, report, run
from tests.fakes import coach
from tests.fakes_model import ScriptedModel, listening_coach, truthful

pytestmark = pytest.mark.quality
CASES, CLICKS = read_cases(), read_clicks()


def harmful(runs: list[Run]) -> int:
    """Count the cases in which training is advised against every label."""
    return sum(run.harmful for run in runs)


def test_a_model_that_hears_well_makes_more_cases_right_and_none_harmful() -> None:
    """Side by side: verdicts, mistakes and questions a case."""
    plain = [run(coach(), case, CLICKS[case["id"]], Way.TYPIST) for case in CASES]
    heard = []
    for case in CASES:
        with_model = listening_coach(ScriptedModel(truthful(meanings(case, CLICKS[case["id"]]))))
        heard.append(run(with_model, case, CLICKS[case["id"]], Way.TYPIST))
    print(f"\n{report('by words, without a model', plain)}\n{report('by words, with a model that hears well', heard)}")
    assert sum(run.acceptable for run in heard) >= sum(run.acceptable for run in plain)
    assert harmful(heard) == 0
