"""The page with the snippets: how each wiki shows the coach, and whether it may.

Owns `/embed/code`. The words are editors' text; the answer whether a wiki may is the settings'.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from fastapi import APIRouter
from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import HTMLResponse

from assistant.knowledge.types.iframe_text import EmbeddingText, fill_in, fillings, origin_of
from assistant.knowledge.types.page_text import PageText
from assistant.settings.hosting import Hosting
from assistant.web.escaping import as_html
from assistant.web.server.read_only import read_only
from assistant.web.templates import render

HERE = Path(__file__).resolve().parent
SETTING = "ASSISTANT_EMBED_ORIGINS"
MOST_CHARACTERS = 300
"""Of the address that somebody asks about."""
_CODE = re.compile(r"https://[^\s()]*[^\s().,;]|ALLOWED_\w+(?:=\S+)?|\?\w+=\w*…?|/\w+(?= )")


def routes(text: PageText, hosting: Hosting, root_path: str) -> APIRouter:
    """Return the address of the page; `wiki` in its query is the address of a wiki that is asked about."""
    router = APIRouter(include_in_schema=False)

    @read_only(router, "/embed/code")
    async def embed_code(request: Request) -> HTMLResponse:
        base = f"{request.url.scheme}://{request.url.netloc}{root_path}/"
        wiki = request.query_params.get("wiki", "")[:MOST_CHARACTERS]
        return HTMLResponse(page(text, hosting.embed_origins, base, wiki))

    return router


def page(text: PageText, embed_origins: Sequence[str], base: str, wiki: str) -> Markup:
    """Write the whole page; `base` is the coach's own address and ends with a slash, `wiki` may be empty."""
    about = text.embedding
    return render(
        "embed_code.html",
        title=text.title,
        about=about,
        labels=about.labels,
        wiki=wiki,
        notes=check_wiki(about, embed_origins, base, wiki),
        fill_in=partial(fill_in, fillings=fillings(base, text.title)),
        with_code=_mark_code,
        count_rows=_count_rows,
        style=_read("embed_code.css"),
        script=_read("embed_code.js"),
    )


def check_wiki(about: EmbeddingText, embed_origins: Sequence[str], base: str, wiki: str) -> list[tuple[str, str]]:
    """Say whether a wiki may show the coach and what keeps it from doing so, each as `good` or `bad` with its words."""
    labels, origin = about.labels, origin_of(wiki)
    allowed = [origin_of(known) or known for known in embed_origins]
    told = []
    if wiki and origin is None:
        told.append(("bad", labels.no_origin))
    elif origin in allowed:
        told.append(("good", labels.allowed.format(origin=origin)))
    elif origin is not None:
        setting = f"{SETTING}={','.join((*embed_origins, origin))}"
        told.append(("bad", labels.not_allowed.format(origin=origin, setting=setting)))
    elif not allowed:
        told.append(("bad", labels.none_allowed.format(setting=f"{SETTING}={labels.wiki_example}")))
    if base.startswith("http://") and (origin or "").startswith("https://"):
        told.append(("bad", labels.mixed))
    return told


def _count_rows(snippet: str) -> int:
    """Say how many lines a snippet takes, long ones broken."""
    return min(20, sum(1 + len(line) // 70 for line in snippet.splitlines()))


def _mark_code(text: str) -> Markup:
    """Set what is to be typed as it stands, such as addresses and settings, in code."""
    return Markup(_CODE.sub(r"<code>\g<0></code>", str(as_html(text))))  # noqa: S704 - it is escaped


def _read(name: str) -> Markup:
    return Markup((HERE / name).read_text(encoding="utf-8"))  # noqa: S704 - a file of ours
