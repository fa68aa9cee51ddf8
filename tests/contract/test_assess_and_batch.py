"""`assess` and `batch`, called as another program would."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from assistant.__main__ import main
from tests.command_line import CONSOLE, Process, run

STORY = "We want to fine-tune so that the bot answers in our tone. We have no evals at all, none."
FACTS = {"goal": ["style"], "data_count": 400, "budget": "declined"}


def test_assess_answers_as_the_same_conversation_would(converse: Process) -> None:
    """Letter by letter, from two processes: JSON on one line, on the poorest console, nothing on standard error."""
    status, output, errors = run("assess", "--facts", json.dumps(FACTS), "--message", STORY, "--offline", **CONSOLE)
    assert (0, "", 1) == (status, errors, output.count("\n"))
    answered: dict[str, Any] = json.loads(output)
    assert json.dumps(converse.turn(answered["conversation"], STORY, **FACTS)) == json.dumps(answered)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--facts", '{"evals": "perfect"}'], "facts.evals: evals cannot be 'perfect'. Allowed: none, impressions,"),
        (["--facts", "{evals: none}"], "--facts: It is not JSON in UTF-8:"),
        (["--facts", "[]"], "facts: facts must be an object of slots, not a list."),
        (["--message", STORY, "--message", ""], "messages.1: The message is empty."),
        ([], "messages: Nothing is told. Send messages, facts, or both."),
    ],
)
def test_assess_says_what_is_wrong_with_what(
    arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """One line on standard error, exit 1, nothing on standard output."""
    status = main(["assess", "--offline", *arguments])
    printed = capsys.readouterr()
    assert (1, "", 1) == (status, printed.out, printed.err.count("\n"))
    assert printed.err.startswith(said)


def test_a_batch_that_is_killed_goes_on(tmp_path: Path) -> None:
    """What was answered stays answered, and the rest follows."""
    source, target = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
    lines = [{"id": f"case {n}", "facts": {"goal": ["style"], "data_count": n}} for n in range(40)]
    source.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    running = Process("batch", "--offline", str(source), str(target), **CONSOLE)
    while not target.exists() or target.read_bytes().count(b"\n") < 2:
        assert running._running.poll() is None
    running._running.kill()
    running.end()
    n_done = target.read_bytes().count(b"\n")
    status, output, errors = run("batch", "--offline", str(source), str(target), **CONSOLE)
    assert (0, "") == (status, output)
    summary = f"{40 - n_done} answered (0 settled, 0 with something to agree to), {n_done} were there before"
    assert summary == errors.splitlines()[-1]
    written = [json.loads(line)["id"] for line in target.read_text(encoding="utf-8").splitlines()]
    assert [line["id"] for line in lines] == written


def test_a_batch_with_a_bad_line_ends_with_1(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The last line says which, so that a log shows it."""
    (tmp_path / "in.jsonl").write_text('{"id": "a"}\n{"id": "b", "facts": {"evals": "none"}}\n', encoding="utf-8")
    assert 1 == main(["batch", "--offline", str(tmp_path / "in.jsonl"), str(tmp_path / "out.jsonl")])
    printed = capsys.readouterr()
    summary = "1 answered (0 settled, 0 with something to agree to), 0 were there before, 1 left out (lines 1)"
    assert ("", summary) == (printed.out, printed.err.splitlines()[-1])
