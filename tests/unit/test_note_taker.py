"""Which passages are noted for a question."""

from __future__ import annotations

from assistant.domain.dialogue import Intent, Interpretation
from assistant.domain.source import Evidence, Passage, SourceKind
from assistant.metering import SilentMeter
from assistant.note_taker import NoteTaker
from tests.fakes import ScriptedReader
from tests.moments import knowledge

CUTTING = Passage("pruning:0-9", SourceKind.GUIDANCE, "pruning", "pruning.md", 0, 9, "Cut roses", ())


class NarrowRetriever:
    """Finds its passage only for a question that speaks of roses and of nothing else."""

    passages = (CUTTING,)
    ready = True

    def retrieve(self, query: str, k: int = 5, sources: str | None = None) -> list[Evidence]:
        """Find the passage, the less the more is told beside the question."""
        return [Evidence(CUTTING, 4.0 / len(query.split()))][:k] if "roses" in query else []


def note(query: str) -> tuple[tuple[str, float], ...]:
    """Return what is found for a question."""
    taker = NoteTaker(knowledge().rulebook, ScriptedReader(), NarrowRetriever(), None, SilentMeter())
    return taker.note(Interpretation(Intent.ASKS, query=query)).found


def test_a_question_in_a_story_is_looked_up_by_itself() -> None:
    """What is told around it does not drown it, and the better of both finds counts."""
    alone = note("How are roses cut?")
    story = note("My aunt left me a garden by the sea with a wall around it. How are roses cut? The wind is strong.")
    assert alone == story == ((CUTTING.id, 1.0),)


def test_what_no_part_of_a_question_finds_is_not_noted() -> None:
    """A passage below the floor is none, however many parts find it."""
    assert (
        note("Roses of my aunt, who loves them, are red and white and stand by the wall of the old church there") == ()
    )
