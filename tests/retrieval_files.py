"""The project's own knowledge as the retriever takes it, and the labelled queries."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from math import sqrt
from pathlib import Path
from typing import Any

import yaml

from assistant.domain.source import SourceKind, SourceText

ROOT = Path(__file__).resolve().parent.parent
KNOWLEDGE = ROOT / "knowledge"


@dataclass(frozen=True)
class Share:
    """A count out of a count, printed with its 95 % Wilson interval."""

    n_hits: int
    n_all: int

    @property
    def value(self) -> float:
        """The share itself."""
        return self.n_hits / self.n_all

    def __str__(self) -> str:
        """Share, count and interval."""
        z = 1.96
        middle = (self.value + z * z / (2 * self.n_all)) / (1 + z * z / self.n_all)
        spread = self.value * (1 - self.value) / self.n_all + z * z / (4 * self.n_all**2)
        half = z * sqrt(spread) / (1 + z * z / self.n_all)
        return f"{self.value:6.1%} ({self.n_hits}/{self.n_all}; 95 % {middle - half:.0%} to {middle + half:.0%})"


@cache
def knowledge() -> tuple[tuple[SourceText, ...], dict[str, dict[str, tuple[str, ...]]]]:
    """Read the documents and guidance cards with the questions they answer."""
    sources, asks = [], {}
    for path in sorted((KNOWLEDGE / "documents").glob("*.md")):
        text = path.read_text(encoding="utf-8")
        title = text.splitlines()[0].removeprefix("# ")
        sources.append(SourceText(path.stem, SourceKind.DOCUMENT, str(path.relative_to(ROOT)), title, text))
        by_beginning = yaml.safe_load(path.with_suffix(".asks.yaml").read_text(encoding="utf-8"))
        asks[path.stem] = {beginning: tuple(questions) for beginning, questions in by_beginning.items()}
    for path in sorted((KNOWLEDGE / "guidance").glob("*.md")):
        text = path.read_text(encoding="utf-8")
        card = yaml.safe_load(text.split("---\n")[1])
        sources.append(SourceText(path.stem, SourceKind.GUIDANCE, str(path.relative_to(ROOT)), card["title"], text))
        asks[path.stem] = {"": tuple(card["asks"])}
    return tuple(sources), asks


@cache
def relevance_messages() -> dict[str, dict[str, list[str]]]:
    """Read the messages the floors are set and measured on: part, then on_topic or off_topic."""
    messages: dict[str, dict[str, list[str]]] = yaml.safe_load(
        (KNOWLEDGE / "utterances" / "relevance.yaml").read_text(encoding="utf-8")
    )
    return messages


@cache
def labelled_queries() -> tuple[dict[str, Any], ...]:
    """Read the labelled queries."""
    lines = (ROOT / "tests" / "data" / "queries.jsonl").read_text(encoding="utf-8").splitlines()
    return tuple(json.loads(line) for line in lines)
