"""What a language model may say: the words of rewordings and the forms of connecting sentences, as they stand in files.

Owns the shape of `rewordings.yaml` and `connecting.yaml`, and the check that no word means two things and that every
form can be read. Must not know how texts are compared.
"""

from __future__ import annotations

from collections.abc import Iterator

from pydantic import Field

from assistant.domain.connecting import Connecting, compiled
from assistant.domain.vocabulary import NO_WORDS, Kind, Meaning, Vocabulary, stem, words
from assistant.knowledge.files import FileModel, Folder

_BY_HEAD = {"terms": Kind.TERM, "plain": Kind.PLAIN, "kept": Kind.KEPT}


class _RewordingFile(FileModel):
    terms: dict[str, tuple[str, ...]]
    plain: dict[str, tuple[str, ...]]
    kept: dict[str, tuple[str, ...]]
    may_come: tuple[str, ...]
    may_go: tuple[str, ...]
    negations: tuple[str, ...]
    negated: dict[str, str]
    because: tuple[str, ...]
    so: tuple[str, ...]
    breaks: tuple[str, ...]
    modifiers: tuple[str, ...]
    bound: tuple[str, ...]
    silent: str
    silent_phrases: tuple[str, ...]
    hazards: str

    def entries(self) -> Iterator[tuple[str, tuple[Meaning, ...]]]:
        """Give every word or phrase with what it means."""
        for head, kind in _BY_HEAD.items():
            for name, variants in getattr(self, head).items():
                yield from ((variant, ((name, kind),)) for variant in (name, *variants))
        yield from ((word, (("not", Kind.NEGATION),)) for word in self.negations)
        for word, denied in self.negated.items():
            yield word, (("not", Kind.NEGATION), (denied, Kind.TERM if denied in self.terms else Kind.PLAIN))
        yield from ((word, (("because", Kind.CAUSE),)) for word in ("because", *self.because))
        yield from ((word, (("so", Kind.CAUSE),)) for word in ("so", *self.so))
        yield from ((word, ()) for word in (*self.silent.split(), *self.silent_phrases, *self.breaks))
        named = {*self.terms, *self.plain, *self.kept}
        yield from ((word, ((word, Kind.PLAIN),)) for word in self.hazards.split() if word not in named)

    def breaking(self) -> Iterator[str]:
        """Give every word that begins a clause."""
        yield from ("because", *self.because, "so", *self.so, *self.breaks)
        for name in ("if", "before", "after", "until", "unless"):
            yield from (name, *self.kept[name])


class _ConnectingFile(FileModel):
    sets: dict[str, str]
    forms: tuple[str, ...] = Field(min_length=1)


def read_rewordings(folder: Folder) -> Vocabulary:
    """Read `rewordings.yaml`; a word that stands in two places with two meanings is noted as a fault."""
    path = folder.root / "rewordings.yaml"
    read = folder.validated(path, folder.yaml(path), _RewordingFile, 1)
    if read is None:
        return NO_WORDS
    meanings: dict[tuple[str, ...], tuple[Meaning, ...]] = {}
    for phrase, meaning in read.entries():
        if meanings.setdefault(_stems(phrase), meaning) != meaning:
            what = f"{phrase!r}, without its endings, has two meanings: {meanings[_stems(phrase)]} and {meaning}."
            folder.fault(path, 1, what, "Take it out of one of the lists.")
    return Vocabulary(
        meanings=meanings,
        breaks=frozenset(_stems(phrase) for phrase in read.breaking()),
        may_come=frozenset(read.may_come),
        may_go=frozenset(read.may_go),
        modifiers=frozenset(read.modifiers),
        bound=frozenset(read.bound),
        hazards=frozenset(read.hazards.split()),
    )


def read_connecting(folder: Folder) -> Connecting:
    """Read `connecting.yaml`; a form that cannot be read is noted as a fault."""
    path = folder.root / "connecting.yaml"
    read = folder.validated(path, folder.yaml(path), _ConnectingFile, 1)
    forms = []
    for form in read.forms if read else ():
        try:
            forms.append(compiled(form, read.sets if read else {}))
        except ValueError as error:
            folder.fault(
                path, 1, f"A form cannot be read: {error}.", "Pair its brackets, and name only sets there are."
            )
    return Connecting(tuple(forms))


def _stems(phrase: str) -> tuple[str, ...]:
    return tuple(stem(word) for word in words(phrase))
