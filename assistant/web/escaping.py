"""Making words safe to show: in HTML, in the chat's Markdown, and on one line.

Owns every escape of the page. Nothing a user, a model or a file wrote reaches the page except through here; templates
call it by themselves.
"""

from __future__ import annotations

import html
import json
import re

from markupsafe import Markup

_UNSEEN_SIGNS = "\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufeff"
"""Control characters, marks that turn the direction of the text around them, and halves of characters."""

_UNSEEN = re.compile(f"[{_UNSEEN_SIGNS}]")
_ACTS_IN_HTML = re.compile(f"[&<>\"'\n\r{_UNSEEN_SIGNS}]")
_WRITE_JSON = json.JSONEncoder(separators=(",", ":")).encode

_NUMBERED = re.compile(r"^- \((\d{1,3})\) ", re.MULTILINE)
"""An entry of a list that says its number itself."""
_MARK = re.compile(r"\[(\d{1,3})\]")
_OPENS_LINK = re.compile(r"\\?(!?)\[")
"""With the backslash that may stand before it: left there, it would turn the reference put in its place into text."""
_ESCAPED_REFERENCE = re.compile(r"(?<!\\)((?:\\\\)*)\\&")
_ADDRESS = re.compile(r"(?i)\b(https?|ftp|mailto|www)([:.])|(?<=\w)(@)(?=\w)")


def visible(text: str) -> str:
    """Take out what cannot be seen; line ends become LF."""
    return _UNSEEN.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def as_html(text: str) -> Markup:
    """Escape text for HTML, in content and in quoted attributes, on one line: a line end becomes a reference."""
    return Markup(_escape(text, "&#10;"))  # noqa: S704 - it is escaped


def as_lines(text: str) -> Markup:
    """Escape text for HTML that keeps its line breaks."""
    return Markup(_escape(text, "<br>"))  # noqa: S704 - it is escaped


def _escape(text: str, line_end: str) -> str:
    if not _ACTS_IN_HTML.search(text):  # as most of what the page says
        return text
    return html.escape(visible(text), quote=True).replace("\n", line_end)


def as_chat(reply: str, turn: int, n_citations: int) -> str:
    """Make a reply safe for the chat and turn its marks `[n]` into links to `#c<turn>-<n>`.

    Emphasis and lists stay. HTML, images, other links and bare addresses, all of which only a quoted user or a
    model could have brought in, show as the text they are.
    """
    # A reply is Markdown, in which `<` and `&` are escaped already; twice escaped they would be read as references.
    shown = _ESCAPED_REFERENCE.sub(r"\1&", visible(reply).replace("&lt;", "<"))
    shown = _NUMBERED.sub(r"\1. ", html.escape(shown, quote=False))
    shown = _ADDRESS.sub(lambda found: "".join(_address(part) for part in found.groups("")), shown)
    pieces = []
    end = 0
    for mark in _MARK.finditer(shown):
        pieces.append(_OPENS_LINK.sub(_literal, shown[end : mark.start()]))
        number = int(mark.group(1))
        known = 1 <= number <= n_citations
        pieces.append(f"[{number}](#c{turn}-{number})" if known else f"&#91;{number}&#93;")
        end = mark.end()
    pieces.append(_OPENS_LINK.sub(_literal, shown[end:]))
    return _not_followed_by_target("".join(pieces)).replace(" [", "\u00a0[")


def _literal(found: re.Match[str]) -> str:
    return "&#33;&#91;" if found.group(1) else "&#91;"


def _address(part: str) -> str:
    return {":": "&#58;", ".": "&#46;", "@": "&#64;"}.get(part, part)


def _not_followed_by_target(markdown: str) -> str:
    """Keep a mark followed by a parenthesis, as in `[1](x)`, from becoming a link to elsewhere."""
    return re.sub(r"(\]\(#c\d+-\d+\)|&#93;)\(", r"\1&#40;", markdown)


def act(do: str, **content: object) -> Markup:
    """Write the attribute that says what a click on an element asks for."""
    return Markup(f'data-act="{as_html(_WRITE_JSON({"do": do, **content}))}"')  # noqa: S704 - it is escaped
