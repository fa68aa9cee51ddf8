"""page.yaml and record.yaml: an editor who makes a mistake is told where and what to do."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from assistant.knowledge.files import Folder
from assistant.knowledge.page_file import read_page

KNOWLEDGE = Path(__file__).resolve().parents[3] / "knowledge"


def faults(tmp_path: Path, old: str, new: str, file: str = "page.yaml") -> list[str]:
    """Read the page's words with one change."""
    for name in ("page.yaml", "embedding.yaml", "record.yaml"):
        shutil.copy(KNOWLEDGE / name, tmp_path)
    words = (KNOWLEDGE / file).read_text(encoding="utf-8")
    assert old in words
    (tmp_path / file).write_text(words.replace(old, new, 1), encoding="utf-8")
    folder = Folder(tmp_path)
    read_page(folder)
    return [str(fault) for fault in folder.faults]


def test_the_words_as_they_are_have_no_fault() -> None:
    """What is served is sound."""
    folder = Folder(KNOWLEDGE)
    assert read_page(folder) is not None
    assert [] == folder.faults


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("  send: Send\n", "", "labels.send"),
        ("  send: Send\n", "  send: Send\n  sned: Send\n", "labels.sned"),
        ("message {n}.", "message.", "labels.editing"),
        ("  send: Send\n", "  send: Send {n}\n", "labels.send"),
        ("message {n}.", "message {n} {.", "labels.editing"),
        ("{at_least: 0.0,", "{at_least: 0.1,", "stability"),
        ("{at_least: 0.75,", "{at_least: 0.3,", "stability"),
        ("{id: prompt,", "{id: weights,", "ladder"),
        ("title: Fine-tuning coach", "title: ''", "title"),
        ("title: Fine-tuning coach", "title: [", "Not valid YAML"),
    ],
)
def test_a_fault_names_its_key(tmp_path: Path, old: str, new: str, said: str) -> None:
    """Each fault says which text it is about."""
    found = faults(tmp_path, old, new)
    assert any(said in fault for fault in found), found


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("hit: Hit\n", "", "hit"),
        ("message {n}", "message", "record.yaml:30: in_message"),
        ("hit: Hit\n", "hit: Hit {n}\n", "hit"),
        ("{quote}", "{quote", "source"),
        ("hit: Hit\n", "hit: [\n", "Not valid YAML"),
    ],
)
def test_a_fault_in_the_records_words_names_its_key(tmp_path: Path, old: str, new: str, said: str) -> None:
    """And where it stands."""
    found = faults(tmp_path, old, new, "record.yaml")
    assert any(said in fault and "record.yaml" in fault for fault in found), found


def test_a_missing_file_is_a_fault(tmp_path: Path) -> None:
    """The page has no words of its own to fall back to."""
    folder = Folder(tmp_path)
    assert read_page(folder) is None
    assert folder.faults


@pytest.mark.parametrize(("stability", "label"), [(0.0, "Wide open"), (0.4, "Could still change"), (1.0, "Steady")])
def test_stability_takes_the_last_words_it_reaches(stability: float, label: str) -> None:
    """A threshold belongs to the words above it."""
    page = read_page(Folder(KNOWLEDGE))
    assert page is not None
    assert label == page.stability_words(stability).label
