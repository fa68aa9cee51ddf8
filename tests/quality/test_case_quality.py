"""The labelled cases, by words and by clicks: what is lost in hearing, and what in judging."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from assistant import wiring
from assistant.coach import Coach
from assistant.config import read_settings
from tests.case_runs import Run, read_cases, read_clicks, report, run_by_clicks, run_by_words

pytestmark = pytest.mark.quality


@pytest.fixture(scope="module")
def coach() -> Coach:
    """The coach as it is wired, without a model."""
    return wiring.build(read_settings({}))


def runs(coach: Coach, run: Callable[..., Run], prefix: str) -> list[Run]:
    clicks = read_clicks(prefix)
    return [run(coach, case, clicks[case["id"]]) for case in read_cases(prefix)]


@pytest.mark.parametrize("prefix", ["", "new_"], ids=["labelled", "held back"])
def test_verdicts_by_clicks_are_right_and_never_harmful(coach: Coach, prefix: str) -> None:
    """Given the facts, at least 92 % of the verdicts are acceptable and none advises training wrongly."""
    found = runs(coach, run_by_clicks, prefix)
    print("\n" + report(f"By clicks, {prefix}cases", found))
    n_acceptable = sum(run.acceptable for run in found)
    assert n_acceptable >= 0.92 * len(found)
    assert [] == [run.case["id"] for run in found if run.harmful]


@pytest.mark.parametrize(("prefix", "most_harmful"), [("", 0), ("new_", 1)], ids=["labelled", "held back"])
def test_verdicts_by_words_are_printed_and_no_question_is_put_twice(
    coach: Coach, prefix: str, most_harmful: int
) -> None:
    """In the users' own words the verdicts are what they are, printed with their interval."""
    found = runs(coach, run_by_words, prefix)
    print("\n" + report(f"By words, {prefix}cases", found))
    assert [] == [run.case["id"] for run in found if len(run.asked) != len(set(run.asked))]
    assert len([run for run in found if run.harmful]) <= most_harmful
