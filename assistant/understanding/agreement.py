"""What a reply to the list makes of its entries: which of them the user says yes to, and which they call wrong.

Owns the words of agreement, by the reviewed lists of `knowledge/confirmations.yaml`. Must not know what an entry means,
nor how it is pointed at, nor read any new value.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum, auto
from itertools import pairwise

from assistant.domain.rulebook import Confirmations, Replies
from assistant.text.modality import negates
from assistant.understanding.pointers import find_pointers, find_words, leave_out

_WORD = re.compile(r"[^\W_]+(?:['’.-][^\W_]+)*%?|[^\w\s]")
_NEXT_WORD = re.compile(rf"[\s_]*({_WORD.pattern})")
_SILENT = frozenset(".,;:!-–—…'\"()*_")
_BREAK = re.compile(r"[,.;:!\n–—]|\s-\s")
_SENTENCE_END = re.compile(r"[.!?;\n]+\s")
_MILD = frozenset({"only", "just that"})
_WRONG = re.compile(r"\b(?:wrong|false|incorrect|off|untrue|not|isn't|aren't|doesn't|never|no|misread|mistaken)\b")


class Stance(Enum):
    """How a reply stands to the list as a whole."""

    YES = auto()
    NO = auto()
    PARTLY = auto()
    UNCLEAR = auto()


@dataclass(frozen=True, slots=True)
class ListReply:
    """A reply to the list: its stance, the slots it points at, and where what else it says begins.

    `holds_back`: after the yes comes a "but", so that nothing is agreed to until what follows is understood. `is_bare`:
    the reply is nothing but a yes or a no. `rejects`: it calls the list wrong in words that say no more than that.
    `asks`: it ends as a question.
    """

    stance: Stance
    named: frozenset[str] = frozenset()
    named_wrong: bool = False
    rest: int = 0
    holds_back: bool = False
    is_bare: bool = False
    rejects: bool = False
    asks: bool = False


def read_list_reply(flat: str, slots: Sequence[str], words: Confirmations) -> ListReply:
    """Read a flattened reply to a list of these slots, in the order in which it was put."""
    text = flat.replace("’", "'")
    if text.rstrip().endswith("?"):
        return ListReply(Stance.UNCLEAR, asks=True)
    for replies in words.replies:
        if (stance := _bare(text, replies)) is not None:
            return ListReply(stance, is_bare=True)
    english = words.replies[0]
    if (found := find_words(text, words.all_but)) is not None and _is_whole(text[: found[0]], english):
        return ListReply(Stance.YES, _find_named(text[found[1] :], slots, words), named_wrong=True, rest=found[1])
    named = _find_named(text, slots, words)
    head, rest = _head(text, words)
    stance = _bare(head, english) or Stance.UNCLEAR
    rejects = find_words(text, words.rejects) is not None
    if stance is not Stance.YES and (rejects or _bare(_last_sentence(text), english) is Stance.NO):
        return ListReply(Stance.NO, named, named_wrong=True, rest=rest if stance is Stance.NO else 0, rejects=rejects)
    if stance is Stance.UNCLEAR and _ends_with_yes(text, words):
        return ListReply(Stance.YES, named)
    if stance is Stance.UNCLEAR and find_words(text, words.partly) is not None:
        return ListReply(Stance.PARTLY, named, named_wrong=_calls_wrong(text, slots, words))
    if stance is Stance.UNCLEAR:
        return ListReply(stance, named, named_wrong=_WRONG.search(text) is not None)
    while (
        stance is Stance.YES and _bare((following := _head(text[rest:], words))[0], english) is Stance.YES
    ):  # "then yes, it is right, but"
        rest += following[1]
    tail = text[rest:]
    doubts = _turns(tail, words) or find_words(tail, words.partly) is not None
    is_said = text[:rest].rstrip().endswith(".") and not names_wrong(tail)  # "yes both. but don't forget the sheets"
    holds_back = stance is Stance.YES and doubts and not is_said and not _ends_with_yes(tail, words)
    return ListReply(stance, named, named_wrong=_calls_wrong(tail, slots, words), rest=rest, holds_back=holds_back)


def is_bare_yes(flat: str, words: Confirmations) -> bool:
    """Tell whether a flattened message is nothing but a yes, in any language that has a list."""
    text = flat.replace("’", "'")
    return not text.rstrip().endswith("?") and any(_bare(text, replies) is Stance.YES for replies in words.replies)


def names_wrong(flat: str) -> bool:
    """Tell whether a flattened message calls something wrong."""
    return _WRONG.search(flat.replace("’", "'")) is not None


def denies_pressed(flat: str, words: Confirmations) -> bool:
    """Tell whether a message opens with a plain no that stands by itself, or calls what is pressed wrong."""
    text = flat.replace("’", "'")
    if text.rstrip().endswith("?"):
        return False
    if find_words(text, words.rejects) is not None:
        return True
    ends = _BREAK.search(text, len(text) - len(text.lstrip()))
    return any(
        _bare(said, replies) is Stance.NO
        for replies in words.replies
        for said in {text, text[: ends.start()] if ends else text}
    )


def says_rest_is_right(flat: str, words: Confirmations) -> bool:
    """Tell whether a reply says yes to all that it does not speak of otherwise: "the rest is fine"."""
    text = flat.replace("’", "'")
    found = find_words(text, words.others)
    if found is None:
        return False
    ends = _BREAK.search(text, found[1])
    return read_part(text[found[1] : ends.start() if ends else len(text)], words) is Stance.YES


def is_limited(rest: str, words: Confirmations) -> bool:
    """Tell whether a yes is one to what is named behind it alone: "yes to the owner"; `rest` is what follows it."""
    found = find_words(rest.lstrip(" ,.:"), words.limits)
    return found is not None and found[0] == 0


def read_part(flat: str, words: Confirmations) -> Stance | None:
    """Return the stance of what a reply says of one entry: a plain yes or no, partly for a yes with a doubt behind it,
    else None.
    """
    text = flat.replace("’", "'").rstrip().lstrip(" ,")
    for turn in words.turns:  # it leads over to what is said of the next entry: "1 is true, but 2 is not"
        text = text.removesuffix(f" {turn}").rstrip()
    text = leave_out(text, words.limits)  # "only the third is right", "1 and 2 are true"
    goes_on = _BREAK.search(text, len(text) - len(text.lstrip())) or find_words(text, words.turns)
    head, rest = _head(text, words) if goes_on else (text, len(text))
    tail = text[rest:]
    first, then = split_first(text)
    if then and _bare(first, words.replies[0]) is Stance.YES and not names_wrong(then) and "?" not in then:
        return Stance.YES  # what follows in another sentence is about something else
    whole = _bare(text, words.replies[0])
    if whole is Stance.NO or Stance.YES not in (whole, _bare(head, words.replies[0])):
        return whole
    doubts = (words.turns, words.partly, words.conditions)
    is_doubted = "?" in text or names_wrong(tail) or any(find_words(tail, phrases) is not None for phrases in doubts)
    return Stance.PARTLY if is_doubted else Stance.YES


def split_first(text: str) -> tuple[str, str]:
    """Return the first sentence of what is said of an entry, and what follows it."""
    first, _, then = text.lstrip(" ,.:;").partition(". ")
    return first, then


def rest_after_yes(flat: str, words: Confirmations) -> int | None:
    """Return where a message goes on that opens with a plain yes and takes nothing of it back; None for any other."""
    text = flat.replace("’", "'")
    head, rest = _head(text, words)
    tail = text[rest:]
    is_held_back = find_words(tail, words.turns) is not None or find_words(tail, words.partly) is not None
    if text.rstrip().endswith("?") or is_held_back or _bare(head, words.replies[0]) is not Stance.YES:
        return None
    return rest


def opens_with_yes(flat: str, words: Confirmations) -> bool:
    """Tell whether a message opens with a yes, whatever follows; a "mostly" beside it makes it none the less one."""
    text = flat.replace("’", "'").lstrip()
    head, _ = _head(text, words)
    first = _WORD.match(text)
    heads = {leave_out(head, words.partly), first.group() if first else ""}
    return any(_bare(said, words.replies[0]) is Stance.YES for said in heads)


def _bare(text: str, replies: Replies) -> Stance | None:
    """Return the stance of words that are nothing but yes, no and what may stand beside them; a no outweighs."""
    kinds = _kinds(text, replies)
    if "other" in kinds or not kinds & {"yes", "no"}:
        return None
    return Stance.NO if "no" in kinds else Stance.YES


def _kinds(text: str, replies: Replies) -> frozenset[str]:
    """Return what the words of a text are; a phrase of several words goes before its words."""
    lists = {"yes": replies.says_yes, "no": replies.says_no, "beside": replies.beside}
    phrases = sorted(((phrase, kind) for kind, said in lists.items() for phrase in said), key=lambda p: -len(p[0]))
    kinds, at = set(), 0
    while (word := _NEXT_WORD.match(text, at)) is not None:
        start = word.start(1)
        fits = ((phrase, kind) for phrase, kind in phrases if _stands(phrase, text, start))
        phrase, kind = next(fits, (word[1], "" if word[1] in _SILENT else "other"))
        kinds.add(kind)
        if kind == "other":  # whatever follows, it is more than a yes or a no
            break
        at = start + len(phrase)
    return frozenset(kinds - {""})


def _stands(phrase: str, text: str, start: int) -> bool:
    end = start + len(phrase)
    ends = end >= len(text) or not (text[end].isalnum() or (text[end] == "'" and text[end + 1 : end + 2].isalnum()))
    return text.startswith(phrase, start) and (ends or not phrase[-1].isascii())


def _head(text: str, words: Confirmations) -> tuple[str, int]:
    """Cut off what a reply opens with, up to the first break or turn; return it with where the rest begins."""
    ends = [(found.start(), found.end()) for found in [_BREAK.search(text, len(text) - len(text.lstrip()))] if found]
    ends += [(found[0], found[0]) for found in [find_words(text, words.turns)] if found]
    if not ends:
        first = _WORD.search(text)
        return (first.group(), first.end()) if first else ("", 0)
    start, end = min(ends)
    return text[:start], end


def _turns(tail: str, words: Confirmations) -> bool:
    """Tell whether what follows a yes takes some of it back; "only" does where a part begins with it."""
    found = find_words(tail, words.turns)
    while found is not None:
        start, end = found
        if tail[start:end] not in _MILD or not _WORD.fullmatch(tail[:start].rstrip()[-1:]):
            return True
        found = next(((end + a, end + b) for a, b in [find_words(tail[end:], words.turns) or (0, 0)] if b), None)
    return False


def _ends_with_yes(text: str, words: Confirmations) -> bool:
    """Tell whether a reply comes round to a plain yes, and what goes before it calls nothing wrong."""
    said = text.rstrip(" .!")
    end = max((phrase for phrase in words.comes_round if said.endswith(phrase)), key=len, default=None)
    doubts = (words.partly, words.conditions)
    if end is None or negates(text) or any(find_words(text, phrases) is not None for phrases in doubts):
        return False
    before = said.removesuffix(end)
    return before.endswith((", ", ": ", "; ", ". ", "– ", "- ")) or (before.endswith(" ") and " " in end)


def _last_sentence(text: str) -> str:
    return next((part for part in reversed(re.split(r"[.!?\n]+", text)) if part.strip()), "")


def _is_whole(head: str, replies: Replies) -> bool:
    """Tell whether what stands before an exception says that all the rest is right."""
    return _bare(head, replies) is Stance.YES or not _kinds(head, replies) - {"beside", "yes"}


def _calls_wrong(text: str, slots: Sequence[str], words: Confirmations) -> bool:
    """Tell whether a text calls an entry wrong: in the sentence with its place, in the words around its name."""
    if _WRONG.search(text) is None:
        return False
    pointers = find_pointers(text, slots, words)
    parts = _SENTENCE_END if any(pointer.is_plain for pointer in pointers) else _BREAK
    breaks = [0, *(found.end() for found in parts.finditer(text)), len(text)]
    said = [text[start:end] for start, end in pairwise(breaks)]
    return not pointers or any(_WRONG.search(part) and find_pointers(part, slots, words) for part in said)


def _find_named(text: str, slots: Sequence[str], words: Confirmations) -> frozenset[str]:
    """Return the entries that a text points at."""
    return frozenset(pointer.slot for pointer in find_pointers(text, slots, words))
