"""The classifier as a file of `knowledge/reader/`, built once so that a start need not learn.

Owns the form of the file: JSON, one line of base64 an option, so that nothing in it is ever run; and that the sentences
are learnt from anew where it does not fit them. Must not know how the classifier learns or is used.
"""

from __future__ import annotations

import base64
import binascii
import json
import logging
from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import numpy as np
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from assistant.knowledge.types.examples import Examples
from assistant.ports import LayeredEncoder
from assistant.understanding.classifier import Classifier, Floats, Head
from assistant.understanding.training import train

logger = logging.getLogger(__name__)

FORMAT = 1
FILE = "reader/classifier.json"
_NUMBERS = np.dtype("<f2")


class _Head(BaseModel):
    model_config = ConfigDict(extra="forbid")
    slot: str
    asked: bool
    several: bool
    values: list[str] = Field(min_length=1)
    columns: list[str]


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid")
    about: str
    format: Annotated[int, Field(ge=FORMAT, le=FORMAT)]
    encoder: str
    examples: str
    heads: list[_Head]


def write_classifier(path: Path, classifier: Classifier) -> None:
    """Write a classifier; the same one gives the same bytes. Raises OSError where that is not possible."""
    heads = [
        _Head(slot=head.slot, asked=head.asked, several=head.several, values=list(head.values), columns=_columns(head))
        for head in classifier.heads
    ]
    about = "Learnt from knowledge/utterances/ by `python -m assistant train`; do not edit."
    written = _File(about=about, format=FORMAT, encoder=classifier.encoder, examples=classifier.examples, heads=heads)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(written.model_dump(), indent=1) + "\n", encoding="utf-8")


def read_classifier(path: Path) -> Classifier | None:
    """Read a classifier; None, with a line in the log, where there is none or the file is damaged."""
    try:
        written = _File.model_validate_json(path.read_bytes())
        heads = tuple(_head(head) for head in written.heads)
    except FileNotFoundError:
        logger.info("%s is not there", path)
        return None
    except (OSError, ValidationError, ValueError, binascii.Error) as error:
        logger.warning("%s cannot be read (%s)", path, error)
        return None
    return Classifier(heads, written.encoder, written.examples)


def _columns(head: Head) -> list[str]:
    """Return for each column its weights and then its bias."""
    numbers = np.vstack([head.weights, head.bias[None, :]]).astype(_NUMBERS)
    return [base64.b64encode(column.tobytes()).decode() for column in numbers.T]


def _head(written: _Head) -> Head:
    columns = [np.frombuffer(base64.b64decode(column, validate=True), dtype=_NUMBERS) for column in written.columns]
    n_columns = len(written.values) + (not written.several)
    if len(columns) != n_columns or len({len(column) for column in columns}) != 1:
        raise ValueError(f"the head of {written.slot} must have {n_columns} columns of one length")
    numbers: Floats = np.stack(columns, axis=1).astype(np.float32)
    if not np.isfinite(numbers).all():
        raise ValueError(f"the head of {written.slot} holds what is no number")
    return Head(written.slot, written.asked, written.several, tuple(written.values), numbers[:-1], numbers[-1])


def read_or_learn(
    path: Path, sentences: str, load: Callable[[], Examples], encoder: LayeredEncoder
) -> Callable[[], Classifier]:
    """Return what gives the classifier: that of a file if learnt from the sentences of this hash with this encoder.

    Else they are loaded, at once, so that a fault in them is told at the start; the call then learns from them, which
    takes minutes.
    """
    built = read_classifier(path)
    if built is not None and (built.encoder, built.examples) == (encoder.layers_id, sentences):
        return lambda: built
    logger.warning("%s does not fit the example sentences; learning anew, which `make train` would save", path)
    examples = load()
    return lambda: train(examples, encoder)
