"""What the coach can say beside a verdict: terms, costs, risks, and what an eval looks like for an aim.

Owns the shape of these and which of them fit a case. Must not know the files they come from, nor how they are said.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from assistant.domain.case import Case, Value
from assistant.domain.rulebook import VerdictId
from assistant.domain.source import Span

OPEN = "open"
"""Stands in a risk's conditions for a fact that is not known."""


@dataclass(frozen=True, slots=True)
class Fit:
    """What a method is for, and the line that says so."""

    text: str
    span: Span


@dataclass(frozen=True, slots=True)
class Term:
    """A word that the coach uses. `span` is None for our own use of a word; `slots` are the facts it is about.

    `is_method`: it is something one can do instead of, or beside, training. `is_training`: it is a way to train.
    `fits`: what it is for, by a source.
    """

    names: tuple[str, ...]
    text: str
    span: Span | None
    slots: tuple[str, ...] = ()
    is_method: bool = False
    is_training: bool = False
    fits: Fit | None = None


@dataclass(frozen=True, slots=True)
class Cost:
    """What something costs or how long it takes; `source` is an id of the bibliography, `span` what a reader is shown.

    Without a span it is our own estimate, and its text says so.
    """

    id: str
    is_time: bool
    verdicts: frozenset[VerdictId]
    text: str
    source: str
    span: Span | None


@dataclass(frozen=True, slots=True)
class Risk:
    """What could go wrong where every slot of `when` holds one of its values; no `verdicts` means under any."""

    id: str
    when: Mapping[str, frozenset[str]]
    verdicts: frozenset[VerdictId]
    text: str
    span: Span

    def fits(self, case: Case, verdict: VerdictId) -> bool:
        """Tell whether this can happen in a case with that verdict."""
        values = case.values()
        held = all(str(values.get(slot, OPEN)) in wanted for slot, wanted in self.when.items())
        return held and (not self.verdicts or verdict in self.verdicts)


@dataclass(frozen=True, slots=True)
class EvalExample:
    """What an eval looks like for some aims; without `goals` for an aim that is still open."""

    goals: frozenset[str]
    cases: str
    beside: str
    score: str
    by_hand: str
    first_day: str
    span: Span


@dataclass(frozen=True, slots=True)
class Supposition:
    """Words by which a question supposes a value of a slot."""

    slot: str
    value: Value
    words: re.Pattern[str]


@dataclass(frozen=True)
class AnswerBook:
    """All of it. `about` gives each guidance card's slots, `asks` the questions that each source answers, in one text,
    `grades` how many sources have which grade.
    """

    terms: tuple[Term, ...] = ()
    costs: tuple[Cost, ...] = ()
    risks: tuple[Risk, ...] = ()
    eval_examples: tuple[EvalExample, ...] = ()
    suppositions: tuple[Supposition, ...] = ()
    about: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    asks: Mapping[str, str] = field(default_factory=dict)
    grades: Mapping[str, int] = field(default_factory=dict)

    @cached_property
    def _by_name(self) -> Mapping[str, Term]:
        return {name: term for term in self.terms for name in term.names}

    @cached_property
    def _names(self) -> re.Pattern[str]:
        longest_first = sorted(self._by_name, key=len, reverse=True)
        return re.compile(rf"(?<![\w-])(?:{'|'.join(map(re.escape, longest_first))})(?![\w-])")

    def terms_in(self, text: str) -> tuple[Term, ...]:
        """Return the terms that a text names, each once, in the order of the text."""
        if not self.terms:
            return ()
        found = (self._by_name[match.group()] for match in self._names.finditer(" ".join(text.lower().split())))
        return tuple(dict.fromkeys(found))

    def eval_for(self, goals: frozenset[str]) -> EvalExample:
        """Return what an eval looks like for these aims: the first that fits, else the one for an open aim."""
        return next((example for example in self.eval_examples if example.goals & goals), self.eval_examples[-1])
