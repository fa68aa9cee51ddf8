"""The reply as it grows: the engine's sentences where a model puts their places, and the model's harmless ones between.

Owns what stands where: each place a paragraph of its own and once, what was left out behind, the question last. Must
not know how a sentence of the model's is judged, nor where it comes from.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from assistant.domain.dialogue import Paragraph, Sentence, SentenceRole
from assistant.llm.speaking.reply_plan import Place, Plan
from assistant.llm.speaking.reply_splitter import ReplyPiece
from assistant.ports import Spoken

MOST_OWN = 6
MOST_TOGETHER = 2


@dataclass(slots=True)
class SpokenReply:
    """Takes a model's sentences and places one by one.

    `is_harmless` judges a sentence of its own. `translated` makes a sentence of what else it wrote behind a place,
    given the English of that place; None where that is no translation, or none is wished for.
    """

    plan: Plan
    is_harmless: Callable[[str], bool]
    translated: Callable[[str, str], Sentence | None]
    _shown: list[Paragraph] = field(default_factory=list)
    _last: Place | None = None
    _is_own: bool = False
    _placed: set[str] = field(default_factory=set)
    _own: list[str] = field(default_factory=list)
    _gap: int = 0
    _waiting: list[str] = field(default_factory=list)
    _others: list[str] = field(default_factory=list)
    _asked_too: list[Paragraph] = field(default_factory=list)
    _is_behind_question: bool = False
    _n_dropped: int = 0

    def take(self, cut: ReplyPiece) -> bool:
        """Show a sentence of the model or the engine's in its place; tell whether the reply grew."""
        if cut.text:
            return self._take_own(cut.text)
        places = [place for place in self.plan.places if place.key in cut.keys and place.key not in self._placed]
        for place in sorted(places, key=lambda place: cut.keys.index(place.key)):
            self._put_in_order(place)
        if self.plan.question_key in cut.keys:
            self._close_translation()
            self._is_behind_question = True
        return bool(places)

    def so_far(self) -> Spoken:
        """Return what may be shown by now."""
        return Spoken(tuple(self._shown), False, len(self._own), self._n_dropped)

    def finish(self, notices: Sequence[str] = ()) -> Spoken:
        """Say what the model left out, ask the question, and return the whole reply.

        Where the model neither said nor placed anything, the reply is the composed one.
        """
        self._close_translation()
        if not self._own and not self._placed:
            return Spoken(self.plan.composed, True, 0, self._n_dropped, tuple(notices))
        if not self.plan.closing:
            self._show_waiting()
        for place in self.plan.places:
            if place.key not in self._placed:
                self._put(place)
        self._drop_waiting()
        whole = (*self._shown, *self.plan.closing, *self._asked_too)
        return Spoken(whole, True, len(self._own), self._n_dropped, tuple(notices))

    def _take_own(self, text: str) -> bool:
        if not self.is_harmless(text):
            self._others.append(text)
            return False
        is_new = text not in self._own and text not in self._waiting
        if not is_new or self._gap >= MOST_TOGETHER or len(self._own) >= MOST_OWN:
            self._n_dropped += 1
            return False
        self._gap += 1
        if self._gap > 1:
            self._waiting.append(text)
            return False
        self._show_own(text)
        return True

    def _show_own(self, text: str) -> None:
        self._own.append(text)
        self._show((Paragraph((Sentence(text, role=SentenceRole.LINK),)),), goes_on=self._is_own)
        self._last, self._is_own = None, True

    def _show(self, paragraphs: Sequence[Paragraph], *, goes_on: bool) -> None:
        """Add paragraphs; `goes_on`: the first of them continues the one before."""
        if goes_on:
            first, *paragraphs = paragraphs
            before = self._shown.pop()
            self._shown.append(replace(before, sentences=(*before.sentences, *first.sentences)))
        self._shown += paragraphs

    def _put_in_order(self, place: Place) -> None:
        """Put a place, and before it what must be said first."""
        for other in self.plan.places[: self.plan.places.index(place)]:
            if place.comes_after(other) and other.key not in self._placed:
                self._put(other)
        self._put(place)

    def _put(self, place: Place) -> None:
        """Put the engine's own sentences; of the model's one at most stands before a verdict."""
        self._close_translation()
        if place.role is SentenceRole.VERDICT:
            self._drop_waiting()
        else:
            self._show_waiting()
        self._show(place.paragraphs, goes_on=self._last is not None and self._last.at == place.at)
        self._placed.add(place.key)
        self._last, self._is_own, self._gap = place, False, 0

    def _show_waiting(self) -> None:
        for text in self._waiting:
            self._show_own(text)
        self._waiting = []

    def _drop_waiting(self) -> None:
        self._n_dropped += len(self._waiting)
        self._waiting = []

    def _close_translation(self) -> None:
        """Show what the model wrote behind the last place if that can be its translation, and drop it if not."""
        others, self._others = self._others, []
        original = _text(self.plan.closing) if self._is_behind_question else _original(self._last)
        sentence = self.translated(original, " ".join(others)) if others and original else None
        if sentence is None:
            self._n_dropped += len(others)
            return
        self._own += others
        if self._is_behind_question:
            self._asked_too.append(Paragraph((sentence,)))
            return
        self._show((Paragraph((sentence,)),), goes_on=False)
        self._last, self._is_own = None, False


def _original(place: Place | None) -> str:
    """Return what a translation may stand beside; nothing for what was decided or quoted."""
    return _text(place.paragraphs) if place is not None and place.role.may_be_translated else ""


def _text(paragraphs: Sequence[Paragraph]) -> str:
    return " ".join(sentence.text for paragraph in paragraphs for sentence in paragraph.sentences)
