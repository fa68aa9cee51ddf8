"""Leaving out what a model thinks aloud before it answers, as some local models do.

Owns the marks of such thoughts. Must not know what is said after them.
"""

from __future__ import annotations

_OPENING, _CLOSING = "<think>", "</think>"


class ThoughtFilter:
    """Takes a reply in pieces and gives it on without the thoughts it begins with."""

    def __init__(self) -> None:
        self._held = ""
        self._is_through = False

    def take(self, piece: str) -> str:
        """Return what of the reply is known to be said after this piece; empty while it may still be a thought."""
        if self._is_through:
            return piece
        self._held += piece
        text = self._held.lstrip()
        if text.startswith(_OPENING):
            _, closing, said = text.partition(_CLOSING)
            self._held = said.lstrip() if closing else self._held
            if not closing or not self._held:
                return ""
        elif _OPENING.startswith(text):
            return ""
        self._is_through = True
        return self._held

    def rest(self) -> str:
        """Return what was held back at the end of the reply; a thought without an end is none of it."""
        is_thought = self._is_through or self._held.lstrip().startswith(_OPENING)
        return "" if is_thought else self._held
