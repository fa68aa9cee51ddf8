"""The surface of a model's sentence: which characters and which marks may reach the page.

Owns what is refused however true it may be: links, images, HTML, code, what cannot be seen, letters that look like
others. Must not know what a sentence says.
"""

from __future__ import annotations

import re
import unicodedata

_BOLD = re.compile(r"\*\*([^*]+)\*\*")
_MARKUP = re.compile(r"[<>\[\]{}`#|\\~^_@=*$\n\r\t]|://|\bwww\.|/{2}|&#?\w+;", re.IGNORECASE)
_ADDRESS = re.compile(r"\b[a-z0-9-]+\.(?:[a-z]{2,})\b(?!\.)|\b\d{1,3}(?:\.\d{1,3}){3}\b", re.IGNORECASE)
_ABBREVIATION = re.compile(r"\b(?:e\.g|i\.e)\.", re.IGNORECASE)
_PUNCTUATION = frozenset("“”‘’–—…€£·")


def without_bold(text: str) -> str:
    """Take paired bold marks off: what is set in bold is the engine's to say."""
    return _BOLD.sub(r"\1", text)


def is_plain(text: str, known: str = "") -> bool:
    """Tell whether a sentence is plain English text without markup, addresses or disguised characters.

    Characters that are neither ASCII nor usual punctuation are taken only where `known`, the engine's text, has them.
    """
    if _MARKUP.search(text) or _ADDRESS.search(_ABBREVIATION.sub(" ", text)):
        return False
    return all(char.isascii() or char in _PUNCTUATION or char in known for char in text) and is_visible(text)


def is_plain_prose(text: str) -> bool:
    """Tell whether a sentence in any language is text without markup, addresses or invisible characters."""
    return not _MARKUP.search(text) and not _ADDRESS.search(_ABBREVIATION.sub(" ", text)) and is_visible(text)


def is_visible(text: str) -> bool:
    """Tell whether every character can be seen and stands for itself."""
    return all(char.isspace() or unicodedata.category(char)[0] != "C" for char in text)
