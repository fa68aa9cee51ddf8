"""Says what a message is for: telling, asking, confirming, pushing, or something that is not for us.

Owns the cheap tests of a message as a whole. Must not know slots.
"""

from __future__ import annotations

import re
import unicodedata

from assistant.offline.clauses import Utterance
from assistant.offline.cues import Cues

_ASKING = re.compile(
    r"^(?:(?:so|and|but|ok|okay|also|well|hi|hello|hey|or|now|then|btw|pls|please|quick question"
    r"|question|one question|first|thanks|thx|great|right|hm+)\W{1,3}){0,3}"
    r"(?P<ask>(?:what|which|who|how|why|when|where|wat|whats|what's|how's|whos)\b|(?:do|does|did|is|are"
    r"|was|were|should|shall|can|could|would|will|may|must|have|has|am)\b"
    r"|(?:tell me|explain|describe|define|compare|difference between|could you explain|can you explain"
    r"|i wonder|any (?:tips|advice|idea)))"
)
_DECISION = re.compile(
    r"\b(?:should|shall|can|could|may|must|do|are|would) (?:we|i|my team|our team|one)\b|\b(?:go|right"
    r"|ok|okay|yes|correct|thoughts|opinions?|enough|possible|sign it|agree|help|advice|plenty|good idea"
    r"|worth it|makes? sense|next step|what now|now what|what next)\W*$"
    r"|\bwhat (?:do you think|would you do|should (?:i|we) do)\b|\b(?:is|was|isn't) (?:it|this|that|he"
    r"|she)\b|\b(?:convince|sanity check|second opinion)\b|\bany(?:thing)? (?:point|i forget"
    r"|forgotten)\b"
)
_OWN = re.compile(r"\b(?:our|my|we have|we've|i have|i've|we are|we're)\b")
_STOP_WORDS = {
    "de": (
        "der die das und ist nicht wir ich ein eine mit für auf haben unsere wie sind zu den dem "
        "auch oder kann soll brauche möchte was"
    ),
    "fr": (
        "le la les des est nous je une un pour avec pas dans sur que qui notre avons sont et du au "
        "mais voulons quoi comment"
    ),
    "es": (
        "el los las una para con por que nuestro tenemos queremos está son del cómo qué pero como "
        "más necesito quiero cuántos sin datos"
    ),
    "it": ("il gli una per con che non di nostro abbiamo vogliamo è sono della come cosa dati modello voglio del"),
    "pt": "o os uma para com não que nosso temos queremos está são do da como mais dados quero preciso você",
    "nl": "het een van wij ik niet met voor onze hebben zijn wat hoe maar ook willen wordt naar",
    "cs": "je není máme jsme chceme pro na se že jak co ale nebo který potřebuji naše mám než před model začnu",
    "pl": "jest nie mamy chcemy dla na się że jak co ale lub który potrzebuję nasze mam czy model",
    "sv": "och är inte vi jag en ett för med på har vår som hur vad till vill",
    "tr": "bir ve için bu ne nasıl var yok değil biz model istiyorum mi",
}
_FOREIGN = {language: frozenset(words.split()) for language, words in _STOP_WORDS.items()}
_ENGLISH = frozenset(
    [
        "the",
        "a",
        "an",
        "and",
        "is",
        "are",
        "we",
        "i",
        "it",
        "to",
        "of",
        "in",
        "on",
        "for",
        "with",
        "our",
        "my",
        "not",
        "no",
        "do",
        "have",
        "has",
        "that",
        "this",
        "you",
        "can",
        "what",
        "how",
        "be",
        "but",
        "or",
        "as",
        "at",
        "from",
        "will",
        "should",
        "would",
        "there",
        "was",
        "if",
        "so",
        "model",
        "data",
        "need",
        "want",
        "they",
        "all",
        "any",
        "by",
        "me",
        "use",
    ]
)
_LETTER_WORD = re.compile(r"[^\W\d_]{1,30}")
_GREETING_REST = frozenset(
    [
        "there",
        "everyone",
        "all",
        "team",
        "again",
        "coach",
        "hi",
        "hello",
        "hey",
        "you",
        "nice",
        "to",
        "meet",
        "how",
        "are",
        "i'm",
        "my",
        "name",
        "is",
        "good",
        "day",
    ]
)


def is_unreadable(flat: str) -> bool:
    """Tell whether a message holds no word or number at all, or only one endless run of characters."""
    words = flat.split()
    if not any(character.isalnum() for character in flat):
        return True
    longest = max((len(word) for word in words), default=0)
    letters = [word for word in _LETTER_WORD.findall(flat) if len(word) > 3 and word.isascii()]
    is_mash = (
        bool(letters) and not any(character.isdigit() for character in flat) and all(_is_mash(word) for word in letters)
    )
    return (longest > 120 and len(words) <= 3) or (is_mash and len(words) <= 6)


def is_other_language(flat: str) -> bool:
    """Tell, by script and by stop-words, whether a message is not in English."""
    letters = [character for character in flat[:2000] if character.isalpha()]
    if not letters:
        return False
    latin = sum(1 for character in letters if character.isascii() or _is_latin(character))
    if latin < 0.6 * len(letters):
        return True
    words = _LETTER_WORD.findall(flat[:2000])
    english = sum(1 for word in words if word in _ENGLISH)
    foreign = max(
        sum(1 for word in words if word in stop_words and word not in _ENGLISH) for stop_words in _FOREIGN.values()
    )
    has_accents = sum(1 for character in letters if not character.isascii()) >= 2
    return foreign >= 2 and foreign > english + (0 if has_accents else 1)


def is_off_topic(cues: Cues, flat: str) -> bool:
    """Tell whether a message is clearly about something else: it names another subject and nothing of ours."""
    return cues.marked("off_topic", flat) is not None and cues.marked("about_ai", flat) is None


def is_greeting(cues: Cues, flat: str) -> bool:
    """Tell whether a message only says hello."""
    return _is_only(cues, "greets", flat, n_words=7)


def is_thanks(cues: Cues, flat: str) -> bool:
    """Tell whether a message only says thank you."""
    return cues.marked("thanks", flat) is not None and len(flat.split()) <= 10 and "?" not in flat


def is_restart(cues: Cues, flat: str) -> bool:
    """Tell whether a message asks to begin again."""
    return cues.marked("restarts", flat) is not None and len(flat.split()) <= 8


def asks_source(cues: Cues, flat: str) -> bool:
    """Tell whether a message asks to see what a claim rests on."""
    is_bare = re.fullmatch(r"\W*(?:sources?|citations?|proof|evidence)\W*", flat) is not None
    return is_bare or (cues.marked("source", flat) is not None and len(flat.split()) <= 14)


def asks_why(cues: Cues, flat: str) -> bool:
    """Tell whether a message asks for the reason of what was just said."""
    place = cues.marked("why", flat)
    return place is not None and place[0] <= 12 and len(flat.split()) <= 9 and not _is_topical_why(flat)


def pushes(cues: Cues, flat: str) -> bool:
    """Tell whether a message presses for another answer."""
    return cues.marked("pushes", flat) is not None


def topic_question(utterance: Utterance) -> tuple[int, int] | None:
    """Return the place of the user's own question about the topic, not of one about what they should do."""
    for clause in utterance.clauses:
        sentence = utterance.sentence_text(clause).strip()
        if clause.start > clause.sentence.start + len(utterance.flat[clause.sentence.start :]) or not sentence:
            continue
        match = _ASKING.match(sentence)
        if match is None or (
            not clause.sentence.asks
            and match["ask"] in ("have", "can", "will", "may", "must", "is", "are", "has", "was", "were")
        ):
            continue
        is_wh = re.match(r"wh|how|wat|explain|tell|define|describe|compare|difference", match["ask"]) is not None
        is_decision = _DECISION.search(sentence) is not None and not (
            is_wh and not re.search(r"what (?:do you think|would you do|now|next|should)", sentence)
        )
        if is_decision and _OWN.search(sentence):
            continue
        if is_decision and not is_wh and not re.match(r"do (?:we|i|one)\b", sentence):
            continue
        start = utterance.flat.index(sentence, clause.sentence.start)
        return start, start + len(sentence)
    return None


def _is_only(cues: Cues, mark: str, flat: str, n_words: int) -> bool:
    place = cues.marked(mark, flat)
    if place is None or len(flat.split()) > n_words or "?" in flat.replace("how are you?", ""):
        return False
    rest = _LETTER_WORD.findall(flat[: place[0]] + " " + flat[place[1] :])
    return all(word in _GREETING_REST for word in rest)


def _is_topical_why(flat: str) -> bool:
    return (
        re.search(r"\bwhy (?:do|does|is|are|should|would|can) (?!you\b|that\b|it\b|this\b|not\b)", flat) is not None
        and len(flat.split()) >= 5
    )


def _is_latin(character: str) -> bool:
    return unicodedata.name(character, "").startswith("LATIN")


def _is_mash(word: str) -> bool:
    n_vowels = sum(1 for character in word if character in "aeiouyáéíóúäöü")
    return n_vowels == 0 or re.search(r"(?:qwert|asdf|zxcv|hjkl|([a-z])\1{3})", word) is not None
