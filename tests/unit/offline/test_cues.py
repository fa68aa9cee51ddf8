"""The phrase notation and the faults it reports."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.domain.rulebook import Rulebook
from assistant.errors import KnowledgeError
from assistant.offline.clauses import openings_of
from assistant.offline.cues import compile_phrase, load_cues

LISTS = {"docs": ("pages", "word files")}


@pytest.mark.parametrize(
    ("phrase", "text", "found"),
    [
        ("label*", "labelled", True),
        ("label*", "unlabelled", False),
        ("held-out", "held out", True),
        ("held-out", "heldout", True),
        ("held-out", "held it out", False),
        ("too|way high", "way high", True),
        ("never .. tried", "never have we tried", True),
        ("never .. tried", "never, it was tried", False),
        ("only raw? <docs>", "only word files", True),
        ("recall #", "recall 93%", True),
    ],
)
def test_a_phrase_matches_what_its_notation_says(phrase: str, text: str, found: bool) -> None:
    """Each sign of the notation does what the file's head says."""
    assert found is bool(list(compile_phrase(phrase, LISTS, "here").spans(text, openings_of(text))))


@pytest.mark.parametrize("phrase", ["raw? text", "..", "", "<nothing>", "* word"])
def test_a_phrase_that_cannot_mean_anything_is_refused(phrase: str) -> None:
    """A phrase begins with a word, and names only lists that are there."""
    with pytest.raises(KnowledgeError, match="here"):
        compile_phrase(phrase, LISTS, "here")


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("words: {}\nmarks: {}\nbare: {}\nslots: {colour: []}\n", "colour"),
        ("words: {}\nmarks: {}\nbare: {}\nslots: {evals: [{value: great, says: [x]}]}\n", "great"),
        ("words: {}\nmarks: {}\nbare: {}\nslots: {evals: [{value: none, says: [<things>]}]}\n", "<things>"),
        ("words: {}\nmarks: {}\nbare: {}\nslots: {evals: [{value: none, says: ['..']}]}\n", ".."),
        ("words: {}\nmarks: {}\nbare: {}\n", "slots"),
        ("words: {}\nmarks: {}\nbare: {evals: {on_no: maybe}}\nslots: {}\n", "maybe"),
    ],
)
def test_a_faulty_file_is_refused_by_name(tmp_path: Path, rulebook: Rulebook, text: str, named: str) -> None:
    """The error names what is wrong."""
    path = tmp_path / "cues.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(KnowledgeError, match=r"cues\.yaml") as raised:
        load_cues(path, rulebook)
    assert named in str(raised.value)
