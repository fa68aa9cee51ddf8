"""Going forward, back and over a conversation, and what a browser keeps of it."""

from __future__ import annotations

import json

import pytest

from assistant.coach import Coach
from assistant.domain.conversation import Event, Recording
from assistant.errors import InputError
from assistant.web.page.session import Session, advance, clear, edit, recall, rewind, to_keep, undo
from tests.fakes_model import ScriptedModel, said, whole_coach

HEARD = said()
CASE = "Our replies should sound like our brand. We have one plain prompt."


@pytest.fixture
def told(coach: Coach) -> Session:
    """A session after two messages and a click."""
    session = clear(coach)
    for event in (Event(CASE, {}), Event("", {"evals": "impressions"}), Event("about 40 examples", {})):
        session = advance(coach, session, event)
    return session


def test_undo_takes_back_one_step(coach: Coach, told: Session) -> None:
    """The case is again what it was before the last step."""
    back = undo(coach, told)
    assert told.results[1].case == back.results[-1].case
    assert told.events[:2] == back.events


def test_editing_replaces_a_message_and_what_came_after(coach: Coach, told: Session) -> None:
    """What followed an edited message was said about something else."""
    changed = advance(coach, edit(told, 0), Event("We want to classify tickets.", {}))
    assert ("We want to classify tickets.",) == tuple(event.message for event in changed.events)


def test_a_refused_edit_leaves_all_as_it_was(coach: Coach, told: Session) -> None:
    """A message that cannot be taken takes nothing away."""
    with pytest.raises(InputError):
        advance(coach, edit(told, 0), Event("x" * 8001, {}))
    assert 3 == len(told.events)


@pytest.mark.parametrize("index", [1, 3, -1])
def test_only_messages_can_be_edited(told: Session, index: int) -> None:
    """A click is changed among the facts, not by editing."""
    with pytest.raises(InputError):
        edit(told, index)


def test_starting_over_can_be_undone(coach: Coach, told: Session) -> None:
    """A conversation put away by mistake comes back."""
    assert told.conversation == undo(coach, clear(coach, before=told.conversation)).conversation


def test_an_edit_is_undone_with_all_that_followed_it(coach: Coach, told: Session) -> None:
    """What an edit replaced comes back whole, not only its last step."""
    changed = advance(coach, edit(told, 0), Event("We want to classify tickets.", {}))
    assert told.conversation == undo(coach, changed).conversation


def test_what_the_browser_keeps_brings_everything_back(coach: Coach, told: Session) -> None:
    """The same events, after a trip through JSON, give the same answers."""
    kept = json.loads(json.dumps(to_keep(told)))
    assert told.results == recall(coach, kept).results


def test_what_an_earlier_version_kept_of_a_model_is_read() -> None:
    """It holds what was heard and said, and nothing on why a model fell silent."""
    kept = {
        "id": "talk",
        "events": [{"message": CASE, "facts": {}, "model": {"model": "m", "listened": HEARD, "spoken": "Thank you."}}],
    }
    session = recall(whole_coach(ScriptedModel()), kept)
    assert Recording("m", "Thank you.") == session.events[0].recording
    assert [("m", ())] == [(result.coach, result.notices) for result in session.results]


def test_a_clear_desk_keeps_nothing(coach: Coach) -> None:
    """Nothing of a visitor is stored before they said something, or after they asked to forget it."""
    assert {} == to_keep(clear(coach))


@pytest.mark.parametrize(
    "kept",
    [
        "text",
        [1],
        {"id": "x"},
        {"id": "x", "events": [{}]},
        {"id": "x", "events": [{"message": "", "facts": {"evals": "no such option"}}]},
        {"id": "x", "events": [{"message": "", "facts": {"goal": {"a": 1}}}]},
        {"id": "x", "events": 7},
        {"id": "x", "events": [{"message": "long " * 1_500, "facts": {}}] * 60},
    ],
)
def test_what_cannot_be_read_is_refused_and_nothing_else_breaks(coach: Coach, kept: object) -> None:
    """Whatever lies in a browser's storage, the page can begin anew."""
    with pytest.raises(InputError):
        recall(coach, kept)


def test_going_back_further_than_the_start_gives_the_start(coach: Coach, told: Session) -> None:
    """Rewinding to nothing is a clear conversation under the same name."""
    assert (told.conversation.id, ()) == (rewind(coach, told, 0).conversation.id, rewind(coach, told, 0).events)
