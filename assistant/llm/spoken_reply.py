"""The reply as it grows: a model's sentences that pass the gate, the engine's in place of those that do not.

Owns what stands where: the verdict in the first paragraph, lists as the engine made them, what was left out at the end,
the question last. Must not know how a sentence is judged, nor where the model's words come from.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from assistant.domain.dialogue import Paragraph, Sentence, SentenceRole
from assistant.domain.english import is_english
from assistant.domain.gate import Gate
from assistant.domain.model_turn import Spoken
from assistant.llm.cutting import Cut
from assistant.llm.plan import Plan, Statement

MOST_CONNECTING = 3


@dataclass(slots=True)
class _Block:
    """A paragraph under way; `place` is the list item of the plan that it says, None for running text.

    `item`: it is an item of a list that we put in ourselves.
    """

    sentences: list[Sentence]
    place: int | None = None
    item: bool = False


@dataclass(slots=True)
class SpokenReply:
    """Takes a model's sentences one by one; `translated` words a sentence in a language that cannot be checked."""

    plan: Plan
    gate: Gate
    message: str
    translated: Callable[[str], Sentence]
    in_english: bool
    _blocks: list[_Block] = field(default_factory=list)
    _said: set[str] = field(default_factory=set)
    _asked_too: list[Sentence] = field(default_factory=list)
    _has_opened: bool = False
    _n_connecting: int = 0
    _n_kept: int = 0
    _n_replaced: int = 0
    _n_dropped: int = 0

    def take(self, cut: Cut) -> bool:
        """Show one sentence of the model, or what stands for it; tell whether the reply grew.

        Kind words before a bare key belong to no statement.
        """
        if not cut.keys:
            return self._connect(cut)
        found = [self.plan.statement(key) for key in cut.keys]
        meant = [statement for statement in found if statement is not None]
        fresh = [statement for statement in meant if statement.key not in self._said]
        if len(meant) < len(found) or not fresh:
            self._n_dropped += bool(cut.text)
            return False
        if cut.text and self.gate.connects(cut.text, self.message):
            self._connect(replace(cut, keys=()))
            cut = replace(cut, text="", opens=False)
        if any(statement.sentence.role is not SentenceRole.HEARD for statement in fresh):
            self._open()
        self._said.update(statement.key for statement in fresh)
        free = [statement for statement in fresh if not statement.sentence.role.word_for_word]
        fixed = [statement for statement in fresh if statement not in free]
        shown = self._judged(cut.text, free or fixed, is_whole=len(fresh) == len(meant))
        for statement, sentences in [*shown, *((one, [one.sentence]) for one in fixed if free)]:
            self._place(sentences, statement, opens=cut.opens and statement in (free or fixed)[:1])
        return True

    def so_far(self) -> Spoken:
        """Return what may be shown by now."""
        return self._spoken(self._paragraphs(), complete=False)

    def finish(self, notices: Sequence[str] = ()) -> Spoken:
        """Say what the model left out, ask the question, and return the whole reply.

        Where nothing of the model's passed, the reply is the composed one.
        """
        if not self._n_kept:
            return self._spoken(self.plan.composed, complete=True, notices=notices)
        self._open()
        self._complete_item()
        for statement in self.plan.statements:
            if statement.key not in self._said and statement.sentence.role is not SentenceRole.QUESTION:
                is_next = bool(self._blocks) and self._blocks[-1].place == statement.place
                self._said.add(statement.key)
                self._place([statement.sentence], statement, opens=not is_next)
        for paragraph in self.plan.closing:
            self._blocks.append(_Block([*paragraph.sentences], item=paragraph.item))
        if self._asked_too:
            self._blocks.append(_Block(self._asked_too))
        return self._spoken(self._paragraphs(), complete=True, notices=notices)

    def _connect(self, cut: Cut) -> bool:
        fits = self._n_connecting < MOST_CONNECTING and self.gate.connects(cut.text, self.message)
        if not fits:
            self._n_dropped += 1
            return False
        self._n_connecting += 1
        self._n_kept += 1
        self._complete_item()
        self._append(Sentence(cut.text, role=SentenceRole.LINK), opens=cut.opens)
        return True

    def _judged(
        self, text: str, meant: Sequence[Statement], *, is_whole: bool
    ) -> list[tuple[Statement, list[Sentence]]]:
        """Return what is shown for a model's words, and where: they, the engine's, or both."""
        sentences = [statement.sentence for statement in meant]
        engine = [(statement, [statement.sentence]) for statement in meant]
        if not text:
            return engine
        if is_whole and self.gate.objection(text, sentences, self.message) is None:
            self._n_kept += 1
            return [(meant[0], [_reworded(text, sentences)])]
        if not self.in_english and not is_english(text) and self.gate.may_translate(text, sentences):
            self._n_kept += 1
            return [*engine[:-1], (meant[-1], [sentences[-1], self.translated(text)])]
        self._n_replaced += 1
        return engine

    def _place(self, sentences: Sequence[Sentence], statement: Statement, *, opens: bool) -> None:
        if statement.sentence.role is SentenceRole.QUESTION:
            self._asked_too += [sentence for sentence in sentences if sentence is not statement.sentence]
            return
        if self._item_under_way() != statement.place:
            self._complete_item()
        if not statement.item:
            for sentence in sentences:
                self._append(sentence, opens=opens)
                opens = False
            return
        if self._item_under_way() == statement.place:
            self._blocks[-1].sentences += sentences
            return
        self._head(statement.place)
        self._blocks.append(_Block([*sentences], statement.place))

    def _append(self, sentence: Sentence, *, opens: bool) -> None:
        """Add to the running text; a second paragraph begins only once the verdict stands in the first."""
        if self._blocks and not opens and self._blocks[-1].place is None:
            self._blocks[-1].sentences.append(sentence)
            return
        if self._blocks:
            self._open()
        self._blocks.append(_Block([sentence]))

    def _open(self) -> None:
        """Put in the verdict, in the first paragraph, behind what was heard."""
        if self._has_opened:
            return
        self._has_opened = True
        for statement in self.plan.statements:
            if statement.sentence.role is SentenceRole.HEARD and statement.key not in self._said:
                self._said.add(statement.key)
                self._append(statement.sentence, opens=False)
        if not self.plan.opening:
            return
        if self._blocks and self._blocks[0].place is None:
            self._blocks[0].sentences += self.plan.opening
        else:
            self._blocks.insert(0, _Block([*self.plan.opening]))

    def _item_under_way(self) -> int | None:
        return self._blocks[-1].place if self._blocks else None

    def _complete_item(self) -> None:
        """Say what is left of the list item under way, before anything else is said."""
        place = self._item_under_way()
        if place is None:
            return
        for statement in self.plan.of(place):
            if statement.key not in self._said:
                self._said.add(statement.key)
                self._blocks[-1].sentences.append(statement.sentence)

    def _head(self, place: int) -> None:
        """Lead over to a list with the engine's words, unless the model just did, or the list has begun."""
        begin = self.plan.heading_of(place)
        begun = {self.plan.heading_of(block.place) for block in self._blocks if block.place is not None}
        if begin is None or begin in begun:
            return
        last = self._blocks[-1].sentences[-1] if self._blocks else None
        if last is None or last.role is not SentenceRole.LINK:
            self._blocks.append(_Block([*self.plan.headings[begin].sentences]))

    def _paragraphs(self) -> tuple[Paragraph, ...]:
        return tuple(
            Paragraph(tuple(block.sentences), item=block.item or block.place is not None) for block in self._blocks
        )

    def _spoken(self, paragraphs: tuple[Paragraph, ...], *, complete: bool, notices: Sequence[str] = ()) -> Spoken:
        return Spoken(paragraphs, complete, self._n_kept, self._n_replaced, self._n_dropped, tuple(notices))


def _reworded(text: str, sentences: Sequence[Sentence]) -> Sentence:
    """Make a sentence of a model's words that rests on what the engine's rest on."""
    cited = dict.fromkeys(citation for sentence in sentences for citation in sentence.citations)
    is_claim = any(sentence.is_claim for sentence in sentences)
    return Sentence(text, tuple(cited), is_claim, sentences[0].role)
