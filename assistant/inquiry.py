"""An inquiry: a case that a program tells all at once, and the one answer to it.

Owns its shape, its limits and what makes one unfit to be answered. Must not know whether it came over HTTP, from a file
or from the command line. Nothing of it is kept.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace

from assistant.coach import Coach
from assistant.domain.dialogue import TurnResult
from assistant.domain.rulebook import Rulebook, check_facts
from assistant.errors import InputError
from assistant.ports import ModelTurn

MESSAGES_LIMIT = 20
FIELDS = ("messages", "facts")
_NESTING_LIMIT = 20


@dataclass(frozen=True, slots=True)
class Inquiry:
    """What is told of a case: the user's messages, oldest first, and facts that are known beside them.

    The facts hold from the first message on. Each later message is heard as the reply to the question that the one
    before it was answered with.
    """

    messages: tuple[str, ...]
    facts: Mapping[str, object]

    @property
    def digest(self) -> str:
        """A name for it that says nothing: the same for the same inquiry, 16 hexadecimal digits."""
        told = json.dumps([self.messages, self.facts], sort_keys=True)
        return hashlib.sha256(told.encode("ascii")).hexdigest()[:16]


def answer(
    coach: Coach,
    inquiry: Inquiry,
    name: str | None = None,
    watch: Callable[[ModelTurn], None] | None = None,
    check: Callable[[], None] | None = None,
) -> TurnResult:
    """Answer an inquiry from scratch and return its last turn, under `name` or else its digest.

    A model listens to every message and speaks once; what was to be noted on the way is noted in the end. `watch` is
    handed the model's turn for each message, so that another thread can cancel it; `check` is called before each
    message, and ends the work by raising.
    """
    conversation, facts = coach.start(name or inquiry.digest), inquiry.facts
    messages = inquiry.messages or ("",)
    notices: list[str] = []
    for number, message in enumerate(messages, start=1):
        if check is not None:
            check()
        is_last = number == len(messages)
        conversation, result = coach.respond(conversation, message, facts, watch, speaks=is_last, may_agree=False)
        notices += result.notices
        facts = {}
    return replace(result, notices=tuple(dict.fromkeys(notices)))


def parse_json(text: bytes) -> object:
    """Parse JSON in UTF-8; a byte order mark before it does no harm.

    Raises:
        InputError: it is none, or is nested so deep that what handles it further on might give up.
    """
    try:
        value: object = json.loads(text.decode("utf-8-sig"))
    except (UnicodeDecodeError, ValueError, RecursionError) as error:
        raise InputError("not_json", f"It is not JSON in UTF-8: {error}. Send one JSON object.") from None
    level = [value]
    for _ in range(_NESTING_LIMIT):
        level = [inner for held in level for inner in _list_members(held)]
        if not level:
            return value
    raise InputError("not_json", f"It is nested more than {_NESTING_LIMIT} deep. Send one plain JSON object.")


def read_inquiry(given: object, coach: Coach) -> Inquiry:
    """Read an inquiry that a coach can answer from what JSON gave: an object with `messages`, `facts` or both.

    Raises:
        InputError: with the field at fault, its value, and what it takes.
    """
    known = check_object(given, FIELDS)
    messages, facts = _messages(known.get("messages"), coach.message_limit), known.get("facts")
    if facts is None:
        facts = {}
    if not isinstance(facts, dict):
        raise InputError("bad_facts", f"facts must be an object of slots, not {_kind(facts)}.", "facts")
    for slot, value in facts.items():
        _check_fact(coach.rulebook, slot, value)
    if not messages and not facts:
        raise InputError("empty_message", "Nothing is told. Send messages, facts, or both.", "messages")
    for number, message in enumerate(messages):
        if not message.strip():
            raise InputError("empty_message", "The message is empty. Write something.", f"messages.{number}")
    return Inquiry(messages, facts)


def check_object(given: object, fields: tuple[str, ...]) -> dict[str, object]:
    """Return an object that has no other fields than these.

    Raises:
        InputError: it is no object, or has others.
    """
    if not isinstance(given, dict):
        n = f" of {len(given):,}" if isinstance(given, list) else ""
        raise InputError("not_an_object", f"It is JSON but {_kind(given)}{n}. Send one JSON object at a time.")
    unknown = sorted(given.keys() - set(fields))
    if unknown:
        raise InputError("unknown_field", f"There is no field {unknown[0]!r}. Use {_join_names(fields)}.", unknown[0])
    return given


def _list_members(value: object) -> Iterable[object]:
    if isinstance(value, dict):
        return value.values()
    return value if isinstance(value, list) else ()


def _messages(given: object, limit: int) -> tuple[str, ...]:
    if given is None:
        return ()
    if not isinstance(given, list):
        raise InputError("bad_messages", f"messages must be a list of texts, not {_kind(given)}.", "messages")
    if len(given) > MESSAGES_LIMIT:
        what = f"There are {len(given):,} messages, and {MESSAGES_LIMIT} is the most. Join some of them."
        raise InputError("too_many_messages", what, "messages")
    return tuple(_message(message, limit, f"messages.{number}") for number, message in enumerate(given))


def _message(given: object, limit: int, field: str) -> str:
    if not isinstance(given, str):
        raise InputError("bad_message", f"A message must be a text, not {_kind(given)}.", field)
    if len(given) > limit:
        what = f"The message has {len(given):,} characters, and {limit:,} is the most. Shorten it."
        raise InputError("message_too_long", what, field)
    return given


def _check_fact(rulebook: Rulebook, slot: str, value: object) -> None:
    try:
        check_facts(rulebook, {slot: value})
    except InputError as error:
        raise InputError(error.code, str(error), f"facts.{slot}") from None


def _join_names(names: tuple[str, ...]) -> str:
    return " and ".join(filter(None, [", ".join(names[:-1]), names[-1]]))


def _kind(value: object) -> str:
    """Name a JSON value's kind as JSON does."""
    kinds = {dict: "an object", list: "a list", str: "a text", bool: "true or false", type(None): "null"}
    return kinds.get(type(value), "a number")
