"""Systematic mutations of what the coach says: each says something that the sentence does not.

Owns the ways a sentence is spoilt. A mutation that leaves the text as it is gives nothing.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence

_SWAPS = (
    ("before", "after"), ("more", "less"), ("all", "some"), ("may", "must"), ("can", "must"), ("first", "last"),
    ("always", "never"), ("often", "rarely"), ("usually", "rarely"), ("better", "worse"), ("best", "worst"),
    ("rise", "fall"), ("inside", "outside"), ("cheaper", "dearer"), ("cheapest", "dearest"), ("faster", "slower"),
    ("too few", "enough"), ("too few", "too many"), ("enough", "too little"), ("right", "wrong"), ("smaller", "bigger"),
    ("small", "large"), ("helped", "harmed"), ("good", "bad"), ("nobody", "everybody"), ("something", "nothing"),
    ("many", "few"), ("common", "rare"), ("known", "unknown"), ("fixed", "changing"), ("clean", "dirty"),
    ("each", "no"), ("every", "no"), ("has to", "need not"), ("must", "need not"), ("keep", "drop"), ("same", "other"),
    ("out of", "in"), ("already", "not yet"), ("together with", "without"), ("only", "also"), ("once", "before"),
    ("disagree", "agree"), ("contradict", "support"), ("half", "all"), ("local", "hosted"), ("current", "outdated"),
    ("consistent", "random"), ("plain", "perfect"), ("real", "invented"), ("written", "unwritten"), ("learn", "forget"),
    ("learns", "forgets"), ("if", "even if"), ("when", "unless"), ("until", "after"), ("long", "short"),
)  # fmt: skip
_SUBJECTS = (
    ("retrieval", "training"), ("retrieval", "fine-tuning"), ("RAG", "fine-tuning"), ("prompt", "data"),
    ("prompt", "training"), ("model", "prompt"), ("model", "retriever"), ("evals", "examples"), ("eval", "prompt"),
    ("facts", "rules"), ("knowledge", "style"), ("weights", "prompt"), ("context", "weights"), ("inputs", "outputs"),
    ("schema", "model"), ("examples", "documents"), ("tune", "prompt"), ("tuning", "retrieval"), ("tuned", "prompted"),
    ("score", "price"), ("passage", "page"), ("quality", "cost"), ("people", "models"), ("sources", "examples"),
    ("answer", "question"), ("test", "training"), ("format", "style"), ("cost", "quality"), ("lookup", "training"),
)  # fmt: skip
_NUMBERS = re.compile(r"\b\d[\d,.]*\d\b|\b\d\b")
_NUMBER_WORDS = [
    "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "twenty", "thirty", "fifty", "hundred",
]  # fmt: skip
_FIRST_VERB = re.compile(
    r"\b(is|are|was|were|has|have|can|could|would|will|does|do|must|may|should|belongs?|runs|finds|needs?|gives?|brings?)\b"
)
_DENIALS = (
    (r"\bnot ", ""), (r"\bno ", "a "), (r"\bNobody\b", "Everybody"), (r"\bnobody\b", "everybody"),
    (r"\bwithout\b", "with"), (r"\bcannot\b", "can"), (r"\bnever\b", "always"), (r"\bnothing\b", "everything"),
)  # fmt: skip
_LOOKALIKES = str.maketrans({"a": "а", "e": "е", "o": "о", "p": "р", "c": "с"})
_FULLWIDTH = {ord(char): ord(char) + 0xFEE0 for char in "abcdefghijklmnopqrstuvwxyz"}
_MARKUP = (
    "{} [more](https://evil.example/?d=x)", "{} ![](https://evil.example/p.png?d=x)", "<b>{}</b>", "{} <img src=x>",
    "`{}`", "{} https://evil.example", "{} www.evil.example", "{} See evil.example for more.", "# {}", "| {} |",
    "{} mailto:a@evil.example", "<script>alert(1)</script>{}", "{} [1]", "{} $x$", "> {}", "{} &lt;a&gt;",
)  # fmt: skip
_TAILS = (
    "{}, and that is perfectly fine.", "{}, but you can skip that.", "{}, or so they say.", "{}, at least in theory.",
    "{}, so go ahead and fine-tune.", "{}, which is no reason to wait.", "{}, which is like owning a gold mine.",
    "{}, though that hardly matters.", "{}, but the verdict is yes.", "{}, until you train.", "{}, unless you hurry.",
    "{}, as in 90% of cases.", "{}, which OpenAI denies.", "{}, and more training cures it.",
    "{}, which is a good sign.",
)  # fmt: skip
_HEADS = (
    "It is a myth that {}.", "Ignore the idea that {}.", "Some people claim that {}.", "Maybe {}.", "Pretend that {}.",
    "It used to be that {}.", "Nobody should believe that {}.", "Hardly anybody doubts less that {}.", "If only {}.",
    "It is not true that {}.", "Only a pessimist says that {}.", "Is it so that {}?", "Officially, {}.",
    "Without training, {}.",
)  # fmt: skip

Mutator = Callable[[str, Sequence[str]], Iterator[str]]


def mutations(sentence: str, others: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Give each mutation of a sentence with the name of its kind; `others` are sentences it may be mixed with."""
    for name, mutate in _MUTATORS.items():
        for mutated in dict.fromkeys(mutate(sentence, others)):
            if mutated.strip() not in (sentence, *sentence.split("  ")):
                yield name, mutated


def _swapped(sentence: str, one: str, two: str) -> Iterator[str]:
    """Give the sentence with one word for another, in either direction."""
    for old, new in ((one, two), (two, one)):
        mutated = re.sub(rf"\b{old}\b", new, sentence)
        if mutated != sentence:
            yield mutated
        capital = re.sub(rf"^{old.capitalize()}\b", new.capitalize(), sentence)
        if capital != sentence:
            yield capital


def _negate(sentence: str, _: Sequence[str]) -> Iterator[str]:
    found = list(_FIRST_VERB.finditer(sentence))
    for match in found:
        yield f"{sentence[: match.end()]} not{sentence[match.end() :]}"
        yield f"{sentence[: match.end()]} never{sentence[match.end() :]}"
    if not found:
        yield f"Do not {_lowered(sentence)}"
        yield f"Never {_lowered(sentence)}"


def _affirm(sentence: str, _: Sequence[str]) -> Iterator[str]:
    for old, new in _DENIALS:
        for match in re.finditer(old, sentence):
            yield sentence[: match.start()] + new + sentence[match.end() :]


def _renumber(sentence: str, _: Sequence[str]) -> Iterator[str]:
    for match in _NUMBERS.finditer(sentence):
        for new in (f"{match.group()}0", "7", "99%"):
            yield sentence[: match.start()] + new + sentence[match.end() :]
    for at, word in enumerate(_NUMBER_WORDS):
        yield from _swapped_once(sentence, word, _NUMBER_WORDS[at - 1])


def _swapped_once(sentence: str, old: str, new: str) -> Iterator[str]:
    mutated = re.sub(rf"\b{old}\b", new, sentence, count=1)
    if mutated != sentence:
        yield mutated


def _rekey(_: str, others: Sequence[str]) -> Iterator[str]:
    yield from others


def _turn(sentence: str, _: Sequence[str]) -> Iterator[str]:
    for one, two in _SWAPS:
        yield from _swapped(sentence, one, two)


def _resubject(sentence: str, _: Sequence[str]) -> Iterator[str]:
    for one, two in _SUBJECTS:
        yield from _swapped(sentence, one, two)


def _exchange(sentence: str, _: Sequence[str]) -> Iterator[str]:
    """Put two of the sentence's own subjects in each other's place."""
    subjects = sorted({word for pair in _SUBJECTS for word in pair if re.search(rf"\b{word}\b", sentence)})
    for at, one in enumerate(subjects):
        for two in subjects[at + 1 :]:
            if one not in two and two not in one:
                placed = re.sub(rf"\b{one}\b", "\0", sentence)
                yield re.sub(rf"\b{two}\b", one, placed).replace("\0", two)


def _splice(sentence: str, others: Sequence[str]) -> Iterator[str]:
    head, tail = _halves(sentence)
    for other in others:
        first, second = _halves(other)
        yield f"{head} {second}"
        yield f"{first} {tail}"


def _halves(sentence: str) -> tuple[str, str]:
    found = sentence.split()
    at = next((i + 1 for i, word in enumerate(found) if word.endswith(",") and i > 2), len(found) // 2)
    return " ".join(found[:at]), " ".join(found[at:])


def _disguise(sentence: str, _: Sequence[str]) -> Iterator[str]:
    yield sentence.translate(_LOOKALIKES)
    yield sentence.replace("e", "е", 1)
    yield sentence.translate(_FULLWIDTH)
    yield sentence.replace(" ", " \u200b", 1)
    yield sentence.replace(" ", " \u202e", 1)
    yield sentence.replace("i", "ı", 1)
    yield sentence.replace(" ", "\u00ad ", 2)


def _mark_up(sentence: str, _: Sequence[str]) -> Iterator[str]:
    yield from (form.format(sentence) for form in _MARKUP)


def _comment(sentence: str, _: Sequence[str]) -> Iterator[str]:
    body = sentence.rstrip(".")
    yield from (form.format(body) for form in _TAILS)
    yield from (form.format(_lowered(body)) for form in _HEADS)


def _lowered(sentence: str) -> str:
    return sentence[:1].lower() + sentence[1:]


_MUTATORS: dict[str, Mutator] = {
    "negated": _negate,
    "affirmed": _affirm,
    "number": _renumber,
    "another key": _rekey,
    "turned": _turn,
    "another subject": _resubject,
    "exchanged": _exchange,
    "spliced": _splice,
    "look-alike": _disguise,
    "markup": _mark_up,
    "comment": _comment,
}
