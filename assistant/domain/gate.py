"""The gate: what a language model wrote is shown only where it says what the engine says, or says nothing at all.

Owns the judgement of one sentence. Must not know where it comes from, nor what is shown in its place.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from assistant.domain.connecting import Connecting
from assistant.domain.dialogue import Sentence
from assistant.domain.rewording import Objection, objection
from assistant.domain.surface import is_plain, is_plain_prose, without_bold
from assistant.domain.vocabulary import Kind, Vocabulary

_OPENING = re.compile(r"^(?P<opening>[^,:;—–!.]{2,80}?)(?:[,:;!.]|\s?[—–]|\s-\s)\s*(?=\S)")
_JOIN = re.compile(
    r"(?:\s*[,;:.—–]\s*|\s+)(?:(?:and|but|while|whereas|plus)\s+(?:also\s+|then\s+)?)?(?=[^\s,;:.])", re.IGNORECASE
)
_REASONS = r"(?:so|because|since|as|given|therefore|thus|hence|which)"
_GIVES_REASON = re.compile(rf"\b{_REASONS}\W*$", re.IGNORECASE), re.compile(rf"\W*{_REASONS}\b", re.IGNORECASE)
_MOST_JOINED = 3
_MOST_OPENINGS = 2
_LONGEST_RATIO = 2.0
_LONGEST_BEYOND = 60


@dataclass(frozen=True, slots=True)
class Gate:
    """The words and forms by which sentences are judged."""

    vocabulary: Vocabulary
    connecting: Connecting

    def objection(self, said: str, meant: Sequence[Sentence], message: str = "") -> Objection | None:
        """Return what speaks against showing `said` for sentences of the engine, None where nothing does.

        An opening that only connects is no part of what is compared; `message` holds the words it may echo.
        """
        engine = " ".join(without_bold(sentence.text) for sentence in meant)
        if said == engine and not any(sentence.role.word_for_word for sentence in meant):
            return None
        if not is_plain(said, engine) or len(said) > _LONGEST_RATIO * len(engine) + _LONGEST_BEYOND:
            return Objection.SURFACE
        if any(sentence.role.word_for_word for sentence in meant):
            return Objection.WORD_FOR_WORD
        texts = [without_bold(sentence.text) for sentence in meant]
        found = self._compared(said, texts)
        for _ in range(_MOST_OPENINGS):
            opening = _OPENING.match(said)
            if found is None or opening is None or not self.connects(opening["opening"], message):
                break
            said = said[opening.end() :]
            found = self._compared(said, texts)
        return found

    def _compared(self, said: str, meant: Sequence[str]) -> Objection | None:
        """Compare a sentence with one statement, or its parts with one each, in the order of the keys.

        No part may be given as the reason for another, since the engine gives it as none.
        """
        if len(meant) == 1:
            return objection(said, meant[0], self.vocabulary)
        for join in _JOIN.finditer(said) if len(meant) <= _MOST_JOINED else ():
            first, rest = said[: join.start()], said[join.end() :]
            is_reason = _GIVES_REASON[0].search(first) or _GIVES_REASON[1].match(rest)
            if is_reason or objection(first, meant[0], self.vocabulary):
                continue
            if not self._compared(rest, meant[1:]):
                return None
        return Objection.JOINED

    def connects(self, said: str, message: str = "") -> bool:
        """Tell whether a sentence says nothing of the case; `message` holds the user's words it may echo."""
        return is_plain(said, message) and self.connecting.fits(said, message, self.vocabulary)

    def may_translate(self, said: str, meant: Sequence[Sentence]) -> bool:
        """Tell whether prose that cannot be checked may stand, marked, beside the engine's own sentences.

        The verdict is never said in other words, and no number comes in.
        """
        numbers = self._numbers(" ".join(sentence.text for sentence in meant))
        is_free = not any(sentence.role.word_for_word and not sentence.role.may_be_translated for sentence in meant)
        return is_free and is_plain_prose(said) and self._numbers(said) <= numbers

    def _numbers(self, text: str) -> frozenset[str]:
        return frozenset(mark.name for mark in self.vocabulary.marks(text) if mark.kind is Kind.NUMBER)
