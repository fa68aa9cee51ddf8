"""A phraser that says as little as can be said, for tests that are about something else."""

from __future__ import annotations

from assistant.domain.dialogue import Paragraph, ReplyContext, Sentence


class TersePhraser:
    """Says the open question, or else the verdict's id; keeps every context it was given."""

    name = "terse"

    def __init__(self) -> None:
        self.contexts: list[ReplyContext] = []

    def phrase(self, context: ReplyContext) -> tuple[Paragraph, ...]:
        """Say one sentence."""
        self.contexts.append(context)
        question = context.assessment.question
        said = question.text if question is not None else context.assessment.verdict.value.replace("_", " ")
        return (Paragraph((Sentence(said),)),)

    def open(self, context: ReplyContext) -> tuple[Paragraph, ...]:
        """Say one sentence at once."""
        self.contexts.append(context)
        return (Paragraph((Sentence("One moment."),)),)
