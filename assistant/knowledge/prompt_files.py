"""The prompts, as they stand in `prompts/*.md`.

Owns the check of their placeholders. Must not know what a prompt is for, nor what is put into it.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

from assistant.knowledge.files import Folder
from assistant.knowledge.types.phrase_texts import placeholders
from assistant.knowledge.types.prompt_text import PROMPTS, PromptTexts


def read_prompts(folder: Folder) -> PromptTexts:
    """Read `prompts/*.md`; what is missing, unknown or has other placeholders is noted as a fault with its line."""
    directory = folder.root / "prompts"
    for path in sorted(directory.glob("*")):
        if path.stem not in PROMPTS or path.suffix != ".md":
            folder.fault(path, 1, f"No prompt is called {path.name!r}.", f"Use {_names()}, or take the file away.")
    texts = {}
    for prompt_id, expected in PROMPTS.items():
        path = directory / f"{prompt_id}.md"
        texts[prompt_id] = folder.text(path)
        if texts[prompt_id]:
            _check(folder, path, texts[prompt_id], expected)
    digest = hashlib.sha256("\0".join(f"{key}\0{text}" for key, text in sorted(texts.items())).encode())
    return PromptTexts(texts, digest.hexdigest()[:12])


def _check(folder: Folder, path: Path, text: str, expected: frozenset[str]) -> None:
    allowed = ", ".join(f"{{{name}}}" for name in sorted(expected))
    try:
        held = placeholders(text)
    except ValueError as error:
        remedy = "Write {name}, and double every brace that is meant as a brace: {{ and }}."
        folder.fault(path, _line_of_fault(text), f"It cannot be filled: {error}.", remedy)
        return
    for name in sorted(held - expected):
        line = text[: text.index(f"{{{name}}}")].count("\n") + 1
        folder.fault(path, line, f"The placeholder {{{name}}} is unknown.", f"It takes exactly {allowed}.")
    for name in sorted(expected - held):
        folder.fault(path, 1, f"The placeholder {{{name}}} is left out.", f"It takes exactly {allowed}.")


def _line_of_fault(text: str) -> int:
    """Return the first line that cannot be filled by itself."""
    for number, line in enumerate(text.splitlines(), start=1):
        try:
            placeholders(line)
        except ValueError:
            return number
    return 1


def _names() -> str:
    return ", ".join(f"{name}.md" for name in PROMPTS)
