"""A language model beside the coach without one, on the cases by words: `python -m tests.model_report`.

Owns what is counted and timed, and prints it; it judges nothing, since the model is whichever the settings name. Runs
outside pytest, where the network is open.
"""

from __future__ import annotations

import argparse
import copy
import os
import statistics
import sys
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from assistant import wiring
from assistant.coach import Coach
from assistant.domain.conversation import Conversation
from assistant.domain.dialogue import TurnResult
from assistant.domain.rulebook import Rulebook
from assistant.errors import ConfigError
from assistant.settings.environment import read_settings
from assistant.start import quiet_environment
from tests.case_runs import Run, Way, a_case, read_cases, read_clicks, run, share
from tests.shown_replies import Witness, fates

SETS = {"labelled": "", "new": "new_"}
Row = tuple[str, Callable[["Column"], str]]


@dataclass(frozen=True, slots=True)
class Took:
    """One turn: seconds until anything, until the reply's first sentence and until its end, and what failed."""

    first_s: float
    reply_s: float
    end_s: float
    fell_back: bool
    unheard: bool
    broken_off: bool


@dataclass
class Column:
    """What one coach did: its runs by the name of their set, and every turn of them."""

    coach: Coach
    witness: Witness | None = None
    runs: dict[str, list[Run]] = field(default_factory=dict)
    turns: list[Took] = field(default_factory=list)
    clicks: dict[str, dict[str, object]] = field(default_factory=dict)

    @property
    def rulebook(self) -> Rulebook:
        """The coach's."""
        return self.coach.rulebook

    @property
    def all_runs(self) -> list[Run]:
        """The runs of every set."""
        return [run for runs in self.runs.values() for run in runs]

    def start(self, conversation_id: str) -> Conversation:
        """Begin a conversation as the coach does."""
        return self.coach.start(conversation_id)

    def respond(
        self, conversation: Conversation, message: str, facts: Mapping[str, object] | None = None
    ) -> tuple[Conversation, TurnResult]:
        """Take a turn as the coach does, with a look at the clock."""
        began, seen = time.perf_counter(), []
        for step in self.coach.stream(conversation, message, facts):
            seen.append((time.perf_counter() - began, step))
        end_s, last = seen[-1]
        assert last.conversation is not None
        assert last.result is not None
        recording = last.conversation.events[-1].recording
        self.turns.append(
            Took(
                seen[0][0],
                next(seconds for seconds, step in seen if step.result is not None),
                end_s,
                self.coach.model_name not in (None, last.result.coach),
                bool(recording and (recording.unheard or recording.refused)),
                bool(recording and recording.broken_off and last.result.coach == self.coach.model_name),
            )
        )
        return last.conversation, last.result

    def run(self, n_cases: int | None) -> None:
        """Tell every case in words, or the first ones of each set."""
        for name, prefix in SETS.items():
            self.clicks |= read_clicks(prefix)
            self.runs[name] = [
                run(self, case, self.clicks[case["id"]], Way.TYPIST)  # type: ignore[arg-type]
                for case in read_cases(prefix)[:n_cases]
            ]


def compared(coach: Coach, n_cases: int | None = None) -> str:
    """Run the cases with a coach that has a model and with the same one without, and write both side by side."""
    assisted = coach._assisted
    assert assisted is not None
    witness = Witness(assisted.speaker)
    plain, helped = copy.copy(coach), copy.copy(coach)
    plain._assisted, helped._assisted = None, replace(assisted, speaker=witness)
    columns = Column(plain), Column(helped, witness)
    for column in columns:
        column.run(n_cases)
    lines = [f"{'':34}{'without a model':<42}with {assisted.model.name}"]
    for title, rows in (
        *((f"{name} cases, by words", _of_set(name)) for name in SETS),
        ("read a slot: right, wrong, missed", [_of_slot(slot.id) for slot in columns[0].rulebook.slots]),
        ("the model's own sentences", [(name, _of_sentences(name)) for name in ("kept", "dropped")]),
        ("turns", _OF_TURNS),
        ("seconds: median, 95th percentile", _OF_TIMES),
    ):
        lines += ["", title, *(f"  {name:32}{value(columns[0]):<42}{value(columns[1])}" for name, value in rows)]
    return "\n".join(lines)


def _of_set(name: str) -> list[Row]:
    def counted(holds: Callable[[Run], bool]) -> Callable[[Column], str]:
        return lambda column: share(sum(holds(run) for run in column.runs[name]), len(column.runs[name]))

    def questions(column: Column) -> str:
        asked = [len(run.asked) for run in column.runs[name]]
        return f"median {statistics.median(asked):g}, mean {statistics.mean(asked):.1f}"

    def a_run(figure: str) -> Callable[[Column], str]:
        return lambda column: f"{a_case(column.runs[name], figure):.2f}"

    return [
        ("acceptable", counted(lambda run: run.acceptable)),
        ("best", counted(lambda run: run.best)),
        ("harmful", counted(lambda run: run.harmful)),
        ("questions a case", questions),
        ("lists read back a case", a_run("n_lists")),
        ("known but not meant a case", a_run("n_known_not_meant")),
        ("asked again without a reason", lambda column: str(sum(len(run.repeated) for run in column.runs[name]))),
    ]


def _of_slot(slot_id: str) -> Row:
    def read(column: Column) -> str:
        counts: Counter[str] = Counter()
        for told in column.all_runs:
            held, labelled = _values(column, told, slot_id)
            counts += Counter(right=len(held & labelled), wrong=len(held - labelled), missed=len(labelled - held))
        return f"{counts['right']:4}{counts['wrong']:5}{counts['missed']:5}"

    return slot_id, read


def _values(column: Column, run: Run, slot_id: str) -> tuple[set[object], set[object]]:
    """Return the options that a case ended with for a slot, and those it should have, numbers by their band."""
    slot, label = column.rulebook.slot(slot_id), column.clicks[run.case["id"]].get(slot_id)
    labels = label if isinstance(label, list) else [] if label in (None, "declined") else [label]
    held = {slot.option(fact.value).value for fact in run.last.case.of(slot_id) if fact.value is not None}
    return set(held), {slot.option(value).value for value in labels}


def _of_sentences(name: str) -> Callable[[Column], str]:
    def counted(column: Column) -> str:
        if column.witness is None:
            return "-"
        found = [fates(one.spoken) for one in column.witness.shown]
        return share(sum(one[name] for one in found), sum(sum(one.values()) for one in found))

    return counted


def _turns(holds: Callable[[Took], bool]) -> Callable[[Column], str]:
    return lambda column: share(sum(holds(took) for took in column.turns), len(column.turns))


def _seconds(taken: Callable[[Took], float]) -> Callable[[Column], str]:
    return lambda column: written([taken(took) for took in column.turns])


def written(seconds: Sequence[float]) -> str:
    """Write the median and the 95th percentile of some times."""
    ordered = sorted(seconds)
    return f"{statistics.median(ordered):7.3f} {ordered[min(len(ordered) - 1, int(0.95 * len(ordered)))]:8.3f}"


_OF_TURNS: list[Row] = [
    ("answered without the model", _turns(lambda took: took.fell_back)),
    ("heard without the model", _turns(lambda took: took.unheard)),
    ("broken off and completed", _turns(lambda took: took.broken_off)),
]
_OF_TIMES: list[Row] = [
    ("to the first words", _seconds(lambda took: took.first_s)),
    ("to the reply's first sentence", _seconds(lambda took: took.reply_s)),
    ("to the end", _seconds(lambda took: took.end_s)),
]


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the comparison; without `ASSISTANT_MODEL`, one line that says so."""
    parser = argparse.ArgumentParser(prog="python -m tests.model_report", description=__doc__.partition("\n")[0])
    parser.add_argument("--cases", type=int, help="how many of each set, the first ones; all without it")
    chosen = parser.parse_args(arguments)
    if not os.environ.get("ASSISTANT_MODEL"):
        print("No model is compared: ASSISTANT_MODEL is not set. With one, each case costs it about ten calls.")
        return 0
    try:
        settings = read_settings()
    except ConfigError as error:
        print(error, file=sys.stderr)
        return 1
    quiet_environment()
    if settings.connection is None:
        print("No model is compared: ASSISTANT_MODEL is none.")
        return 0
    print(compared(wiring.build(settings), chosen.cases))
    return 0


if __name__ == "__main__":
    sys.exit(main())
