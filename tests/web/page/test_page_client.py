"""The page through its Python client: what the browser would send, and what comes back."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator
from typing import Any

import pytest

from assistant.messages import MESSAGE_LIMIT
from tests import served_page

CHAT, ANSWERS, CASE, BOX, NOTE, KEPT = range(6)
WIKI = "We want to fine-tune a model on our wiki so that it knows our products. The pages change every week."


@pytest.fixture(scope="module")
def address() -> str:
    """The page, served by its own process."""
    return served_page.address()


@pytest.fixture(scope="module")
def only_client(address: str) -> Iterator[Any]:
    """One client for all tests: closing one takes a second."""
    from gradio_client import Client

    client = Client(address, verbose=False)
    yield client
    client.close()


@pytest.fixture
def client(only_client: Any) -> Any:
    """A client that no test has used: another visitor."""
    only_client.session_hash = uuid.uuid4().hex
    return only_client


def last(job: Any) -> list[Any]:
    """What every part of the page shows in the end; None for one that was left as it is."""
    job.result(timeout=30)
    shown: list[Any] = [None] * 6
    for state in job.outputs():
        shown = [old if is_left(new) else new for old, new in zip(shown, state, strict=True)]
    if shown[KEPT] is not None:
        shown[KEPT] = json.loads(shown[KEPT])
    return shown


def is_left(part: Any) -> bool:
    """Whether an output leaves its part as it is."""
    return isinstance(part, dict) and part.get("__type__") == "update"


def tell(client: Any, message: str) -> list[Any]:
    """Write a message and send it."""
    return last(client.submit(message, "", api_name="/tell"))


def act(client: Any, do: str, stored: Any = None, **content: Any) -> list[Any]:
    """Click."""
    return last(client.submit(json.dumps({"do": do, **content}), json.dumps(stored) if stored else "", api_name="/act"))


def text_of(chat: Any) -> list[str]:
    """The messages as Markdown."""
    return [row["content"][0]["text"] if isinstance(row["content"], list) else row["content"] for row in chat]


def test_a_told_case_is_answered_with_sources_a_leaning_and_something_to_click(client: Any) -> None:
    """One message gives a reply with links, a case and the next answers."""
    shown = tell(client, WIKI)
    assert "](#c1-1)" in text_of(shown[CHAT])[1]
    assert "Leaning so far" in shown[CASE]
    assert 'class="options"' in shown[ANSWERS]
    assert WIKI == shown[KEPT]["events"][0]["message"]


def test_a_reply_streams(client: Any) -> None:
    """The reply grows in several states, none shorter than the one before."""
    job = client.submit(WIKI, "", api_name="/tell")
    job.result(timeout=30)
    lengths = [len(text_of(state[CHAT])[1]) for state in job.outputs() if not is_left(state[CHAT])]
    assert len(lengths) > 2
    assert sorted(lengths) == lengths


def test_a_click_is_a_turn_and_undo_takes_it_back(client: Any) -> None:
    """The same visitor's clicks and words make one conversation."""
    tell(client, WIKI)
    clicked = act(client, "facts", facts={"retrieval": "none"})
    assert 4 == len(clicked[CHAT])
    assert {"retrieval": "none"} == clicked[KEPT]["events"][1]["facts"]
    assert 2 == len(act(client, "undo")[CHAT])


def test_a_message_that_is_too_long_is_refused_and_stays_in_the_box(client: Any) -> None:
    """The line says how long it is and what is the most; nothing else on the page changes."""
    shown = tell(client, "x" * (MESSAGE_LIMIT + 1))
    assert "8,001 characters" in shown[NOTE]
    assert [None] * 4 == [shown[part] for part in (CHAT, ANSWERS, CASE, KEPT)]


@pytest.mark.parametrize("message", ["", "   \n ", "\t"])
def test_an_empty_message_is_no_turn(client: Any, message: str) -> None:
    """Sending nothing says so and changes nothing."""
    shown = tell(client, message)
    assert "empty" in shown[NOTE]
    assert shown[CHAT] is None


@pytest.mark.parametrize(
    "message",
    [
        "\x00\x07 control \x1b[31m",
        "אנחנו רוצים לכוון מודל",
        "<script>window.x=1</script><b>bold",
        "a" * MESSAGE_LIMIT,
        "🙂" * 50,
        "](#c1-1) ![x](http://evil.example/x.png)",
    ],
)
def test_any_message_up_to_the_limit_is_answered(client: Any, message: str) -> None:
    """No text breaks a turn, and its tags are shown and not obeyed."""
    shown = tell(client, message)
    said, replied = text_of(shown[CHAT])
    assert replied
    assert "<script" not in said + replied + shown[CASE]


def test_a_reload_brings_the_conversation_back(client: Any) -> None:
    """What the browser kept, given to a server that knows nothing of it, gives the same page."""
    shown = tell(client, WIKI)
    client.session_hash = uuid.uuid4().hex
    again = last(client.submit(json.dumps(shown[KEPT]), api_name="/restore"))
    assert (shown[CHAT], shown[CASE]) == (again[CHAT], again[CASE])


def test_a_click_after_the_server_forgot_goes_on_from_what_the_browser_kept(client: Any) -> None:
    """A restart of the server in the middle of a conversation is not noticed."""
    kept = tell(client, WIKI)[KEPT]
    client.session_hash = uuid.uuid4().hex
    assert 4 == len(act(client, "facts", kept, facts={"retrieval": "none"})[CHAT])


def test_a_conversation_goes_over_into_another_tab(client: Any) -> None:
    """What a frame hands over, a tab of its own takes over as it is, and keeps."""
    shown = tell(client, WIKI)
    kept = shown[KEPT]
    client.session_hash = uuid.uuid4().hex
    taken = act(client, "take_over", kept=kept)
    assert (shown[CHAT], shown[CASE], shown[KEPT]) == (taken[CHAT], taken[CASE], taken[KEPT])
    assert "" == taken[NOTE]


def test_what_a_tab_held_before_it_took_another_conversation_over_can_be_brought_back(client: Any) -> None:
    """Nobody loses a conversation by opening another; the two can be exchanged as often as one likes."""
    kept = tell(client, "Our replies should sound like our brand.")[KEPT]
    client.session_hash = uuid.uuid4().hex
    own = tell(client, WIKI)
    assert "Bring that one back" in act(client, "take_over", kept=kept)[NOTE]
    assert own[CHAT] == act(client, "bring_back")[CHAT]
    assert "sound like our brand" in text_of(act(client, "bring_back")[CHAT])[0]


@pytest.mark.parametrize("kept", [1, "x", {"id": "x"}, {"id": "x", "events": [{"message": "", "facts": {"gone": 1}}]}])
def test_what_is_no_conversation_is_not_taken_over(client: Any, kept: Any) -> None:
    """The tab says so and stays as it was."""
    tell(client, WIKI)
    shown = act(client, "take_over", kept=kept)
    assert "could not be brought along" in shown[NOTE]
    assert shown[CHAT] is None


def test_a_spoilt_store_begins_anew_and_says_so(client: Any) -> None:
    """A conversation of an older rulebook does not lock its visitor out."""
    spoilt = {"id": "x", "events": [{"message": "", "facts": {"gone": 1}}]}
    shown = last(client.submit(json.dumps(spoilt), api_name="/restore"))
    assert "can no longer be read" in shown[NOTE]
    assert [] == shown[CHAT]


def test_forgetting_empties_the_page_and_the_store(client: Any) -> None:
    """Nothing is left to bring back."""
    tell(client, WIKI)
    shown = act(client, "forget")
    assert ([], {}) == (shown[CHAT], shown[KEPT])
    assert act(client, "undo")[CHAT] is None


def test_a_citation_opens_its_source_with_the_words_lit(client: Any) -> None:
    """The link of a reply leads to the whole text."""
    tell(client, WIKI)
    assert "<mark" in client.predict("c1-1@1", "", api_name="/open_source")
    assert "cannot be opened" in client.predict("c9-9@2", "", api_name="/open_source")


@pytest.mark.parametrize("request_", ["", "null", "[]", '{"do": 1}', "x", '{"do": "unknown"}', '{"do": "edit"}'])
def test_a_request_that_is_none_changes_nothing(client: Any, request_: str) -> None:
    """Whatever is sent to the page's own endpoint, nothing breaks."""
    assert last(client.submit(request_, "", api_name="/act"))[CHAT] is None


def test_an_unknown_fact_is_refused_with_what_is_allowed(client: Any) -> None:
    """A forged click is told what it could have been."""
    assert "Allowed: none, impressions" in act(client, "facts", facts={"evals": "<b>"})[NOTE]


def test_starting_over_and_an_edit_are_undone_with_all_that_followed(client: Any) -> None:
    """One click brings a whole conversation back, under its own name."""
    tell(client, WIKI)
    whole = act(client, "facts", facts={"retrieval": "none"})
    act(client, "restart")
    undone = act(client, "undo")
    act(client, "edit", index=0)
    assert 2 == len(tell(client, "We sort tickets.")[CHAT])
    again = act(client, "undo")
    assert [whole[KEPT], whole[KEPT]] == [undone[KEPT], again[KEPT]]


def test_a_step_that_the_browser_never_got_does_not_count(client: Any) -> None:
    """After a lost connection the same message, sent again, is one message."""
    kept = tell(client, WIKI)[KEPT]
    act(client, "facts", facts={"retrieval": "none"})
    assert 4 == len(act(client, "facts", kept, facts={"retrieval": "none"})[CHAT])
