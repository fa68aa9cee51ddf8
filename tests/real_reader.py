"""The reader that needs no language model, as it is shipped; made once, since its encoder takes seconds to load."""

from __future__ import annotations

from functools import cache

from assistant.knowledge.loader import load
from assistant.retrieval.adapter import FILE as ADAPTER
from assistant.retrieval.adapter import read_adapter
from assistant.retrieval.encoder import SentenceEncoder
from assistant.settings.environment import PROJECT_ROOT
from assistant.understanding.estimates import Estimator
from assistant.understanding.lexicon import FOLDER as LEXICON
from assistant.understanding.lexicon import load_lexicon
from assistant.understanding.reader import OfflineReader
from assistant.understanding.weights import FILE as CLASSIFIER
from assistant.understanding.weights import read_classifier

KNOWLEDGE = PROJECT_ROOT / "knowledge"


@cache
def offline_reader() -> OfflineReader:
    """Return the reader on the project's lexicon and the classifier that is shipped."""
    rulebook = load(KNOWLEDGE).rulebook
    encoder = SentenceEncoder(adapter=read_adapter(KNOWLEDGE / ADAPTER))
    classifier = read_classifier(KNOWLEDGE / CLASSIFIER)
    assert classifier is not None
    lexicon = load_lexicon(KNOWLEDGE / LEXICON, rulebook)
    return OfflineReader(rulebook, lexicon, Estimator(encoder, lambda: classifier))
