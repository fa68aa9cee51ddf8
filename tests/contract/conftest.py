"""The command line that reads and writes conversations, started once for all tests that talk to it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.command_line import CONSOLE, Process


@pytest.fixture(scope="session")
def converse() -> Iterator[Process]:
    """One process, on the poorest console; it must end well and have said nothing on standard error."""
    process = Process("converse", "--offline", **CONSOLE)
    yield process
    assert (0, b"", "") == process.end()
