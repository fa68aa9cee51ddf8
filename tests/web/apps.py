"""Our functions mounted as the server mounts them, for tests that ask them in this process."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import uvicorn
from fastapi import FastAPI
from fastapi.testclient import TestClient
from starlette.routing import Route
from starlette.types import ASGIApp

from assistant.coach import Coach
from assistant.domain.conversation import Conversation
from assistant.domain.dialogue import TurnResult
from assistant.ports import ModelTurn
from assistant.settings.environment import read_settings
from assistant.web import programs
from assistant.web.calls import Calls
from assistant.web.mcp import tool_server
from assistant.web.rest.endpoints import PREFIX, build
from assistant.web.server.metrics import Metrics
from assistant.web.server.site import open_site, wrap_site
from tests.served_page import PATIENCE_SECONDS, free_port
from tests.web.asking import QuietPage


def mounted(coach: Coach, calls: Calls | None = None, *, raises: bool = True) -> TestClient:
    """Mount the functions of a coach; without `raises` a fault is answered as a server answers it."""
    app, calls = FastAPI(openapi_url=None), calls or Calls(coach)
    app.mount(PREFIX, build(calls))
    app.router.routes.append(Route(tool_server.PATH, tool_server.ToolServer(calls)))
    return TestClient(app, raise_server_exceptions=raises)


@contextmanager
def listening(coach: Coach, **environ: str) -> Iterator[str]:
    """Serve the functions of a coach on loopback, with the layers of the real server around them; gives the address."""
    port = free_port()
    server = uvicorn.Server(
        uvicorn.Config(functions(coach, **environ), port=port, log_config=None, proxy_headers=False)
    )
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        assert thread.is_alive()
        time.sleep(0.01)
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    thread.join(PATIENCE_SECONDS)


def functions(coach: Coach, **environ: str) -> ASGIApp:
    """Mount the functions of a coach with the layers of the real server around them."""
    made = read_settings(environ, Path("no.env"))
    site = open_site(made, Metrics())
    programs.mount(site.app, coach, made)
    return wrap_site(site, QuietPage(), made, coach.page_text.labels)


class BrokenCoach(Coach):
    """A coach with a fault of ours."""

    def __init__(self, whole: Coach) -> None:
        vars(self).update(vars(whole))

    def respond(
        self,
        conversation: Conversation,
        message: str,
        facts: Mapping[str, object] | None = None,
        watch: Callable[[ModelTurn], None] | None = None,
        *,
        speaks: bool = True,
    ) -> tuple[Conversation, TurnResult]:
        """Fail."""
        raise ZeroDivisionError("broken on purpose")
