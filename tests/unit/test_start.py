"""Faults at the start: each is one readable line, exit status 1, and no traceback."""

from __future__ import annotations

import errno
import importlib
import os
import runpy
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from assistant import start
from assistant.errors import ConfigError, KnowledgeError
from tests import served_page

ROOT = Path(__file__).resolve().parents[2]


def start_app(**settings: str) -> subprocess.CompletedProcess[str]:
    """Start the app with settings that must stop it."""
    return subprocess.run(
        [sys.executable, str(ROOT / "app.py")],
        env={**os.environ, **settings},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_a_bad_setting_stops_the_app_with_one_line() -> None:
    """The operator reads which setting, which value and what it takes, before anything heavy is loaded."""
    ended = start_app(ASSISTANT_PORT="http")
    assert (1, "") == (ended.returncode, ended.stdout)
    assert ended.stderr == (
        "The coach did not start. ASSISTANT_PORT is 'http', which cannot be used: "
        "it takes a whole number from 1 to 65535.\n"
    )


def test_a_taken_port_stops_the_app_with_one_line() -> None:
    """The operator reads which port it is and how to choose another."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        ended = start_app(ASSISTANT_PORT=str(port))
    assert (1, "") == (ended.returncode, ended.stdout)
    assert ended.stderr.count("\n") == 1
    assert f"Port {port} on 127.0.0.1 is taken" in ended.stderr


def test_a_free_port_is_no_fault_and_answers_nobody_yet() -> None:
    """Whoever comes before the coach is built is refused at once, and not kept waiting."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    [listener] = start.reserve_port("127.0.0.1", port)
    with listener:
        assert ("127.0.0.1", port) == listener.getsockname()
        with socket.socket() as early:
            assert errno.ECONNREFUSED == early.connect_ex(("127.0.0.1", port))


def test_a_host_of_another_computer_is_refused() -> None:
    """192.0.2.1 is reserved for documentation and is no computer's."""
    with pytest.raises(ConfigError, match=r"ASSISTANT_HOST is '192\.0\.2\.1', which is no address of this computer"):
        start.reserve_port("192.0.2.1", 7860)


def test_an_old_python_is_told_so(monkeypatch: pytest.MonkeyPatch) -> None:
    """The check comes before any import that an old Python could not read."""
    monkeypatch.setattr(sys, "version_info", (3, 9, 2, "final", 0))
    with pytest.raises(SystemExit, match=r"Python 3\.9 is too old: it needs 3\.11 or newer"):
        runpy.run_path(str(ROOT / "app.py"), run_name="__main__")


def test_an_editors_fault_stops_the_start_in_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    """A broken rulebook names its file and line, on one line."""

    def load() -> None:
        raise KnowledgeError("slots.yaml, line 3:\n  no such slot")

    assert start.report_faults(load) == 1
    assert capsys.readouterr().err == "The coach did not start. slots.yaml, line 3: no such slot\n"


def test_a_missing_package_is_named_with_the_command_that_installs_it(capsys: pytest.CaptureFixture[str]) -> None:
    """Someone who skipped the install learns which command was meant."""
    assert start.report_faults(lambda: importlib.import_module("a_package_nobody_has") and None) == 1
    assert "'a_package_nobody_has' is not installed: type `make run`" in capsys.readouterr().err


def test_our_own_bug_keeps_its_traceback() -> None:
    """What no operator can mend is not dressed up as a setting."""
    with pytest.raises(ZeroDivisionError):
        start.report_faults(lambda: 1 // 0 and None)


def test_a_good_start_ends_well() -> None:
    """A page that was served and closed is no fault."""
    assert start.report_faults(lambda: None) == 0


UNUSABLE = {
    "ALL_PROXY": "socks5://127.0.0.1:1080",
    "http_proxy": "ftp://127.0.0.1:1",
    "NO_PROXY": "[::1],fd00::/8,10.0.0.0/8",
}


def test_no_proxy_stops_an_offline_page() -> None:
    """It needs no network, so nothing that leads to one can be wrong."""
    page, where = served_page.start(**UNUSABLE)
    served_page.stop(page)
    assert where.startswith("http://127.0.0.1:")


def test_a_proxy_that_a_model_needs_and_cannot_use_stops_the_app_with_one_line() -> None:
    """The operator reads which variable, which value and what to do, and no traceback."""
    ended = start_app(**UNUSABLE, OPENAI_API_KEY="sk-x", ASSISTANT_PORT=str(served_page.free_port()))
    assert (1, "") == (ended.returncode, ended.stdout)
    assert ended.stderr == (
        "The coach did not start. ALL_PROXY is 'socks5://127.0.0.1:1080', and the model at openai cannot be reached "
        "through that: give a proxy as http://host:port or https://host:port, or name the model's host in NO_PROXY to "
        "reach it without one.\n"
    )


def test_the_environment_is_quiet_of_proxies_in_whatever_letters(monkeypatch: pytest.MonkeyPatch) -> None:
    """No package goes through one behind the settings' back."""
    for name in ("HTTP_PROXY", "https_proxy", "All_Proxy", "no_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    start.quiet_environment()
    assert [] == [name for name in os.environ if name.lower().endswith("_proxy")]
