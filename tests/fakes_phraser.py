"""A phraser that says as little as can be said, for tests that are about something else."""

from __future__ import annotations

from assistant.domain.dialogue import Moment, Paragraph, Sentence


class TersePhraser:
    """Says the open question, or else the verdict's id; keeps every moment it was given."""

    name = "terse"

    def __init__(self) -> None:
        self.moments: list[Moment] = []

    def phrase(self, moment: Moment) -> tuple[Paragraph, ...]:
        """Say one sentence."""
        self.moments.append(moment)
        question = moment.assessment.question
        said = question.text if question is not None else moment.assessment.verdict.value.replace("_", " ")
        return (Paragraph((Sentence(said),)),)

    def open(self, moment: Moment) -> tuple[Paragraph, ...]:
        """Say one sentence at once."""
        self.moments.append(moment)
        return (Paragraph((Sentence("One moment."),)),)
