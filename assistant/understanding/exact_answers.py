"""Replies to a question that need no reading: an option as it is offered, its place in the list, a bare yes or no,
"I don't know".

Owns these forms. Must not know what else words may mean.
"""

from __future__ import annotations

import re
from collections.abc import Collection

from assistant.domain.case import Reading, Value
from assistant.domain.rulebook import Slot, SlotKind
from assistant.text.clauses import Utterance
from assistant.text.modality import Modality, find_modality, negates
from assistant.understanding.lexicon import BareAnswers

_NOT_APPLICABLE = re.compile(
    r"^\W{0,3}(?:not applicable|does not apply|doesn't apply|n\.?/?a\.?|irrelevant|not relevant)\W{0,3}$"
)
_NO = re.compile(
    r"^\W{0,3}(?:no|nope|nah|none|not? yet|nothing(?: yet)?|not (?:really|at all|any)|zero|never|negative|nein)"
    r"(?: (?:yet|sir|really|at all|whatsoever|sorry|unfortunately))?\W*$"
)
_YES = re.compile(
    r"^\W{0,3}(?:yes|yep|yeah|yup|sure|of course|correct|right|true|indeed|certainly|absolutely|definitely|y|exactly"
    r"|that's right|confirmed|it is|we do|we have)(?: (?:sir|sure|indeed|we do|it is))?\W*$"
)
_ONESELF = re.compile(
    r"^\W{0,3}(?:(?:yes|yep|yeah|sure|well|oh|er|hm+)\W{1,3})?"
    r"(?:(?:it's|it is|that's|that is|that would be|that'd be|just|only) )?"
    r"(?:me|mine|myself|i do|i am|i would|i decide|i own it|my (?:call|decision|job|word))"
    r"(?:,? (?:i guess|alone|my call|sir|really|i said|i told you|obviously))?\W*$"
)
_TURNS = re.compile(r"\b(?:but|though|although|except|other|others|someone|somebody|boss|disagree\w*)\b")
_MOST_PLANNING = 6
_JOINT = re.compile(r",|&|\+|/|\b(?:and|plus|also)\b")
_ORDINALS = {
    "first": 0, "1st": 0, "second": 1, "2nd": 1, "third": 2, "3rd": 2, "fourth": 3, "4th": 3, "fifth": 4, "5th": 4,
    "sixth": 5, "last": -1,
}  # fmt: skip
_ORDINAL = re.compile(
    r"^\W{0,3}(?:(?:i'd say|i would say|i guess|i think|it's|its|the|option|number|answer|choice)\s){0,3}"
    r"(?P<word>first|1st|second|2nd|third|3rd|fourth|4th|fifth|5th|sixth|last|(?P<digit>\d{1,2})|(?P<letter>[a-f]))"
    r"(?:\s(?:one|option|choice|answer))?\W{0,3}$"
)


def read_exact(
    slot: Slot, bare: BareAnswers, utterance: Utterance, aims: Collection[Value | None], *, asked: bool
) -> Reading | None:
    """Return an option that is named as it is offered: as the answer, or beside the slot's name anywhere."""
    if (named := read_named_option(slot, utterance.flat)) is not None:
        return Reading(slot.id, *named, corrects=asked)
    value = read_typed_option(slot, utterance.flat) if asked else None
    if value is None and asked:
        value = bare_option(bare, utterance, aims)
    if value is None:
        return None
    start = len(utterance.flat) - len(utterance.flat.lstrip())
    return Reading(slot.id, value, start, len(utterance.flat.rstrip()), corrects=True)


def read_typed_option(slot: Slot, flat: str) -> Value | None:
    """Return the option that a flattened message names as it is offered, or by its place in the list; else None."""
    typed = _bare(flat)
    for option in slot.options:
        names = {_bare(option.label.lower()), _bare(option.heard.lower())}
        if slot.kind is not SlotKind.NUMBER:
            names.add(_bare(str(option.value)))
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


def read_typed_members(slot: Slot, flat: str) -> tuple[Value, ...]:
    """Return the options of which a flattened message is nothing but a list, by their names or places; else none."""
    named = [read_typed_option(slot, piece.strip()) for piece in _JOINT.split(flat) if piece.strip(" .!")]
    return tuple(value for value in dict.fromkeys(named) if value is not None) if None not in named else ()


def read_named_option(slot: Slot, flat: str) -> tuple[Value, int, int] | None:
    """Return the option that stands beside the slot's own name, as in "latency: seconds", and their place."""
    if slot.kind is SlotKind.NUMBER:
        return None
    options = {str(option.value).replace("_", " "): option.value for option in slot.options}
    names = "|".join(re.escape(name) for name in sorted(options, key=len, reverse=True))
    pattern = (
        rf"\b{slot.id.replace('_', '[ _]')}(?:\s?[:=]\s?|\s(?:is )?)(?P<option>{names.replace(' ', '[ _]')})(?=\W|$)"
    )
    match = re.search(pattern, flat)
    return (options[match["option"].replace("_", " ")], *match.span()) if match else None


def bare_option(bare: BareAnswers, utterance: Utterance, aims: Collection[Value | None]) -> Value | None:
    """Return what a bare yes, no, "n/a", "me" or plan answers, where that answers anything; `aims` were told."""
    flat = utterance.flat.strip()
    if _NOT_APPLICABLE.match(flat):
        return bare.not_applicable
    if _NO.match(flat):
        return next((value for aim, value in bare.on_no_wishing.items() if aim in aims), bare.on_no)
    if _YES.match(flat):
        return bare.on_yes
    if _ONESELF.match(flat) or _ONESELF.match(_first_sentence(flat)):
        return bare.on_oneself
    plans = all(find_modality(utterance, clause) is Modality.PLAN for clause in utterance.clauses)
    return bare.planned if plans and len(flat.split()) <= _MOST_PLANNING else None


def _first_sentence(flat: str) -> str:
    """Return what stands before the first full stop or its like, where what follows turns nothing round."""
    first, _, rest = flat.partition(".") if "." in flat else flat.partition("!")
    return "" if negates(rest) or _TURNS.search(rest) else first


def _bare(text: str) -> str:
    return " ".join(re.findall(r"[\w']{1,40}", text.replace("_", " ")))
