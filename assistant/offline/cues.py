"""Loads the cues by which words are heard: phrases for each slot and option, kept in `knowledge/cues.yaml`.

Owns the phrase notation and its check; every phrase becomes one bounded pattern, compiled once. Must not know how a
reading is decided between cues.

The notation: words apart by spaces; `word*` any ending; `a|b` either; `word?` may be left out; `-` inside a word also
matches a space or nothing; `..` up to three words, `...` up to six; `#` a number; `<list>` any entry of a named list;
`^` before the first word: only at the start of a clause; `$` after the last: only at its end.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError

from assistant.domain.case import Value
from assistant.domain.rulebook import Rulebook, SlotKind
from assistant.errors import KnowledgeError
from assistant.offline.clauses import N_OPENING, Openings, openings_of
from assistant.offline.polarity import negates

_MOST_PLACES = 20
_SAFE_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_APART = r"[^\w.,;:!?()\n]{1,3}"
_ANY_WORD = r"[\w'&+%/@-]{1,24}"
_NUMBER = r"\d(?:[\d.,]{0,14}\d)?[kmb]?%?"


class Strength(StrEnum):
    """What a cue earns: a known value, a proposed one, or nothing."""

    KNOWN = "known"
    PROPOSED = "proposed"
    NOTHING = "nothing"


class Polarity(StrEnum):
    """Whether a phrase is heard as it stands only, denied only, or either way."""

    PLAIN = "plain"
    ANY = "any"


@cache
def _compiled(expression: str) -> re.Pattern[str]:
    return re.compile(expression)


@dataclass(frozen=True, slots=True)
class Phrase:
    """One phrase of the notation.

    It begins with one of `heads`, and only stands in a text that holds, for each set of `needles`, a word that begins
    with one of them. `at_start` and `at_end` bind it to the edges of its clause; `negative` when it is written with a
    negation.
    """

    written: str
    expression: str
    heads: frozenset[str]
    needles: tuple[frozenset[str], ...]
    at_start: bool = False
    at_end: bool = False
    negative: bool = False

    @property
    def pattern(self) -> re.Pattern[str]:
        """The phrase as a bounded pattern, compiled when it is first looked for: most never are."""
        return _compiled(self.expression)

    def spans(self, flat: str, openings: Openings) -> Iterator[tuple[int, int]]:
        """Yield where the phrase stands in a flattened text, at most at twenty places for each way it can begin."""
        if any(needed.isdisjoint(openings.beginnings) for needed in self.needles):
            return
        for head in self.heads:
            for start in openings.places.get(head, ())[:_MOST_PLACES]:
                if match := self.pattern.match(flat, start):
                    yield match.span()


@dataclass(frozen=True, slots=True)
class Cue:
    """Phrases that speak for one option of one slot; `rank` is its place in the file, lower wins.

    `told` is what it earns in an unprompted statement, `asked` in an answer to the slot's own question. `denied` is
    the option a denial speaks for, or None when a denial says nothing.
    A phrase of `unless` in the clause silences it. `decides` ends the search in an answer. `alone`: told, it is heard
    only where no other cue of its set is.
    """

    slot: str
    value: Value
    denied: Value | None
    told: Strength
    asked: Strength
    decides: bool
    polarity: Polarity
    rank: int
    phrases: tuple[Phrase, ...]
    unless: tuple[Phrase, ...] = ()
    alone: bool = False


@dataclass(frozen=True, slots=True)
class BareAnswers:
    """What a bare word answers to a slot's question; None where it answers nothing."""

    on_yes: Value | None = None
    on_no: Value | None = None
    planned: Value | None = None
    not_applicable: Value | None = None


@dataclass(frozen=True, slots=True)
class Cues:
    """All cues by slot in the file's order, the bare answers, the phrases that mark a message as a whole, and signs.

    Signs say little alone: see `signs`.
    """

    by_slot: Mapping[str, tuple[Cue, ...]]
    bare: Mapping[str, BareAnswers]
    marks: Mapping[str, tuple[Phrase, ...]]
    signs: Mapping[str, tuple[Phrase, ...]]

    def marked(self, mark: str, flat: str) -> tuple[int, int] | None:
        """Return where the first phrase of a mark stands in a text, or None."""
        openings = openings_of(flat)
        for phrase in self.marks.get(mark, ()):
            for span in phrase.spans(flat, openings):
                return span
        return None


class _CueEntry(BaseModel):
    model_config = ConfigDict(extra="forbid")
    value: str | float
    denied: str | float | None = None
    told: Strength = Strength.NOTHING
    asked: Strength = Strength.KNOWN
    decides: bool = False
    polarity: Polarity = Polarity.PLAIN
    says: list[str]
    unless: list[str] = []
    alone: bool = False


class _BareEntry(BaseModel):
    model_config = ConfigDict(extra="forbid")
    on_yes: str | float | None = None
    on_no: str | float | None = None
    planned: str | float | None = None
    not_applicable: str | float | None = None


class _CueFile(BaseModel):
    model_config = ConfigDict(extra="forbid")
    words: dict[str, list[str]]
    marks: dict[str, list[str]]
    signs: dict[str, list[str]] = {}
    bare: dict[str, _BareEntry]
    slots: dict[str, list[_CueEntry]]


def load_cues(path: Path, rulebook: Rulebook) -> Cues:
    """Load and check the cues of one file against the rulebook's slots and options.

    Raises:
        KnowledgeError: the file, its shape, a phrase, a slot or an option is wrong; says which.
    """
    try:
        written = yaml.load(path.read_text(encoding="utf-8"), _SAFE_LOADER)  # noqa: S506 - a safe loader, in C or not
        parsed = _CueFile.model_validate(written)
    except (OSError, UnicodeDecodeError, yaml.YAMLError, ValidationError) as error:
        raise KnowledgeError(f"{path.name}: {error}. Mend the file; its notation is described at its top.") from error
    lists = _named_lists(path, parsed.words)
    by_slot: dict[str, tuple[Cue, ...]] = {}
    for slot_id, entries in parsed.slots.items():
        _check_values(path, rulebook, slot_id, ())
        for entry in entries:
            _check_values(path, rulebook, slot_id, (entry.value, entry.denied))
        by_slot[slot_id] = tuple(_cue(path, slot_id, rank, entry, lists) for rank, entry in enumerate(entries))
    bare: dict[str, BareAnswers] = {}
    for slot_id, answers in parsed.bare.items():
        _check_values(path, rulebook, slot_id, (answers.on_yes, answers.on_no, answers.planned, answers.not_applicable))
        bare[slot_id] = BareAnswers(answers.on_yes, answers.on_no, answers.planned, answers.not_applicable)
    marks = _phrases(path, "marks", parsed.marks, lists)
    return Cues(by_slot, bare, marks, _phrases(path, "signs", parsed.signs, lists))


def _phrases(
    path: Path, section: str, written: Mapping[str, list[str]], lists: Mapping[str, tuple[str, ...]]
) -> dict[str, tuple[Phrase, ...]]:
    return {
        name: tuple(compile_phrase(phrase, lists, f"{path.name}: {section}.{name}") for phrase in phrases)
        for name, phrases in written.items()
    }


def compile_phrase(written: str, lists: Mapping[str, tuple[str, ...]], where: str) -> Phrase:
    """Compile one phrase of the notation.

    Raises:
        KnowledgeError: the phrase is empty, names an unknown list, or begins or ends with a gap or an optional word.
    """
    tokens = written.lower().removeprefix("^").removesuffix("$").split()
    mandatory = [token for token in tokens if not token.endswith("?") and token.strip(".")]
    if not tokens or not mandatory or tokens[0] not in mandatory:
        raise KnowledgeError(f"{where}: the phrase {written!r} must begin with a word that cannot be left out.")
    pattern = ""
    needles: list[frozenset[str]] = []
    for token in tokens:
        if token in ("..", "..."):
            pattern += rf"(?:{_APART}{_ANY_WORD}){{0,{3 if token == '..' else 6}}}?"
            continue
        piece, stems = _token(token.removesuffix("?"), lists, where)
        if not pattern:
            pattern = piece
        elif token.endswith("?"):
            pattern += rf"(?:{_APART}{piece})?"
        else:
            pattern += _APART + piece
        if not token.endswith("?"):
            needles.append(frozenset(stem[:N_OPENING] for stem in stems))
    return Phrase(
        written,
        rf"(?<![\w-])(?:{pattern})(?!\w)",
        needles[0],
        tuple(sorted(needles, key=_rarity)),
        at_start=written.startswith("^"),
        at_end=written.endswith("$"),
        negative=_is_negative(tokens, lists),
    )


def _rarity(needed: frozenset[str]) -> int:
    """Sort by how soon a set of word beginnings is likely to be missing: few and long ones first."""
    return len(needed) - min(map(len, needed))


def _is_negative(tokens: list[str], lists: Mapping[str, tuple[str, ...]]) -> bool:
    words = [word for token in tokens for word in token.removesuffix("?").split("|")]
    named = [entry for word in words if word.startswith("<") for entry in lists.get(word[1:-1], ())]
    return any(negates(word) for word in [*words, *named])


def _token(token: str, lists: Mapping[str, tuple[str, ...]], where: str) -> tuple[str, tuple[str, ...]]:
    words: list[str] = []
    counts = False
    for part in token.split("|"):
        if part == "#":
            counts = True
        elif part.startswith("<") and part.endswith(">"):
            if part[1:-1] not in lists:
                raise KnowledgeError(f"{where}: there is no word list {part}. Lists are: {', '.join(sorted(lists))}.")
            words.extend(lists[part[1:-1]])
        else:
            words.append(part)
    if not all(word.strip("*- ") for word in words):
        raise KnowledgeError(f"{where}: {token!r} holds an empty word.")
    patterns = [_word_pattern(word) for word in sorted(words, key=len, reverse=True)]
    stems = tuple(_stem(word) for word in words)
    if counts:
        return f"(?:{'|'.join([_NUMBER, *patterns])})", ("", *stems)
    return f"(?:{'|'.join(patterns)})", stems


def _stem(word: str) -> str:
    """Return with what a word of the text begins if this word, or group of words, stands there."""
    parts = [part for part in re.split(r"[\s]", word) if part]
    heads = [re.split(r"[*-]|\W", part, maxsplit=1)[0] for part in parts]
    return max(heads, key=len)


def _word_pattern(word: str) -> str:
    pattern = re.escape(word).replace(r"\*", r"\w{0,14}")
    return pattern.replace(r"\-", r"[\s-]?").replace(r"\ ", _APART)


def _named_lists(path: Path, words: Mapping[str, list[str]]) -> dict[str, tuple[str, ...]]:
    for name, entries in words.items():
        if not entries or any("<" in entry for entry in entries):
            raise KnowledgeError(f"{path.name}: words.{name} must hold words, and no other list.")
    return {name: tuple(entry.lower() for entry in entries) for name, entries in words.items()}


def _check_values(path: Path, rulebook: Rulebook, slot_id: str, values: tuple[Value | None, ...]) -> None:
    try:
        slot = rulebook.slot(slot_id)
    except KeyError:
        raise KnowledgeError(f"{path.name}: there is no slot {slot_id!r}; see slots.yaml.") from None
    options = [option.value for option in slot.options]
    for value in values:
        is_number = slot.kind is SlotKind.NUMBER and isinstance(value, (int, float))
        if value is not None and value not in options and not is_number:
            raise KnowledgeError(
                f"{path.name}: {slot_id} has no option {value!r}. Options: {', '.join(map(str, options))}."
            )


def _cue(path: Path, slot_id: str, rank: int, entry: _CueEntry, lists: Mapping[str, tuple[str, ...]]) -> Cue:
    where = f"{path.name}: slots.{slot_id}[{rank}]"
    phrases = tuple(compile_phrase(written, lists, where) for written in entry.says)
    unless = tuple(compile_phrase(written, lists, where) for written in entry.unless)
    return Cue(
        slot_id,
        entry.value,
        entry.denied,
        entry.told,
        entry.asked,
        entry.decides,
        entry.polarity,
        rank,
        phrases,
        unless,
        entry.alone,
    )
