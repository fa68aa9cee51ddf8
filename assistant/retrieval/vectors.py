"""The vectors of the indexed texts as a file of `knowledge/retriever/`, made once so that a start need not encode.

Owns the form of the file: JSON, a line of base64 a text under the text's hash, so that nothing in it is ever run and
an edit of one text changes one line. Must not know what the texts are for.
"""

from __future__ import annotations

import base64
import hashlib
import json
import logging
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import numpy as np
import numpy.typing as npt
from pydantic import BaseModel, ConfigDict, Field, ValidationError

if TYPE_CHECKING:
    from assistant.ports import Encoder

logger = logging.getLogger(__name__)

FORMAT = 1
FILE = "retriever/vectors.json"
# Half precision moves a cosine by a hundred-thousandth, far below what a floor of relevance can tell.
_NUMBERS = np.dtype("<f2")
_ABOUT = "Made from the texts that are searched by `python -m assistant index`; do not edit."

Rows = npt.NDArray[np.float32]
Vectors = Mapping[str, Rows]
"""Unit vectors by the hash of their text."""


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid")
    about: str
    format: Annotated[int, Field(ge=FORMAT, le=FORMAT)]
    encoder: str
    vectors: dict[str, str]


def text_hash(text: str) -> str:
    """Return what a text's vector is kept under."""
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def read_vectors(path: Path, encoder: Encoder) -> Vectors:
    """Read the vectors that this encoder made; none where the file is missing, damaged or another encoder's."""
    lines = _read(path, encoder.id)
    try:
        rows = _decode(list(lines.values()), encoder.dimension)
    except ValueError as error:
        logger.warning("%s is damaged (%s); its texts are encoded again", path, error)
        return {}
    return dict(zip(lines, rows, strict=True))


def write_vectors(path: Path, texts: Sequence[str], encoder: Encoder) -> int:
    """Write the vectors of these texts and no others; those in the file stay as they are. Returns how many are new.

    Raises OSError where that is not possible.
    """
    by_hash = {text_hash(text): text for text in texts}
    kept = _read(path, encoder.id) if read_vectors(path, encoder) else {}
    new = [name for name in by_hash if name not in kept]
    made = zip(new, encoder.encode([by_hash[name] for name in new]) if new else (), strict=True)
    lines = kept | {name: base64.b64encode(row.astype(_NUMBERS).tobytes()).decode() for name, row in made}
    vectors = {name: lines[name] for name in sorted(by_hash)}
    written = _File(about=_ABOUT, format=FORMAT, encoder=encoder.id, vectors=vectors)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(written.model_dump(), indent=1) + "\n", encoding="utf-8")
    return len(new)


def rows_of(texts: Sequence[str], encoder: Encoder, known: Vectors) -> Rows:
    """Return `(n, d)` float32 unit rows, in the order of the texts; only what is not known is encoded."""
    names = [text_hash(text) for text in texts]
    missing = [at for at, name in enumerate(names) if name not in known]
    rows: Rows = np.empty((len(texts), encoder.dimension), dtype=np.float32)
    if missing:
        rows[missing] = encoder.encode([texts[at] for at in missing])
    for at, name in enumerate(names):
        if name in known:
            rows[at] = known[name]
    return rows


def _read(path: Path, encoder_id: str) -> dict[str, str]:
    try:
        written = _File.model_validate_json(path.read_bytes())
    except FileNotFoundError:
        return {}
    except (OSError, ValidationError) as error:
        logger.warning("%s cannot be read (%s); its texts are encoded again", path, error)
        return {}
    return written.vectors if written.encoder == encoder_id else {}


def _decode(lines: list[str], dimension: int) -> Rows:
    parts = [base64.b64decode(line, validate=True) for line in lines]
    if any(len(part) != dimension * _NUMBERS.itemsize for part in parts):
        raise ValueError(f"a vector does not have {dimension} numbers")
    rows: Rows = np.frombuffer(b"".join(parts), dtype=_NUMBERS).astype(np.float32).reshape(-1, dimension)
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    if not (np.abs(lengths - 1.0) < 0.01).all():
        raise ValueError("a vector is not of unit length")
    unit: Rows = rows / lengths
    return unit
