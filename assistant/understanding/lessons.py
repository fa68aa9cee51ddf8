"""What the classifier learns from: texts, what each says of which slot, and what each is for.

Owns how example sentences and labelled replies become rows: of a reply each clause and each sentence is one, with
what the quotes in it say, and what it leaves unsaid is a lesson in silence. Must not know how anything is fitted.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from dataclasses import dataclass, replace

from assistant.knowledge.types.examples import Examples, Reply
from assistant.text.clauses import Clause, Utterance, utter
from assistant.text.normalisation import normalise

N_ELLIPTICAL = 6
"""An answer of fewer words than this says its option only to the question; of more, it says it by itself."""
N_AMBIGUOUS = 8
"""An answer to one question of at most so many words may be one to another too."""
_FEWEST_SHARED = 8
NUMBERS = frozenset({"data_count", "volume"})
NUMBER, ZERO = "number", "zero"
"""What the classifier says of a slot that holds a number: that there is one, or that there is none."""
TELLS = "tells"
ACTS = (
    "unknown", "not_understood", "question", "request", "pushback", "aside", "thanks", "greeting", "restart", "paste",
    "correction",
)  # fmt: skip
"""What a message may be beside an answer or a story."""


@dataclass(frozen=True, slots=True)
class Row:
    """One text: what it says by slot, the slot whose question it answers, and what it is for where that is known.

    `silent` is the slot whose question it meets without an answer. `only` is the one slot of which it shows anything,
    "" where it shows nothing but what it is for.
    """

    text: str
    says: dict[str, frozenset[str]]
    answers: str | None = None
    silent: str | None = None
    act: str | None = None
    only: str | None = None
    weight: float = 1.0

    @property
    def n_words(self) -> int:
        """How many words it has."""
        return len(self.text.split())

    def shows(self, slot: str) -> frozenset[str] | None:
        """Return what it says of a slot where nothing was asked; None where it shows nothing of that."""
        if self.only is not None:
            return self.says.get(slot, frozenset()) if self.only == slot else None
        if slot in (self.answers, self.silent) and (self.n_words < N_ELLIPTICAL or self.silent):
            return None
        return self.says.get(slot, frozenset())

    def shows_asked(self, slot: str) -> frozenset[str] | None:
        """Return what it says of a slot in reply to the question for it; None where it shows nothing of that."""
        if self.only is not None or (self.answers not in (None, slot) and self.n_words <= N_AMBIGUOUS):
            return None
        return self.says.get(slot, frozenset())


def rows_of(examples: Examples) -> tuple[Row, ...]:
    """Return all rows, in the order of the files."""
    rows: list[Row] = []
    for example in examples:
        answers = None if example.stands_alone else example.slot
        if example.slot is not None and not example.values:
            rows.append(Row(example.text, {}, silent=example.slot))
        else:
            says = {example.slot: example.values} if example.slot is not None else {}
            act = TELLS if answers and _one_in_six(example.text) else None
            rows.append(Row(example.text, says, answers, act=act))
    rows += [Row(story.text, {"goal": story.goal}, act=TELLS, only="goal") for story in examples.openings]
    rows += [Row(text, {}, act="aside") for text in examples.off_topic]
    for reply in examples.replies:
        rows += _rows_of_reply(reply)
    return tuple(replace(row, text=normalise(row.text).text) for row in rows)


def _one_in_six(text: str) -> bool:
    """Pick some answers by their letters: thousands of them would outweigh all other kinds of message."""
    return zlib.crc32(text.encode()) % 6 == 0


def _rows_of_reply(reply: Reply) -> Iterator[Row]:
    utterance = utter(reply.text)
    act = reply.act if reply.act in ACTS else TELLS
    yield Row(utterance.flat.strip(), {}, act=act, only="", weight=2.0)
    seen: set[tuple[int, int]] = set()
    for clause in utterance.clauses:
        for start, end in ((clause.start, clause.end), _sentence(utterance, clause)):
            if (start, end) in seen:
                continue
            seen.add((start, end))
            says = _read_between(reply, start, end)
            answers = reply.asked if reply.asked in says and reply.act in ("answer", "correction") else None
            yield Row(utterance.flat[start:end], says, answers, weight=2.0)


def _sentence(utterance: Utterance, clause: Clause) -> tuple[int, int]:
    """Return the place of a clause's sentence without the space around it."""
    text = utterance.flat[clause.sentence.start : clause.sentence.end]
    start = clause.sentence.start + len(text) - len(text.lstrip())
    return start, start + len(text.strip())


def _read_between(reply: Reply, start: int, end: int) -> dict[str, frozenset[str]]:
    """Return what the quotes say that share enough with a part of the text."""
    says: dict[str, set[str]] = {}
    for fact in reply.says:
        begin = reply.text.find(fact.quote)
        until = begin + len(fact.quote)
        shared = min(until, end) - max(begin, start)
        if shared >= _FEWEST_SHARED or shared > 0.5 * min(until - begin, end - start):
            says.setdefault(fact.slot, set()).add(_label(fact.slot, fact.value))
    return {slot: frozenset(values) for slot, values in says.items()}


def _label(slot: str, value: str | float) -> str:
    if slot in NUMBERS:
        return NUMBER if value else ZERO
    return str(value)
