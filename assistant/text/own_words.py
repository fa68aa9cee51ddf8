"""A model's own sentences around our claims: shown only if they are courtesy, feeling or a lead over to the next thing.

Owns the judgement of one sentence by a list of harmless words. Must not know the words, which are text people edit, nor
where the sentence is shown. It refuses what it does not know.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass

from assistant.text.modality import negates

_SENTENCE = re.compile(r"[A-Z][A-Za-z ,;:'—–-]*[.!:]")
_CONTRACTIONS = tuple(
    (re.compile(form), full)
    for form, full in (
        (r"\bcan't\b|\bcannot\b", "can not"),
        (r"\bwon't\b", "will not"),
        (r"n't\b", " not"),
        (r"\blet's\b", "let us"),
        (r"(?<=\w)'m\b", " am"),
        (r"(?<=\w)'re\b", " are"),
        (r"(?<=\w)'ve\b", " have"),
        (r"(?<=\w)'ll\b", " will"),
        (r"(?<=\w)'d\b", " would"),
        (r"\b(it|that|this|there|here|what|where|how)'s\b", r"\1 is"),
    )
)
_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_CLAUSE = re.compile(r"[,;:.!?—–()\n]|\s-\s")
_MOST_WORDS = 24
_MOST_BEFORE = 6
"""So many words can stand between what names a noun of the user's and the noun."""
_NEAR = 4
"""So many words before a noun of the user's can deny it."""

_BE = {"is", "are", "was", "be", "been", "being", "sounds"}
_HAVE = {"has", "have", "had"}
_MODAL = {"must", "can"}
_SUBJECTS = {"it", "that", "this"}
_BEFORE_BE = _SUBJECTS | _MODAL | _HAVE | {"to", "for"}
_ASKING = {"what", "how", "why"}
_BEFORE_YOU = _ASKING | {
    "for", "to", "with", "from", "of", "hear", "tell", "show", "walk", "ask", "and", "glad", "appreciate", "that",
    "thank",
}  # fmt: skip
_DEGREES = {"a", "an", "the", "very", "really", "truly", "quite", "rather", "such", "so", "too", "also", "just"} | {
    "already", "still", "again", "much", "more", "all", "clearly", "openly", "honestly", "plainly", "kindly"
}  # fmt: skip
_BETWEEN_THEIRS = {"your", "the", "these", "those", "all", "this", "that", "a", "an", "in", "of", "at", "and"}
_LEADING_IN = {"and", "so", "now", "then", "but", "also"}
_BEHIND_YOU = _ASKING | {
    "for", "about", "with", "and", "through", "in", "on", "once", "a", "the", "that", "here", "again"
}  # fmt: skip
_ENDS_LOOSE = {"me", "us", "i", "to", "with", "for", "at", "about"}
"""What leads over with such a word at its end needs something behind it."""
_OFFERS = {"let me", "i want to", "i would like to", "i would rather", "i will try to"}
"""What the coach offers to do behind these is to tell something."""

_Clause = tuple[str, ...]
Phrases = frozenset[_Clause]


@dataclass(frozen=True, slots=True)
class OwnWords:
    """The harmless words, in lower case, as `own_words.yaml` explains them.

    `trade` are words that the rulebook and the glossary use, singular.
    """

    courtesy: Phrases
    leading: Phrases
    whole: Phrases
    openers: Phrases
    asides: Phrases
    phrases: Phrases
    hard: frozenset[str]
    told: frozenset[str]
    tell: frozenset[str]
    words: frozenset[str]
    theirs_after: Phrases
    trade: frozenset[str]

    def fits(self, text: str, message: str = "") -> bool:
        """Tell whether a sentence says nothing of the case; `message` holds the nouns of the user's it may name."""
        if not _SENTENCE.fullmatch(text.replace("’", "'")):
            return False
        clauses = [found for clause in _CLAUSE.split(text) if (found := tuple(_words(clause)))]
        if not clauses or sum(map(len, clauses)) > _MOST_WORDS:
            return False
        heads = self.courtesy | self.leading
        is_said = any(_behind_head(clause, heads | self.whole) is not None for clause in clauses)
        is_led = not text.endswith(":") or _behind_head(clauses[-1], self.leading) is not None
        theirs = self._nouns(message)
        rest = clauses[1:] if clauses[0] in self.openers else clauses
        return is_said and is_led and all(self._is_harmless(clause, theirs) for clause in rest)

    def _nouns(self, message: str) -> frozenset[str]:
        """Return the words of a message that may be named again, singular: no term of the trade, and not denied."""
        return frozenset(
            singular(word)
            for words in map(_words, _CLAUSE.split(message))
            for at, word in enumerate(words)
            if len(word) > 2
            and singular(word) not in self.trade
            and not negates(" ".join(words[max(0, at - _NEAR) : at]))
        )

    def _is_harmless(self, clause: _Clause, theirs: Set[str]) -> bool:
        if clause in self.asides | self.whole or (clause[0] in _LEADING_IN and clause[1:] in self.whole):
            return True
        heads = self.courtesy | self.leading
        rest = _behind_head(clause, heads)
        if rest is None:
            return False
        marks = self._marks(clause[len(clause) - len(rest) :], clause, theirs)
        head = " ".join(clause[: len(clause) - len(rest)])
        if marks is None or (not rest and head.split()[-1] in _ENDS_LOOSE):
            return False
        return all(self._continues([head, *marks], at) for at in range(len(marks) + 1))

    def _marks(self, rest: _Clause, clause: _Clause, theirs: Set[str]) -> list[str] | None:
        """Return the words and phrases behind the head of a clause; None when one is not on the list."""
        marks = list[str]()
        while rest:
            length = next((n for n in range(len(rest), 1, -1) if rest[:n] in self.phrases), 1)
            is_listed = length > 1 or rest[0] in self.words | self.hard | self.told | self.tell
            before = clause[: len(clause) - len(rest)]
            if not is_listed and not (singular(rest[0]) in theirs and self._may_name(before, theirs)):
                return None
            marks.append(" ".join(rest[:length]))
            rest = rest[length:]
        return marks

    def _may_name(self, before: Sequence[str], theirs: Set[str]) -> bool:
        """Tell whether what stands before a noun of the user's only names it."""
        return any(
            tuple(before[:end][-len(after) :]) == after
            for end in range(len(before), max(0, len(before) - _MOST_BEFORE - 1), -1)
            for after in self.theirs_after
            if all(singular(word) in theirs or word in _BETWEEN_THEIRS for word in before[end:])
        )

    def _continues(self, marks: Sequence[str], at: int) -> bool:
        """Tell whether a clause says nothing of the case, by what stands before and behind one of its words.

        The first of the marks is the head of the clause; of the others those of several words need no look.
        """
        mark = marks[at]
        if at and " " in mark:
            return True
        words = [word for one in marks[:at] for word in one.split() if word not in _DEGREES]
        behind = [one for one in marks[at + 1 :] if one not in _DEGREES]
        last, follows = words[-1] if words else "", behind[0] if behind else ""
        ending = mark.split()[-1]
        if mark in _OFFERS:
            return " " in follows or follows in self.tell | {"put"}
        if ending in _BE:
            is_asked = not behind and not _ASKING.isdisjoint(words)
            is_felt = " " in follows or follows in self.hard | _BE | _ASKING or is_asked
            return (last == "for" and bool(behind)) or (is_felt and (not at or last in _BEFORE_BE))
        if ending in _HAVE:
            return (last == "you" and follows in self.told) or follows in _BE
        if ending in _MODAL:
            return follows in _BE | {"feel"}
        if ending == "you":
            return (not at or last in _BEFORE_YOU) and (
                not behind or " " in follows or follows in self.told | _HAVE | _BEHIND_YOU
            )
        if mark in self.told:
            return "you" in words or mark == "put"
        return mark not in self.hard or last in _BE | {"feel", "feels", "how"} or "how" in words


def _behind_head(clause: _Clause, heads: Phrases) -> _Clause | None:
    """Return what stands behind the longest head that a clause begins with; None where it begins with none.

    One small word may stand before the head.
    """
    starts = [clause, clause[1:]] if clause[0] in _LEADING_IN else [clause]
    return next((start[n:] for start in starts for n in range(len(start), 0, -1) if start[:n] in heads), None)


def _words(text: str) -> list[str]:
    plain = text.lower().replace("’", "'")
    for form, full in _CONTRACTIONS:
        plain = form.sub(full, plain)
    return _WORD.findall(plain)


def singular(word: str) -> str:
    """Cut the ending of a plural, so that "evals" meets "eval"."""
    return word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith("ss") else word


def words_of(text: str) -> Iterator[str]:
    """Give the words of a text as they are compared."""
    yield from (singular(word) for word in _words(text))


_NONE: frozenset[str] = frozenset()
_NO_PHRASES: Phrases = frozenset()
NO_WORDS = OwnWords(
    *(_NO_PHRASES, _NO_PHRASES, _NO_PHRASES, _NO_PHRASES, _NO_PHRASES, _NO_PHRASES), *(_NONE, _NONE, _NONE, _NONE),
    _NO_PHRASES, _NONE,
)  # fmt: skip
"""A list on which no word stands: nothing but the engine's own sentences is shown."""
