"""Sentences of words that nothing else knows, so that what is read of them was learnt from them."""

from __future__ import annotations

from assistant.knowledge.types.examples import Examples, Opening, OptionExamples, Reply, SlotExamples, StatedFact

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
REPLIES = (
    Reply(
        "lions roar at night. owls swallow sand", "goal", "story", (StatedFact("evals", "none", "owls swallow sand"),)
    ),
    Reply("is that a lion", "evals", "question", ()),
    Reply("do lions roar", "evals", "question", ()),
)
EXAMPLES = Examples(
    (
        SlotExamples("goal", True, (OptionExamples("style", SINGS), OptionExamples("format", STACKS))),
        SlotExamples(
            "evals",
            False,
            (OptionExamples("held_out", COUNTS, ("feathers, daily",)), OptionExamples("none", NEVER)),
            ("ask the badgers",),
        ),
    ),
    NOTHING,
    STORIES,
    ELSEWHERE,
    REPLIES,
    "invented",
)
