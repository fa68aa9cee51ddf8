"""Our functions mounted as the server mounts them, for tests that ask them in this process."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from fastapi import FastAPI
from fastapi.testclient import TestClient

from assistant.api.calls import Calls
from assistant.api.rest import PREFIX, build
from assistant.coach import Coach
from assistant.domain.conversation import Conversation
from assistant.domain.dialogue import TurnResult
from assistant.ports import ModelTurn


def mounted(coach: Coach, calls: Calls | None = None, *, raises: bool = True) -> TestClient:
    """Mount the functions of a coach; without `raises` a fault is answered as a server answers it."""
    app = FastAPI(openapi_url=None)
    app.mount(PREFIX, build(calls or Calls(coach)))
    return TestClient(app, raise_server_exceptions=raises)


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
