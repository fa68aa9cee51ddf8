"""Words that take back what was noted: which of the aims, or which other value.

Owns "not the format", "drop extraction", "the fields are off", "drop the dirty thing". Must not know how a value is
read in words, nor what else a message says.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace

from assistant.domain.case import Case, Reading, Value
from assistant.domain.dialogue import Intent, Interpretation, Question, QuestionKind
from assistant.domain.elicitation import AIM
from assistant.domain.rulebook import Confirmations
from assistant.text.clauses import Utterance, blank_out, utter
from assistant.understanding.agreement import opens_with_yes, says_rest_is_right
from assistant.understanding.estimates import Estimating
from assistant.understanding.facts import Earlier, FactReader
from assistant.understanding.lexicon import Lexicon
from assistant.understanding.likeliest import ASKED, PLAIN, Family

_WORD = re.compile(r"[\w'-]+")
_MEANT, _ELSEWHERE = 0.3, 0.45
"""How probable an aim must be by the words that take it back: in a reply about the aims, and in any other message."""
_MOST_WORDS, _MOST_ELSEWHERE = 7, 3
"""Words that may name one aim: in a reply about the aims, and in any other message."""
_NAMED = 0.5
"""How probable a value must be by the few words that name it."""
_NAME = re.compile(
    r"(?: (?:the|that|this|my|our))?(?P<name>(?: [\w'-]+){1,3}?)(?= (?:thing|one|bit|part|entry|point)\b|[,.;:!?\n]|$)"
)
_QUOTED = re.compile(r"\b(?:not|isn't|aren't|isnt|arent|no) ['\"“‘](?P<name>[^'\"”’\n]{3,40})['\"”’]")
_TAIL = re.compile(r"[^,.;:!?\n()]*")
_ENDS = re.compile(
    r"\s(?:just|only|but|because|since|it's|its|that's"
    r"|(?:and |the )?(?:yes|rest|others?)\b|(?:and )?(?:i|we) (?:want|need))\b"
)
_AND = re.compile(r"\s*(?:&|\+|/|\b(?:or|and|nor)\b)\s*")
_POLITE = re.compile(r"\b(?:please|pls|thanks|though)\b|,")
_NOT_ALONE = re.compile(r"\W*(?:only|just|merely|simply|sure|yet|all|like|as|in|from|by|because|so|very|too|really)\b")


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
    for start, end, words in find_places(utterance.flat, lexicon):
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


def find_places(flat: str, lexicon: Lexicon) -> Iterator[tuple[int, int, str]]:
    """Yield the place of each group of words that takes something back, and the words that name what."""
    required = [*lexicon.places("requires", flat)]
    until = 0
    openings = [*lexicon.places("leaves_out", flat), *lexicon.places("takes_out", flat)]
    for start, end in sorted(openings, key=_first_longest):
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
        if not flat[begin:start].strip() and flat[begin - 1 : begin] == ",":  # "format though, kick it out"
            begin = max((flat.rfind(sign, 0, begin - 1) for sign in ",.;:!?\n()"), default=-1) + 1
        yield max(begin, until), end, flat[max(begin, until) : start]


def _answers(words: str, slot: str, estimate: Estimating) -> bool:
    """Tell whether words that seem to take something back answer the question that was put: "no retrieval"."""
    said = utter(words)
    return bool(said.clauses) and any(item.probability >= ASKED for item in estimate(said).of(slot, asked=True))


def find_denied_values(
    utterance: Utterance, case: Case, lexicon: Lexicon, estimate: Estimating
) -> tuple[frozenset[str], Utterance]:
    """Return the slots whose heard value a message takes out by a name that people give it, as in "drop the dirty
    thing", and the message without these words.
    """
    flat = utterance.flat
    held = {
        fact.slot: fact.value
        for fact in case.facts
        if not fact.agreed and isinstance(fact.value, str) and fact.slot not in case.set_slots
    }
    openings = [(start, _NAME.match(flat, end)) for start, end in lexicon.places("takes_out", flat)]
    denied, places = set(), []
    for start, found in (*openings, *((found.start(), found) for found in _QUOTED.finditer(flat))) if held else ():
        named = {slot for slot in held if found and _names_value(found["name"], slot, held[slot], estimate)}
        if named and found:
            denied |= named
            places.append((start, found.end()))
    return frozenset(denied), utter(blank_out(flat, places)) if places else utterance


def says_instead(heard: Interpretation, denied: frozenset[str], case: Case) -> bool:
    """Tell whether a message that takes values out says what stands instead of one of them."""
    held = {(fact.slot, fact.value) for fact in case.facts}
    return any(value.slot in denied and (value.slot, value.value) not in held for value in heard.values)


def take_out_values(
    heard: Interpretation, denied: frozenset[str], rest: str, question: Question | None, words: Confirmations
) -> Interpretation:
    """Return what was heard of the `rest` of a message without the values that it takes out; a yes beside them is
    one to all others of a list.
    """
    denied -= {value.slot for value in heard.values}
    agrees = heard.agrees
    is_list = question is not None and question.kind is QuestionKind.READ_BACK
    if is_list and not agrees and not heard.denies and (opens_with_yes(rest, words) or says_rest_is_right(rest, words)):
        agrees = frozenset(question.slots if question else ()) - {value.slot for value in heard.values}
    agrees -= denied
    intent = Intent.CONFIRMS if agrees else Intent.DENIES if not heard.values else heard.intent
    return replace(heard, intent=intent, agrees=agrees, denies=heard.denies | denied)


def _names_value(piece: str, slot: str, value: Value, estimate: Estimating) -> bool:
    named = utter(piece)
    if not named.clauses or len(_WORD.findall(piece)) > _MOST_ELSEWHERE:
        return False
    ranked = estimate(named).of(slot, asked=True)
    return bool(ranked) and ranked[0].value == value and ranked[0].probability >= _NAMED


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
