"""What a message is, before any fact is read in it: an answer, a story, a question to us, a request, a correction …

Owns the cheap tests of a message as a whole, the ways of not knowing, and the floor from which the classifier's word
counts. Must not know slots.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from assistant.text.clauses import Utterance, blank_out, utter
from assistant.understanding.lessons import TELLS
from assistant.understanding.lexicon import Lexicon

FLOOR = 0.5
"""How probable an act must be for the classifier's word to count."""
FLOOR_OF_CORRECTION = 0.8
"""The same where no word takes anything back: what is told then stands instead of what was told before."""
SILENT = frozenset({"question", "request", "pushback", "aside", "thanks", "greeting", "not_understood", "paste"})
"""Acts in which nothing is a fact."""
BESIDE_A_CASE = frozenset({"pushback", "aside", "thanks"})
"""Those of them whose tone an answer may have."""
_FEWEST_LINES = 3
_MARKED_LINE = re.compile(
    r"\s{0,12}(?:[{}\[\]|<#]|\d{4}-\d\d-\d\d|\[?\d\d:\d\d|\"\w+\"\s?:|(?:def|class|import|from|at|File|for|return) "
    r"|\w+(?:[,;\t]\s?[\w.-]+){2,}\s?$|\w+\s?[=:]\s?\S+\s?$|(?:info|warn\w*|error|debug|traceback)\b)",
    re.IGNORECASE,
)
_MOST_BEFORE_CORRECTING = 16
"""Characters of "oh, sorry, wait" and their like before words that take something back only at the beginning."""
_QUOTED = re.compile(r"(?<!\w)(['\"])[^'\"]{3,200}\1(?!\w)")
"""Quoted words are somebody's prompt or text, not talk to us."""

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

_BUSINESS = re.compile(r"\b(?:we|our|us|company|firm|business|shop|startup|clients|users|staff|team|visitors|guests)\b")
_BUSINESS_WISH = re.compile(
    r"\b(?:should|must|needs? to|wants?|automatic\w*|sort\w*|answer\w*|repl\w{1,4}|write|draft\w*)\b"
)
_REQUEST = re.compile(
    r"\W{0,3}(?:please |can you |could you |now )?(?:tell|write|give|sing|make|recommend|show|help) (?:me|us)?\b"
)
_SHOWING = re.compile(
    r"\W{0,3}(?:please |can you |could you )?(?:show|where|cite|give|sources?|citations?|proof|evidence|which|what"
    r"|says who|according)\b"
)
_MOST_RESTARTING = 8
"""Words of a first sentence that is a wish to begin again by its words alone."""
_BREAK = re.compile(r"[.!?:;\n]+\s*|\s-+\s|,\s|\b(?:this time|now|instead)\b:?\s*")
_LETTER_WORD = re.compile(r"[^\W\d_]{1,30}")
_GREETING_REST = frozenset(
    _WORD.findall("there everyone all team again coach hi hello hey you nice to meet how are i'm my name is good day")
)


_LAST_MARK = re.compile(r"\s*\?\s*")


def without_asides_to_us(lexicon: Lexicon, utterance: Utterance) -> Utterance:
    """Return a message without words that only say that it was said before or ask whether that was all, where anything
    else is said.
    """
    flat = blank_out(utterance.flat, lexicon.places("complains", utterance.flat))
    checks = [(start, end) for start, end in lexicon.places("checks", flat) if _LAST_MARK.fullmatch(flat, end)]
    flat = blank_out(flat, [(start, len(flat)) for start, _ in checks[:1]])
    rest = utter(flat) if flat != utterance.flat else utterance
    return rest if rest.clauses else utterance


def is_off_topic(lexicon: Lexicon, flat: str) -> bool:
    """Tell whether a message is clearly about something else: it names another subject and nothing of ours.

    A business may trade in anything: who speaks of what their business does with it speaks of a case.
    """
    if lexicon.find_act("off_topic", flat) is None or lexicon.find_act("about_ai", flat) is not None:
        return False
    return _BUSINESS.search(flat) is None or (flat.endswith("?") and _BUSINESS_WISH.search(flat) is None)


def is_off_topic_request(lexicon: Lexicon, flat: str) -> bool:
    """Tell whether a reply to a question is unmistakably a wish for something else."""
    return is_off_topic(lexicon, flat) and (flat.endswith("?") or _REQUEST.match(flat) is not None)


def is_greeting(lexicon: Lexicon, flat: str) -> bool:
    """Tell whether a message only says hello."""
    return _is_only(lexicon, "greets", flat, n_words=7)


def is_thanks(lexicon: Lexicon, flat: str) -> bool:
    """Tell whether a message only says thank you."""
    return lexicon.find_act("thanks", flat) is not None and len(flat.split()) <= 10 and "?" not in flat


def rest_of_restart(lexicon: Lexicon, utterance: Utterance, act: str) -> int | None:
    """Return where what follows a wish to begin again begins, at the end where nothing does; None without the wish."""
    flat = utterance.flat
    place = lexicon.find_act("restarts", flat)
    if place is None or not utterance.clauses:
        return None
    first = utterance.clauses[0].sentence
    opens = place[1] <= first.end and len(flat[first.start : first.end].split()) <= _MOST_RESTARTING
    if act != "restart" and not opens:
        return None
    end = _BREAK.search(flat, place[1])
    return end.end() if end else len(flat)


def asks_source(lexicon: Lexicon, flat: str) -> bool:
    """Tell whether a message asks to see what a claim rests on."""
    is_bare = re.fullmatch(r"\W*(?:sources?|citations?|proof|evidence)\W*", flat) is not None
    return is_bare or (lexicon.find_act("source", flat) is not None and len(flat.split()) <= 14)


def is_request(flat: str) -> bool:
    """Tell whether a message has the form of a question or of a wish to be shown something."""
    is_short = len(flat.split()) <= 6
    return flat.endswith("?") or (is_short and _SHOWING.match(flat) is not None)


def asks_why(lexicon: Lexicon, flat: str) -> bool:
    """Tell whether a message asks for the reason of what was just said."""
    place = lexicon.find_act("why", flat)
    return place is not None and place[0] <= 12 and len(flat.split()) <= 9 and not _is_topical_why(flat)


def pushes(lexicon: Lexicon, flat: str) -> bool:
    """Tell whether a message presses for another answer."""
    return lexicon.find_act("pushes", flat) is not None or addresses(lexicon, flat) or presses(lexicon, flat)


def addresses(lexicon: Lexicon, flat: str) -> bool:
    """Tell whether words are addressed to the coach and its verdict, and so say nothing of the writer's case."""
    return lexicon.find_act("addresses", _QUOTED.sub(_blank, flat)) is not None


def presses(lexicon: Lexicon, flat: str) -> bool:
    """Tell whether words press for another verdict once there is one; in a story or an answer they tell of a case."""
    return lexicon.find_act("presses", _QUOTED.sub(_blank, flat)) is not None


def corrects(lexicon: Lexicon, flat: str) -> bool:
    """Tell whether a message takes back what its writer said before."""
    opens = any(start <= _MOST_BEFORE_CORRECTING for start, _ in lexicon.places("corrects_at_start", flat))
    return opens or lexicon.find_act("corrects", flat) is not None


def _blank(match: re.Match[str]) -> str:
    return " " * len(match.group())


def _is_only(lexicon: Lexicon, mark: str, flat: str, n_words: int) -> bool:
    place = lexicon.find_act(mark, flat)
    if place is None or len(flat.split()) > n_words or "?" in flat.replace("how are you?", ""):
        return False
    rest = _LETTER_WORD.findall(flat[: place[0]] + " " + flat[place[1] :])
    return all(word in _GREETING_REST for word in rest)


def _is_topical_why(flat: str) -> bool:
    return (
        re.search(r"\bwhy (?:do|does|is|are|should|would|can) (?!you\b|that\b|it\b(?! matter)|this\b|not\b)", flat)
        is not None
        and len(flat.split()) >= 5
    )


def speech_act(lexicon: Lexicon, utterance: Utterance, shares: Mapping[str, float]) -> str:
    """Return what a message is: one of the acts of the classifier, or that it tells something.

    `shares` are the probabilities of those acts. A story that ends in a question tells; so does whatever is in doubt.
    """
    flat = utterance.flat.strip()
    if is_greeting(lexicon, flat):
        return "greeting"
    if is_thanks(lexicon, flat):
        return "thanks"
    if is_pasted(utterance.flat):
        return "paste"
    if only_declines(flat):
        return "unknown"
    act = max(shares, key=lambda name: shares[name], default=TELLS)
    silent = {name: share for name, share in shares.items() if name in SILENT}
    if shares.get(act, 0.0) >= (FLOOR_OF_CORRECTION if act == "correction" else FLOOR):
        return act
    likeliest = max(silent, key=lambda name: silent[name], default=TELLS)
    is_rather_told = likeliest == "request" and silent[likeliest] < 1.0 - sum(shares.values())
    if sum(silent.values()) >= FLOOR and not is_rather_told:  # "must come back in 2 s" is an order to nobody here
        return likeliest
    return "correction" if corrects(lexicon, flat) else TELLS


def is_pasted(text: str) -> bool:
    """Tell whether a message is a log, a table, code or JSON rather than prose."""
    lines = [line for line in text.splitlines() if line.strip()]
    n_marked = sum(_MARKED_LINE.match(line) is not None for line in lines)
    n_signs = sum(text.count(sign) for sign in '{}[]|<>=\\"')
    return (len(lines) >= _FEWEST_LINES and n_marked >= 0.6 * len(lines)) or n_signs > 0.12 * max(len(text), 40)


def declines(flat: str) -> bool:
    """Tell whether a flattened message says that its writer does not know."""
    return _DECLINES.search(flat) is not None or _BLANK.match(flat) is not None


def only_declines(flat: str) -> bool:
    """Tell whether a flattened message says that its writer does not know, and nothing else."""
    words = (word.strip("'") for word in _WORD.findall(_DECLINES.sub(" ", flat)))
    return declines(flat) and all(word in _FILLERS for word in words if word)
