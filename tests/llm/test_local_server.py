"""How the coach is pointed at a model on this computer."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import pytest

from assistant.llm import local_server
from assistant.settings.connection import Deadlines
from assistant.settings.environment import read_settings

SERVED = SimpleNamespace(listening_address="http://127.0.0.1:4711")


def test_the_coach_is_pointed_at_the_local_model_and_at_nobody_else(monkeypatch: pytest.MonkeyPatch) -> None:
    """The settings are ones that the coach takes; an operator's key does not go to another's server."""
    monkeypatch.setenv("OPENAI_API_KEY", "sk-canary-0123456789")
    monkeypatch.setenv("ASSISTANT_HF_ROUTER", "yes")
    environ = local_server.environment(SERVED, Path("/models/My small model.Q4.gguf"))
    connection = read_settings(environ, Path("no.env")).connection
    assert connection is not None
    assert ("http://127.0.0.1:4711/v1", "My-small-model.Q4") == (connection.base_url, connection.name)
    assert connection.stays_here
    assert "sk-canary-0123456789" not in environ.values()


def test_a_local_model_is_waited_for_unless_the_operator_says_how_long(monkeypatch: pytest.MonkeyPatch) -> None:
    """A processor needs its time; a deadline that was set stands."""
    monkeypatch.setenv("ASSISTANT_GAP_SECONDS", "7")
    connection = read_settings(local_server.environment(SERVED, Path("m.gguf")), Path("no.env")).connection
    assert connection is not None
    assert connection.deadlines.first_token > Deadlines().first_token
    assert 7 == connection.deadlines.gap


@pytest.mark.parametrize(
    ("name", "says"), [("missing.gguf", "There is no file"), ("no-model.gguf", "cannot be loaded")]
)
def test_what_is_no_model_is_told_in_one_line(
    name: str, says: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """No traceback of a C++ library for a wrong path."""
    (tmp_path / "no-model.gguf").write_text("not a model", encoding="utf-8")
    assert 1 == local_server.main([str(tmp_path / name)])
    assert says in capfd.readouterr().err
