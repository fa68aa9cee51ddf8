"""Says what a message is for: telling, asking, confirming, pushing, or something that is not for us.

Owns the cheap tests of a message as a whole. Must not know slots.
"""

from __future__ import annotations

import re
import unicodedata

from assistant.offline.cues import Cues

_STOP_WORDS = {
    "de": (
        "der die das und ist nicht wir ich ein eine mit für auf haben unsere wie sind zu den dem auch "
        "oder kann soll brauche möchte was unser unserem unseren wollen möchten keine kein brauchen "
        "modell daten trainieren dass du sie sag bitte einfach ja nein glaube falsch werden machen gut "
        "warum viel viele nur"
    ),
    "fr": (
        "le la les des est nous je une un pour avec pas dans sur que qui notre avons sont et du au mais "
        "voulons quoi comment nos veux modèle données entraîner suis ton avis ne il elle vous aussi très"
    ),
    "es": (
        "el los las una para con por que nuestro tenemos queremos está son del cómo qué pero como más "
        "necesito quiero cuántos sin datos nuestra nuestros modelo entrenar estoy acuerdo tu cambia "
        "favor de muy también es"
    ),
    "it": (
        "il gli una per con che non di nostro abbiamo vogliamo è sono della come cosa dati modello "
        "voglio del nostra addestrare accordo favore idea cambia ma anche molto"
    ),
    "pt": (
        "o os uma para com não que nosso temos queremos está são do da como mais dados quero preciso "
        "você nossa modelo treinar nossos estou acordo também muito é"
    ),
    "nl": (
        "het een van wij ik niet met voor onze hebben zijn wat hoe maar ook willen wordt naar ons model "
        "trainen wil geen moeten bent fout"
    ),
    "cs": (
        "je není máme jsme chceme pro na se že jak co ale nebo který potřebuji naše mám než před model "
        "začnu náš nemáme dotrénovat natrénovat tebou svůj prosím názor změň nesouhlasím jsem jsi nemám "
        "taky"
    ),
    "pl": (
        "jest nie mamy chcemy dla na się że jak co ale lub który potrzebuję nasze mam czy model nasz "
        "wytrenować proszę jestem"
    ),
    "sv": ("och är inte vi jag en ett för med på har vår som hur vad till vill våra träna model"),
    "tr": ("bir ve için bu ne nasıl var yok değil biz model istiyorum mi modelimizi istiyoruz eğitmek bizim"),
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
_SHARED = frozenset(["model", "data", "me", "on", "a", "do", "no", "so", "as", "we", "at", "by"])
"""English words that are words of other languages too: they prove nothing."""

_LETTER_WORD = re.compile(r"[^\W\d_]{1,30}")
_CORRECTS = re.compile(
    r"\W{0,3}(?:(?:well|oh|sorry|wait|hm+|no|ok|okay|ah|hold on|one thing|apologies|oops|and|but|so)\W{1,3}){0,3}"
    r"(?:actually|correction|scratch that|strike that|i was (?:wrong|mistaken)|i misspoke|i made a mistake|my mistake"
    r"|i (?:take|took) (?:that|it) back|let me correct|to correct|i (?:have|need) to correct|i must correct|in fact"
    r"|i meant|it turns out|turns out|forget what i (?:said|wrote)"
    r"|what i (?:said|wrote) (?:before |earlier )?(?:was|is)|that was wrong|i said .{0,40}\b(?:but|wrong)"
    r"|on second thou?ghts?|update|edit"
    r"|i (?:just )?(?:checked|asked))\b"
)
_QUOTED = re.compile(r"(?<!\w)(['\"])[^'\"]{3,200}\1(?!\w)")
"""Quoted words are somebody's prompt or text, not talk to us."""

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
    english = sum(1 for word in words if word in _ENGLISH and word not in _SHARED)
    foreign = max(
        sum(1 for word in words if word in stop_words and word not in _ENGLISH) for stop_words in _FOREIGN.values()
    )
    n_accents = sum(1 for character in letters if not character.isascii())
    if english == 0 and 3 <= len(words) <= 40 and foreign >= 1 and (foreign >= 2 or n_accents >= 1):
        return True
    return foreign >= 2 and foreign > english + (0 if n_accents >= 2 else 1)


def is_off_topic(cues: Cues, flat: str) -> bool:
    """Tell whether a message is clearly about something else: it names another subject and nothing of ours.

    A business may trade in anything: who speaks of what their business does with it speaks of a case.
    """
    if cues.marked("off_topic", flat) is None or cues.marked("about_ai", flat) is not None:
        return False
    return _BUSINESS.search(flat) is None or (flat.endswith("?") and _BUSINESS_WISH.search(flat) is None)


def is_off_topic_request(cues: Cues, flat: str) -> bool:
    """Tell whether a reply to a question is unmistakably a wish for something else."""
    return is_off_topic(cues, flat) and (flat.endswith("?") or _REQUEST.match(flat) is not None)


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


def is_request(flat: str) -> bool:
    """Tell whether a message has the form of a question or of a wish to be shown something."""
    is_short = len(flat.split()) <= 6
    return flat.endswith("?") or (is_short and _SHOWING.match(flat) is not None)


def asks_why(cues: Cues, flat: str) -> bool:
    """Tell whether a message asks for the reason of what was just said."""
    place = cues.marked("why", flat)
    return place is not None and place[0] <= 12 and len(flat.split()) <= 9 and not _is_topical_why(flat)


def pushes(cues: Cues, flat: str) -> bool:
    """Tell whether a message presses for another answer."""
    return cues.marked("pushes", flat) is not None or addresses(cues, flat) or presses(cues, flat)


def addresses(cues: Cues, flat: str) -> bool:
    """Tell whether words are addressed to the coach and its verdict, and so say nothing of the writer's case."""
    return cues.marked("addresses", _QUOTED.sub(_blank, flat)) is not None


def presses(cues: Cues, flat: str) -> bool:
    """Tell whether words press for another verdict once there is one; in a story or an answer they tell of a case."""
    return cues.marked("presses", _QUOTED.sub(_blank, flat)) is not None


def corrects(flat: str) -> bool:
    """Tell whether a message takes back what its writer said before."""
    return _CORRECTS.match(flat) is not None


def _blank(match: re.Match[str]) -> str:
    return " " * len(match.group())


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
