"""The plain copy of a message, and the way back from it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.text.normalisation import normalise

ZERO_WIDTH, ESCAPE = "\u200b", "\x1b"


@pytest.mark.parametrize(
    ("message", "plain", "word", "quoted"),
    [
        ("We have _no_ evals", "We have no evals", "no", "no"),
        ("**no** test set", "no test set", "no", "no"),
        ("~~old~~ `none`", "old none", "none", "none"),
        (f"we have n{ZERO_WIDTH}o evals", "we have no evals", "no", f"n{ZERO_WIDTH}o"),
        ("we have ｎｏ evals", "we have no evals", "no", "ｎｏ"),
        ("we have nо evals, none", "we have no evals, none", "no", "nо"),
        (f"{ESCAPE}[31mno{ESCAPE}[0m evals", "no evals", "no", "no"),
        ("1½ thousand", "1.5 thousand", "1.5", "1½"),
        ("½ a day", "0.5 a day", "0.5", "½"),
        ("10⁶ calls", "10^6 calls", "10^6", "10⁶"),
        ("it changes every few wks", "it changes every few weeks", "weeks", "wks"),
        ("2wks ago", "2 weeks ago", "weeks", "wks"),
        ("nobody went thru w/our data", "nobody went through with our data", "with", "w/"),
        ("_w/o_ evals b/c of ppl", "without evals because of people", "because", "b/c"),
    ],
)
def test_what_is_only_dress_is_taken_off_and_every_place_leads_back(
    message: str, plain: str, word: str, quoted: str
) -> None:
    """Marks, invisible characters, other widths and other scripts; the quote is the message's own."""
    normalised = normalise(message)
    at = normalised.text.index(word)
    start, end = normalised.span(at, at + len(word))
    assert (plain, quoted) == (normalised.text, message[start:end])


@pytest.mark.parametrize(
    "message",
    [
        "snake_case_name is 2*3*4",
        "naïve café",
        "Мы хотим",
        "a < b > c",
        "#1 of 2",
        "bc/ad",
        "see a.io/wk",
        "w-2",
        "i/o, RN",
    ],
)
def test_what_carries_meaning_stays(message: str) -> None:
    """Underlines inside a name, multiplication, accents, and whole words of another script."""
    assert message == normalise(message).text


@given(st.text(max_size=80), st.integers(0, 80), st.integers(0, 80))
def test_every_span_lies_in_the_message(message: str, start: int, length: int) -> None:
    """Of any message, whatever it is made of; no span is turned around."""
    normalised = normalise(message)
    begin, end = normalised.span(start, start + length)
    assert 0 <= begin <= end <= len(message)


def test_a_slash_of_a_fraction_without_numbers_is_left_as_a_character() -> None:
    """It has the form of a fraction and no value."""
    assert "⁄" in normalise("yes ⁄ no").text
