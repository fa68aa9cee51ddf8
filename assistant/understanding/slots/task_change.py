"""What "every five years" says of how often a task changes: a rhythm of years is hardly any change.

Owns that one choice. Must not know what else an answer says.
"""

from __future__ import annotations

import re

SLOT = "task_change"
_SEVERAL = (
    r"(?:about |around |maybe |some |roughly )?"
    r"(?:[2-9]|[1-9]\d|two|three|four|five|six|seven|eight|nine|ten|twenty|few|many|couple(?: of)?)"
)
_YEARS = re.compile(
    rf"\b(?:every|each|once in|once per|only every|per) (?:a )?{_SEVERAL}(?:(?:-| to | or )\w+)?\s?(?:years?|yrs?)\b"
    r"|\b(?:once (?:in|a|per|every) (?:a )?(?:decade|generation|blue moon)|every (?:other|second) (?:year|yr))\b"
)
_MOST_WORDS = 16


def read_years(flat: str) -> tuple[str, int, int] | None:
    """Return the option and the place of "every five years" in a short answer; None where it does not say so."""
    match = _YEARS.search(flat)
    if match is None or len(flat.split()) > _MOST_WORDS:
        return None
    return "stable", match.start(), match.end()
