"""How a question is put: its options, what is pressed already, why it is put again, and what is asked at the end."""

from __future__ import annotations

from dataclasses import replace

import pytest

from assistant.domain.assessment import assess
from assistant.domain.case import Again, Case, Fact, Status
from assistant.domain.dialogue import Choice, Question, QuestionKind
from assistant.domain.elicitation import aim_question, also_ask, ask_question, choose_question, list_unfilled
from assistant.domain.mistakes import MistakeFinding, MistakeState
from assistant.domain.rulebook import VerdictId
from assistant.domain.verdict import judge_mistakes
from assistant.domain.worth import may_ask, worths
from tests.unit.domain.situations import PARAMETERS, READY, RULEBOOK, decide, lean_of, make_case, only_heard, told

WORDS = RULEBOOK.confirmations
EVALS = replace(RULEBOOK.slot("evals"), second_question="Put differently?", explanation="Evals are tests.")
PROPOSED = Status.PROPOSED


def _options(slot: str) -> tuple[Choice, ...]:
    return tuple(Choice(option.value, option.label) for option in RULEBOOK.slot(slot).options)


def _holding(case: Case, *facts: Fact) -> Case:
    """Return the case with these facts in place of those of the same slots."""
    left = case.without(*(fact.slot for fact in facts))
    return replace(left, facts=(*left.facts, *facts), begun=True)


def _met(case: Case, *slots: str) -> Case:
    """Return the case in which the questions of these slots were put and met once."""
    return replace(case, asked=frozenset((slot, None) for slot in slots))


# How a slot is asked about


def test_a_choice_is_asked_with_its_options() -> None:
    """The question carries the slot's text, reason and options, and takes one answer."""
    expected = Question("evals", EVALS.question, EVALS.why, QuestionKind.ASK, False, _options("evals"), ("evals",))
    assert expected == ask_question(Case(), EVALS, RULEBOOK)


def test_a_set_takes_several_answers() -> None:
    """What is wanted may be several things at once."""
    assert ask_question(Case(), RULEBOOK.slot("goal"), RULEBOOK).multiple


def test_what_was_heard_is_pressed_already() -> None:
    """Whoever is asked by options sees which of them was understood."""
    case = Case((told("evals", "partial", PROPOSED),))
    assert ("partial",) == ask_question(case, EVALS, RULEBOOK).held


def test_the_aims_that_were_heard_are_said_back_and_pressed() -> None:
    """The question about the aim says what it goes by."""
    case = Case((told("goal", "style", PROPOSED), told("goal", "knowledge", PROPOSED)))
    goal = RULEBOOK.slot("goal")
    heard = WORDS.between.join(goal.option(value).heard for value in ("style", "knowledge"))
    expected = (WORDS.aim.format(heard=heard), ("style", "knowledge"), QuestionKind.ASK)
    question = aim_question(case, RULEBOOK)
    assert expected == (question.text, question.held, question.kind)


def test_where_no_aim_was_heard_the_plain_question_is_asked() -> None:
    """There is nothing to say back."""
    assert ask_question(Case(), RULEBOOK.slot("goal"), RULEBOOK) == aim_question(Case(), RULEBOOK)


# A question that is put again


def test_a_question_met_with_something_else_is_put_once_more_in_other_words() -> None:
    """Saying it a second time in the same words would not help."""
    question = ask_question(_met(Case(), "evals"), EVALS, RULEBOOK)
    assert (Again.REWORDED, EVALS.second_question) == (question.again, question.text)


def test_a_question_that_was_asked_about_is_put_again_with_an_explanation() -> None:
    """It says first what is meant."""
    question = ask_question(replace(_met(Case(), "evals"), explained=frozenset({"evals"})), EVALS, RULEBOOK)
    assert (Again.EXPLAINED, f"{EVALS.explanation} {EVALS.question}") == (question.again, question.text)


@pytest.mark.parametrize("why", ["reopened", "doubted"])
def test_a_question_whose_answer_was_taken_back_is_put_plainly(why: str) -> None:
    """What was understood from the words is not tried a second time."""
    question = ask_question(replace(_met(Case(), "evals"), **{why: frozenset({"evals"})}), EVALS, RULEBOOK)
    assert (Again.REOPENED, WORDS.reopened.format(question=EVALS.question)) == (question.again, question.text)


def test_a_first_question_is_not_put_again_for_any_reason() -> None:
    """What was opened before it was ever asked is asked for the first time."""
    assert ask_question(replace(Case(), reopened=frozenset({"evals"})), EVALS, RULEBOOK).again is None


def test_a_slot_is_asked_about_once_for_each_reason() -> None:
    """After the first time, and once more in other words, there is no third."""
    twice = replace(Case(), asked=frozenset({("evals", None), ("evals", Again.REWORDED)}))
    assert [True, True, False] == [may_ask(case, "evals") for case in (Case(), _met(Case(), "evals"), twice)]


def test_a_slot_that_was_reopened_may_be_asked_about_once_more() -> None:
    """However often it was asked before."""
    asked = frozenset({("evals", None), ("evals", Again.REWORDED)})
    reopened = Case(asked=asked, reopened=frozenset({"evals"}))
    again = replace(reopened, asked=asked | {("evals", Again.REOPENED)})
    assert (True, False) == (may_ask(reopened, "evals"), may_ask(again, "evals"))


@pytest.mark.parametrize("status", [Status.KNOWN, Status.PROPOSED, Status.DECLINED])
def test_what_was_told_is_not_asked_for(status: Status) -> None:
    """Neither a value nor a gap, heard or agreed to."""
    value = None if status is Status.DECLINED else "none"
    assert not may_ask(Case((told("evals", value, status),)), "evals")


# Which of two values holds


NONE, HELD_OUT = told("evals", "none", PROPOSED), told("evals", "held_out", PROPOSED, turn=2)


def _in_words(value: str) -> str:
    return f"{EVALS.option(value).heard} (“{value}”)"


@pytest.mark.parametrize("is_agreed", [True, False])
def test_of_two_values_the_user_is_asked_which_holds(is_agreed: bool) -> None:
    """Both stand there with the words they were read in, whether or not the old one was agreed to."""
    case = Case((replace(NONE, agreed=is_agreed), HELD_OUT))
    text = WORDS.contradicted.format(old=_in_words("none"), new=_in_words("held_out"))
    question = choose_question(case, EVALS, RULEBOOK)
    assert (text, QuestionKind.ASK, ()) == (question.text, question.kind, question.held)


def test_the_newest_of_two_values_is_offered_first_and_then_the_other() -> None:
    """The rest of the options come behind, each once."""
    question = choose_question(Case((NONE, HELD_OUT)), EVALS, RULEBOOK)
    values = [choice.value for choice in question.options]
    assert (["held_out", "none"], {option.value for option in EVALS.options}, len(EVALS.options)) == (
        values[:2], {*values}, len(values),
    )  # fmt: skip


def test_a_value_against_a_gap_that_was_agreed_to_is_asked_about() -> None:
    """ "I don't know" was the old answer, and is no option."""
    case = Case((replace(told("evals", None, PROPOSED), agreed=True, quote=None), HELD_OUT))
    question = choose_question(case, EVALS, RULEBOOK)
    text = WORDS.contradicted.format(old=WORDS.gap, new=_in_words("held_out"))
    assert (text, len(EVALS.options)) == (question.text, len(question.options))


def test_numbers_are_said_back_as_numbers() -> None:
    """Two numbers of one band would else read the same."""
    count = RULEBOOK.slot("data_count")
    case = Case((told("data_count", 6000.0, PROPOSED), told("data_count", 9000.0, PROPOSED)))
    text = choose_question(case, count, RULEBOOK).text
    assert (True, True) == (f"6,000 {count.unit}" in text, f"9,000 {count.unit}" in text)


def test_which_of_two_holds_comes_before_what_is_open() -> None:
    """A value that was given twice is settled before another is asked for."""
    rivals = (told("privacy", "cleared", PROPOSED), told("privacy", "personal_data", PROPOSED))
    case = Case((told("goal", "classification"), *rivals), begun=True)
    assert "privacy" == assess(case, RULEBOOK).question.slot


@pytest.mark.parametrize("asked", [frozenset(), frozenset({("evals", None), ("evals", Again.REOPENED)})])
def test_no_case_settles_while_two_values_wait_for_a_choice(asked: frozenset) -> None:
    """However often the slot was asked about before."""
    case = replace(_holding(make_case(READY), NONE, HELD_OUT), asked=asked)
    assert "evals" == assess(case, RULEBOOK).question.slot


def test_a_reading_against_an_agreed_value_is_asked_about_while_the_case_is_open() -> None:
    """The question names old and new."""
    case = make_case({"goal": ["classification"], "evals": "none"})
    case = replace(case, facts=(*case.facts, HELD_OUT))
    assert choose_question(case, EVALS, RULEBOOK) == assess(case, RULEBOOK).question


def test_a_reading_against_an_agreed_value_leaves_a_settled_case_settled() -> None:
    """It may be asked about, and the verdict stays until the user moves it."""
    case = make_case(READY)
    against = replace(case, facts=(*case.facts, told("evals", "none", PROPOSED, turn=2)))
    found = assess(against, RULEBOOK)
    assert (None, VerdictId.FINE_TUNE, "evals") == (found.question, found.verdict, found.also_ask[0].slot)


def test_what_is_doubted_is_asked_for_by_its_options() -> None:
    """After two noes to a list the words are not tried again."""
    case = _holding(make_case(READY), told("evals", "held_out", PROPOSED))
    question = assess(replace(case, doubted=frozenset({"evals"})), RULEBOOK).question
    assert ("evals", QuestionKind.ASK, _options("evals"), ("held_out",)) == (
        question.slot, question.kind, question.options, question.held,
    )  # fmt: skip


# How many questions are left


def _n_left(case: Case) -> int:
    return assess(case, RULEBOOK).n_left


def test_each_slot_that_is_worth_asking_counts_as_one_question_left() -> None:
    """The aim is one of them, however much else hangs on it."""
    case = make_case({"budget": "tight"})
    floor = RULEBOOK.threshold("worth_asking")
    worth = [found.slot for found in worths(case, lean_of(case), RULEBOOK, PARAMETERS) if found.most >= floor]
    assert (True, len(worth)) == ("goal" in worth, _n_left(case))


def test_the_aim_that_was_heard_is_one_question_more_and_the_list_another() -> None:
    """An aim that was clicked is not asked about, and nothing is to be agreed to."""
    clicked = make_case({"goal": ["style"], "freshness": "stable"})
    assert _n_left(clicked) + 2 == _n_left(only_heard(clicked, "goal"))


@pytest.mark.parametrize(("against", "n_left"), [((), 1), ((told("process", "no_owner", PROPOSED, turn=2),), 2)])
def test_what_was_heard_against_an_agreed_value_is_asked_about_before_the_list(
    against: tuple[Fact, ...], n_left: int
) -> None:
    """That is one question and the list another; without it there is only the list."""
    listed = only_heard(make_case(READY), "evals")
    found = assess(replace(listed, facts=(*listed.facts, *against)), RULEBOOK)
    assert ("process" if against else "evals", n_left) == (found.question.slot, found.n_left)


# What could still turn out either way


def test_unfilled_are_decisive_slots_without_a_value_that_holds() -> None:
    """Open, declined and contradicted slots may still turn out either way; agreed and heard ones do not."""
    complete = make_case(
        {
            **READY,
            "retrieval": "none",
            "volume": 300,
            "latency": "seconds",
            "privacy": "cleared",
            "scope": "language_model",
        }
    ).without("volume")
    case = _holding(
        complete,
        told("evals", "none", PROPOSED),
        told("process", "agreed"),
        told("process", "no_owner", PROPOSED),
        told("latency", None, Status.DECLINED),
    )
    assert {"volume", "process", "latency"} == list_unfilled(case, RULEBOOK)


# What may be asked once a case is settled


def _asks(**facts: object) -> list[str]:
    return [question.slot for question in decide(facts).also_ask]


def test_afterwards_a_yes_asks_for_volume_and_budget() -> None:
    """What only sizes the next steps may be asked once the verdict stands."""
    assert ["volume", "budget"] == _asks(**READY)


def test_afterwards_at_most_two_questions_fill_the_board() -> None:
    """A no asks for what its mistake board still lacks, and not for more than two."""
    assert ["evals", "data_quality"] == _asks(
        goal=["classification"], prompting="basic", freshness="stable", process="agreed"
    )


def test_afterwards_a_yes_fills_its_board_before_its_next_steps() -> None:
    """What the mistake board lacks is asked before what only sizes the work."""
    facts = {slot: value for slot, value in READY.items() if slot != "evals"}
    asked = also_ask(make_case(facts), VerdictId.FINE_TUNE, RULEBOOK, PARAMETERS)
    assert ["evals", "volume"] == [question.slot for question in asked]


def test_afterwards_what_most_probably_shows_a_mistake_is_asked_first() -> None:
    """Of two tiles that lack a fact, the one whose answer is more often a hit, under the priors of the rulebook."""
    case = make_case({slot: value for slot, value in READY.items() if slot not in ("evals", "data_quality")})
    [first, second] = also_ask(case, VerdictId.PROMPT_FIRST, RULEBOOK, PARAMETERS)
    values = case.values()
    hits = {
        slot: sum(
            option.prior
            for option in RULEBOOK.slot(slot).options
            if MistakeState.HIT
            is _state(judge_mistakes({**values, slot: option.value}, frozenset(), RULEBOOK, PARAMETERS), mistake)
        )
        for slot, mistake in (("evals", "no_evals"), ("data_quality", "tiny_or_dirty_data"))
    }
    assert sorted(hits, key=lambda slot: -hits[slot]) == [first.slot, second.slot]


FACTS_WANTED = {"retrieval": "none", "process": "agreed"}


@pytest.mark.parametrize("goal", [["lookup"], ["style", "knowledge", "policy"], ["style", "lookup", "policy"]])
def test_afterwards_facts_that_nothing_brings_are_first_asked_how_fast_they_change(goal: list[str]) -> None:
    """Whoever wants facts taught most probably wants a database taught that changes."""
    assert "freshness" == _asks(**FACTS_WANTED, goal=goal)[0]


@pytest.mark.parametrize("facts", [{"goal": ["knowledge"], "retrieval": "good"}, {"goal": ["style"]}])
def test_afterwards_facts_that_are_brought_or_not_wanted_wait_their_turn(facts: dict[str, object]) -> None:
    """How fast they change is then no likelier to show a mistake than anything else that is open."""
    found = also_ask(make_case({**FACTS_WANTED, **facts}), VerdictId.PROMPT_FIRST, RULEBOOK, PARAMETERS)
    assert "freshness" not in [question.slot for question in found]


def _state(findings: tuple[MistakeFinding, ...], mistake: str) -> MistakeState:
    return next(found.state for found in findings if found.id == mistake)


def test_afterwards_a_complete_board_asks_nothing() -> None:
    """A no whose board is full has nothing to add."""
    facts = {**READY, "prompting": "basic"}
    assert [] == _asks(**facts)


def test_afterwards_nothing_is_asked_while_the_case_is_open() -> None:
    """Before the verdict there is one question at a time."""
    assert [] == _asks(goal=["classification"])


def test_afterwards_nothing_is_asked_out_of_scope() -> None:
    """What is not about a model has no board to fill."""
    assert [] == _asks(scope="off_topic")


@pytest.mark.parametrize("scope", ["language_model", "off_topic"])
def test_afterwards_at_most_two_of_what_contradicts_are_asked_about(scope: str) -> None:
    """Whatever the verdict is, and in the rulebook's order."""
    rivals = [
        told(slot, value, PROPOSED, turn=2)
        for slot, value in (("evals", "none"), ("process", "no_owner"), ("prompting", "none"))
    ]
    case = make_case({**READY, "scope": scope})
    found = assess(replace(case, facts=(*case.facts, *rivals)), RULEBOOK).also_ask
    assert ["prompting", "evals"] == [question.slot for question in found]


def test_afterwards_nothing_is_asked_twice() -> None:
    """A slot that was asked in vain is a gap, not a question."""
    case = replace(make_case(READY), asked=frozenset({("volume", None)}))
    assert ["budget"] == [question.slot for question in assess(case, RULEBOOK).also_ask]


def test_afterwards_nothing_declined_is_asked() -> None:
    """ "I don't know" is respected after the verdict too."""
    assert ["budget"] == [question.slot for question in decide(READY, ["volume"]).also_ask]


@pytest.mark.parametrize(
    ("mistake", "slot"),
    [
        ("prompt_instead", "prompting"),
        ("no_evals", "evals"),
        ("tiny_or_dirty_data", "data_quality"),
        ("changing_database", "freshness"),
    ],
)
def test_an_unknown_tile_is_filled_by_a_fact_that_it_lacks(mistake: str, slot: str) -> None:
    """Each tile of the board can be told by what may be asked once the verdict stands."""
    facts = {**READY, "goal": ["knowledge"], "retrieval": "good", "freshness": "daily"}
    case = make_case({held: value for held, value in facts.items() if held != slot})
    assert MistakeState.UNKNOWN is _state(judge_mistakes(case.values(), frozenset(), RULEBOOK, PARAMETERS), mistake)
    asked = [question.slot for question in also_ask(case, VerdictId.PROMPT_FIRST, RULEBOOK, PARAMETERS)]
    assert slot in asked
