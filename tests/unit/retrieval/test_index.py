"""The stored index: opened when it fits, built again when anything does not."""

from __future__ import annotations

import json
import logging
import multiprocessing
import time
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

from assistant.retrieval import index
from assistant.retrieval.corpus import Corpus, build_corpus
from assistant.retrieval.index import ENTRIES, MANIFEST, VECTORS, open_index
from tests.fakes_retrieval import ASKS, CARD, DOCUMENT, WordCountEncoder


@pytest.fixture
def corpus() -> Corpus:
    """A small corpus."""
    return build_corpus((DOCUMENT, CARD), ASKS)


def n_builds(corpus: Corpus, cache_dir: Path | None, encoder: WordCountEncoder | None = None) -> int:
    """Open the index and count how often the corpus was encoded for it."""
    encoder = encoder or WordCountEncoder()
    open_index(corpus, encoder, cache_dir)
    return len(encoder.calls)


def stored(cache_dir: Path) -> Path:
    """The one stored index."""
    (directory,) = cache_dir.glob("index-*")
    return directory


def test_cosines_stand_in_corpus_order(corpus: Corpus, tmp_path: Path) -> None:
    """Each entry's cosine is that of its own vector, from memory and from disk."""
    encoder = WordCountEncoder()
    rows = encoder.encode([entry.text for entry in corpus.entries])
    queries = encoder.encode(["water tomatoes early", "cut roses"])
    for cache_dir in (None, tmp_path, tmp_path):
        cosines = open_index(corpus, encoder, cache_dir).cosines(queries)
        assert cosines == pytest.approx(queries @ rows.T, abs=1e-6)


def test_a_stored_index_is_opened_not_built(corpus: Corpus, tmp_path: Path) -> None:
    """The second start encodes nothing."""
    assert [1, 0] == [n_builds(corpus, tmp_path), n_builds(corpus, tmp_path)]


def test_what_is_stored_is_plain(corpus: Corpus, tmp_path: Path) -> None:
    """FAISS and JSON, and nothing left over of the building."""
    open_index(corpus, WordCountEncoder(), tmp_path)
    assert {VECTORS, ENTRIES, MANIFEST} == {path.name for path in stored(tmp_path).iterdir()}
    assert {index.LOCK, stored(tmp_path).name} == {path.name for path in tmp_path.iterdir()}
    passages = json.loads((stored(tmp_path) / ENTRIES).read_text(encoding="utf-8"))["passages"]
    assert [passage.quote for passage in corpus.passages] == [passage["quote"] for passage in passages]


@pytest.mark.parametrize("name", [VECTORS, ENTRIES, MANIFEST])
@pytest.mark.parametrize("damage", ["flipped", "cut", "empty", "gone"])
def test_damage_of_any_file_is_built_over(corpus: Corpus, tmp_path: Path, name: str, damage: str) -> None:
    """A file that is not what was written is never parsed as vectors; the next start is whole again."""
    open_index(corpus, WordCountEncoder(), tmp_path)
    path = stored(tmp_path) / name
    content = path.read_bytes()
    middle = len(content) // 2
    path.write_bytes(
        {
            "flipped": content[:middle] + bytes([content[middle] ^ 1]) + content[middle + 1 :],
            "cut": content[:middle],
        }.get(damage, b"")
    )
    if damage == "gone":
        path.unlink()
    assert [1, 0] == [n_builds(corpus, tmp_path), n_builds(corpus, tmp_path)]


def test_another_encoder_or_corpus_builds_its_own(corpus: Corpus, tmp_path: Path) -> None:
    """Vectors of other weights or texts are never mixed in, and both stay stored."""
    other = WordCountEncoder()
    other.id = "word-count@2"
    smaller = build_corpus((DOCUMENT,), {})
    assert [1, 1, 1] == [n_builds(corpus, tmp_path), n_builds(corpus, tmp_path, other), n_builds(smaller, tmp_path)]
    assert [0, 0] == [n_builds(corpus, tmp_path), n_builds(smaller, tmp_path)]


def test_old_indexes_are_dropped(corpus: Corpus, tmp_path: Path) -> None:
    """Years of edits do not fill the disk."""
    for n in range(6):
        encoder = WordCountEncoder()
        encoder.id = f"word-count@{n}"
        open_index(corpus, encoder, tmp_path)
    assert 1 + index.N_KEPT == len(list(tmp_path.glob("index-*")))
    assert 0 == n_builds(corpus, tmp_path, encoder=None) - 1


def test_a_directory_that_cannot_be_written_leaves_it_in_memory(
    corpus: Corpus, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """The search works all the same, and the log says why the next start will be slow."""
    in_the_way = tmp_path / "file"
    in_the_way.write_text("a file, so that no directory can be made under it")
    encoder = WordCountEncoder()
    with caplog.at_level(logging.WARNING):
        opened = open_index(corpus, encoder, in_the_way / "cache")
    assert (1, len(corpus.entries)) == opened.cosines(encoder.encode(["water"])).shape
    assert ["kept in memory"] == [text for text in ("kept in memory",) if text in caplog.text]


class SlowEncoder(WordCountEncoder):
    """Takes long enough for two builders to meet."""

    def encode(self, texts: list[str]) -> npt.NDArray[np.float32]:
        """Encode, slowly."""
        time.sleep(0.3)
        return super().encode(texts)


def open_in_process(corpus: Corpus, cache_dir: Path, start: object, answers: object) -> None:
    """Open the index as another process would, and tell how often it built and what it found."""
    encoder = SlowEncoder()
    start.wait()  # type: ignore[attr-defined]
    opened = open_index(corpus, encoder, cache_dir)
    n_built = len(encoder.calls)
    found = int(opened.cosines(encoder.encode(["cut roses"]))[0].argmax())
    answers.put((n_built, found))  # type: ignore[attr-defined]


def test_two_processes_that_build_at_once_end_with_one_whole_index(corpus: Corpus, tmp_path: Path) -> None:
    """They take turns: one builds, the other opens what it stored, and both find the same."""
    context = multiprocessing.get_context("spawn")
    start, answers = context.Event(), context.Queue()
    builders = [
        context.Process(target=open_in_process, args=(corpus, tmp_path, start, answers), daemon=True) for _ in range(2)
    ]
    for builder in builders:
        builder.start()
    start.set()
    results = sorted(answers.get(timeout=30) for _ in builders)
    for builder in builders:
        builder.join(timeout=10)
    assert [0, 1] == [n_built for n_built, _ in results]
    assert results[0][1] == results[1][1]
    assert 0 == n_builds(corpus, tmp_path)
