"""What the page shows next, part by part.

Owns the names of the parts that an event of the page can change. Must not know which component shows a part, nor what
is written in it.
"""

from __future__ import annotations

from dataclasses import dataclass

from assistant.web.page.session import Session


@dataclass(frozen=True, slots=True)
class Screen:
    """The parts as they become, each as HTML unless it says otherwise; None leaves a part as it is.

    `chat` is a list of messages as Gradio takes them, `box` and `kept` are plain text, `session` is kept by the server.
    """

    chat: list[dict[str, str]] | None = None
    answers: str | None = None
    case: str | None = None
    box: str | None = None
    note: str | None = None
    session: Session | None = None
    kept: str | None = None
