"""Whether a text can be read at all, and whether it is in English.

Owns the small words of ten languages, and what a run of keys looks like. Must not know what a text is about.
"""

from __future__ import annotations

import re
import unicodedata

_STOP_WORDS = {
    "de": (
        "der die das und ist nicht wir ich ein eine mit für auf haben unsere wie sind zu den dem auch "
        "oder kann soll brauche möchte was unser unserem unseren wollen möchten keine kein brauchen "
        "modell daten trainieren dass du sie sag bitte einfach ja nein glaube falsch werden machen gut "
        "warum viel viele nur bedeutet heißt welche welcher welches gibt wieso weshalb wofür woher bist "
        "kannst mache jetzt denn mir dir mich erkläre würde habt hast"
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
_ENGLISH_WORDS = """
the a an and is are we i it to of in on for with our my not no do have has that this you can what how be but
or as at from will should would there was if so model data need want they all any by me use
"""
_ENGLISH = frozenset(_ENGLISH_WORDS.split())
_SHARED = frozenset(["model", "data", "me", "was", "on", "a", "an", "do", "no", "so", "as", "we", "at", "by"])
"""English words that are words of other languages too: they prove nothing."""
_GERMAN_ONLY = _FOREIGN["de"] - _ENGLISH - {"die", "den", "gut", "sag"}

_LETTER_WORD = re.compile(r"[^\W\d_]{1,30}")


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


def name_language(flat: str) -> str | None:
    """Return the two-letter code of a message's language where its small words tell it, None where they do not."""
    words = _LETTER_WORD.findall(flat[:2000].lower())
    if not is_other_language(flat.lower()):
        return "en" if sum(1 for word in words if word in _ENGLISH and word not in _SHARED) > 1 else None
    found = {language: sum(1 for word in words if word in small) for language, small in _FOREIGN.items()}
    best, *others = sorted(found, key=lambda language: -found[language])
    return best if found[best] > found[others[0]] else None


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
    is_question = words[:1] == ["was"] and not _GERMAN_ONLY.isdisjoint(words)  # "was" alone is English as well
    if english == 0 and 3 <= len(words) <= 40 and foreign >= 1 and (foreign >= 2 or n_accents >= 1 or is_question):
        return True
    return foreign >= 2 and foreign > english + (0 if n_accents >= 2 else 1)


def _is_latin(character: str) -> bool:
    return unicodedata.name(character, "").startswith("LATIN")


def _is_mash(word: str) -> bool:
    n_vowels = sum(1 for character in word if character in "aeiouyáéíóúäöü")
    return n_vowels == 0 or re.search(r"(?:qwert|asdf|zxcv|hjkl|([a-z])\1{3})", word) is not None
