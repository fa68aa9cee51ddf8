"""What the answer would be if something were otherwise, as a question supposes it.

Owns which words make a question a supposition; it judges a copy of the case and changes none. Must not know which words
suppose which value, which stand in `suppositions.yaml`, nor how the answer is worded.
"""

from __future__ import annotations

import re

from assistant.domain.dialogue import Change, ReplyContext
from assistant.domain.rulebook import Rulebook, VerdictId
from assistant.domain.signals import Parameters
from assistant.domain.verdict import judge_leaning
from assistant.knowledge.types.answer_book import AnswerBook

_SUPPOSES = re.compile(
    r"\b(?:if|(?:suppos|assum)(?:e|ing)|imagine|(?:say|had) (?:we|i)|once|what when|instead of|rather than"
    r"|wenn|falls)\b"
)
_ASKS_THEN = re.compile(r"\?|\b(?:would|then|what|change[sd]?|different|dann|was|wäre|ändert)\b")


def supposes(flat: str) -> bool:
    """Tell whether lower-case words put a case that is not their writer's: "two hundred instead of sixty"."""
    return _SUPPOSES.search(flat) is not None


def asks_what_if(sentence: str, book: AnswerBook) -> bool:
    """Tell whether a sentence supposes something that the rules read, and asks what would follow."""
    flat = sentence.lower()
    asks = supposes(flat) and _ASKS_THEN.search(flat) is not None
    return asks and any(supposed.words.search(flat) for supposed in book.suppositions)


def suppose(context: ReplyContext, rulebook: Rulebook, book: AnswerBook) -> tuple[Change, VerdictId] | None:
    """Return what a question supposes and the answer it would lead to; None where it supposes nothing known."""
    message = context.asking.lower()
    if not supposes(message):
        return None
    found = next((supposed for supposed in book.suppositions if supposed.words.search(message)), None)
    if found is None:
        return None
    values, gaps = {**context.case.values(), found.slot: found.value}, context.case.list_gaps() - {found.slot}
    return Change(found.slot, found.value), judge_leaning(values, gaps, Parameters.of(rulebook))
