"""Numerals: whether a number is said in some words, so that none is taken for said that is not.

Owns digits, words of scale and a few number words in the commoner languages. Must not know slots. It is no reader: it
never finds a number, it only finds one that is given.
"""

from __future__ import annotations

import re
import unicodedata
from collections import deque
from collections.abc import Iterable, Iterator
from itertools import pairwise

_SCALES = {
    word: scale
    for scale, words in {
        12.0: "dozen dozens dutzend douzaine douzaines docena docenas dozzina tucet tuzin",
        1e2: "hundred hundreds hundert hunderte cent cents centaines cien cientos centinaia honderd honderden hundra "
        "sto stovky setki сто сотни cem centenas yüz 百",
        1e3: "k thousand thousands grand tsd tausend tausende tausenden mille milliers mil miles mila migliaia "
        "milhares duizend duizenden tusen tisíc tisíce tisic tysiąc tysiące tysięcy тысяча тысячи тысяч bin 千",
        1e4: "万 萬",
        1e5: "lakh lakhs",
        1e6: "m mn mm mio mln million millions millionen millón millones milhão milhões milione milioni miljoen "
        "miljon miljoner milion miliony milionů milionów миллион миллиона миллионов milyon 百万",
        1e7: "crore crores",
        1e9: "bn billion billions milliarde milliarden milliard milliards miliarda 亿 億",
    }.items()
    for word in words.split()
}
_WORDS = {
    word: float(number)
    for number, words in {
        1: "one a an ein eine einem un une uno una jeden jedna een um uma",
        2: "two couple zwei deux dos due dois dva dvě dwa twee två",
        3: "three few drei trois tres tre três tři trzy drie",
        4: "four vier quatre cuatro quattro quatro čtyři cztery fyra",
        5: "five fünf cinq cinco cinque pět pięć vijf fem handful",
        6: "six sechs seis sei šest sześć zes sex",
        7: "seven sieben sept siete sette sete sedm siedem zeven sju",
        8: "eight acht huit ocho otto oito osm osiem åtta",
        9: "nine neun neuf nueve nove devět dziewięć negen nio",
        10: "ten zehn dix diez dieci dez deset dziesięć tien tio",
        11: "eleven elf onze once undici jedenáct",
        12: "twelve zwölf douze doce dodici doze dvanáct",
        15: "fifteen fünfzehn quinze quince quindici patnáct",
        20: "twenty zwanzig vingt veinte venti vinte dvacet",
        30: "thirty dreißig trente treinta trenta trinta třicet",
        40: "forty fourty vierzig quarante cuarenta quaranta quarenta čtyřicet",
        50: "fifty fünfzig cinquante cincuenta cinquanta cinquenta padesát",
        60: "sixty sechzig soixante sesenta sessanta sessenta šedesát",
        70: "seventy siebzig setenta settanta sedmdesát",
        80: "eighty achtzig ochenta ottanta oitenta osmdesát",
        90: "ninety neunzig noventa novanta devadesát",
    }.items()
    for word in words.split()
}
_NO_WORDS = (
    "no none zero nothing not never without kein keine keinen keiner keinerlei null nichts ohne aucun aucune zéro pas "
    "rien sans ningún ninguna ninguno cero nada sin nessun nessuna nessuno niente senza geen nul niets zonder ingen "
    "inga noll žádný žádné žádná žádnou nula nic nemáme nemám bez brak żadnych nenhum nenhuma sem нет ноль без yok "
    "sıfır"
)
_NOTHING = frozenset(_NO_WORDS.split())
_NOTHING_UNSPACED = ("没有", "沒有", "无", "ない", "なし", "ゼロ", "없")

_DIGITS = re.compile(r"\d(?:[\d.,'’_ \u00a0\u202f]*\d)?")
_TOKEN = re.compile(rf"(?P<digits>{_DIGITS.pattern})|(?P<word>[^\W\d_]+)")
_PER_MONTH = (
    (1 / 12.5, 1 / 11.5),  # a year
    (0.3, 0.36),  # a quarter
    (4.0, 4.6),  # a week
    (20.0, 31.0),  # a day
    (160.0, 745.0),  # an hour
    (9_600.0, 44_700.0),  # a minute
    (576_000.0, 2_700_000.0),  # a second
)
"""What turns a number a year, a week and so on into one a month; working time and calendar time both count."""
_NEAR = 1.05


def is_said(value: float, words: str, *, a_month: bool = False) -> bool:
    """Tell whether a number stands in some words: its digits, its number word, or a scale such as "thousands" over it.

    Between the two ends of a range, each number counts as said. With `a_month`, so does a rate of another span of
    time, counted up to a month.
    """
    if value == 0:
        return _says_nothing(words)
    said = list(_spans(words))
    if any(low / _NEAR <= value <= high * _NEAR for low, high in said):
        return True
    return a_month and any(low * least <= value <= high * most for low, high in said for least, most in _PER_MONTH)


def _says_nothing(words: str) -> bool:
    if any(0.0 in readings for readings in map(_readings, _DIGITS.findall(_plain(words)))):
        return True
    lowered = words.casefold().replace("’", "'")
    tokens = set(re.findall(r"[^\W\d_]+", lowered))
    return bool(tokens & _NOTHING) or "n't" in lowered or any(word in lowered for word in _NOTHING_UNSPACED)


def _spans(words: str) -> Iterator[tuple[float, float]]:
    """Yield each number that the words can be taken to say, as the least and the most that they can mean."""
    numbers = list(_numbers(words))
    for number in numbers:
        yield from number
    for first, second in pairwise(numbers):
        for (low, _), (_, high) in ((a, b) for a in first for b in second):
            if low < high <= 20 * low:
                yield low, high


def _numbers(words: str) -> Iterator[list[tuple[float, float]]]:
    """Yield, for each numeral in order, the ways to take it."""
    tokens = deque(_TOKEN.finditer(_plain(words).casefold()))
    while tokens:
        token = tokens.popleft()
        if token["digits"]:
            scale = _scale_after(tokens)
            yield [(reading * scale, reading * scale) for reading in _readings(token["digits"])]
        elif (count := _WORDS.get(token["word"])) is not None:
            if count >= 20 and tokens and 1 < (unit := _WORDS.get(tokens[0]["word"] or "", 0.0)) < 10:
                count += unit
                tokens.popleft()
            scale = _scale_after(tokens)
            if count * scale > 1:  # "a" alone is no number, and "a few thousand" no exact one
                yield [(count * scale, count * scale * (3 if scale > 1 else 1))]
        elif (low := _scale_in(token["word"])) is not None:
            yield [(low, low * 10)]


def _scale_after(tokens: deque[re.Match[str]]) -> float:
    """Take the word of scale off that follows a number, and return it; 1 where there is none."""
    scale = _SCALES.get(tokens[0]["word"] or "") if tokens else None
    if scale is None:
        return 1.0
    tokens.popleft()
    return scale


def _scale_in(word: str) -> float | None:
    """Return the scale that a word is, or that a compound such as "dreitausend" ends with."""
    if word in _SCALES:
        return _SCALES[word]
    ends = [scale for name, scale in _SCALES.items() if len(name) >= 5 and word.endswith(name)]
    unspaced = [scale for name, scale in _SCALES.items() if not name.isascii() and len(name) <= 2 and name in word]
    return max([*ends, *unspaced], default=None)


def _readings(digits: str) -> list[float]:
    """Read digits with separators, as a whole number and, where the last separator may be a decimal point, as that."""
    plain = re.sub(r"[^\d.,]", "", digits)
    whole = re.sub(r"[.,]", "", plain)
    readings = [float(whole)] if len(whole) <= 18 else []
    parts = re.split(r"[.,]", plain)
    if len(parts) > 1 and len(whole) <= 18:
        readings.append(float("".join(parts[:-1]) + "." + parts[-1]))
    return readings


def _plain(words: Iterable[str]) -> str:
    """Write every decimal digit of any script as one of 0 to 9."""
    return "".join(str(unicodedata.decimal(c)) if c.isdecimal() else c for c in words)
