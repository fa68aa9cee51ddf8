"""Sentences of words that no rule knows, so that what is read of them is read by likeness; and a proposer of them."""

from __future__ import annotations

from assistant.domain.examples import Examples, Opening, OptionExamples, SlotExamples
from assistant.offline.proposals import Proposer
from assistant.offline.training import train
from tests.fakes_retrieval import WordCountEncoder

COUNTS = ("owls count feathers", "owls count feathers at dawn", "owls count feathers slowly")
NEVER = ("owls swallow pebbles", "owls swallow pebbles here", "owls swallow pebbles at dusk")
SINGS = ("foxes sing velvet ballads", "foxes sing velvet ballads softly", "foxes hum velvet ballads")
STACKS = ("badgers stack square crates", "badgers stack square crates neatly", "badgers pile square crates")
NOTHING = ("rain falls on roofs", "rain falls on barns", "rain falls on meadows")
STORIES = (
    Opening("our zoo has foxes and foxes sing velvet ballads", frozenset({"style"})),
    Opening("our zoo has badgers and badgers stack square crates", frozenset({"format"})),
    Opening("our zoo has animals", frozenset()),
)
ELSEWHERE = ("the moon rises late", "the moon sets early", "tides follow the moon")
EXAMPLES = Examples(
    (
        SlotExamples("goal", True, 0.4, 0.4, (
            OptionExamples("style", SINGS),
            OptionExamples("format", STACKS),
        )),
        SlotExamples("evals", False, 0.5, None, (
            OptionExamples("held_out", COUNTS, ("feathers, daily",)),
            OptionExamples("none", NEVER),
        )),
    ),
    NOTHING,
    STORIES,
    ELSEWHERE,
)  # fmt: skip


def warm_proposer(examples: Examples = EXAMPLES) -> Proposer:
    """Return a proposer that has learnt from the sentences; so few of them that it is sure of less."""
    encoder = WordCountEncoder()
    proposer = Proposer(examples, encoder, lambda: train(examples, encoder), agrees=0.5, story_floor=0.5)
    proposer.warm()
    return proposer
