"""The labelled cases, told in five ways: what is lost in hearing, and what in judging.

The shares are printed, each with its interval. What fails is what no share excuses: advice to train that no label
allows, what stands as agreed and was not meant, and a question put again without a reason.
"""

from __future__ import annotations

import pytest

from assistant import wiring
from assistant.coach import Coach
from assistant.settings.environment import read_settings
from tests.case_runs import Run, Way, a_case, read_cases, read_clicks, report, run

pytestmark = pytest.mark.quality
SETS = {"labelled": "", "held back": "new_"}
MOST_KNOWN_NOT_MEANT = 0.05


@pytest.fixture(scope="module")
def coach() -> Coach:
    """The coach as it is wired, without a model."""
    return wiring.build(read_settings({}))


@pytest.fixture(scope="module", params=[(name, way) for name in SETS for way in Way], ids=lambda one: " ".join(one))
def told(request: pytest.FixtureRequest, coach: Coach) -> tuple[Way, list[Run]]:
    """One set of cases told in one way, printed."""
    name, way = request.param
    clicks, cases = read_clicks(SETS[name]), read_cases(SETS[name])
    runs = [run(coach, case, clicks[case["id"]], way) for case in cases]
    print(f"\n{report(f'{name}, {way}', runs)}")
    return way, runs


def test_nobody_is_advised_to_train_who_should_not(told: tuple[Way, list[Run]]) -> None:
    """No yes stands where no label allows one, however the case is told."""
    _, runs = told
    assert [] == [run.case["id"] for run in runs if run.harmful]


def test_hardly_anything_is_agreed_to_that_was_not_meant(told: tuple[Way, list[Run]]) -> None:
    """What stands as known at the end is what its user meant; whoever says yes to anything has only themselves."""
    way, runs = told
    assert way is Way.CARELESS or a_case(runs, "n_known_not_meant") <= MOST_KNOWN_NOT_MEANT


def test_no_question_is_put_again_without_a_reason(told: tuple[Way, list[Run]]) -> None:
    """A second time it says why."""
    _, runs = told
    assert [] == [(run.case["id"], run.repeated) for run in runs if run.repeated]
