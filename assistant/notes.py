"""What is noted of a message when it comes, so that it is never heard again.

Owns how notes are made of what was found, and the check of notes that come back from a browser. Must not know who
heard.
"""

from __future__ import annotations

from collections.abc import Sequence

from assistant.domain.case import Reading
from assistant.domain.conversation import OFF_TOPIC, Noted
from assistant.domain.dialogue import Question
from assistant.domain.rulebook import Rulebook, check_facts
from assistant.domain.source import Evidence
from assistant.errors import InputError


def check_notes(noted: Noted | None, message: str, question: Question | None, rulebook: Rulebook) -> Noted | None:
    """Return notes whose readings stand in the message and in the rulebook, and agree to what was asked only.

    Raises:
        InputError: they do not.
    """
    if noted is None:
        return None
    for reading in noted.interpretation.values:
        _check_reading(reading, message, rulebook)
    asked = question.slots if question else ()
    if not noted.interpretation.agrees | noted.interpretation.denies <= {*asked}:
        raise InputError("unreadable", "What was agreed to there was not asked about.")
    return noted


def read_off_topic(message: str) -> Reading:
    """Read a first message that is about something else as what it says of the scope, to be agreed to like any fact."""
    start = len(message) - len(message.lstrip())
    return Reading(*OFF_TOPIC, start, len(message.rstrip()))


def name_passages(found: Sequence[Evidence]) -> tuple[tuple[str, float], ...]:
    """Name the passages that were found for a question, each with its relevance."""
    return tuple((evidence.passage.id, evidence.relevance) for evidence in found)


def _check_reading(reading: Reading, message: str, rulebook: Rulebook) -> None:
    """Check that a reading points into its message and gives a value of the rulebook. Raises InputError."""
    if reading.value is not None:
        check_facts(rulebook, {reading.slot: reading.value})
    elif reading.slot not in {slot.id for slot in rulebook.slots}:
        raise InputError("unknown_slot", f"There is no slot {reading.slot!r}.")
    if not 0 <= reading.start < reading.end <= len(message):
        raise InputError("unreadable", "A quote does not stand in its message.")
