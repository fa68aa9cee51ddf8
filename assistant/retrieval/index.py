"""The vector index on disk: FAISS inner product on unit vectors, beside JSON and a manifest of hashes.

Owns building, checking, storing and opening it. Must not know how cosines become relevance. There is no pickle:
each file is hashed before anything parses it, and whatever does not match is built again. Where the vectors of all
texts come with the knowledge, nothing is stored.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import logging
import shutil
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from assistant.retrieval.corpus import Corpus
from assistant.retrieval.vectors import Vectors, read_vectors, rows_of, text_hash

if TYPE_CHECKING:
    from assistant.ports import Encoder

logger = logging.getLogger(__name__)

FORMAT = 1
VECTORS = "vectors.faiss"
ENTRIES = "entries.json"
MANIFEST = "manifest.json"
LOCK = "index.lock"
# Indexes of other corpora or encoders kept beside the one in use, so that switching back and forth is quick.
N_KEPT = 3


class VectorIndex:
    """Cosines of a query with every indexed text; exhaustive, which is right up to some 10,000 texts."""

    def __init__(self, vectors: Any) -> None:
        """Wrap a FAISS inner-product index whose rows are unit vectors, one an entry, in corpus order."""
        self._vectors = vectors

    def cosines(self, query: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
        """Compare unit query vectors `(m, d)` with each entry: `(m, n)` cosines in [-1, 1], in corpus order."""
        found, rows = self._vectors.search(query, self._vectors.ntotal)
        cosines: npt.NDArray[np.float32] = np.empty(found.shape, dtype=np.float32)
        np.put_along_axis(cosines, rows, found, axis=1)
        return cosines


def open_index(corpus: Corpus, encoder: Encoder, cache_dir: Path | None, built: Path | None = None) -> VectorIndex:
    """Make the index from the built file of vectors; where texts are missing there, open the stored one or store one.

    Any mismatch or damage builds it again. Processes that build at once take turns, and the later ones open what
    the first stored. Without a directory, or with one that cannot be written, the index lives in memory.
    """
    known = read_vectors(built, encoder) if built else {}
    n_missing = sum(text_hash(entry.text) not in known for entry in corpus.entries)
    if built and n_missing:
        logger.warning("%s lacks %d of %d texts, which `make index` would add", built, n_missing, len(corpus.entries))
    if cache_dir is None or not n_missing:
        return VectorIndex(_build(corpus, encoder, known))
    directory = cache_dir / f"index-{_key(corpus, encoder)}"
    stored = _read(directory, corpus, encoder)
    if stored is not None:
        return VectorIndex(stored)
    try:
        cache_dir.mkdir(parents=True, exist_ok=True)
        with _lock(cache_dir / LOCK):
            vectors = _read(directory, corpus, encoder)
            if vectors is None:
                vectors = _build(corpus, encoder, known)
                _store(vectors, directory, corpus, encoder)
                _drop_old(cache_dir, directory)
            return VectorIndex(vectors)
    except OSError as error:
        logger.warning("the index cannot be stored in %s (%s); it is kept in memory", cache_dir, error)
        return VectorIndex(_build(corpus, encoder, known))


def _key(corpus: Corpus, encoder: Encoder) -> str:
    return hashlib.sha256(f"{FORMAT} {encoder.id} {corpus.sha256()}".encode()).hexdigest()[:16]


def _build(corpus: Corpus, encoder: Encoder, known: Vectors) -> Any:
    faiss = _faiss()
    started = time.monotonic()
    vectors = faiss.IndexFlatIP(encoder.dimension)
    vectors.add(rows_of([entry.text for entry in corpus.entries], encoder, known))
    logger.info("indexed %d texts in %.1f s", vectors.ntotal, time.monotonic() - started)
    return vectors


def _faiss() -> Any:
    import faiss

    # Two threads on busy cores were measured a hundred times slower than one.
    faiss.omp_set_num_threads(1)
    return faiss


def _manifest(corpus: Corpus, encoder: Encoder, hashes: dict[str, str]) -> dict[str, object]:
    return {
        "format": FORMAT,
        "encoder": encoder.id,
        "dimension": encoder.dimension,
        "corpus": corpus.sha256(),
        "n_vectors": len(corpus.entries),
        "files": hashes,
    }


def _read(directory: Path, corpus: Corpus, encoder: Encoder) -> Any:
    """Read the stored vectors, or give None when they are missing, damaged or of something else."""
    try:
        contents = {name: (directory / name).read_bytes() for name in (VECTORS, ENTRIES)}
        manifest = json.loads((directory / MANIFEST).read_bytes())
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as error:
        logger.warning("the stored index in %s is unreadable (%s); building it again", directory, error)
        return None
    hashes = {name: hashlib.sha256(content).hexdigest() for name, content in contents.items()}
    if manifest != _manifest(corpus, encoder, hashes) or contents[ENTRIES] != corpus.as_json().encode():
        logger.warning("the stored index in %s does not match its manifest; building it again", directory)
        return None
    # The very bytes that were hashed are parsed, not the file a second time.
    return _faiss().deserialize_index(np.frombuffer(contents[VECTORS], dtype=np.uint8))


def _store(vectors: Any, directory: Path, corpus: Corpus, encoder: Encoder) -> None:
    """Write everything under a temporary name and move it into place; call with the lock held."""
    temporary = Path(tempfile.mkdtemp(prefix="building-", dir=directory.parent))
    try:
        _faiss().write_index(vectors, str(temporary / VECTORS))
        (temporary / ENTRIES).write_bytes(corpus.as_json().encode())
        hashes = {name: hashlib.sha256((temporary / name).read_bytes()).hexdigest() for name in (VECTORS, ENTRIES)}
        (temporary / MANIFEST).write_text(json.dumps(_manifest(corpus, encoder, hashes), indent=1))
        shutil.rmtree(directory, ignore_errors=True)
        temporary.replace(directory)
    finally:
        shutil.rmtree(temporary, ignore_errors=True)


def _drop_old(cache_dir: Path, current: Path) -> None:
    others = sorted(
        (path for path in cache_dir.glob("index-*") if path != current), key=lambda path: path.stat().st_mtime
    )
    for path in others[:-N_KEPT]:
        shutil.rmtree(path, ignore_errors=True)


@contextlib.contextmanager
def _lock(path: Path) -> Iterator[None]:
    """Hold an exclusive lock between processes; the system frees it when its holder dies."""
    with path.open("a") as file:
        try:
            import fcntl
        except ImportError:  # Windows: builders then repeat each other's work, and the last one stands.
            yield
            return
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
