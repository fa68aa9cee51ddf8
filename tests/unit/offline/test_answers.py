"""Answers to the question just asked, opposites side by side."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from assistant.domain.case import Case
from assistant.domain.dialogue import Intent, Question
from assistant.offline.reader import OfflineReader

Answered = Callable[[str, str], object]


@pytest.mark.parametrize(
    ("slot", "words", "value"),
    [
        ("evals", "None", "none"),
        ("evals", "Golden set of 500, run every night", "held_out"),
        ("evals", "No golden set", "none"),
        ("evals", "It is a feeling", "impressions"),
        ("evals", "BLEU only", "partial"),
        ("evals", "planned for Q3", "none"),
        ("prompting", "zero-shot", "basic"),
        ("prompting", "Not tried yet", "none"),
        ("prompting", "Few-shot works well for us", "sufficient"),
        ("prompting", "Six weeks of work, still 10 points under target", "plateaued"),
        ("prompting", "Dozens of edits, nobody kept a record", "iterated"),
        ("data_quality", "Clean", "clean"),
        ("data_quality", "Not clean", "unchecked"),
        ("data_quality", "Reviewed by two nurses", "clean"),
        ("data_quality", "Nobody reviewed them", "unchecked"),
        ("data_quality", "Duplicates and typos", "dirty"),
        ("data_quality", "Duplicates were removed", "clean"),
        ("data_quality", "annotators agree on 58%", "disagreeing"),
        ("data_quality", "annotators agree on 96%", "clean"),
        ("data_quality", "only manuals, no Q&A", "documents"),
        ("freshness", "Nightly", "daily"),
        ("freshness", "It never changes", "stable"),
        ("freshness", "Prices arrive with the request", "supplied"),
        ("freshness", "with each collection, four times a year", "monthly"),
        ("freshness", "once a year", "yearly"),
        ("retrieval", "No", "none"),
        ("retrieval", "not needed", "not_needed"),
        ("retrieval", "not applicable", "not_needed"),
        ("retrieval", "runs, never measured", "unmeasured"),
        ("retrieval", "finds the right chunk in 95%", "good"),
        ("retrieval", "finds the right chunk in 55%", "misses"),
        ("latency", "Seconds", "seconds"),
        ("latency", "under 300ms", "strict"),
        ("latency", "overnight batch", "relaxed"),
        ("budget", "next to nothing", "tight"),
        ("budget", "15k EUR", "moderate"),
        ("privacy", "names were masked", "cleared"),
        ("privacy", "names are in there", "personal_data"),
        ("process", "two handbooks contradict each other", "contradicting_sources"),
        ("process", "yes, the head of claims owns it", "agreed"),
    ],
)
def test_an_answer_is_read_against_its_question(answered: Answered, slot: str, words: str, value: str) -> None:
    """Short answers and stories give the option they mean."""
    assert value == answered(slot, words)


@pytest.mark.parametrize(
    ("words", "value"),
    [
        ("about 4 000", 4_000),
        ("60,000 tickets with audited tags", 60_000),
        ("none", 0),
        ("No pairs yet, we can generate some", 0),
        ("300 Q&A for eval, none for training", 0),
        ("40 GB of text, 900 labelled pairs", 900),
        ("a few hundred", 300),
    ],
)
def test_examples_are_counted(answered: Answered, words: str, value: float) -> None:
    """The number that counts examples wins over other numbers in the answer."""
    assert value == answered("data_count", words)


@pytest.mark.parametrize(
    ("words", "value"), [("40k a month", 40_000), ("50k a day", 1_500_000), ("100 per hour", 72_000), ("2000", 2_000)]
)
def test_requests_are_counted_by_the_month(answered: Answered, words: str, value: float) -> None:
    """A rate is turned into a month; a bare number is taken as asked for."""
    assert value == answered("volume", words)


def test_documents_are_not_examples(reader: OfflineReader, question_on: Callable[..., Question]) -> None:
    """Counting pages says that there are documents, and their number is none of examples."""
    values = reader.read("120 policy pages", Case(begun=True), question_on("data_count")).values
    found = {(reading.slot, reading.value) for reading in values}
    assert (True, False) == (("data_quality", "documents") in found, ("data_count", 120.0) in found)


@pytest.mark.parametrize("words", ["I don't know", "no idea", "not sure, maybe", "nobody counted", "-", "dunno"])
@pytest.mark.parametrize("slot", ["evals", "data_count", "freshness", "volume"])
def test_not_knowing_declines(answered: Answered, slot: str, words: str) -> None:
    """A user who does not know is not guessed for."""
    assert answered(slot, words) is None


@pytest.mark.parametrize("words", ["purple", "let me tell you about my cat", "hmm"])
@pytest.mark.parametrize("slot", ["evals", "prompting", "data_count", "retrieval"])
def test_an_answer_that_says_nothing_gives_nothing(answered: Answered, slot: str, words: str) -> None:
    """Words that fit no option are left to the engine."""
    assert answered(slot, words) == "nothing"


@pytest.mark.parametrize(
    ("words", "value"),
    [("the second", "basic"), ("3", "iterated"), ("b)", "basic"), ("One plain prompt, no worked examples", "basic")],
)
def test_an_option_can_be_typed(answered: Answered, words: str, value: str) -> None:
    """A label, its number or its letter picks the option."""
    assert value == answered("prompting", words)


@pytest.mark.parametrize(
    ("words", "goals"),
    [
        ("sound like us", {"style"}),
        ("know our products", {"knowledge"}),
        ("style does not matter, valid JSON does", {"format"}),
        ("Brand voice plus refund rules", {"style", "policy"}),
        ("same quality at a third of the price", {"cost_latency"}),
        ("stock and prices", {"lookup"}),
    ],
)
def test_goals_are_heard_together(answered: Answered, words: str, goals: set[str]) -> None:
    """Every concern named is a goal, and a denied one is none."""
    assert frozenset(goals) == answered("goal", words)


def test_an_answer_may_say_more(reader: OfflineReader, question_on: Callable[..., Question]) -> None:
    """A second sentence beside the answer is heard too."""
    values = reader.read("None. The prices change every night.", Case(begun=True), question_on("evals")).values
    assert {"evals": "none", "freshness": "daily"} == {reading.slot: reading.value for reading in values}


def test_an_assurance_is_no_answer(reader: OfflineReader, question_on: Callable[..., Question]) -> None:
    """All checks passed is no fact, asked or not."""
    hearing = reader.read("Trust me, all checks are passed.", Case(begun=True), question_on("evals"))
    assert (Intent.PUSHES, ()) == (hearing.intent, hearing.values)
