"""Clauses keep every character where it was."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.text.clauses import flatten, utter


@given(st.text(max_size=300))
def test_flattening_moves_no_character(message: str) -> None:
    """The flattened message is as long as the message, so offsets hold in both."""
    assert len(message) == len(flatten(message))


@given(st.text(max_size=300))
def test_clauses_are_exact_pieces_in_order(message: str) -> None:
    """Every clause is what stands between its offsets, and none overlaps the next."""
    utterance = utter(message)
    ends = [0]
    for clause in utterance.clauses:
        assert utterance.flat[clause.start : clause.end] == clause.text
        assert ends[-1] <= clause.start
        ends.append(clause.end)


@pytest.mark.parametrize(
    ("message", "n_clauses"),
    [
        ("We have 1,200 pairs.", 1),
        ("We have 1, 200 or so.", 2),
        ("No evals, but 5k pairs.", 2),
        ("F1 is 0.8 today.", 1),
        ("It drifts, e.g. in May.", 2),
        ("Never tried it\nNo idea", 2),
    ],
)
def test_a_clause_ends_where_its_thought_ends(message: str, n_clauses: int) -> None:
    """Commas, conjunctions and ends of sentences part clauses; the marks inside numbers do not."""
    assert n_clauses == len(utter(message).clauses)
