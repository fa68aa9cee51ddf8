"""What the answer would be if something were otherwise, as a question supposes it.

Owns which words suppose which value; it judges a copy of the case and changes none. Must not know how it is worded.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from assistant.domain.case import Value
from assistant.domain.dialogue import Change, Moment
from assistant.domain.rulebook import Rulebook, VerdictId
from assistant.domain.signals import Limits
from assistant.domain.verdict import judge_leaning

_SUPPOSES = re.compile(r"\b(?:if|suppose|supposing|imagine|assume|assuming|say we|say i|once|what when|had we|had i)\b")
_VALUES: Mapping[str, tuple[str, Value]] = {
    r"\b(?:test set|evals?|held[- ]out|benchmark|way to measure)\b": ("evals", "held_out"),
    r"\bprompt\w*\b.*\b(?:stuck|limit|plateau\w*|exhausted|fails?|below)\b": ("prompting", "plateaued"),
    r"\bprompt\w*\b.*\b(?:enough|good|fine|works|suffices)\b": ("prompting", "sufficient"),
    r"\b(?:clean\w*|check\w*|curate\w*)\b.*\b(?:data|examples|tickets|labels)\b": ("data_quality", "clean"),
    r"\b(?:data|examples|labels)\b.*\b(?:clean\w*|checked|curated)\b": ("data_quality", "clean"),
    r"\b(?:retrieval|rag|search)\b.*\b(?:works?|good|finds?)\b": ("retrieval", "good"),
    r"\b(?:agree\w*|owner)\b": ("process", "agreed"),
    r"\b(?:more|times|double|twice|many|thousands?|enough)\b.*\b(?:data|examples|samples|tickets|labels)\b": (
        "data_count", 20_000.0,
    ),
    r"\blabel\w* (?:more|another|a few|some)\b": ("data_count", 20_000.0),
}  # fmt: skip


def suppose(moment: Moment, rulebook: Rulebook) -> tuple[Change, VerdictId] | None:
    """Return what a question supposes and the answer it would lead to; None where it supposes nothing known."""
    message = moment.message.lower()
    if not _SUPPOSES.search(message):
        return None
    for pattern, (slot, value) in _VALUES.items():
        if re.search(pattern, message):
            values = {**moment.case.values(), slot: value}
            return Change(slot, value), judge_leaning(values, moment.case.list_gaps() - {slot}, Limits.of(rulebook))
    return None
