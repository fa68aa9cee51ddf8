"""OWASP LLM10:2026 Improper Output Handling.

What a model or a user wrote goes on to a page, to a wiki as Markdown, to programs as JSON, to a terminal and to logs,
and each has its own way of taking text for an order. The page is proven in a real browser in `tests/browser` and
`tests/web/test_escaping.py`; this is about the other places.
"""

from __future__ import annotations

import datetime
import html
import json
import re

import pytest
from markdown_it import MarkdownIt

from assistant.coach import Coach
from assistant.domain.dialogue import TurnResult
from assistant.domain.record import decision_record
from tests.fakes_model import ScriptedModel, giving_in, whole_coach
from tests.fakes_speech import injecting
from tests.payloads import PAYLOADS
from tests.web.asking import Served, served_page_of

TERMINAL = "\x1b]0;owned\x07\x1b[2J\x1b[31m\x9b31m\r\x08"
FLAT = [payload for kind in PAYLOADS.values() for payload in kind]
ACTIVE = re.compile(r"<(?!/?(?:p|ul|ol|li|strong|em|code|pre|br|h[1-6]|hr|blockquote|a href=\"#)\b)[^>]*>")
RENDERER = MarkdownIt("commonmark", {"html": True}).enable("table")


@pytest.fixture(scope="module")
def served() -> Served:
    """The page and all that is served beside it."""
    return served_page_of()


def answered(payload: str) -> tuple[Coach, TurnResult]:
    """Let a user quote a payload as a fact of the case, and a model say it back."""
    talk = whole_coach(ScriptedModel(giving_in(), lambda prompt: f"{payload} {{k1}} {injecting(prompt)}"))
    conversation, _ = talk.respond(talk.start("hostile"), f"We just eyeball drafts of {payload} every day.")
    return talk, talk.respond(conversation, f"Our bot should sound like {payload}.")[1]


def active(markdown: str) -> list[str]:
    """Render Markdown as a plain renderer does that lets HTML through, and find what would do anything."""
    rendered = RENDERER.render(markdown)
    return [tag for tag in ACTIVE.findall(rendered) if tag.startswith("<")] + re.findall(r"javascript:\S*\"", rendered)


@pytest.mark.parametrize("payload", FLAT)
def test_a_reply_is_harmless_wherever_its_markdown_is_rendered(payload: str) -> None:
    """Programs and wikis show replies with renderers of their own, most of which let HTML and links through."""
    _, result = answered(payload)
    assert [] == active(result.reply)


@pytest.mark.parametrize("kind", PAYLOADS)
def test_a_decision_record_is_harmless_in_a_wiki(kind: str) -> None:
    """It is downloaded as Markdown and pasted where others read it, with all that the user said."""
    talk, result = answered(" ".join(PAYLOADS[kind]))
    record = decision_record(talk.rulebook, talk.shelf, talk.page_text.record, [result], datetime.date(2026, 11, 27))
    assert [] == [tag for tag in active(record) if "evil" in html.unescape(tag) or "__x" in tag]


def test_neither_reply_nor_record_steers_a_terminal() -> None:
    """Where they are printed, no title is set, no screen wiped and no line written over."""
    talk, result = answered(TERMINAL)
    record = decision_record(talk.rulebook, talk.shelf, talk.page_text.record, [result], datetime.date(2026, 11, 27))
    assert [] == re.findall(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]", result.reply + record)


@pytest.mark.parametrize("script", ["<script>window.__x=1</script>", '"><img src=x onerror=window.__x=1>'])
@pytest.mark.parametrize("path", ["/", "/embed", "/embed/code", "/oembed", "/api/v1/rulebook", "/nothing", "/mcp"])
def test_an_address_or_a_name_that_holds_markup_comes_back_as_no_page(served: Served, path: str, script: str) -> None:
    """Refusals repeat what they refuse; a browser must not take them for a page."""
    for asked in ({"path": f"{path}?wiki={script}&q={script}&url={script}&theme={script}"}, {"host": script}):
        answer = served.ask(**{"path": path, "accept": "text/html", **asked})
        is_page = "html" in answer.headers.get("content-type", "text/html" if answer.text else "none")
        assert not is_page or script not in answer.text
        assert "nosniff" == answer.headers["x-content-type-options"]


def test_what_programs_get_is_never_a_page(served: Served) -> None:
    """JSON with its own type, problems included, with the value that was refused in them."""
    for asked in ({"messages": 3}, {"facts": {"evals": "<script>"}}, {"<script>": 1}, {"messages": ["<script>"]}):
        answer = served.ask(
            "POST",
            "/api/v1/assess",
            body=json.dumps(asked).encode(),
            accept="text/html",
            content_type="application/json",
        )
        assert re.fullmatch(r"application/(problem\+)?json", answer.headers["content-type"])
