"""Stability is the share of ways the open slots could be filled that keep the leaning."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given

from assistant.domain.assessment import assess
from assistant.domain.case import Case
from assistant.domain.elicitation import list_unfilled
from assistant.domain.rulebook import VerdictId
from assistant.domain.stability import fillings, stability
from tests.unit.domain.situations import (
    PARAMETERS,
    READY,
    RULEBOOK,
    cases,
    decide,
    lean_of,
    make_case,
    prior_of,
    with_threshold,
)

COMPLETE = {
    **READY,
    "retrieval": "not_needed",
    "volume": 300,
    "latency": "seconds",
    "scope": "language_model",
}


CARED_FOR = 1 - prior_of("privacy", "personal_data")
AGREED = prior_of("process", "agreed")


def _stability(case: Case, rulebook=RULEBOOK) -> float:
    return stability(case.values(), lean_of(case), list_unfilled(case, rulebook), rulebook, PARAMETERS)


def _without(*slots: str) -> Case:
    return make_case({slot: value for slot, value in COMPLETE.items() if slot not in slots})


def test_a_case_with_nothing_open_is_as_stable_as_can_be() -> None:
    """No way is left to fill anything otherwise."""
    assert 1.0 == _stability(make_case(COMPLETE))


def test_one_open_slot_leaves_the_share_of_its_priors_that_keep_the_leaning() -> None:
    """Of a ready case without a word on privacy, all but the uncleared personal data stay a yes."""
    assert pytest.approx(CARED_FOR) == _stability(_without("privacy"))


def test_independent_slots_multiply() -> None:
    """Agreed process and cleared privacy are needed both."""
    assert pytest.approx(CARED_FOR * AGREED) == _stability(_without("privacy", "process"))


def test_a_declined_slot_could_still_turn_out_either_way() -> None:
    """What the user does not know is filled like what is open."""
    declined = make_case({slot: value for slot, value in COMPLETE.items() if slot != "privacy"}, ["privacy"])
    assert _stability(_without("privacy")) == _stability(declined)


def test_a_sample_comes_close_to_the_exact_share() -> None:
    """Beyond the number of fillings that are all judged, a fixed sample stands for them."""
    case = _without("privacy", "process")
    assert pytest.approx(_stability(case), abs=0.06) == _stability(case, with_threshold("stability_exact", 19))


def test_fillings_are_all_judged_up_to_the_threshold() -> None:
    """Four ways of privacy times five of process are twenty: at twenty exact, at nineteen a sample."""
    case = _without("privacy", "process")
    exact = _stability(case, with_threshold("stability_exact", 20))
    assert pytest.approx(CARED_FOR * AGREED, abs=1e-12) == exact


def test_a_sample_is_the_same_every_time() -> None:
    """The seed is fixed, so that the same case shows the same number."""
    case = make_case({"goal": ["classification"]})
    assert _stability(case) == _stability(case)


def test_a_sample_has_the_size_of_its_threshold() -> None:
    """With a sample of one filling the share is all or nothing."""
    sampled = with_threshold("stability_samples", 1, with_threshold("stability_exact", 0))
    assert _stability(_without("privacy", "process"), sampled) in (0.0, 1.0)


@given(cases())
def test_stability_is_a_share(case: Case) -> None:
    """Whatever was told, stability lies between 0 and 1."""
    assert 0.0 <= _stability(case) <= 1.0


@pytest.mark.parametrize("slot", RULEBOOK.slots, ids=lambda slot: slot.id)
def test_fillings_of_a_slot_are_a_distribution(slot) -> None:
    """The priors of every slot sum to one, for sets over the sets that are expected."""
    assert pytest.approx(1.0) == sum(prior for _, prior in fillings(RULEBOOK, slot.id))


GAPS = [
    "prompting",
    "evals",
    "data_count",
    "data_quality",
    "freshness",
    "task_change",
    "process",
    "retrieval",
    "volume",
    "latency",
    "privacy",
    "scope",
]


@pytest.mark.parametrize(("nudge", "verdict"), [(0.0, VerdictId.NOT_YET), (1e-9, VerdictId.UNDECIDED)])
def test_a_case_with_gaps_ends_undecided_only_below_the_floor(nudge: float, verdict: VerdictId) -> None:
    """At the floor the leaning still stands; just below it the case ends undecided with its gaps named."""
    case = make_case({"goal": ["classification"]}, GAPS)
    rulebook = with_threshold("stability_floor", assess(case, RULEBOOK).stability + nudge)
    assert verdict is assess(case, rulebook).verdict


def test_a_case_without_gaps_keeps_its_verdict_however_unstable() -> None:
    """The floor is for what nobody could say, not for what was never worth asking."""
    rulebook = with_threshold("stability_floor", 1.0)
    assert VerdictId.FINE_TUNE is assess(make_case(READY), rulebook).verdict


def test_a_gap_that_decides_nothing_leaves_the_verdict() -> None:
    """Not to know the budget is no reason to stay undecided."""
    rulebook = with_threshold("stability_floor", 1.0)
    assert VerdictId.FINE_TUNE is assess(make_case(READY, ["budget"]), rulebook).verdict


def test_gaps_are_named_in_the_rulebooks_order() -> None:
    """What the user could not say is listed once each, as the rulebook lists its slots."""
    assert ("prompting", "evals", "volume") == decide(
        {"goal": ["classification"]}, ["volume", "evals", "prompting"]
    ).gaps


def test_nothing_told_is_undecided_and_asks_nothing() -> None:
    """Before anything was said that is a case there is no verdict and no question."""
    found = assess(Case(), RULEBOOK)
    assert (VerdictId.UNDECIDED, False, 1.0, None) == (found.verdict, found.settled, found.stability, found.question)


def test_nothing_told_asks_nothing_afterwards_either() -> None:
    """An empty case has no board to fill."""
    assert () == assess(Case(), RULEBOOK).also_ask


def test_a_case_that_began_without_a_fact_is_asked_what_it_is_about() -> None:
    """A first sentence that no fact could be read from still deserves the first question."""
    assert "goal" == assess(replace(Case(), begun=True), RULEBOOK).question.slot
