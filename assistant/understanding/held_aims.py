"""A reply to the question that shows values as pressed: which of them stay, and what comes to them.

Owns "yes, and also style" and "just the second one". Must not know how a value is read in words, nor what else a
message says.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from assistant.domain.case import Case, Reading, Value
from assistant.domain.dialogue import Intent, Interpretation, Question
from assistant.domain.rulebook import Confirmations
from assistant.text.clauses import Utterance
from assistant.understanding.agreement import denies_pressed, is_bare_yes, names_wrong, opens_with_yes, rest_after_yes
from assistant.understanding.corrections import read_corrected_number
from assistant.understanding.estimates import Estimating
from assistant.understanding.facts import Earlier, FactReader
from assistant.understanding.lexicon import Lexicon
from assistant.understanding.pointers import find_words
from assistant.understanding.taken_back import find_places

_MOST_POINTING = 8
_MOST_ADDING = 4
_WORD = re.compile(r"[\w'-]+")


@dataclass(frozen=True, slots=True)
class PressedReply:
    """What a reply does with the values that are pressed, before it is known which values it tells.

    `adds`: what it tells comes to them. `pointed` are those it points at by their place.
    """

    adds: bool = False
    pointed: tuple[Value, ...] = ()


def read_members(
    utterance: Utterance,
    slot: str,
    held: Sequence[Value],
    facts: FactReader,
    estimate: Estimating,
    told_before: Collection[Value],
) -> tuple[Reading, ...]:
    """Return the values that a slot holds after a reply to the question that shows some as pressed; empty for no reply.

    What the reply names stands; what was pressed it may keep or add to, where it says so. `told_before` are the values
    that were heard before the question was put.
    """
    words = facts.rulebook.confirmations
    reply = read_pressed(utterance.flat, held, facts.lexicon, words)
    earlier = Earlier(told=frozenset(told_before))
    read = facts.read(utterance, estimate(utterance), slot, earlier=earlier)
    told = {reading.value: reading for reading in read if reading.slot == slot}
    stays: Sequence[Value] = ()
    if opens_with_yes(utterance.flat, words):
        denied = [(start, end) for start, end, _ in find_places(utterance.flat, facts.lexicon)]
        told = {value: reading for value, reading in told.items() if value in held or not _lies_in(reading, denied)}
        only = facts.lexicon.find_act("only", utterance.flat) is not None
        named = {value: reading for value, reading in told.items() if value in held}
        stays, told = (held, told) if not only else ((), named) if named else (() if told else held, told)
    if reply.pointed and names_wrong(utterance.flat):
        stays = [value for value in held if value not in reply.pointed]
    elif reply.pointed:
        stays, told = reply.pointed, told if facts.lexicon.find_act("adds", utterance.flat) else {}
    elif reply.adds:
        stays = held
    start = len(utterance.flat) - len(utterance.flat.lstrip())
    whole = Reading(slot, None, start, len(utterance.flat.rstrip()), corrects=True, family="pressed")
    members = dict.fromkeys((*stays, *told))
    return tuple(told.get(value, replace(whole, value=value)) for value in members)


def _lies_in(reading: Reading, places: Sequence[tuple[int, int]]) -> bool:
    return any(reading.start < end and start < reading.end for start, end in places)


def read_pressed(flat: str, held: Sequence[Value], lexicon: Lexicon, words: Confirmations) -> PressedReply:
    """Read a flattened reply to a question with these values pressed, in the order in which they are named."""
    n_words = len(_WORD.findall(flat))
    only = lexicon.find_act("only", flat) is not None
    pointed = _find_pointed(flat, held, lexicon, words) if n_words <= _MOST_POINTING else ()
    return PressedReply(not only and _adds(flat, n_words, lexicon, words), pointed)


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


def hear_of_pressed(
    utterance: Utterance, case: Case, question: Question, facts: FactReader, estimate: Estimating
) -> Interpretation | None:
    """Hear a reply that points at what is pressed or denies it; None for any other."""
    words, slot = facts.rulebook.confirmations, question.slot
    reply = read_pressed(utterance.flat, question.held, facts.lexicon, words)
    denies = denies_pressed(utterance.flat, words)
    if not (reply.pointed or denies) or read_corrected_number(utterance, case) is not None:
        return None
    members = read_members(utterance, slot, question.held, facts, estimate, question.held)
    values, held = {value.value for value in members}, {*question.held}
    beside = (value for value in facts.read(utterance, estimate(utterance), None) if value.slot != slot)
    if denies and values == held and facts.lexicon.find_act("only", utterance.flat):
        return Interpretation(Intent.CONFIRMS, tuple(beside), agrees=frozenset(question.slots))
    if denies and values in (set(), held):
        return Interpretation(Intent.DENIES, tuple(beside), denies=frozenset(question.slots))
    return Interpretation(Intent.TELLS, (*members, *beside)) if values and reply.pointed else None


def hear_yes_to_pressed(
    heard: Interpretation, utterance: Utterance, question: Question | None, words: Confirmations
) -> Interpretation:
    """Return what was heard with the yes that it opens with, where it says nothing else of what is pressed."""
    if question is None or not question.held or heard.intent is not Intent.TELLS:
        return heard
    told = {value.value for value in heard.values if value.slot == question.slot}
    if told - {*question.held} or (told and told != {*question.held}):
        return heard
    if rest_after_yes(utterance.flat, words) is None:
        return heard
    return replace(heard, intent=Intent.CONFIRMS, agrees=frozenset(question.slots))
