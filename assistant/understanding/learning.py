"""Where the classifier comes from at a start: the built file where it fits the sentences, else learnt anew.

Owns that choice. Must not know how either is done.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path

from assistant.knowledge.types.examples import Examples
from assistant.ports import LayeredEncoder
from assistant.understanding.classifier import Classifier
from assistant.understanding.training import train
from assistant.understanding.weights import read_classifier

logger = logging.getLogger(__name__)


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
