"""What a model is told before it listens, and the shape its answer must have.

Owns how rulebook, question and message become a prompt and a JSON schema. Must not know how a model is called, nor what
becomes of its answer.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from assistant.domain.conversation import Role, Said
from assistant.domain.dialogue import Question
from assistant.domain.rulebook import Rulebook, Slot, SlotKind
from assistant.knowledge.types.prompt_text import PromptTexts
from assistant.llm.listening.merging import MODEL_INTENTS, Certainty
from assistant.ports import Prompt

Schema = dict[str, object]

_MOST_RECENT = 6
_LONGEST_RECENT = 600
_SHORTEST_FENCE = 5
_NOTHING = "none"
_SPEAKERS = {Role.USER: "User", Role.ASSISTANT: "Coach"}


def write_listening_prompt(
    prompts: PromptTexts, rulebook: Rulebook, message: str, question: Question | None, recent: Sequence[Said]
) -> Prompt:
    """Put the message, as data, before a model that knows the slots, the question and what was said last.

    The instructions are the same for every message, so that endpoints can keep them.
    """
    asked = " ".join(question.text.split()) if question else _NOTHING
    text = prompts.fill(
        "listen_message", fence=fence(message), recent=quote_recent(recent) or _NOTHING, question=asked, message=message
    )
    instructions = prompts.fill("listen", slots=describe_slots(rulebook))
    return Prompt(instructions, (Said(Role.USER, text),))


def quote_recent(recent: Sequence[Said]) -> str:
    """Return the last messages as one text, oldest first, long ones cut short."""
    return "\n\n".join(f"{_SPEAKERS[said.role]}: {_shorten(said.text)}" for said in recent[-_MOST_RECENT:])


def fence(message: str) -> str:
    """Return a line of tildes that does not stand in the message."""
    longest = max((len(run) for run in re.findall("~+", message)), default=0)
    return "~" * max(longest + 1, _SHORTEST_FENCE)


def describe_slots(rulebook: Rulebook) -> str:
    """Describe every slot and what its values mean, one value a line."""
    return "\n\n".join(_describe_slot(slot) for slot in rulebook.slots)


def reply_schema(rulebook: Rulebook) -> Schema:
    """Return the JSON schema of an answer: closed objects, every member required, only values of the rulebook.

    A reading begins with its quote, so that a model looks at the message before it says what it means.
    """
    readings = {"type": "array", "items": {"anyOf": [_describe_reading(slot) for slot in rulebook.slots]}}
    intents = {"type": "string", "enum": [intent.value for intent in MODEL_INTENTS]}
    schema = _close_object({"language": {"type": "string"}, "intent": intents, "readings": readings})
    return {"title": "heard", "description": "What one message says, each fact with its quote.", **schema}


def _describe_slot(slot: Slot) -> str:
    if slot.kind is SlotKind.NUMBER:
        return f"{slot.id}: a number of {slot.unit}. {slot.question}"
    several = " It can hold several values." if slot.kind is SlotKind.SET else ""
    lines = [f'- "{option.value}": {option.label}; {option.heard}' for option in slot.options]
    return "\n".join([f"{slot.id}: {slot.question}{several}", *lines])


def _describe_reading(slot: Slot) -> Schema:
    value: Schema
    if slot.kind is SlotKind.NUMBER:
        value = {"type": ["number", "null"]}
    else:
        value = {"type": ["string", "null"], "enum": [*(option.value for option in slot.options), None]}
    return _close_object(
        {
            "quote": {"type": "string"},
            "slot": {"type": "string", "enum": [slot.id]},
            "value": value,
            "certainty": {"type": "string", "enum": [certainty.value for certainty in Certainty]},
            "corrects": {"type": "boolean"},
        }
    )


def _close_object(members: Schema) -> Schema:
    return {"type": "object", "properties": members, "required": list(members), "additionalProperties": False}


def _shorten(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _LONGEST_RECENT else f"{line[:_LONGEST_RECENT]} …"
