"""The words of the page that editors may change, as values.

Owns their shape. Must not know the file they come from, nor how the page looks.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from assistant.domain.embedding import EmbeddingText

RUNGS = ("prompt", "context", "retrieval", "tools", "measurement", "weights")
"""The rungs of the ladder in the order of the document's last lines; weights come last."""


class RungState(StrEnum):
    """Where a case stands with one rung; `next` and `not_now` are for the weights."""

    CLIMBED = "climbed"
    STARTED = "started"
    MISSING = "missing"
    NOT_NEEDED = "not_needed"
    UNKNOWN = "unknown"
    NEXT = "next"
    NOT_NOW = "not_now"


@dataclass(frozen=True, slots=True)
class Starter:
    """A case that can be told with one click while the conversation is empty."""

    label: str
    message: str


@dataclass(frozen=True, slots=True)
class StabilityWords:
    """What is said of a leaning whose stability is `at_least` this share, in [0, 1]."""

    at_least: float
    label: str
    meaning: str


@dataclass(frozen=True, slots=True)
class RungText:
    """How a rung of the ladder is named, and what standing on it means."""

    id: str
    name: str
    meaning: str


@dataclass(frozen=True, slots=True)
class Labels:
    """Short texts by the place they stand in; `{…}` are filled in by the page."""

    add_fact: str
    added_facts: str
    and_then: str
    begin: str
    bring_back: str
    busy: str
    cancel_edit: str
    carried: str
    change: str
    earlier_version: str
    clicked: str
    close: str
    coach_model: str
    coach_model_by_proxy: str
    coach_model_here: str
    coach_offline: str
    composer: str
    confirmed: str
    contradicted: str
    conversation: str
    copied: str
    copy_text: str
    declined: str
    dont_know: str
    no_more: str
    download: str
    edit: str
    edit_of: str
    editing: str
    facts: str
    failed: str
    file_name: str
    forget: str
    forgotten: str
    from_words: str
    gaps: str
    if_changed: str
    kept: str
    kept_nowhere: str
    ladder: str
    ladder_source: str
    leaning: str
    masked: str
    mistakes: str
    more_questions: str
    no_facts: str
    no_leaning: str
    not_carried: str
    nothing_changes: str
    open_in_tab: str
    out_of_scope: str
    parts: str
    public: str
    remove: str
    removed: str
    restart: str
    retry: str
    send: str
    show: str
    skip_link: str
    source_link: str
    source_of_words: str
    sources: str
    starters: str
    stored_unreadable: str
    too_large: str
    took_too_long: str
    undo: str
    undone: str
    use_these: str
    verdict: str
    wiki: str
    wiki_hint: str
    without_model: str
    would_change: str
    your_case: str
    your_words: str
    agreed_badge: str
    agreed_now: str
    case_shows: str
    case_trust: str
    coach_speaks: str
    denied_now: str
    heard_badge: str
    heard_now: str
    house_document: str
    left_many: str
    left_one: str
    misread: str
    no_longer: str
    nothing_noted: str
    why_asked: str
    you_said: str
    delete_talk: str
    forget_all: str
    forget_sure: str
    lost: str
    lost_click: str
    no_talks: str
    not_kept: str
    rename: str
    send_again: str
    still_answering: str
    untitled: str
    working: str
    talks: str
    started_over: str
    replaced: str
    needs_scripts: str
    summary: str
    summary_asked: str
    download_json: str
    file_name_json: str
    print_it: str
    open_record: str
    no_record: str
    reopened_same: str
    reopened_moved: str
    reopened_left: str
    rulebook_same: str
    rulebook_other: str
    pasted: str


@dataclass(frozen=True, slots=True)
class CallTexts:
    """What programs are told: of the whole, and of each function when to use it and what it gives."""

    about: str
    assess: str
    search: str
    rulebook: str


@dataclass(frozen=True, slots=True)
class PageText:
    """Everything the page says that is not the engine's, and what programs are told in its place.

    `stability` runs from the lowest `at_least`, which is 0, upwards; `ladder` follows `RUNGS`. `rung_states`,
    `mistake_states` and `grades` give the word for each state, each mistake state and each evidence grade.
    """

    title: str
    tagline: str
    intro: str
    starters: tuple[Starter, ...]
    stability: tuple[StabilityWords, ...]
    ladder: tuple[RungText, ...]
    rung_states: Mapping[str, str]
    mistake_states: Mapping[str, str]
    grades: Mapping[str, str]
    labels: Labels
    embedding: EmbeddingText
    calls: CallTexts

    def stability_words(self, stability: float) -> StabilityWords:
        """Return the words for a stability in [0, 1]: the last entry it reaches."""
        return [words for words in self.stability if stability >= words.at_least][-1]
