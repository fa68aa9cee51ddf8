"""What the server has for programs: the functions over REST and over MCP, mounted beside the page.

Owns where they stand and what limits them. Must not know the page.
"""

from __future__ import annotations

from fastapi import FastAPI
from starlette.routing import Route

from assistant.coach import Coach
from assistant.settings.environment import Settings
from assistant.web.calls import Calls
from assistant.web.mcp import tool_server
from assistant.web.rest import endpoints


def mount(site: FastAPI, coach: Coach, settings: Settings) -> None:
    """Mount the functions of a coach; whatever is mounted at `/` must come after them."""
    limits = settings.hosting.limits
    calls = Calls(
        coach,
        n_at_once=limits.answers_at_once,
        n_waiting=limits.answers_waiting,
        answer_seconds=limits.answer_seconds,
    )
    site.mount(endpoints.PREFIX, endpoints.build(calls, settings.root_path))
    server = tool_server.ToolServer(calls)
    # With a slash too: a client that was given it is not sent elsewhere, where many would not go with a body.
    site.router.routes += [Route(path, server) for path in (tool_server.PATH, f"{tool_server.PATH}/")]
