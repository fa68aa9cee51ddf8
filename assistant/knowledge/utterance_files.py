"""The example sentences of `utterances/`: one file a slot, one of sentences that say nothing of any, one of openings,
and of labelled replies one for each question.

Owns their shape and the check that every option of a slot has enough of them. Must not know what learns from them.
`relevance.yaml` in the same folder is the retriever's and is read elsewhere.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

from pydantic import Field, StringConstraints

from assistant.domain.rulebook import Rulebook, Slot, SlotKind
from assistant.knowledge.answer_files import read_kinds
from assistant.knowledge.files import FileModel, Folder
from assistant.knowledge.types.examples import (
    Examples,
    FollowUpExample,
    Opening,
    OptionExamples,
    Reply,
    SlotExamples,
    StatedFact,
)

FEWEST = 10
_NOT_SLOTS = ("relevance", "nothing", "openings", "followups")
FOLLOW_UPS = "utterances/followups.yaml"

_Sentence = Annotated[str, StringConstraints(min_length=1, max_length=300, pattern=r"\w")]
_Story = Annotated[str, StringConstraints(min_length=1, max_length=2000, pattern=r"\w")]


class _Option(FileModel):
    value: str
    examples: tuple[_Sentence, ...] = ()
    answers: tuple[_Sentence, ...] = ()


class _SlotFile(FileModel):
    slot: str
    wished: bool
    options: tuple[_Option, ...] = Field(min_length=2)
    nothing: tuple[_Sentence, ...] = ()


class _NothingFile(FileModel):
    slot: str = Field(pattern="^nothing$")
    examples: tuple[_Sentence, ...] = Field(min_length=FEWEST)


class _Opening(FileModel):
    says: _Story
    goal: tuple[str, ...]


class _OpeningsFile(FileModel):
    openings: tuple[_Opening, ...] = Field(min_length=FEWEST)
    off_topic: tuple[_Story, ...] = Field(min_length=FEWEST)


class _StatedFact(FileModel):
    slot: str
    value: str | float
    quote: str = Field(min_length=1)


class _Reply(FileModel):
    act: str
    text: _Story
    says: tuple[_StatedFact, ...] = ()


class _RepliesFile(FileModel):
    replies: tuple[_Reply, ...] = Field(min_length=FEWEST)


def hash_sentences(folder: Folder) -> str:
    """Return a hash of the files that hold all example sentences, 16 hex digits; ends of lines count in no way."""
    digest = hashlib.sha256()
    for path in sorted((folder.root / "utterances").rglob("*.yaml")):
        digest.update(path.relative_to(folder.root).as_posix().encode() + b"\0")
        digest.update(path.read_bytes().replace(b"\r\n", b"\n") + b"\0")
    return digest.hexdigest()[:16]


def read_examples(folder: Folder, rulebook: Rulebook, off_topic: tuple[str, ...]) -> Examples:
    """Read all example sentences, by slot in the order of the files; note as a fault what does not fit the rulebook.

    A slot or an option that the rulebook does not have yet may be learnt already.

    `off_topic` are messages about something else, which stand in a file read elsewhere.
    """
    directory = folder.root / "utterances"
    slots = {slot.id: slot for slot in rulebook.slots}
    found: dict[str, SlotExamples] = {}
    seen: dict[str, str] = {}
    replies = tuple(reply for path in sorted(directory.glob("replies/*.yaml")) for reply in _replies(folder, path))
    for path in sorted(directory.glob("*.yaml")):
        if path.stem in _NOT_SLOTS:
            continue
        read = folder.validate(path, folder.yaml(path), _SlotFile, 1)
        if read is None:
            continue
        if path.stem in slots:
            _check_options(folder, path, read, slots[path.stem], replies)
        may_repeat = slots.get(path.stem) is not None and slots[path.stem].kind is SlotKind.SET
        _check_slot(folder, path, read, seen, may_repeat=may_repeat)
        found[path.stem] = _slot_examples(read)
    path = directory / "nothing.yaml"
    nothing = folder.validate(path, folder.yaml(path), _NothingFile, 1)
    _check_repeats(folder, path, nothing.examples if nothing else (), seen)
    openings, elsewhere = _read_openings(folder, directory / "openings.yaml", slots.get("goal"))
    return Examples(
        tuple(found.values()), nothing.examples if nothing else (), openings, (*elsewhere, *off_topic), replies,
        hash_sentences(folder), _read_follow_ups(folder),
    )  # fmt: skip


def _read_openings(folder: Folder, path: Path, goal: Slot | None) -> tuple[tuple[Opening, ...], tuple[str, ...]]:
    """Return the openings and the messages about something else."""
    read = folder.validate(path, folder.yaml(path), _OpeningsFile, 1)
    if read is None or goal is None:
        return (), ()
    allowed = {str(option.value) for option in goal.options}
    for value in sorted({value for opening in read.openings for value in opening.goal} - allowed):
        folder.fault(path, 1, f"goal has no option {value!r}.", f"Use some of {', '.join(sorted(allowed))}.")
    _check_repeats(folder, path, (*(opening.says for opening in read.openings), *read.off_topic), {})
    return tuple(Opening(opening.says, frozenset(opening.goal)) for opening in read.openings), read.off_topic


def _read_follow_ups(folder: Folder) -> tuple[FollowUpExample, ...]:
    """Return what people type around a verdict, each with its kind."""
    kinds = read_kinds(folder, FOLLOW_UPS)
    _check_repeats(folder, folder.root / FOLLOW_UPS, tuple(text for texts in kinds.values() for text in texts), {})
    return tuple(FollowUpExample(text, kind) for kind, texts in kinds.items() for text in texts)


def _slot_examples(read: _SlotFile) -> SlotExamples:
    options = tuple(OptionExamples(option.value, option.examples, option.answers) for option in read.options)
    return SlotExamples(read.slot, read.wished, options, read.nothing)


def _replies(folder: Folder, path: Path) -> Iterator[Reply]:
    """Yield the labelled replies of a file, which is named after the slot that was asked about."""
    read = folder.validate(path, folder.yaml(path), _RepliesFile, 1)
    asked = None if path.stem == "openings" else path.stem
    for reply in read.replies if read else ():
        for fact in reply.says:
            if fact.quote not in reply.text:
                folder.fault(path, 1, f"The quote {fact.quote!r} is not in its text.", "Quote letter for letter.")
        says = tuple(StatedFact(fact.slot, fact.value, fact.quote) for fact in reply.says)
        yield Reply(reply.text, asked, reply.act, says)


def _check_options(folder: Folder, path: Path, read: _SlotFile, slot: Slot, replies: tuple[Reply, ...]) -> None:
    """Find a file of no slot with options, options the slot does not have, and options left out or given twice."""
    if slot.kind is SlotKind.NUMBER or read.slot != slot.id:
        remedy = "Name file and slot after a slot of slots.yaml whose answer is no number."
        folder.fault(path, 1, f"The file {path.name} is about {read.slot!r}.", remedy)
        return
    allowed = [str(option.value) for option in slot.options]
    given = [option.value for option in read.options]
    for value in sorted(set(given) - set(allowed)):
        folder.fault(path, 1, f"{read.slot} has no option {value!r}.", f"Use one of {', '.join(allowed)}.")
    n_said = Counter(fact.value for reply in replies for fact in reply.says if fact.slot == slot.id)
    n_said.update({option.value: len(option.examples) + len(option.answers) for option in read.options})
    for value in allowed:
        if n_said[value] < FEWEST:
            folder.fault(path, 1, f"The option {value!r} has too few sentences.", f"Write at least {FEWEST}.")
    for value in sorted({value for value in given if given.count(value) > 1}):
        folder.fault(path, 1, f"The option {value!r} stands here twice.", "Put its sentences together.")


def _check_slot(folder: Folder, path: Path, read: _SlotFile, seen: dict[str, str], *, may_repeat: bool) -> None:
    """Find sentences given twice: examples anywhere, answers in their own file, where other slots' may be the same.

    Of a set (`may_repeat`) a sentence stands under every option that it says.
    """
    own: dict[str, str] = {}
    for option in read.options:
        before = {} if may_repeat else own
        _check_repeats(folder, path, (*option.examples, *option.answers), before)
        own.update(before)
    _check_repeats(folder, path, read.nothing, own)
    examples = dict.fromkeys(_key(text) for option in read.options for text in option.examples)
    _check_repeats(folder, path, tuple(examples), seen)


def _check_repeats(folder: Folder, path: Path, texts: tuple[str, ...], seen: dict[str, str]) -> None:
    for text in texts:
        if _key(text) in seen:
            folder.fault(path, 1, f"The sentence {text!r} stands in {seen[_key(text)]} already.", "Keep it once.")
        seen[_key(text)] = path.name


def _key(text: str) -> str:
    return " ".join(text.lower().split())
