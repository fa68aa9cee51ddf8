"""The words of the decision record that editors may change, as values.

Owns their shape. Must not know the file they come from, nor what else stands in a record.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class RecordText:
    """The record's own sentences by the place they stand in; `{…}` are filled in by the record."""

    title: str
    settled: str
    not_settled: str
    judged: str
    heading_verdict: str
    heading_why: str
    heading_steps: str
    heading_facts: str
    heading_unknown: str
    heading_rejected: str
    heading_mistakes: str
    heading_changes: str
    heading_look_again: str
    heading_messages: str
    heading_sources: str
    stability: str
    done_when: str
    in_message: str
    clicked: str
    by_model: str
    not_agreed: str
    contradicted: str
    not_known: str
    asked_in_vain: str
    never_told: str
    would_take: str
    no_way: str
    if_changed: str
    and_then: str
    hit: str
    cleared: str
    unknown: str
    the_words: str
    look_again: str
    source: str
