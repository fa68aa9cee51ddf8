"""The one place that names implementations: settings in, a coach out.

Owns which reader, phraser and retriever the coach speaks through. Must not hold any logic of its own.
"""

from __future__ import annotations

from threading import Thread

from assistant.coach import Coach, Shelf
from assistant.config import Settings, cache_directory
from assistant.errors import KnowledgeError
from assistant.knowledge.files import Fault
from assistant.knowledge.load import Knowledge, check, load
from assistant.offline.cues import load_cues
from assistant.offline.phraser import OfflinePhraser
from assistant.offline.reader import OfflineReader
from assistant.retrieval.embed import SentenceEncoder
from assistant.retrieval.retrieve import HybridRetriever, build_retriever


def knowledge(settings: Settings) -> Knowledge:
    """Read the knowledge folder. Raises KnowledgeError with every fault in it."""
    return load(settings.knowledge_dir)


def check_knowledge(settings: Settings) -> list[str]:
    """Return every fault of the knowledge folder, one line each; the cues are read by the offline reader."""
    faults: list[Fault] = check(settings.knowledge_dir)
    lines = [str(fault) for fault in faults]
    if not lines:
        try:
            load_cues(settings.knowledge_dir / "cues.yaml", knowledge(settings).rulebook)
        except KnowledgeError as error:
            lines.append(str(error))
    return lines


def build(settings: Settings, known: Knowledge | None = None, *, warm: bool = False) -> Coach:
    """Build the coach. Retrieval is lexical until `warm_up` is done; with `warm` this waits for it.

    Raises:
        KnowledgeError: the knowledge folder is faulty.
        ConfigError: the encoder's weights are missing or are not the ones expected.
    """
    known = known or knowledge(settings)
    encoder = SentenceEncoder()
    encoder.check()
    library = known.library
    retriever = build_retriever(
        tuple(library.texts.values()), library.asks, known.off_topic, encoder, cache_directory()
    )
    if warm:
        retriever.warm()
    return Coach(
        rulebook=known.rulebook,
        shelf=Shelf(library.texts, library.bibliography, library.rests_on()),
        retriever=retriever,
        reader=OfflineReader(known.rulebook, load_cues(settings.knowledge_dir / "cues.yaml", known.rulebook)),
        phraser=OfflinePhraser(known.rulebook, library.texts, known.phrases),
    )


def warm_up(coach: Coach) -> Thread:
    """Load the encoder and the index behind the open port; returns the thread that does."""
    assert isinstance(coach.retriever, HybridRetriever)
    thread = Thread(target=coach.retriever.warm, name="warm-up", daemon=True)
    thread.start()
    return thread
