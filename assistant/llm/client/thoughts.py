"""What a model thinks aloud before it answers, in the notations of the models that do so.

Owns the marks round such thoughts, and leaving the thoughts out. Must not know what is said after them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
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
    "<|start_thinking|>", "<|begin_of_thought|>", "<unused94>thought", "here is my thought process:",
    "<|inner_prefix|>",
)  # fmt: skip
_OTHER_ENDS = (
    "<|channel|>final", "<|start|>assistant<|channel|>final", "<|channel|>commentary", "<channel|>",
    "<|end_thinking|>", "<|end_of_thought|>", "<unused95>", "here is my response:", "assistantfinal",
    "<|inner_suffix|>", "<|begin|>assistant<|content|>", "...done thinking.", "## final response",
)  # fmt: skip
# What some put round the answer itself.
_WRAPPINGS = (
    "<answer>", "</answer>", "<response>", "</response>", "<|start_response|>", "<|end_response|>", "<|return|>",
    "<|constrain|>json", "<|message|>", "<|end|>", "<|call|>", "<|begin_of_solution|>", "<|end_of_solution|>",
    "<|im_end|>", "<|eot_id|>", "</s>",
)  # fmt: skip
# Headings and labels at the beginning of a line; the first also call a fence a thought.
_THOUGHT = (
    r"(?:thinking|thoughts?|reasoning|analysis|reflections?|scratchpad|(?:inner|internal) monologue|chain of thought"
    r"|überlegung(?:en)?|gedanken(?:gang)?|nachdenken)(?:[ _-](?:process|steps?))?"
)
_ANSWER = r"(?:final |endgültige )?(?:answer|response|reply|output|result|json|antwort|ergebnis|ausgabe)"


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
# Some fold their thoughts away on a page: <details><summary>Thinking</summary> … </details>.
_FOLDED = "details"
# A tag may have blanks and attributes in it, and may be escaped as in HTML, JSON or Markdown.
_LESS, _MORE = (
    rf"(?:\\?[{plain}]|\\u00{code}|&(?:amp;)*(?:{name}|#0*{int(code, 16)}|#x0*{code});)"
    for plain, code, name in (("<＜", "3c", "lt"), (">＞", "3e", "gt"))
)
_TAG = rf"{_LESS}\s*(?P<end>/?)\s*(?:{'|'.join(_NAMES)}|{_FOLDED})(?:\s[^<>]{{0,60}}?)?{_MORE}"
_FENCE = r"(?<![`~])(?P<fence>`{3,}|~{3,})(?P<info>[\w-]*)(?![`~\w-]|\Z)"
_LABEL = (
    rf"^(?:[^\w\n`<{{}}\[\"']|_){{0,12}}(?:my |the |meine )?(?:(?P<opens>{_THOUGHT})|(?P<closes>{_ANSWER}))"
    r"(?:[*_=#:：.…]{1,8}(?![*_=#:：.…]|\Z)|(?=[ \t]*\n))"
)
_ANY = re.compile("|".join((_TAG, _FENCE, *map(re.escape, sorted(_MARKS, key=len, reverse=True)), _LABEL)), re.I | re.M)
_BEGUN = re.compile(r"(?:<\s*/?\s*[a-z:_]*(?:\s[^<>]{0,60})?|[&\\＜]\S{0,50}|[`~]+[\w-]*)\Z", re.I)
_LABEL_BEGINNINGS = frozenset(
    f"{word} "[:length]
    for word in re.findall(r"\w+", f"{_THOUGHT} {_ANSWER} thought my the meine")
    for length in range(len(word) + 2)
)
_LONGEST_LABEL, _LONGEST_BEGUN, _LONGEST_BREAK = 60, 100, 20
# Behind one of these a thought may begin in the middle of an answer; elsewhere the answer speaks of the mark.
_BREAK = re.compile(r"(?:\A|[\n.!?:;}>)\]`])\s*\Z")

_TAGGED, _LABELLED = "<", ":"

Place = tuple[int, int]


def answer_place(text: str, quoted: Sequence[Place] = ()) -> Place:
    """Return where in a whole answer the reply stands: after the last end of a thought, before one that has no end.

    A mark inside a place of `quoted` is the reply's own words.
    """
    start, stop = 0, len(text)
    for match, mark in _marks(text, quoted):
        if mark is _Mark.END:
            start, stop = match.end(), len(text)
        elif mark is _Mark.OPENING and stop == len(text):
            stop = match.start()
    return start, stop


def thinks_unmarked(text: str) -> bool:
    """Tell whether a whole answer holds a thought that only its end marks."""
    first, mark = next(_marks(text), (None, None))
    return first is not None and mark is _Mark.END and bool(text[: first.start()].strip())


def _marks(text: str, quoted: Sequence[Place] = ()) -> Iterator[tuple[re.Match[str], _Mark]]:
    """Yield the marks of a whole answer that are none of its own words."""
    thoughts = _OpenThoughts()
    for match in _ANY.finditer(text):
        at = match.start()
        if any(start <= at < end for start, end in quoted):
            continue
        may_open = _BREAK.search(text[max(0, at - _LONGEST_BREAK) : at]) is not None
        if mark := thoughts.take(match, may_open=may_open):
            yield match, mark


class _OpenThoughts:
    """Which thoughts are open at a place of an answer; the ends of labels and fences end only what they opened."""

    def __init__(self) -> None:
        self._open: list[str] = []
        """What opened each: a fence, also one within a thought, or `_TAGGED` or `_LABELLED`."""

    def take(self, match: re.Match[str], *, may_open: bool) -> _Mark | None:
        """Return what a match of `_ANY` does; None where it is but text, or inside a thought."""
        last, fence, opening = self._open[-1] if self._open else "", match["fence"], ""
        if fence:
            is_inner, is_thought = last[:1] in ("`", "~"), may_open and re.fullmatch(_THOUGHT, match["info"], re.I)
            if match["info"]:
                opening = fence if is_inner or (is_thought and last != _TAGGED) else ""
            elif is_inner and fence.startswith(last):
                self._open.pop()
                return None if self._open else _Mark.END
        elif match["opens"]:
            opening = _LABELLED if may_open and not last else ""
        elif match["closes"]:
            if last == _LABELLED:
                self._open.clear()
                return _Mark.END
        else:
            mark = _MARKS.get(match.group().lower()) or (_Mark.END if match["end"] else _Mark.OPENING)
            if mark is _Mark.WRAPPING:
                return mark
            if mark is _Mark.END:
                self._open = self._open[:-1] if last == _TAGGED else []
                return None if self._open else mark
            opening = _TAGGED if may_open and last != _TAGGED else ""
        if not opening:
            return None
        self._open = [opening] if last == _LABELLED else [*self._open, opening]
        return None if last else _Mark.OPENING


class ThoughtFilter:
    """Takes a reply in pieces and gives it on without the thoughts it begins with.

    `holds`: the model is known to think with an end mark alone, so nothing is given on before one, or before the end.
    """

    def __init__(self, *, holds: bool = False) -> None:
        self._holds = holds
        self._before = ""
        """The last character that was read, which tells whether a line begins."""
        self._rest = ""
        self._held = ""
        self._thoughts = _OpenThoughts()
        self._is_thinking = False
        self._has_begun = False
        self.thinks_unmarked = False
        """Whether a thought ended here that nothing had opened; what was given on before it was part of it."""

    def take(self, piece: str) -> str:
        """Return what of the reply is known to be said after this piece; empty while it may still be a thought."""
        self._rest += piece
        said = ""
        while match := _ANY.search(self._before + self._rest, len(self._before)):
            said += self._drop_thought(self._read(match.start() - len(self._before)))
            mark = self._thoughts.take(match, may_open=not self._has_begun)
            text = self._read(len(match.group()))
            if mark is None:
                said += self._drop_thought(text)
            elif mark is _Mark.END:
                self.thinks_unmarked |= self._has_begun
                self._is_thinking = self._has_begun = False
                self._held = said = ""
            elif mark is _Mark.OPENING:
                self._is_thinking = True
        said += self._drop_thought(self._read(len(self._rest) - self._n_open()))
        if not self._holds:
            return said
        self._held += said
        return ""

    def rest(self) -> str:
        """Return what was held back at the end of the reply; a thought without an end is none of it."""
        said = self._held + self._drop_thought(self._rest)
        self._rest = self._held = ""
        return said

    def _read(self, n: int) -> str:
        """Take the next characters."""
        text, self._rest = self._rest[:n], self._rest[n:]
        self._before = (self._before + text)[-1:]
        return text

    def _drop_thought(self, text: str) -> str:
        """Return a text unless it is thought; the reply begins with its first character that is no white space."""
        if self._is_thinking:
            return ""
        if not self._has_begun:
            text = text.lstrip()
            self._has_begun = bool(text)
        return text

    def _n_open(self) -> int:
        """Count the last characters that may be the beginning of a mark; a label stands alone at that of a line."""
        line = self._rest[self._rest.rfind("\n") + 1 :]
        words = re.sub(r"[\W_]+", " ", line.lower()).lstrip()
        first = words[: words.find(" ") + 1 or len(words)]
        if not self._has_begun and len(line) <= _LONGEST_LABEL and first in _LABEL_BEGINNINGS:
            return len(line)
        text = self._rest[-_LONGEST:].lower()
        known = next((len(text) - at for at in range(len(text)) if text[at:] in _BEGINNINGS), 0)
        begun = _BEGUN.search(self._rest[-_LONGEST_BEGUN:])
        return max(known, len(begun.group()) if begun else 0)
