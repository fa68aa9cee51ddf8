"""What every test stands on: a shut network, a clean environment, and one answer to "is there a browser?"."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant.start import quiet_environment
from tests import network, nginx

PROJECT_ROOT = Path(__file__).resolve().parent.parent
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
OURS = ("ASSISTANT_", "OPENAI_", "SPACE_", "LANGSMITH_", "LANGCHAIN_")
for _name in [name for name in os.environ if name.startswith(OURS) or name == "PORT"]:
    del os.environ[_name]
quiet_environment()
network.shut()


@pytest.fixture(autouse=True)
def nothing_leaves_the_machine() -> Iterator[None]:
    """Fail a test during which something tried to, even if a library hid the refusal."""
    before = len(network.attempts)
    yield
    assert [] == network.attempts[before:]


def find_browser() -> str | None:
    """Find a Chromium that is installed."""
    return next((path for name in BROWSERS if (path := shutil.which(name))), None)


@pytest.fixture(scope="session")
def project_root() -> Path:
    """The checkout's root folder."""
    return PROJECT_ROOT


@pytest.fixture(scope="session")
def browser_path() -> str:
    """Path of the installed Chromium; without one the test is skipped, in CI it fails."""
    path = find_browser()
    if path is None and os.environ.get("CI") == "true":
        pytest.fail("no chromium is installed, and in CI the browser tests must run: `make browser`")
    if path is None:
        pytest.skip("no browser")
    return path


@pytest.fixture(scope="session")
def nginx_path() -> str:
    """Path of an nginx; without one the test is skipped."""
    path = nginx.find()
    if path is None:
        pytest.skip("no nginx")
    return path


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Give every browser test the fixture that skips or fails it where there is no browser, and run it last.

    While Playwright's event loop runs, no other test could start one.
    """
    items.sort(key=lambda item: item.get_closest_marker("browser") is not None)
    for item in items:
        if item.get_closest_marker("browser") and "browser_path" not in item.fixturenames:
            item.fixturenames.insert(0, "browser_path")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say how long each part took, and in a loud line each that tests with a browser or with nginx did not run."""
    for part, seconds in sorted(_seconds_by_part(terminalreporter).items(), key=lambda item: -item[1]):
        terminalreporter.write_line(f"{seconds:7.0f} s  {part}")
    for what, missing in (("BROWSER", "chromium"), ("NGINX", "nginx")):
        reports = terminalreporter.stats.get("skipped", [])
        skipped = [report for report in reports if f"no {what.lower()}" in str(report.longrepr)]
        if skipped:
            remedy = f"no {missing} here; get one (`make {what.lower()}`)"
            terminalreporter.write_line(
                f"*** {len(skipped)} {what} TESTS DID NOT RUN: {remedy} ***", red=True, bold=True
            )


def _seconds_by_part(terminalreporter: pytest.TerminalReporter) -> dict[str, float]:
    """Add up what the tests of each folder took, with what was set up and taken down for them."""
    taken: dict[str, float] = {}
    for reports in terminalreporter.stats.values():
        for report in reports:
            if isinstance(report, pytest.TestReport):
                part = "/".join(report.nodeid.split("/")[:2]).partition("::")[0]
                taken[part] = taken.get(part, 0.0) + report.duration
    return taken
