"""Which set of values an answer gives, and what is heard once that was denied; the probabilities are made up."""

from __future__ import annotations

from collections.abc import Collection

import pytest

from assistant.domain.case import Value
from assistant.text.modality import Modality
from assistant.understanding.estimates import Estimate, Part
from assistant.understanding.likeliest import likeliest_instead, likeliest_set

PART = Part("whatever was said", 0, 17, frozenset({Modality.STATEMENT}), hedged=False)


def ranked(**probabilities: float) -> tuple[Estimate, ...]:
    """Return estimates, the likeliest first."""
    found = [Estimate(value, probability, PART) for value, probability in probabilities.items()]
    return tuple(sorted(found, key=lambda estimate: -estimate.probability))


def chosen(
    estimates: tuple[Estimate, ...],
    *,
    backed: Collection[str] = (),
    refused: Collection[Collection[Value]] = (),
    told: Collection[Value] = (),
) -> set[str]:
    """Return the values of the likeliest set."""
    found = likeliest_set(estimates, lambda item: item.value in backed, [frozenset(values) for values in refused], told)
    return {item.value for item in found}


@pytest.mark.parametrize(
    ("probability", "backed", "expected"),
    [
        (0.7, (), {"classification"}),
        (0.97, (), {"classification", "style"}),
        (0.7, ("style",), {"classification", "style"}),
        (0.5, ("style",), {"classification"}),
    ],
)
def test_one_more_value_of_a_set_needs_more_than_the_first(
    probability: float, backed: Collection[str], expected: set[str]
) -> None:
    """By itself much more, with a phrase for it less."""
    assert expected == chosen(ranked(classification=0.97, style=probability), backed=backed)


@pytest.mark.parametrize(("probability", "expected"), [(0.4, {"classification", "style"}), (0.05, {"classification"})])
def test_what_was_told_before_the_question_stays_where_the_answer_brushes_it(
    probability: float, expected: set[str]
) -> None:
    """A story and an answer tell the aim together; what the answer does not speak of at all goes."""
    assert expected == chosen(ranked(classification=0.97, style=probability), told=["style"])


def test_an_answer_that_gives_no_value_surely_enough_gives_none() -> None:
    """Not even the likeliest one."""
    assert set() == chosen(ranked(classification=0.5, style=0.3))


def test_behind_a_no_the_least_unlikely_change_of_the_set_is_heard() -> None:
    """The value nearest to its floor comes in or goes."""
    estimates = ranked(classification=0.98, style=0.85, format=0.2)
    assert {"classification", "style"} == chosen(estimates, refused=[{"classification"}])
    assert {"style"} != chosen(estimates, refused=[{"classification"}, {"classification", "style"}])


def test_where_nothing_else_is_near_a_no_leaves_nothing() -> None:
    """Then the question is put by its options."""
    assert set() == chosen(ranked(classification=0.99, style=0.0), refused=[{"classification"}])


@pytest.mark.parametrize(
    ("probabilities", "expected"),
    [
        ({"basic": 0.9, "plateaued": 0.78}, "plateaued"),
        ({"basic": 0.9, "plateaued": 0.05}, "plateaued"),
        ({"basic": 0.5, "plateaued": 0.1}, None),
        ({"basic": 1.0, "plateaued": 0.0}, None),
    ],
)
def test_the_next_option_needs_its_share_of_what_a_no_leaves(
    probabilities: dict[str, float], expected: str | None
) -> None:
    """Of what is left once the denied option is out."""
    found = likeliest_instead(ranked(**probabilities), ["basic"])
    assert expected == (found.value if found else None)
