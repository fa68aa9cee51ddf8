"""The owner's document: every word unchanged and in order."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

import pytest

OWNERS_WORDS = "e56d0e19896f7cf083fd244e7a76a8b2136b35404489518420e86eabe16aeccb"
"""SHA-256 of the words of the owner's text, without its navigation line and the title given a second time."""


def words(text: str) -> str:
    """Return the words of a text joined by one space; marks of headings and lists that open a line are none."""
    return " ".join(word for line in text.splitlines() for word in re.sub(r"^\s*(?:#+|[-•])\s+", "", line).split())


def digest(text: str) -> str:
    """Return the SHA-256 of a text's words."""
    return hashlib.sha256(words(text).encode()).hexdigest()


@pytest.fixture(scope="module")
def document(project_root: Path) -> str:
    """The document as it is on disk."""
    return (project_root / "knowledge" / "documents" / "fine-tuning-a-scalpel.md").read_bytes().decode("utf-8")


def test_every_word_of_the_owner_is_there_in_order_and_none_was_added(document: str) -> None:
    """Headings and lists may be marked, the words are the owner's."""
    assert OWNERS_WORDS == digest(document)


@pytest.mark.parametrize(
    ("old", "new"),
    [("scalpel", "Scalpel"), ("chaos.", ""), ("lunch menu", "menu lunch"), ("evals.", "evals"), (" - a", " – a")],
)
def test_a_single_changed_word_is_noticed(document: str, old: str, new: str) -> None:
    """Case, order, a full stop and a dash count, too."""
    assert old in document
    assert OWNERS_WORDS != digest(document.replace(old, new, 1))


def test_marks_of_headings_and_lists_are_no_words(document: str) -> None:
    """The same text with other marks and line ends has the same words."""
    assert OWNERS_WORDS == digest(document.replace("\n## ", "\n### ").replace("\n- ", "\n  • ").replace("\n", "\r\n"))
