"""How well replies to the list that is read back are heard without a model: `list_replies.jsonl`, by two writers.

The first set was looked at while the pointers were built, the second was not. Prints the figures of docs/hearing.md.
"""

from __future__ import annotations

import json
from collections import Counter

import pytest

from assistant.domain.case import Case, Fact, Via
from assistant.domain.dialogue import Interpretation
from assistant.domain.read_back import list_question
from assistant.domain.rulebook import Rulebook
from assistant.knowledge.loader import load
from tests.case_runs import DATA
from tests.moments import PROJECT_ROOT
from tests.quality.test_hearing_quality import is_same
from tests.real_reader import offline_reader

pytestmark = pytest.mark.quality

Row = dict[str, list[dict[str, object]]]


def _read(row: Row, rulebook: Rulebook) -> Interpretation:
    """Read a reply to a list of facts that were heard from the words given."""
    facts = tuple(
        Fact(str(one["slot"]), one["value"], False, Via.WORDS, turn, str(one["quote"]))  # type: ignore[arg-type]
        for turn, one in enumerate(row["list"], start=1)
    )
    slots = tuple(dict.fromkeys(fact.slot for fact in facts))
    case = Case(begun=True, asked=frozenset((slot, None) for slot in slots), facts=facts)
    return offline_reader().read(str(row["text"]), case, list_question(case, slots, rulebook))


def _count(rows: list[Row], rulebook: Rulebook) -> Counter[str]:
    """Count what became of what the replies say, and what was agreed to or changed though nobody said so."""
    found: Counter[str] = Counter()
    for row in rows:
        heard, listed = _read(row, rulebook), {str(one["slot"]): one["value"] for one in row["list"]}
        says = {str(one["slot"]): one["value"] for one in row["says"]}
        gone = {*map(str, row["drops"])} | {slot for slot, value in says.items() if listed.get(slot, value) != value}
        for slot, value in says.items():
            values = [reading.value for reading in heard.values if reading.slot == slot]
            found["said"] += 1
            found["heard"] += any(is_same(value, one) for one in values)
            found["heard wrong"] += bool(values) and not any(is_same(value, one) for one in values)
        found["dropped"] += len(heard.denies & {*map(str, row["drops"])})
        found["to drop"] += len(row["drops"])
        found["agreed though gone"] += len(heard.agrees & gone)
        invented = [one for one in heard.values if one.slot in listed and one.slot not in says]
        found["changed though not said"] += sum(one.value != listed[one.slot] for one in invented)
        if str(row["act"]) == "yes":
            found["yes"] += 1
            found["agreed to all"] += listed.keys() <= heard.agrees
        if str(row["act"]) in ("no", "confused", "other"):
            found["agreed to without a yes"] += len(heard.agrees)
    return found


@pytest.mark.parametrize(
    ("name", "least_heard", "least_agreed", "most_changed"),
    [("looked at", 0.6, 0.85, 20), ("first seen", 0.6, 0.5, 10)],
)
def test_replies_to_the_list_are_heard_and_nobody_agrees_by_mistake(
    name: str, least_heard: float, least_agreed: float, most_changed: int
) -> None:
    """The floors lie a little below what was measured."""
    lines = (DATA / "list_replies.jsonl").read_text(encoding="utf-8").splitlines()
    rows = [row for row in map(json.loads, lines) if row["set"] == name]
    found = _count(rows, load(PROJECT_ROOT / "knowledge").rulebook)
    print(f"\nreplies to the list, {name}: {dict(found)}")
    assert found["heard"] >= least_heard * found["said"]
    assert found["agreed to all"] >= least_agreed * found["yes"]
    assert found["changed though not said"] <= most_changed
    assert found["agreed to without a yes"] == 0
