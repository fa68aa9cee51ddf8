"""A number that is told by its factors: "six midwives, each maybe 50 a month", "ten per class and there are 22".

Owns which two numbers of a sentence belong together so. Must not know how numbers are spelled, nor what slots count.
"""

from __future__ import annotations

import re
from dataclasses import replace

from assistant.text.numbers import Measure, Quantity
from assistant.understanding.slots import data_count

_MOST_HOLDERS = 5_000
_EACH_AFTER = re.compile(
    r"^[^,;.!?\d]{0,30}?\b(?:each(?! (?:hour|day|night|week|month|quarter|year))"
    r"|apiece|a piece|a head|per (?P<of>[a-z]{3,20}))\b"
)
_EACH_BEFORE = re.compile(r"\b(?:each|everyone|every one)\b[^,;.!?\d]{0,20}$")
_EACH_OF = re.compile(r"\b(?:each|every one) of (?:our |the |my |these )?$")
_PERIODS = frozenset(
    {"hour", "day", "night", "week", "month", "quarter", "year", "cent", "second", "minute", "request"}
)


def multiply_factors(flat: str, quantities: tuple[Quantity, ...]) -> tuple[Quantity, ...]:
    """Return the numbers with each pair of factors as the one number that they make, in order."""
    found: list[Quantity] = []
    for number in quantities:
        if found and (product := _multiply(flat, found[-1], number)) is not None:
            found[-1] = product
        else:
            found.append(number)
    return tuple(found)


def _multiply(flat: str, first: Quantity, second: Quantity) -> Quantity | None:
    """Return the product of two numbers that follow each other, the place of both; None where they are no factors."""
    if re.search(r"[;!?\n]|\.\s", flat[first.end : second.start]) or first.measure is not Measure.COUNT:
        return None
    for holders, share in ((first, second), (second, first)):
        if _hold(holders) and share.measure is Measure.COUNT and _is_share(flat, share, holders):
            low, high = holders.low * share.low, holders.high * share.high
            noun = re.sub(r"^per \w+\s?", "", share.noun)
            return replace(share, start=first.start, end=second.end, low=low, high=high, noun=noun)
    return None


def _hold(number: Quantity) -> bool:
    """Tell whether a number counts people or kinds of which each may have a share."""
    is_few = number.measure is Measure.COUNT and number.low >= 2 and number.high <= _MOST_HOLDERS
    return is_few and bool(number.noun) and number.per_month is None and not data_count.names_records(number.noun)


def _is_share(flat: str, share: Quantity, holders: Quantity) -> bool:
    """Tell whether words beside a number say that each of the others has so much."""
    before = flat[max(0, share.start - 60) : share.start]
    if _EACH_BEFORE.search(before) or _EACH_OF.search(flat[max(0, holders.start - 24) : holders.start]):
        return True
    each = _EACH_AFTER.match(flat[share.end : share.end + 60])
    if each is None or each["of"] in _PERIODS:
        return False
    return each["of"] is None or each["of"] in ("head", "person", "capita") or each["of"][:4] in holders.noun
