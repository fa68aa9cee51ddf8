"""The whole knowledge folder, read at once; the sentences that the ear learns from only where it learns.

Owns what counts as sound: `check` lists every fault, `load` and `load_examples` refuse a folder with any.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from pydantic import Field

from assistant.domain.dialogue import FollowUp
from assistant.domain.mistakes import MistakeId
from assistant.domain.rulebook import Rulebook
from assistant.errors import KnowledgeError
from assistant.knowledge.answer_files import PHRASES as FOLLOW_UP_PHRASES
from assistant.knowledge.answer_files import read_answer_book, read_kinds
from assistant.knowledge.files import Fault, FileModel, Folder
from assistant.knowledge.own_words_file import read_own_words
from assistant.knowledge.page_file import read_page
from assistant.knowledge.phrase_files import read_phrases
from assistant.knowledge.prompt_files import read_prompts
from assistant.knowledge.rulebook_files import read_rulebook
from assistant.knowledge.sources import Library, read_library
from assistant.knowledge.translation_files import read_translations
from assistant.knowledge.types.answer_book import AnswerBook
from assistant.knowledge.types.examples import Examples
from assistant.knowledge.types.page_text import PageText
from assistant.knowledge.types.phrase_texts import Phrases
from assistant.knowledge.types.prompt_text import PromptTexts
from assistant.knowledge.types.reviewed_translation import Translation
from assistant.knowledge.utterance_files import hash_sentences, read_examples
from assistant.text.own_words import OwnWords

_THRESHOLDS = (
    "examples", "examples_for_manner", "requests_a_month", "worth_asking",
    "stability_floor", "stability_exact", "stability_samples", "evidence", "look_again",
)  # fmt: skip

# The offline reader reads these itself, once they were seen to be YAML and nothing worse.


class _Messages(FileModel):
    on_topic: tuple[str, ...] = Field(min_length=1)
    off_topic: tuple[str, ...] = Field(min_length=1)


class _Relevance(FileModel):
    calibration: _Messages
    held_out: _Messages


@dataclass(frozen=True, slots=True)
class Knowledge:
    """Everything people wrote that the coach speaks and judges from."""

    library: Library
    rulebook: Rulebook
    phrases: Phrases
    prompts: PromptTexts
    own_words: OwnWords
    page: PageText
    off_topic: tuple[str, ...]
    answers: AnswerBook
    follow_ups: Mapping[FollowUp, tuple[str, ...]]
    translations: Mapping[str, Translation]
    sentences: str
    """The hash of what the ear learns from, which is read only where nothing learnt from it is at hand."""


def load(directory: Path) -> Knowledge:
    """Read a knowledge folder, all but the sentences that are learnt from.

    Raises:
        KnowledgeError: anything in it is faulty; the message lists each fault with file and line.
    """
    folder = _folder(directory)
    knowledge, faults = _read(folder), _faults(folder)
    if faults or knowledge is None:
        raise KnowledgeError("\n".join(str(fault) for fault in faults))
    return knowledge


def load_examples(directory: Path) -> Examples:
    """Read the sentences that are learnt from. Raises KnowledgeError as `load` does."""
    folder = _folder(directory)
    rulebook = read_rulebook(folder, read_library(folder))
    examples = read_examples(folder, rulebook, _read_off_topic(folder))
    if faults := _faults(folder):
        raise KnowledgeError("\n".join(str(fault) for fault in faults))
    return examples


def check(directory: Path) -> list[Fault]:
    """Return every fault of a knowledge folder, by file and line; empty when it is sound.

    While a file cannot be read at all only such faults are returned, since much else would seem wrong without it.
    What the lexicon says is checked where it is read.
    """
    folder = _folder(directory)
    knowledge = _read(folder)
    if knowledge is not None:
        read_examples(folder, knowledge.rulebook, knowledge.off_topic)
    return _faults(folder)


def _folder(directory: Path) -> Folder:
    if not directory.is_dir():
        raise KnowledgeError(f"There is no knowledge folder at {directory}. Set ASSISTANT_KNOWLEDGE_DIR to one.")
    return Folder(directory)


def _faults(folder: Folder) -> list[Fault]:
    return sorted(set(folder.unread or folder.faults))


def _read(folder: Folder) -> Knowledge | None:
    for path in sorted((folder.root / "lexicon").glob("*.yaml")):  # what it says is checked where it is read
        folder.yaml(path)
    library = read_library(folder)
    rulebook = read_rulebook(folder, library)
    thresholds = {threshold.id for threshold in rulebook.thresholds}
    for missing in set(_THRESHOLDS) - thresholds:
        folder.fault(folder.root / "thresholds.yaml", 1, f"The threshold {missing!r} is missing.", "Put it back.")
    _check_reach(folder, library, rulebook)
    phrases, page, off_topic = read_phrases(folder), read_page(folder), _read_off_topic(folder)
    prompts = read_prompts(folder)
    answers, follow_ups = read_answer_book(folder, library, rulebook), read_kinds(folder, FOLLOW_UP_PHRASES)
    own_words = read_own_words(folder, rulebook, answers)
    if page is None:
        return None
    translations = read_translations(folder, rulebook, answers, page)
    return Knowledge(
        library, rulebook, phrases, prompts, own_words, page, off_topic, answers, follow_ups, translations,
        hash_sentences(folder),
    )  # fmt: skip


def _read_off_topic(folder: Folder) -> tuple[str, ...]:
    """Read the examples of messages that nothing here answers; those held out only measure."""
    path = folder.root / "utterances" / "relevance.yaml"
    read = folder.validate(path, folder.yaml(path), _Relevance, 1)
    return read.calibration.off_topic if read else ()


def _check_reach(folder: Folder, library: Library, rulebook: Rulebook) -> None:
    """Find cards that speak to slots that do not exist, and slots and mistakes that no card speaks to."""
    cards = library.cards.values()
    slots = {slot.id for slot in rulebook.slots}
    for card in cards:
        for slot in card.slots:
            if slot not in slots:
                path = folder.root / "guidance" / f"{card.id}.md"
                folder.fault(path, 2, f"There is no slot {slot!r}.", "Use an id of slots.yaml.")
    for slot in sorted(slots - {slot for card in cards for slot in card.slots}):
        folder.fault(folder.root / "slots.yaml", 1, f"No card speaks to {slot!r}.", "Name it in a card's slots.")
    of_mistakes = {mistake for card in cards if card.kind == "mistake" for mistake in card.mistakes}
    for mistake in set(MistakeId) - of_mistakes:
        path = folder.root / "mistakes.yaml"
        folder.fault(path, 1, f"No card of kind mistake is about {mistake.value!r}.", "Write one.")
