"""The repository runs as a Hugging Face Space, and a Space on shared GPUs is told that it does."""

from __future__ import annotations

from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from typing import ClassVar

import pytest

from assistant import space
from tests.served_page import free_port
from tests.served_space import Space, read_only_checkout, started

WIKI = "We want to fine-tune a model on our wiki so that it knows our products. The pages change every week."


@pytest.fixture
def checkout(tmp_path: Path) -> Iterator[Path]:
    """Everything that git keeps, in a folder that is read-only."""
    with read_only_checkout(tmp_path / "app") as folder:
        yield folder


@pytest.fixture
def running(checkout: Path, tmp_path: Path) -> Iterator[Space]:
    """The Space once its port answers and it is warm."""
    with started(checkout, tmp_path / "temp") as begun:
        begun.wait("/healthz")
        begun.wait("/readyz")
        yield begun


def test_the_repository_runs_as_a_space_and_holds_a_conversation(running: Space, checkout: Path) -> None:
    """From what is in git, with nowhere to write but the temp folder; what is public is on, and the page says so."""
    first, second = running.told(WIKI), running.told("We have no evals at all.")
    assert "](#c1-1)" in first
    assert "Retrieval or tools" in first
    assert "](#c2-1)" in second
    page = running.client.get("/")
    assert page.headers["content-security-policy"].endswith("frame-ancestors 'self' https://huggingface.co")
    assert "Open to everyone, so requests are limited" in page.text
    assert "No language model is used" in page.text
    statuses = [running.client.get("/config").status_code for _ in range(70)]
    assert 429 == statuses[-1]
    assert not list(checkout.rglob("__pycache__"))


class Platform(BaseHTTPRequestHandler):
    """Stands for the platform's device service."""

    asked: ClassVar[list[tuple[str, str]]] = []
    status = 200

    def do_POST(self) -> None:
        self.asked.append((self.command, self.path))
        self.send_response(self.status)
        self.end_headers()

    def log_message(self, *arguments: object) -> None:
        """Say nothing."""


@pytest.mark.parametrize("status", [200, 500])
def test_a_space_on_shared_gpus_is_told_that_the_page_is_open(monkeypatch: pytest.MonkeyPatch, status: int) -> None:
    """Once; whatever it answers, the page goes on."""
    monkeypatch.setattr(Platform, "status", status)
    Platform.asked.clear()
    with HTTPServer(("127.0.0.1", 0), Platform) as server:
        thread = Thread(target=server.handle_request)
        thread.start()
        space.report_start(f"http://127.0.0.1:{server.server_port}/")
        thread.join(10)
    assert [("POST", "/startup-report")] == Platform.asked


def test_nothing_is_reported_elsewhere_and_a_platform_that_is_gone_stops_nothing() -> None:
    """The page is open all the same."""
    space.report_start(None)
    space.report_start(f"http://127.0.0.1:{free_port()}")
    space.report_start("no address")
