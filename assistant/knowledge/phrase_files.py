"""The wordings of replies, as they stand in `phrases.yaml`.

Owns the shape of that file and the check of its placeholders. Must not know when a phrase is said.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from pydantic import Field, RootModel, ValidationError

from assistant.knowledge.files import Folder, LocatedDict
from assistant.knowledge.types.phrase_texts import PLACEHOLDERS, Phrases, placeholders


class _PhraseFile(RootModel[dict[str, dict[str, list[str]]]]):
    """Groups of phrases; each phrase is a list of variants."""

    root: dict[str, dict[str, list[str]]] = Field(min_length=1)


def read_phrases(folder: Folder) -> Phrases:
    """Read `phrases.yaml`; what is missing, unknown or has other placeholders is noted as a fault with its key."""
    path = folder.root / "phrases.yaml"
    return check_phrases(folder, path, folder.yaml(path))


def check_phrases(folder: Folder, path: Path, data: Any) -> Phrases:
    """Return the phrases that stand in a file, in whatever language, and note what is wrong with them."""
    try:
        groups = _PhraseFile.model_validate(data).root
    except ValidationError as error:
        misfit = error.errors()[0]
        key = ".".join(str(step) for step in misfit["loc"]) or "the file"
        folder.fault(path, 1, f"{key}: {misfit['msg']}.", "Write groups of phrases, each a list of wordings.")
        return Phrases({})
    found = {
        f"{group}.{name}": tuple(wordings) for group, phrases in groups.items() for name, wordings in phrases.items()
    }
    for key in sorted(PLACEHOLDERS.keys() - found.keys()):
        folder.fault(path, 1, f"The phrase {key!r} is missing.", "Write at least one wording for it.")
    for key, wordings in found.items():
        _check(folder, path, key, wordings, _line(data, key))
    return Phrases(found)


def _check(folder: Folder, path: Path, key: str, wordings: tuple[str, ...], line: int) -> None:
    expected = PLACEHOLDERS.get(key)
    if expected is None:
        folder.fault(path, line, f"No reply says the phrase {key!r}.", "Correct its name or take it out.")
        return
    if not wordings:
        folder.fault(path, line, f"The phrase {key!r} has no wording.", "Write at least one.")
    for wording in wordings:
        try:
            held = placeholders(wording)
        except ValueError as error:
            folder.fault(
                path, line, f"{key}: {wording!r} cannot be filled: {error}.", "Write {name}, or mend the braces."
            )
            continue
        if not wording.strip():
            folder.fault(path, line, f"{key}: a wording is empty.", "Write it or take it out.")
        for name in sorted(held - expected):
            folder.fault(
                path, line, f"{key}: {wording!r} has the unknown placeholder {{{name}}}.", _name_allowed(expected)
            )
        for name in sorted(expected - held):
            folder.fault(path, line, f"{key}: {wording!r} leaves out {{{name}}}.", _name_allowed(expected))


def _name_allowed(expected: frozenset[str]) -> str:
    names = ", ".join(f"{{{name}}}" for name in sorted(expected))
    return f"It takes exactly {names}." if names else "It takes no placeholder."


def _line(data: LocatedDict, key: str) -> int:
    group, name = key.split(".", 1)
    return int(data[group].lines[name])
