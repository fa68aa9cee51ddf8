"""Says whether a message leaves a question open because its writer does not know.

Owns the ways of not knowing. Must not know which question was asked.
"""

from __future__ import annotations

import re

_DECLINES = re.compile(
    r"\b(?:i|we|nobody|no one|noone) (?:really |honestly |just |actually )?(?:do not|don't|dont|doesn't"
    r"|didn't|can't|cannot|couldn't|wouldn't) (?:really |actually )?(?:know|say|tell|remember|recall)\b"
    r"|\b(?:don't|dont|do not) know\b|\bno (?:idea|clue|opinion|comment)\b|\bnot (?:really |so |quite "
    r"|entirely )?(?:sure|certain|known|clear)\b|\b(?:unsure|dunno|idk|unknown|unclear|tbd|tba)\b"
    r"|\bhard to (?:say|tell)\b"
    r"|\b(?:nobody|no one) (?:knows|counted|can say|has counted)\b|\bnever counted\b|\bnot counted\b"
    r"|\b(?:can't|cannot) (?:say|tell)\b|\bwho knows\b|\bit depends\b|\bdepends\b|\bskip\b|\bpass\b"
    r"|\bno answer\b"
    r"|\bprefer not\b|\bhaven't (?:counted|thought)\b|\bask me later\b|\bbeats me\b"
    r"|\bcould be anything\b|\b(?:i'd|i would|we'd|i'll|i will|let me) (?:have to |need to )?(?:ask|find out)\b"
    r"|\b(?:i|we|i'd|we'd|i would|we would) (?:have|need) to (?:check|ask|find out)\b"
    r"|\bask (?:me|us|again) (?:later|tomorrow|next|another|in)\b|\bask (?:someone|somebody) else\b"
    r"|\b(?:that's|that is|it's|it is|this is|one|a question|a matter|something) (?:\w+ )?(?:for|up to|above|beyond) "
    r"(?:the )?(?:it|others?|someone else|somebody else|my \w+(?: \w+)?|our \w+(?: \w+)?|them|\w+ (?:team"
    r"|department|people)|devs?|legal"
    r"|ops|finance|engineering)(?: to (?:know|say|answer|decide|tell))?\W*$"
    r"|\b(?:couldn't|can't|could not|wouldn't) (?:say|tell|know|guess)\b|\bnot my (?:area|department|job|field|call)\b"
    r"|\bno (?:information|info|visibility|insight)\b|\bto be (?:determined|decided|defined|confirmed)\b"
    r"|^\W*(?:next|move on|moving on|park (?:it|that|this)|leave (?:it|that) open)(?: one| question)?"
    r"(?: please| pls)?\W*$"
    r"|\b(?:maybe|perhaps)\W*$|\bgod knows\b|\bwould have to guess\b"
)
_WORD = re.compile(r"[\w']+")
_FILLERS = frozenset(
    _WORD.findall(
        "i we am are i'm we're have it is it's that this about to be honest honestly really well oh sorry tbh yet still"
        " just now right say hm hmm um so maybe perhaps afraid guess think the one moment off hand from memory there"
        " for me here at but i'd could can know truthfully frankly"
    )
)
"""Words that add nothing to not knowing."""
_BLANK = re.compile(r"^[\s\-–_.?/]{1,10}$")


def declines(flat: str) -> bool:
    """Tell whether a flattened message says that its writer does not know."""
    return _DECLINES.search(flat) is not None or _BLANK.match(flat) is not None


def only_declines(flat: str) -> bool:
    """Tell whether a flattened message says that its writer does not know, and nothing else."""
    words = (word.strip("'") for word in _WORD.findall(_DECLINES.sub(" ", flat)))
    return declines(flat) and all(word in _FILLERS for word in words if word)
