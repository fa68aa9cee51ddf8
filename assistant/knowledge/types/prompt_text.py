"""Prompts: the reviewed texts a language model is instructed with, and which placeholders each of them has.

Owns the names of prompts and their placeholders. Must not know the texts, which are files under `knowledge/prompts/`,
nor what is put into them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

_PLACEHOLDERS = {
    "listen": "slots",
    "listen_message": "fence recent question message",
    "listen_repair": "",
    "speak": "",
    "speak_message": "fence recent message case places question",
    "speak_reviewed": "courtesies",
    "speak_translating": "",
}
PROMPTS: Mapping[str, frozenset[str]] = {key: frozenset(names.split()) for key, names in _PLACEHOLDERS.items()}
"""Every prompt there must be, by the name of its file, with the placeholders that it holds, each at least once."""


@dataclass(frozen=True, slots=True)
class PromptTexts:
    """The text of every prompt in `PROMPTS`; `version` is a hash of them all, 12 hex digits, for records."""

    texts: Mapping[str, str]
    version: str

    def fill(self, prompt_id: str, **values: str) -> str:
        """Put values into a prompt's placeholders; braces within a value are left as they are.

        Raises:
            KeyError: there is no such prompt, or one of its placeholders was given no value.
        """
        return self.texts[prompt_id].format(**values)
