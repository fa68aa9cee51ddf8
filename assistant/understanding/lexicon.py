"""The lexicon of `knowledge/lexicon/`: the phrases that speak for an option, one file a slot, and those of speech
acts.

Owns the shape of the files, their check against the rulebook, and which options a message's words speak for. A file
of a slot, or an option, that the rulebook does not have is passed over. Must not know what becomes of a phrase that
is found.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError

from assistant.domain.case import Value
from assistant.domain.rulebook import Rulebook
from assistant.errors import KnowledgeError
from assistant.text.clauses import Clause, Utterance, openings_of
from assistant.text.modality import is_denied, negates
from assistant.understanding.phrases import Phrase, compile_phrase

FOLDER = "lexicon"
_WORDS, _ACTS = "words", "speech_acts"
_SAFE_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_Shape = TypeVar("_Shape", bound=BaseModel)
_WORD = re.compile(r"\w")
_OPENING = re.compile(r"\W{0,4}(?:\w{1,9}\W{1,3}){0,4}")


@dataclass(frozen=True, slots=True)
class Entry:
    """Phrases that speak for one option, and the option that their denial speaks for; `either`: denied or not.

    `loose`: they speak for it in an answer, and elsewhere only where it is likely without them.
    """

    value: Value
    denied: Value | None
    either: bool
    loose: bool
    phrases: tuple[Phrase, ...]


@dataclass(frozen=True, slots=True)
class Backing:
    """An option that a phrase speaks for, and where in the message the phrase begins."""

    value: Value
    place: int
    loose: bool


@dataclass(frozen=True, slots=True)
class BareAnswers:
    """What a bare word answers to a slot's question; None where it answers nothing.

    `on_no_wishing` is what a no answers where one of these aims was told: who wants facts and looks up none lacks it.
    """

    on_yes: Value | None = None
    on_oneself: Value | None = None
    on_no: Value | None = None
    on_no_wishing: Mapping[Value, Value] = field(default_factory=dict)
    planned: Value | None = None
    not_applicable: Value | None = None


@dataclass(frozen=True, slots=True)
class Lexicon:
    """All entries by slot, the bare answers, and the phrases that mark a message as a whole."""

    by_slot: Mapping[str, tuple[Entry, ...]]
    bare: Mapping[str, BareAnswers]
    acts: Mapping[str, tuple[Phrase, ...]]

    def find_act(self, act: str, flat: str) -> tuple[int, int] | None:
        """Return where the first phrase of a speech act stands in a text, or None."""
        return next(self.places(act, flat), None)

    def places(self, act: str, flat: str) -> Iterator[tuple[int, int]]:
        """Yield where the phrases of a speech act stand in a text, phrase by phrase."""
        openings = openings_of(flat)
        for phrase in self.acts.get(act, ()):
            yield from phrase.spans(flat, openings)

    def find_backed(self, slot: str, utterance: Utterance) -> Iterator[Backing]:
        """Yield each option that a phrase of a message speaks for."""
        for entry in self.by_slot.get(slot, ()):
            for phrase in entry.phrases:
                for start, end in phrase.spans(utterance.flat, utterance.openings):
                    value = _value(entry, phrase, utterance, start, end)
                    if value is not None:
                        yield Backing(value, start, entry.loose)


def _value(entry: Entry, phrase: Phrase, utterance: Utterance, start: int, end: int) -> Value | None:
    clause = utterance.clause_of(start, end)
    if clause is None or not _is_at_its_edge(phrase, utterance, clause, start, end):
        return None
    if phrase.negative or entry.either:
        return entry.value
    is_plain = not negates(utterance.flat[start:end]) and not is_denied(clause, start, end)
    return entry.value if is_plain else entry.denied


def _is_at_its_edge(phrase: Phrase, utterance: Utterance, clause: Clause, start: int, end: int) -> bool:
    if phrase.at_start and not _OPENING.fullmatch(utterance.flat, clause.start, start):
        return False
    return not (phrase.at_end and _WORD.search(utterance.flat, end, clause.end))


class _Option(BaseModel):
    model_config = ConfigDict(extra="forbid")
    value: str | float
    denied: str | float | None = None
    polarity: str = "plain"
    loose: bool = False
    says: list[str]


class _Bare(BaseModel):
    model_config = ConfigDict(extra="forbid")
    on_yes: str | float | None = None
    on_oneself: str | float | None = None
    on_no: str | float | None = None
    on_no_wishing: dict[str, str] = {}
    planned: str | float | None = None
    not_applicable: str | float | None = None


class _SlotFile(BaseModel):
    model_config = ConfigDict(extra="forbid")
    slot: str
    bare: _Bare = _Bare()
    options: list[_Option]


class _PhraseLists(BaseModel):
    model_config = ConfigDict(extra="allow")
    __pydantic_extra__: dict[str, list[str]]


def load_lexicon(folder: Path, rulebook: Rulebook) -> Lexicon:
    """Load and check the lexicon.

    Raises:
        KnowledgeError: a file, its shape, a phrase or a list is wrong; says which.
    """
    lists = {name: tuple(word.lower() for word in words) for name, words in _phrase_lists(folder, _WORDS).items()}
    acts = {
        act: tuple(compile_phrase(phrase, lists, f"{_ACTS}.yaml: {act}") for phrase in phrases)
        for act, phrases in _phrase_lists(folder, _ACTS).items()
    }
    by_slot, bare = {}, {}
    for slot in rulebook.slots:
        path = folder / f"{slot.id}.yaml"
        if not path.exists():
            continue
        read = _validate(path, _SlotFile)
        options = {option.value for option in slot.options}
        by_slot[slot.id] = tuple(_entry(path, option, lists) for option in read.options if option.value in options)
        bare[slot.id] = BareAnswers(**read.bare.model_dump())
    return Lexicon(by_slot, bare, acts)


def _phrase_lists(folder: Path, name: str) -> dict[str, list[str]]:
    return _validate(folder / f"{name}.yaml", _PhraseLists).__pydantic_extra__


def _validate(path: Path, shape: type[_Shape]) -> _Shape:
    try:
        return shape.model_validate(yaml.load(path.read_text(encoding="utf-8"), _SAFE_LOADER))  # noqa: S506 - safe
    except (OSError, UnicodeDecodeError, yaml.YAMLError, ValidationError) as error:
        remedy = "Mend the file; the notation is described at the top of words.yaml."
        raise KnowledgeError(f"{path.name}: {error}. {remedy}") from error


def _entry(path: Path, option: _Option, lists: Mapping[str, tuple[str, ...]]) -> Entry:
    where = f"{path.name}: {option.value}"
    phrases = tuple(compile_phrase(phrase, lists, where) for phrase in option.says)
    return Entry(option.value, option.denied, option.polarity == "any", option.loose, phrases)
