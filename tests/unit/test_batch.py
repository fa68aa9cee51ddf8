"""A backlog of cases: how a run reports, stops, goes on, and what it refuses to touch."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from assistant import batch
from assistant.coach import Coach
from assistant.errors import ConfigError
from assistant.inquiry import Inquiry, answer
from assistant.web.contract.answers import turn_json
from tests.fakes import coach

CASES = [
    {"id": "tone", "messages": ["We want to fine-tune so that the bot answers in our tone."]},
    {"id": "no evals", "facts": {"evals": "none", "goal": ["style"]}},
    {"id": "Ünï ☃", "messages": ["We have no evals at all."], "facts": {"goal": ["style"]}},
]


class Backlog:
    """Two files, and what was reported of the runs over them."""

    def __init__(self, folder: Path, offline: Coach) -> None:
        self.source, self.target = folder / "in.jsonl", folder / "out.jsonl"
        self.reports: list[str] = []
        self._coach = offline

    def holds(self, *lines: bytes | dict[str, Any]) -> None:
        """Write the cases."""
        texts = [line if isinstance(line, bytes) else json.dumps(line).encode() for line in lines]
        self.source.write_bytes(b"".join(text + b"\n" for text in texts))

    def run(self) -> batch.BatchCounts:
        """Run once."""
        self.reports.clear()
        return batch.run(self._coach, self.source, self.target, self.reports.append)

    @property
    def answers(self) -> list[dict[str, Any]]:
        """What was written."""
        return [json.loads(line) for line in self.target.read_text(encoding="utf-8").splitlines()]


@pytest.fixture(scope="module")
def offline() -> Coach:
    """The real rules over the real knowledge."""
    return coach()


@pytest.fixture
def backlog(tmp_path: Path, offline: Coach) -> Backlog:
    """A backlog of three cases that nobody ran yet."""
    backlog = Backlog(tmp_path, offline)
    backlog.holds(*CASES)
    return backlog


def test_each_case_gets_its_answer_in_order(backlog: Backlog, offline: Coach) -> None:
    """An answer is the contract's, with the id of its case."""
    assert 3 == backlog.run().n_answered
    assert [case["id"] for case in CASES] == [line["id"] for line in backlog.answers]
    expected = turn_json(answer(offline, Inquiry((), {"evals": "none", "goal": ["style"]}), "no evals"))
    assert {"id": "no evals", **json.loads(json.dumps(expected))} == backlog.answers[1]


def test_a_run_counts_what_is_settled_and_what_waits_for_a_yes(backlog: Backlog) -> None:
    """Words alone are agreed to by nobody, facts that were sent are."""
    facts = {"goal": ["style"], "process": "no_agreement", "privacy": "unrestricted"}
    backlog.holds({"id": "words", "messages": ["We have no evals at all."]}, {"id": "facts", "facts": facts})
    tally = backlog.run()
    assert (2, 1, 1) == (tally.n_answered, tally.n_settled, tally.n_to_agree)
    assert [{"evals"}, set()] == [set(line["to_agree"]) for line in backlog.answers]


def test_a_second_run_finds_everything_done(backlog: Backlog) -> None:
    """And leaves the answers as they are, byte for byte."""
    backlog.run()
    written = backlog.target.read_bytes()
    assert batch.BatchCounts(n_done_before=3) == backlog.run()
    assert written == backlog.target.read_bytes()


@pytest.mark.parametrize("kept", [0, 1, 5, 200, -1], ids=lambda kept: f"{kept} bytes of it")
def test_a_run_that_was_cut_short_goes_on_where_it_stopped(backlog: Backlog, kept: int) -> None:
    """However much of the last line had been written, the file ends as if nothing had happened."""
    backlog.run()
    whole = backlog.target.read_bytes()
    first, second, _ = whole.splitlines(keepends=True)
    backlog.target.write_bytes(first + second[:kept])
    tally = backlog.run()
    assert (2, 1) == (tally.n_answered, tally.n_done_before)
    assert whole == backlog.target.read_bytes()


def test_a_bad_line_is_named_by_its_number_and_stops_nothing(backlog: Backlog) -> None:
    """Blank lines count as lines, so that an editor finds the place."""
    backlog.holds(CASES[0], b"", b'{"id": "half', {"id": "x", "facts": {"evals": "perfect"}}, CASES[1])
    tally = backlog.run()
    assert (2, [3, 4]) == (tally.n_answered, tally.bad)
    assert ["tone", "no evals"] == [line["id"] for line in backlog.answers]
    bad = [line for line in backlog.reports if "left out" in line]
    assert bad[0].startswith("line 3 is left out: It is not JSON")
    assert bad[1].startswith("line 4 is left out: evals cannot be 'perfect'. Allowed: none,")


def test_a_bad_line_is_tried_again_once_it_is_mended(backlog: Backlog) -> None:
    """Nothing of it was written, so nothing of it counts as done."""
    backlog.holds(CASES[0], {"id": "x", "facts": {"evals": "perfect"}})
    backlog.run()
    backlog.holds(CASES[0], {"id": "x", "facts": {"evals": "none"}})
    tally = backlog.run()
    assert (1, 1, []) == (tally.n_answered, tally.n_done_before, tally.bad)


@pytest.mark.parametrize(
    "line",
    [CASES[0], {"messages": ["no id"]}, {"id": "", "messages": ["a"]}, {"id": 7, "messages": ["a"]}, {"id": "x"},
     {"id": "x", "message": "not a field"}],
    ids=["an id twice", "no id", "an empty id", "a number for an id", "nothing told", "another field"],
)  # fmt: skip
def test_a_line_that_cannot_be_a_case_is_left_out(backlog: Backlog, line: dict[str, Any]) -> None:
    """The first with an id counts."""
    backlog.holds(CASES[0], line)
    tally = backlog.run()
    assert (1, [2]) == (tally.n_answered, tally.bad)


def test_half_a_character_in_an_id_is_done_once(backlog: Backlog) -> None:
    """It is written as a question mark and found again as one."""
    backlog.holds({"id": "\ud800", "facts": {"evals": "none"}})
    backlog.run()
    assert batch.BatchCounts(n_done_before=1) == backlog.run()


def test_a_byte_order_mark_does_no_harm(backlog: Backlog) -> None:
    """Some editors put one before the first line."""
    backlog.holds(b"\xef\xbb\xbf" + json.dumps(CASES[0]).encode())
    assert 1 == backlog.run().n_answered


def test_progress_is_told_a_hundred_times_at_most(backlog: Backlog) -> None:
    """Bad lines here, because they cost nothing."""
    backlog.holds(*[b"{"] * 250)
    backlog.run()
    told = [line for line in backlog.reports if line.endswith("of 250 lines")]
    assert 84 == len(told)
    assert "250 of 250 lines" == told[-1]


def test_an_empty_backlog_is_no_fault(backlog: Backlog) -> None:
    """Nothing is done and nothing is said."""
    backlog.source.write_bytes(b"\n")
    assert batch.BatchCounts() == backlog.run()
    assert [] == backlog.reports


@pytest.mark.parametrize("text", ["A letter\n", "A letter", '{"id": "a"}\n{"b": 1}\n', '{"id": 5}\n', "[]\n"])
def test_somebody_elses_file_is_not_touched(backlog: Backlog, text: str) -> None:
    """Two names in the wrong order must cost nobody a file."""
    backlog.target.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError, match=r"out\.jsonl, line \d is no answer of a batch: name another file"):
        backlog.run()
    assert text == backlog.target.read_text(encoding="utf-8")


def test_a_backlog_is_not_answered_into_itself(backlog: Backlog) -> None:
    """One name for both would grow while it is read."""
    backlog.target = backlog.source
    with pytest.raises(ConfigError, match="cannot be read and written at once"):
        backlog.run()


def test_a_missing_file_is_named(backlog: Backlog) -> None:
    """And nothing is made in its place."""
    backlog.source.unlink()
    with pytest.raises(ConfigError, match=r"in\.jsonl cannot be used: No such file or directory"):
        backlog.run()
    assert not backlog.target.exists()
