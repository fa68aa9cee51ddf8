"""How well the reader without a model hears replies that nothing was fitted to.

`replies.jsonl` is every fifth labelled reply, `probes/` one half of single sentences by another writer. What the
rulebook has no slot for is left out. Prints the figures that docs/hearing.md speaks of.
"""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest

from assistant.domain.case import Case
from assistant.domain.elicitation import ask_question
from assistant.knowledge.loader import load
from tests.case_runs import DATA
from tests.moments import PROJECT_ROOT
from tests.real_reader import offline_reader

pytestmark = pytest.mark.quality


def read_rows(name: str) -> list[tuple[str, str | None, dict[str, list[object]]]]:
    """Read sentences: the text, the slot that was asked about, and what it says by slot."""
    path = DATA / "replies.jsonl" if name == "replies" else DATA / "probes" / f"{name}.jsonl"
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    if name == "replies":
        return [
            (row["text"], row["asked"], _by_slot((fact["slot"], fact["value"]) for fact in row["says"])) for row in rows
        ]
    if name == "direct":
        return [(row["reply"], row["asked"], _by_slot([(row["asked"], row["value"])])) for row in rows]
    texts = {"sideways": "reply", "unasked": "message", "requests": "message"}
    facts = {"sideways": "about", "unasked": "facts", "requests": "-"}
    asked = {"sideways": "asked", "unasked": "-", "requests": "when"}
    return [(row[texts[name]], row.get(asked[name]), _by_slot((row.get(facts[name]) or {}).items())) for row in rows]


def _by_slot(facts: object) -> dict[str, list[object]]:
    found: dict[str, list[object]] = {}
    for slot, value in facts:  # type: ignore[attr-defined]
        found.setdefault(slot, []).extend(value if isinstance(value, list) else [value])
    return found


def is_same(said: object, heard: object) -> bool:
    """Tell whether what was heard is what was said; numbers within a factor of two."""
    if isinstance(said, int | float) and isinstance(heard, int | float):
        return said == heard if 0 in (said, heard) else 0.5 <= heard / said <= 2
    return said == heard


def count(name: str, root: Path) -> Counter[str]:
    """Count what is heard of a file of sentences."""
    rulebook, reader = load(root / "knowledge").rulebook, offline_reader()
    slots = {slot.id: slot for slot in rulebook.slots}
    found: Counter[str] = Counter()
    for text, asked, says in read_rows(name):
        if asked is not None and asked not in slots:
            continue
        question = ask_question(Case(), slots[asked], rulebook) if asked else None
        heard = [r for r in reader.read(text, Case(begun=asked is not None), question).values if r.value is not None]
        found["asked nothing of"] += asked is not None and asked not in says
        found["forced"] += asked is not None and asked not in says and any(r.slot == asked for r in heard)
        found["said"] += sum(len(values) for slot, values in says.items() if slot in slots)
        right = [r for r in heard if any(is_same(value, r.value) for value in says.get(r.slot, []))]
        found["right"] += len(right)
        found["read"] += len(heard)
    return found


@pytest.mark.parametrize(("name", "most_forced", "least_right"), [
    ("replies", 0.10, 0.60), ("direct", 0.0, 0.80), ("sideways", 0.08, 0.70), ("unasked", 0.0, 0.65),
    ("requests", 0.04, 0.0),
])  # fmt: skip
def test_what_was_said_is_heard_and_nothing_else_is_forced(
    project_root: Path, name: str, most_forced: float, least_right: float
) -> None:
    """The floors lie a little below what was measured."""
    found = count(name, project_root)
    print(f"\n{name}: {dict(found)}")
    assert found["forced"] <= most_forced * max(1, found["asked nothing of"])
    assert found["right"] >= least_right * found["said"]


def test_replies_that_were_kept_aside_are_heard() -> None:
    """Told sideways, told again and beside other facts, by five writers who saw neither rules nor example sentences."""
    rows = [json.loads(line) for line in (DATA / "replies_sideways.jsonl").read_text(encoding="utf-8").splitlines()]
    rulebook, reader = load(PROJECT_ROOT / "knowledge").rulebook, offline_reader()
    slots = {slot.id: slot for slot in rulebook.slots}
    right = wrong = told = invented = 0
    for row in rows:
        heard = reader.read(row["text"], Case(begun=True), ask_question(Case(), slots[row["asked"]], rulebook))
        read = [(value.slot, value.value) for value in heard.values if value.value is not None]
        for said in row["says"]:
            values = [value for slot, value in read if slot == said["slot"]]
            is_right = any(is_same(said["value"], value) for value in values)
            right, wrong, told = right + is_right, wrong + (bool(values) and not is_right), told + 1
        invented += sum(slot not in {said["slot"] for said in row["says"]} for slot, _ in read)
    print(f"of {told} facts {right} right, {wrong} wrong; {invented} read that nobody told")
    assert right >= 0.68 * told
    assert wrong <= 0.12 * told
    assert invented <= 0.1 * told
