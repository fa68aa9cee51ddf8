"""What may be believed, whatever is heard: random conversations of words, models, clicks, yes and no, in any order.

Nothing here reads a message: a step says what a reader would return, however unlikely, and what was clicked beside it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from hypothesis import given
from hypothesis import strategies as st

from assistant.domain.assessment import assess
from assistant.domain.case import Case, Fact, Reading, Value, Via
from assistant.domain.conversation import Conversation, Event, Noted, count_left_open, restart, take_in
from assistant.domain.dialogue import Assessment, Intent, Interpretation, Question, QuestionKind
from assistant.domain.rulebook import Given, SlotKind, check_facts
from assistant.domain.verdict import TRAINING_VERDICTS, judge_leaning, judge_mistakes
from tests.unit.domain.situations import PARAMETERS, READY, RULEBOOK, SLOTS, Facts, facts, slot_values

MESSAGE = "whatever was said"
READINESS = ("evals", "data_count", "data_quality", "prompting")
"""What a yes needs."""
_LONGEST = 8
_SOME_SLOTS = st.frozensets(st.sampled_from(SLOTS), max_size=4)


@dataclass(frozen=True)
class Step:
    """What one message gives and what is clicked beside it; `agrees_to_all` says yes to all that is asked."""

    interpretation: Interpretation
    clicks: dict[str, Given]
    agrees_to_all: bool = False


@dataclass(frozen=True)
class Turn:
    """A step as it was taken: the conversation before it, what was heard, and the case and assessment after it."""

    before: Conversation
    interpretation: Interpretation
    clicks: dict[str, Given]
    case: Case
    assessment: Assessment

    @property
    def question(self) -> Question | None:
        """What was asked when the message came."""
        return self.before.question

    @property
    def said_yes_to(self) -> frozenset[str]:
        """What the user said yes to by words of their own."""
        return self.interpretation.agrees & frozenset(self.question.slots if self.question else ())

    @property
    def newly_agreed(self) -> list[Fact]:
        """The facts that are agreed now and were not before, neither heard nor told."""
        agreed = {(fact.slot, fact.value) for fact in self.before.case.facts if fact.agreed}
        return [fact for fact in self.case.facts if fact.agreed and (fact.slot, fact.value) not in agreed]


def _values(slot: str) -> st.SearchStrategy[Value]:
    return st.sampled_from(slot_values(slot))


def _readings(slot: str) -> st.SearchStrategy[Reading]:
    vias = st.sampled_from([Via.WORDS, Via.MODEL])
    return st.builds(Reading, st.just(slot), st.none() | _values(slot), st.just(0), st.just(8), st.booleans(), vias)


def _clicks(slot: str) -> st.SearchStrategy[object]:
    values = _values(slot)
    if RULEBOOK.slot(slot).kind is SlotKind.SET:
        return st.none() | st.just("declined") | st.lists(values, min_size=1, max_size=3, unique=True)
    return st.none() | st.just("declined") | values


def _stories() -> st.SearchStrategy[Step]:
    """A message or a click that gives most of what a verdict needs: few random messages come to one."""
    return st.builds(_story, st.just(dict(READY)) | facts(complete=True), _SOME_SLOTS, st.sampled_from([*Via]))


def _story(facts: Facts, without: frozenset[str], via: Via) -> Step:
    told = {slot: given for slot, given in check_facts(RULEBOOK, facts).items() if slot not in without}
    if via is Via.CLICK:
        return Step(Interpretation(Intent.CLICKS), told)
    pairs = [(slot, one) for slot, given in told.items() for one in (given if isinstance(given, tuple) else (given,))]
    return Step(Interpretation(Intent.TELLS, tuple(Reading(slot, one, 0, 8, via=via) for slot, one in pairs)), {})


_HEARINGS = st.builds(
    Interpretation,
    st.sampled_from(list(Intent)),
    st.lists(st.sampled_from(SLOTS).flatmap(_readings), max_size=4).map(tuple),
    is_story=st.booleans(),
    agrees=st.just(frozenset()) | _SOME_SLOTS,
    denies=st.just(frozenset()) | _SOME_SLOTS,
    language=st.sampled_from([None, "en", "de", "ja"]),
)
_CLICKED = st.just({}) | st.dictionaries(st.sampled_from(SLOTS), st.none(), max_size=2).flatmap(
    lambda slots: st.fixed_dictionaries({slot: _clicks(slot) for slot in slots}).map(
        lambda facts: check_facts(RULEBOOK, facts)
    )
)
_STEPS = (
    st.builds(Step, _HEARINGS, _CLICKED)
    | st.builds(Step, _HEARINGS, st.just({}), st.just(True))
    | st.just(Step(Interpretation(Intent.CONFIRMS), {}, agrees_to_all=True))
    | _stories()
)
TALKS = st.lists(_STEPS, min_size=1, max_size=_LONGEST)


def take_turns(steps: Sequence[Step]) -> Iterator[Turn]:
    """Take the steps one by one, as the coach does."""
    talk = Conversation("c")
    for step in steps:
        interpretation = step.interpretation
        if step.agrees_to_all and talk.question is not None:
            interpretation = replace(interpretation, agrees=frozenset(talk.question.slots))
        if interpretation.intent is Intent.RESTARTS:
            talk = restart(talk)
        case = take_in(talk, interpretation, MESSAGE, step.clicks)
        turn = Turn(talk, interpretation, step.clicks, case, assess(case, RULEBOOK))
        yield turn
        event = Event(MESSAGE, step.clicks, Noted(interpretation))
        talk = Conversation("c", (*talk.events, event), case, turn.assessment, count_left_open(talk, interpretation))


@given(TALKS)
def test_a_verdict_rests_on_what_the_user_agreed_to_and_on_nothing_else(steps: list[Step]) -> None:
    """Once settled, the verdict is that of the agreed facts alone, or none; so are the leaning and the board."""
    for turn in take_turns(steps):
        if not turn.assessment.settled:
            continue
        agreed = turn.case.as_agreed()
        verdict = judge_leaning(agreed.values(), agreed.list_gaps(), PARAMETERS)
        assert turn.assessment.verdict in (verdict, "undecided")
        assert (turn.assessment.verdict, judge_mistakes(agreed.values(), agreed.list_gaps(), RULEBOOK, PARAMETERS)) == (
            turn.assessment.leaning,
            turn.assessment.mistakes,
        )


@given(TALKS)
def test_nothing_is_agreed_to_but_by_a_click_or_by_the_user_s_own_yes(steps: list[Step]) -> None:
    """Of what a yes was not asked for, and of what nobody clicked, nothing becomes agreed."""
    for turn in take_turns(steps):
        assert all(fact.slot in {*turn.clicks} | turn.said_yes_to for fact in turn.newly_agreed)


@given(TALKS)
def test_what_a_model_read_is_agreed_to_only_once_the_user_saw_it(steps: list[Step]) -> None:
    """A yes agrees to what stood in the question, never to what a model reads in the same breath."""
    for turn in take_turns(steps):
        by_yes = [fact for fact in turn.newly_agreed if fact.slot not in turn.clicks and fact.via is Via.MODEL]
        seen = {(fact.slot, fact.value) for slot in SLOTS for fact in turn.before.case.pick_facts(slot)}
        assert {(fact.slot, fact.value) for fact in by_yes} <= seen


@given(TALKS)
def test_what_was_agreed_to_is_moved_by_the_user_alone(steps: list[Step]) -> None:
    """By a click, by a correction of the rules, or by what the rules hear in reply to "old or new"."""
    for turn in take_turns(steps):
        assert _moved(turn) <= {*turn.clicks} | _taken_back(turn)


def _moved(turn: Turn) -> set[str]:
    """The slots of which something that was agreed to is no longer so."""
    agreed = {(fact.slot, fact.value) for fact in turn.case.facts if fact.agreed}
    return {fact.slot for fact in turn.before.case.facts if fact.agreed and (fact.slot, fact.value) not in agreed}


def _taken_back(turn: Turn) -> set[str]:
    """The slots of which the rules heard a correction, or an answer to the question which of two values holds."""
    asked = turn.question.slot if turn.question and turn.question.kind is QuestionKind.ASK else None
    return {
        reading.slot
        for reading in turn.interpretation.values
        if reading.via is Via.WORDS
        and reading.value is not None
        and (reading.corrects or (reading.slot == asked and turn.before.case.rivals(reading.slot)))
    }


@given(TALKS)
def test_what_is_heard_against_an_agreed_value_counts_in_nothing(steps: list[Step]) -> None:
    """The values are what they were, of every slot that the user neither moved nor agreed to anew."""
    for turn in take_turns(steps):
        before, after = turn.before.case.as_agreed(), turn.case
        left = {fact.slot for fact in before.facts} - {*turn.clicks} - _taken_back(turn) - turn.said_yes_to
        assert [before.values().get(slot) for slot in SLOTS if slot in left] == [
            after.values().get(slot) for slot in SLOTS if slot in left
        ]


@given(TALKS)
def test_no_yes_settles_on_a_gap(steps: list[Step]) -> None:
    """Evals, examples, their quality and what prompts reached: the user has agreed to a value of each."""
    for turn in take_turns(steps):
        agreed = turn.case.as_agreed()
        assert turn.assessment.verdict not in TRAINING_VERDICTS or agreed.values().keys() >= {*READINESS}


@given(TALKS)
def test_a_settled_verdict_outlasts_whatever_is_heard_against_it(steps: list[Step]) -> None:
    """Where every reading is of a slot that was agreed to, settled, verdict and board stay."""
    for turn in take_turns(steps):
        previous, agreed = turn.before.assessment, {fact.slot for fact in turn.before.case.facts if fact.agreed}
        is_against = {reading.slot for reading in turn.interpretation.values} <= agreed
        if previous is None or not previous.settled or turn.clicks or _taken_back(turn) or not is_against:
            continue
        found = turn.assessment
        assert (previous.settled, previous.verdict, previous.mistakes) == (found.settled, found.verdict, found.mistakes)
