"""Vectors that come built with the knowledge: they fit it, the encoder makes the same, and damage only costs time."""

from __future__ import annotations

import base64
import json
import shutil
from pathlib import Path

import numpy as np
import pytest

from assistant import wiring
from assistant.retrieval.corpus import Corpus, build_corpus
from assistant.retrieval.encoder import SentenceEncoder
from assistant.retrieval.index import open_index
from assistant.retrieval.vectors import FILE, read_vectors, rows_of, text_hash, write_vectors
from assistant.settings.environment import read_settings
from tests.fakes_retrieval import ASKS, CARD, DOCUMENT, WordCountEncoder

TEXTS = ["water the tomatoes early", "cut roses at a slant", "the forsythia flowers"]


@pytest.fixture
def built(tmp_path: Path) -> Path:
    """A file of the vectors of three texts."""
    path = tmp_path / "a" / "vectors.json"
    write_vectors(path, TEXTS, WordCountEncoder())
    return path


@pytest.fixture
def corpus() -> Corpus:
    """A small corpus."""
    return build_corpus((DOCUMENT, CARD), ASKS)


@pytest.fixture(scope="module")
def searched() -> list[str]:
    """The texts that the project's own knowledge is found by."""
    known = wiring.knowledge(read_settings({}))
    corpus = build_corpus(tuple(known.library.texts.values()), known.library.asks, known.off_topic)
    return [entry.text for entry in corpus.entries]


def test_the_built_vectors_are_those_of_the_searched_texts(project_root: Path, searched: list[str]) -> None:
    """Whoever edits a text or a question makes them anew; otherwise each start would encode what is missing."""
    known = read_vectors(project_root / "knowledge" / FILE, SentenceEncoder())
    expected = {text_hash(text) for text in searched}
    assert (set(), set()) == (expected - set(known), set(known) - expected), (
        "the texts have changed: run `make index` and commit the file"
    )


def test_the_built_vectors_are_what_the_encoder_makes(project_root: Path, searched: list[str]) -> None:
    """Each text's own: a sample is encoded again."""
    encoder, sample = SentenceEncoder(), searched[::40]
    rows = rows_of(sample, encoder, read_vectors(project_root / "knowledge" / FILE, encoder))
    assert (rows * encoder.encode(sample)).sum(axis=1) == pytest.approx(1.0, abs=1e-4)


def test_the_built_vectors_are_small_enough_to_be_shipped(project_root: Path) -> None:
    """A megabyte of text, of which an edit changes a line or two."""
    assert (project_root / "knowledge" / FILE).stat().st_size < 1_500_000


def test_making_them_again_changes_nothing(built: Path) -> None:
    """The same texts in another order give the same bytes, and none is encoded."""
    first, encoder = built.read_bytes(), WordCountEncoder()
    assert 0 == write_vectors(built, [*reversed(TEXTS), TEXTS[0]], encoder)
    assert (first, []) == (built.read_bytes(), encoder.calls)


def test_an_edited_text_changes_its_own_line(built: Path) -> None:
    """What is new is encoded, what is gone is dropped, and the rest stands as it was."""
    before, encoder = set(built.read_text(encoding="utf-8").splitlines()), WordCountEncoder()
    assert 1 == write_vectors(built, [*TEXTS[:2], "the forsythia is over"], encoder)
    after = set(built.read_text(encoding="utf-8").splitlines())
    assert [["the forsythia is over"]] == encoder.calls
    assert (1, 1) == (len(before - after), len(after - before))


def test_another_encoder_makes_all_of_them_anew(built: Path) -> None:
    """Vectors of two encoders are never mixed."""
    other = WordCountEncoder()
    other.id = "word-count@2"
    assert {} == read_vectors(built, other)
    assert len(TEXTS) == write_vectors(built, TEXTS, other)
    assert {} == read_vectors(built, WordCountEncoder())


def test_rows_stand_in_the_order_of_the_texts_and_only_the_unknown_is_encoded(built: Path) -> None:
    """As near to what the encoder makes as half precision allows, and of unit length."""
    asked, encoder = ["rain on roofs", *TEXTS[::-1]], WordCountEncoder()
    rows = rows_of(asked, encoder, read_vectors(built, encoder))
    assert [["rain on roofs"]] == encoder.calls
    assert rows == pytest.approx(encoder.encode(asked), abs=1e-3)
    assert np.linalg.norm(rows, axis=1) == pytest.approx(1.0, abs=1e-6)


@pytest.mark.parametrize(
    "damage", ["missing", "cut", "format", "letters", "length", "not finite", "not of unit length"]
)
def test_a_damaged_file_holds_no_vectors(built: Path, damage: str) -> None:
    """Its texts are encoded again then, and the next making mends it."""
    whole, encoder = built.read_bytes(), WordCountEncoder()
    written = json.loads(whole)
    number = {"not finite": np.nan, "not of unit length": 1.0}.get(damage, 0.0)
    line = base64.b64encode(np.full(encoder.dimension, number, dtype="<f2").tobytes()).decode()
    spoilt = {"letters": "?" + line[1:], "length": line[:-8]}.get(damage, line)
    written["vectors"][text_hash(TEXTS[0])] = spoilt
    written["format"] = 0 if damage == "format" else written["format"]
    built.write_bytes(whole[:200] if damage == "cut" else json.dumps(written).encode())
    if damage == "missing":
        built.unlink()
    assert {} == read_vectors(built, encoder)
    write_vectors(built, TEXTS, encoder)
    assert whole == built.read_bytes()


def test_an_index_of_built_vectors_encodes_nothing(corpus: Corpus, tmp_path: Path) -> None:
    """Which is why a start on a read-only checkout is as quick as any."""
    built = tmp_path / "vectors.json"
    texts, encoder = [entry.text for entry in corpus.entries], WordCountEncoder()
    write_vectors(built, texts, encoder)
    encoder.calls.clear()
    index = open_index(corpus, encoder, built)
    assert [] == encoder.calls
    query = encoder.encode(["water tomatoes early"])
    assert index.cosines(query) == pytest.approx(query @ encoder.encode(texts).T, abs=1e-3)


def test_an_index_encodes_only_what_the_built_vectors_lack(
    corpus: Corpus, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """And the log says how to do without."""
    built, (first, *rest) = tmp_path / "vectors.json", [entry.text for entry in corpus.entries]
    write_vectors(built, rest, WordCountEncoder())
    encoder = WordCountEncoder()
    open_index(corpus, encoder, built)
    assert [[first]] == encoder.calls
    assert f"lacks 1 of {len(corpus.entries)} texts, which `make index` would add" in caplog.text


def test_making_them_for_the_knowledge_as_it_stands_changes_nothing(project_root: Path, tmp_path: Path) -> None:
    """Not a byte, on whatever computer, and without loading the encoder."""
    copy = tmp_path / "knowledge"
    shutil.copytree(project_root / "knowledge", copy)
    settings = read_settings({"ASSISTANT_KNOWLEDGE_DIR": str(copy)})
    assert (copy / FILE, 0) == wiring.build_vectors(settings)
    assert (project_root / "knowledge" / FILE).read_bytes() == (copy / FILE).read_bytes()
