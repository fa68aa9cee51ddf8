"""The page with the snippets: how each wiki shows the coach, and whether it may.

Owns `/embed/code` and its HTML. The words are editors' text; the answer whether a wiki may is the settings'.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import HTMLResponse

from assistant.knowledge.types.iframe_text import EmbeddingText, Place, Recipe, fill_in, fillings, origin_of
from assistant.knowledge.types.page_text import PageText
from assistant.settings.hosting import Hosting
from assistant.web.escaping import as_html

HERE = Path(__file__).resolve().parent
SETTING = "ASSISTANT_EMBED_ORIGINS"
MOST_CHARACTERS = 300
"""Of the address that somebody asks about."""


def routes(text: PageText, hosting: Hosting, root_path: str) -> APIRouter:
    """Return the address of the page; `wiki` in its query is the address of a wiki that is asked about."""
    router = APIRouter(include_in_schema=False)

    @router.get("/embed/code")
    async def embed_code(request: Request) -> HTMLResponse:
        base = f"{request.url.scheme}://{request.url.netloc}{root_path}/"
        wiki = request.query_params.get("wiki", "")[:MOST_CHARACTERS]
        return HTMLResponse(page(text, hosting.embed_origins, base, wiki))

    return router


def page(text: PageText, embed_origins: Sequence[str], base: str, wiki: str) -> str:
    """Write the whole page; `base` is the coach's own address and ends with a slash, `wiki` may be empty."""
    about, labels, facts = text.embedding, text.embedding.labels, fillings(base, text.title)
    recipes = "".join(_recipe(recipe, about, facts, is_open=recipe is about.recipes[0]) for recipe in about.recipes)
    links = "".join(_place(place) for place in about.places)
    style, script = ((HERE / f"embed_code.{kind}").read_text(encoding="utf-8") for kind in ("css", "js"))
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{as_html(labels.title)}</title>'
        '<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="robots" content="noindex">'
        f'<link rel="icon" href="../favicon.ico"><style>{style}</style></head>'
        f'<body><main><p><a href="../">{as_html(text.title)}</a></p><h1>{as_html(labels.title)}</h1>'
        f"<p>{as_html(labels.intro)}</p>{_write_wiki_form(about, embed_origins, base, wiki)}{recipes}"
        f"<h2>{as_html(labels.only_a_link)}</h2><ul>{links}</ul>"
        f"{_copyable(fill_in(about.link, facts), labels.copy_text)}"
        f"<p>{_with_code(labels.options)}</p><p>{as_html(labels.as_of.format(date=about.as_of))}</p>"
        f'<p id="spoken" role="status" data-copied="{as_html(labels.copied)}"></p></main>'
        f"<script>{script}</script></body></html>"
    )


def _write_wiki_form(about: EmbeddingText, embed_origins: Sequence[str], base: str, wiki: str) -> str:
    labels = about.labels
    told = check_wiki(about, embed_origins, base, wiki)
    notes = "".join(f'<p class="{kind}" role="status">{as_html(said)}</p>' for kind, said in told)
    return (
        f'<form method="get"><label for="wiki">{as_html(labels.wiki)}</label>'
        f'<input id="wiki" name="wiki" type="url" value="{as_html(wiki)}" placeholder="{as_html(labels.wiki_example)}">'
        f'<button type="submit">{as_html(labels.ask)}</button></form>{notes}'
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


def _recipe(recipe: Recipe, about: EmbeddingText, facts: Mapping[str, str], *, is_open: bool) -> str:
    labels = about.labels
    steps = "".join(
        f"<p><b>{as_html(who)}</b> {_with_code(fill_in(what, facts))}</p>"
        for who, what in ((labels.administrator, recipe.administrator), (labels.author, recipe.author))
    )
    documented = f"<p>{as_html(labels.documentation)} {_link(recipe.documentation)}</p>" if recipe.documentation else ""
    return (
        f'<details id="{as_html(recipe.id)}"{" open" if is_open else ""}><summary>{as_html(recipe.name)}</summary>'
        f"{steps}{_copyable(fill_in(recipe.snippet, facts).strip(), labels.copy_text)}{documented}</details>"
    )


def _place(place: Place) -> str:
    return f"<li><b>{as_html(place.name)}</b>: {as_html(place.why)} {_link(place.documentation)}</li>"


def _copyable(snippet: str, copy: str) -> str:
    n_lines = min(20, sum(1 + len(line) // 70 for line in snippet.splitlines()))
    return (
        f'<div class="copyable"><textarea readonly rows="{n_lines}" spellcheck="false" aria-label="{as_html(copy)}">'
        f'{as_html(snippet)}</textarea><button type="button">{as_html(copy)}</button></div>'
    )


def _link(address: str) -> str:
    return f'<a href="{as_html(address)}" rel="noreferrer noopener">{as_html(address)}</a>'


def _with_code(text: str) -> str:
    """Set what is to be typed as it stands, such as addresses and settings, in code."""
    return re.sub(r"https://[^\s()]*[^\s().,;]|ALLOWED_\w+(?:=\S+)?|\?\w+=\w*…?|/\w+(?= )", _as_code, as_html(text))


def _as_code(found: re.Match[str]) -> str:
    return f"<code>{found[0]}</code>"
