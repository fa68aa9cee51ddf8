"""What "twice a year" says of how often facts change: it lies between two options, and the rarer one is meant.

Owns that one choice. Must not know what else an answer says.
"""

from __future__ import annotations

import re

SLOT = "freshness"
_HALF_YEARS = re.compile(
    r"\b(?:(?:once or )?twice|(?:one or )?two times|1-2 times|2x?|two) (?:a|per|each|every) year\b"
    r"|\bevery (?:six|6|half) (?:months|a year|year)\b|\b(?:half-?yearly|biannual\w{0,2}|semi-?annual\w{0,2})\b"
)
_MOST_WORDS = 12


def read_half_years(flat: str) -> tuple[str, int, int] | None:
    """Return the option and the place of "twice a year" in a short answer; None where it does not say so."""
    match = _HALF_YEARS.search(flat)
    if match is None or len(flat.split()) > _MOST_WORDS:
        return None
    return "yearly", match.start(), match.end()
