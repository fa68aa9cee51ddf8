"""The reader on the project's own lexicon and classifier, and questions as the engine puts them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from assistant.domain.case import Case
from assistant.domain.dialogue import Question
from assistant.domain.elicitation import ask_question
from assistant.domain.rulebook import Rulebook
from assistant.knowledge.loader import load
from assistant.understanding.lexicon import Lexicon, load_lexicon
from assistant.understanding.reader import OfflineReader
from tests.real_reader import offline_reader

Asking = Callable[[str], Question]
Telling = Callable[..., dict[str, object]]


@pytest.fixture(scope="session")
def rulebook(project_root: Path) -> Rulebook:
    """The rulebook of the knowledge folder."""
    return load(project_root / "knowledge").rulebook


@pytest.fixture(scope="session")
def lexicon(project_root: Path, rulebook: Rulebook) -> Lexicon:
    """The lexicon of the knowledge folder."""
    return load_lexicon(project_root / "knowledge" / "lexicon", rulebook)


@pytest.fixture(scope="session")
def reader() -> OfflineReader:
    """The reader under test, with the classifier that is shipped."""
    return offline_reader()


@pytest.fixture(scope="session")
def question_on(rulebook: Rulebook) -> Asking:
    """Return the question on a slot."""
    return lambda slot: ask_question(Case(), rulebook.slot(slot), rulebook)


@pytest.fixture(scope="session")
def told(reader: OfflineReader, question_on: Asking) -> Telling:
    """Read a message, as the reply to a question where a slot is given: slot to value, of a goal the set of them."""

    def read(message: str, asked: str | None = None) -> dict[str, object]:
        found: dict[str, object] = {}
        case = Case(begun=asked is not None)
        for reading in reader.read(message, case, question_on(asked) if asked else None).values:
            held = found.get(reading.slot, frozenset())
            is_set = reading.slot == "goal" and isinstance(held, frozenset)
            found[reading.slot] = held | {reading.value} if is_set else reading.value
        return found

    return read
