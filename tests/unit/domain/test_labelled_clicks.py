"""The labelled cases, told by clicks: what the core decides when the hearing is perfect."""

from __future__ import annotations

import json
import statistics
from functools import cache

import pytest
import yaml

from assistant.domain.assessment import assess
from assistant.domain.dialogue import Assessment
from assistant.domain.mistakes import MistakeState
from tests.unit.domain.situations import PROJECT_ROOT, RULEBOOK, converse, decide, make_case

DATA = PROJECT_ROOT / "tests" / "data"
LABELS = {case["id"]: case for case in map(json.loads, (DATA / "cases.jsonl").read_text(encoding="utf-8").splitlines())}
CLICKS = yaml.safe_load((DATA / "clicks.yaml").read_text(encoding="utf-8"))
YES = {"fine_tune", "combine"}


@cache
def _interview(case_id: str) -> tuple[Assessment, list[str]]:
    """Tell what is wanted, then answer each question as this user would; what they do not know they decline."""
    known = CLICKS[case_id]
    opening = {slot: known[slot] for slot in ("goal", "scope") if slot in known}
    case, asked = converse(make_case(opening), lambda slot: known.get(slot, "declined"))
    return assess(case, RULEBOOK), asked


def test_every_labelled_case_has_its_clicks() -> None:
    """No case is left out of the figures."""
    assert sorted(LABELS) == sorted(CLICKS)


@pytest.mark.parametrize("case_id", CLICKS)
def test_interview_ends_in_an_acceptable_verdict(case_id: str) -> None:
    """Asked only what the coach asks, every labelled case ends where an expert would end."""
    assessment, _ = _interview(case_id)
    assert assessment.verdict in LABELS[case_id]["acceptable"]


@pytest.mark.parametrize("case_id", CLICKS)
def test_all_facts_at_once_lead_to_an_acceptable_leaning(case_id: str) -> None:
    """With everything told the labelled case leans where an expert would."""
    assert decide(CLICKS[case_id]).leaning in LABELS[case_id]["acceptable"]


def test_no_labelled_no_becomes_a_yes() -> None:
    """The harmful error, a yes where no expert would give one, never happens."""
    nos = [case_id for case_id in CLICKS if not YES & set(LABELS[case_id]["acceptable"])]
    assert [] == [case_id for case_id in nos if _interview(case_id)[0].verdict in YES]


def test_half_of_the_interviews_take_five_questions_or_fewer() -> None:
    """The median number of questions to a verdict stays at most five."""
    assert statistics.median(len(_interview(case_id)[1]) for case_id in CLICKS) <= 5


@pytest.mark.parametrize("case_id", CLICKS)
def test_told_facts_hit_the_labelled_mistakes(case_id: str) -> None:
    """With everything told, each mistake an expert saw is hit on the board."""
    assert set() == set(LABELS[case_id]["mistakes"]) - _hit(case_id)


def test_most_mistakes_that_are_hit_were_seen_by_an_expert() -> None:
    """With everything told, the board rarely hits a mistake that the label neither names nor debates."""
    hits = [(label, mistake) for case_id, label in LABELS.items() for mistake in _hit(case_id)]
    seen = [mistake for label, mistake in hits if mistake in label["mistakes"] + label["mistakes_debatable"]]
    assert len(seen) >= 0.85 * len(hits)


def _hit(case_id: str) -> set[str]:
    return {found.id.value for found in decide(CLICKS[case_id]).mistakes if found.state is MistakeState.HIT}
