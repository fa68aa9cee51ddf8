"""Messages that nobody should send, and a reader that is made to read them.

Owns the pieces and how they are joined. Must not know what any of them means.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import yaml
from hypothesis import example, given, settings
from hypothesis import strategies as st

from assistant.domain.case import Case
from assistant.domain.dialogue import Question
from assistant.ports import Reader

MOST_CHARACTERS = 8_000
LEXICON = Path(__file__).resolve().parents[1] / "knowledge" / "lexicon"
NUMBERS = (
    "5",
    "1,200",
    "15k",
    "9e99",
    "9" * 30,
    "2.5 M",
    "80%",
    "$5",
    "3-4",
    "0.8",
    "10 ms",
    "per day",
    "60 000",
    "-1",
)
CONTROL = (
    "\x00",
    "\x1b[31m",
    "\u200b",
    "\u202e",
    "\u2066",
    "\ufeff",
    "\u00ad",
    "\r",
    "\n\n",
    "\t",
    "\ud83d",
    "\U000e0041",
)
LETTERS = (
    "İ",
    "ß",
    "ﬁ",
    "é",
    "नमस्ते",
    "日本語",
    "مرحبا",
    "𝔢𝔳𝔞𝔩𝔰",
    "👩‍👩‍👧‍👦",
    "🙂",
    "½",
    "²",
    "Ⅻ",
    "٣",
    "１２",
    "a" * 400,
    "_" * 90,
)
MARKS = (
    ".",
    ",",
    ";",
    ":",
    "?",
    "!",
    "...",
    "-",
    " - ",
    "(",
    ")",
    "[",
    "]",
    "'",
    '"',
    "“",
    "’",
    "''''",
    "<b>",
    "&",
    "/",
    "*",
)


MANY_SPLIT = "i don't know " + "right " * 60 + "zebra"
"""A reply that was once split in two ways at each of its words."""


@cache
def lexicon_words() -> tuple[str, ...]:
    """Return every word and phrase of the lexicon, as plain words."""
    files = {path.stem: yaml.safe_load(path.read_text(encoding="utf-8")) for path in sorted(LEXICON.glob("*.yaml"))}
    lists = [*files.pop("words").values(), *files.pop("speech_acts").values(), *files.pop("followups").values()]
    lists += [option["says"] for written in files.values() for option in written["options"]]
    phrases = [phrase for written in lists for phrase in written]
    plain = {" ".join(re.findall(r"[a-z0-9'-]+", phrase.replace("|", " "))) for phrase in phrases}
    return tuple(sorted(plain - {""}))


def pieces() -> st.SearchStrategy[str]:
    """Draw one piece: mostly words that the rules listen for."""
    return st.one_of(
        st.sampled_from(lexicon_words()),
        st.sampled_from(lexicon_words()),
        st.sampled_from(NUMBERS),
        st.sampled_from((*MARKS, *CONTROL, *LETTERS)),
        st.text(max_size=12),
    )


def messages() -> st.SearchStrategy[str]:
    """Draw a message: a few pieces joined, once or over and over until it is as long as a message may be."""
    few = st.lists(pieces(), min_size=1, max_size=25)
    joint = st.sampled_from((" ", " ", " ", "", ", ", ". ", "\n"))
    n_times = st.sampled_from((1, 1, 1, 1, 1, 1, 1, 1, 2, 2, 3, 5, 10, 1_000))
    return st.builds(lambda found, by, n: (by.join(found) + by)[:MOST_CHARACTERS] * n, few, joint, n_times).map(
        lambda message: message[:MOST_CHARACTERS]
    )


def read_odd_messages(reader: Reader, asked: list[Question | None], n_messages: int) -> int:
    """Have drawn messages read, each in the light of one of the questions; return how many were.

    Raises:
        AssertionError: a reading quotes nothing of its message; hypothesis shows the smallest such message.
    """
    n_read = 0

    @settings(max_examples=n_messages, deadline=None, database=None)
    @example(message=MANY_SPLIT, question=asked[-1])
    @given(message=messages(), question=st.sampled_from(asked))
    def read(message: str, question: Question | None) -> None:
        nonlocal n_read
        n_read += 1
        for reading in reader.read(message, Case(begun=True), question).values:
            assert 0 <= reading.start < reading.end <= len(message)
            assert message[reading.start : reading.end].strip()

    read()
    return n_read
