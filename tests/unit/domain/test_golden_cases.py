"""The golden cases of tests/cases: what an expert would say of a situation, and what it rests on.

A case names a situation by clicked facts and says where it must lean; it may also say how many mistakes are hit,
which criteria hold (`holds`, `lacks`), which of them argue for the leaning (`because`), the parts, and what is asked.
"""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from assistant.domain.criteria import PREDICATES
from assistant.domain.mistakes import MistakeState
from tests.unit.domain.situations import PROJECT_ROOT, RULEBOOK, decide, make_case, signals_of

FILES = sorted((PROJECT_ROOT / "tests" / "cases").glob("*.yaml"))
KEYS = {
    "name", "situation", "declined", "leaning", "because", "holds", "lacks", "hit", "cleared", "unknown",
    "parts", "verdict", "asks",
}  # fmt: skip


def read_cases(path: Path) -> list[dict]:
    """Read one file of golden cases."""
    return yaml.safe_load(path.read_text(encoding="utf-8"))


CASES = [case for path in FILES for case in read_cases(path)]
golden = pytest.mark.parametrize("golden_case", CASES, ids=[case["name"].replace(" ", "_") for case in CASES])


@golden
def test_case_is_judged_as_an_expert_would(golden_case: dict) -> None:
    """The situation leans, hits mistakes and rests on arguments as the golden case says."""
    expected = {key: golden_case[key] for key in KEYS - {"name", "situation", "declined"} if key in golden_case}
    assert expected == _found(golden_case, expected)


def _found(golden_case: dict, expected: dict) -> dict:
    case = make_case(golden_case["situation"], golden_case.get("declined", ()))
    assessment = decide(golden_case["situation"], golden_case.get("declined", ()))
    signals = signals_of(case)
    board = {
        state.value: [found.id.value for found in assessment.mistakes if found.state is state] for state in MistakeState
    }
    everything = {
        "leaning": assessment.leaning.value,
        "because": [name for name in expected.get("because", ()) if name in assessment.rationale],
        "holds": [name for name in expected.get("holds", ()) if PREDICATES[name](signals)],
        "lacks": [name for name in expected.get("lacks", ()) if not PREDICATES[name](signals)],
        **{state: [mistake for mistake in expected.get(state, ()) if mistake in board[state]] for state in board},
        "parts": {part.concern: part.verdict.value for part in assessment.parts},
        "verdict": assessment.verdict.value,
        "asks": assessment.question.slot if assessment.question else None,
    }
    return {key: everything[key] for key in expected}


def test_no_case_has_a_key_that_nothing_reads() -> None:
    """A misspelt key would be an expectation that is never checked."""
    assert set() == {key for case in CASES for key in case} - KEYS


def test_no_two_cases_share_a_name() -> None:
    """A name tells which case failed."""
    names = [case["name"] for case in CASES]
    assert len(set(names)) == len(names)


@pytest.mark.parametrize("criterion", [criterion.id for criterion in RULEBOOK.criteria])
def test_criterion_has_a_case_that_fires_it(criterion: str) -> None:
    """Some golden case rests its leaning on the criterion."""
    assert [] != [case["name"] for case in CASES if criterion in case.get("because", ())]


@pytest.mark.parametrize("criterion", RULEBOOK.criteria, ids=lambda criterion: criterion.id)
def test_criterion_has_a_case_just_next_to_it(criterion) -> None:
    """Some golden case tells every slot the criterion reads, and it does not hold."""
    next_to_it = [
        case["name"]
        for case in CASES
        if criterion.id in case.get("lacks", ()) and set(criterion.slots) <= case["situation"].keys()
    ]
    assert [] != next_to_it


@pytest.mark.parametrize("criterion", RULEBOOK.criteria, ids=lambda criterion: criterion.id)
def test_criterion_has_a_case_with_a_slot_unknown(criterion) -> None:
    """Some golden case leaves a slot of the criterion untold, and it does not hold."""
    unknown = [
        case["name"]
        for case in CASES
        if criterion.id in case.get("lacks", ()) and not set(criterion.slots) <= case["situation"].keys()
    ]
    assert [] != unknown
