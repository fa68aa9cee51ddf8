"""Computers for which some packages do not exist: told before anything is installed."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest


@pytest.mark.parametrize(
    ("system", "machine", "is_told"),
    [("darwin", "x86_64", True), ("darwin", "arm64", False), ("win32", "ARM64", True), ("win32", "AMD64", False)],
)
def test_a_computer_without_all_packages_is_told_before_pip(
    system: str, machine: str, is_told: bool, project_root: Path, tmp_path: Path
) -> None:
    """By one line that says what to do; nothing is made."""
    python = tmp_path / "python"
    pretence = f"import sys, platform; sys.platform = {system!r}; platform.machine = lambda: {machine!r}"
    python.write_text(
        f'#!/bin/sh\n[ "$1" = -c ] || exit 9\nexec {sys.executable} -c "{pretence}\nexec(sys.argv[1])" "$2"\n'
    )
    python.chmod(0o755)
    command = ["make", "-f", str(project_root / "Makefile"), "venv", f"PYTHON={python}", f"VENV={tmp_path / 'venv'}"]
    told = subprocess.run(command, cwd=project_root, capture_output=True, text=True, check=False, timeout=60).stderr
    assert is_told is ("Some packages do not exist for this Python" in told)
    assert not (tmp_path / "venv").exists()
