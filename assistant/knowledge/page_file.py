"""The words of the page, as they stand in page.yaml, and of what it gives away in embedding.yaml and record.yaml.

Owns the shape of the first and the last and their faults. Must not know the page.
"""

from __future__ import annotations

from dataclasses import asdict, fields
from typing import Literal

from pydantic import Field

from assistant.domain.mistakes import MistakeState
from assistant.domain.record_text import RecordText
from assistant.knowledge.files import FileModel, Folder, find_misplaced, words
from assistant.knowledge.iframe_file import read_embedding
from assistant.knowledge.types.iframe_text import EmbeddingText
from assistant.knowledge.types.page_text import (
    RUNGS,
    CallTexts,
    Labels,
    PageText,
    RungState,
    RungText,
    StabilityWords,
    Starter,
)

GRADES = ("A", "B", "C", "D", "M")
PLACEHOLDERS = {
    **{key: {"n"} for key in ("edit_of", "editing", "source_of_words", "pasted", "you_said", "left_many")},
    **{key: {"seconds"} for key in ("busy", "took_too_long")},
    "too_large": {"most"},
    "coach_model": {"model", "recipient"},
    "coach_model_by_proxy": {"model", "recipient", "proxy"},
    "coach_model_here": {"model"},
    "failed": {"reference"},
    "without_model": {"reason"},
    "if_changed": {"changes"},
    "masked": {"kinds"},
    "reopened_left": {"names"},
    "reopened_moved": {"before", "date", "verdict"},
    "reopened_same": {"date", "verdict"},
}
"""The labels that the page fills in, and what with."""
_IN_RECORD = {
    "title": {"verdict"},
    "judged": {"date", "version", "coach"},
    "stability": {"percent"},
    "in_message": {"n"},
    "never_told": {"names"},
    "would_take": {"conditions"},
    "if_changed": {"conditions", "verdict"},
    "the_words": {"words"},
    "look_again": {"date", "version"},
    "source": {"quote", "title", "file", "grades"},
}
"""The texts that the record fills in, and what with."""


class _Starter(FileModel):
    label: str = Field(min_length=1, max_length=60)
    message: str = Field(min_length=1, max_length=1000)


class _Stability(FileModel):
    at_least: float = Field(ge=0, le=1)
    label: str = Field(min_length=1)
    meaning: str = Field(min_length=1)


class _Rung(FileModel):
    id: Literal["prompt", "context", "retrieval", "tools", "measurement", "weights"]
    name: str = Field(min_length=1)
    meaning: str = Field(min_length=1)


_Labels = words("Labels", tuple(field.name for field in fields(Labels)))
_Record = words("Record", tuple(field.name for field in fields(RecordText)))
_RungStates = words("RungStates", tuple(RungState))
_MistakeStates = words("MistakeStates", tuple(MistakeState))
_Grades = words("Grades", GRADES)
_Calls = words("Calls", tuple(field.name for field in fields(CallTexts)))


class _Page(FileModel):
    title: str = Field(min_length=1)
    tagline: str = Field(min_length=1)
    intro: str = Field(min_length=1)
    starters: tuple[_Starter, ...] = Field(min_length=1, max_length=6)
    stability: tuple[_Stability, ...] = Field(min_length=2)
    ladder: tuple[_Rung, ...]
    rung_states: _RungStates  # type: ignore[valid-type]
    mistake_states: _MistakeStates  # type: ignore[valid-type]
    grades: _Grades  # type: ignore[valid-type]
    labels: _Labels  # type: ignore[valid-type]
    calls: _Calls  # type: ignore[valid-type]


def read_page(folder: Folder) -> PageText | None:
    """Read page.yaml, and embedding.yaml and record.yaml beside it; None after a fault, which is noted."""
    path = folder.root / "page.yaml"
    data = folder.yaml(path)
    if data is None:
        if not path.exists():
            folder.text(path)
        return None
    page, embedding, record = folder.validate(path, data, _Page, 1), read_embedding(folder), _read_record(folder)
    if page is None or embedding is None or record is None:
        return None
    text = _page_text(page, embedding, record)
    for what, remedy in _misfits(text):
        folder.fault(path, 1, what, remedy)
    return text


def _read_record(folder: Folder) -> RecordText | None:
    path = folder.root / "record.yaml"
    data = folder.yaml(path)
    read = folder.validate(path, data, _Record, 1) if data is not None else None
    if read is None:
        return None
    text = RecordText(**read.model_dump())
    for name, remedy in find_misplaced(asdict(text), _IN_RECORD):
        folder.fault(path, data.lines[name], f"{name}: placeholders do not fit.", remedy)
    return text


def _page_text(page: _Page, embedding: EmbeddingText, record: RecordText) -> PageText:
    return PageText(
        title=page.title,
        tagline=page.tagline,
        intro=page.intro,
        starters=tuple(Starter(row.label, row.message) for row in page.starters),
        stability=tuple(StabilityWords(row.at_least, row.label, row.meaning) for row in page.stability),
        ladder=tuple(RungText(row.id, row.name, row.meaning) for row in page.ladder),
        rung_states=page.rung_states.model_dump(),  # type: ignore[attr-defined]
        mistake_states=page.mistake_states.model_dump(),  # type: ignore[attr-defined]
        grades=page.grades.model_dump(),  # type: ignore[attr-defined]
        labels=Labels(**page.labels.model_dump()),  # type: ignore[attr-defined]
        embedding=embedding,
        record=record,
        calls=CallTexts(**page.calls.model_dump()),  # type: ignore[attr-defined]
    )


def _misfits(page: PageText) -> list[tuple[str, str]]:
    """Find what a shape cannot say: order, completeness and placeholders."""
    found = []
    steps = [words.at_least for words in page.stability]
    if steps[0] != 0 or steps != sorted(set(steps)):
        found.append((f"stability: at_least runs {steps}.", "Begin with 0 and rise."))
    if tuple(rung.id for rung in page.ladder) != RUNGS:
        found.append(("ladder: the rungs are not the document's.", f"Give these, in this order: {', '.join(RUNGS)}."))
    for name, remedy in find_misplaced(asdict(page.labels), PLACEHOLDERS):
        found.append((f"labels.{name}: placeholders do not fit.", remedy))
    return found
