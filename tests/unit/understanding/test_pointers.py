"""How a reply points at entries of the list, and which of its words are said of which."""

from __future__ import annotations

import pytest

from assistant.domain.rulebook import Rulebook
from assistant.understanding.pointers import find_pointers, mask_pointers, split_by_entry

SLOTS = ("goal", "evals", "process", "volume")
ENTRIES = {"goal": "it should sound a certain way", "process": "the answers are agreed and owned (“Bea decides”)"}


@pytest.mark.parametrize(
    ("reply", "pointed"),
    [
        ("point 3 is rubbish", {"process"}),
        ("nr 2, that was last year", {"evals"}),
        ("no. 2, that was last year", {"evals"}),
        ("(4) is per quarter", {"volume"}),
        ("#1 no longer", {"goal"}),
        ("you were too generous on 2, there is no score", {"evals"}),
        ("4 → 900", {"volume"}),
        ("scratch 3", {"process"}),
        ("the third one. and number two", {"process", "evals"}),
        ("item four: more like 900", {"volume"}),
        ("1 and 3 are invented", {"goal", "process"}),
        ("3", {"process"}),
        ("who said “agreed and owned”? not me", {"process"}),
    ],
)
def test_a_reply_points_by_place_or_by_the_entry_s_own_words(rulebook: Rulebook, reply: str, pointed: set[str]) -> None:
    """By its number in many wordings, by an ordinal, and by a quote of what was read back."""
    found = find_pointers(reply, SLOTS, rulebook.confirmations, ENTRIES)
    assert pointed == {pointer.slot for pointer in found if pointer.is_plain}


@pytest.mark.parametrize(
    "reply",
    [
        "4 people read them",
        "we have 3 of those",
        "about 2 weeks ago",
        "the last year was calm",
        "at first we had none",
        "3.5 seconds",
        "no 2 agree on it",
        "no. three thousand of them",
        "no. 3 people did it",
        "12 of them",
    ],
)
def test_a_number_that_counts_something_points_at_nothing(rulebook: Rulebook, reply: str) -> None:
    """Nor does "last" or "first" before another word."""
    found = find_pointers(reply, SLOTS, rulebook.confirmations, ENTRIES)
    assert [] == [pointer for pointer in found if pointer.is_plain]


def test_the_words_that_point_are_masked_and_offsets_stay(rulebook: Rulebook) -> None:
    """So that the place of an entry is never read as a number of examples."""
    reply = "on 4: it is 900 a month"
    masked = mask_pointers(reply, find_pointers(reply, SLOTS, rulebook.confirmations))
    assert (len(reply), reply.index("900"), False) == (len(masked), masked.index("900"), "4" in masked)


def test_each_entry_has_the_words_behind_its_place(rulebook: Rulebook) -> None:
    """And of two that are named together the same is said."""
    reply = "1 and 2 are true. 3: bea left. 4: 900"
    parts = split_by_entry(reply, find_pointers(reply, SLOTS, rulebook.confirmations))
    said = {slot: reply[part.start : part.end].strip(" .:") for slot, part in parts.items()}
    assert {"goal": "are true", "evals": "are true", "process": "bea left", "volume": "900"} == said


def test_what_is_said_before_the_places_is_said_of_them(rulebook: Rulebook) -> None:
    """A yes or a no, and what comes behind belongs to it as well."""
    reply = "right: 1, 3. off: 4, make it 900"
    parts = split_by_entry(reply, find_pointers(reply, SLOTS, rulebook.confirmations))
    said = {slot: reply[part.begin : part.end].strip(" ,.:") for slot, part in parts.items()}
    assert {"goal": "right: 1, 3", "process": "right: 1, 3", "volume": "off: 4, make it 900"} == said


def test_between_two_places_the_words_belong_to_the_one_they_join(rulebook: Rulebook) -> None:
    """Up to the break before the next one, or to its yes or no."""
    reply = "i doubt nr 1, bea says nr 2 holds and no to 3"
    parts = split_by_entry(reply, find_pointers(reply, SLOTS, rulebook.confirmations))
    said = {slot: reply[part.begin : part.end].strip(" ,") for slot, part in parts.items()}
    assert {"goal": "i doubt nr 1", "evals": "bea says nr 2 holds and", "process": "no to 3"} == said


@pytest.mark.parametrize("repeated", ["\n", " ", ". ", "and ", "no. ", '"ab" '])
def test_a_long_reply_of_one_thing_costs_little(rulebook: Rulebook, repeated: str) -> None:
    """From no place in it is all that follows looked through."""
    assert () == find_pointers("no" + repeated * 6_000 + "x", SLOTS, rulebook.confirmations, ENTRIES)


@pytest.mark.parametrize("repeated", ["1, 2, ", "point 1, point 2, ", "point 1 to 2, "])
def test_a_reply_of_nothing_but_places_costs_little(rulebook: Rulebook, repeated: str) -> None:
    """However many they are, each is looked at once."""
    reply = repeated * 3_000
    parts = split_by_entry(reply, find_pointers(reply, SLOTS, rulebook.confirmations, ENTRIES))
    assert {"goal", "evals"} == parts.keys()
