"""The one place that names implementations: settings in, a coach out.

Owns which reader, phraser and retriever the coach speaks through. Must not hold any logic of its own.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from threading import Thread

from assistant.coach import Assisted, Coach
from assistant.domain.source import Shelf
from assistant.errors import KnowledgeError
from assistant.knowledge.files import Fault
from assistant.knowledge.loader import Knowledge, check, load, load_examples
from assistant.llm.listening.listener import ModelListener
from assistant.llm.speaking.speaker import ModelSpeaker
from assistant.ports import Meter, Retriever
from assistant.replying.followup_phrases import FollowUpPhrases
from assistant.replying.followup_reader import FollowUpReader
from assistant.replying.phraser import OfflinePhraser
from assistant.retrieval.adapter import FILE as ADAPTER
from assistant.retrieval.adapter import read_adapter, write_adapter
from assistant.retrieval.corpus import build_corpus
from assistant.retrieval.encoder import SentenceEncoder
from assistant.retrieval.on_demand import OnDemandRetriever
from assistant.retrieval.retriever import HybridRetriever, build_retriever
from assistant.retrieval.vectors import FILE as VECTORS
from assistant.retrieval.vectors import write_vectors
from assistant.settings.environment import Settings
from assistant.understanding.estimates import Estimator
from assistant.understanding.lexicon import FOLDER as LEXICON
from assistant.understanding.lexicon import load_lexicon
from assistant.understanding.reader import OfflineReader
from assistant.understanding.training import lessons, train
from assistant.understanding.weights import FILE as CLASSIFIER
from assistant.understanding.weights import read_or_learn, write_classifier


def knowledge(settings: Settings) -> Knowledge:
    """Read the knowledge folder. Raises KnowledgeError with every fault in it."""
    return load(settings.knowledge_dir)


def check_knowledge(settings: Settings) -> list[str]:
    """Return every fault of the knowledge folder, one line each; the lexicon is read by the offline reader."""
    faults: list[Fault] = check(settings.knowledge_dir)
    lines = [str(fault) for fault in faults]
    if not lines:
        try:
            load_lexicon(settings.knowledge_dir / LEXICON, knowledge(settings).rulebook)
        except KnowledgeError as error:
            lines.append(str(error))
    return lines


def build(settings: Settings) -> Coach:
    """Build the coach for the command line, which answers the same line the same way.

    A message that likeness could help with waits until the reader is warm, which begins at once in the background; the
    first that has to be looked up waits until retrieval is.

    Raises:
        KnowledgeError: the knowledge folder is faulty.
        ConfigError: the encoder's weights are missing or are not the ones expected.
    """
    known, encoder = knowledge(settings), _encoder(settings)
    estimator = _estimator(settings, known, encoder)
    Thread(target=estimator.warm, name="warm the reader", daemon=True).start()
    return _coach(settings, known, OnDemandRetriever(_retriever(settings, known, encoder)), estimator)


def build_served(settings: Settings, meter: Meter | None = None) -> tuple[Coach, Callable[[], None]]:
    """Build the coach for a page, and the call that warms it behind the open port; a meter is told of its turns.

    Until then retrieval is lexical, and a message that the classifier could help with waits for it.

    Raises:
        KnowledgeError, ConfigError: as `build` does.
    """
    known, encoder = knowledge(settings), _encoder(settings)
    retriever = _retriever(settings, known, encoder)
    estimator = _estimator(settings, known, encoder)

    def warm() -> None:
        retriever.warm()
        estimator.warm()

    return _coach(settings, known, retriever, estimator, meter), warm


def build_classifier(settings: Settings, *, tunes: bool) -> Path:
    """Learn the reader's classifier anew and write it into the knowledge folder; returns the file.

    With `tunes` the encoder's adapter under it is learnt anew first, which takes a quarter of an hour.

    Raises:
        KnowledgeError, ConfigError: as `build` does.
    """
    examples, path = load_examples(settings.knowledge_dir), settings.knowledge_dir / CLASSIFIER
    if tunes:
        write_adapter(settings.knowledge_dir / ADAPTER, SentenceEncoder().tune(lessons(examples)))
    write_classifier(path, train(examples, _encoder(settings)))
    return path


def build_vectors(settings: Settings) -> tuple[Path, int]:
    """Encode the searched texts whose vectors the knowledge folder lacks; returns the file and how many were new.

    Raises:
        KnowledgeError, ConfigError: as `build` does.
    """
    known, path = knowledge(settings), settings.knowledge_dir / VECTORS
    corpus = build_corpus(tuple(known.library.texts.values()), known.library.asks, known.off_topic)
    return path, write_vectors(path, [entry.text for entry in corpus.entries], _encoder(settings))


def _estimator(settings: Settings, known: Knowledge, encoder: SentenceEncoder) -> Estimator:
    directory = settings.knowledge_dir
    load = partial(load_examples, directory)
    return Estimator(encoder, read_or_learn(directory / CLASSIFIER, known.sentences, load, encoder))


def _encoder(settings: Settings) -> SentenceEncoder:
    encoder = SentenceEncoder(adapter=read_adapter(settings.knowledge_dir / ADAPTER))
    encoder.check()
    return encoder


def _retriever(settings: Settings, known: Knowledge, encoder: SentenceEncoder) -> HybridRetriever:
    library, built = known.library, settings.knowledge_dir / VECTORS
    sources = tuple(library.texts.values())
    return build_retriever(sources, library.asks, known.off_topic, encoder, encoder.list_known_words(), built)


def _coach(
    settings: Settings,
    known: Knowledge,
    retriever: Retriever,
    estimator: Estimator,
    meter: Meter | None = None,
) -> Coach:
    library = known.library
    lexicon = load_lexicon(settings.knowledge_dir / LEXICON, known.rulebook)
    reader = OfflineReader(known.rulebook, lexicon, estimator)
    return Coach(
        rulebook=known.rulebook,
        shelf=Shelf(library.texts, library.bibliography, library.rests_on()),
        retriever=retriever,
        reader=FollowUpReader(reader, FollowUpPhrases(known.follow_ups), known.answers, estimator.estimate_follow_ups),
        phraser=OfflinePhraser(known.rulebook, library.texts, known.phrases, known.answers, known.translations),
        page_text=known.page,
        assisted=_open_assistance(settings, known, meter),
        message_limit=settings.hosting.limits.message_characters,
        meter=meter,
        translations=known.translations,
    )


def _open_assistance(settings: Settings, known: Knowledge, meter: Meter | None) -> Assisted | None:
    """Open the model that the settings name, if they name one; its packages are imported only then."""
    connection = settings.connection
    if connection is None:
        return None
    from assistant.llm.client.endpoint_model import open_model

    model = open_model(connection, known.prompts.fill("listen_repair"))
    if meter is not None:
        meter.watch_tokens(lambda: (model.usage.input_tokens, model.usage.output_tokens))
    return Assisted(
        model,
        ModelListener(known.rulebook, known.prompts),
        ModelSpeaker(known.own_words, known.prompts, known.phrases, known.rulebook, known.translations),
        None if connection.stays_here else connection.recipient,
        proxy=connection.proxy.address if connection.proxy else None,
        speaks_too=settings.speaks,
    )
