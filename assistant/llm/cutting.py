"""Cuts a reply into sentences with their keys while it streams.

Owns where a sentence ends, whatever pieces it came in. Must not know what a key stands for, nor what is shown.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from assistant.domain.surface import without_bold

# Each repetition has a bound or only one place to begin: a model that repeats itself is read as fast as any other.
_KEYS = r"(?<!\})(?<!\} )(?:\{{1,4}\s{0,4}k\d{1,4}(?:[\s,]{1,4}k?\d{1,4}){0,20}\s{0,4}\}{1,4}[.,;]?[ \t]{0,4}){1,20}"
_AHEAD = r"(?=[ \t]*[^\s{.,;])|(?=[ \t]*\n)"
_END = re.compile(
    rf"(?P<keys>{_KEYS})(?:{_AHEAD})"
    r"|(?<![.!?…。！？])(?<!\be\.g)(?<!\bi\.e)(?<!\bvs)[.!?…。！？]+[\"”'’)»*]*"
    r"(?=[ \t]+[^\s{]|[ \t]*\n|(?<=[。！？])[^\s{])"
    r"|\n"
)
_KEY = re.compile(r"\d+")
_MARKER = re.compile(r"^(?:[-*•–]|\d{1,2}[.)])(?:\s+|$)")
_LONGEST = 1500
_END_OF_REPLY = "\n"


@dataclass(frozen=True, slots=True)
class Cut:
    """One sentence as a model wrote it; `keys` name what it says, `opens` tells that it begins a line."""

    text: str
    keys: tuple[str, ...]
    opens: bool


class Cutter:
    """Takes pieces and gives sentences; how the text was cut into pieces makes no difference."""

    def __init__(self) -> None:
        self._rest = ""
        self._opens = True

    def feed(self, piece: str) -> list[Cut]:
        """Return the sentences that the next piece completes."""
        self._rest += piece.replace("\r", "")
        found = []
        while match := _END.search(self._rest):
            found += self._cut(match)
        if len(self._rest) > _LONGEST:
            self._rest = ""
        return found

    def finish(self) -> list[Cut]:
        """Return the last sentence; what breaks off without an end or a key is none."""
        return self.feed(_END_OF_REPLY)

    def _cut(self, match: re.Match[str]) -> list[Cut]:
        raw = self._rest[: match.start() if match["keys"] else match.end()]
        keys = tuple(dict.fromkeys(f"k{number}" for number in _KEY.findall(match["keys"] or "")))
        self._rest = self._rest[match.end() :]
        is_broken_off = match.group() == "\n" and bool(raw.strip())
        opens, self._opens = self._opens, match.group() == "\n"
        text = _MARKER.sub("", " ".join(without_bold(raw).split()))
        if not text and not keys:
            self._opens = opens or self._opens
            return []
        return [] if is_broken_off and not _ends(text) else [Cut(text, keys, opens)]


def _ends(text: str) -> bool:
    """Tell whether a line without a key ends as a sentence or a lead-over does."""
    return text[-1] in '.!?…:。！？”")'
