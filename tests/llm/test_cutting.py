"""Cutting a streaming reply into sentences with their keys."""

from __future__ import annotations

import time

import pytest

from assistant.llm.cutting import Cut, Cutter


def cut(text: str) -> list[tuple[str, tuple[str, ...], bool]]:
    """Cut a whole reply."""
    cutter = Cutter()
    return [(one.text, one.keys, one.opens) for one in [*cutter.feed(text), *cutter.finish()]]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("One. {k1} Two. {k2}", [("One.", ("k1",), True), ("Two.", ("k2",), False)]),
        ("One {k1}. Two {k2}{k3}.", [("One", ("k1",), True), ("Two", ("k2", "k3"), False)]),
        ("One. {k1, k2}", [("One.", ("k1", "k2"), True)]),
        ("Thanks! One. {{k1}}", [("Thanks!", (), True), ("One.", ("k1",), False)]),
        ("One.\n\n- Two {k2}\n2. Three. {k3}", [("One.", (), True), ("Two", ("k2",), True), ("Three.", ("k3",), True)]),
        (
            "Put it in, e.g. a schema, by 3.5 points. {k1}",
            [("Put it in, e.g. a schema, by 3.5 points.", ("k1",), True)],
        ),
        ("**Bold** words. {k1}", [("Bold words.", ("k1",), True)]),
        ("{k1}\n{k2}", [("", ("k1",), True), ("", ("k2",), True)]),
        ("One. {k1} And this breaks o", [("One.", ("k1",), True)]),
        ("Das ist so。{k1}", [("Das ist so。", ("k1",), True)]),
        ("Here is why:\nOne. {k1}", [("Here is why:", (), True), ("One.", ("k1",), True)]),
        ("{", []),
        ("", []),
    ],
)
def test_a_sentence_ends_with_its_keys(text: str, found: list[tuple[str, tuple[str, ...], bool]]) -> None:
    """Keys before or behind the full stop, several at once, lists, bare keys; what breaks off is no sentence."""
    assert found == cut(text)


@pytest.mark.parametrize("size", [1, 2, 5])
def test_pieces_make_no_difference(size: int) -> None:
    """A sentence is the same whether it comes at once or letter by letter."""
    text = "Thanks. One, e.g. 3.5 {k1}.\n\n- Two. {k2} {k3}\n- Three! {k4, k5} Four: five? {k6}\nSix."
    cutter, found = Cutter(), list[Cut]()
    for at in range(0, len(text), size):
        found += cutter.feed(text[at : at + size])
    assert cut(text) == [(one.text, one.keys, one.opens) for one in [*found, *cutter.finish()]]


def test_a_reply_without_end_is_not_kept() -> None:
    """Text that never ends a sentence is thrown away as it grows."""
    cutter = Cutter()
    assert [] == [one for _ in range(100) for one in cutter.feed("word " * 200)]
    assert [("One.", ("k1",))] == [(one.text, one.keys) for one in cutter.feed(". \nOne. {k1}\n") if one.keys]


@pytest.mark.parametrize("repeated", ["{k1}", "{k1} ", "{", "}", "{k1 ", ".", "?!", '."', ". ", "So it is. ", "a"])
def test_a_model_that_repeats_itself_is_read_in_a_moment(repeated: str) -> None:
    """As much as is taken in one turn, in the smallest pieces, costs a fraction of what a turn may last."""
    text, cutter = (repeated * 20_000)[:20_000], Cutter()
    began = time.process_time()
    for at in range(0, len(text), 4):
        cutter.feed(text[at : at + 4])
    cutter.finish()
    assert time.process_time() - began < 5
