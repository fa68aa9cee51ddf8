"""Environments as they are: in each the page starts and answers, or one line says what to do."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest

from assistant.errors import ConfigError
from assistant.settings.environment import read_settings
from assistant.start import notices
from tests import served_page

UNKNOWN_ACCOUNT = """
import pwd, runpy, sys
def unknown(_):
    raise KeyError("getpwuid(): uid not found")
pwd.getpwuid = unknown
sys.path.insert(0, ".")
runpy.run_path("app.py", run_name="__main__")
"""


def limited(soft: int, hard: int | None = None) -> tuple[str, ...]:
    """Return a program that starts the app with so many open files at most."""
    limits = f"resource.setrlimit(resource.RLIMIT_NOFILE, ({soft}, {hard or 'hard'}))"
    before = "import resource, runpy, sys; _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)"
    return ("-c", f"{before}; {limits}; sys.path.insert(0, '.'); runpy.run_path('app.py', run_name='__main__')")


def ended(program: tuple[str, ...], **settings: str) -> subprocess.CompletedProcess[str]:
    """Run a program that must end by itself."""
    return subprocess.run(
        [sys.executable, *program],
        cwd=served_page.ROOT,
        env={**os.environ, "ASSISTANT_PORT": str(served_page.free_port()), **settings},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def answered(program: tuple[str, ...] = ("app.py",), **settings: str) -> int:
    """Start a page and ask for it."""
    page, where = served_page.start(program=program, **settings)
    try:
        return httpx.get(where, timeout=60).status_code
    finally:
        served_page.stop(page)


@pytest.mark.parametrize(
    "program", [("-c", UNKNOWN_ACCOUNT), limited(64), limited(256, 256)], ids=["account", "64", "256"]
)
def test_the_page_starts(program: tuple[str, ...], monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a home, an account's name and the folder for temporary files; with few open files."""
    for name in ("HOME", "USER", "LOGNAME", "XDG_CACHE_HOME"):
        monkeypatch.delenv(name, raising=False)
    assert 200 == answered(program, TMPDIR="/nowhere/to/be/found")


def test_too_few_open_files_are_told_in_one_line() -> None:
    """With the command that mends it."""
    told = ended(limited(64, 64))
    assert (1, 1, True) == (told.returncode, told.stderr.count("\n"), "ulimit -n 1024" in told.stderr)


def test_the_page_starts_in_a_path_with_spaces(tmp_path: Path) -> None:
    """With the knowledge in it."""
    home = tmp_path / "my coach (new)"
    for name in ("assistant", "knowledge"):
        shutil.copytree(served_page.ROOT / name, home / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(served_page.ROOT / "app.py", home)
    assert 200 == answered((str(home / "app.py"),))


ENV = "ASSISTANT_PORT=7999\r\nASSISTANT_MODEL=none\r\n"
ENCODED: dict[str, Callable[[], bytes]] = {
    "as Notepad writes it": lambda: ENV.encode("utf-8-sig"),
    "as PowerShell writes it": lambda: ENV.encode("utf-16"),
    "the other way round": lambda: b"\xfe\xff" + ENV.encode("utf-16-be"),
    "as it should be": lambda: ENV.encode(),
}


@pytest.mark.parametrize("write", ENCODED.values(), ids=ENCODED)
def test_an_env_file_is_read_in_the_encoding_it_tells(write: Callable[[], bytes], tmp_path: Path) -> None:
    """By the mark at its beginning."""
    (tmp_path / ".env").write_bytes(write())
    assert 7999 == read_settings({}, tmp_path / ".env").port


def test_an_env_file_in_an_encoding_it_does_not_tell_is_told(tmp_path: Path) -> None:
    """It is saved again as UTF-8."""
    (tmp_path / ".env").write_bytes("# für später\n".encode("latin-1"))
    with pytest.raises(ConfigError, match=r"\.env cannot be read .* must be a UTF-8 text"):
        read_settings({}, tmp_path / ".env")


@pytest.mark.parametrize("text", [ENV.encode("utf-16-le"), ENV.encode("utf-16-be"), ENV.encode("utf-32")])
def test_an_env_file_of_two_bytes_a_letter_without_a_mark_is_told(text: bytes, tmp_path: Path) -> None:
    """Nothing in it is passed over in silence."""
    (tmp_path / ".env").write_bytes(text)
    with pytest.raises(ConfigError, match=r"\.env cannot be read .* must be a UTF-8 text"):
        read_settings({}, tmp_path / ".env")


@pytest.mark.parametrize(
    "end", ["/chat/completions", "/chat/completions/", "/completions", "/models", "/responses", "/Chat/Completions"]
)
def test_an_endpoint_with_a_function_behind_it_is_told_with_what_would_be_called(end: str) -> None:
    """And with the address to give."""
    with pytest.raises(ConfigError) as caught:
        read_settings({"OPENAI_BASE_URL": f"http://host.example/v1{end}"}, Path("no.env"))
    assert f"{end.rstrip('/')}/chat/completions would be called" in str(caught.value)
    assert str(caught.value).endswith("OPENAI_BASE_URL=http://host.example/v1")


@pytest.mark.parametrize(("path", "n_lines"), [("", 1), ("/", 1), ("/v1", 0), ("/openai", 0)])
def test_an_endpoint_without_a_path_is_said_at_the_start(path: str, n_lines: int) -> None:
    """With the address that is called; some endpoints do answer there."""
    told = notices(read_settings({"OPENAI_BASE_URL": f"http://host.example{path}"}, Path("no.env")))
    assert n_lines == len([line for line in told if "http://host.example/chat/completions" in line and "/v1" in line])
