"""What is asked is worth asking, nothing worth asking is left, and every conversation ends.

The worth of a question is worked out here a second time, plainly, from the definition: fill in every answer by its
prior and judge again.
"""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import replace
from itertools import combinations, product

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from assistant.domain.assessment import assess
from assistant.domain.case import Again, Case, SlotState, click, leave_open
from assistant.domain.dialogue import Assessment, QuestionKind
from assistant.domain.elicitation import plan_questions
from assistant.domain.rulebook import Rulebook, VerdictId
from assistant.domain.stability import fillings
from assistant.domain.verdict import TRAINING_VERDICTS, judge_leaning
from assistant.domain.worth import may_ask, worths
from tests.unit.domain.situations import (
    DECISIVE,
    PARAMETERS,
    READINESS,
    READY,
    RULEBOOK,
    SLOTS,
    Facts,
    cases,
    converse,
    facts,
    lean_of,
    make_case,
    only_heard,
    prior_of,
    slot_values,
    with_threshold,
)

FLOOR = RULEBOOK.threshold("worth_asking")


def _moves(case: Case, answers: dict[str, object]) -> bool:
    """Whether these answers, taken together, change the leaning."""
    values, declined = case.values(), case.list_gaps()
    return judge_leaning({**values, **answers}, declined - answers.keys(), PARAMETERS) != judge_leaning(
        values, declined, PARAMETERS
    )


def _alone(case: Case, slot: str) -> float:
    """The probability that an answer for the slot moves the leaning by itself."""
    return sum(prior for value, prior in fillings(RULEBOOK, slot) if _moves(case, {slot: value}))


def _together(case: Case, slot: str, other: str) -> float:
    """The probability that two answers move the leaning, neither of which would have moved it alone."""
    idle = [entry for entry in fillings(RULEBOOK, slot) if not _moves(case, {slot: entry[0]})]
    idle_other = [entry for entry in fillings(RULEBOOK, other) if not _moves(case, {other: entry[0]})]
    return sum(
        prior * other_prior
        for (value, prior), (other_value, other_prior) in product(idle, idle_other)
        if _moves(case, {slot: value, other: other_value})
    )


def _open(case: Case) -> list[str]:
    return [slot for slot in SLOTS if slot in DECISIVE and may_ask(case, slot)]


def _worth(case: Case) -> dict[str, float]:
    """The worth by itself of every slot that could be asked, in the rulebook's order."""
    return {slot: _alone(case, slot) for slot in _open(case)}


@given(cases())
def test_what_is_asked_can_change_the_verdict(case: Case) -> None:
    """Some answer to the question asked, alone or with one more, leads to another leaning; the aim is asked anyway."""
    question = assess(case, RULEBOOK).question
    assume(question is not None and question.kind is QuestionKind.ASK)
    assume(question.slot != "goal" and case.state(question.slot) is SlotState.OPEN)
    alone = _alone(case, question.slot)
    pairs = [_together(case, question.slot, other) for other in _open(case) if other != question.slot]
    assert max(alone, *pairs, 0.0) >= FLOOR


@given(cases())
def test_the_question_asked_has_the_greatest_expected_effect(case: Case) -> None:
    """While an answer may move the verdict by itself, the likeliest to do so is asked for; a tie goes to the first."""
    assume(case.begun and not any(case.rivals(slot) for slot in SLOTS))
    assume(case.was_asked("goal") or case.state("goal") in (SlotState.KNOWN, SlotState.DECLINED))
    worth = {slot: share for slot, share in _worth(case).items() if share >= FLOOR}
    assume(worth)
    best = [slot for slot in worth if worth[slot] == pytest.approx(max(worth.values()))]
    assert assess(case, RULEBOOK).question.slot in best


@settings(max_examples=15)
@given(cases())
def test_a_settled_case_has_nothing_worth_asking(case: Case) -> None:
    """No open slot, alone or with one more, would still move the leaning with that probability."""
    assume(assess(case, RULEBOOK).settled)
    still = _open(case)
    pairs = [_together(case, slot, other) for slot, other in combinations(still, 2)]
    assert max(*_worth(case).values(), *pairs, 0.0, 0.0) < FLOOR


@given(cases())
def test_worths_hold_the_probability_that_an_answer_moves_the_verdict(case: Case) -> None:
    """The worth of each slot by itself is the one worked out from its definition."""
    found = {worth.slot: worth.alone for worth in worths(case, lean_of(case), RULEBOOK, PARAMETERS)}
    assert pytest.approx(_worth(case)) == found


@given(cases())
def test_worths_hold_the_best_pair_where_a_slot_moves_nothing_alone(case: Case) -> None:
    """Where an open slot alone is not worth asking, its best partner among the open ones counts."""
    still = _open(case)
    expected = {
        slot: max((_together(case, slot, other) for other in still if other != slot), default=0.0)
        for slot in still
        if _alone(case, slot) < FLOOR
    }
    found = {worth.slot: worth.paired for worth in worths(case, lean_of(case), RULEBOOK, PARAMETERS)}
    assert pytest.approx(expected) == {slot: found[slot] for slot in expected}


@given(cases())
def test_only_what_may_be_asked_is_weighed(case: Case) -> None:
    """What was told, heard or agreed to, and what was asked in every way, is not."""
    assert _open(case) == [worth.slot for worth in worths(case, lean_of(case), RULEBOOK, PARAMETERS)]


def _slot_asked(case: Case, rulebook: Rulebook) -> str | None:
    question = plan_questions(case, lean_of(case), rulebook, PARAMETERS).question
    return question.slot if question else None


PROCESS_OPEN = make_case({slot: value for slot, value in READY.items() if slot != "process"})
"""A ready case in which nobody said who owns the answer."""
BROKEN = 1 - prior_of("process", "agreed")
"""How often such a case has a broken process."""


@pytest.mark.parametrize(("floor", "asked"), [(BROKEN - 1e-6, "process"), (BROKEN + 1e-6, None)])
def test_a_question_is_asked_from_the_floor_on(floor: float, asked: str | None) -> None:
    """Just below the probability with which an answer moves the verdict the floor lets the question pass."""
    assert asked == _slot_asked(PROCESS_OPEN, with_threshold("worth_asking", floor))


def test_a_question_exactly_at_the_floor_is_asked() -> None:
    """The floor itself is worth asking."""
    (worth,) = (
        worth for worth in worths(PROCESS_OPEN, lean_of(PROCESS_OPEN), RULEBOOK, PARAMETERS) if worth.slot == "process"
    )
    assert "process" == _slot_asked(PROCESS_OPEN, with_threshold("worth_asking", worth.alone))


COST_OPEN = make_case({"goal": ["cost_latency"], "latency": "seconds", "freshness": "stable", "process": "agreed"})
"""Cost is the aim; neither the prompt nor the volume can move the verdict alone, both together can."""
AT_SCALE = prior_of("prompting", "iterated", "plateaued", "sufficient") * prior_of("volume", 300_000, 3_000_000)


@pytest.mark.parametrize(("floor", "asked"), [(AT_SCALE - 1e-6, "prompting"), (AT_SCALE + 1e-6, None)])
def test_two_answers_that_only_together_move_the_verdict_count_from_the_floor_on(floor: float, asked: str) -> None:
    """What alone changes nothing is asked for where one more answer would turn it, the first of the pair first."""
    assert asked == _slot_asked(COST_OPEN, with_threshold("worth_asking", floor))


def test_a_pair_exactly_at_the_floor_is_asked() -> None:
    """The floor itself is worth asking for pairs too."""
    (worth,) = (
        worth for worth in worths(COST_OPEN, lean_of(COST_OPEN), RULEBOOK, PARAMETERS) if worth.slot == "volume"
    )
    assert "prompting" == _slot_asked(COST_OPEN, with_threshold("worth_asking", worth.paired))


def test_an_answer_that_counts_alone_comes_before_a_pair() -> None:
    """The process moves the verdict by itself, and comes before the prompt, which moves it only with the volume."""
    case = make_case({"goal": ["cost_latency"], "latency": "seconds", "freshness": "stable"})
    assert "process" == _slot_asked(case, RULEBOOK)


def test_an_answer_that_counts_alone_exactly_at_the_floor_comes_before_a_pair_too() -> None:
    """At the floor, which model it is about alone moves the verdict, and outranks the likelier pair."""
    case = make_case({"goal": ["cost_latency"], "data_count": 49, "freshness": "monthly", "process": "agreed"})
    (scope,) = (worth for worth in worths(case, lean_of(case), RULEBOOK, PARAMETERS) if worth.slot == "scope")
    assert "scope" == _slot_asked(case, with_threshold("worth_asking", scope.alone))


@given(cases())
def test_assessment_is_settled_exactly_when_nothing_is_asked(case: Case) -> None:
    """Question and settled never disagree, and before it is settled the verdict is undecided."""
    assume(case.begun)
    found = assess(case, RULEBOOK)
    assert (found.question is None, True) == (found.settled, found.settled or found.verdict is VerdictId.UNDECIDED)


def _nearly_yes() -> st.SearchStrategy[Case]:
    """Draw cases that lean to a yes, with readiness in every state a conversation can leave it in."""
    kinds = st.sampled_from(["known", "heard", "open", "declined", "gap", "asked"])
    return st.tuples(kinds, kinds, kinds, kinds).map(_with_readiness)


def _with_readiness(kinds: tuple[str, ...]) -> Case:
    case = make_case(READY)
    for slot, kind in zip(READINESS, kinds, strict=True):
        if kind == "heard":
            case = only_heard(case, slot)
        elif kind == "declined":
            case = click(case, {slot: "declined"}, 2)
        elif kind == "gap":
            case = leave_open(case, slot, 2)
        elif kind in ("open", "asked"):
            case = case.without(slot)
        if kind == "asked":
            case = replace(case, asked=case.asked | {(slot, None), (slot, Again.REWORDED)})
    return case


@given(cases() | _nearly_yes())
def test_a_yes_never_settles_on_readiness_that_is_not_agreed_to(case: Case) -> None:
    """Whatever a conversation left of the four, a settled yes has a value of each that the user agreed to."""
    found = assess(case, RULEBOOK)
    assert found.verdict not in TRAINING_VERDICTS or {*READINESS} <= case.as_agreed().values().keys()


@pytest.mark.parametrize("slot", READINESS)
def test_a_gap_in_what_a_yes_needs_is_not_yet(slot: str) -> None:
    """Whatever else is ready: what nobody can say comes first, and the case is not left undecided."""
    found = assess(make_case(READY, [slot]), RULEBOOK)
    assert (True, VerdictId.NOT_YET, VerdictId.NOT_YET, (slot,)) == (
        found.settled, found.verdict, found.leaning, found.gaps,
    )  # fmt: skip


@given(cases())
def test_every_assessment_keeps_its_scales(case: Case) -> None:
    """Whatever was told, there is an assessment, its stability is a share and its gaps are what nobody could say."""
    found = assess(case, RULEBOOK)
    expected = [slot for slot in SLOTS if slot in case.list_gaps()]
    assert (True, expected) == (0.0 <= found.stability <= 1.0, list(found.gaps))


@given(facts())
def test_a_user_who_never_answers_is_asked_everything_twice_at_most(told_facts: Facts) -> None:
    """The second silence counts as an answer, and the conversation ends."""
    case, asked = converse(make_case(told_facts), lambda _: None)
    assert (True, True) == (max(Counter(asked).values(), default=0) <= 2, assess(case, RULEBOOK).question is None)


@given(facts())
def test_a_user_who_knows_nothing_is_asked_nothing_twice(told_facts: Facts) -> None:
    """ "I don't know" is a named gap, and the conversation ends."""
    case, asked = converse(make_case(told_facts), lambda _: "declined")
    assert (len(set(asked)), True) == (len(asked), assess(case, RULEBOOK).question is None)


@given(facts(), st.integers(0, 2**20))
def test_every_conversation_ends_within_the_decisive_slots(told_facts: Facts, seed: int) -> None:
    """However a user answers, no slot is asked about more than twice, and in the end nothing is asked."""
    draw = random.Random(seed)

    def answer(slot: str) -> object:
        value = draw.choice([*slot_values(slot), "declined", None])
        return [value] if slot == "goal" and value not in ("declined", None) else value

    case, asked = converse(make_case(told_facts), answer)
    assert (True, True) == (max(Counter(asked).values(), default=0) <= 2, assess(case, RULEBOOK).question is None)


def _asked_first(**facts_told: object) -> Assessment:
    return assess(make_case(facts_told), RULEBOOK)


def test_the_aim_is_asked_for_first() -> None:
    """Where nothing but a budget was told, what is wanted decides most."""
    assert "goal" == _asked_first(budget="tight").question.slot


def test_the_aim_that_was_heard_is_asked_about_while_anything_else_is_open() -> None:
    """Something may have been left unsaid, and it decides what else is asked."""
    case = only_heard(make_case({"goal": ["style"], "freshness": "stable"}), "goal")
    question = assess(case, RULEBOOK).question
    assert ("goal", ("style",)) == (question.slot, question.held)


@pytest.mark.parametrize("asked", [frozenset(), frozenset({("goal", None)})])
def test_the_aim_is_asked_about_once_and_not_after_a_click(asked: frozenset) -> None:
    """Whoever clicked it has said all of it; whoever answered is not asked again."""
    clicked = make_case({"goal": ["style"], "freshness": "stable"})
    case = replace(only_heard(clicked, "goal") if asked else clicked, asked=asked)
    assert "goal" != assess(case, RULEBOOK).question.slot
