"""Masking: what must not leave the computer is replaced by a placeholder before a text is sent, and put back after.

Owns what counts as an API key, an e-mail address, a card number or a phone number, and the way back from placeholder
to text. Quantities, dates, prices and versions are not masked, because a case is made of them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

_KEY_FORMS = (
    r"-----BEGIN [A-Z ]*PRIVATE KEY-----.*?(?:-----END [A-Z ]*PRIVATE KEY-----|\Z)",
    r"\beyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]*",  # a JSON web token
    r"\b(?:sk|pk|rk)[-_][\w-]{12,}",
    r"\b(?:hf|gh[opsur]|github_pat|glpat|npm|pypi|xox[abeoprs]|gsk|xai|nvapi|r8|lsv2|pplx|AKIA|ASIA|AIza)[-_]?[\w-]{16,}",
    r"\b(?i:bearer)\s+(?P<bearer>[\w.~+/=-]{12,})",
    r"\b(?i:api[ _-]?key|access[ _-]?key|secret|token|password|passwd|pwd)\b(?:\s+is)?\s*[:=]?\s*[\"'“]?"
    r"(?P<named>(?=[^\s\"'”,;]*\d)(?=[^\s\"'”,;]*[A-Za-z])[^\s\"'”,;]{8,})",
    r"\b[0-9a-fA-F]{32,}\b",
    r"(?<![\w/.-])(?=[\w-]*[a-z])(?=[\w-]*[A-Z])(?=(?:[\w-]*\d){3})[\w-]{32,}(?![\w/])",
)
_EMAIL = r"(?<![\w.+%'-])[\w.+%'-]*[\w+%-]@[\w-]+(?:\.[\w-]+)+"
_CARD = (
    r"(?<![\w.,-])(?:[2-6]\d{12,18}|[2-6]\d{3}(?P<gap>[ -])\d{4}(?P=gap)\d{4}(?P=gap)\d{4}|3\d{3}[ -]\d{6}[ -]\d{5})"
    r"(?![\w-]|[.,]\d)"
)
_PHONES = (
    r"(?<![\w.,+])(?:\+|00)[1-9]\d{0,2}[ ./()-]{0,2}\d(?:[ ./()-]{0,3}\d){6,12}(?![\w-]|[.,]\d)",
    r"(?<![\w.,-])\(?[2-9]\d{2}\)?[ .-]{1,2}\d{3}[.-]\d{4}(?![\w-]|[.,]\d)",
    r"(?<![\w.,-])\([2-9]\d{2}\) ?\d{3} \d{4}(?![\w-]|[.,]\d)",
    r"(?<![\w.,:/-])\(?0[1-9]\d{0,4}\)?(?:[ /-]{1,3}\d{2,8}){1,5}(?![\w-]|[.,:]\d)",
    r"(?<![\w.,-])0[1-9]\d{8,10}(?![\w-]|[.,]\d)",
    r"\b(?i:phone|mobile|cell|whatsapp|telephone|tel|call (?:me|us)|ring (?:me|us)|reach (?:me|us))\b"
    r"[^\d\n]{0,24}?(?P<cued>\+?\d(?:[ ./()-]{0,3}\d){6,14})(?![\w-]|[.,]\d)",
)
_DATE = re.compile(r"\d{1,2}[ ./-]\d{1,2}[ ./-](?:\d{2}|\d{4})|\d{4}[ ./-]\d{1,2}[ ./-]\d{1,2}")
_QUANTITY = re.compile(r"\+?\d{1,3}(?:[ .]\d{3})*[ .]000")


@dataclass(frozen=True, slots=True)
class Replacement:
    """A placeholder, such as `[e-mail 1]`, and the text it stands for."""

    placeholder: str
    original: str


@dataclass(frozen=True, slots=True)
class Masked:
    """A text as it may be sent, and what was replaced in it or in texts masked before it, in order of appearance."""

    text: str
    replacements: tuple[Replacement, ...] = ()

    @property
    def kinds(self) -> tuple[str, ...]:
        """What was replaced, each kind once, such as `e-mail`."""
        return tuple(dict.fromkeys(found.placeholder[1:-1].rpartition(" ")[0] for found in self.replacements))

    def unmask(self, text: str) -> str:
        """Put back in any text, such as a quote from the masked one, what its placeholders stand for."""
        for replacement in self.replacements:
            text = text.replace(replacement.placeholder, replacement.original)
        return text


def mask(text: str, before: Masked | None = None) -> Masked:
    """Replace what looks like a key, an e-mail address, a card number or a phone number.

    `before` is the text that was masked before this one: what appears again gets the same placeholder, and numbers go
    on, so that one `unmask` serves all texts of a prompt.
    """
    replacements = list(before.replacements if before else ())
    pieces, end = [], 0
    for start, stop, kind in sorted(_find_secrets(text)):
        if start < end:
            continue
        original = text[start:stop]
        known = next((found for found in replacements if found.original == original), None)
        if known is None:
            known = Replacement(_free(kind, text, replacements), original)
            replacements.append(known)
        pieces += [text[end:start], known.placeholder]
        end = stop
    return Masked("".join([*pieces, text[end:]]), tuple(replacements))


def _free(kind: str, text: str, replacements: list[Replacement]) -> str:
    """Give the next placeholder that nobody wrote into the text by hand."""
    taken = {replacement.placeholder for replacement in replacements}
    number = 1
    while (placeholder := f"[{kind} {number}]") in taken or placeholder in text:
        number += 1
    return placeholder


def _find_secrets(text: str) -> Iterator[tuple[int, int, str]]:
    for kind, pattern, holds in _KINDS:
        for match in pattern.finditer(text):
            group = match.lastgroup if match.lastgroup in ("bearer", "named", "cued") else 0
            if holds(match[group]):
                yield (*match.span(group), kind)


def _is_card(text: str) -> bool:
    """Tell by the check digit (Luhn) whether digits can be a card's."""
    digits = [int(character) for character in text if character.isdigit()]
    doubled = [digit * 2 - 9 * (digit > 4) for digit in digits[-2::-2]]
    return (sum(digits[-1::-2]) + sum(doubled)) % 10 == 0


def _is_phone(text: str) -> bool:
    n_digits = sum(character.isdigit() for character in text)
    return 7 <= n_digits <= 15 and not _DATE.fullmatch(text) and not _QUANTITY.fullmatch(text)


def _always(_text: str) -> bool:
    return True


_KINDS: tuple[tuple[str, re.Pattern[str], Callable[[str], bool]], ...] = (
    *(("key", re.compile(form, re.DOTALL), _always) for form in _KEY_FORMS),
    ("e-mail", re.compile(_EMAIL), _always),
    ("card number", re.compile(_CARD), _is_card),
    *(("phone number", re.compile(form), _is_phone) for form in _PHONES),
)
