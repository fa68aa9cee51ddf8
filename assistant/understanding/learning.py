"""Where the classifier comes from at a start: the built file where it fits the sentences, else learnt anew.

Owns that choice. Must not know how either is done.
"""

from __future__ import annotations

import logging
from pathlib import Path

from assistant.knowledge.types.examples import Examples
from assistant.ports import LayeredEncoder
from assistant.understanding.classifier import Classifier
from assistant.understanding.example_vectors import example_features
from assistant.understanding.training import texts_of, train
from assistant.understanding.weights import read_classifier

logger = logging.getLogger(__name__)


def read_or_learn(path: Path, examples: Examples, encoder: LayeredEncoder, cache_directory: Path) -> Classifier:
    """Return the classifier of a file if it was learnt from these sentences with this encoder, else learn one.

    Learning takes minutes where the sentences' features are not in the cache yet.
    """
    built = read_classifier(path)
    if built is not None and (built.encoder, built.examples) == (encoder.layers_id, examples.digest()):
        return built
    logger.warning("%s does not fit the example sentences; learning anew, which `make train` would save", path)
    return train(examples, encoder, example_features(texts_of(examples), encoder, cache_directory))
