"""Quotation: where in a message the words stand that somebody says to quote from it.

Owns what counts as the same words: white space, letter case and the shape of quotation marks may differ, nothing else.
Must not know who quotes, nor what the words mean.
"""

from __future__ import annotations

LONGEST_QUOTE = 200
"""A longer quote, in characters of the message, points at nothing."""

_MARKS = {**dict.fromkeys("‘’‚‛′`´", "'"), **dict.fromkeys("“”„‟″«»", '"')}


def locate(quote: str, message: str) -> tuple[int, int] | None:
    """Return the half-open range of the first place where a quote stands in a message as whole words, else None.

    None too for a quote without a letter or digit, or one over `LONGEST_QUOTE`. `message[start:end]` neither begins
    nor ends with white space.
    """
    wanted, _ = _flat(quote.strip())
    if not any(character.isalnum() for character in wanted):
        return None
    flat, places = _flat(message)
    at = flat.find(wanted)
    while at >= 0:
        end = at + len(wanted)
        if _is_whole(flat, at, end) and _is_whole_character(places, at, end):
            start, stop = places[at], places[end - 1] + 1
            return (start, stop) if stop - start <= LONGEST_QUOTE else None
        at = flat.find(wanted, at + 1)
    return None


def _flat(text: str) -> tuple[str, list[int]]:
    """Return a text without the differences that do not count, and for each character of it its place in the text."""
    flat: list[str] = []
    places: list[int] = []
    for place, character in enumerate(text):
        if character.isspace():
            if flat and flat[-1] == " ":
                continue
            written = " "
        else:
            written = _MARKS.get(character, character).casefold()
        flat.extend(written)
        places.extend([place] * len(written))
    return "".join(flat), places


def _is_whole(flat: str, start: int, end: int) -> bool:
    """Tell whether no word is cut; scripts without letter case have words that nothing sets apart."""
    cut_before = start > 0 and _in_word(flat[start - 1]) and _in_word(flat[start])
    return not cut_before and not (end < len(flat) and _in_word(flat[end - 1]) and _in_word(flat[end]))


def _is_whole_character(places: list[int], start: int, end: int) -> bool:
    """Tell whether no character is cut that is written as several in lower case."""
    return (start == 0 or places[start - 1] != places[start]) and (end == len(places) or places[end] != places[end - 1])


def _in_word(character: str) -> bool:
    return character.isdigit() or character.lower() != character.upper()
