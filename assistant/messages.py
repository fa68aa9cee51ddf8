"""A message as it comes in: what of it is taken, and how long it may be.

Owns its limits and the characters that nobody sees. Must not know what a message says.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from assistant.domain.rulebook import Given
from assistant.errors import InputError

MESSAGE_LIMIT = 8_000
_HIDDEN = re.compile(
    "[\U000e0000-\U000e007f]|(?<=[\ufe00-\ufe0f\U000e0100-\U000e01ef])[\ufe00-\ufe0f\U000e0100-\U000e01ef]"
)


def clean(message: str) -> str:
    """Replace place by place what is no character, or what writes to a model what nobody who reads it can see.

    Lone surrogates are taken by no encoder or file. Tags, and one variation selector behind another, spell hidden text.
    """
    return _HIDDEN.sub(" ", message.encode("utf-8", "replace").decode("utf-8"))


def check_message(message: str, given: Mapping[str, Given], limit: int) -> None:
    """Check that there is something to take, and not too much. Raises InputError."""
    if len(message) > limit:
        raise InputError(
            "message_too_long",
            f"The message has {len(message):,} characters, and {limit:,} is the most. Shorten it and send it again.",
        )
    if not message.strip() and not given:
        raise InputError("empty_message", "The message is empty. Write something, or click an answer.")
