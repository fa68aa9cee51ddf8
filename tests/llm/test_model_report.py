"""The comparison that `make quality` prints for a model, made with a scripted one behind a real endpoint."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from tests import fakes_speech
from tests.case_runs import meanings, read_cases, read_clicks
from tests.fakes_model import truthful, whole_coach
from tests.llm.conftest import Connect
from tests.llm.fault_server import Exchange, FaultServer, answers, refuses
from tests.model_report import SETS, compared

N_CASES = 2
HEARS = truthful(
    meaning
    for prefix in SETS.values()
    for case in read_cases(prefix)[:N_CASES]
    for meaning in meanings(case, read_clicks(prefix)[case["id"]])
)


def good_model(exchange: Exchange) -> None:
    """Hear each label in the words that mean it, and say the statements nearly as they are."""
    does = HEARS if exchange.received.wants_json else fakes_speech.kind
    answers(does(exchange.received.prompt))(exchange)


def rows(report: str) -> dict[str, tuple[str, str]]:
    """Read the two columns of each row; of a name that comes twice, the first."""
    found: dict[str, tuple[str, str]] = {}
    for line in report.splitlines():
        if line.startswith("  "):
            found.setdefault(line[2:34].strip(), (line[34:76].strip(), line[76:].strip()))
    return found


def test_a_good_model_is_shown_beside_none(server: FaultServer, connect: Connect) -> None:
    """Verdicts, reading, questions, sentences, fallbacks and times, each for both."""
    server.script = [good_model]
    report = compared(whole_coach(connect(max_characters=20_000)), N_CASES)
    found = rows(report)
    assert "with m" in report.splitlines()[0]
    for name in ("acceptable", "questions a case", "evals", "to the first words", "to the end"):
        assert all(found[name]), name
    assert ("0/", "0/") == tuple(column[:2] for column in found["answered without the model"])
    assert "-" == found["kept"][0]
    kept = int(found["kept"][1].partition("/")[0])
    assert kept > int(found["dropped"][1].partition("/")[0])


def test_a_model_that_fails_is_shown_as_one_that_did_nothing(server: FaultServer, connect: Connect) -> None:
    """The verdicts are those without a model, and every turn fell back."""
    server.script = [refuses(401, "no")]
    found = rows(compared(whole_coach(connect()), 1))
    assert found["acceptable"][0] == found["acceptable"][1]
    n, _, of = found["answered without the model"][1].partition(" ")[0].partition("/")
    assert n == of
    assert int(n) > 0


def test_without_a_model_it_is_one_line(project_root: Path) -> None:
    """`make quality` goes on where no model is set, whatever key lies about."""
    environ = {name: value for name, value in os.environ.items() if name != "ASSISTANT_MODEL"}
    environ["OPENAI_API_KEY"] = "sk-lies-about"
    command = [sys.executable, "-m", "tests.model_report"]
    done = subprocess.run(
        command, cwd=project_root, env=environ, capture_output=True, text=True, timeout=60, check=True
    )
    assert 1 == len(done.stdout.splitlines())
    assert "ASSISTANT_MODEL is not set" in done.stdout
