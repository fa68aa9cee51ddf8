"""HTML from templates, in which everything that is put in is escaped.

Owns how a template is read and what it can call. Must not know what any of them shows.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from jinja2.ext import Extension
from jinja2.lexer import Token, TokenStream
from markupsafe import Markup

from assistant.web.escaping import act, as_html, as_lines

FOLDERS = sorted(Path(__file__).resolve().parent.glob("*/templates"))
_LINE_BREAK = re.compile(r"\s*\n\s*")


def render(name: str, **values: object) -> Markup:
    """Fill in a template; a value that it needs and is not given is an error.

    What comes out is one line, since a blank one would end the block of HTML inside the page's Markdown.
    """
    return Markup(_ENVIRONMENT.get_template(name).render(values))  # noqa: S704 - every value was escaped


class _OneLine(Extension):
    """Leaves a template's line breaks out, each with the spaces around it, so that it can be laid out to be read."""

    def filter_stream(self, stream: TokenStream) -> Iterator[Token]:
        for token in stream:
            is_html = token.type == "data"
            yield Token(token.lineno, "data", _LINE_BREAK.sub("", token.value)) if is_html else token


def _escape(value: object) -> Markup:
    """Escape a value, unless it is HTML that was made by a template or by `escaping`."""
    return value if isinstance(value, Markup) else as_html(str(value))


_ENVIRONMENT = Environment(
    loader=FileSystemLoader(FOLDERS),
    autoescape=True,
    finalize=_escape,
    undefined=StrictUndefined,
    extensions=[_OneLine],
    auto_reload=False,
)
_ENVIRONMENT.globals["act"] = act
_ENVIRONMENT.filters["lines"] = as_lines
