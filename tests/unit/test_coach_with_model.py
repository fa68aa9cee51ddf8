"""A turn with a language model: what is shown when, who decides, and what remains when the model fails."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from assistant.domain.case import Via
from assistant.domain.dialogue import Intent
from assistant.errors import InputError
from tests.fakes import coach
from tests.fakes_assistance import BROKEN, EYEBALL, MESSAGE, Assistance, Ear, OneModel, Voice
from tests.fakes_model import ScriptedModel, whole_coach
from tests.fakes_speech import KIND, kind


def test_something_is_said_before_the_model_is_asked() -> None:
    """Whoever sends a message sees at once that it was heard, however slow the model is."""
    talk = Assistance()
    talk.reader.hears(EYEBALL)
    progress = talk.coach.stream(talk.coach.start("talk"), MESSAGE)
    opening = next(progress)
    assert "eyeball drafts" in opening.reply
    assert talk.model.turn_.calls == []


def test_no_leaning_is_shown_before_it_is_final_for_the_turn() -> None:
    """What a model hears can still change the case, so the first thing said carries no result."""
    opening, *rest = Assistance(Ear((EYEBALL,))).progress()
    assert opening.result is None
    assert all(step.result is not None for step in rest)


def test_the_reply_grows_sentence_by_sentence_and_ends_with_the_conversation() -> None:
    """Only the last value of a turn carries what the next turn goes on from."""
    progress = Assistance().progress()[1:]
    assert ["First.", "First. Then."] == [step.reply for step in progress]
    assert [False, True] == [step.conversation is not None for step in progress]


def test_what_the_model_heard_is_in_the_case_and_in_the_verdict_before_it_speaks() -> None:
    """The engine assesses what was heard; the model then speaks of that assessment."""
    progress = Assistance(Ear((replace(EYEBALL, via=Via.MODEL),))).progress()
    assert all([fact.via for fact in step.result.case.facts] == [Via.MODEL] for step in progress[1:] if step.result)


def test_a_model_that_rests_is_not_waited_for() -> None:
    """The offline coach answers the whole turn at once, and says why."""
    [only] = Assistance(model=OneModel(fails=BROKEN)).progress()
    assert only.result is not None
    assert ("offline", 1) == (only.result.coach, len(only.result.notices))
    assert "The model is resting." in only.result.notices[0]


@pytest.mark.parametrize(
    ("ear", "voice", "coach_name"),
    [
        (Ear(fails=BROKEN), Voice(), "a model"),
        (Ear(), Voice(fails=BROKEN), "offline"),
        (Ear(fails=BROKEN), Voice(fails=BROKEN), "offline"),
    ],
    ids=["listening", "speaking", "both"],
)
def test_a_model_that_fails_midway_leaves_a_whole_reply_and_one_notice(ear: Ear, voice: Voice, coach_name: str) -> None:
    """What fails is done without the model, and the user is told once."""
    talk = Assistance(ear, voice)
    talk.reader.hears(EYEBALL)
    *_, last = talk.coach.stream(talk.coach.start("talk"), MESSAGE)
    assert last.result is not None
    assert (coach_name, 1) == (last.result.coach, len(last.result.notices))
    assert [("evals", "impressions")] == [(fact.slot, fact.value) for fact in last.result.case.facts]


@pytest.mark.parametrize(("voice", "n_notices"), [(Voice(), 1), (Voice(fails=BROKEN), 2)], ids=["speaks", "fails"])
def test_what_is_kept_from_the_model_is_told(voice: Voice, n_notices: int) -> None:
    """A user learns that an address did not leave, beside whatever else there is to tell, and without the address."""
    talk = Assistance(voice=voice)
    *_, last = talk.coach.stream(talk.coach.start("talk"), "Ask anna@firma.example, we only eyeball.")
    assert last.result is not None
    assert n_notices == len(last.result.notices)
    assert "e-mail" in last.result.notices[0]
    assert "anna@firma.example" not in " ".join(last.result.notices)


@pytest.mark.parametrize(
    ("intent", "message"),
    [
        (Intent.CONFIRMS, "Yes, that's it."),
        (Intent.DENIES, "No."),
        (Intent.RESTARTS, "Forget all that and begin again."),
        (Intent.THANKS, "Thank you so much for that."),
    ],
)
def test_what_says_nothing_of_the_case_is_not_asked_of_a_model(intent: Intent, message: str) -> None:
    """A bare yes, a bare no, courtesy and starting over are the user's alone."""
    talk = Assistance(Ear((EYEBALL,)))
    talk.progress(intent, message)
    assert "listen" not in talk.model.turn_.calls


@pytest.mark.parametrize("intent", [Intent.CONFIRMS, Intent.DENIES, Intent.TELLS, Intent.PUSHES])
def test_every_message_with_content_goes_to_the_model(intent: Intent) -> None:
    """Replies to a list and corrections too."""
    talk = Assistance(Ear((EYEBALL,)))
    talk.progress(intent, "Yes, but it is 600, not 6,000.")
    assert "listen" in talk.model.turn_.calls


def test_whoever_leaves_ends_the_models_turn() -> None:
    """Closing the iterator cancels what is under way upstream."""
    talk = Assistance()
    talk.reader.hears()
    progress = talk.coach.stream(talk.coach.start("talk"), MESSAGE)
    next(progress)
    progress.close()  # type: ignore[attr-defined]
    assert ["cancel"] == talk.model.turn_.calls


def test_a_message_that_is_refused_costs_no_turn_of_the_model() -> None:
    """What cannot be taken is refused before a model, a deadline or a budget is touched."""
    talk = Assistance(model=OneModel(fails=BROKEN))
    with pytest.raises(InputError):
        talk.coach.stream(talk.coach.start("talk"), " ")


def test_a_replay_calls_no_model_and_says_the_same() -> None:
    """Reloading the page runs the recorded words through the same checks."""
    talk = Assistance(Ear((replace(EYEBALL, via=Via.MODEL),)))
    last = talk.progress()[-1]
    assert last.conversation is not None
    n_calls = len(talk.model.turn_.calls)
    talk.reader.hears()
    again, [result] = talk.coach.replay("talk", last.conversation.events)
    assert (last.conversation, last.result) == (again, result)
    assert n_calls == len(talk.model.turn_.calls)


def test_a_turn_that_was_answered_without_the_model_is_replayed_without_it() -> None:
    """No model is called for turns of which nothing was recorded."""
    talk = Assistance(model=OneModel(fails=BROKEN))
    last = talk.progress()[-1]
    assert last.conversation is not None
    talk.model.fails = None
    talk.reader.hears()
    _, [result] = talk.coach.replay("talk", last.conversation.events)
    assert "offline" == result.coach
    assert [] == talk.model.turn_.calls


def test_the_model_is_given_what_was_said_in_the_last_turns() -> None:
    """An answer is understood in the light of the question before it."""
    talk = Assistance()
    last = talk.progress()[-1]
    assert last.conversation is not None
    talk.reader.hears()
    talk.coach.respond(last.conversation, "By feel.")
    assert [(), (MESSAGE, "First. Then.")] == [tuple(said.text for said in recent) for recent in talk.ear.recent]


def test_what_was_said_at_once_is_not_said_again() -> None:
    """The reply takes the place of the opening, and no sentence stands in it twice."""
    coach = whole_coach(ScriptedModel(speaks=kind))
    opening, *_, last = coach.stream(coach.start("talk"), "We want replies in our brand voice. We just eyeball drafts.")
    sentences = [one for one in re.split(r"(?<=[.!?])\s+", re.sub(r"\[\d+\]|[*\n]", " ", last.reply)) if len(one) > 3]
    assert sentences == list(dict.fromkeys(sentences))
    assert KIND not in opening.reply
    assert last.reply.startswith(KIND)


def test_a_model_that_only_listens_says_nothing() -> None:
    """The reply is the coach's own, word for word, and the model is asked once: to hear."""
    model, story = ScriptedModel(speaks=kind), "We want replies in our brand voice. We just eyeball drafts."
    listening = whole_coach(model)
    assert listening._assisted is not None
    listening._assisted = replace(listening._assisted, speaks_too=False)
    reply = listening.respond(listening.start("talk"), story)[1].reply
    assert (reply, 1) == (coach().respond(coach().start("talk"), story)[1].reply, len(model.prompts))
