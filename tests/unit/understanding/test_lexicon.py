"""The phrase notation and the faults it reports."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.domain.rulebook import Rulebook
from assistant.errors import KnowledgeError
from assistant.text.clauses import openings_of, utter
from assistant.understanding.lexicon import Lexicon, load_lexicon
from assistant.understanding.phrases import compile_phrase

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


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A lexicon of one slot, to be broken."""
    (tmp_path / "words.yaml").write_text("docs: [pages]\n", encoding="utf-8")
    (tmp_path / "speech_acts.yaml").write_text("thanks: [ta]\n", encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("slot: evals\noptions: [{value: none, says: [<things>]}]\n", "<things>"),
        ("slot: evals\noptions: [{value: none, says: ['..']}]\n", ".."),
        ("slot: evals\noptions: [{value: none}]\n", "says"),
        ("slot: evals\nphrases: []\n", "phrases"),
        ("slot: [evals\n", "evals.yaml"),
    ],
)
def test_a_faulty_file_is_refused_by_name(folder: Path, rulebook: Rulebook, text: str, named: str) -> None:
    """The error names the file and what is wrong."""
    (folder / "evals.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(KnowledgeError, match=r"evals\.yaml") as raised:
        load_lexicon(folder, rulebook)
    assert named in str(raised.value)


def test_an_option_that_the_rulebook_does_not_have_is_passed_over(folder: Path, rulebook: Rulebook) -> None:
    """Words may be written down before the rulebook knows what they are for."""
    (folder / "evals.yaml").write_text(
        "slot: evals\noptions: [{value: none, says: [nothing]}, {value: crystal_ball, says: [orb]}]\n", encoding="utf-8"
    )
    assert ["none"] == [entry.value for entry in load_lexicon(folder, rulebook).by_slot["evals"]]


@pytest.mark.parametrize(
    ("message", "backed"),
    [("we have a golden set", {"held_out"}), ("we have no golden set", {"none"}), ("the weather is fine", set())],
)
def test_a_phrase_speaks_for_its_option_and_its_denial_for_another(
    lexicon: Lexicon, message: str, backed: set[str]
) -> None:
    """Where the file names an option for the denial."""
    assert backed == {backing.value for backing in lexicon.find_backed("evals", utter(message))}
