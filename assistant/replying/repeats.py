"""What was said before is not said again: whole sentences of earlier replies are left out of a new one.

Owns how sentences are compared and which may stand a second time. Must not know what a reply is about.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from assistant.domain.dialogue import Paragraph, Sentence, SentenceRole

_MARKS = re.compile(r"\[\d+\]|[\\*]|&lt;")
_STAY = frozenset({SentenceRole.QUESTION, SentenceRole.VERDICT, SentenceRole.SOURCE})
"""What is asked, decided or quoted is never left out."""


def plain(text: str) -> str:
    """Put a sentence or a reply into the form in which they are compared."""
    return " ".join(_MARKS.sub("", text).split())


def without_repeats(drafted: Sequence[Paragraph], replies: Sequence[str]) -> list[Paragraph]:
    """Leave out the sentences that an earlier reply holds word for word, and paragraphs that lose all of theirs.

    A reply that would lose everything stays as it is, and so does a list in which only some items are new.
    """
    kept = []
    for paragraph in drafted:
        if paragraph.item:
            kept.append(paragraph)
            continue
        fresh = tuple(sentence for sentence in paragraph.sentences if not was_said(sentence, replies))
        if fresh:
            kept.append(Paragraph(fresh))
    return kept or list(drafted)


def was_said(sentence: Sentence, replies: Sequence[str]) -> bool:
    """Tell whether one of the replies holds a sentence word for word, so that it is left out of a new one."""
    text = plain(sentence.text)
    return sentence.role not in _STAY and any(text in plain(reply) for reply in replies)
