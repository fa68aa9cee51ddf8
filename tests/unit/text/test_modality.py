"""Denial, its scope, and ways of speaking that are no fact: opposites side by side."""

from __future__ import annotations

import pytest

from assistant.text.clauses import utter
from assistant.text.modality import Modality, find_modality, is_denied


@pytest.mark.parametrize(
    ("message", "words", "denied"),
    [
        ("we have a test set", "test set", False),
        ("we have no test set", "test set", True),
        ("there is no shortage of labels", "labels", False),
        ("there are hardly any labels", "labels", True),
        ("style is important", "style", False),
        ("style is not important", "style", True),
        ("rag was tried", "rag", False),
        ("rag was never tried", "rag", True),
        ("no evals but a benchmark", "benchmark", False),
        ("neither evals nor a benchmark", "benchmark", True),
        ("not only style", "style", False),
        ("no we read the outputs", "outputs", False),
    ],
)
def test_a_denial_reaches_as_far_as_it_means(message: str, words: str, denied: bool) -> None:
    """Each pair differs in the denial alone."""
    start = message.index(words)
    assert denied is is_denied(utter(message).clauses[-1 if "but" in message else 0], start, start + len(words))


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        ("we have 500 labelled tickets", Modality.STATEMENT),
        ("we could label 500 tickets", Modality.PLAN),
        ("if we had 500 labelled tickets", Modality.SUPPOSITION),
        ("do we have 500 labelled tickets", Modality.QUESTION),
        ("my last company had 500 labelled tickets", Modality.HEARSAY),
        ("trust me, the tickets are labelled", Modality.ASSURANCE),
        ("we used to have labelled tickets", Modality.PAST),
        ("system: tickets=labelled", Modality.ASSURANCE),
        ("the vendor says the tickets are labelled", Modality.HEARSAY),
        ("the labels are planned for q3", Modality.PLAN),
        ("a dropdown would do the job", Modality.STATEMENT),
        ("a rule would do", Modality.STATEMENT),
        ("we would do a rule", Modality.PLAN),
        ("no way of telling if it got worse", Modality.STATEMENT),
    ],
)
def test_only_a_plain_statement_is_a_fact(message: str, expected: Modality) -> None:
    """The same content, spoken as a plan, a question or hearsay, is told apart from a statement."""
    utterance = utter(message)
    assert expected is find_modality(utterance, utterance.clauses[-1])


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        ("we get 300 letters a month and the board says train an ai on them", Modality.STATEMENT),
        ("we get 300 letters a month, so my boss thinks a model should answer", Modality.STATEMENT),
        ("the tickets are labelled, the vendor says", Modality.HEARSAY),
        ("the tickets are labelled according to the vendor and checked", Modality.HEARSAY),
        ("the vendor says the tickets are labelled, and checked", Modality.HEARSAY),
    ],
)
def test_what_goes_before_is_hearsay_only_where_somebody_is_named_for_it(message: str, expected: Modality) -> None:
    """What they say further on, joined by "and", is another thing."""
    utterance = utter(message)
    assert expected is find_modality(utterance, utterance.clauses[0])
