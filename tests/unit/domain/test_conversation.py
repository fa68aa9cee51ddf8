"""How a message meets the question that waits: what a yes agrees to, what a no takes out, and what leaves it open."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

import pytest

from assistant.domain.assessment import assess
from assistant.domain.case import Again, Case, Reading, SlotState, Value, Via, click
from assistant.domain.conversation import Conversation, Event, count_left_open, take_in
from assistant.domain.dialogue import Intent, Interpretation, Question, QuestionKind
from assistant.domain.rulebook import VerdictId
from tests.unit.domain.situations import READY, RULEBOOK, make_case, only_heard

MESSAGE = "whatever was said"
SEVERAL = ("prompting", "evals", "data_count")
LISTED = only_heard(make_case(READY), *SEVERAL)
"""A ready case of which three facts were heard, so that they are read back."""
ONE = only_heard(make_case(READY), "evals")


def _read(slot: str, value: Value | None, *, corrects: bool = False, via: Via = Via.WORDS) -> Reading:
    return Reading(slot, value, 0, 8, corrects, via)


def _waiting(case: Case) -> Conversation:
    """A conversation that came to this case, and in which its question waits."""
    events = (Event(MESSAGE, {}),) * max((fact.turn for fact in case.facts), default=0)
    return Conversation("c", events, case, assess(case, RULEBOOK))


def _reply(
    case: Case,
    *readings: Reading,
    intent: Intent = Intent.TELLS,
    agrees: Collection[str] = (),
    denies: Collection[str] = (),
    n: int = 1,
) -> Case:
    """The case after the same reply was given to whatever it asks, `n` times."""
    interpretation = Interpretation(intent, readings, agrees=frozenset(agrees), denies=frozenset(denies))
    for _ in range(n):
        case = take_in(_waiting(case), interpretation, MESSAGE, {})
    return case


def _agreed(case: Case, slots: Collection[str] = SEVERAL) -> dict[str, Value | None]:
    """What of these slots was agreed to."""
    return {fact.slot: fact.value for fact in case.facts if fact.agreed and fact.slot in slots}


def _question(case: Case) -> Question:
    question = assess(case, RULEBOOK).question
    assert question is not None
    return question


# A yes to a list


def test_a_yes_agrees_to_all_that_was_read_back() -> None:
    """It settles the verdict, and every fact keeps its quote and whoever heard it."""
    case = _reply(LISTED, intent=Intent.CONFIRMS, agrees=SEVERAL)
    expected = tuple(replace(fact, agreed=True) for fact in LISTED.facts)
    assert (expected, VerdictId.FINE_TUNE) == (case.facts, assess(case, RULEBOOK).verdict)


def test_a_yes_to_some_leaves_the_rest_to_the_next_list() -> None:
    """What was agreed to is not read back again."""
    case = _reply(LISTED, intent=Intent.CONFIRMS, agrees=["evals"])
    assert (QuestionKind.READ_BACK, ("prompting", "data_count")) == (_question(case).kind, _question(case).slots)


def test_a_yes_agrees_to_nothing_that_was_not_asked_about() -> None:
    """However it was heard."""
    case = _reply(only_heard(LISTED, "budget"), agrees=SLOTS_NOT_LISTED)
    assert {} == _agreed(case)


SLOTS_NOT_LISTED = ("volume", "latency", "budget", "retrieval")


def test_a_yes_with_a_change_agrees_to_the_change_as_well() -> None:
    """ "Yes, but 600, not 6,000": the rules heard the number in reply to its own entry."""
    case = _reply(LISTED, _read("data_count", 600.0, corrects=True), agrees=SEVERAL)
    assert {"prompting": "plateaued", "evals": "held_out", "data_count": 600.0} == _agreed(case)


def test_a_yes_does_not_agree_to_what_a_model_reads_in_the_same_breath() -> None:
    """The user has not seen it yet; the rest of the list is agreed to."""
    case = _reply(LISTED, _read("data_count", 600.0, corrects=True, via=Via.MODEL), agrees=SEVERAL)
    assert ({"prompting": "plateaued", "evals": "held_out"}, ("data_count",)) == (_agreed(case), _question(case).slots)


def test_a_model_that_repeats_an_entry_does_not_keep_the_yes_from_it() -> None:
    """The value is the one that the user saw."""
    case = _reply(LISTED, _read("evals", "held_out", via=Via.MODEL), intent=Intent.CONFIRMS, agrees=SEVERAL)
    assert {slot: READY[slot] for slot in SEVERAL} == _agreed(case)


# A no to a list


def test_a_no_with_a_change_mends_the_entry_and_agrees_to_nothing() -> None:
    """ "No, we do have a test set": the list comes again with the change."""
    case = _reply(LISTED, _read("evals", "partial", corrects=True), intent=Intent.DENIES)
    assert ({}, "partial", 0) == (_agreed(case), case.values()["evals"], case.n_noes)


def test_a_mended_list_comes_again_with_the_change() -> None:
    """All entries are in it, since none was agreed to."""
    listed = only_heard(make_case({**READY, "data_count": 6000}), *SEVERAL)
    case = _reply(listed, _read("data_count", 600.0, corrects=True), intent=Intent.DENIES, denies=["data_count"])
    question = _question(case)
    assert (QuestionKind.READ_BACK, SEVERAL, True) == (question.kind, question.slots, "600" in question.text)


def test_a_denied_entry_is_taken_out_and_asked_about() -> None:
    """The others are still to be agreed to."""
    case = _reply(LISTED, intent=Intent.DENIES, denies=["evals"])
    assert (SlotState.OPEN, {("evals", frozenset({"held_out"}))}, ("evals", QuestionKind.ASK), {}) == (
        case.state("evals"), case.refused, (_question(case).slot, _question(case).kind), _agreed(case),
    )  # fmt: skip


def test_a_denied_entry_falls_though_its_value_is_heard_in_the_denial() -> None:
    """ "No, there is no fixed test set" speaks of one."""
    case = _reply(LISTED, _read("evals", "held_out"), intent=Intent.DENIES, denies=["evals"])
    assert SlotState.OPEN is case.state("evals")


def test_a_plain_no_right_after_a_change_is_about_the_change() -> None:
    """The entry is taken out and asked about, the others stay; what stood there before and now is both refused."""
    case = _reply(LISTED, _read("evals", "partial", corrects=True), intent=Intent.DENIES)
    case = _reply(case, intent=Intent.DENIES)
    assert (SlotState.OPEN, {("evals", frozenset({value})) for value in ("held_out", "partial")}, 0) == (
        case.state("evals"),
        case.refused,
        case.n_noes,
    )


def test_a_plain_no_after_two_changes_is_about_the_last_of_them() -> None:
    """The one before was in the list that the user saw and did not deny."""
    case = _reply(LISTED, _read("prompting", "iterated", corrects=True), intent=Intent.DENIES)
    case = _reply(case, _read("data_count", 600.0, corrects=True), intent=Intent.DENIES)
    case = _reply(case, intent=Intent.DENIES)
    assert (SlotState.PROPOSED, SlotState.OPEN) == (case.state("prompting"), case.state("data_count"))


def test_a_no_to_the_aim_takes_out_what_was_pressed() -> None:
    """It is asked about plainly, and nothing is agreed to."""
    case = _answered(AIM, intent=Intent.DENIES, denies=["goal"])
    assert (SlotState.OPEN, {}, Again.REOPENED) == (case.state("goal"), _agreed(case, ["goal"]), _question(case).again)


def test_all_but_one_agrees_to_the_others() -> None:
    """Who points at the wrong one has said yes to the rest."""
    case = _reply(LISTED, intent=Intent.DENIES, agrees=SEVERAL, denies=["evals"])
    assert ({"prompting": "plateaued", "data_count": 400.0}, SlotState.OPEN) == (_agreed(case), case.state("evals"))


def test_a_plain_no_to_several_asks_which_of_them_is_wrong() -> None:
    """Nothing is taken out, since nobody knows what the no is for."""
    case = _reply(LISTED, intent=Intent.DENIES)
    question = _question(case)
    assert (LISTED.facts, SEVERAL, True) == (
        case.facts,
        tuple(choice.value for choice in question.options),
        question.multiple,
    )


@pytest.mark.parametrize("intent", [Intent.DENIES, Intent.TELLS, Intent.UNREADABLE])
def test_two_replies_that_mend_nothing_lead_to_questions_by_options(intent: Intent) -> None:
    """Two plain noes, or two replies from which nothing could be taken."""
    case = _reply(LISTED, intent=intent, n=2)
    question = _question(case)
    assert ({*SEVERAL}, QuestionKind.ASK, "prompting", ("plateaued",)) == (
        case.doubted, question.kind, question.slot, question.held,
    )  # fmt: skip


def test_a_reply_that_mends_something_begins_the_count_anew() -> None:
    """A user who is getting somewhere is not asked all of it by options."""
    case = _reply(_reply(LISTED, intent=Intent.DENIES), _read("evals", "partial", corrects=True), intent=Intent.DENIES)
    assert (0, 0, frozenset()) == (case.n_noes, case.n_unmended, case.doubted)


def test_a_reply_that_says_an_entry_again_mends_nothing() -> None:
    """Neither a yes nor a change."""
    assert 1 == _reply(LISTED, _read("evals", "held_out")).n_unmended


def test_who_tells_something_else_at_the_list_doubts_nothing() -> None:
    """The list is put again, however often; what was heard is not asked for by its options."""
    case = _reply(LISTED, _read("latency", "seconds"))
    case = _reply(case, _read("budget", "tight"))
    assert (0, frozenset()) == (case.n_unmended, case.doubted)


@pytest.mark.parametrize("intent", [Intent.DENIES, Intent.TELLS])
def test_once_all_is_doubted_the_count_begins_anew(intent: Intent) -> None:
    """The next list is a new one."""
    case = _reply(LISTED, intent=intent, n=2)
    assert (0, 0) == (case.n_noes, case.n_unmended)


def test_what_is_doubted_is_settled_by_its_options() -> None:
    """One after the other, by clicks; then nothing is left to be read back."""
    case = _reply(LISTED, intent=Intent.DENIES, n=2)
    slots = []
    for turn in range(2, 5):
        slots.append(_question(case).slot)
        case = click(case, {slots[-1]: make_case(READY).values()[slots[-1]]}, turn)
    assert ([*SEVERAL], True) == (slots, assess(case, RULEBOOK).settled)


def test_a_no_to_one_of_a_set_takes_all_of_it_out() -> None:
    """The aim is one entry of the list."""
    case = only_heard(make_case({**READY, "goal": ["classification", "extraction"]}), "goal")
    case = replace(case, asked=frozenset({("goal", None)}))
    assert SlotState.OPEN is _reply(case, intent=Intent.DENIES, denies=["goal"]).state("goal")


@pytest.mark.parametrize(
    "intent", [Intent.ASKS, Intent.WHY, Intent.PUSHES, Intent.WANTS_VERDICT, Intent.NOT_UNDERSTOOD]
)
def test_a_question_or_a_push_is_no_reply_to_a_list(intent: Intent) -> None:
    """It is put again as it was, and nothing of it counts as doubted."""
    assert LISTED == _reply(LISTED, intent=intent)


# The beginning


@pytest.mark.parametrize(("intent", "begun"), [(Intent.TELLS, True), (Intent.ASKS, False), (Intent.GREETS, False)])
def test_a_case_begins_with_whoever_tells_one(intent: Intent, begun: bool) -> None:
    """Though nothing of it could be read; a greeting or a question tells none."""
    assert begun == take_in(Conversation("c"), Interpretation(intent), MESSAGE, {}).begun


def test_who_tells_a_case_keeps_all_but_that_it_was_off_the_subject() -> None:
    """What was heard so is dropped, and all else stays, heard or agreed to."""
    case = only_heard(make_case({"scope": "off_topic", "evals": "none", "prompting": "basic"}), "scope", "evals")
    case = _reply(case, _read("privacy", "cleared"))
    assert {"evals": "none", "prompting": "basic", "privacy": "cleared"} == case.values()


# A question


def _answered(
    case: Case,
    *readings: Reading,
    intent: Intent = Intent.TELLS,
    agrees: Collection[str] = (),
    denies: Collection[str] = (),
) -> Case:
    return _reply(case, *readings, intent=intent, agrees=agrees, denies=denies)


AIM = only_heard(make_case({**READY, "goal": ["classification", "extraction"]}), "goal")
"""A case whose aim was heard, so that it is asked about with what was heard pressed."""


def test_a_yes_to_the_aim_agrees_to_what_was_pressed() -> None:
    """All of it, and it is not read back again."""
    case = _answered(AIM, intent=Intent.CONFIRMS, agrees=["goal"])
    assert ({"classification", "extraction"}, True) == (
        case.as_agreed().values()["goal"],
        assess(case, RULEBOOK).settled,
    )


def test_a_yes_to_the_aim_that_says_one_of_its_members_again_agrees_to_it() -> None:
    """ "Yes, sorting them" names what was pressed."""
    case = _answered(AIM, _read("goal", "classification"), _read("goal", "extraction"), agrees=["goal"])
    assert {"classification", "extraction"} == case.as_agreed().values()["goal"]


@pytest.mark.parametrize("via", [Via.WORDS, Via.MODEL])
def test_a_yes_to_the_aim_with_another_aim_is_read_back(via: Via) -> None:
    """What was pressed is not what the user now says."""
    case = _answered(AIM, _read("goal", "format", via=via), agrees=["goal"])
    assert {} == _agreed(case, ["goal"])


OPEN = make_case({**READY, "evals": None})
"""A ready case but for its evals, which are asked about."""


@pytest.mark.parametrize("via", [Via.WORDS, Via.MODEL])
def test_an_answer_is_heard_and_read_back(via: Via) -> None:
    """An answer in words is no agreement, whoever hears it."""
    case = _answered(OPEN, _read("evals", "held_out", via=via))
    assert ({}, ("evals",), QuestionKind.READ_BACK) == (
        _agreed(case, ["evals"]), _question(case).slots, _question(case).kind,
    )  # fmt: skip


def test_an_answer_about_something_else_is_heard_and_the_question_is_put_once_more() -> None:
    """In other words, and what was said is kept."""
    case = _answered(OPEN, _read("budget", "tight"))
    assert ("tight", "evals", Again.REWORDED) == (
        case.values()["budget"], _question(case).slot, _question(case).again,
    )  # fmt: skip


def test_a_question_met_twice_without_an_answer_leaves_a_gap() -> None:
    """It is not agreed to, and not asked about a third time."""
    case = _reply(OPEN, intent=Intent.UNREADABLE, n=2)
    assert (SlotState.DECLINED, {}) == (case.state("evals"), _agreed(case, ["evals"]))


def test_a_yes_to_a_question_that_holds_nothing_is_no_answer() -> None:
    """The second time it leaves a gap like any other, so that no yes settles on what was never told."""
    case = make_case({**READY, "data_count": None})
    case = _reply(case, intent=Intent.CONFIRMS, agrees=["data_count"], n=3)
    assert (SlotState.DECLINED, VerdictId.NOT_YET) == (case.state("data_count"), assess(case, RULEBOOK).verdict)


def test_two_values_of_which_none_is_chosen_leave_a_gap() -> None:
    """The question which of them holds is put once more at most."""
    case = _reply(OPEN, _read("evals", "none"), _read("evals", "held_out"))
    assert ("evals", Again.REOPENED, SlotState.DECLINED) == (
        _question(case).slot,
        _question(case).again,
        _reply(case).state("evals"),
    )


def test_a_question_that_was_not_understood_is_explained() -> None:
    """ "What do you mean?" is no answer."""
    assert Again.EXPLAINED is _question(_reply(OPEN, intent=Intent.NOT_UNDERSTOOD)).again


def test_a_question_in_other_words_that_was_not_understood_is_explained_and_no_gap() -> None:
    """Who asks what is meant has not failed to answer."""
    case = _reply(_reply(OPEN, intent=Intent.UNREADABLE), intent=Intent.NOT_UNDERSTOOD)
    assert (SlotState.OPEN, Again.EXPLAINED) == (case.state("evals"), _question(case).again)


@pytest.mark.parametrize("intent", [Intent.CONFIRMS, Intent.DENIES])
def test_a_bare_yes_or_no_to_a_question_in_two_parts_splits_it(intent: Intent) -> None:
    """It does not say which of the two is meant."""
    case = make_case({slot: value for slot, value in READY.items() if slot != "process"})
    question = _question(_reply(case, intent=intent))
    assert (Again.SPLIT, RULEBOOK.slot("process").split_question) == (question.again, question.text)


@pytest.mark.parametrize("intent", [Intent.CONFIRMS, Intent.DENIES])
def test_a_bare_yes_or_no_to_a_choice_puts_the_question_with_what_it_means(intent: Intent) -> None:
    """There is nothing to be split, and who says yes to a choice has not seen what is asked."""
    asked, slot = _question(_reply(OPEN, intent=intent)), RULEBOOK.slot("evals")
    assert (Again.SPLIT, f"{slot.explanation} {slot.question}") == (asked.again, asked.text)


@pytest.mark.parametrize("intent", [Intent.CONFIRMS, Intent.DENIES])
def test_bare_replies_end_in_a_gap_and_hear_no_wording_twice(intent: Intent) -> None:
    """Three times asked, each time in other words."""
    case, texts = OPEN, [_question(OPEN).text]
    while case.state("evals") is SlotState.OPEN:
        case = _reply(case, intent=intent)
        question = assess(case, RULEBOOK).question
        if question is not None and question.slot == "evals":
            texts.append(question.text)
    assert (SlotState.DECLINED, 3, 3) == (case.state("evals"), len(texts), len(set(texts)))


def test_who_doubts_what_was_heard_and_does_not_know_takes_it_back() -> None:
    """The gap takes the place of what was read."""
    case = _reply(replace(ONE, doubted=frozenset({"evals"})), _read("evals", None))
    assert SlotState.DECLINED is case.state("evals")


@pytest.mark.parametrize("intent", [Intent.GREETS, Intent.THANKS, Intent.OFF_TOPIC])
def test_a_question_outlives_two_evasions_in_a_row(intent: Intent) -> None:
    """With the third it counts as met."""
    talks = [replace(_waiting(OPEN), n_left_open=n) for n in range(3)]
    assert [1, 2, 0] == [count_left_open(talk, Interpretation(intent)) for talk in talks]


def test_a_question_that_outlived_an_evasion_is_put_in_other_words() -> None:
    """Saying the same again would sound as if nobody had listened."""
    assert Again.REWORDED is _question(_reply(OPEN, intent=Intent.THANKS)).again


# Which of two values holds


AGAINST = replace((ready := make_case(READY)), facts=(*ready.facts, *only_heard(make_case({"evals": "none"})).facts))
"""A settled case in which something was heard against an agreed value."""


def test_once_settled_which_of_two_values_holds_may_be_answered() -> None:
    """The question stands beside the verdict, and what the rules hear in reply to it moves the value."""
    talk = _waiting(AGAINST)
    case = take_in(talk, Interpretation(Intent.TELLS, (_read("evals", "none"),)), MESSAGE, {})
    assert ("evals", "none", {}) == (talk.question.slot, case.values()["evals"], _agreed(case, ["evals"]))


@pytest.mark.parametrize("agrees", [[], ["evals"]])
def test_neither_a_yes_nor_a_model_moves_what_was_agreed_to(agrees: list[str]) -> None:
    """A yes does not say which, and a model does not answer for the user."""
    case = _reply(AGAINST, _read("evals", "none", via=Via.MODEL), agrees=agrees)
    assert ("held_out", True) == (case.values()["evals"], assess(case, RULEBOOK).settled)


# Other subjects


OFF_TOPIC = _reply(Case(), _read("scope", "off_topic"), intent=Intent.OFF_TOPIC)


def test_who_tells_a_case_is_not_off_the_subject() -> None:
    """What the first message seemed to be is taken back without a question."""
    assert SlotState.OPEN is _reply(OFF_TOPIC, _read("goal", "style")).state("scope")


def test_what_was_agreed_to_of_the_subject_outlasts_what_is_told_next() -> None:
    """Only what was heard against it goes."""
    before = _reply(make_case({"scope": "language_model"}), _read("scope", "off_topic"))
    case = _reply(before, _read("volume", 300.0, via=Via.MODEL))
    assert {"scope": "language_model"} == _agreed(case, ["scope"])


# What is no silence


def test_a_correction_of_another_fact_is_no_silence_on_the_open_question() -> None:
    """Who mends a number while something else is asked has not failed to answer, however often."""
    asked = _question(OPEN).slot
    case = _reply(OPEN, _read("data_count", 500.0), intent=Intent.TELLS)
    for count in (450.0, 400.0, 350.0):
        case = _reply(case, _read("data_count", count, corrects=True))
    assert (SlotState.OPEN, asked) == (case.state(asked), _question(case).slot)


def test_the_same_fact_said_again_is_a_silence_on_the_open_question() -> None:
    """It puts nothing right, so that a talk ends."""
    asked = _question(OPEN).slot
    case = _reply(OPEN, _read("budget", "tight", via=Via.MODEL), n=2)
    assert SlotState.DECLINED is case.state(asked)


def test_another_new_fact_is_a_silence_on_the_open_question() -> None:
    """The second time it leaves a gap, so that a talk ends."""
    asked = _question(OPEN).slot
    case = _reply(_reply(OPEN, _read("budget", "tight")), _read("latency", "relaxed"))
    assert SlotState.DECLINED is case.state(asked)


def test_an_aim_whose_question_was_not_understood_is_asked_once_more() -> None:
    """What was heard of it stays pressed, and nothing else is asked first."""
    case = _reply(Case(), _read("goal", "style"))
    asked = _question(case)
    again = _reply(case, intent=Intent.NOT_UNDERSTOOD)
    assert (("goal", ("style",)), "goal") == ((asked.slot, asked.held), _question(again).slot)
    assert "goal" != _question(_reply(again, intent=Intent.NOT_UNDERSTOOD)).slot
