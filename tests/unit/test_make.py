"""The two commands: what `make` installs and when, seen through a Python that only writes down what it is asked."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
pytestmark = pytest.mark.skipif(not shutil.which("make"), reason="make is not installed")


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A checkout whose virtual environment notes each call in `calls` and installs nothing."""
    for name in ("Makefile", "requirements.txt", "constraints.txt", "requirements-dev.txt", "requirements-local.txt"):
        shutil.copy(ROOT / name, tmp_path / name)
    write_program(tmp_path / ".venv" / "bin" / "python", 'echo "$@" >> calls')
    return tmp_path


def write_program(path: Path, body: str) -> None:
    """Write a small shell program."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{body}\n", encoding="utf-8")
    path.chmod(0o755)


def make(checkout: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run make in the checkout, free of what an outer make may have set."""
    environ = {name: value for name, value in os.environ.items() if not name.startswith(("MAKE", "MFLAGS"))}
    return subprocess.run(
        ["make", f"PYTHON={sys.executable}", *arguments],
        cwd=checkout,
        env=environ,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def calls(checkout: Path) -> list[str]:
    """What the environment's Python was asked to do since the last look, but for the look whether it has pip."""
    noted = checkout / "calls"
    lines = noted.read_text(encoding="utf-8").splitlines()
    noted.write_text("", encoding="utf-8")
    return [line for line in lines if line != "-c import pip"]


INSTALL = "-m pip install -r requirements.txt -c constraints.txt"


def test_the_first_run_installs_and_starts_and_the_second_only_starts(checkout: Path) -> None:
    """Nothing is installed twice."""
    assert make(checkout, "run").returncode == 0
    assert calls(checkout) == [INSTALL, "app.py"]
    make(checkout, "run")
    assert calls(checkout) == ["app.py"]


def test_a_raised_pin_installs_again(checkout: Path) -> None:
    """Whoever pulls a change gets its packages with the next `make run`."""
    make(checkout, "run")
    calls(checkout)
    with (checkout / "constraints.txt").open("a", encoding="utf-8") as pins:
        pins.write("another==1.0\n")
    make(checkout, "run")
    assert calls(checkout) == [INSTALL, "app.py"]


def test_an_install_that_failed_is_tried_again(checkout: Path) -> None:
    """A broken download leaves no mark that says all is well."""
    python = checkout / ".venv" / "bin" / "python"
    write_program(python, 'echo "$@" >> calls; case "$*" in *install*) exit 1;; esac')
    assert make(checkout, "run").returncode != 0
    assert calls(checkout) == [INSTALL]
    write_program(python, 'echo "$@" >> calls')
    make(checkout, "run")
    assert calls(checkout) == [INSTALL, "app.py"]


def test_the_cpu_wheels_of_torch_can_be_asked_for(checkout: Path) -> None:
    """TORCH_INDEX gives the one package that differs, before the rest is resolved."""
    make(checkout, "installed-run", "TORCH_INDEX=file:///wheels")
    first, second = calls(checkout)
    assert first.startswith("-m pip install --no-deps --index-url file:///wheels torch==")
    assert second == INSTALL


def test_a_local_model_is_served_to_the_coach(checkout: Path) -> None:
    """What serves it is installed once, from wheels alone, and the page is started with its address."""
    assert make(checkout, "run-local", "GGUF=my models/small.gguf").returncode == 0
    install, local, start = calls(checkout)
    assert (INSTALL, "-m pip install --only-binary :all: -r requirements-local.txt -c constraints.txt") == (
        install,
        local,
    )
    assert start == "-m assistant.llm.local_server my models/small.gguf -- .venv/bin/python app.py"
    make(checkout, "run-local", "GGUF=small.gguf")
    assert len(calls(checkout)) == 1


def test_a_local_model_has_to_be_named(checkout: Path) -> None:
    """The line shows how."""
    ended = make(checkout, "run-local")
    assert ended.returncode != 0
    assert "GGUF=path/to/model.gguf" in ended.stderr


def test_the_figures_end_with_those_of_the_model_that_is_set(checkout: Path) -> None:
    """On all cases, or on as many as are asked for."""
    make(checkout, "quality")
    assert calls(checkout)[-1].strip() == "-m tests.model_report"
    make(checkout, "quality", "CASES=5")
    assert calls(checkout)[-1] == "-m tests.model_report --cases 5"


def test_an_old_python_stops_make_with_one_line(checkout: Path) -> None:
    """The line names the Python it found and how to name another."""
    write_program(checkout / "old-python", 'case "$1" in --version) echo Python 3.9.2;; *) exit 1;; esac')
    ended = make(checkout, "run", "PYTHON=./old-python")
    assert ended.returncode != 0
    assert ended.stderr.splitlines()[0].startswith("Python 3.9.2 (./old-python) is too old: the coach needs 3.11")
    assert not (checkout / "calls").exists()


def test_help_lists_every_target_that_is_for_people(checkout: Path) -> None:
    """A target with a comment is listed; the inner ones are not."""
    listed = [line.split()[1] for line in make(checkout, "help").stdout.splitlines()]
    assert {"run", "test", "check", "quality", "bench", "resolve"} <= set(listed)
    assert not {"venv", "installed-run", "installed-dev"} & set(listed)
