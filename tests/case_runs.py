"""Runs labelled cases through the coach, with scripted users who answer in words or by clicks.

Owns what each way of talking does, and the scores of the labelled cases. Knows the coach only from outside.
"""

from __future__ import annotations

import json
import math
import statistics
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any

import yaml

from assistant.coach import Coach
from assistant.domain.case import DECLINED, Status, Value, Via
from assistant.domain.dialogue import Question, QuestionKind, TurnResult
from assistant.domain.mistakes import MistakeState
from assistant.domain.rulebook import Rulebook, SlotKind
from assistant.text.quotation import LONGEST_QUOTE

DATA = Path(__file__).resolve().parent / "data"
MOST_TURNS = 30
YES_VERDICTS = {"fine_tune", "combine"}
_FACTOR = 3
"""Two numbers count as the same to a person who agrees to them when neither is more than so many times the other."""


class Way(StrEnum):
    """How a scripted user talks; all but the careless one agree only to what they meant."""

    CLICKS = "clicks"
    """Tells no story and clicks everything: what the rulebook makes of the right facts."""
    CLICKER = "clicker"
    """Types the story and clicks the answers."""
    TYPIST = "typist"
    """Types the story and every answer; what is put a second time is clicked."""
    TALKER = "talker"
    """Never clicks: says it again, then "I don't know"."""
    CARELESS = "careless"
    """Types, and says yes to whatever is read back."""


@dataclass(frozen=True, slots=True)
class Run:
    """One case as it went: the last turn, the questions put on the way, and what is held that nobody meant."""

    case: Mapping[str, Any]
    last: TurnResult
    questions: tuple[Question, ...]
    n_known_not_meant: int = 0
    n_heard_not_meant: int = 0

    @property
    def verdict(self) -> str:
        """The verdict, `unsettled` where the talk did not come to one."""
        return self.last.assessment.verdict.value if self.last.assessment.settled else "unsettled"

    @property
    def acceptable(self) -> bool:
        """Whether the verdict is among those that count as right."""
        return self.verdict in self.case["acceptable"]

    @property
    def best(self) -> bool:
        """Whether the verdict is the label itself."""
        return self.verdict == self.case["verdict"]

    @property
    def harmful(self) -> bool:
        """Whether training was advised where no label allows it."""
        return self.verdict in YES_VERDICTS and not YES_VERDICTS & set(self.case["acceptable"])

    @property
    def asked(self) -> list[str]:
        """The slots asked about, lists left out."""
        return [question.slot for question in self.questions if question.kind is QuestionKind.ASK]

    @property
    def n_lists(self) -> int:
        """How often something was read back."""
        return len(self.questions) - len(self.asked)

    @property
    def repeated(self) -> list[str]:
        """The slots that were asked about a second time without a word on why."""
        asked = [question for question in self.questions if question.kind is QuestionKind.ASK]
        return [
            question.slot
            for at, question in enumerate(asked)
            if question.again is None and question.slot in {earlier.slot for earlier in asked[:at]}
        ]


def read_cases(prefix: str = "") -> list[dict[str, Any]]:
    """Return the labelled cases, with the prefix `new_` those held back, with `practice_4` that practice batch."""
    name = prefix if prefix.startswith("practice") else f"{prefix}cases"
    return [json.loads(line) for line in (DATA / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()]


def read_clicks(prefix: str = "") -> dict[str, dict[str, object]]:
    """Return for each case what its user would click."""
    name = f"{prefix}_clicks" if prefix.startswith("practice") else f"{prefix}clicks"
    clicks: dict[str, dict[str, object]] = yaml.safe_load((DATA / f"{name}.yaml").read_text(encoding="utf-8"))
    return clicks


def run(coach: Coach, case: Mapping[str, Any], clicks: Mapping[str, object], way: Way) -> Run:
    """Tell one case in one way, until it is settled or both have talked far too long."""
    user = _User(coach.rulebook, case["answers"], clicks, way)
    opening: dict[str, object] = {slot: clicks[slot] for slot in ("goal", "scope") if slot in clicks}
    story = ("", opening or {"goal": DECLINED}) if way is Way.CLICKS else (case["opening_message"], {})
    conversation, last = coach.respond(coach.start(case["id"]), *story)
    questions: list[Question] = []
    while (question := last.assessment.question) is not None and len(questions) < MOST_TURNS:
        questions.append(question)
        conversation, last = coach.respond(conversation, *user.reply(question, last))
    known, heard = _not_meant(coach.rulebook, last, clicks)
    return Run(case, last, tuple(questions), known, heard)


Reply = tuple[str, Mapping[str, object]]


@dataclass
class _User:
    """Somebody with a case: what they would say and click for each slot, and how often each was put to them."""

    rulebook: Rulebook
    answers: Mapping[str, str]
    clicks: Mapping[str, object]
    way: Way
    told: Counter[str] = field(default_factory=Counter)

    def reply(self, question: Question, last: TurnResult) -> Reply:
        """Answer a question; agree to a list only where every entry is what was meant."""
        if question.kind is QuestionKind.ASK:
            return self._answer(question.slot, "")
        wrong = [slot for slot in question.slots if self._is_wrong(slot, last)]
        if not wrong or self.way is Way.CARELESS:
            return "yes, that's right", {}
        return self._answer(wrong[0], "no. ")

    def _answer(self, slot: str, lead: str) -> Reply:
        """Say it as often as this user types, then click it, or not know it."""
        self.told[slot] += 1
        types = self.way in (Way.TYPIST, Way.TALKER, Way.CARELESS)
        if types and slot in self.answers and self.told[slot] <= (2 if self.way is Way.TALKER else 1):
            return f"{lead}{self.answers[slot]}", {}
        if self.way is not Way.TALKER:
            return "", {slot: self.clicks.get(slot, DECLINED)}
        return ("no, that is wrong" if lead and slot in self.clicks else "I don't know"), {}

    def _is_wrong(self, slot: str, last: TurnResult) -> bool:
        held = [fact.value for fact in last.case.pick_facts(slot) if fact.value is not None]
        label = self.clicks.get(slot, DECLINED)
        if label == DECLINED or not held:
            return (bool(held) and slot not in self.answers) or (not held and label != DECLINED)
        if isinstance(label, list):
            return set(held) != set(label)
        return not is_meant(self.rulebook, slot, held[-1], label)


def is_meant(rulebook: Rulebook, slot: str, value: Value, label: object) -> bool:
    """Tell whether a value is what its user meant: one of a set, the same option, or about the same number."""
    if isinstance(label, list):
        return value in label
    if isinstance(value, (int, float)) and isinstance(label, (int, float)):
        near = value == label if 0 in (value, label) else 1 / _FACTOR <= value / label <= _FACTOR
        return near or same_value(rulebook, slot, value, label)
    return value == label


def _not_meant(rulebook: Rulebook, last: TurnResult, clicks: Mapping[str, object]) -> tuple[int, int]:
    """Count the values at the end that are known, and that are only heard, and that their user did not mean.

    Of a slot without a label nobody can say what was meant, and a click is what its user clicked.
    """
    counts: Counter[Status] = Counter()
    for fact in last.case.facts:
        label = clicks.get(fact.slot, DECLINED)
        is_read = fact.value is not None and fact.via is not Via.CLICK and label != DECLINED
        if is_read and not is_meant(rulebook, fact.slot, fact.value, label):  # type: ignore[arg-type]
            counts[last.case.status(fact)] += 1
    return counts[Status.KNOWN], counts[Status.PROPOSED]


def same_value(rulebook: Rulebook, slot_id: str, held: object, label: object) -> bool:
    """Whether a value counts as the label: the same option, the same band, or for a set a subset of it."""
    slot = rulebook.slot(slot_id)
    if held is None or label is None:
        return held == label
    if slot.kind is SlotKind.SET:
        members = held if isinstance(held, (set, frozenset)) else {held}
        return members <= set(label if isinstance(label, list) else [label])
    return slot.option(held) == slot.option(label)  # type: ignore[arg-type]


def meanings(case: Mapping[str, Any], clicks: Mapping[str, object]) -> Iterator[tuple[str, Value, str]]:
    """Yield what the case's words mean: every slot in its answer, its goal in the opening message too."""
    for slot, label in clicks.items():
        told = [case["answers"].get(slot), case["opening_message"] if slot == "goal" else None]
        for value in label if isinstance(label, list) else [label]:
            for words in filter(None, told):
                if isinstance(value, str | int | float) and value != "declined":
                    yield slot, value, _cut(words)


def _cut(words: str) -> str:
    return words if len(words) <= LONGEST_QUOTE else words[:LONGEST_QUOTE].rsplit(" ", 1)[0]


def mistake_counts(runs: Sequence[Run]) -> Counter[str]:
    """Count true, false and missed hits over the runs, and labelled mistakes whose state is still unknown."""
    counts: Counter[str] = Counter()
    for run in runs:
        states = {found.id.value: found.state for found in run.last.assessment.mistakes}
        hits = {mistake for mistake, state in states.items() if state is MistakeState.HIT}
        unknown = {mistake for mistake, state in states.items() if state is MistakeState.UNKNOWN}
        wanted, debatable = set(run.case["mistakes"]), set(run.case["mistakes_debatable"])
        counts["true"] += len(hits & wanted)
        counts["false"] += len(hits - wanted - debatable)
        counts["missed"] += len(wanted - hits - unknown)
        counts["unknown"] += len(wanted & unknown)
    return counts


def wilson(n_right: int, n: int) -> tuple[float, float]:
    """Return the 95 % Wilson interval of a share."""
    if n == 0:
        return 0.0, 1.0
    z, share = 1.96, n_right / n
    middle = share + z * z / (2 * n)
    spread = z * math.sqrt(share * (1 - share) / n + z * z / (4 * n * n))
    return (middle - spread) / (1 + z * z / n), (middle + spread) / (1 + z * z / n)


def share(n_right: int, n: int) -> str:
    """Write a share with its count and interval."""
    low, high = wilson(n_right, n)
    return f"{n_right}/{n} = {n_right / max(n, 1):.0%} [{low:.0%}, {high:.0%}]"


def report(name: str, runs: Sequence[Run]) -> str:
    """Write the scores of a set of runs, with what always answering the most common verdict would score."""
    n = len(runs)
    common = Counter(verdict for run in runs for verdict in run.case["acceptable"]).most_common(1)[0][0]
    always = sum(common in run.case["acceptable"] for run in runs)
    counts = mistake_counts(runs)
    n_asked = [len(run.asked) for run in runs]
    lines = [
        f"{name}: {n} cases",
        f"  acceptable       {share(sum(run.acceptable for run in runs), n)}   always {common}: {share(always, n)}",
        f"  best             {share(sum(run.best for run in runs), n)}",
        f"  settled          {share(sum(run.last.assessment.settled for run in runs), n)}",
        f"  harmful          {sum(run.harmful for run in runs)}",
        f"  mistakes         precision {share(counts['true'], counts['true'] + counts['false'])}, "
        f"recall where known {share(counts['true'], counts['true'] + counts['missed'])}, "
        f"labelled but unknown {counts['unknown']}",
        f"  a case           {statistics.mean(n_asked):.1f} questions (median {statistics.median(n_asked):g}, most "
        f"{max(n_asked)}), {a_case(runs, 'n_lists'):.2f} lists read back, "
        f"{a_case(runs, 'n_known_not_meant'):.3f} known but not meant, "
        f"{a_case(runs, 'n_heard_not_meant'):.2f} heard but not meant",
    ]
    wrong = [f"    {run.case['id']}: {run.verdict}, label {run.case['verdict']}" for run in runs if not run.acceptable]
    return "\n".join([*lines, *(["  not acceptable:"] if wrong else []), *wrong])


def a_case(runs: Sequence[Run], figure: str) -> float:
    """Return the mean of a figure over the runs."""
    return sum(getattr(run, figure) for run in runs) / max(1, len(runs))
