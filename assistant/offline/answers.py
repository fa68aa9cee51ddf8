"""Reads an answer to the question that was just asked, against that slot's options and numbers.

Owns typed labels, yes and no, "I don't know", numbers and cues in the light of one question. Must not know what is
read from a statement that nobody asked for.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import replace

from assistant.domain.case import ReadValue, Value
from assistant.domain.dialogue import Question
from assistant.domain.rulebook import Rulebook, Slot, SlotKind
from assistant.offline.ceilings import ceilings
from assistant.text.clauses import Utterance
from assistant.offline.counts import Count, answered_budget, answered_count, answered_latency, answered_volume
from assistant.offline.cues import BareAnswers, Cues, Strength
from assistant.offline.curation import shapes
from assistant.offline.declining import declines, only_declines
from assistant.offline.families import Family
from assistant.offline.lookups import lookups
from assistant.offline.matches import Match, find_matches
from assistant.offline.measuring import measurements
from assistant.offline.periods import changes
from assistant.text.modality import Manner, manner
from assistant.text.numbers import Quantity
from assistant.offline.rates import agreement_rates, hit_rates
from assistant.offline.signs import Signs
from assistant.offline.trials import prompt_work

_NOT_APPLICABLE = re.compile(
    r"^\W{0,3}(?:not applicable|does not apply|doesn't apply|n\.?/?a\.?|irrelevant|not relevant)\W{0,3}$"
)
_NO = re.compile(
    r"^\W{0,3}(?:no|nope|nah|none|not? yet|nothing(?: yet)?|not (?:really|at all|any)|zero|never|negative|nein)\b"
)
_YES = re.compile(
    r"^\W{0,3}(?:yes|yep|yeah|yup|sure|of course|correct|right|true|indeed|certainly|absolutely"
    r"|definitely|y|exactly|that's right|confirmed|(?:it is|we do|we have)(?=\W*$))\b"
)
_JOINT = re.compile(r"\b(?:and|plus|with|also|as well as)\b|[&+/]")
_ORDINALS = {
    "first": 0,
    "1st": 0,
    "second": 1,
    "2nd": 1,
    "third": 2,
    "3rd": 2,
    "fourth": 3,
    "4th": 3,
    "fifth": 4,
    "5th": 4,
    "sixth": 5,
    "last": -1,
}
_ORDINAL = re.compile(
    r"^\W{0,3}(?:(?:i'd say|i would say|i guess|i think|it's|its|the|option|number|answer"
    r"|choice)\s){0,3}(?P<word>first|1st|second|2nd|third|3rd|fourth|4th|fifth|5th|sixth|last"
    r"|(?P<digit>\d{1,2})|(?P<letter>[a-f]))(?:\s(?:one|option|choice|answer))?\W{0,3}$"
)
_NO_EXAMPLES = re.compile(
    r"\b(?:no|zero|not any|without|haven't any|don't have any|0) (?:\w{2,12} ){0,2}?(?:examples?|pairs?"
    r"|q&a|labell?ed|labels|training data|data|samples?|dataset)\b|\bnone\b|\bnothing(?: yet"
    r"| labell?ed)?\b|\bnot (?:a single|one|any)\b|\b(?:nil|zilch|nought|naught)\b"
    r"|(?:n't|not) (?:\w{2,12} ){1,2}any\b|[:,;] (?:so )?zero\b|\bnot labell?ed\b|\bnone labell?ed\b"
)
_HAD = frozenset({"evals", "data_quality", "retrieval", "prompting"})
"""Slots about what is there already: what is only planned is not there."""

_ADDED_UP = frozenset({"prompting", "evals", "data_quality", "freshness", "retrieval", "budget"})
"""Slots whose signs are added up: alone, in more than a few words, they are right five times in six: a hint."""
_SHORT = 5
"""In an answer of more words than this, a phrase that nobody would take for a fact unasked is only a hint."""
_COUNTED = frozenset({"data_count", "volume", "latency", "budget"})
"""Slots that a number by itself answers; what is added up for the others are words."""
_STATING = (Manner.STATES, Manner.FORMER)
_NO_LACK = re.compile(r"\b(?:shortage|lack)\b")
_VOLUMES = (
    (re.compile(
        r"\b(?:no|not)\b.{0,12}\b(?:high|many|much)\b|\b(?:low|small|hobby|tiny|little|handful|few"
        r"|rare\w{0,2}|pilot|research|personal|prototype|only me|just me)\b"
    ), 300.0),
    (re.compile(r"\b(?:very high|huge|massive|enormous|millions)\b"), 3_000_000.0),
    (re.compile(r"\b(?:high|large|heavy)\b"), 300_000.0),
    (re.compile(r"\b(?:medium|moderate|average|mid)\b"), 20_000.0),
)  # fmt: skip
_AMOUNTS = (
    (re.compile(r"\b(?:large|huge|massive|enormous|tons)\b"), 20_000.0),
    (re.compile(r"\b(?:lots|plenty|many|a lot|enough)\b"), 3_000.0),
    (re.compile(r"\b(?:a few|few|handful|some|not many|hardly any|barely any|very few|a couple)\b"), 25.0),
)


def is_yes(flat: str) -> bool:
    """Tell whether a flattened message begins with a yes."""
    return _YES.match(flat) is not None


def is_no(flat: str) -> bool:
    """Tell whether a flattened message begins with a no."""
    return _NO.match(flat) is not None


def read_answer(
    rulebook: Rulebook,
    cues: Cues,
    slot_id: str,
    utterance: Utterance,
    quantities: tuple[Quantity, ...],
    goals: Collection[Value] = (),
) -> list[ReadValue]:
    """Read what an answer gives for the slot that was asked about: usually one value, several for a set, or none.

    `goals` are those of the case so far: a plain no to "is anything looked up" means something else for each. The
    place of each value is exact. "I don't know" gives one value of None.
    """
    slot = rulebook.slot(slot_id)
    flat = utterance.flat
    bare = cues.bare.get(slot_id, BareAnswers())
    if (typed := _typed_option(slot, flat)) is not None:
        return [_whole(slot_id, typed, flat, sure=True)]
    if _NOT_APPLICABLE.match(flat):
        return [_whole(slot_id, bare.not_applicable, flat, sure=True)]
    if only_declines(flat):
        return [_whole(slot_id, None, flat, sure=True)]
    readings = _from_words(slot, cues, bare, utterance, quantities, goals)
    if readings and not any(reading.sure for reading in readings):
        plain = [reading for reading in _bare(slot_id, bare, utterance) if reading.sure]
        return plain or readings
    if readings:
        return readings
    if declines(flat):
        return [replace(_whole(slot_id, None, flat, sure=True), family=Family.DECLINED)]
    return _bare(slot_id, bare, utterance)


def _from_words(
    slot: Slot,
    cues: Cues,
    bare: BareAnswers,
    utterance: Utterance,
    quantities: tuple[Quantity, ...],
    goals: Collection[Value],
) -> list[ReadValue]:
    if slot.kind is SlotKind.NUMBER:
        return _from_numbers(slot, utterance, quantities)
    counts = _measured(slot.id, Signs(cues, utterance), quantities, goals)
    found = find_matches(cues, slot.id, utterance, many=slot.kind is SlotKind.SET)
    matches = [match for match in found if match.cue.asked is not Strength.NOTHING]
    if slot.kind is SlotKind.SET:
        return _members(slot.id, matches, utterance.flat)
    stating = _STATING if slot.id in _HAD else (*_STATING, Manner.PLANS)
    stated = [match for match in matches if manner(utterance, match.clause) in stating]
    planned = [match for match in matches if manner(utterance, match.clause) is Manner.PLANS]
    readings = [_counted(count) for count in counts]
    if slot.id in _ADDED_UP and not stated and len(utterance.flat.split()) > _SHORT:
        readings = [replace(reading, sure=False) for reading in readings]
    if stated:
        chosen = _choose(slot.id, stated, utterance)
        is_short = len(utterance.flat.split()) <= _SHORT
        readings = _ranked(readings, chosen, is_short=is_short) if readings else [chosen]
    if planned and bare.planned is not None:
        readings.append(_reading(slot.id, bare.planned, planned[0].clause.start, planned[0].clause.end, sure=False))
    return readings[:1]


def _ranked(counted: list[ReadValue], chosen: ReadValue, *, is_short: bool) -> list[ReadValue]:
    """Order what was added up and the best cue: a few words are the cue's. Where the two differ, neither is sure."""
    first = counted[0]
    if first.value == chosen.value:
        return [replace(first, sure=first.sure or chosen.sure), *counted[1:]]
    ordered = [chosen, *counted] if is_short and chosen.sure and not first.sure else [*counted, chosen]
    return [replace(reading, sure=False) for reading in ordered]


def _measured(slot_id: str, signs: Signs, quantities: tuple[Quantity, ...], goals: Collection[Value]) -> list[Count]:
    """Return what numbers and signs add up to, the surest first."""
    utterance = signs.utterance
    found: list[Count | None] = []
    if slot_id == "latency":
        found = [answered_latency(utterance, quantities)]
    elif slot_id == "budget":
        found = [answered_budget(utterance, quantities)]
    elif slot_id == "prompting":
        found = [*ceilings(utterance, quantities, asked=True), *prompt_work(signs, quantities)]
    elif slot_id == "evals":
        found = [*measurements(signs, quantities)]
    elif slot_id == "retrieval":
        found = [*hit_rates(utterance, quantities, asked=True), *lookups(signs, goals)]
    elif slot_id == "freshness":
        found = [*changes(signs)]
    elif slot_id == "data_quality":
        found = [*agreement_rates(utterance, quantities), *shapes(signs)]
    return sorted((count for count in found if count is not None), key=lambda count: not count.sure)


def _from_numbers(slot: Slot, utterance: Utterance, quantities: tuple[Quantity, ...]) -> list[ReadValue]:
    read = answered_count if slot.id == "data_count" else answered_volume
    count = read(utterance, quantities)
    none = _NO_EXAMPLES.search(utterance.flat) if slot.id == "data_count" else None
    if none and not _NO_LACK.search(none.group()):
        is_planned = any(manner(utterance, clause) is Manner.PLANS for clause in utterance.clauses)
        if count is None or not count.sure or is_planned:
            family = Family.EXACT if count is None else Family.ANSWERED_GUESS
            return [_reading(slot.id, 0.0, none.start(), none.end(), sure=count is None, family=family)]
    if count is not None:
        return [_counted(count)]
    if declines(utterance.flat):
        return []
    for pattern, value in _AMOUNTS if slot.id == "data_count" else _VOLUMES:
        if match := pattern.search(utterance.flat):
            clause = utterance.clause_of(*match.span())
            if clause is not None and manner(utterance, clause) is Manner.STATES:
                return [_reading(slot.id, value, clause.start, clause.end, sure=False, family=Family.ANSWERED_GUESS)]
    return []


def _members(slot_id: str, matches: list[Match], flat: str) -> list[ReadValue]:
    """Return one reading for each member; of a segment with firm cues the loose ones are left out, else one stays."""
    affirmed = [match for match in matches if not match.denied]
    firm = [match for match in affirmed if not _is_loose(match)]
    taken = {_segment(match, flat) for match in firm}
    loose: dict[tuple[int, int], Match] = {}
    for match in affirmed:
        segment = _segment(match, flat)
        if _is_loose(match) and segment not in taken:
            loose.setdefault(segment, match)
    by_value: dict[Value, Match] = {}
    for match in [*firm, *loose.values()]:
        if match.value not in by_value or match.length > by_value[match.value].length:
            by_value[match.value] = match
    named = [match for match in by_value.values() if match.value != "vague"] or list(by_value.values())
    return [
        _reading(slot_id, match.value, match.start, match.end, sure=_is_sure_member(match, flat))
        for match in sorted(named, key=lambda match: match.start)
    ]


def _is_sure_member(match: Match, flat: str) -> bool:
    is_fact = match.cue.told is Strength.KNOWN or len(flat.split()) <= _SHORT
    return match.cue.asked is Strength.KNOWN and is_fact


def _is_loose(match: Match) -> bool:
    return match.cue.told is Strength.NOTHING or match.cue.alone


def _segment(match: Match, flat: str) -> tuple[int, int]:
    """Return the part of its clause a match stands in, between words that join concerns."""
    start = match.clause.start
    for joint in _JOINT.finditer(flat, match.clause.start, match.clause.end):
        if joint.end() <= match.start:
            start = joint.end()
    return start, match.clause.end


def _choose(slot_id: str, matches: list[Match], utterance: Utterance) -> ReadValue:
    best = min(matches, key=lambda match: (match.cue.rank + (100 if _is_former(match, utterance) else 0), match.start))
    rivals = {match.value for match in matches if match.value != best.value and match.cue.asked is Strength.KNOWN}
    sure = best.cue.asked is Strength.KNOWN and (best.cue.decides or not rivals)
    if best.cue.told is not Strength.KNOWN and len(utterance.flat.split()) > _SHORT:
        sure = False
    return _reading(slot_id, best.value, best.clause.start, best.clause.end, sure=sure)


def _is_former(match: Match, utterance: Utterance) -> bool:
    return manner(utterance, match.clause) is Manner.FORMER


def _bare(slot_id: str, bare: BareAnswers, utterance: Utterance) -> list[ReadValue]:
    flat = utterance.flat
    is_short = len(flat.split()) <= 3
    if bare.planned is not None and all(manner(utterance, clause) is Manner.PLANS for clause in utterance.clauses):
        return [_first_clause(slot_id, bare.planned, utterance, sure=False)]
    if is_no(flat) and bare.on_no is not None:
        return [_first_clause(slot_id, bare.on_no, utterance, sure=is_short)]
    if is_yes(flat) and bare.on_yes is not None:
        return [_first_clause(slot_id, bare.on_yes, utterance, sure=is_short)]
    return []


def _typed_option(slot: Slot, flat: str) -> Value | None:
    typed = _bared(flat)
    for option in slot.options:
        names = {_bared(option.label.lower()), _bared(option.heard.lower())}
        if slot.kind is not SlotKind.NUMBER:
            names.add(_bared(str(option.value).replace("_", " ")))
        if typed in names:
            return option.value
    if slot.kind is SlotKind.NUMBER or (match := _ORDINAL.match(flat)) is None:
        return None
    if match["digit"]:
        place = int(match["digit"]) - 1
    elif match["letter"]:
        place = ord(match["letter"]) - ord("a")
    else:
        place = _ORDINALS[match["word"]]
    return slot.options[place].value if -1 <= place < len(slot.options) else None


def _bared(text: str) -> str:
    return " ".join(re.findall(r"[\w']{1,40}", text.replace("_", " ")))


def _counted(count: Count) -> ReadValue:
    family = Family.ANSWERED_GUESS
    if count.slot not in _COUNTED:
        family = Family.ANSWERED_PHRASE
    elif count.sure:
        family = Family.ANSWERED_SUM if count.slot == "budget" else Family.EXACT
    return _reading(count.slot, count.value, count.start, count.end, sure=count.sure, family=family)


def _first_clause(slot_id: str, value: Value, utterance: Utterance, *, sure: bool) -> ReadValue:
    first = utterance.clauses[0]
    family = Family.EXACT if sure and slot_id != "budget" else Family.ANSWERED_GUESS
    return _reading(slot_id, value, first.start, first.end, sure=sure, family=family)


def _whole(slot_id: str, value: Value | None, flat: str, *, sure: bool) -> ReadValue:
    start = len(flat) - len(flat.lstrip())
    return _reading(slot_id, value, start, max(start + 1, len(flat.rstrip())), sure=sure, family=Family.EXACT)


def _reading(
    slot_id: str, value: Value | None, start: int, end: int, *, sure: bool, family: Family = Family.ANSWERED_PHRASE
) -> ReadValue:
    return ReadValue(slot_id, value, start, end, sure=sure, corrects=True, family=family)


def asked_slots(question: Question | None) -> tuple[str, ...]:
    """Return the slots a question settles, the named one first."""
    if question is None:
        return ()
    return (question.slot, *(slot for slot in question.slots if slot != question.slot))
