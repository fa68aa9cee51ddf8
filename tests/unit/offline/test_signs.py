"""Answers whose value no phrase gives away: their signs add up to it, and near-opposites to another."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from assistant.domain.case import Case, Fact, Via
from assistant.domain.dialogue import Question
from assistant.offline.reader import OfflineReader

Answered = Callable[[str, str], object]


@pytest.mark.parametrize(
    ("slot", "words", "value"),
    [
        ("prompting", "Ten samples in it, a fixed output scheme, a critic. 58, 63, 66, 66.", "plateaued"),
        ("prompting", "rounds 4 to 9 all between 71 and 72, with worked cases and a checklist", "plateaued"),
        ("prompting", "dozens of versions with examples, but nobody wrote down any score", "iterated"),
        ("prompting", "'Translate this politely.' That is the whole prompt", "basic"),
        ("prompting", "it is above target and the crews stopped complaining", "sufficient"),
        ("prompting", "nobody here has typed anything into it", "none"),
        ("evals", "200 letters with the clerk's verdict, locked away, nobody trains on them", "held_out"),
        ("evals", "the same 80 cases each month, marked by two nurses. 49 of 80 last time", "held_out"),
        ("evals", "there is a score on 300 mails, but it only looks at the length", "partial"),
        ("evals", "the foreman reads some when he is free and nods", "impressions"),
        ("evals", "how would I check that?", "none"),
        ("data_quality", "two readers each, and the doubtful ones were thrown out", "clean"),
        ("data_quality", "a third of them is wrong and many are in there twice", "dirty"),
        ("data_quality", "only some were checked, the rest is raw", "unchecked"),
        ("data_quality", "Ana would call it urgent, Rui would call it routine", "disagreeing"),
        ("freshness", "thrice a day", "daily"),
        ("freshness", "each three weeks or so", "monthly"),
        ("freshness", "one or two a year", "yearly"),
        ("freshness", "a few times per decade", "stable"),
        ("freshness", "granite is granite", "stable"),
        ("freshness", "the rules are from 1987", "stable"),
        ("freshness", "prices move weekly, but the clerk types them in each time", "supplied"),
        ("freshness", "new versions daily, the search always serves the newest", "supplied"),
        ("retrieval", "the right sheet was in the top 3 for 188 of 200", "good"),
        ("retrieval", "in 40 of 100 the right page was not even among the results", "misses"),
        ("retrieval", "there is an API, but the bot is not connected to it", "none"),
        ("retrieval", "search is switched on, nobody knows whether it finds anything", "unmeasured"),
        ("retrieval", "all it needs is in the message itself", "not_needed"),
    ],
)
def test_signs_add_up_to_a_value(answered: Answered, slot: str, words: str, value: str) -> None:
    """What was kept apart, taken out, scored in a row or delivered along says what no single word does."""
    assert value == answered(slot, words)


@pytest.mark.parametrize(("goal", "value"), [("knowledge", "none"), ("style", "not_needed"), (None, "none")])
def test_a_plain_no_to_looking_up_means_what_the_goal_makes_of_it(
    reader: OfflineReader, question_on: Callable[..., Question], goal: str | None, value: str
) -> None:
    """Where facts are wanted nothing was tried; where a tone is wanted nothing is needed."""
    facts = (Fact("goal", goal, True, Via.CLICK, 1),) if goal else ()
    readings = reader.read("No.", Case(facts, begun=True), question_on("retrieval")).values
    assert [value] == [reading.value for reading in readings]


@pytest.mark.parametrize(
    ("slot", "words", "value"),
    [
        ("data_count", "apart from the 40 there are 900 more", 900.0),
        ("data_count", "three folders of 400 each, so 1200", 1200.0),
        ("data_count", "recordings are there, transcripts as on date nil", 0.0),
        ("data_count", "we have not written any", 0.0),
        ("data_count", "of that kind: zero", 0.0),
        ("data_count", "7,400 documents with their final fields", 7400.0),
        ("data_count", "seventeen thousand letters with the reply", 17000.0),
        ("volume", "2 lakh calls a month", 200000.0),
        ("volume", "about 90 on a good day", 2700.0),
    ],
)
def test_numbers_are_heard_as_people_write_them(answered: Answered, slot: str, words: str, value: float) -> None:
    """What is excepted counts nothing, a sum counts before its parts, and a good day is a day."""
    assert value == answered(slot, words)
