"""Features of the example sentences, kept on disk so that a start with edited ones need not make all of them again.

Owns the cache file: its name holds what it was made from, and it is never half written. Must not know what is learnt.
"""

from __future__ import annotations

import hashlib
import io
import logging
import os
import tempfile
import zipfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from assistant.ports import LayeredEncoder
from assistant.understanding.features import features_of, n_features

logger = logging.getLogger(__name__)

FORMAT = 2


def example_features(texts: Sequence[str], encoder: LayeredEncoder, cache_directory: Path) -> npt.NDArray[np.float32]:
    """Return the `(n, n_features)` features of texts, from the cache where it holds them, else made and stored.

    A damaged file is made again; where none can be written they are only returned.
    """
    path = cache_directory / f"examples-{_key(texts, encoder)}.npz"
    stored = _read(path, (len(texts), n_features(encoder)))
    if stored is not None:
        return stored
    vectors = features_of(texts, encoder)
    try:
        _store(path, vectors)
    except OSError as error:
        logger.warning("the vectors of the examples cannot be stored in %s (%s)", cache_directory, error)
    return vectors


def _key(texts: Sequence[str], encoder: LayeredEncoder) -> str:
    digest = hashlib.sha256(f"{FORMAT} {encoder.layers_id} {n_features(encoder)}".encode())
    for text in texts:
        digest.update(b"\0" + text.encode())
    return digest.hexdigest()[:16]


def _read(path: Path, shape: tuple[int, int]) -> npt.NDArray[np.float32] | None:
    try:
        with np.load(io.BytesIO(path.read_bytes()), allow_pickle=False) as stored:
            vectors: npt.NDArray[np.float32] = stored["vectors"]
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile) as error:
        logger.warning("the stored vectors in %s are unreadable (%s); encoding again", path, error)
        return None
    if vectors.shape != shape or vectors.dtype != np.float32 or not np.isfinite(vectors).all():
        logger.warning("the stored vectors in %s are of another shape; encoding again", path)
        return None
    return vectors


def _store(path: Path, vectors: npt.NDArray[np.float32]) -> None:
    """Write under a temporary name and move into place, so that no reader meets half a file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix="examples-", suffix=".part", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            np.savez(file, vectors=vectors)
        Path(name).replace(path)
    finally:
        Path(name).unlink(missing_ok=True)
