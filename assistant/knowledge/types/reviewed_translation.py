"""What the coach says in another language: the same rulebook, phrases and answers, with the words of that language.

Owns their shape. Must not know the file they come from, nor when any of it is said.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from assistant.domain.rulebook import Rulebook
from assistant.knowledge.types.answer_book import AnswerBook
from assistant.knowledge.types.page_text import PageText
from assistant.knowledge.types.phrase_texts import Phrases


@dataclass(frozen=True, slots=True)
class Translation:
    """All that is said in one language; `reader` is who read it, and `date` when.

    `courtesies` are the whole sentences of its own that a model may say around the coach's. Of the `page` the labels,
    the record and the words for states are translated; what stands before anybody has said a word is as it is.
    """

    reader: str
    date: datetime.date
    rulebook: Rulebook
    phrases: Phrases
    book: AnswerBook
    courtesies: tuple[str, ...]
    page: PageText
