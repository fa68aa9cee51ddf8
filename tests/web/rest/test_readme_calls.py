"""The two calls that docs/programs.md shows, run from its own text."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.fakes import coach
from tests.web.apps import listening

SHOWN = "http://127.0.0.1:7860"
PAGE = (Path(__file__).resolve().parents[3] / "docs" / "programs.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    """A server, somewhere else than the page has it."""
    with listening(coach()) as address:
        yield address


def shown(language: str, address: str) -> str:
    """Take the page's one example in a language, for the server that is there."""
    [text] = re.findall(rf"```{language}\n(.*?)```", PAGE, re.DOTALL)
    assert SHOWN in text
    return str(text).replace(SHOWN, address)


def run(*command: str) -> str:
    """Run a command that must end well, and give what it printed."""
    ended = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert (0, "") == (ended.returncode, ended.stderr)
    return ended.stdout


@pytest.mark.skipif(not shutil.which("curl"), reason="curl is not installed")
def test_the_call_over_rest_works(address: str) -> None:
    """It prints an answer with what was sent in it."""
    answer = json.loads(run("sh", "-c", shown("sh", address)))
    facts = {(fact["slot"], fact["value"]) for fact in answer["facts"]}
    assert {("evals", "none"), ("freshness", "daily")} <= facts


def test_the_call_over_mcp_works(address: str) -> None:
    """It prints the question that the coach asks."""
    rulebook = coach().rulebook
    aim = rulebook.confirmations.aim.partition("{heard}")[0]
    asked = run(sys.executable, "-W", "error", "-c", shown("python", address)).strip()
    assert asked.startswith(aim) or asked in {slot.question for slot in rulebook.slots}
