"""Cutting a streaming reply into sentences and places."""

from __future__ import annotations

import time

import pytest

from assistant.llm.speaking.reply_splitter import ReplyPiece, ReplySplitter


def cut(text: str) -> list[str | tuple[str, ...]]:
    """Cut a whole reply: sentences as texts, places as their keys."""
    cutter = ReplySplitter()
    return [one.text or one.keys for one in [*cutter.feed(text), *cutter.finish()]]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("One. {k1} Two. {k2}", ["One.", ("k1",), "Two.", ("k2",)]),
        ("One {k1}. Two {k2}{k3}.", ["One", ("k1",), ".", "Two", ("k2",), ("k3",), "."]),
        ("{k1, k2}", [("k1", "k2")]),
        ("Thanks! One. {{k1}}", ["Thanks!", "One.", ("k1",)]),
        ("One.\n\n- {k2}\n2. Three. {k3}", ["One.", ("k2",), "Three.", ("k3",)]),
        ("Put it in, e.g. a schema, by 3.5 points.", ["Put it in, e.g. a schema, by 3.5 points."]),
        ("{k1}\n{k2}", [("k1",), ("k2",)]),
        ("It is a myth that {k1}, they say.", ["It is a myth that", ("k1",), ", they say."]),
        ("One. {k1} And this breaks o", ["One.", ("k1",), "And this breaks o"]),
        ("Das ist so。{k1}", ["Das ist so。", ("k1",)]),
        ("Here is why:\nOne: two. In short: {k1}", ["Here is why:", "One: two.", "In short:", ("k1",)]),
        ("{", ["{"]),
        ("", []),
    ],
)
def test_sentences_and_places_come_apart(text: str, found: list[str | tuple[str, ...]]) -> None:
    """Whatever stands before or behind a place on its line is a text of its own, whole sentence or half."""
    assert found == cut(text)


@pytest.mark.parametrize("size", [1, 2, 5])
def test_pieces_make_no_difference(size: int) -> None:
    """A sentence is the same whether it comes at once or letter by letter."""
    text = "Thanks. One, e.g. 3.5 {k1}.\n\n- Two.\n{k2} {k3}\n- Three! {k4, k5} In short: {{k6}}\nSix."
    cutter, found = ReplySplitter(), list[ReplyPiece]()
    for at in range(0, len(text), size):
        found += cutter.feed(text[at : at + size])
    assert cut(text) == [one.text or one.keys for one in [*found, *cutter.finish()]]


def test_a_reply_without_end_is_not_kept() -> None:
    """Text that never ends a sentence is thrown away as it grows."""
    cutter = ReplySplitter()
    assert [] == [one for _ in range(100) for one in cutter.feed("word " * 200)]
    assert ("k1",) in [one.keys for one in cutter.feed(". \nOne. {k1}\n")]


@pytest.mark.parametrize("repeated", ["{k1}", "{k1} ", "{", "}", "{k1 ", ".", "?!", '."', ". ", "So it is. ", "a", ":"])
def test_a_model_that_repeats_itself_is_read_in_a_moment(repeated: str) -> None:
    """As much as is taken in one turn, in the smallest pieces, costs a fraction of what a turn may last."""
    text, cutter = (repeated * 20_000)[:20_000], ReplySplitter()
    began = time.process_time()
    for at in range(0, len(text), 4):
        cutter.feed(text[at : at + 4])
    cutter.finish()
    assert time.process_time() - began < 5
