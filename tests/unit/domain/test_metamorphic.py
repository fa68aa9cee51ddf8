"""What must not matter does not, and what must matter does: order, irrelevant facts, repetition, readiness."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import assume, given
from hypothesis import strategies as st

from assistant.domain.assessment import assess
from assistant.domain.case import Case, Reading, Via, click, hear
from assistant.domain.dialogue import Assessment
from assistant.domain.rulebook import VerdictId, check_facts
from assistant.domain.verdict import TRAINING_VERDICTS
from tests.unit.domain.situations import (
    READINESS,
    RULEBOOK,
    SLOTS,
    Facts,
    any_facts,
    board_of,
    decide,
    declines,
    facts,
    lean_of,
    lean_to,
    make_case,
    slot_values,
)

NOT_YET_OR_YES = TRAINING_VERDICTS | {VerdictId.NOT_YET}
LANGUAGE_MODELS = [None, "language_model", "tuned_already"]


def _substance(assessment: Assessment) -> tuple:
    """What the facts decide: everything but how a question about them is worded."""
    question = assessment.question and (assessment.question.kind, assessment.question.slots)
    return replace(assessment, question=None), question


@given(any_facts(), declines(), st.randoms(use_true_random=False))
def test_order_of_facts_and_turns_does_not_matter(told: Facts, declined: frozenset[str], shuffle) -> None:
    """The same clicks in any order, one a turn, give the same assessment as all at once."""
    given_facts = check_facts(RULEBOOK, {**told, **dict.fromkeys(declined, "declined")})
    order = list(given_facts)
    shuffle.shuffle(order)
    case = Case()
    for turn, slot in enumerate(order, start=1):
        case = click(case, {slot: given_facts[slot]}, turn)
    assert decide(told, declined) == assess(case, RULEBOOK)


@st.composite
def _readings(draw: st.DrawFn) -> tuple[list[Reading], list[Reading]]:
    """Draw readings, one a slot or member, and the same readings in another order."""
    told = draw(any_facts())
    readings = []
    for slot, value in told.items():
        given_value = check_facts(RULEBOOK, {slot: value})[slot]
        members = given_value if isinstance(given_value, tuple) else (given_value,)
        via = draw(st.sampled_from([Via.WORDS, Via.MODEL]))
        readings += [Reading(slot, member, 0, 3, via=via) for member in members]
    return readings, draw(st.permutations(readings))


@given(_readings())
def test_order_of_what_is_said_does_not_matter(both: tuple[list[Reading], list[Reading]]) -> None:
    """Words that do not contradict each other decide the same in any order."""
    first, second = (hear(Case(), readings, "the words", 1) for readings in both)
    assert _substance(assess(first, RULEBOOK)) == _substance(assess(second, RULEBOOK))


@given(_readings())
def test_saying_it_again_moves_nothing(both: tuple[list[Reading], list[Reading]]) -> None:
    """Insistence without a new fact leaves the assessment as it was."""
    once = hear(Case(), both[0], "the words", 1)
    again = hear(hear(once, both[1], "the words", 2), both[0], "the words", 3)
    assert assess(once, RULEBOOK) == assess(again, RULEBOOK)


@given(any_facts())
def test_clicking_it_again_moves_nothing(told: Facts) -> None:
    """The same clicks a second time leave the assessment as it was."""
    once = make_case(told)
    assert assess(once, RULEBOOK) == assess(click(once, check_facts(RULEBOOK, told), 2), RULEBOOK)


@given(any_facts(without=["budget"]), st.sampled_from([*slot_values("budget"), "declined"]))
def test_budget_moves_neither_leaning_nor_board(told: Facts, budget: object) -> None:
    """What it may cost changes the next steps and never the verdict."""
    before, after = make_case(told), make_case({**told, "budget": budget})
    assert (lean_of(before), board_of(before)) == (lean_of(after), board_of(after))


@given(any_facts(without=["privacy"]), st.sampled_from(["must_stay_local", "cleared", "unrestricted"]))
def test_privacy_that_is_cared_for_moves_nothing(told: Facts, privacy: str) -> None:
    """Data that must stay in the house argues for a local model, not for or against a tuned one."""
    before, after = make_case(told), make_case({**told, "privacy": privacy})
    assert (lean_of(before), board_of(before)) == (lean_of(after), board_of(after))


@given(
    any_facts(without=["volume", "latency"]),
    st.sampled_from(slot_values("volume")),
    st.sampled_from(["relaxed", "seconds"]),
)
def test_volume_and_speed_move_nothing_where_cost_is_no_aim(told: Facts, volume: object, latency: str) -> None:
    """Traffic, and speed that is good enough, argue only for those who want it cheaper or faster."""
    assume(told and "cost_latency" not in told.get("goal", []))
    busy, quiet = make_case({**told, "volume": volume, "latency": latency}), make_case(told)
    assert (lean_of(quiet), board_of(quiet)) == (lean_of(busy), board_of(busy))


@given(any_facts(without=["latency"]))
def test_a_limit_on_time_moves_nothing_where_the_quality_is_short(told: Facts) -> None:
    """Who has a gap in quality and did not ask for speed has the same case at any speed."""
    assume("cost_latency" not in told.get("goal", []) and told.get("prompting") != "sufficient")
    assert lean_to({**told, "latency": "seconds"}) == lean_to({**told, "latency": "strict"})


def _halves_apart(verdict: VerdictId) -> VerdictId:
    """Take a yes with two halves for a yes."""
    return VerdictId.FINE_TUNE if verdict in TRAINING_VERDICTS else verdict


@given(any_facts(without=["retrieval"]), st.sampled_from(slot_values("retrieval")))
def test_retrieval_says_how_and_never_whether_where_no_facts_or_rules_are_wanted(
    told: Facts, retrieval: object
) -> None:
    """Where nothing has to be known, how well it is looked up only says whether a yes has a second half."""
    assume(told and not {"knowledge", "lookup", "policy"} & set(told.get("goal", [])))
    assume(told.get("freshness") != "daily" or set(told.get("goal", [])) - {"vague"})
    assert _halves_apart(lean_to(told)) == _halves_apart(lean_to({**told, "retrieval": retrieval}))


@given(any_facts(without=["freshness"]), st.sampled_from(["yearly", "monthly"]))
def test_facts_that_change_more_slowly_than_every_week_count_as_stable(told: Facts, freshness: str) -> None:
    """How often facts change moves the board, and below every week no verdict."""
    assert lean_to({**told, "freshness": "stable"}) == lean_to({**told, "freshness": freshness})


@given(any_facts(without=["freshness"]), st.sampled_from(slot_values("freshness")))
def test_what_only_the_facts_do_never_argues_about_a_behaviour_or_a_bill(told: Facts, freshness: str) -> None:
    """Where a behaviour or a price is wanted and no facts are, it is nobody's matter how often these change."""
    goals = set(told.get("goal", []))
    assume(goals - {"vague", "policy"} and not goals & {"knowledge", "lookup"})
    assert lean_to(told) == lean_to({**told, "freshness": freshness})


@given(any_facts(without=["task_change"]), st.sampled_from(["stable", "yearly", "monthly"]))
def test_a_task_that_can_be_retrained_in_time_counts_as_stable(told: Facts, task_change: str) -> None:
    """A task that changes every few months moves the plan and never the verdict."""
    assume(told)
    assert lean_to(told) == lean_to({**told, "task_change": task_change})


def _better(slot: str, value: object) -> list[object]:
    """Return the values of a readiness slot that are more ready than this one; none where there is no such order."""
    if slot == "data_count":
        return [other for other in slot_values(slot) if other > value]
    order = RULEBOOK.slot(slot).readiness
    return list(order[order.index(value) + 1 :]) if value in order else []


def _led_astray(told: Facts, declined: frozenset[str] = frozenset()) -> list[tuple]:
    """Return every improvement of one readiness slot after which the case is further from tuning than before."""
    before = lean_to(told, declined)
    allowed = TRAINING_VERDICTS if before in TRAINING_VERDICTS else NOT_YET_OR_YES
    steps = [
        (slot, value)
        for slot in READINESS
        if slot in told and slot not in declined
        for value in _better(slot, told[slot])
    ]
    if before not in NOT_YET_OR_YES:
        return []
    return [(slot, value) for slot, value in steps if lean_to({**told, slot: value}, declined) not in allowed]


@given(any_facts(without=["process"]), declines())
def test_more_readiness_never_leads_away_from_tuning(told: Facts, declined: frozenset[str]) -> None:
    """Better evals, data or prompting keep a yes a yes, and turn a not-yet into nothing but a yes."""
    assert [] == _led_astray(told, declined)


def _ready_facts() -> st.SearchStrategy[Facts]:
    """Draw facts whose readiness is complete but for at most one slot, so that the step to a yes is often taken."""
    best = {"evals": "held_out", "data_count": 400, "data_quality": "clean", "prompting": "plateaued"}
    worse = st.sampled_from([(slot, value) for slot in READINESS for value in slot_values(slot)])
    needs = facts(without=[*READINESS, "process"])
    return st.builds(lambda told, step: {**told, **best, step[0]: step[1]}, needs, worse)


@given(_ready_facts())
def test_nearly_ready_cases_keep_the_order_too(told: Facts) -> None:
    """Around the step from not-yet to yes, more readiness never leads away from tuning."""
    assert [] == _led_astray(told)


@given(_ready_facts(), st.sampled_from([None, "none", "impressions", "partial", "declined"]))
def test_without_evals_nothing_is_a_yes(told: Facts, evals: str | None) -> None:
    """However ready the rest is, training waits for a fixed test set."""
    rest = {slot: value for slot, value in told.items() if slot != "evals"}
    assert lean_to({**rest, "evals": evals} if evals else rest) not in TRAINING_VERDICTS


@given(
    _ready_facts(),
    st.sampled_from([None, "not_needed", "none", "unmeasured", "misses", "declined"]),
    st.sampled_from(LANGUAGE_MODELS),
    st.sampled_from(["knowledge", "lookup"]),
    st.sampled_from(["stable", "yearly", "monthly", "daily"]),
)
def test_facts_never_go_into_the_weights(
    told: Facts, retrieval: str | None, scope: str | None, wanted: str, freshness: str
) -> None:
    """Facts that are wanted and that nothing measured brings are never a yes for a language model."""
    rest = {slot: value for slot, value in told.items() if slot not in ("retrieval", "scope")}
    looked_up = {**({"retrieval": retrieval} if retrieval else {}), **({"scope": scope} if scope else {})}
    goals = sorted({*told.get("goal", []), wanted})
    assert lean_to({**rest, **looked_up, "goal": goals, "freshness": freshness}) not in TRAINING_VERDICTS


@given(_ready_facts())
def test_a_task_that_changes_every_week_is_never_trained(told: Facts) -> None:
    """However ready the rest is, a prompt follows it faster."""
    assert lean_to({**told, "task_change": "weekly"}) not in TRAINING_VERDICTS


@given(_ready_facts(), st.sampled_from(["knowledge", "lookup", "policy", "classification", "extraction"]))
def test_live_measures_never_carry_facts_rules_or_decisions(told: Facts, wanted: str) -> None:
    """What can be false or unsafe waits for a fixed set, whatever people clicked."""
    assume(told.get("scope") != "embedder_or_reranker")
    assert lean_to({**told, "goal": sorted({*told.get("goal", []), wanted}), "evals": "live"}) not in TRAINING_VERDICTS


@given(_ready_facts(), st.sampled_from(READINESS))
def test_open_readiness_is_never_a_yes(told: Facts, slot: str) -> None:
    """What nobody was asked about yet is no ground for training either."""
    assert lean_to({name: value for name, value in told.items() if name != slot}) not in TRAINING_VERDICTS


@given(_ready_facts())
def test_a_model_of_another_kind_is_out_of_scope(told: Facts) -> None:
    """Nothing that is told makes it a case."""
    assert VerdictId.OUT_OF_SCOPE == lean_to({**told, "scope": "other_model"})


@given(_ready_facts(), st.sampled_from(["no_agreement", "no_owner", "contradicting_sources", "form_or_rule"]))
def test_a_broken_process_outranks_everything_on_topic(told: Facts, process: str) -> None:
    """Where nobody agrees or a rule would do, no readiness turns it into a case for a model; a stew is split first."""
    assume(told.get("scope") not in ("off_topic", "other_model"))
    verdict = lean_to({**told, "process": process})
    stew_without_owner = process == "no_owner" and verdict is VerdictId.SPLIT_CONCERNS
    assert VerdictId.FIX_PROCESS == verdict or stew_without_owner


@given(_ready_facts(), declines(), st.sampled_from(READINESS))
def test_declined_readiness_is_never_a_yes(told: Facts, declined: frozenset[str], slot: str) -> None:
    """The burden of proof lies with training: what nobody can say counts as missing."""
    assert lean_to(told, declined | {slot}) not in TRAINING_VERDICTS


@given(any_facts(), st.sampled_from(SLOTS))
def test_every_fact_can_be_taken_back(told: Facts, slot: str) -> None:
    """Reopening a slot gives the assessment of a case in which it was never told."""
    rest = {name: value for name, value in told.items() if name != slot}
    assume(rest)
    assert decide(rest) == assess(click(make_case({**rest, **told}), {slot: None}, 2), RULEBOOK)
