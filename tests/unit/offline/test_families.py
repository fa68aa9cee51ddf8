"""What a family of readings may do: set a value, propose it, or nothing; and the file that says so."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from assistant.domain.case import Case
from assistant.domain.dialogue import Question
from assistant.domain.rulebook import Rulebook
from assistant.errors import KnowledgeError
from assistant.offline.candidates import Candidate
from assistant.offline.cues import Cues
from assistant.offline.families import FILE, Family, May, as_earned, load_earned
from assistant.offline.reader import OfflineReader

ALL = dict.fromkeys(Family, May.SET)


def reading(family: Family, *, sure: bool) -> Candidate:
    """Return a reading of a family."""
    return Candidate("evals", "none", 0, 4, sure=sure, family=family)


def test_a_reading_is_as_sure_as_its_family_has_earned() -> None:
    """Whatever its rule thought of it."""
    earned = {**ALL, Family.TOLD_PHRASE: May.PROPOSE, Family.TOLD_HINT: May.NOTHING}
    given = (
        reading(Family.CONCORDANT, sure=False),
        reading(Family.TOLD_PHRASE, sure=True),
        reading(Family.TOLD_HINT, sure=False),
    )
    assert (reading(Family.CONCORDANT, sure=True), reading(Family.TOLD_PHRASE, sure=False)) == as_earned(given, earned)


@pytest.mark.parametrize(("may", "expected"), [(May.SET, [450.0]), (May.PROPOSE, [450.0]), (May.NOTHING, [])])
def test_the_reader_keeps_to_what_is_earned(
    rulebook: Rulebook, cues: Cues, question_on: Callable[..., Question], may: May, expected: list[float]
) -> None:
    """A number that answers the question is heard, or not where its family has earned nothing."""
    reader = OfflineReader(rulebook, cues, earned={**ALL, Family.EXACT: may})
    heard = reader.read("450 labelled examples", Case(begun=True), question_on("data_count"))
    assert expected == [value.value for value in heard.values if value.slot == "data_count"]


def test_every_reading_of_the_rules_has_a_family(
    rulebook: Rulebook, cues: Cues, question_on: Callable[..., Question]
) -> None:
    """Else it could not be weighed."""
    reader = OfflineReader(rulebook, cues)
    told = "We want replies in our brand voice. We have 450 labelled examples and 20,000 tickets a month."
    found = reader.draft(told, Case(), None).values
    found += reader.draft(
        "no, we have none. It must stay on our servers", Case(begun=True), question_on("evals")
    ).values
    assert len(found) >= 4
    assert all(value.family in set(Family) for value in found)


def test_the_projects_table_is_whole(project_root: Path) -> None:
    """Every family stands in it, and only what is typed or agreed on may set a value unmeasured."""
    earned = load_earned(project_root / "knowledge" / FILE)
    assert set(Family) == set(earned)
    assert May.PROPOSE is earned[Family.LIKENESS]


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("family: declined,", "family: decline,", "families"),
        ("family: declined,", "family: exact,", "'exact' must stand there once"),
        ("may: propose", "may: perhaps", "may"),
        ("families:", "family:", "families"),
    ],
)
def test_a_slip_in_the_table_is_found(project_root: Path, tmp_path: Path, old: str, new: str, says: str) -> None:
    """It is named by what is wrong."""
    text = (project_root / "knowledge" / FILE).read_text(encoding="utf-8")
    assert old in text
    path = tmp_path / "families.yaml"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(KnowledgeError, match=says):
        load_earned(path)
