"""Whether a sentence in other words says what the engine's sentence says, and if not, what speaks against it.

Owns the comparison of two texts by their marks. Must not know any word, nor who wrote either text. It proves nothing in
general: it is strict, and how strict was measured on mutations and rewordings of what the coach says. It asks no
encoder: lies told by hand are as near to our sentences as good rewordings are (median cosine 0.952 and 0.954), and what
is shown would hang on whether weights are loaded yet.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import combinations, permutations

from assistant.domain.vocabulary import CONTENT, Kind, Mark, Vocabulary

LEFT_OUT_SHARE = 0.18
"""The share of the plain words of a sentence that a shorter rewording may leave out."""

LEAST_QUOTED = 4
"""How many meaningful words a quote has that can stand for the whole sentence that quotes it."""
MOST_DENIALS = 5
"""The most denials that are matched with each other; a sentence with more is the engine's to say."""
_QUOTE = re.compile(r"“([^“”]*)”|\"([^\"]*)\"")


_Place = tuple[str, int]
"""A name, and how often it stood before."""


_WEAKER = (("whether", "if"), ("can", "may"))
"""Kept words of which the second may be said for the first."""


class Objection(StrEnum):
    """Why a rewording is not taken."""

    SURFACE = "holds markup, an address, odd characters, or far more words"
    WORD_FOR_WORD = "is the engine's to say"
    JOINED = "runs several statements together, so that neither can be told from the other"
    QUOTE = "quotes other words"
    ASKS = "asks instead of stating"
    NUMBER = "has other numbers"
    TERM = "is about something else"
    KEPT = "adds or drops a word that turns the sentence"
    NEGATION = "denies something else"
    HAZARD = "adds a word that judges"
    ADDED = "says more"
    MISSING = "says less"
    ORDER = "puts one thing in the place of another"
    CAUSE = "turns a reason or a sequence around"


@dataclass(frozen=True, slots=True)
class _Pair:
    """What was said and what should have been; `optional` are names that may be said and need not."""

    said: tuple[Mark, ...]
    meant: tuple[Mark, ...]
    optional: frozenset[str]
    vocabulary: Vocabulary


def objection(said: str, meant: str, vocabulary: Vocabulary) -> Objection | None:
    """Return what speaks against taking `said` for `meant`, None where nothing does.

    A quote must stand as it is, or its words may be used without marks; a long one may also be all that is said.
    """
    if "?" in said and "?" not in meant:
        return Objection.ASKS
    said_quotes, meant_quotes = _quotes(said), _quotes(meant)
    if any(not any(quote in other for other in meant_quotes) for quote in said_quotes):
        return Objection.QUOTE
    frame = vocabulary.marks(_QUOTE.sub(" ", meant))
    quoted = vocabulary.marks(" . ".join(meant_quotes))
    if said_quotes:
        return _first_objection(_Pair(vocabulary.marks(_QUOTE.sub(" ", said)), frame, frozenset(), vocabulary))
    marks = vocabulary.marks(said)
    has_frame = any(mark.kind in CONTENT for mark in frame)
    within = _Pair(marks, frame, frozenset(mark.name for mark in quoted), vocabulary)
    found = _first_objection(within) if has_frame else Objection.MISSING
    if has_frame and sum(mark.kind in CONTENT for mark in quoted) < LEAST_QUOTED:
        return found
    return found and _first_objection(_Pair(marks, quoted, frozenset(), vocabulary))


def _first_objection(pair: _Pair) -> Objection | None:
    return next((found for check in _CHECKS if (found := check(pair)) is not None), None)


def _quotes(text: str) -> list[str]:
    return [(curly or straight).strip(" .…") for curly, straight in _QUOTE.findall(text)]


def _names(marks: Iterable[Mark], *kinds: Kind) -> frozenset[str]:
    return frozenset(mark.name for mark in marks if mark.kind in kinds)


def _numbers(pair: _Pair) -> Objection | None:
    said, meant = _names(pair.said, Kind.NUMBER), _names(pair.meant, Kind.NUMBER)
    return None if meant <= said and said <= meant | pair.optional else Objection.NUMBER


def _terms(pair: _Pair) -> Objection | None:
    said, meant = _names(pair.said, Kind.TERM), _names(pair.meant, Kind.TERM)
    return None if meant <= said and said <= meant | pair.optional else Objection.TERM


def _kept(pair: _Pair) -> Objection | None:
    """Compare what turns a sentence, and how often it does."""
    said, meant = _turns(pair.said), _turns(pair.meant)
    came = {name for name in said if said[name] > meant[name]} - pair.vocabulary.may_come - pair.optional
    gone = {name for name in meant if meant[name] > said[name]} - pair.vocabulary.may_go
    for strict, loose in _WEAKER:
        if (strict in gone and loose in said) or (loose in came and strict in meant):
            came, gone = came - {loose}, gone - {strict}
    return Objection.KEPT if came or gone else None


def _turns(marks: Sequence[Mark]) -> Counter[str]:
    return Counter(mark.name for mark in _without_any(marks) if mark.kind is Kind.KEPT)


def _without_any(marks: Sequence[Mark]) -> list[Mark]:
    """Leave out "any" behind a negation in its clause, where it adds nothing."""
    denied = {mark.clause for mark in marks if mark.kind is Kind.NEGATION}
    return [mark for mark in marks if not (mark.name == "any" and mark.clause in denied)]


def _negations(pair: _Pair) -> Objection | None:
    said, meant = _denials(pair.said), _denials(pair.meant)
    if len(said) != len(meant) or len(meant) > MOST_DENIALS:
        return Objection.NEGATION
    fits = any(
        all(_denies_the_same(*scopes) for scopes in zip(said, order, strict=True)) for order in permutations(meant)
    )
    return None if fits else Objection.NEGATION


def _denies_the_same(said: tuple[str, ...], meant: tuple[str, ...]) -> bool:
    """Tell whether what each denies first, or next to it, is denied by the other."""
    if not said or not meant:
        return said == meant
    return bool({*said[:2]} & {*meant}) and bool({*meant[:2]} & {*said})


def _denials(marks: Sequence[Mark]) -> list[tuple[str, ...]]:
    """Return for each negation the names of the content behind it in its clause, nearest first."""
    return [
        tuple(other.name for other in marks[at + 1 :] if other.clause == mark.clause and other.kind in CONTENT)
        for at, mark in enumerate(marks)
        if mark.kind is Kind.NEGATION
    ]


def _words(pair: _Pair) -> Objection | None:
    """Compare what is neither term nor number: nothing may come, and little may go that qualifies nothing."""
    said, meant = _names(pair.said, Kind.PLAIN, Kind.UNKNOWN), _names(pair.meant, Kind.PLAIN, Kind.UNKNOWN)
    added, gone = said - meant - pair.optional, meant - said
    if added & pair.vocabulary.hazards:
        return Objection.HAZARD
    if added:
        return Objection.ADDED
    most = LEFT_OUT_SHARE * len(_names(pair.meant, *CONTENT))
    needed = pair.vocabulary.modifiers | pair.vocabulary.hazards
    return Objection.MISSING if len(gone) > most or gone & needed else None


def _order(pair: _Pair) -> Objection | None:
    """Refuse terms of one clause that changed places; what was put in front may go back to the end."""
    meant = _places(pair.meant)
    pairs = [
        (one, two)
        for one, two in combinations(meant, 2)
        if meant[one] == meant[two] and one[0][0].isdigit() == two[0][0].isdigit()
    ]
    fronted = [mark for mark in pair.said if mark.clause == 0]
    arrangements = (pair.said, (*pair.said[len(fronted) :], *fronted))
    return None if any(_in_order(pairs, list(_places(said))) for said in arrangements) else Objection.ORDER


def _in_order(pairs: Sequence[tuple[_Place, _Place]], said: Sequence[_Place]) -> bool:
    known = [(one, two) for one, two in pairs if one in said and two in said]
    return all(said.index(one) < said.index(two) for one, two in known)


def _blocks(pair: _Pair) -> Objection | None:
    """Refuse a term that left its clause: two clauses change places as wholes or not at all."""
    meant, said = _places(pair.meant), list(_places(pair.said))
    turned: dict[tuple[int, int], set[bool]] = {}
    for one, two in combinations([place for place in meant if place in said], 2):
        if meant[one] != meant[two] and one[0] != two[0]:
            turned.setdefault((meant[one], meant[two]), set()).add(said.index(one) > said.index(two))
    return Objection.ORDER if any(len(ways) > 1 for ways in turned.values()) else None


def _places(marks: Iterable[Mark]) -> dict[_Place, int]:
    """Return each term or number with how often it stood before, in order, and its clause."""
    seen: Counter[str] = Counter()
    places: dict[_Place, int] = {}
    for mark in marks:
        if mark.kind in (Kind.TERM, Kind.NUMBER, Kind.UNKNOWN):
            places[mark.name, seen[mark.name]] = mark.clause
            seen[mark.name] += 1
    return places


def _company(pair: _Pair) -> Objection | None:
    """Refuse a word that stands in a clause with none of those it belongs with, and a clause that says nothing new."""
    meant: dict[str, frozenset[str]] = {}
    for name, beside in _mates(pair.meant):
        meant[name] = meant.get(name, frozenset()) | beside
    clauses = {name: {mark.clause for mark in pair.meant if mark.name == name} for name in _names(pair.meant, *Kind)}
    telling = {name for name in clauses if len(clauses[name]) == 1}
    for name, beside in _mates(pair.said):
        theirs = meant.get(name, frozenset()) & telling
        if beside & telling and theirs and not beside & theirs:
            return Objection.ORDER
    return Objection.ADDED if _repeats(pair.said) else None


def _mates(marks: Sequence[Mark]) -> list[tuple[str, frozenset[str]]]:
    """Return each content mark's name with the names that share its clause."""
    return [
        (
            mark.name,
            frozenset(
                other.name
                for other in marks
                if other.clause == mark.clause and (other.kind in CONTENT or other.kind is Kind.KEPT)
            )
            - {mark.name},
        )
        for mark in marks
        if mark.kind in CONTENT
    ]


def _repeats(marks: Sequence[Mark]) -> bool:
    """Tell whether a clause only repeats what other clauses said before it."""
    content = [mark for mark in marks if mark.kind in CONTENT]
    for clause in {mark.clause for mark in content}:
        earlier = {mark.name for mark in content if mark.clause < clause}
        here = {mark.name for mark in content if mark.clause == clause}
        if here <= earlier and len(here) > 1:
            return True
    return False


def _modifiers(pair: _Pair) -> Objection | None:
    """Refuse a quality given to another thing."""
    said, meant = _heads(pair.said, pair.vocabulary), _heads(pair.meant, pair.vocabulary)
    moved = [name for name in said if name in meant and not said[name] & meant[name]]
    return Objection.ORDER if moved else None


def _heads(marks: Sequence[Mark], vocabulary: Vocabulary) -> dict[str, frozenset[str]]:
    content = [mark for mark in marks if mark.kind in CONTENT]
    found: dict[str, frozenset[str]] = {}
    for at, mark in enumerate(content[:-1]):
        if mark.name in vocabulary.modifiers or mark.kind is Kind.NUMBER:
            behind = [other.name for other in content[at + 1 :] if other.name not in vocabulary.modifiers]
            found[mark.name] = found.get(mark.name, frozenset()) | frozenset(behind[:1])
    return found


def _causes(pair: _Pair) -> Objection | None:
    for early, late in ((("so",), ("because",)), (("before",), ("after",))):
        said, meant = _sides(pair.said, early, late), _sides(pair.meant, early, late)
        if said is None or meant is None:
            continue
        straight = len(said[0] & meant[0]) + len(said[1] & meant[1])
        crossed = len(said[0] & meant[1]) + len(said[1] & meant[0])
        if crossed >= max(straight, 1):
            return Objection.CAUSE
    return None


def _sides(
    marks: Sequence[Mark], early: tuple[str, ...], late: tuple[str, ...]
) -> tuple[frozenset[str], frozenset[str]] | None:
    """Return what comes first and what follows from it, around the only word that says which is which."""
    at = [index for index, mark in enumerate(marks) if mark.name in (*early, *late)]
    if len(at) != 1:
        return None
    before, behind = marks[: at[0]], marks[at[0] + 1 :]
    if not any(mark.kind in CONTENT for mark in before):
        if marks[at[0]].name == "so":
            return None
        clause = next((mark.clause for mark in behind if mark.kind in CONTENT), 0)
        before, behind = (
            [mark for mark in behind if mark.clause > clause],
            [mark for mark in behind if mark.clause <= clause],
        )
    left, right = _names(before, *CONTENT), _names(behind, *CONTENT)
    return (left, right) if marks[at[0]].name in early else (right, left)


def _bindings(pair: _Pair) -> Objection | None:
    """Refuse a kept word that now stands before something else."""
    for name in pair.vocabulary.bound:
        said, meant = _behind(pair.said, name, 1), _behind(pair.meant, name, 2)
        if said and meant and not said <= meant:
            return Objection.ORDER
    return None


def _behind(marks: Sequence[Mark], name: str, most: int) -> frozenset[str]:
    found: set[str] = set()
    for at, mark in enumerate(marks):
        if mark.name == name:
            found.update([other.name for other in marks[at + 1 :] if other.kind in CONTENT][:most])
    return frozenset(found)


_CHECKS: tuple[Callable[[_Pair], Objection | None], ...] = (
    _numbers, _terms, _kept, _negations, _words, _order, _blocks, _company, _modifiers, _bindings, _causes,
)  # fmt: skip
