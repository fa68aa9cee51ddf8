"""Cuts a reply into sentences and places while it streams.

Owns where a sentence ends, whatever pieces it came in. Must not know what a key stands for, nor what is shown.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

# Each repetition has a bound or only one place to begin: a model that repeats itself is read as fast as any other.
_PLACE = r"\{{1,4}\s{0,4}k\d{1,4}(?:[\s,]{1,4}k?\d{1,4}){0,20}\s{0,4}\}{1,4}(?=[^}])"
_CUT = re.compile(
    rf"(?P<place>{_PLACE})"
    r"|(?<![.!?…。！？])(?<!\be\.g)(?<!\bi\.e)(?<!\bvs)[.!?…。！？]+[\"”'’)»*]*"
    r"(?=[ \t]+\S|[ \t]*\n|[ \t]*\{|(?<=[。！？])[^\s])"
    r"|:(?=\s*\{)"
    r"|\n"
)
_KEY = re.compile(r"\d+")
_MARKER = re.compile(r"^(?:[-*•–]|\d{1,2}[.)])(?:\s+|$)")
_LONGEST = 1500
_END_OF_REPLY = "\n"


@dataclass(frozen=True, slots=True)
class ReplyPiece:
    """One sentence as a model wrote it, or the places that it named; one of the two is empty."""

    text: str = ""
    keys: tuple[str, ...] = ()


class ReplySplitter:
    """Takes pieces and gives sentences and places; how the text was cut into pieces makes no difference."""

    def __init__(self) -> None:
        self._rest = ""

    def feed(self, piece: str) -> list[ReplyPiece]:
        """Return what the next piece completes."""
        self._rest += piece.replace("\r", "")
        found = []
        while match := _CUT.search(self._rest):
            found += self._cut(match)
        if len(self._rest) > _LONGEST:
            self._rest = ""
        return found

    def finish(self) -> list[ReplyPiece]:
        """Return the last of it."""
        return self.feed(_END_OF_REPLY)

    def _cut(self, match: re.Match[str]) -> list[ReplyPiece]:
        raw = self._rest[: match.start() if match["place"] else match.end()]
        text = _MARKER.sub("", " ".join(raw.split()))
        self._rest = self._rest[match.end() :]
        keys = tuple(dict.fromkeys(f"k{number}" for number in _KEY.findall(match["place"] or "")))
        return [*([ReplyPiece(text)] if text else []), *([ReplyPiece(keys=keys)] if keys else [])]
