"""A reply to a question that shows as pressed what was heard already: which of it stays, what goes, what comes to it.

Owns "yes, and also style", "not the format", "just the second one". Must not know how a value is read in words.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from assistant.domain.case import Reading, Value
from assistant.domain.rulebook import Confirmations
from assistant.text.clauses import Utterance, utter
from assistant.understanding.agreement import is_bare_yes, names_wrong
from assistant.understanding.estimates import Estimating
from assistant.understanding.facts import Earlier, FactReader
from assistant.understanding.lexicon import Lexicon
from assistant.understanding.pointers import find_words

_MOST_WORDS = 12
"""Words of a reply in which "not" may stand before something that was pressed."""
_MOST_DENIED = 4
"""Words behind such a "not"."""
_MOST_POINTING = 8
_MOST_ADDING = 4
_TAIL = re.compile(r"[^,.;:!?\n]*")
_WORD = re.compile(r"[\w'-]+")


@dataclass(frozen=True, slots=True)
class PressedReply:
    """What a reply does with the values that are pressed, before it is known which values it tells.

    `adds`: what it tells comes to them. `pointed` are those it points at by their place. `denied` are the places in the
    reply of words about what is to go.
    """

    adds: bool = False
    pointed: tuple[Value, ...] = ()
    denied: tuple[tuple[int, int], ...] = ()


def read_members(
    utterance: Utterance,
    slot: str,
    held: Sequence[Value],
    facts: FactReader,
    estimate: Estimating,
    told_before: Collection[Value],
) -> tuple[Reading, ...]:
    """Return the values that a slot holds after a reply to the question that shows some as pressed; empty for no reply.

    What the reply names stands; of what was pressed it may keep, add to or take out, where it says so. `told_before`
    are the values that were heard before the question was put.
    """
    reply = read_pressed(utterance.flat, held, facts.lexicon, facts.rulebook.confirmations)
    earlier = Earlier(told=frozenset(told_before))
    read = {value.value: value for value in facts.read(utterance, estimate(utterance), slot, earlier=earlier)}
    told = {value: reading for value, reading in read.items() if reading.slot == slot}
    denied = {value for place in reply.denied for value in _read_at(place, utterance, slot, facts, estimate)}
    denied &= {*held}
    stays: Sequence[Value] = ()
    if reply.pointed and names_wrong(utterance.flat):
        stays = [value for value in held if value not in reply.pointed]
    elif reply.pointed:
        stays, told = reply.pointed, told if facts.lexicon.find_act("adds", utterance.flat) else {}
    elif reply.adds or (denied and not told.keys() - denied):
        stays = held
    start = len(utterance.flat) - len(utterance.flat.lstrip())
    whole = Reading(slot, None, start, len(utterance.flat.rstrip()), corrects=True, family="pressed")
    members = dict.fromkeys((*stays, *told))
    return tuple(told.get(value, replace(whole, value=value)) for value in members if value not in denied)


def _read_at(
    place: tuple[int, int],
    utterance: Utterance,
    slot: str,
    facts: FactReader,
    estimate: Estimating,
) -> set[Value]:
    """Return what a few words of a reply say of a slot."""
    words = utter(utterance.flat[place[0] : place[1]])
    return {value.value for value in facts.read(words, estimate(words), slot) if value.slot == slot and value.value}


def read_pressed(flat: str, held: Sequence[Value], lexicon: Lexicon, words: Confirmations) -> PressedReply:
    """Read a flattened reply to a question with these values pressed, in the order in which they are named."""
    n_words = len(_WORD.findall(flat))
    only = lexicon.find_act("only", flat) is not None
    pointed = _find_pointed(flat, held, lexicon, words) if n_words <= _MOST_POINTING else ()
    denied = tuple(_find_denied(flat, lexicon)) if n_words <= _MOST_WORDS else ()
    return PressedReply(not only and _adds(flat, n_words, lexicon, words), pointed, denied)


def _adds(flat: str, n_words: int, lexicon: Lexicon, words: Confirmations) -> bool:
    """Tell whether a reply opens with a yes or nothing and goes on with "also", or is short and ends with "too"."""
    places = list(lexicon.places("adds", flat))
    openings = [*places, *lexicon.places("goes_on", flat)]
    opens = any(not _WORD.search(flat[:start]) or is_bare_yes(flat[:start], words) for start, _ in openings)
    ends = n_words <= _MOST_ADDING and any(not _WORD.search(flat[end:]) for _, end in places)
    return opens or ends


def _find_pointed(flat: str, held: Sequence[Value], lexicon: Lexicon, words: Confirmations) -> tuple[Value, ...]:
    """Return the values that a reply points at by their place, or all of them at once."""
    if len(held) < 2:
        return ()
    if lexicon.find_act("all_of_it", flat) is not None:
        return tuple(held)
    names = [*zip(held, words.ordinals, strict=False), (held[-1], words.last)]
    return tuple(dict.fromkeys(value for value, said in names if find_words(flat, said) is not None))


def _find_denied(flat: str, lexicon: Lexicon) -> list[tuple[int, int]]:
    """Return the places of a few words behind a "not", but for one that says how the model is to answer."""
    found: list[tuple[int, int]] = []
    required = [*lexicon.places("requires", flat)]
    for start, end in sorted(lexicon.places("leaves_out", flat)):
        if any(since <= start and end <= until for since, until in required):
            continue
        tail = _TAIL.match(flat, end)
        assert tail is not None
        if (not found or end >= found[-1][1]) and 0 < len(_WORD.findall(tail.group())) <= _MOST_DENIED:
            found.append(tail.span())
    return found
