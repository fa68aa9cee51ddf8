"""A number that is taken back: which of those told before, and what stands instead.

Owns "600, not 6,000", "make that fifty thousand" and their like. Must not know how numbers are spelled, nor when a
message takes something back: that is told to it.
"""

from __future__ import annotations

import re
from dataclasses import replace

from assistant.domain.case import Case, Fact, Reading
from assistant.text.clauses import Utterance
from assistant.text.modality import Modality, find_modality
from assistant.text.numbers import Measure, Quantity, find_quantities
from assistant.understanding.slots import data_count

SLOTS = ("data_count", "volume")
_SAME = 0.005
_MOST_MENDING = 14
"""Words of a correction whose one number stands instead of the one told before, whatever it counts."""
_DENIED = re.compile(
    r"\b(?:not|n't|said|wrote|typed|told|instead of|rather than|was|were|than|from|earlier|before)\b[^\d,.;]{0,20}$"
)
_IS_NOT = re.compile(r"\s(?:is|are|was|were)(?:n't| not)\b")
_COUNTS_ELSE = re.compile(
    r"[^.;!?]{0,40}?\b(?:is|are|was|were)(?:n't| not)\b|[^.;!?]{0,60}?\bnot (?:the |my |our )?(?:number of )?"
    r"(?:training )?(?:examples?|requests)\b"
)
_NOT_HAD = re.compile(r"\b(?:don't|dont|do not|didn't|never) (?:have|had|got|say|said) (?:any )?$")
_IS_OTHER = re.compile(
    r"\s(?:is|was|are|were|in) (?:the |our |my )?"
    r"(?:eur|euros?|usd|dollars?|money|budget|bucks|percent|people|minutes|hours)\b"
    r"|\s(?:once|one-?off)\b"
)
_YEAR, _SINCE = re.compile(r"(?:19|20)\d\d"), re.compile(r"\b(?:since|in|from|until|till|by|of|after|before)\s+$")
_NOUN_END = re.compile(r"\b(?:without|with|and|but|for|of|in|that|which)\b")
_NO_LONGER_NONE = re.compile(r"\b(?:not|isn't|n't|more than) (?:zero|none|0)\b")
_STANDS = re.compile(
    r"\b(?:now|is|are|it's|its|that's|actually|rather|make (?:that|it)|meant|mean|to|more like)\b[^\d,.;]{0,20}$"
    r"|\b(?:we've|i've|we|i) (?:got|have) (?:\w+ )?$"
)

_RESULT = re.compile(r"\b(?:so|leaves|left with|makes)\b[^\d,;]{0,30}$")
"""What comes of a sum: "2,300 minus 180, so 2,120"."""

_FACTOR = r"(?:by |that by )?(?:our |the |my |all )?(?:\d[\d,.]*k?|[a-z]+)\b"
_CHANGES = (
    (re.compile(rf"\bmultipl(?:y|ied) (?:it |that )?{_FACTOR}|\btimes (?:our|the|my|all) (?:\d+|[a-z]+)\b"), True),
    (re.compile(r"\b(?:per head|per person|each|apiece)\b[^\d]{0,30}\b(?:\d+|[a-z-]+) of (?:us|them)\b"), True),
    (re.compile(rf"\bdivid(?:e|ed) (?:it |that )?{_FACTOR}"), False),
)
"""How a number is changed, and whether it is multiplied."""


def read_corrected_number(utterance: Utterance, case: Case, *, is_correction: bool = True) -> Reading | None:
    """Return the number that stands instead of one told before; None where it is not plain which, or there is none.

    It is plain where the old number is named too, and where only one was told and one is said now: in a correction, or
    by itself. People and the like are counted beside examples: "two people checked them" mends no number.
    """
    held = [fact for slot in SLOTS for fact in case.pick_facts(slot) if isinstance(fact.value, (int, float))]
    numbers = [
        number
        for number in find_quantities(utterance.flat)
        if number.measure is Measure.COUNT and not _counts_others(utterance, number) and _is_own(utterance, number)
    ]
    if len(held) == 1 and (changed := _read_change(utterance, held[0])) is not None:
        return changed
    for fact in held:
        old = [number for number in numbers if _is_of(number, fact)]
        new = [number for number in numbers if not _is_of(number, fact)]
        if (old or (not fact.value and _NO_LONGER_NONE.search(utterance.flat))) and new:
            likeliest = max(new, key=lambda number: _weigh_number(utterance, number) + _names(number, fact))
            is_denied = _IS_NOT.match(utterance.flat, likeliest.end) is not None
            return None if is_denied else _instead(likeliest, fact, utterance)
    said = [
        number
        for number in numbers
        if _weigh_number(utterance, number) >= 0 and not (is_correction and any(_is_of(number, fact) for fact in held))
    ]
    named = [number for number in said if any(_names(number, fact) for fact in held)]
    said = named if is_correction and len(named) == 1 else said
    mends = len(said) == 1 and is_correction and _may_mend(utterance, said[-1], held)
    if not said or not (_is_alone(utterance, said[-1]) or mends):
        return None
    rates = [fact for fact in held if fact.slot == "volume"]
    fitting = (rates if said[-1].per_month is not None else held) or []
    return _instead(said[-1], fitting[0], utterance) if len(fitting) == 1 else None


def _read_change(utterance: Utterance, fact: Fact) -> Reading | None:
    """Return what a message makes of the number told before by arithmetic: "times our 7 countries", "divide by 12"."""
    assert isinstance(fact.value, (int, float))
    for pattern, turn in _CHANGES:
        if (match := pattern.search(utterance.flat)) is None:
            continue
        numbers = [number for number in find_quantities(utterance.flat) if match.start() <= number.start < match.end()]
        is_count = len(numbers) == 1 and numbers[0].measure is Measure.COUNT
        if is_count and numbers[0].low == numbers[0].high > 0:
            value = fact.value * numbers[0].low if turn else fact.value / numbers[0].low
            return Reading(fact.slot, round(value, 2), *match.span(), corrects=True, family="number")
    return None


def _counts_others(utterance: Utterance, number: Quantity) -> bool:
    """Tell whether a number is of something that is neither examples nor requests: a year, a score, people."""
    words = utterance.flat[number.start : number.end]
    if _IS_OTHER.match(utterance.flat, number.end):
        return True
    if _YEAR.fullmatch(words) and _SINCE.search(utterance.flat, 0, number.start):
        return True
    if 0.0 < number.high < 1.0 or (words == "one" and number.per_month is None):
        return True
    if number.per_month is not None or not number.noun:
        return False
    counted = _NOUN_END.split(number.noun)[0]
    return data_count.names_others(counted) or data_count.counts_who(words, number.high, counted)


def _is_alone(utterance: Utterance, number: Quantity) -> bool:
    """Tell whether a number is all that a sentence says, or what a message begins with before a comma."""
    before, after = utterance.flat[: number.start].rstrip(), utterance.flat[number.end :].lstrip()
    begins = not before or before[-1] in ".!?"
    return begins and (not after or after[0] in ".!" or (not before and after[0] in ",;"))


def find_denied_count(utterance: Utterance, case: Case) -> frozenset[str]:
    """Return the slots whose number is said to count something else, as in "340 is lorries, not examples"."""
    denied = set()
    for fact in (fact for slot in SLOTS for fact in case.pick_facts(slot) if isinstance(fact.value, (int, float))):
        for number in find_quantities(utterance.flat):
            is_denied = _NOT_HAD.search(utterance.flat, 0, number.start) or _COUNTS_ELSE.match(
                utterance.flat, number.end
            )
            if is_denied and _is_of(number, fact):
                denied.add(fact.slot)
    return frozenset(denied)


def without_other_counts(
    values: tuple[Reading, ...], case: Case, utterance: Utterance, asked: str | None
) -> tuple[Reading, ...]:
    """Leave out numbers that count something else than the one told before: by the message's word, or by none of it."""
    denied = find_denied_count(utterance, case)
    held = {(fact.slot, fact.value) for fact in case.facts}
    return tuple(
        value
        for value in values
        if not (
            (value.slot, value.value) in held
            if value.slot in denied
            else _is_another_count(value, case, utterance, asked)
        )
    )


def _is_another_count(value: Reading, case: Case, utterance: Utterance, asked: str | None) -> bool:
    """Tell whether a number that nobody asked for differs from one told before and does not say that it counts the
    same: "he found 31" beside 4,800 examples.
    """
    held = {fact.value for fact in case.pick_facts(value.slot) if fact.value is not None}
    if value.slot not in SLOTS or value.slot == asked or value.value in {None, *held} or not held or not value.value:
        return False
    numbers = [
        number for number in find_quantities(utterance.flat) if value.start <= number.start and number.end <= value.end
    ]
    if value.slot == data_count.SLOT:
        return not any(
            data_count.names_examples(number.noun) or data_count.is_named(utterance.flat, number) for number in numbers
        )
    return not any(number.per_month is not None for number in numbers)


def mark_correction(value: Reading, case: Case) -> Reading:
    """Return a reading as a correction where another value was heard before, and nobody has agreed to that."""
    held = [fact for fact in case.of(value.slot) if fact.value != value.value and fact.value is not None]
    is_heard = bool(held) and value.slot not in case.set_slots and not any(fact.agreed for fact in held)
    return replace(value, corrects=True) if is_heard else value


def is_number_alone(utterance: Utterance) -> bool:
    """Tell whether a number stands by itself in a message that is too large to be the place of an option."""
    return any(
        number.low > data_count.MOST_WORDED and _is_alone(utterance, number)
        for number in find_quantities(utterance.flat)
    )


def _is_of(number: Quantity, fact: Fact) -> bool:
    """Tell whether a number is the one that a fact holds, as it is or as a month's worth."""
    assert isinstance(fact.value, (int, float))
    if number.per_month is not None and fact.slot == "volume":
        forms = [number.middle * number.per_month]
    else:
        forms = [number.low, number.high, number.low * _unit(fact)]
    return any(abs(form - fact.value) <= _SAME * max(fact.value, 1.0) for form in forms)


def _unit(fact: Fact) -> float:
    """Return what a number in the unit of an earlier fact is multiplied by: requests a day are 30 a month."""
    rates = [number.per_month for number in find_quantities((fact.quote or "").lower()) if number.per_month]
    return rates[0] if rates and fact.slot == "volume" else 1.0


def _weigh_number(utterance: Utterance, number: Quantity) -> int:
    """Return how much the words before a number say that it stands: 3 for the result of a sum, 1, 0, or -1 where they
    take it back.
    """
    before = utterance.flat[max(0, number.start - 40) : number.start]
    if _RESULT.search(before):
        return 3
    if _IS_NOT.match(utterance.flat, number.end):
        return -1
    if _DENIED.search(before) and not re.search(r"\b(?:now|should be)\b[^\d,.;]{0,20}$", before):
        return -1
    return int(_STANDS.search(before) is not None)


def _is_own(utterance: Utterance, number: Quantity) -> bool:
    """Tell whether a number is the writer's own: not what somebody else says there is."""
    clause = utterance.clause_of(number.start, number.end)
    return clause is None or find_modality(utterance, clause) is not Modality.HEARSAY


def _may_mend(utterance: Utterance, number: Quantity, held: list[Fact]) -> bool:
    """Tell whether the one number of a correction is that which was wrong: it says so, or little else is said."""
    return len(utterance.flat.split()) <= _MOST_MENDING or any(_names(number, fact) for fact in held)


def _names(number: Quantity, fact: Fact) -> bool:
    """Tell whether words beside a number name what a fact counts."""
    if fact.slot == "volume":
        return number.per_month is not None
    return data_count.names_records(number.noun)


def _instead(number: Quantity, fact: Fact, utterance: Utterance) -> Reading:
    value = number.middle * number.per_month if number.per_month and fact.slot == "volume" else number.low * _unit(fact)
    clause = utterance.clause_of(number.start, number.end)
    end = clause.end if clause and clause.start <= number.start else number.end
    return Reading(fact.slot, round(value, 2), number.start, end, corrects=True, family="number")
