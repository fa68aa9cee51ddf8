"""Whether the server is up, and whether it can answer as well as it ever will.

Owns `/healthz` and `/readyz`, and the states a server goes through. Must not know what is warmed up.
"""

from __future__ import annotations

from enum import StrEnum

from fastapi import APIRouter
from starlette.responses import JSONResponse

from assistant.web.server.read_only import read_only


class State(StrEnum):
    """Where a server stands; only `ready` is sent visitors by a proxy that asks."""

    WARMING = "warming up: index and encoder are being loaded"
    READY = "ready"
    FAILED = "the warm-up failed: answers come from rules and words alone; see the log"
    ENDING = "ending: running answers are finished, no new ones are begun"


class Health:
    """The state of one server; set and read from any thread."""

    def __init__(self) -> None:
        self.state = State.WARMING

    @property
    def is_ending(self) -> bool:
        """Whether the server takes nothing new."""
        return self.state is State.ENDING

    def note_warm(self, *, well: bool) -> None:
        """Note how the warm-up ended; a server that is ending stays so."""
        if self.state is State.WARMING:
            self.state = State.READY if well else State.FAILED

    def routes(self) -> APIRouter:
        """Return the two addresses that a proxy or an orchestrator asks."""
        router = APIRouter(include_in_schema=False)

        @read_only(router, "/healthz")
        async def healthz() -> JSONResponse:
            return JSONResponse({"status": "up"})

        @read_only(router, "/readyz")
        async def readyz() -> JSONResponse:
            is_ready = self.state is State.READY
            return JSONResponse({"status": self.state.value}, status_code=200 if is_ready else 503)

        return router
