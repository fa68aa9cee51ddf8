"""Whatever lies in a browser's storage, the page begins, says so in one line if that is anew, and can forget it."""

from __future__ import annotations

import asyncio
import copy
import dataclasses
import functools
import json
import operator
from collections.abc import AsyncIterator, Iterator
from typing import Any

import orjson
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from assistant.coach import Coach
from assistant.domain.conversation import Event
from assistant.errors import InputError
from assistant.web.page.handlers import Handlers
from assistant.web.page.screen import Screen
from assistant.web.page.session import advance, clear, recall, to_keep
from tests.fakes_model import ScriptedModel, said, whole_coach

STORY = "We just eyeball drafts of our replies and have 300 examples."
UNREADABLE = "can no longer be read, so a new one begins"
WHOLE: dict[str, Any] = {
    "id": "a talk",
    "events": [
        {"message": STORY, "facts": {}, "model": {"model": "m", "listened": said(), "spoken": "{k1} Thank you."}},
        {"message": "", "facts": {"goal": ["style"], "data_count": 400, "budget": None, "latency": "declined"}},
        {"message": "No.", "facts": {}, "model": {"model": "m", "refused": "It rests.", "unheard": "Silence."}},
    ],
}
TEXTS = st.text(st.characters(exclude_categories=()), max_size=12)
"""Half characters, which JSON can write and no file or browser takes, among them."""
LEAVES = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.just(10**400), st.just(""), TEXTS)
ANY_JSON = st.recursive(
    LEAVES, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4), max_leaves=12
)


def nested(depth: int) -> Any:
    """Lists in lists, deeper than anything that walks through them by itself can go."""
    value: list[Any] = []
    for _ in range(depth):
        value = [value]
    return value


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[tuple[Any, ...], Any]]:
    """Everything within a value with the path to it, the value itself included."""
    yield path, value
    keys = value if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ()
    for key in keys:
        yield from places(value[key], (*path, key))


def put(path: tuple[Any, ...], *something: Any) -> Any:
    """A whole conversation with something else, or nothing, in one place."""
    damaged: Any = {"whole": copy.deepcopy(WHOLE)}
    *way, last = ("whole", *path)
    held = functools.reduce(operator.getitem, way, damaged)
    if something:
        [held[last]] = something
    else:
        del held[last]
    return damaged.get("whole")


PLACES = [path for path, _ in places(WHOLE)]
OBJECTS = [path for path, value in places(WHOLE) if isinstance(value, dict)]
DAMAGED = st.one_of(
    ANY_JSON,
    st.builds(put, st.sampled_from(PLACES), ANY_JSON),
    st.builds(put, st.sampled_from(PLACES)),
    st.builds(lambda path, name, value: put((*path, name), value), st.sampled_from(OBJECTS), TEXTS, ANY_JSON),
)


@pytest.fixture(scope="module")
def assisted() -> Coach:
    """A coach with a model, which runs again what one once answered."""
    return whole_coach(ScriptedModel())


def in_the_end(steps: AsyncIterator[Any]) -> Any:
    """The last of what an event comes to."""

    async def last() -> Any:
        return [step async for step in steps][-1]

    return asyncio.run(last())


def shown(handlers: Handlers, kept: Any, request: dict[str, Any] | None = None) -> Screen:
    """What the page shows in the end when it is opened, or when something is clicked after the server forgot."""
    asked = handlers.restore(kept) if request is None else handlers.act(json.dumps(request), None, kept)
    screen: Screen = in_the_end(asked)
    return screen


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(kept=DAMAGED)
@example(kept={"id": "x", "events": ["abc"]})
@example(kept=put(("events", 0, "model"), "abc"))
@example(kept=put(("id",), "\ud800"))
@example(kept=put(("events", 0, "model", "spoken"), "\udfff"))
def test_whatever_was_kept_is_brought_back_whole_or_refused(assisted: Coach, kept: Any) -> None:
    """What is brought back can be sent to a browser again, and gives the same there."""
    try:
        session = recall(assisted, kept)
    except InputError:
        return
    again = orjson.loads(orjson.dumps(to_keep(session)))
    assert session.results == recall(assisted, again).results


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(kept=DAMAGED)
@example(kept={"id": "x", "events": ["abc"]})
@example(kept=put(("events", 0, "model"), "abc"))
def test_whatever_was_kept_the_page_begins_and_forgets_it(assisted: Coach, kept: Any) -> None:
    """It is there to be used, with a conversation or with one line on why there is none, and one click clears it."""
    handlers = Handlers(assisted)
    begun, forgotten = shown(handlers, kept), shown(handlers, kept, {"do": "forget"})
    orjson.dumps(dataclasses.replace(begun, session=None))
    assert "data-restored" in begun.case
    if not begun.chat:
        assert kept in (None, {}, "") or UNREADABLE in begun.note or kept["events"] == []
        assert "{}" == begun.kept
    assert ([], "{}") == (forgotten.chat, forgotten.kept)


def test_a_whole_conversation_is_brought_back(assisted: Coach) -> None:
    """The one that the other tests damage is none of those that cannot be read."""
    begun = shown(Handlers(assisted), WHOLE)
    assert (6, True) == (len(begun.chat), assisted.page_text.labels.earlier_version in begun.note)


@pytest.mark.parametrize("nothing", [0, False, "abc", []])
def test_what_is_no_conversation_is_not_taken_for_an_empty_storage(assisted: Coach, nothing: Any) -> None:
    """Only what the page itself writes there says nothing."""
    assert UNREADABLE in shown(Handlers(assisted), nothing).note


@pytest.mark.parametrize("path", [(), ("id",), ("events",), ("events", 1, "facts", "goal"), ("events", 0, "model")])
def test_what_is_nested_too_deep_for_python_is_not_read(assisted: Coach, path: tuple[Any, ...]) -> None:
    """Nothing that walks through it step by step ever meets it."""
    assert UNREADABLE in shown(Handlers(assisted), put(path, nested(100_000))).note


def test_entries_that_a_later_version_adds_are_passed_over(assisted: Coach) -> None:
    """Going back to an earlier version costs nobody a conversation."""
    kept = {**WHOLE, "made_with": {"version": [9]}}
    kept["events"] = [{**event, "later": {"a": []}} for event in WHOLE["events"]]
    assert recall(assisted, WHOLE).results == recall(assisted, kept).results


@pytest.mark.parametrize("request_", [{"do": "facts", "facts": {"evals": "none"}}, {"do": "undo"}, {"do": "restart"}])
def test_a_click_after_the_server_forgot_begins_anew_too(assisted: Coach, request_: dict[str, Any]) -> None:
    """The page that is still open is not left with a conversation that cannot go on."""
    begun = shown(Handlers(assisted), {"id": "x", "events": ["abc"]}, request_)
    assert UNREADABLE in begun.note
    assert ([], "{}") == (begun.chat, begun.kept)


def test_what_was_written_after_the_server_forgot_stays_in_the_box(assisted: Coach) -> None:
    """The page begins anew, and the same words can be sent as its first."""
    handlers, kept = Handlers(assisted), {"id": "x", "events": ["abc"]}
    begun = in_the_end(handlers.tell(STORY, None, kept))
    assert UNREADABLE in begun.note
    assert begun.box is None
    assert 2 == len(in_the_end(handlers.tell(STORY, begun.session, kept)).chat)


def test_a_fault_of_ours_leaves_in_the_browser_what_it_kept(
    assisted: Coach, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """The page can be used and asked to forget; a reload after the mend brings the conversation back."""

    def fails(*arguments: object) -> None:
        raise RuntimeError("the cause")

    monkeypatch.setattr(assisted, "replay", fails)
    begun = shown(Handlers(assisted), WHOLE)
    assert "data-restored" in begun.case
    assert "reference" in begun.note
    assert begun.kept is None
    assert "{}" == shown(Handlers(assisted), WHOLE, {"do": "forget"}).kept


@pytest.mark.parametrize("target", ["c1-1@1", "m-no_evals@1"])
def test_a_source_says_so_where_the_conversation_behind_it_cannot_be_read(assisted: Coach, target: str) -> None:
    """A click on a citation is answered by a line, whatever the browser kept."""
    told = in_the_end(Handlers(assisted).open_source(target, None, {"id": "x", "events": ["abc"]}))
    assert 'class="note"' in told


@pytest.mark.parametrize("request_", ['{"do": ' + "[" * 100_000, "9" * 5_000, "null"])
def test_a_click_that_cannot_be_read_says_so(assisted: Coach, request_: str) -> None:
    """Also where Python's parser fails in a way of its own."""
    session = advance(assisted, clear(assisted), Event(STORY, {}))
    assert 'class="note"' in in_the_end(Handlers(assisted).act(request_, session, {})).note
