"""Whether a text is English, by the small words that every English sentence leans on.

Owns that one judgement. Must not know what hangs on it.
"""

from __future__ import annotations

import re

_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")
_SMALL_WORDS = """
a about all an and any are as at be because been but by can could did do don't for from had has have he how i if
does in into is isn't it it's its just me more my no not of on only or our out she should so some than that that's
the their them then there these they this to too up us was we were what when where which who why will with would you
your yes hello hi hey thanks thank please okay ok sure nope good
"""
_SMALL = frozenset(_SMALL_WORDS.split())
_LEAST_SHARE = 0.2
_FEW_WORDS = 4


def is_english(text: str) -> bool:
    """Tell whether a text reads as English; a few words in plain letters, without another sign, count as English."""
    found = [word.lower().replace("’", "'") for word in _WORD.findall(text)]
    if not found:
        return True
    n_plain = sum(word.isascii() for word in found)
    if n_plain < 0.8 * len(found):
        return False
    n_small = sum(word in _SMALL for word in found)
    return n_small >= _LEAST_SHARE * len(found) or (len(found) < _FEW_WORDS and n_plain == len(found))
