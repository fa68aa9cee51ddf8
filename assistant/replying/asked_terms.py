"""Which of the coach's own words a message asks the meaning of.

Owns the forms of such a question. Must not know what the words mean.
"""

from __future__ import annotations

import re

from assistant.knowledge.types.answer_book import AnswerBook, Term

_DEFINES = re.compile(
    r"(?:what(?:'s| is| are| does| do|s)?|define|explain|describe|meaning of|mean(?:t)? by|heard of|lost me at"
    r"|was (?:ist|sind|heißt|bedeutet)|erklär(?:e|t)?(?: mir| uns)?"
    r"|know what|understand|tell me about|your word"
    r"|you (?:just )?(?:said|say|wrote|write|call|called|use|used|keep saying))\W+"
    r"(?:(?:you|call|a|an|the|that|this|word|term|is|are|by|exactly|mean|please|eine?|der|die|das|denn|bitte)\W+){0,4}$"
)
_DEFINED = re.compile(
    r"^\W*(?:(?:,|\?|never heard|what(?:'s| is| are)|mean(?:s)?|exactly|again|please|anyway|in plain \w+"
    r"|in simple words|what do you mean by it|stand(?:s)? for|meaning what|in words for|itself)\b.*|\W*)$"
)
_BARE = re.compile(
    r"\W*(?:never heard|what(?:'s| is| are) (?:that|this|it|these)\b|what does that mean"
    r"|itself\b|meaning what|in (?:plain|simple|other|normal|everyday) |in words)"
)


def find_asked_terms(text: str, book: AnswerBook) -> tuple[Term, ...]:
    """Return the terms whose meaning a text asks for, in its order."""
    lower = text.lower().replace("’", "'")
    return tuple(term for term in book.terms_in(lower) if any(_is_asked(lower, name) for name in term.names))


def _is_asked(text: str, name: str) -> bool:
    for match in re.finditer(rf"(?<![\w-]){re.escape(name)}(?![\w-])", text):
        before, after = text[: match.start()], text[match.end() :]
        if _DEFINES.search(before) and _DEFINED.match(after):
            return True
        if len(before.split()) <= 2 and _BARE.match(after):
            return True
    return False
