"""What programs send: described for OpenAPI and MCP, and checked in the same terms.

Owns the limits of a search. What an inquiry takes is checked by `inquiry`; a test holds its description to that.
"""

from __future__ import annotations

from typing import Any

from assistant.domain.case import DECLINED
from assistant.domain.rulebook import Rulebook, Slot, SlotKind
from assistant.errors import InputError
from assistant.inquiry import MESSAGES_LIMIT, check_object

QUERY_LIMIT = 1_000
PASSAGES_LIMIT, PASSAGES_USUAL = 20, 5
CORPORA = ("documents", "guidance")
RULEBOOK_PARTS = ("slots", "verdicts", "mistakes", "criteria", "thresholds")
_SEARCH_FIELDS = ("query", "k", "in")

Schema = dict[str, Any]
_WRITTEN = r"[^\s\x1c-\x1f\x85\ufeff]"
"""A character that is written, for Python and for ECMAScript alike."""


def inquiry_schema(rulebook: Rulebook, message_limit: int) -> Schema:
    """Describe an inquiry; the slots and their values are the rulebook's."""
    message = {"type": "string", "maxLength": message_limit, "pattern": _WRITTEN}
    facts = {slot.id: _slot_schema(slot) for slot in rulebook.slots}
    return {
        "type": "object",
        "properties": {
            "messages": {
                "type": ["array", "null"],
                "items": message,
                "maxItems": MESSAGES_LIMIT,
                "description": "What the user said of the case, word for word and oldest first: first the story, then "
                "one message for each reply to a question that an earlier answer asked. "
                f"At most {MESSAGES_LIMIT}, {message_limit} characters each.",
            },
            "facts": {
                "type": ["object", "null"],
                "properties": facts,
                "additionalProperties": False,
                "description": "Only what the user told you for certain or confirmed when asked, by slot: a verdict "
                "rests on these alone, and they outweigh the words. Take them from to_agree once the user said yes. "
                f'Never guess one. "{DECLINED}" says that the user does not know.',
            },
        },
        "anyOf": [
            {"required": ["messages"], "properties": {"messages": {"type": "array", "minItems": 1}}},
            {"required": ["facts"], "properties": {"facts": {"type": "object", "minProperties": 1}}},
        ],
        "additionalProperties": False,
    }


def search_schema() -> Schema:
    """Describe a search."""
    return {
        "type": "object",
        "properties": {
            "query": {
                "type": "string",
                "maxLength": QUERY_LIMIT,
                "pattern": _WRITTEN,
                "description": "What to look for, as a question or in keywords, in English.",
            },
            "k": {
                "type": "integer",
                "minimum": 1,
                "maximum": PASSAGES_LIMIT,
                "default": PASSAGES_USUAL,
                "description": "How many passages at most.",
            },
            "in": {
                "enum": [*CORPORA, None],
                "description": "Search only the house document, or only the guidance cards; both where left out.",
            },
        },
        "required": ["query"],
        "additionalProperties": False,
    }


def _slot_schema(slot: Slot) -> Schema:
    options = [option.value for option in slot.options]
    meanings = "; ".join(f"{option.value}: {option.label}" for option in slot.options)
    described = {"description": f"{slot.question} ({slot.unit or meanings})"}
    if slot.kind is SlotKind.NUMBER:
        number = {"type": "number", "minimum": 0, "maximum": 1e15}
        return {"anyOf": [number, {"enum": [DECLINED, None]}], **described}
    if slot.kind is SlotKind.SET:
        members = {"type": "array", "items": {"enum": options}}
        return {"anyOf": [members, {"enum": [*options, DECLINED, None]}], **described}
    return {"enum": [*options, DECLINED, None], **described}


def part_schema() -> Schema:
    """Describe which part of the rulebook can be asked for."""
    part = {"enum": [*RULEBOOK_PARTS, None], "description": "Only this part; all of it, some 45 kB, where left out."}
    return {"type": "object", "properties": {"part": part}, "additionalProperties": False}


def read_part(given: object) -> str | None:
    """Read which part of the rulebook is asked for; None is all of it.

    Raises:
        InputError: there is no such part.
    """
    part = check_object(given, ("part",)).get("part")
    if part is None or (isinstance(part, str) and part in RULEBOOK_PARTS):
        return part
    raise InputError("unknown_part", f"part cannot be {part!r}. Use {', '.join(RULEBOOK_PARTS)}, or none.", "part")


def read_search(given: object) -> tuple[str, int, str | None]:
    """Read a search: the query, how many passages at most, and where.

    Raises:
        InputError: with the field at fault.
    """
    known = check_object(given, _SEARCH_FIELDS)
    query, k, corpus = known.get("query"), known.get("k", PASSAGES_USUAL), known.get("in")
    if not isinstance(query, str) or not query.strip():
        raise InputError("bad_query", "query must be a text that is not empty.", "query")
    if len(query) > QUERY_LIMIT:
        what = f"The query has {len(query):,} characters, and {QUERY_LIMIT:,} is the most. Shorten it."
        raise InputError("query_too_long", what, "query")
    if isinstance(k, float) and k.is_integer():  # to JSON, 7.0 is a whole number
        k = int(k)
    if isinstance(k, bool) or not isinstance(k, int) or not 1 <= k <= PASSAGES_LIMIT:
        raise InputError("bad_k", f"k must be a whole number from 1 to {PASSAGES_LIMIT}, not {k!r}.", "k")
    if corpus is not None and corpus not in CORPORA:
        raise InputError("unknown_corpus", f"in cannot be {corpus!r}. Use {' or '.join(CORPORA)}, or leave it.", "in")
    return query.encode("utf-8", "replace").decode("utf-8"), k, corpus
