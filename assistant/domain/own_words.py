"""A model's own sentences around our claims: shown only if they are courtesy, feeling or a lead over to the next thing.

Owns the judgement of one sentence by a list of harmless words. Must not know the words, which are text people edit, nor
where the sentence is shown. It refuses what it does not know.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum, auto

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

_BE = {"is", "are", "was", "am", "be", "been", "being"}
_HAVE = {"has", "have", "had"}
_MODAL = {"can", "could", "must", "will", "would", "do", "does", "did"}
_SUBJECTS = {"i", "it", "that", "this", "here", "there", "what", "which"}
_MODAL_OF_THINGS = {"can", "must", "does"}
"""What may stand behind "it" and "that", of which nothing is promised."""
_BEFORE_BE = _MODAL | _HAVE | {"to", "for"}
_ASKING = {"what", "why", "how", "when", "here"}
_DETERMINERS = {"your", "the", "these", "those", "all", "this", "that", "a", "an"}
_BETWEEN_THEIRS = _DETERMINERS | {"in", "of", "at", "and"}
_DEGREES = {"a", "an", "the", "my", "very", "really", "truly", "quite", "rather", "such", "so", "too"} | {
    "also", "just", "already", "still", "again", "much", "more", "most", "all"
}  # fmt: skip
_NO_COMMAND = ("ing", "ed", "ood")
"""Endings of words that command nobody when they begin a clause."""


class _Kind(Enum):
    PHRASE = auto()
    FEELING = auto()
    TELLING = auto()
    THING = auto()
    SMALL = auto()
    THEIRS = auto()


_Mark = tuple[str, _Kind]


@dataclass(frozen=True, slots=True)
class OwnWords:
    """The harmless words, in lower case. `trade` are words that the rulebook and the glossary use, singular."""

    phrases: frozenset[tuple[str, ...]]
    feeling: frozenset[str]
    telling: frozenset[str]
    things: frozenset[str]
    small: frozenset[str]
    theirs_after: frozenset[tuple[str, ...]]
    trade: frozenset[str]

    def fits(self, text: str, message: str = "") -> bool:
        """Tell whether a sentence says nothing of the case; `message` holds the nouns of the user's it may name."""
        if not _SENTENCE.fullmatch(text.replace("’", "'")):
            return False
        clauses = [found for clause in _CLAUSE.split(text) if (found := _words(clause))]
        if not clauses or sum(map(len, clauses)) > _MOST_WORDS:
            return False
        theirs = self._nouns(message)
        return all(self._is_harmless(clause, theirs) for clause in clauses)

    def _nouns(self, message: str) -> frozenset[str]:
        """Return the words of a message that may be named again: no term of the trade, and not denied."""
        return frozenset(
            word
            for words in map(_words, _CLAUSE.split(message))
            for at, word in enumerate(words)
            if len(word) > 2
            and singular(word) not in self.trade
            and not negates(" ".join(words[max(0, at - _NEAR) : at]))
        )

    def _is_harmless(self, words: Sequence[str], theirs: frozenset[str]) -> bool:
        marks = self._marks(words, theirs)
        if marks is None or (marks[0][1] is _Kind.TELLING and not marks[0][0].endswith(_NO_COMMAND)):
            return False
        return all(self._continues(marks, at) for at in range(len(marks)))

    def _marks(self, words: Sequence[str], theirs: frozenset[str]) -> list[_Mark] | None:
        """Return each word or phrase with its kind; None when one is not on the list."""
        marks, at = list[_Mark](), 0
        while at < len(words):
            length = next((n for n in range(len(words) - at, 1, -1) if tuple(words[at : at + n]) in self.phrases), 1)
            kind = _Kind.PHRASE if length > 1 else self._kind(words, at, theirs)
            if kind is None:
                return None
            marks.append((" ".join(words[at : at + length]), kind))
            at += length
        return marks

    def _kind(self, words: Sequence[str], at: int, theirs: frozenset[str]) -> _Kind | None:
        listed = (
            (self.feeling, _Kind.FEELING),
            (self.telling, _Kind.TELLING),
            (self.things, _Kind.THING),
            (self.small, _Kind.SMALL),
        )
        found = next((kind for words_, kind in listed if words[at] in words_), None)
        return found or (_Kind.THEIRS if words[at] in theirs and self._may_name(words[:at], theirs) else None)

    def _may_name(self, before: Sequence[str], theirs: frozenset[str]) -> bool:
        """Tell whether what stands before a noun of the user's only names it."""
        leads = [before[:at] for at in range(len(before), max(0, len(before) - _MOST_BEFORE) - 1, -1)]
        return any(
            tuple(lead[-len(after) :]) == after
            for lead in leads
            for after in self.theirs_after
            if all(word in theirs | _BETWEEN_THEIRS for word in before[len(lead) :])
        )

    def _continues(self, marks: Sequence[_Mark], at: int) -> bool:
        """Tell whether the clause says nothing of the case by what stands before and behind one small word."""
        word, kind = marks[at]
        before, behind = [one for one, _ in marks[:at] if one not in _DEGREES], marks[at + 1 :]
        last = before[-1] if before else ""
        if kind is not _Kind.SMALL:
            return True
        if word == "you":
            return _is_told_by_you(behind)
        if word in _BE:
            is_question = not behind and not _ASKING.isdisjoint(before)
            return last in _SUBJECTS | _BEFORE_BE and (is_question or _leads_to(behind, _SAID_OF_IT))
        if word in _HAVE:
            return last in _SUBJECTS | _MODAL | {"you"} and _leads_to(
                behind, {_Kind.TELLING} if last == "you" else _OWN
            )
        if word in _MODAL:
            return last == "i" or (last in _SUBJECTS and word in _MODAL_OF_THINGS) or (last, word) == ("you", "did")
        return True


def _is_told_by_you(behind: Sequence[_Mark]) -> bool:
    """Tell whether the user is addressed, or only said to have told something."""
    if not behind or behind[0][1] is _Kind.PHRASE:
        return True
    word, kind = behind[0]
    if word in _HAVE | {"did"} or word in _DEGREES:
        return _leads_to(behind[1:], {_Kind.TELLING}) or (word in _DEGREES and len(behind) == 1)
    return kind is _Kind.TELLING or (kind is _Kind.SMALL and word not in _BE | _MODAL)


_OWN = {_Kind.FEELING, _Kind.TELLING, _Kind.THING, _Kind.PHRASE, _Kind.SMALL}
_SAID_OF_IT = {_Kind.FEELING, _Kind.THING, _Kind.PHRASE}


def _leads_to(behind: Sequence[_Mark], kinds: set[_Kind]) -> bool:
    """Tell whether the first word that counts is of one of these kinds, or begins a clause of its own."""
    word, kind = next(((word, kind) for word, kind in behind if word not in _DEGREES), ("", None))
    return kind in kinds or word in _ASKING


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
NO_WORDS = OwnWords(frozenset(), _NONE, _NONE, _NONE, _NONE, frozenset(), _NONE)
"""A list on which no word stands: nothing but the engine's own sentences is shown."""
