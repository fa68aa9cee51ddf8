"""What a model thinks aloud before it answers, in the notations of the models that do so.

Owns the marks round such thoughts, and leaving the thoughts out. Must not know what is said after them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from enum import Enum

_NAMES = (
    "think", "thinking", "thought", "thoughts", "reason", "reasoning", "reasoning_content", "reflection", "analysis",
    "scratchpad", "seed:think", "mm:think", "longcat_think", "antthinking", "inner_monologue", "internal_monologue",
    "inner_thoughts", "chain_of_thought", "cot",
)  # fmt: skip
_BRACKETS = (("<{}>", "</{}>"), ("[{}]", "[/{}]"), ("◁{}▷", "◁/{}▷"), ("<|{}|>", "<|/{}|>"))
# gpt-oss speaks in channels; the others are Gemma, Command, OpenThoughts, MedGemma, Granite, HuatuoGPT, Apertus and
# Solar.
_OTHER_OPENINGS = (
    "<|channel|>analysis<|message|>", "<|start|>assistant<|channel|>analysis<|message|>", "<|channel>thought",
    "<|start_thinking|>", "<|begin_of_thought|>", "<unused94>thought", "here is my thought process:", "## thinking",
    "<|inner_prefix|>",
)  # fmt: skip
_OTHER_ENDS = (
    "<|channel|>final", "<|start|>assistant<|channel|>final", "<|channel|>commentary", "<channel|>",
    "<|end_thinking|>", "<|end_of_thought|>", "<unused95>", "here is my response:", "## final response",
    "assistantfinal", "<|inner_suffix|>", "<|begin|>assistant<|content|>",
)  # fmt: skip
# What some put round the answer itself.
_WRAPPINGS = (
    "<answer>", "</answer>", "<response>", "</response>", "<|start_response|>", "<|end_response|>", "<|return|>",
    "<|constrain|>json", "<|message|>", "<|end|>", "<|call|>", "<|begin_of_solution|>", "<|end_of_solution|>",
    "<|im_end|>", "<|eot_id|>", "</s>",
)  # fmt: skip


class _Mark(Enum):
    OPENING = 1
    END = 2
    WRAPPING = 3


_MARKS: dict[str, _Mark] = {
    **{opening.format(name): _Mark.OPENING for name in _NAMES for opening, _ in _BRACKETS},
    **{end.format(name): _Mark.END for name in _NAMES for _, end in _BRACKETS},
    **dict.fromkeys(_OTHER_OPENINGS, _Mark.OPENING),
    **dict.fromkeys(_OTHER_ENDS, _Mark.END),
    **dict.fromkeys(_WRAPPINGS, _Mark.WRAPPING),
}
_LONGEST = max(map(len, _MARKS))
_BEGINNINGS = frozenset(mark[:length] for mark in _MARKS for length in range(1, len(mark)))
# A tag may have blanks and attributes in it.
_TAG = rf"<\s*(?P<end>/?)\s*(?:{'|'.join(_NAMES)})(?:\s[^<>]{{0,60}})?>"
_ANY = re.compile("|".join([_TAG, *map(re.escape, sorted(_MARKS, key=len, reverse=True))]), re.I)
_BEGUN_TAG = re.compile(r"<\s*/?\s*[a-z:_]*(?:\s[^<>]{0,60})?\Z", re.I)

Place = tuple[int, int]


def answer_place(text: str, quoted: Sequence[Place] = ()) -> Place:
    """Return where in a whole answer the reply stands: after the last end of a thought, before one that has no end.

    A mark inside a place of `quoted` is the reply's own words.
    """
    start, stop = 0, len(text)
    for match in _outside(_ANY.finditer(text), quoted):
        mark = _kind(match)
        if mark is _Mark.END:
            start, stop = match.end(), len(text)
        elif mark is _Mark.OPENING and stop == len(text) and not text[start : match.start()].strip():
            stop = match.start()
    return start, stop


def thinks_unmarked(text: str) -> bool:
    """Tell whether a whole answer holds a thought that only its end marks."""
    first = _ANY.search(text)
    return first is not None and _kind(first) is _Mark.END and bool(text[: first.start()].strip())


def _kind(match: re.Match[str]) -> _Mark:
    known = _MARKS.get(match.group().lower())
    return known or (_Mark.END if match["end"] else _Mark.OPENING)


def _outside(matches: Iterable[re.Match[str]], quoted: Sequence[Place]) -> Iterable[re.Match[str]]:
    return (match for match in matches if not any(start <= match.start() < end for start, end in quoted))


class ThoughtFilter:
    """Takes a reply in pieces and gives it on without the thoughts it begins with.

    `holds`: the model is known to think with an end mark alone, so nothing is given on before one, or before the end.
    """

    def __init__(self, *, holds: bool = False) -> None:
        self._holds = holds
        self._rest = ""
        self._held = ""
        self._is_thinking = False
        self._has_begun = False
        self.thinks_unmarked = False
        """Whether a thought ended here that nothing had opened; what was given on before it was part of it."""

    def take(self, piece: str) -> str:
        """Return what of the reply is known to be said after this piece; empty while it may still be a thought."""
        self._rest += piece
        said = ""
        while match := _ANY.search(self._rest):
            said += self._drop_thought(self._rest[: match.start()])
            self._rest = self._rest[match.end() :]
            said = self._take_mark(match, said)
        end = len(self._rest) - self._n_open()
        said += self._drop_thought(self._rest[:end])
        self._rest = self._rest[end:]
        if not self._holds:
            return said
        self._held += said
        return ""

    def rest(self) -> str:
        """Return what was held back at the end of the reply; a thought without an end is none of it."""
        said = self._held + self._drop_thought(self._rest)
        self._rest = self._held = ""
        return said

    def _take_mark(self, mark: re.Match[str], said: str) -> str:
        """Take a mark, and return what of the text before it is still said."""
        kind = _kind(mark)
        if kind is _Mark.END:
            self.thinks_unmarked |= bool(self._has_begun)
            self._is_thinking = self._has_begun = False
            self._held = ""
            return ""
        if kind is _Mark.OPENING:
            if self._has_begun:
                return said + mark.group()
            self._is_thinking = True
        return said

    def _drop_thought(self, text: str) -> str:
        """Return a text unless it is thought; the reply begins with its first character that is no white space."""
        if self._is_thinking:
            return ""
        if not self._has_begun:
            text = text.lstrip()
            self._has_begun = bool(text)
        return text

    def _n_open(self) -> int:
        """Count the last characters that may be the beginning of a mark."""
        text = self._rest[-_LONGEST:].lower()
        tag = _BEGUN_TAG.search(self._rest[self._rest.rfind("<") :])
        known = next((len(text) - at for at in range(len(text)) if text[at:] in _BEGINNINGS), 0)
        return max(known, len(tag.group()) if tag else 0)
