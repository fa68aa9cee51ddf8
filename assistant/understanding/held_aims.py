"""What a message does to the aims that were told: which of them stay, which go, and what comes to them.

Owns "yes, and also style", "just the second one", "not the format", "drop extraction", "the fields are off". Must not
know how an aim is read in words, nor what else a message says.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace

from assistant.domain.case import Case, Reading, Value
from assistant.domain.dialogue import Intent, Interpretation, Question
from assistant.domain.elicitation import AIM
from assistant.domain.rulebook import Confirmations
from assistant.text.clauses import Utterance, blank_out, utter
from assistant.understanding.agreement import denies_pressed, is_bare_yes, names_wrong, opens_with_yes, rest_after_yes
from assistant.understanding.corrections import read_corrected_number
from assistant.understanding.estimates import Estimating
from assistant.understanding.facts import Earlier, FactReader
from assistant.understanding.lexicon import Lexicon
from assistant.understanding.likeliest import ASKED, PLAIN, Family
from assistant.understanding.pointers import find_words

_MOST_POINTING = 8
_MOST_ADDING = 4
_WORD = re.compile(r"[\w'-]+")
_MEANT, _ELSEWHERE = 0.3, 0.45
"""How probable an aim must be by the words that take it back: in a reply about the aims, and in any other message."""
_MOST_WORDS, _MOST_ELSEWHERE = 7, 3
"""Words that may name one aim: in a reply about the aims, and in any other message."""
_TAIL = re.compile(r"[^,.;:!?\n()]*")
_ENDS = re.compile(
    r"\s(?:just|only|but|because|since|it's|its|that's"
    r"|(?:and |the )?(?:yes|rest|others?)\b|(?:and )?(?:i|we) (?:want|need))\b"
)
_AND = re.compile(r"\s*(?:&|\+|/|\b(?:or|and|nor)\b)\s*")
_POLITE = re.compile(r"\b(?:please|pls|thanks)\b")
_NOT_ALONE = re.compile(r"\W*(?:only|just|merely|simply|sure|yet|all|like|as|in|from|by|because|so|very|too|really)\b")


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
        denied = [(start, end) for start, end, _ in _find_places(utterance.flat, facts.lexicon)]
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


@dataclass(frozen=True, slots=True)
class Removal:
    """The aims that a message takes back, and the places of the words that do so; false where it takes back none."""

    values: frozenset[Value] = frozenset()
    places: tuple[tuple[int, int], ...] = ()

    def __bool__(self) -> bool:
        return bool(self.values)

    def leave_rest(self, utterance: Utterance) -> Utterance:
        """Return the message without these words, every other character in its place."""
        return utter(blank_out(utterance.flat, self.places))


def find_removal(
    utterance: Utterance, case: Case, question: Question | None, lexicon: Lexicon, estimate: Estimating
) -> Removal:
    """Return which of the aims that were told a message takes back."""
    held = {fact.value for fact in case.pick_facts(AIM) if fact.value is not None}
    if not held:
        return Removal()
    about = question is not None and AIM in question.slots
    values: set[Value] = set()
    places = []
    for start, end, words in _find_places(utterance.flat, lexicon):
        if question is not None and not about and _answers(utterance.flat[start:end], question.slot, estimate):
            continue
        found = {value for piece in _AND.split(words) for value in _name_aim(piece, held, estimate, about=about)}
        if found:
            values |= found
            places.append((start, end))
    return Removal(frozenset(values), tuple(places))


def read_plain_aims(rest: Utterance, facts: FactReader, estimate: Estimating) -> tuple[Reading, ...]:
    """Return the aims that stand plainly beside words that seem to take one back: "style, and not some other"."""
    read = facts.read(rest, estimate(rest), AIM, earlier=Earlier(floor=PLAIN)) if rest.clauses else ()
    return tuple(value for value in read if value.slot == AIM)


def take_out(heard: Interpretation, removal: Removal, case: Case, *, adds: bool) -> Interpretation:
    """Return what was heard of the rest of a message with the aims that stay or come beside those taken back.

    Where the rest tells aims, these alone are meant, unless it `adds` them to what stays.
    """
    told = {value.value: value for value in heard.values if value.slot == AIM and value.value not in removal.values}
    stays = [fact.value for fact in case.pick_facts(AIM) if fact.value not in removal.values]
    others = tuple(value for value in heard.values if value.slot != AIM)
    start, end = removal.places[0]
    whole = Reading(AIM, None, start, end, corrects=True, family=Family.EXACT)
    members = dict.fromkeys((*(stays if adds or not told else ()), *told))
    aims = tuple(replace(told.get(value, replace(whole, value=value)), corrects=True) for value in members)
    if not aims:
        return replace(heard, values=others, denies=heard.denies | {AIM})
    intent = heard.intent if heard.agrees else Intent.TELLS
    return replace(heard, intent=intent, values=(*aims, *others), denies=heard.denies - {AIM})


def _find_places(flat: str, lexicon: Lexicon) -> Iterator[tuple[int, int, str]]:
    """Yield the place of each group of words that takes something back, and the words that name what."""
    required = [*lexicon.places("requires", flat)]
    until = 0
    for start, end in sorted(lexicon.places("leaves_out", flat), key=_first_longest):
        is_required = any(since <= start and end <= to for since, to in required)
        if start < until or is_required or _NOT_ALONE.match(flat, end):
            continue
        tail = _TAIL.match(flat, end)
        assert tail is not None
        words = tail.group()
        if (cut := _ENDS.search(words)) is not None:
            words = words[: cut.start()]
        until = end + len(words)
        yield start, until, words
    for start, end in sorted(lexicon.places("goes_out", flat), key=_first_longest):
        if start < until:
            continue
        begin = max((flat.rfind(sign, 0, start) for sign in ",.;:!?\n()"), default=-1) + 1
        yield max(begin, until), end, flat[max(begin, until) : start]


def _answers(words: str, slot: str, estimate: Estimating) -> bool:
    """Tell whether words that seem to take something back answer the question that was put: "no retrieval"."""
    said = utter(words)
    return bool(said.clauses) and any(item.probability >= ASKED for item in estimate(said).of(slot, asked=True))


def _first_longest(place: tuple[int, int]) -> tuple[int, int]:
    return place[0], -place[1]


def _name_aim(words: str, held: Collection[Value], estimate: Estimating, *, about: bool) -> tuple[Value, ...]:
    """Return the held aim that a few words name; none where they name none of them, or rather another."""
    said = _POLITE.sub("", words).strip(" '\"")
    if not 0 < len(_WORD.findall(said)) <= (_MOST_WORDS if about else _MOST_ELSEWHERE):
        return ()
    named = utter(said)
    if not named.clauses:
        return ()
    ranked = estimate(named).of(AIM, asked=True, wished=True)
    likeliest = next((item for item in ranked if not about or item.value in held), None)
    floor = _MEANT if about else _ELSEWHERE
    is_held = likeliest is not None and likeliest.value in held and likeliest.probability >= floor
    return (likeliest.value,) if likeliest is not None and is_held else ()
