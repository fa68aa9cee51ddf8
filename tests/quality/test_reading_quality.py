"""How well the offline reader hears the labelled cases: answers and opening messages against what the user would click.

Prints precision and recall with their intervals; the gates are low enough to hold on unseen cases and high enough to
catch a reader that breaks.
"""

from __future__ import annotations

import json
import math
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import yaml

from assistant.domain.case import Case, ReadValue, Value, hear
from assistant.domain.dialogue import Choice, Question, QuestionKind
from assistant.domain.rulebook import Rulebook, SlotKind
from assistant.knowledge.load import load
from assistant.offline.cues import load_cues
from assistant.offline.reader import OfflineReader

pytestmark = pytest.mark.quality


@dataclass
class Tally:
    """Readings of one slot: how many were right, wrong, and how many labels were not heard."""

    right: int = 0
    wrong: int = 0
    missed: int = 0
    confusions: list[str] = field(default_factory=list)

    @property
    def precision(self) -> float:
        """Share of readings that agree with the label; 1 when nothing was read."""
        return self.right / (self.right + self.wrong) if self.right + self.wrong else 1.0

    @property
    def recall(self) -> float:
        """Share of labels that were heard."""
        return self.right / (self.right + self.missed) if self.right + self.missed else 1.0


def interval(share: float, n: int) -> tuple[float, float]:
    """Return the 95 % Wilson interval of a share of `n`."""
    if not n:
        return 0.0, 1.0
    z = 1.96
    middle = (share + z * z / (2 * n)) / (1 + z * z / n)
    half = z * math.sqrt(share * (1 - share) / n + z * z / (4 * n * n)) / (1 + z * z / n)
    return middle - half, middle + half


@pytest.fixture(scope="module")
def rulebook(project_root: Path) -> Rulebook:
    """The rulebook of the knowledge folder."""
    return load(project_root / "knowledge").rulebook


@pytest.fixture(scope="module")
def reader(project_root: Path, rulebook: Rulebook) -> OfflineReader:
    """The reader with the real cues."""
    return OfflineReader(rulebook, load_cues(project_root / "knowledge" / "cues.yaml", rulebook))


def labelled(project_root: Path) -> list[tuple[dict[str, object], dict[str, object]]]:
    """Return the cases with what their users would click."""
    clicks = yaml.safe_load((project_root / "tests/data/clicks.yaml").read_text(encoding="utf-8"))
    lines = (project_root / "tests/data/cases.jsonl").read_text(encoding="utf-8").splitlines()
    return [(case, clicks[case["id"]]) for case in map(json.loads, lines) if case["id"] in clicks]


def question_on(rulebook: Rulebook, slot_id: str) -> Question:
    """Ask for one slot as the engine would."""
    slot = rulebook.slot(slot_id)
    options = tuple(Choice(option.value, option.label) for option in slot.options)
    return Question(slot.id, slot.question, slot.why, QuestionKind.ASK, slot.kind is SlotKind.SET, options, (slot.id,))


def option_of(rulebook: Rulebook, slot_id: str, value: Value) -> Value:
    """Return the option a value belongs to, so that numbers compare by band."""
    return rulebook.slot(slot_id).option(value).value


def count(rulebook: Rulebook, tally: Tally, slot_id: str, read: list[Value], label: object, words: str) -> None:
    """Count what was read for one slot of one case against its label."""
    labels = label if isinstance(label, list) else [] if label is None else [label]
    wanted = {option_of(rulebook, slot_id, value) for value in labels}
    heard = {option_of(rulebook, slot_id, value) for value in read}
    tally.right += len(wanted & heard)
    tally.wrong += len(heard - wanted)
    tally.missed += len(wanted - heard)
    if heard - wanted:
        tally.confusions.append(f"{sorted(map(str, wanted))} heard as {sorted(map(str, heard))}: {words!r}")


def report(title: str, tallies: dict[str, Tally]) -> Tally:
    """Print one line a slot and return the sum."""
    total = Tally()
    print(f"\n{title}\n{'slot':14} precision  95 %          recall  right wrong missed")
    for slot_id, tally in tallies.items():
        low, high = interval(tally.precision, tally.right + tally.wrong)
        print(
            f"{slot_id:14} {tally.precision:9.2f}  [{low:.2f}, {high:.2f}]  {tally.recall:6.2f}"
            f"  {tally.right:5} {tally.wrong:5} {tally.missed:6}"
        )
        total.right, total.wrong, total.missed = (
            total.right + tally.right,
            total.wrong + tally.wrong,
            total.missed + tally.missed,
        )
    low, high = interval(total.precision, total.right + total.wrong)
    print(f"{'all':14} {total.precision:9.2f}  [{low:.2f}, {high:.2f}]  {total.recall:6.2f}")
    for slot_id, tally in tallies.items():
        for confusion in tally.confusions:
            print(f"  {slot_id}: {confusion}")
    return total


def test_answers_are_heard_as_their_users_meant_them(
    project_root: Path, rulebook: Rulebook, reader: OfflineReader
) -> None:
    """At least 85 % of what is heard in answers agrees with the labels, and 75 % of the labels are heard."""
    sure: dict[str, Tally] = defaultdict(Tally)
    proposed: dict[str, Tally] = defaultdict(Tally)
    for case, clicks in labelled(project_root):
        for slot_id, words in case["answers"].items():  # type: ignore[attr-defined]
            values = reader.read(words, Case(begun=True), question_on(rulebook, slot_id)).values
            mine = [reading for reading in values if reading.slot == slot_id and reading.value is not None]
            for tallies, is_sure in ((sure, True), (proposed, False)):
                read = [reading.value for reading in mine if reading.sure is is_sure and reading.value is not None]
                if read or (is_sure and not mine):
                    count(rulebook, tallies[slot_id], slot_id, read, clicks.get(slot_id), words)
    total = report("answers, known", sure)
    report("answers, proposed", proposed)
    assert total.precision >= 0.85
    assert total.recall >= 0.75


def test_opening_messages_give_few_false_facts(project_root: Path, rulebook: Rulebook, reader: OfflineReader) -> None:
    """What is read unasked agrees with the labels in at least 85 % of the known values."""
    sure: dict[str, Tally] = defaultdict(Tally)
    proposed: dict[str, Tally] = defaultdict(Tally)
    cases = labelled(project_root)
    for case, clicks in cases:
        message = str(case["opening_message"])
        by_slot: dict[tuple[str, bool], list[ReadValue]] = defaultdict(list)
        for reading in reader.read(message, Case(), None).values:
            by_slot[reading.slot, reading.sure].append(reading)
        for (slot_id, is_sure), readings in by_slot.items():
            read = [reading.value for reading in readings if reading.value is not None]
            words = " / ".join(message[reading.start : reading.end] for reading in readings)
            count(
                rulebook,
                (sure if is_sure else proposed)[slot_id],
                slot_id,
                read,
                clicks.get(slot_id),
                f"{case['id']} {words}",
            )
    total = report("opening messages, known", sure)
    report("opening messages, proposed", proposed)
    print(f"false known facts a case: {total.wrong / len(cases):.2f}")
    assert total.precision >= 0.85


def test_whole_cases_hold_few_false_facts(project_root: Path, rulebook: Rulebook, reader: OfflineReader) -> None:
    """When a user tells everything, the case holds at most one false value in three cases beyond the goal."""
    tallies: dict[str, Tally] = defaultdict(Tally)
    cases = labelled(project_root)
    for case, clicks in cases:
        heard = hear(
            Case(), reader.read(str(case["opening_message"]), Case(), None).values, str(case["opening_message"]), 1
        )
        for turn, (slot_id, words) in enumerate(case["answers"].items(), 2):  # type: ignore[attr-defined]
            heard = hear(heard, reader.read(words, heard, question_on(rulebook, slot_id)).values, words, turn)
        for slot in rulebook.slots:
            read = [fact.value for fact in heard.of(slot.id) if fact.value is not None]
            if read or slot.id in clicks:
                count(rulebook, tallies[slot.id], slot.id, read, clicks.get(slot.id), str(case["id"]))
    total = report("whole cases", tallies)
    assert total.precision >= 0.8
