"""Which number of a message counts examples to learn from.

Owns the words around a number that speak for or against that. Must not know how numbers are spelled, nor how
probable the classifier thinks it that examples are counted at all: that is given.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from assistant.text.clauses import Clause, Utterance
from assistant.text.modality import Modality, find_modality, is_denied
from assistant.text.numbers import Measure, Quantity

SLOT = "data_count"
TOLD, ASKED = 0.68, 0.4
"""What probability and words together must reach for a number that nobody asked for, and for one in an answer."""
_HIGHEST_MARK = 10
_LONGEST_ANTECEDENT = 30
MOST_WORDED = 12
"""Up to so many are written as a word, of whatever is counted."""
MOST_ELLIPTICAL = 8
"""Words of an answer in which a number needs no noun: it counts what was asked about."""

_EXAMPLES = re.compile(
    r"\b(?:examples?|samples?|pairs?|q&a\w{0,2}|q/a|qas?|demonstrations?|completions?|data ?points?|annotations?"
    r"|input-outputs?|training \w+|labell?ed|labled|annotated|graded|adjudicated|hand-?written|jsonl?|before/after)\b"
)
_RECORDS = re.compile(
    r"\b(?:tickets?|chats?|conversations?|dialog\w{0,4}|transcripts?|e-?mails?|messages?|reviews?|letters?|calls?"
    r"|sentences?|utterances?|posts?|notes?|cases?|claims?|complaints?|translations?|segments?|descriptions?"
    r"|summaries|queries|replies|responses|answers|essays|records|reports?|outputs?|items?|of (?:them|those))\b"
)
_OTHERS = re.compile(
    r"\b(?:users?|people|customers?|employees|staff|analysts?|dev(?:eloper)?s?|agents?|pupils|students|teachers|lawyers"
    r"|doctors|nurses|engineers|annotators?|labell?ers?|experts?|reviewers?|judges|countries|languages|offices?|sites?|shops?"
    r"|stores?|clients|patients|members|departments?|teams?|gpus?|models?|tags|classes|categories|intents|queues|options"
    r"|souls|inhabitants|hotels?|branches|plants|trucks|lorries|vehicles|machines|positions|sections|levels|dialects|fields|columns|types|steps|rounds|versions|revisions|turns|points?|params|parameters|times|years?"
    r"|months?|weeks?|days?|hours?|minutes?|seconds?|products|skus?|topics|codes|objects|headings|tokens|words|terms?|gb|tb|mb)\b"
)
_DOCUMENTS = re.compile(
    r"\b(?:pages?|pdfs?|documents?|docs|articles?|manuals?|papers|books?|rows?|files|handbooks?|entries|policies|chapters?"
    r"|specs?|faqs?|lines)\b"
)
_ANSWERED = re.compile(
    r"\b(?:with|and|plus) (?:(?:the|their|its|an?|all|our) )?(?:\w+ ){0,3}?(?:fields|labels?|codes?|answers?"
    r"|repl(?:y|ies)|tags?|annotations?|summar(?:y|ies)|translations?|corrections?|verdicts?|decisions?|grades?|entities|outcome)\b"
)
_TESTING = re.compile(
    r"\b(?:held[- ]?out|hold[- ]?out|test(?:s| set|ing)?|eval(?:uation)?\w{0,4}|benchmark\w{0,2}|gold(?:en)? set"
    r"|kept aside|set aside|kept apart|regression|validation|frozen|locked|sealed|f1|recall|accuracy"
    r"|scor\w{1,4}|measur\w{1,3}"
    r"|(?:never|not|n't|out of|outside|apart from|near) (?:\w+ ){0,3}training)\b"
)
_MARKED = re.compile(
    r"\b\d[\d.,]*(?: \w+)? (?:right|wrong|correct|incorrect|hits?|misses|missed|matched|agreed|passed|failed)\b"
    r"|\b(?:matched|agreed|right|wrong|hits?) (?:on|in) \d"
)
"""How many of those counted came out right: they were a test."""
_NOUN_ENDS = re.compile(r"\b(?:and|but|so|which|that|because|from|in|into|for|over|per|of our|about|behind)\b")
_RATED = re.compile(r"\s?(?:human |hand |hand-)?(?:scored|rated|marked)\b")
IN_PROMPT = re.compile(
    r"\bexamples? in (?:it|there)\b|\bworked (?:pairs?|examples?)\b|"
    r"\b(?:prompt\w{0,3}|few-?shot|shots?|in context|(?:gpt|chatgpt|claude|gemini|llama|mistral)[\w.-]{0,8} with)\b"
)
_WANTED = re.compile(
    r"\b(?:need|needs|needed|want|target|goal|require\w{0,2}|recommend\w{0,3}|aim\w{0,3} (?:for|at)|says?|said|heard"
    r"|once|used to have|originally|out of|lost|deleted)\b[^,;.]{0,24}$"
)
_NAMED = re.compile(
    r"\b(?:number|count|amount) of (?:\w+ ){0,2}examples?\W{1,3}(?:(?:is|to|at|are)\W{1,3})?(?:about )?$"
    r"|(?:^|[.;!?\n]\s?|\btraining )examples?\s?[:=]\s?$|\bexamples (?:is|are) (?:now )?$"
    r"|\btraining (?:pairs|examples|samples|set|data)(?:[:=,]| of)?\s?$"
)
"""What stands before a number that is said of examples by that name: "set the number of examples to 41,000"."""
_COUNTED_BEFORE = re.compile(r"\b(?:we|i) (?:have|have got|had) (?:about |around |some |roughly )?$")
_FEW_SHOT = re.compile(r"\bfew-?\s?shots?\b\W{1,3}(?:with |of )?$")
_PER_CLASS = re.compile(r"^(?:\w+ )?(?:per|for each|each|a) (?:class|label|category|code|intent|type)\b")
_SAID_AGAIN = re.compile(r"\b(?:i|we) (?:\w+ ){0,3}(?:said|say|told|wrote|mentioned)\b[^,;.]{0,20}$")
_LOST = re.compile(
    r"^[^,;.]{0,40}\b(?:but|and|which|that) (?:we |i |they )?(?:\w+ )?(?:deleted|lost|gone|dropped|threw|wiped)"
)
_DENIED_AFTER = re.compile(
    r"^[^,.;]{0,40}\b(?:is|are|was|were) (?:wrong|off|nonsense|made up|invented|not (?:mine|true|right))\b"
)
_SUMMED = re.compile(
    r"\b(?:so|i mean|total(?: of)?|altogether|makes?|in all|left|remain|survived?|usable|good|checked|reviewed"
    r"|clean|signed off|confirmed|approved|verified|vetted|proofread)\W{1,3}(?:about |around |some |maybe )?$|=\s?$"
)
_KEPT = re.compile(
    r"^\W{0,2}(?:\w+ ){0,2}?(?:are |were |is )?(?:checked|reviewed|usable|good|clean|left|survived?|verified)\b"
)
_PEOPLE = re.compile(r"^\W{0,2}of (?:us|you|them) (?:\w+ly )?(?:\w+ed|read|wrote|went|saw)\b")
"""Who did something with the examples is counted, and no example."""
_EXCEPTED = re.compile(
    r"\b(?:apart (?:from|of)|besides|except(?: for)?|other than|beyond|without|minus) (?:the |those )?$"
)
_UNLABELLED = re.compile(
    r"\b(?:nothing|none|not|never|no one|nobody) (?:\w+ ){0,2}?(?:labell?ed|labels)\b|\bunlabell?ed\b|\bno labels\b"
)
_UNREAD = re.compile(
    r"^[^,;.]{0,40}\b(?:nobody|no one|never|not|un)\s?(?:\w+ ){0,1}(?:vetted|checked|read|looked|reviewed|verified)"
)
NONE = re.compile(
    r"\b(?:no|zero|not any|without|haven't any|don't have any|0) (?:\w{2,12} ){0,2}?(?:examples?|pairs?|q&a|labell?ed"
    r"|labels|training data|data|samples?|dataset)\b|\bnone\b|\bnothing(?: yet| labell?ed)?\b"
    r"|\bn(?:'|o)t (?:a single|one|any)\b|\b(?:nil|zilch|nought|naught)\b"
    r"|(?:n't|not) (?:\w{2,12} ){1,2}any\b|\bnot labell?ed\b|\bnone labell?ed\b"
)
_NAMED_NONE = re.compile(
    r"\b(?<!such )examples?\b(?:\s?[:=]\s?| (?:is|are|we have|i have|there (?:is|are)) | )(?:zero|none|nil|0)\b"
    r"|\bexamples?\b[^.;!?]{0,60}\b(?:we|i) have none\b|\b(?:0|zero) (?:training )?examples\b"
)
"""None, said of examples by that name, whatever else is spoken of."""
NONE_AFTER_ALL = re.compile(
    r"\b(?:so|as|of (?:those|them)|pairs?|examples?)\b[^.;]{0,24}\b(?:nothing|none|zero|nil)\W*$"
    r"|\b(?:0|zero|no|not (?:a single|one|any)) (?:\w{2,9} |q/a |q&a )?(?:pairs?|examples?)\b"
    r"(?! (?:that|which|left|without))"
    r"|\b(?:with|and) (?:an )?answers?:? no(?:ne)?\W*$"
)
"""What is counted first is none of it: "22,000 mails, but no replies. So as pairs: nothing", "8 handbooks, 0 pairs"."""
TRAINING = re.compile(
    r"\b(?:to|for) (?:re-?|fine-?)?(?:train|tun)\w{0,3}\b|\btraining (?:set|data|examples|pairs)\b|\blearn from\b"
)
_FOR_TRAINING = re.compile(r"^\W*(?:\w+ ){0,4}(?:to|for) (?:re-?|fine-?)?(?:train|tun)\w{0,3}\b")
"""The same right behind a number: "2,300 paragraphs for training"."""
_TRAINED_ON = re.compile(r"\b(?:train|tun)\w{0,3}\b[^.;?!]{0,40}\b(?:on|with|from) (?:all )?(?:our|my|these|those) $")
"""What somebody wants to train on is there already: "wants us to fine-tune a llama on our 7,500 old replies"."""
Chance = Callable[[int, int], float]
"""How probable it is that the words at a place count examples, in [0, 1]."""


def names_others(noun: str) -> bool:
    """Tell whether what a number counts is people, kinds or times rather than anything to learn from."""
    return _first(noun, _OTHERS) < min(_first(noun, _EXAMPLES), _first(noun, _RECORDS), 99)


def read_named_none(utterance: Utterance) -> tuple[float, int, int] | None:
    """Return that there are no examples, where that is said of them by that name."""
    named = _NAMED_NONE.search(utterance.flat)
    clause = utterance.clause_of(named.end() - 1, named.end()) if named else None
    if named is None or clause is None or find_modality(utterance, clause) is not Modality.STATEMENT:
        return None
    return 0.0, *named.span()


def is_named(flat: str, quantity: Quantity) -> bool:
    """Tell whether a number is said of examples by that name: "number of examples: 41,000"."""
    return _NAMED.search(flat, max(0, quantity.start - 60), quantity.start) is not None


def names_examples(noun: str) -> bool:
    """Tell whether what a number counts is called examples, pairs or the like."""
    return _first(_NOUN_ENDS.split(noun)[0], _EXAMPLES) < 99


def names_records(noun: str) -> bool:
    """Tell whether what a number counts may be something to learn from."""
    return min(_first(noun, _EXAMPLES), _first(noun, _RECORDS), _first(noun, _DOCUMENTS)) < 99


def counts_who(words: str, high: float, noun: str) -> bool:
    """Tell whether a small number written as a word counts something that is no record: "two editors checked them"."""
    return words.isalpha() and high <= MOST_WORDED and not names_records(_NOUN_ENDS.split(noun)[0])


def count_examples(
    utterance: Utterance, quantities: tuple[Quantity, ...], chance: Chance, *, asked: bool
) -> tuple[Quantity, float] | None:
    """Return the number that most surely counts examples, and how surely; None where none does surely enough."""
    floor = ASKED if asked else TOLD
    scored = [
        (score, -quantity.start, quantity)
        for quantity in quantities
        if (score := _score(utterance, quantity, chance, asked=asked)) >= floor
    ]
    return (max(scored)[2], max(scored)[0]) if scored else None


def _score(utterance: Utterance, quantity: Quantity, chance: Chance, *, asked: bool) -> float:
    clause = utterance.clause_of(quantity.start, quantity.end)
    if (
        clause is None
        or quantity.measure is not Measure.COUNT
        or quantity.per_month is not None
        or not _is_count(quantity)
        or (quantity.noun and counts_who(utterance.flat[quantity.start : quantity.end], quantity.high, quantity.noun))
    ):
        return 0.0
    if is_named(utterance.flat, quantity) and not is_denied(clause, quantity.start, quantity.end):
        return 2.0
    if not asked and quantity.high <= MOST_WORDED and not names_examples(quantity.noun):
        return 0.0  # "each goes through 4 calls", "12 short stories"
    before = utterance.sentence_before(clause, quantity.start)[-60:]
    after = utterance.flat[quantity.end : clause.sentence.end][:60]
    modality, is_there = find_modality(utterance, clause), _TRAINED_ON.search(before) is not None
    if modality is not Modality.STATEMENT and not (is_there and modality is Modality.PLAN):
        return 0.0
    if is_denied(clause, quantity.start, quantity.end) or (
        _WANTED.search(before) and not is_there and not _SAID_AGAIN.search(before)
    ):
        return 0.0
    if _EXCEPTED.search(before) or _LOST.match(after) or _DENIED_AFTER.match(after) or _PEOPLE.match(after):
        return 0.0
    around = _segment(utterance, clause, quantity)
    score = (
        0.6 * is_there
        + chance(quantity.start, quantity.end)
        + _evidence(quantity.noun, before, after, around, asked=asked)
    )
    is_elliptical = asked and len(utterance.flat.split()) <= MOST_ELLIPTICAL
    return score + 0.4 if is_elliptical else score


def _is_count(quantity: Quantity) -> bool:
    """Tell a count from nothing at all, and from a scale such as "from 1 to 6"."""
    return quantity.low >= 1 and not (quantity.low == 1 and 1 < quantity.high <= _HIGHEST_MARK)


def _evidence(noun: str, before: str, after: str, around: str, *, asked: bool) -> float:
    """Return what the words around a number add to its being a number of examples, or take away."""
    noun = _NOUN_ENDS.split(noun)[0]
    if noun.startswith(("of th", "of em")) and _first(before[-_LONGEST_ANTECEDENT:], _OTHERS) < 99:
        noun = before[-_LONGEST_ANTECEDENT:]  # "the categories, 38 of them"
    score = 0.0
    named = {"examples": _first(noun, _EXAMPLES), "records": _first(noun, _RECORDS), "others": _first(noun, _OTHERS)}
    named["documents"] = _first(noun, _DOCUMENTS)
    kind = min(named, key=lambda name: named[name])
    if named[kind] < 99:
        score += {"examples": 0.35, "records": 0.15, "others": -0.7, "documents": -0.1 if asked else -0.3}[kind]
    if _ANSWERED.search(around) and kind in ("documents", "records"):
        score += 0.3
    if named[kind] == 99 and _COUNTED_BEFORE.search(before) and _first(before, _EXAMPLES) < 99:
        score += 0.35  # "labelled complaints we have about 41k"
    if _FEW_SHOT.search(before) or _PER_CLASS.search(noun.partition(" ")[2]):
        score -= 0.5
    if _FOR_TRAINING.match(after):
        score += 0.5
    if _SUMMED.search(before) or _KEPT.match(after):
        score += 0.3
    named_before = before.rpartition(":")[0] if before.rstrip().endswith(":") else ""
    is_rated = asked and _RATED.match(noun)
    if (_TESTING.search(f"{named_before} {around}") and not is_rated) or (not asked and _MARKED.search(after)):
        score -= 0.6
    if _UNLABELLED.search(after) and not asked:
        score -= 0.6
    if _UNREAD.match(after):
        score -= 0.3
    if IN_PROMPT.search(around):
        score -= 0.5
    return score


def _segment(utterance: Utterance, clause: Clause, quantity: Quantity) -> str:
    """Return the part of the clause around a number, between words that join things."""
    before = re.split(r"\b(?:and|plus|but)\b", utterance.flat[clause.start : quantity.start])[-1]
    after = re.split(r"\b(?:plus|but)\b|\+|\band (?=\d)", utterance.flat[quantity.start : clause.end])[0]
    return before + after


def _first(text: str, pattern: re.Pattern[str]) -> int:
    match = pattern.search(text)
    return match.start() if match else 99
