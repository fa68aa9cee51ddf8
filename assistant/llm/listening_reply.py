"""A model's answer about a message, held against rulebook and message.

Owns what of it is kept: known slots and values, quotes that stand in the message, numbers that are said. Must not know
the rules' own hearing.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from typing import Any

from pydantic import BaseModel, ConfigDict, StrictBool, StrictFloat, StrictInt, StrictStr, ValidationError

from assistant.domain.case import DECLINED, Value
from assistant.domain.dialogue import Intent
from assistant.domain.numerals import is_said
from assistant.domain.quotation import locate
from assistant.domain.rulebook import Rulebook, Slot, SlotKind, checked_facts
from assistant.errors import InputError, UpstreamError
from assistant.llm.merging import MODEL_INTENTS, Certainty, ModelHearing, ModelReading

MOST_READINGS = 20
_A_MONTH = "a month"

_UNUSABLE = "The model answered nothing usable."


class _Reply(BaseModel):
    """The answer as a whole; what each reading is worth is seen one by one."""

    model_config = ConfigDict(extra="ignore")

    language: StrictStr
    intent: Intent
    readings: list[Any]


class _Reading(BaseModel):
    model_config = ConfigDict(extra="ignore", allow_inf_nan=False)

    quote: StrictStr
    slot: StrictStr
    value: StrictStr | StrictInt | StrictFloat | None
    certainty: Certainty
    corrects: StrictBool


def is_usable(reply: str) -> bool:
    """Tell whether an answer as a whole is of the shape that was asked for."""
    try:
        return _parsed(reply).intent in MODEL_INTENTS
    except UpstreamError:
        return False


def read_reply(reply: str, message: str, unmask: Callable[[str], str], rulebook: Rulebook) -> ModelHearing:
    """Return what of a model's answer stands in the message and in the rulebook, in the answer's order.

    `unmask` turns a quote of what was sent into one of the message. A reading that does not hold is left out.

    Raises:
        UpstreamError: the answer as a whole is not of the shape that was asked for.
    """
    whole = _parsed(reply)
    if whole.intent not in MODEL_INTENTS:
        raise UpstreamError(_UNUSABLE, retryable=True)
    found: list[ModelReading] = []
    for given in whole.readings[:MOST_READINGS]:
        reading = _checked(given, message, unmask, rulebook)
        if reading is not None and reading not in found:
            found.append(reading)
    return ModelHearing(whole.intent, tuple(found), _language(whole.language))


def _language(named: str) -> str | None:
    code = named.strip().lower()[:2]
    return code if len(code) == 2 and code.isascii() and code.isalpha() else None


def _parsed(reply: str) -> _Reply:
    try:
        return _Reply.model_validate(json.loads(reply))
    except (ValueError, RecursionError) as error:  # pydantic's own error is a ValueError too
        raise UpstreamError(_UNUSABLE, retryable=True) from error


def _checked(given: object, message: str, unmask: Callable[[str], str], rulebook: Rulebook) -> ModelReading | None:
    try:
        reading = _Reading.model_validate(given)
        slot = rulebook.slot(reading.slot)
        value = _value(rulebook, slot, reading.value)
    except (ValidationError, KeyError, InputError):
        return None
    place = locate(unmask(reading.quote), message)
    if place is None or not _is_said(slot, value, message[slice(*place)]):
        return None
    return ModelReading(slot.id, value, *place, reading.certainty, reading.corrects)


def _value(rulebook: Rulebook, slot: Slot, given: str | float | None) -> Value | None:
    """Return a value of the slot, or None where the user is said not to know. Raises InputError for any other."""
    if given is None or given == DECLINED:
        return None
    if slot.kind is SlotKind.NUMBER and isinstance(given, str):
        given = _number(given)
    checked = checked_facts(rulebook, {slot.id: given})[slot.id]
    return checked[0] if isinstance(checked, tuple) else checked


def _number(text: str) -> float:
    """Read a number that was written as text. Raises InputError where it is none."""
    try:
        number = float(text)
    except ValueError:
        number = math.nan
    if not math.isfinite(number):
        raise InputError("not_a_number", f"{text!r} is no number.")
    return number


def _is_said(slot: Slot, value: Value | None, quote: str) -> bool:
    """Tell whether a number stands in its quote; other values are not words of the user's."""
    if value is None or isinstance(value, str):
        return True
    return is_said(value, quote, a_month=slot.unit is not None and slot.unit.endswith(_A_MONTH))
