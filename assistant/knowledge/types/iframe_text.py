"""How another site shows the page in a frame: the frame's HTML, and what is told about each wiki, as values.

Owns what is put into a snippet and what an origin is. Must not know the file the words come from, nor HTTP.
"""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

HEIGHT = 640
NAMES = ("frame", "resizing", "address", "page", "origin", "host", "title")
"""What can stand in braces in a snippet or a step; other braces are the wiki's own."""

_PLACEHOLDER = re.compile(r"\{(" + "|".join(NAMES) + r")\}")
_SANDBOX = "allow-scripts allow-same-origin allow-forms allow-popups allow-popups-to-escape-sandbox allow-downloads"
_USUAL_PORTS = {"http": 80, "https": 443}
_RESIZING = """<script>
(() => {
  const frame = document.currentScript.previousElementSibling, coach = new URL(frame.src).origin;
  const type = "fine-tuning-coach";
  frame.addEventListener("load", () => frame.contentWindow.postMessage({ type, fit: true }, coach));
  addEventListener("message", ({ source, origin, data }) => {
    if (source === frame.contentWindow && origin === coach && data?.type === type) frame.height = Number(data.height);
  });
})();
</script>"""


@dataclass(frozen=True, slots=True)
class Recipe:
    """How one product shows a frame: what its administrator does, what an author does, and what is copied."""

    id: str
    name: str
    administrator: str
    author: str
    snippet: str
    documentation: str = ""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a link is all there is, and why."""

    name: str
    why: str
    documentation: str


@dataclass(frozen=True, slots=True)
class EmbeddingLabels:
    """The words of the page with the snippets."""

    title: str
    intro: str
    wiki: str
    wiki_example: str
    ask: str
    allowed: str
    not_allowed: str
    none_allowed: str
    no_origin: str
    mixed: str
    administrator: str
    author: str
    copy_text: str
    copied: str
    documentation: str
    options: str
    only_a_link: str
    as_of: str


@dataclass(frozen=True, slots=True)
class EmbeddingText:
    """Everything that is told about embedding; `as_of` is the day on which the products' documentation was read."""

    as_of: str
    labels: EmbeddingLabels
    recipes: tuple[Recipe, ...]
    link: str
    places: tuple[Place, ...]


def frame(address: str, title: str, width: int | None = None, height: int = HEIGHT) -> str:
    """Write a frame in attributes alone, which a site with a strict policy of its own shows too.

    `width` and `height` are pixels; without a width it is as wide as there is room.
    """
    attributes = {
        "src": address,
        "title": title,
        "width": "100%" if width is None else str(width),
        "height": str(height),
        "frameborder": "0",
        "loading": "lazy",
        "referrerpolicy": "strict-origin",
        "sandbox": _SANDBOX,
        "allow": "clipboard-write",
    }
    return "<iframe " + " ".join(f'{name}="{html.escape(value)}"' for name, value in attributes.items()) + "></iframe>"


def fillings(base: str, title: str) -> Mapping[str, str]:
    """Return what stands for each name in a snippet, for a page at `base`, which ends with a slash."""
    parts = urlsplit(base)
    shown = frame(f"{base}embed", title)
    return {
        "frame": shown,
        "resizing": f"{shown}\n{_RESIZING}",
        "address": f"{base}embed",
        "page": base,
        "origin": f"{parts.scheme}://{parts.netloc}",
        "host": parts.hostname or "",
        "title": title,
    }


def fill_in(template: str, fillings: Mapping[str, str]) -> str:
    """Fill a snippet or a step in; braces around other words stay as they are."""
    return _PLACEHOLDER.sub(lambda found: fillings[found[1]], template)


def names_in(template: str) -> set[str]:
    """Return the names that a snippet or a step uses."""
    return set(_PLACEHOLDER.findall(template))


def origin_of(address: str) -> str | None:
    """Return the origin of a web address in small letters and without a usual port; None where there is none."""
    try:
        parts = urlsplit(address.strip())
        port = parts.port
    except ValueError:
        return None
    if parts.scheme not in _USUAL_PORTS or not parts.hostname or not re.fullmatch(r"[a-z0-9.:-]+", parts.hostname):
        return None
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    return f"{parts.scheme}://{host}" + (f":{port}" if port and port != _USUAL_PORTS[parts.scheme] else "")
