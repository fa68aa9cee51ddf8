"""A model's answer about a message, held against rulebook and message.

Owns what of it is kept: known slots and values, quotes that stand in the message, numbers that are said. Must not know
the rules' own interpretation.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable
from typing import Annotated, Any

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    StrictFloat,
    StrictInt,
    StrictStr,
    ValidationError,
    model_validator,
)

from assistant.domain.case import DECLINED, Value
from assistant.domain.dialogue import Intent
from assistant.domain.rulebook import Rulebook, Slot, SlotKind, check_facts
from assistant.errors import InputError, UpstreamError
from assistant.llm.listening.merging import MODEL_INTENTS, Certainty, ModelInterpretation, ModelReading
from assistant.text.numerals import is_said
from assistant.text.quotation import locate

MOST_READINGS = 20
_A_MONTH = "a month"
_MARKS = "\"'`“”„‘’‚«» "
_LEFT_OUT = ("...", "…")
_NULLS = ("null", "")
_THOUSANDS = re.compile(r"\d{1,3}(?:,\d{3})+")

_UNUSABLE = "The model answered nothing usable."


def _word(value: object) -> object:
    """Return an id as the rulebook writes it: alone in no list, in small letters, its words joined."""
    value = _only(value)
    return "_".join(re.split(r"[\s_-]+", value.strip().strip(_MARKS).lower())) if isinstance(value, str) else value


def _only(value: object) -> object:
    """Return what a list of one holds; everything else as it is."""
    return value[0] if isinstance(value, list) and len(value) == 1 else value


def _list_readings(value: object) -> object:
    """Return the readings as a list: a single one may stand there without it, and null for none."""
    return [] if value is None else [value] if isinstance(value, dict) and value else value


def _is_true(value: object) -> object:
    """Return whether something holds: a word for it is taken too, and what was left out does not hold."""
    value = _word(value)
    return {"true": True, "yes": True, "1": True, 1: True}.get(value, False) if isinstance(value, str | int) else False


def _certainty(value: object) -> object:
    """Return how sure the user was; what was left out is not sure."""
    value = _word(value)
    return value if value in tuple(Certainty) else Certainty.HEDGED if value in (None, "") else value


def _in_small_letters(members: object) -> object:
    """Return an object's members by their names in small letters."""
    members = _only(members)
    return (
        {str(name).strip().lower(): value for name, value in members.items()} if isinstance(members, dict) else members
    )


class _Loose(BaseModel):
    """What a model writes nearly as it was asked to is taken."""

    model_config = ConfigDict(extra="ignore", allow_inf_nan=False)

    _names = model_validator(mode="before")(_in_small_letters)


class _Reply(_Loose):
    """The answer as a whole; what each reading is worth is seen one by one."""

    intent: Annotated[Intent, BeforeValidator(_word)]
    readings: Annotated[list[Any], BeforeValidator(_list_readings)]
    language: Any = None


class _Reading(_Loose):
    quote: Annotated[StrictStr, BeforeValidator(_only)]
    slot: Annotated[StrictStr, BeforeValidator(_word)]
    value: Annotated[StrictStr | StrictInt | StrictFloat | None, BeforeValidator(_only)]
    certainty: Annotated[Certainty, BeforeValidator(_certainty)] = Certainty.HEDGED
    corrects: Annotated[bool, BeforeValidator(_is_true)] = False


def is_usable(reply: str) -> bool:
    """Tell whether an answer as a whole is of the shape that was asked for."""
    try:
        return _parse_reply(reply).intent in MODEL_INTENTS
    except UpstreamError:
        return False


def read_reply(reply: str, message: str, unmask: Callable[[str], str], rulebook: Rulebook) -> ModelInterpretation:
    """Return what of a model's answer stands in the message and in the rulebook, in the answer's order.

    `unmask` turns a quote of what was sent into one of the message. A reading that does not hold is left out.

    Raises:
        UpstreamError: the answer as a whole is not of the shape that was asked for.
    """
    whole = _parse_reply(reply)
    if whole.intent not in MODEL_INTENTS:
        raise UpstreamError(_UNUSABLE, retryable=True)
    found: list[ModelReading] = []
    for given in [one for several in whole.readings for one in _each(several)][:MOST_READINGS]:
        reading = _check_reading(given, message, unmask, rulebook)
        if reading is not None and reading not in found:
            found.append(reading)
    return ModelInterpretation(whole.intent, tuple(found), _language(whole.language))


def _language(named: object) -> str | None:
    if not isinstance(named, str):
        return None
    code = named.strip().lower()[:2]
    return code if len(code) == 2 and code.isascii() and code.isalpha() else None


def _parse_reply(reply: str) -> _Reply:
    try:
        return _Reply.model_validate(json.loads(reply))
    except (ValueError, RecursionError) as error:  # pydantic's own error is a ValueError too
        raise UpstreamError(_UNUSABLE, retryable=True) from error


def _each(given: object) -> list[object]:
    """Return a reading once for each of several values that it gives."""
    values = given.get("value") if isinstance(given, dict) else None
    if not isinstance(values, list) or not isinstance(given, dict):
        return [given]
    return [{**given, "value": value} for value in values[:MOST_READINGS]]


def _check_reading(
    given: object, message: str, unmask: Callable[[str], str], rulebook: Rulebook
) -> ModelReading | None:
    try:
        reading = _Reading.model_validate(given)
        slot = rulebook.slot(reading.slot)
        value = _value(rulebook, slot, reading.value)
    except (ValidationError, KeyError, InputError):
        return None
    place = _place(unmask(reading.quote), message)
    if place is None or not _is_said(slot, value, message[slice(*place)]):
        return None
    return ModelReading(slot.id, value, *place, reading.certainty, reading.corrects)


def _place(quote: str, message: str) -> tuple[int, int] | None:
    """Return where a quote stands in the message; marks of quoting or of leaving out round it may be the model's."""
    return locate(quote, message) or locate(_bare(quote), message)


def _bare(quote: str) -> str:
    for mark in _LEFT_OUT:
        quote = quote.strip().strip(_MARKS).removeprefix(mark).removesuffix(mark)
    return quote.strip(_MARKS)


def _value(rulebook: Rulebook, slot: Slot, given: str | float | None) -> Value | None:
    """Return a value of the slot, or None where the user is said not to know. Raises InputError for any other."""
    if isinstance(given, str) and given.strip().lower() in (*_NULLS, DECLINED):
        return None
    if isinstance(given, str):
        given = _number(given) if slot.kind is SlotKind.NUMBER else str(_word(given))
    if given is None:
        return None
    checked = check_facts(rulebook, {slot.id: given})[slot.id]
    return checked[0] if isinstance(checked, tuple) else checked


def _number(text: str) -> float:
    """Read a number that was written as text. Raises InputError where it is none."""
    text = text.strip().strip(_MARKS)
    try:
        number = float(text.replace(",", "") if _THOUSANDS.fullmatch(text) else text)
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
