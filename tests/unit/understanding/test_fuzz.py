"""Any message at all: no exception, every quote in its place, and work that grows no faster than the message."""

from __future__ import annotations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from assistant.domain.case import Case
from assistant.domain.elicitation import ask_question
from assistant.domain.rulebook import Rulebook
from assistant.understanding.estimates import Estimator
from assistant.understanding.lexicon import Lexicon
from assistant.understanding.reader import OfflineReader
from assistant.understanding.training import train
from tests.fakes_retrieval import WordCountEncoder
from tests.metering import metered
from tests.odd_messages import pieces, read_odd_messages
from tests.unit.understanding.lessons import EXAMPLES


@pytest.fixture(scope="module")
def reader(rulebook: Rulebook, lexicon: Lexicon) -> OfflineReader:
    """The reader with a classifier that knows a few words: what is tried here is everything around it."""
    encoder = WordCountEncoder()
    return OfflineReader(rulebook, lexicon, Estimator(encoder, lambda: train(EXAMPLES, encoder)))


N_MESSAGES = 1_000
"""`make quality` reads ten times as many."""
N_LOOKS_AT_LEAST = 25
"""How often a character of any message may be looked at: a short one may end early, as unreadable, and cost nothing."""


def test_any_message_is_read_and_every_quote_is_exact(reader: OfflineReader, rulebook: Rulebook) -> None:
    """Unicode, huge numbers, quotes in quotes, control characters, and cue words in any order, up to 8,000 long."""
    asked = [None, *(ask_question(Case(), slot, rulebook) for slot in rulebook.slots)]
    assert N_MESSAGES <= read_odd_messages(reader, asked, N_MESSAGES)


@settings(max_examples=40, deadline=None)
@example(unit="for eval 5 ", place=4)
@example(unit="2 3 4 examples ", place=0)
@example(unit="300 letters, ", place=3)
@example(unit="also ", place=0)
@given(
    unit=st.lists(pieces(), min_size=1, max_size=4).map(lambda unit: " ".join([*unit, ""])), place=st.integers(0, 12)
)
def test_twice_the_message_is_about_twice_the_work(
    reader: OfflineReader, rulebook: Rulebook, unit: str, place: int
) -> None:
    """The characters that patterns look through grow with the length and not with its square."""
    question = [None, *(ask_question(Case(), slot, rulebook) for slot in rulebook.slots)][place]
    costs = []
    for length in (2_000, 4_000):
        with metered() as meter:
            reader.read((unit * length)[:length], Case(begun=True), question)
        costs.append(meter.n_characters)
    assert costs[1] <= 2.5 * costs[0] + N_LOOKS_AT_LEAST * 4_000
