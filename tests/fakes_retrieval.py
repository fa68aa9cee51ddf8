"""Fakes of the encoder and the retriever, and a small corpus to run them on."""

from __future__ import annotations

import re
import zlib

import numpy as np
import numpy.typing as npt

from assistant.domain.source import Evidence, Passage, SourceKind, SourceText

KINDS = {"documents": SourceKind.DOCUMENT, "guidance": SourceKind.GUIDANCE}

DOCUMENT = SourceText(
    id="garden",
    kind=SourceKind.DOCUMENT,
    file="knowledge/documents/garden.md",
    title="The garden",
    text=(
        "# The garden\n\nA garden needs water, light and patience.\n\n## Watering\n\n"
        "Water tomatoes early in the morning.\n\nNever water in the midday sun.\n\n## Mistakes\n\n"
        "- Planting too early.\n- Forgetting the slugs.\n"
    ),
)
CARD = SourceText(
    id="pruning",
    kind=SourceKind.GUIDANCE,
    file="knowledge/guidance/pruning.md",
    title="Pruning roses",
    text=(
        "---\nid: pruning\nasks: [how do I cut roses]\n---\n# Pruning roses\n\n## How\n\n"
        "Cut roses above an outward bud, at a slant, with a clean sharp blade.\n\n## When\n\n"
        "In early spring, when the forsythia flowers and the hard frosts are over for the year.\n"
    ),
)
ASKS = {
    "garden": {"Water tomatoes": ("When should I water my tomatoes?",)},
    "pruning": {"": ("How do I cut roses?",)},
}
OFF_TOPIC = ("Which team won the football match?",)


def words(text: str) -> list[str]:
    """Split a text into lower-case words."""
    return re.findall(r"\w+", text.lower())


class WordCountEncoder:
    """The `Encoder` port by counting words: texts that share words are close. Keeps every call."""

    id = "word-count@1"
    dimension = 4096

    def __init__(self, *, ready: bool = False) -> None:
        self.ready = ready
        self.calls: list[list[str]] = []

    def encode(self, texts: list[str]) -> npt.NDArray[np.float32]:
        """Count words into hashed columns; rows of unit length, an empty text gets the first axis."""
        self.ready = True
        self.calls.append(list(texts))
        rows = np.zeros((len(texts), self.dimension), dtype=np.float32)
        for row, text in zip(rows, texts, strict=True):
            for word in words(text) or [""]:
                row[zlib.crc32(word.encode()) % self.dimension] += 1
        return rows / np.linalg.norm(rows, axis=1, keepdims=True) if len(texts) else rows

    @property
    def layers_id(self) -> str:
        """It has one layer only."""
        return self.id

    @property
    def layers_dimension(self) -> int:
        """It has one layer only."""
        return self.dimension

    def encode_layers(self, texts: list[str]) -> npt.NDArray[np.float32]:
        """Count words as `encode` does."""
        return self.encode(texts)


class SharedWordsRetriever:
    """The `Retriever` port by the share of the query's long words that a passage or its asks hold."""

    def __init__(self, passages: tuple[Passage, ...]) -> None:
        self.passages = passages
        self.queries: list[str] = []
        self.ready = True

    def retrieve(self, query: str, k: int = 5, sources: str | None = None) -> list[Evidence]:
        """Find passages with at least a third of the query's words of four letters and more."""
        if k < 1 or (sources is not None and sources not in KINDS):
            raise ValueError(f"cannot retrieve {k} from {sources}")
        self.queries.append(query)
        wanted = {word for word in words(query) if len(word) > 3}
        found = []
        for passage in self.passages:
            held = wanted & set(words(" ".join([passage.quote, *passage.asks])))
            if wanted and len(held) / len(wanted) >= 1 / 3 and (sources is None or passage.kind is KINDS[sources]):
                found.append(Evidence(passage, len(held) / len(wanted)))
        return sorted(found, key=lambda evidence: -evidence.relevance)[:k]
