"""How well the offline reader hears what neither its cues nor its example sentences were fitted to.

Each utterance, opening and answer is read by itself and compared with what it says, or with what its case's user would
click. Prints precision and recall by slot, as it stands and denied, and precision by family; the table of families in
`knowledge/reader/` must hold what is counted here.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest
import yaml
from assistant.offline.families import FILE, Family
from assistant.offline.reader import OfflineReader

from assistant import wiring
from assistant.coach import Coach
from assistant.config import read_settings
from assistant.domain.case import Case
from assistant.domain.elicitation import ask_question
from assistant.text.modality import negates
from tests.case_runs import DATA, read_cases, read_clicks, same_value, share, wilson

pytestmark = pytest.mark.quality

LEAST_TO_SET = 0.9
PRACTICE = "practice batch 3"
"""Cases that no cue was fitted to, but from which the classifier learnt: only what rules read alone is counted."""
LEARNT = (Family.CONCORDANT, Family.LIKENESS, Family.TOLD_LIKENESS)


@dataclass(frozen=True)
class Words:
    """Words with what they say: slot to value, or to the values of a set.

    `speaks_of` are the slots that count as missed when nothing is read of them.
    """

    text: str
    asked: str | None
    says: Mapping[str, object]
    speaks_of: frozenset[str]


@dataclass(frozen=True)
class Heard:
    """One value that was read: whether it is right, whether the coach took it for known, proposed it or left it."""

    slot: str
    family: str
    right: bool
    denied: bool
    standing: str


@pytest.fixture(scope="module")
def coach() -> Coach:
    """The coach as it is wired, without a model."""
    return wiring.build(read_settings({}))


def utterances() -> Iterator[Words]:
    """Yield the single statements and answers that are held back."""
    for row in yaml.safe_load((DATA / "utterances.yaml").read_text(encoding="utf-8")):
        yield Words(row["text"], row["asked"], row["values"], frozenset(row["values"]))


def told(prefix: str) -> Iterator[Words]:
    """Yield openings, of which nothing need be read, and answers of a set of cases."""
    clicks = read_clicks(prefix)
    for case in read_cases(prefix):
        says = clicks[case["id"]]
        yield Words(case["opening_message"], None, says, frozenset())
        for slot, text in case["answers"].items():
            yield Words(text, slot, says, frozenset({slot}) & says.keys())


@pytest.fixture(scope="module")
def words() -> dict[str, list[Words]]:
    """Everything that nothing was fitted to, by where it comes from."""
    return {
        "utterances": list(utterances()),
        "new cases": list(told("new_")),
        PRACTICE: list(told("practice_3")),
    }


@dataclass(frozen=True)
class Reading:
    """All that was read of some words."""

    words: Words
    heard: tuple[Heard, ...]


@pytest.fixture(scope="module")
def readings(coach: Coach, words: dict[str, list[Words]]) -> dict[str, list[Reading]]:
    """Every text read by itself; the families are those before the table weighs them."""
    reader = coach._reader
    assert isinstance(reader, OfflineReader)
    return {name: [read(coach, reader, row) for row in rows] for name, rows in words.items()}


def read(coach: Coach, reader: OfflineReader, row: Words) -> Reading:
    """Read one text in answer to its question, as an opening where there is none."""
    question = ask_question(coach.rulebook.slot(row.asked)) if row.asked else None
    case = Case(begun=row.asked is not None)
    weighed = {(v.slot, v.value): v.sure for v in reader.read(row.text, case, question).values}
    heard = []
    for value in reader.unweighed(row.text, case, question).values:
        if value.value is None:
            continue
        label = row.says.get(value.slot)
        right = label is not None and same_value(coach.rulebook, value.slot, value.value, label)
        sure = weighed.get((value.slot, value.value))
        standing = "left" if sure is None else "known" if sure else "proposed"
        heard.append(Heard(value.slot, value.family, right, negates(row.text.lower()), standing))
    return Reading(row, tuple(heard))


def cell(rows: list[Heard]) -> str:
    """Write the precision of readings."""
    return share(sum(row.right for row in rows), len(rows)) if rows else "-"


def test_values_that_are_taken_for_known_are_right(readings: dict[str, list[Reading]]) -> None:
    """By slot and by polarity; at least 90 % of the known values are right, over all slots."""
    for name, rows in readings.items():
        print(f"\n{name}\n  {'slot':14}{'known':27}{'known, denied':27}{'proposed':27}{'heard of what is said'}")
        by_slot: dict[str, list[Heard]] = defaultdict(list)
        for row in rows:
            for heard in row.heard:
                by_slot[heard.slot].append(heard)
        for slot in (*sorted(by_slot), "all"):
            found = [h for rows in by_slot.values() for h in rows] if slot == "all" else by_slot[slot]
            known, proposed = ([h for h in found if h.standing == s] for s in ("known", "proposed"))
            said = [(row, s) for row in rows for s in row.words.speaks_of if slot in (s, "all")]
            n_heard = sum(any(h.slot == s and h.right and h.standing != "left" for h in row.heard) for row, s in said)
            plain, denied = ([h for h in known if h.denied is is_denied] for is_denied in (False, True))
            recall = share(n_heard, len(said)) if said else "-"
            print(f"  {slot:14}{cell(plain):27}{cell(denied):27}{cell(proposed):27}{recall}")
        known = [h for row in rows for h in row.heard if h.standing == "known"]
        assert sum(h.right for h in known) >= LEAST_TO_SET * len(known)


def test_every_family_has_earned_what_it_may_do(project_root: Path, readings: dict[str, list[Reading]]) -> None:
    """Who may set a value is right at least nine times in ten, and who is heard at least every second time.

    With 95 % certainty for the first. The figures in the table are those counted here.
    """
    counted: dict[str, list[bool]] = defaultdict(list)
    for name, rows in readings.items():
        for row in rows:
            for heard in row.heard:
                if name != PRACTICE or heard.family not in LEARNT:
                    counted[heard.family].append(heard.right)
    table = yaml.safe_load((project_root / "knowledge" / FILE).read_text(encoding="utf-8"))["families"]
    print("\nfamilies, over utterances, new cases and, where likeness has no part, practice batch 3")
    for entry in table:
        found = counted[entry["family"]]
        print(f"  {entry['family']:17}may {entry['may']:9}{share(sum(found), len(found))}")
    for entry in table:
        found = counted[entry["family"]]
        if entry["may"] == "set" and entry["family"] != Family.DECLINED:
            assert wilson(sum(found), len(found))[0] >= LEAST_TO_SET, entry["family"]
        elif entry["may"] == "propose":
            assert sum(found) * 2 >= len(found), entry["family"]
        noted, now = (entry["right"], entry["read"]), (sum(found), len(found))
        assert max(abs(noted[0] - now[0]), abs(noted[1] - now[1])) <= 10, f"{entry['family']}: note {now} in {FILE}"
