"""The words of its own that a language model may use, as they stand in `own_words.yaml`.

Owns the shape of the file and the check that no word stands in two lists. Must not know how a sentence is judged.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from pydantic import Field

from assistant.domain.rulebook import Rulebook
from assistant.knowledge.files import FileModel, Folder
from assistant.knowledge.types.answer_book import AnswerBook
from assistant.text.own_words import NO_WORDS, OwnWords, words_of

_Lines = tuple[str, ...]


class _OwnWordsFile(FileModel):
    courtesy: _Lines = Field(min_length=1)
    leading: _Lines = Field(min_length=1)
    whole: _Lines = Field(min_length=1)
    openers: _Lines = Field(min_length=1)
    asides: _Lines = Field(min_length=1)
    phrases: _Lines = Field(min_length=1)
    hard: _Lines = Field(min_length=1)
    told: _Lines = Field(min_length=1)
    tell: _Lines = Field(min_length=1)
    words: _Lines = Field(min_length=1)
    theirs_after: _Lines = Field(min_length=1)


def read_own_words(folder: Folder, rulebook: Rulebook, answers: AnswerBook) -> OwnWords:
    """Read `own_words.yaml`; a single word that stands twice is noted as a fault."""
    path = folder.root / "own_words.yaml"
    read = folder.validate(path, folder.yaml(path), _OwnWordsFile, 1)
    if read is None:
        return NO_WORDS
    single = [_split(lines) for lines in (read.hard, read.told, read.tell, read.words)]
    counted = Counter(word for words in single for word in words)
    for word in (word for word, n in counted.items() if n > 1):
        folder.fault(path, 1, f"{word!r} stands twice.", "Leave it in one of the lists.")
    hard, told, tell, words = map(frozenset, single)
    return OwnWords(
        courtesy=_phrases(read.courtesy),
        leading=_phrases(read.leading),
        whole=_phrases(read.whole),
        openers=_phrases(read.openers),
        asides=_phrases(read.asides),
        phrases=_phrases(read.phrases),
        hard=hard,
        told=told,
        tell=tell,
        words=words,
        theirs_after=_phrases(read.theirs_after),
        trade=frozenset(word for text in _trade(rulebook, answers) for word in words_of(text)),
    )


def _phrases(lines: Iterable[str]) -> frozenset[tuple[str, ...]]:
    return frozenset(tuple(line.split()) for line in lines)


def _split(lines: Iterable[str]) -> list[str]:
    return [word for line in lines for word in line.split()]


def _trade(rulebook: Rulebook, answers: AnswerBook) -> Iterator[str]:
    """Give every text whose words are terms of the trade."""
    for slot in rulebook.slots:
        yield slot.name
        yield from (text for option in slot.options for text in (option.label, option.heard))
    yield from (criterion.claim for criterion in rulebook.criteria)
    yield from (text for mistake in rulebook.mistakes for text in (mistake.name, mistake.hit, mistake.cleared))
    yield from (verdict.label for verdict in rulebook.verdicts)
    yield from (name for term in answers.terms for name in term.names)
