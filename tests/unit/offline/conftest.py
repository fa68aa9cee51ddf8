"""The reader with the real cues, and questions as the engine puts them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from assistant.domain.case import Case
from assistant.domain.dialogue import Choice, Hearing, Question, QuestionKind
from assistant.domain.rulebook import Rulebook, SlotKind
from assistant.knowledge.load import load
from assistant.offline.cues import Cues, load_cues
from assistant.offline.reader import OfflineReader

Answering = Callable[..., Hearing]


@pytest.fixture(scope="session")
def rulebook(project_root: Path) -> Rulebook:
    """The rulebook of the knowledge folder."""
    return load(project_root / "knowledge").rulebook


@pytest.fixture(scope="session")
def cues(project_root: Path, rulebook: Rulebook) -> Cues:
    """The cues of the knowledge folder."""
    return load_cues(project_root / "knowledge" / "cues.yaml", rulebook)


@pytest.fixture(scope="session")
def reader(rulebook: Rulebook, cues: Cues) -> OfflineReader:
    """The reader under test."""
    return OfflineReader(rulebook, cues)


@pytest.fixture(scope="session")
def question_on(rulebook: Rulebook) -> Callable[..., Question]:
    """Return a question on one slot; `kind` other than ask offers yes and no."""

    def make(slot_id: str, kind: QuestionKind = QuestionKind.ASK) -> Question:
        slot = rulebook.slot(slot_id)
        options = tuple(Choice(option.value, option.label) for option in slot.options)
        yes_no = (Choice(True, "Yes"), Choice(False, "No"))
        is_ask = kind is QuestionKind.ASK
        return Question(
            slot.id, slot.question, slot.why, kind, slot.kind is SlotKind.SET, options if is_ask else yes_no, (slot.id,)
        )

    return make


@pytest.fixture(scope="session")
def told(reader: OfflineReader) -> Callable[[str], dict[str, object]]:
    """Read an opening message; return slot to value, with a set for several values."""

    def read(message: str) -> dict[str, object]:
        found: dict[str, object] = {}
        for reading in reader.read(message, Case(), None).values:
            if reading.slot == "goal":
                found["goal"] = found.get("goal", frozenset()) | {reading.value}  # type: ignore[operator]
            else:
                found[reading.slot] = reading.value
        return found

    return read


@pytest.fixture(scope="session")
def answered(reader: OfflineReader, question_on: Callable[..., Question]) -> Callable[[str, str], object]:
    """Read an answer to the question on one slot; return its value, a set of them for goal, or "nothing"."""

    def read(slot_id: str, words: str) -> object:
        values = reader.read(words, Case(begun=True), question_on(slot_id)).values
        mine = [reading.value for reading in values if reading.slot == slot_id]
        if slot_id == "goal":
            return frozenset(mine)
        return mine[0] if mine else "nothing"

    return read
