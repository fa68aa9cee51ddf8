"""The words of the page that editors may change, as values.

Owns their shape. Must not know the file they come from, nor how the page looks.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from assistant.domain.record_text import RecordText
from assistant.knowledge.types.iframe_text import EmbeddingText

RUNGS = ("prompt", "context", "retrieval", "tools", "measurement", "weights")
"""The rungs of the ladder in the order of the document's last lines; weights come last."""
RUNGS_BY_RULE = ("tools", "weights")
"""Rungs on which no value of one slot places a case; the others are declared in slots.yaml."""


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
    agreed_badge: str
    agreed_now: str
    and_then: str
    begin: str
    bring_back: str
    busy: str
    cancel_edit: str
    carried: str
    case_shows: str
    case_trust: str
    change: str
    clicked: str
    close: str
    coach_model: str
    coach_model_by_proxy: str
    coach_model_here: str
    coach_offline: str
    coach_speaks: str
    composer: str
    confirmed: str
    contradicted: str
    conversation: str
    copied: str
    copy_text: str
    declined: str
    delete_talk: str
    denied_now: str
    dont_know: str
    download: str
    download_json: str
    earlier_version: str
    edit: str
    edit_of: str
    editing: str
    facts: str
    failed: str
    file_name: str
    file_name_json: str
    forget: str
    forget_all: str
    forget_sure: str
    forgotten: str
    go_on: str
    from_words: str
    gaps: str
    heard_badge: str
    heard_now: str
    house_document: str
    if_changed: str
    kept: str
    kept_nowhere: str
    ladder: str
    ladder_source: str
    leaning: str
    left_behind: str
    left_many: str
    left_one: str
    lost: str
    lost_click: str
    masked: str
    misread: str
    mistakes: str
    more_questions: str
    needs_scripts: str
    no_facts: str
    no_leaning: str
    no_longer: str
    no_more: str
    no_record: str
    no_talks: str
    not_carried: str
    not_kept: str
    nothing_changes: str
    nothing_noted: str
    open_in_tab: str
    open_record: str
    out_of_scope: str
    parts: str
    pasted: str
    print_it: str
    public: str
    remove: str
    removed: str
    rename: str
    reopened_left: str
    reopened_moved: str
    reopened_same: str
    replaced: str
    restart: str
    retry: str
    rulebook_other: str
    rulebook_same: str
    send: str
    send_again: str
    show: str
    skip_link: str
    source_link: str
    source_of_words: str
    sources: str
    started_over: str
    starters: str
    still_answering: str
    stored_unreadable: str
    summary: str
    summary_asked: str
    talks: str
    too_large: str
    took_too_long: str
    undo: str
    undone: str
    untitled: str
    use_these: str
    verdict: str
    why_asked: str
    wiki: str
    wiki_hint: str
    without_model: str
    working: str
    would_change: str
    you_said: str
    your_case: str
    your_words: str


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
    record: RecordText
    calls: CallTexts

    def stability_words(self, stability: float) -> StabilityWords:
        """Return the words for a stability in [0, 1]: the last entry it reaches."""
        return [words for words in self.stability if stability >= words.at_least][-1]
