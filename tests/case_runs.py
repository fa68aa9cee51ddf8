"""Runs labelled cases through the coach, with a scripted user who answers in words or by clicks.

Owns the protocol of the labelled cases and their scores. Knows the coach only from outside.
"""

from __future__ import annotations

import json
import math
import statistics
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from assistant.coach import Coach
from assistant.domain.case import SlotState, Status, Value
from assistant.domain.dialogue import MistakeState, Question, QuestionKind, TurnResult
from assistant.domain.quotation import LONGEST_QUOTE
from assistant.domain.rulebook import Rulebook, SlotKind

DATA = Path(__file__).resolve().parent / "data"
MOST_ANSWERS = 10
YES_VERDICTS = {"fine_tune", "combine"}

Answers = Callable[[Question], tuple[str, Mapping[str, object]]]


@dataclass(frozen=True, slots=True)
class Run:
    """One case as it went: the last turn, and the questions put on the way."""

    case: Mapping[str, Any]
    last: TurnResult
    questions: tuple[Question, ...]
    false_facts: tuple[Status, ...] = ()
    """How surely each value was held at the end that its user would not have clicked."""
    afterwards: TurnResult | None = None
    """The turn after the answers to what was asked for the board alone, where any was clicked."""

    @property
    def leaning(self) -> str:
        """The final leaning."""
        return self.last.assessment.leaning.value

    @property
    def acceptable(self) -> bool:
        """Whether the leaning is among those that count as right."""
        return self.leaning in self.case["acceptable"]

    @property
    def best(self) -> bool:
        """Whether the leaning is the label itself."""
        return self.leaning == self.case["verdict"]

    @property
    def harmful(self) -> bool:
        """Whether training was advised where no label allows it."""
        return self.leaning in YES_VERDICTS and not YES_VERDICTS & set(self.case["acceptable"])

    @property
    def asked(self) -> list[str]:
        """The slots asked about, confirmations left out."""
        return [question.slot for question in self.questions if question.kind is QuestionKind.ASK]


def read_cases(prefix: str = "") -> list[dict[str, Any]]:
    """Return the labelled cases, with the prefix `new_` those held back, with `practice_4` that practice batch."""
    name = prefix if prefix.startswith("practice") else f"{prefix}cases"
    return [json.loads(line) for line in (DATA / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()]


def read_clicks(prefix: str = "") -> dict[str, dict[str, object]]:
    """Return for each case what its user would click."""
    name = f"{prefix}_clicks" if prefix.startswith("practice") else f"{prefix}clicks"
    clicks: dict[str, dict[str, object]] = yaml.safe_load((DATA / f"{name}.yaml").read_text(encoding="utf-8"))
    return clicks


def run_by_words(coach: Coach, case: Mapping[str, Any], clicks: Mapping[str, object]) -> Run:
    """Tell the opening message, then answer every question with the case's own words for its slot."""

    def answer(question: Question) -> tuple[str, Mapping[str, object]]:
        slot = question.slot
        if question.kind is not QuestionKind.ASK and _agrees(coach.rulebook, question, last[0], clicks):
            return "yes", {}
        said = case["answers"].get(slot, "I don't know")
        return (said if question.kind is QuestionKind.ASK else f"no, {said}"), {}

    last: list[TurnResult] = []
    return _run(coach, case, clicks, case["opening_message"], {}, answer, last)


def run_by_clicks(coach: Coach, case: Mapping[str, Any], clicks: Mapping[str, object]) -> Run:
    """Click what the opening message says (its goal and scope), then click every answer."""

    def answer(question: Question) -> tuple[str, Mapping[str, object]]:
        return "", {slot: clicks.get(slot, "declined") for slot in question.slots}

    opening = {slot: clicks[slot] for slot in ("goal", "scope") if slot in clicks}
    return _run(coach, case, clicks, "", opening, answer, [], fills_the_board=True)


def _run(
    coach: Coach,
    case: Mapping[str, Any],
    clicks: Mapping[str, object],
    message: str,
    facts: Mapping[str, object],
    answer: Answers,
    last: list[TurnResult],
    *,
    fills_the_board: bool = False,
) -> Run:
    conversation, result = coach.respond(coach.start(case["id"]), message, facts)
    questions: list[Question] = []
    while not result.assessment.settled and len(questions) < MOST_ANSWERS:
        question = result.assessment.question
        assert question is not None
        questions.append(question)
        last[:] = [result]
        said, clicked = answer(question)
        conversation, result = coach.respond(conversation, said, clicked)
    more = {question.slot: clicks[question.slot] for question in result.assessment.also_ask if question.slot in clicks}
    afterwards = coach.respond(conversation, "", more)[1] if more and fills_the_board else None
    return Run(case, result, tuple(questions), _false_facts(coach.rulebook, result, clicks), afterwards)


def _false_facts(rulebook: Rulebook, last: TurnResult, clicks: Mapping[str, object]) -> tuple[Status, ...]:
    given = [fact for fact in last.case.facts if fact.value is not None]
    return tuple(
        fact.status for fact in given if not same_value(rulebook, fact.slot, fact.value, clicks.get(fact.slot))
    )


def _agrees(rulebook: Rulebook, question: Question, last: TurnResult, clicks: Mapping[str, object]) -> bool:
    """Whether what is read back is what the case's user would have clicked."""
    held: dict[str, object] = {**last.case.values()}
    for slot in question.slots:  # of two that contradict each other the newer is asked about
        if last.case.state(slot) is SlotState.CONTRADICTED:
            held[slot] = last.case.of(slot)[-1].value
    return all(same_value(rulebook, slot, held.get(slot), clicks.get(slot)) for slot in question.slots)


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
        states = {found.id.value: found.state for found in (run.afterwards or run.last).assessment.mistakes}
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
    common = Counter(run.case["verdict"] for run in runs).most_common(1)[0][0]
    always = sum(common in run.case["acceptable"] for run in runs)
    counts = mistake_counts(runs)
    n_questions = [len(run.questions) for run in runs]
    n_confirms = [sum(q.kind is not QuestionKind.ASK for q in run.questions) for run in runs]
    covered = [_must_ask_covered(run) for run in runs if run.case["must_ask"]]
    repeated = sum(len(run.asked) - len(set(run.asked)) for run in runs)
    lines = [
        f"{name}: {n} cases",
        f"  acceptable       {share(sum(run.acceptable for run in runs), n)}   always {common}: {share(always, n)}",
        *(f"    {title:15}{_share_acceptable(runs, several)}" for title, several in _N_LABELS),
        f"  best             {share(sum(run.best for run in runs), n)}",
        f"  harmful          {share(sum(run.harmful for run in runs), n)}",
        f"  mistakes         precision {share(counts['true'], counts['true'] + counts['false'])}",
        f"                   recall where known {share(counts['true'], counts['true'] + counts['missed'])}",
        f"                   labelled but unknown {share(counts['unknown'], sum(counts.values()) - counts['false'])}",
        f"  questions        median {statistics.median(n_questions):g}, most {max(n_questions)}, "
        f"of them confirmations {sum(n_confirms) / n:.2f} a case, asked twice {repeated}",
        f"  false facts      {_a_case(runs, Status.KNOWN):.2f} known, "
        f"{_a_case(runs, Status.PROPOSED):.2f} proposed a case",
        f"  must_ask known   {statistics.mean(covered):.0%} of a case's slots on average",
    ]
    for verdict, count in Counter(run.case["verdict"] for run in runs).most_common():
        of_verdict = [run for run in runs if run.case["verdict"] == verdict]
        right = sum(run.best for run in of_verdict)
        lines.append(
            f"    {verdict:15s} best {right}/{count}, acceptable {sum(r.acceptable for r in of_verdict)}/{count}"
        )
    wrong = [f"    {run.case['id']}: {run.leaning}, label {run.case['verdict']}" for run in runs if not run.acceptable]
    return "\n".join([*lines, *(["  not acceptable:"] if wrong else []), *wrong])


_N_LABELS = (("one label", False), ("several labels", True))


def _share_acceptable(runs: Sequence[Run], several: bool) -> str:
    """Write the share of acceptable verdicts where one counts as right, or where several do."""
    counted = [run.acceptable for run in runs if (len(run.case["acceptable"]) > 1) is several]
    return share(sum(counted), len(counted))


def _a_case(runs: Sequence[Run], status: Status) -> float:
    return sum(run.false_facts.count(status) for run in runs) / len(runs)


def compare(name: str, by_words: Sequence[Run], by_clicks: Sequence[Run]) -> str:
    """Write what the same cases score by words, by clicks, and by always answering the commonest verdict."""
    n = len(by_words)
    verdicts = Counter(run.case["verdict"] for run in by_words)
    common = verdicts.most_common(1)[0][0]
    always = f"always {common}"
    lines = [f"{name}: {n} cases", f"  {'':24}{'by words':28}{'by clicks':28}{always}"]
    for title, count in (
        ("acceptable", lambda run: run.acceptable),
        ("best", lambda run: run.best),
        ("harmful", lambda run: run.harmful),
    ):
        baseline = {
            "acceptable": sum(common in run.case["acceptable"] for run in by_words),
            "best": verdicts[common],
            "harmful": sum(common in YES_VERDICTS and not YES_VERDICTS & set(r.case["acceptable"]) for r in by_words),
        }[title]
        found = [share(sum(map(count, runs)), n) for runs in (by_words, by_clicks)]
        lines.append(f"  {title:24}{found[0]:28}{found[1]:28}{share(baseline, n)}")
    for verdict, n_cases in verdicts.most_common():
        found = []
        for runs in (by_words, by_clicks):
            own = [run for run in runs if run.case["verdict"] == verdict]
            found.append(f"{sum(r.acceptable for r in own)}/{n_cases}, best {sum(r.best for r in own)}")
        lines.append(f"    {verdict:22}{found[0]:28}{found[1]}")
    for title, figure in (
        ("questions, median", lambda runs: statistics.median(len(run.questions) for run in runs)),
        ("questions, most", lambda runs: max(len(run.questions) for run in runs)),
        ("confirmations a case", lambda runs: sum(len(run.questions) - len(run.asked) for run in runs) / n),
        ("asked twice", lambda runs: sum(len(run.asked) - len(set(run.asked)) for run in runs)),
        ("false facts, known", lambda runs: _a_case(runs, Status.KNOWN)),
        ("false facts, proposed", lambda runs: _a_case(runs, Status.PROPOSED)),
    ):
        lines.append(f"  {title:24}{figure(by_words):<28.3g}{figure(by_clicks):.3g}")
    return "\n".join(lines)


def _must_ask_covered(run: Run) -> float:
    told = {fact.slot for fact in run.last.case.facts}
    wanted = run.case["must_ask"]
    return sum(slot in told or slot in run.asked for slot in wanted) / len(wanted)
