"""A tool's schemas in the subset of JSON Schema that every client of MCP takes, and arguments as clients send them.

Owns the way from our own schemas to that subset, and reading what models write in place of arrays, objects and numbers.
Must not know any tool.
"""

from __future__ import annotations

import json
from typing import Any

from assistant.domain.case import DECLINED

Schema = dict[str, Any]

_LEFT_OUT = ("pattern", "anyOf", "title", "$defs", "propertyNames")
_ABSENT = ("", "null")
_KINDS: dict[str, tuple[type, ...]] = {
    "array": (list,), "object": (dict,), "number": (int, float), "integer": (int, float), "string": (str,),
}  # fmt: skip


def plain_input(schema: Schema) -> Schema:
    """Return what a tool takes: an object at the root, one type for everything, a type beside every enum.

    What cannot be said so is said by the call: that one of several must be there, that a number may be declined. A
    number that may be declined is a text of digits.
    """
    made = {key: value for key, value in schema.items() if key not in _LEFT_OUT}
    either = schema.get("anyOf")
    if either and "type" not in schema:
        several = next((one for one in either if one.get("type") == "array"), None)
        words = [value for one in either for value in one.get("enum", ()) if isinstance(value, str)]
        if several is not None:
            made |= {"type": "array", "items": {"enum": [*several["items"]["enum"], DECLINED]}}
        else:
            made |= {"type": "string"}
            made["description"] = f'{made.get("description", "")} In digits, such as "400"; or {" or ".join(words)}.'
    if "enum" in made:
        made["enum"] = [value for value in made["enum"] if value is not None]
        made.setdefault("type", "string")
    if isinstance(made.get("type"), list):
        [made["type"]] = [kind for kind in made["type"] if kind != "null"]
    if "items" in made:
        made["items"] = plain_input(made["items"])
    if "properties" in made:
        made["properties"] = {name: plain_input(inner) for name, inner in made["properties"].items()}
    return made


def plain_output(schema: Schema, known: Schema | None = None) -> Schema:
    """Return what a tool gives without references and alternatives; what may be null has null among its types."""
    known = schema.get("$defs", {}) if known is None else known
    if "$ref" in schema:
        schema = {**known[schema["$ref"].rpartition("/")[2]], **{k: v for k, v in schema.items() if k != "$ref"}}
    made = {key: value for key, value in schema.items() if key not in _LEFT_OUT}
    either = [plain_output(one, known) for one in schema.get("anyOf", ())]
    for one in either:
        made |= {key: value for key, value in one.items() if key not in ("type", "description")}
    if either:
        made["type"] = [kind for one in either for kind in _types(one)]
        if "enum" in made and "null" in made["type"]:
            made["enum"] = [*made["enum"], None]
    if isinstance(made.get("items"), dict):
        made["items"] = plain_output(made["items"], known)
    if isinstance(made.get("additionalProperties"), dict):
        made["additionalProperties"] = plain_output(made["additionalProperties"], known)
    if "properties" in made:
        made["properties"] = {name: plain_output(inner, known) for name, inner in made["properties"].items()}
    return made


def _types(schema: Schema) -> list[str]:
    kind = schema.get("type", "string")
    return kind if isinstance(kind, list) else [kind]


def decode_arguments(given: object, schema: Schema) -> object:
    """Return arguments as they were meant: JSON inside a text is read where no text is taken, one text is a list
    of one where a list of texts is, null is left out.

    So is what models write for null where no free text is taken: the word, and an empty text. What fits nothing stays
    as it is, for the call to refuse it.
    """
    kinds, words = _list_taken(schema)
    if isinstance(given, str) and not _is_free(kinds, words) and given not in words:
        given = _read(given, kinds, words)
    if isinstance(given, str) and given and "items" in schema and _is_free(*_list_taken(schema["items"])):
        return [given]
    if isinstance(given, list) and given == [DECLINED] and DECLINED in words:
        return DECLINED
    if isinstance(given, dict) and (members := schema.get("properties")):
        return {
            name: decode_arguments(one, members.get(name, {}))
            for name, one in given.items()
            if not _is_absent(one, members.get(name, {}))
        }
    return given


def _is_absent(given: object, schema: Schema) -> bool:
    kinds, words = _list_taken(schema)
    if isinstance(given, str):
        return given.strip() in _ABSENT and given not in words and not _is_free(kinds, words)
    return given is None


def _is_free(kinds: list[str], words: list[object]) -> bool:
    """Tell whether any text is taken, and not only one of some words."""
    return "string" in kinds and not words


def _list_taken(schema: Schema) -> tuple[list[str], list[object]]:
    """Return the types and the words that a schema takes; everything, where it names none."""
    alternatives = [schema, *schema.get("anyOf", ())] if "type" not in schema else [schema]
    kinds = [kind for one in alternatives if "type" in one for kind in _types(one)]
    words = [word for one in alternatives for word in one.get("enum", ())]
    return (kinds, words) if kinds or words else (["string"], [])


def _read(text: str, kinds: list[str], words: list[object]) -> object:
    """Read a text as JSON where that gives one of these types or words; else it stays a text."""
    try:
        value = json.loads(text.strip())
    except (ValueError, RecursionError):
        return text
    if isinstance(value, str):
        return value if value in words else text
    fits = any(isinstance(value, _KINDS.get(kind, ())) for kind in kinds) and not isinstance(value, bool)
    return value if fits else text
