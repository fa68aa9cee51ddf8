"""The vector index: FAISS inner product on unit vectors.

Owns building it, from vectors that come with the knowledge where they are there. Must not know how cosines become
relevance.
"""

from __future__ import annotations

import logging
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from assistant.retrieval.corpus import Corpus
from assistant.retrieval.vectors import Vectors, read_vectors, rows_of, text_hash

if TYPE_CHECKING:
    from assistant.ports import Encoder

logger = logging.getLogger(__name__)


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


def open_index(corpus: Corpus, encoder: Encoder, built: Path | None = None) -> VectorIndex:
    """Make the index from the built file of vectors; texts that are missing there are encoded, which is said."""
    known = read_vectors(built, encoder) if built else {}
    n_missing = sum(text_hash(entry.text) not in known for entry in corpus.entries)
    if built and n_missing:
        logger.warning("%s lacks %d of %d texts, which `make index` would add", built, n_missing, len(corpus.entries))
    return VectorIndex(_build(corpus, encoder, known))


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
