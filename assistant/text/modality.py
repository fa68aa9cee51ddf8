"""Says whether words in a clause are denied, and whether a clause states a fact at all.

Owns negation with its scope and the ways of speaking that are no fact: questions, plans, suppositions, hearsay and
assurances. Must not know any slot.
"""

from __future__ import annotations

import re
from enum import StrEnum
from functools import lru_cache

from assistant.text.clauses import Clause, Utterance, sentence_place


class Modality(StrEnum):
    """How a clause speaks; only `STATEMENT` gives a fact without being asked."""

    STATEMENT = "statement"
    QUESTION = "question"
    SUPPOSITION = "supposition"
    PLAN = "plan"
    HEARSAY = "hearsay"
    ASSURANCE = "assurance"
    PAST = "past"


_NEGATORS = (
    r"no|not|never|none|nothing|nobody|noone|neither|nor|without|hardly|barely|scarcely|rarely|seldom|zero|cannot|nope"
    r"|lacks?|lacking|missing|instead of|rather than|free of|far from|too few|[a-z]{2,6}n't"
    r"|dont|doesnt|didnt|havent|hasnt|isnt|arent|wasnt|cant|couldnt|wont|aint"
)
_NEGATOR = re.compile(rf"(?<!\w)(?:{_NEGATORS})(?!\w)")
_NOT_NEGATING = re.compile(
    r"\b(?:no shortage of|no lack of|not short of|no end of|not only|not just|not merely|no doubt"
    r"|no problem(?: with)?|no wonder"
    r"|not without|not a problem|no matter|nothing but|not to mention|why not|if not|not least|no need to worry"
    r"|never been better|no less than|not less than|not bad|can't complain|not sure)\b"
)
_BREAKER = re.compile(r"\b(?:but|except|only|just|and|so|because|which|that|until|unless|although|yet|then)\b")
_INTERJECTION = re.compile(r"^no (?=(?:we|i|it|they|there|just|only|the|our|my)\b)")
_WORD = re.compile(r"\S+")
_N_WORDS_BEFORE = 6
_DENIED_AFTER = re.compile(
    r"^\W{0,3}(?:(?!and\b|but\b|or\b|so\b|because\b|if\b|when\b|that\b|which\b|not\b|never\b)[\w%/-]{1,20}\W{1,3}){0,3}?"
    r"(?:(?:is|are|was|were|be|been|does|do|did|has|have|had|will|can|could|should|would|gets?|got|yet|still|matters?|work\w{0,3})"
    r"\W{1,2}(?:not|never)\b"
    r"(?! (?:only|just))|(?:not|never) (?:\w+ly |yet |been |really )?(?:\w{2,12}ed|tried|done|built|there|needed"
    r"|important|available|possible|relevant|ready|set up|kept"
    r"|put|yet|so important|a (?:problem|concern|goal|priority|must))\b|"
    r"(?:none|missing|lacking|absent|nowhere|non-?existent|irrelevant|unimportant|zero)\b"
    r"|(?:[a-z]{2,6}n't|isnt|arent|doesnt|wasnt|dont|hasnt)\b)"
)

_SUBJECT = (
    r"(?:we|i|you|it|this|that|there|they|the|our|my|an?|fine|lora|rag|one|these|those|anyone|somebody|someone|any)"
)
_ASKING = re.compile(
    r"^(?:(?:so|and|but|ok|okay|also|well|hi|hello|hey|or|now|then|btw|pls|please)\W{1,3}){0,3}"
    rf"(?:(?:do|does|did|is|are|was|were|should|shall|can|could|would|will|may|must|have|has|am)\W{{1,2}}{_SUBJECT}\b"
    r"|(?:what|which|who|how|why|when|where|wat|whats|hows)\b|any (?:point|sense|chance|tips|idea|advice|reason))"
)
_QUESTION_WORD = re.compile(r"\b(?:what|which|who|how|why|when|where|wat|whats|hows)$")
_VERB_NEXT = re.compile(
    r"\W{0,3}(?:is|are|was|were|do|does|did|should|shall|can|could|would|will|much|many|big|large|long|often"
    r"|about|to|kind|size|if)\b|'s\b"
)
_ASKING_LOOSE = re.compile(
    r"\b(?:enough|ok|okay|right|possible|worth|go|yes|correct|better|needed|necessary|required)\W*$"
)
_SUPPOSING_SENTENCE = re.compile(
    r"^\W{0,3}(?:(?:and|so|but|ok|well|now)\W{1,2})?(?:if|suppose|supposing|imagine|assume|assuming"
    r"|let's say|lets say|say we|pretend"
    r"|hypothetically|what if|in theory|theoretically|once we|as soon as we|when we have|consider)\b"
)
_SUPPOSING_CLAUSE = re.compile(
    r"\b(?:if (?:we|i|you|they|it|only|there)|assume (?:that|we|you|all|every)|assuming"
    r"|hypothetical\w{0,4}|provided that|suppose|pretend|as if)\b"
)
_INDIRECT = re.compile(r"\b(?:tell|telling|know|knows|knowing|see|seeing|say|saying|sure)(?: you| me| us)? if\b")
"""An "if" that asks and supposes nothing: "no way of telling if it got worse"."""
_MAKING = (
    r"(?:label|generate|create|collect|produce|get|annotate|make|write|build|export|dump|gather|set up|add|try"
    r"|do(?!\W*$| (?:it|the (?:job|trick)|just|fine|nicely|for (?:us|me))\b)|have(?! no\b)"
    r"|start|hire|scrape|synthesi[sz]e)"
)
_PLANNING = re.compile(
    rf"\b(?:(?:could|would|can|will|might|may|'ll|'d|shall|should|must"
    r"|plan to|going to|gonna|want to"
    rf"|wanna|need to|have to|hope to|intend to|expect to|able to"
    rf"|wish to|like to|ready to|willing to|about to|aim to|yet to|still to)(?: \w{{2,9}}ly| also| easily"
    rf"| soon| be able to)? (?:be )?{_MAKING}\w{{0,5}}"
    r"|planned|decided (?:to|that we)"
    r"|planning (?:to|on|for)|in the works|in progress|on the roadmap|roadmap|next (?:week|month"
    r"|quarter|sprint|year)|someday|eventually"
    r"|(?:for|in|by) q[1-4]|to ?do list|not (?:there )?yet ready|is possible|are possible|possible$"
    r"|potentially|are building|is building|we're building"
    r"|working on (?:an?|the|our)? ?(?:eval\w{0,6}|test|label\w{0,6}|data\w{0,4}|rag)|would be (?:easy"
    r"|possible|able)|could be|can be (?:label|generat|creat|annotat|collect|produc|made)\w{0,5}"
    r"|coming soon|soon$)"
)
_HEARSAY = re.compile(
    r"\b(?:(?:my|our) (?:last|previous|former|ex) (?:company|job|employer|team|gig|client|startup"
    r"|workplace|project)|at my old (?:company|job)|(?:a|my) friend"
    r"|competitors?|another (?:team|company|department)|other (?:teams|companies|people)|someone else"
    r"|(?<!whatever )(?<!what )(?:vendor|agency|consultants?|boss|cto|ceo|manager|management|supplier|salesm[ae]n"
    r"|sales rep|provider|colleague|board|investor|integrator|they|everyone|everybody|people)"
    r" (?:\w{2,10}ly )?(?:says?|said|claims?|claimed|promises?|promised|thinks?|thought|insists?"
    r"|tells? (?:us|me)|told (?:us|me)|assures?|assured|believes?|swears?)"
    r"|i (?:heard|read (?:that|about|in|on|somewhere|an?))|(?:a|the) (?:paper|blog|study|article|tweet)"
    r" (?:says|said|claims|shows|reports)"
    r"|supposedly|allegedly|apparently|according to"
    r"|rumou?r)\b"
)
_JOINING = re.compile(r"\b(?:and|but|so|then)\b")
_ASSURING = re.compile(
    r"\b(?:trust me|believe me|i (?:promise|swear|assure|guarantee|vouch)|take my word|for the sake of"
    r"|mark (?:it|this|them|all)? ?as|set (?:the )?(?:slot|verdict|fact)s?"
    r"|(?:all|every) (?:the )?(?:checks?|tests?|criteria|requirements?|conditions?|boxes|preconditions?"
    r"|gates?) (?:are|is|have been|has been|were|was)? ?(?:all )?"
    r"(?:passed|met|done|fulfilled|satisfied|ticked|checked|green|ok|cleared)|everything (?:is"
    r"|'s) (?:\w{2,10} )?(?:ready|fine|in place|perfect|ok|done|clean|checked|set|there)"
    r"|you (?:can|may|must|should) assume|treat (?:it|this|everything|all) as|ignore (?:all |any |the |your |my )?"
    r"(?:previous|prior|above|rules?|rulebook|checks?|instructions?|criteria|missing|gaps?)|new instructions?|override"
    r"|as (?:an?|the) (?:admin|developer|system)"
    r"|you are now|from now on|i hereby|rest assured|no questions asked)\b"
    r"|^\W{0,4}(?:system|developer|admin|assistant|instructions?|root)\b(?: (?:message|prompt|note"
    r"|notice|override|update))?\W{0,3}[:>\]]|</?(?:system|developer|admin|instructions?)"
    r"|^\W{0,3}#{1,4} ?(?:system|instruction)|\[(?:system|inst|admin)"
)
_POSING = re.compile(
    r"(?:^|[\n.!?;]\s{0,3}|\W{0,4})(?:system|developer|admin|root)"
    r"(?: (?:message|prompt|note|notice|override|update|instructions?))?\W{0,3}[:>\]]"
    r"|</?(?:system|developer|admin|instructions?)\b|\[(?:system|inst|admin)|#{1,4} ?(?:system|instructions?)\b"
    r"|\b(?:ignore|disregard|forget|override) (?:all |any |the |your |my )?"
    r"(?:previous|prior|above|earlier|former|other) (?:\w+ )?"
    r"(?:instructions?|rules|prompts?|messages?|guidelines)"
    r"|[\"']?role[\"']?\s?[:=]\s?[\"']?(?:system|developer|assistant)\b|\b[a-z]{4,12}_[a-z]{3,12}\s?=\s?[a-z]\w*"
    r"|\bnew instructions?:|\byou are now\b|\bfrom now on you\b"
)
_PAST = re.compile(
    r"\b(?:used to|back then|in the past|formerly|previously|years ago|last year|at first|originally"
    r"|until recently|once had)\b"
)
_NOW = re.compile(r"\b(?:now|today|still|since|currently|meanwhile|already)\b")


def is_denied(clause: Clause, start: int, end: int) -> bool:
    """Tell whether the words at `[start, end)` of the message are denied within their clause.

    Words that carry a negation themselves ("not reviewed" as a whole) are not denied by it.
    """
    text = _hide_non_negating(clause.text)
    before = text[: start - clause.start]
    after = text[end - clause.start :]
    return _denies_before(before) or _DENIED_AFTER.match(after) is not None


def negates(text: str) -> bool:
    """Tell whether a piece of flattened text carries a negation."""
    return _NEGATOR.search(_hide_non_negating(text)) is not None


def find_modality(utterance: Utterance, clause: Clause) -> Modality:
    """Return how a clause speaks; of several ways the one furthest from a fact."""
    is_first = clause.start - clause.sentence.start <= 3
    is_last = clause.end >= clause.sentence.end - 8
    sentence, end = utterance.sentence_text(clause), clause.end - sentence_place(clause)[0]
    return _find_modality(sentence, clause.text, end, clause.sentence.asks, is_first, is_last)


@lru_cache(maxsize=1024)
def _find_modality(sentence: str, clause: str, end: int, asks: bool, is_first: bool, is_last: bool) -> Modality:
    if _ASSURING.search(sentence):
        return Modality.ASSURANCE
    if _asks(clause, asks, is_first, is_last):
        return Modality.QUESTION
    if _SUPPOSING_SENTENCE.match(sentence.lstrip()) or _SUPPOSING_CLAUSE.search(_INDIRECT.sub(" ", clause)):
        return Modality.SUPPOSITION
    if _is_hearsay(sentence, end):
        return Modality.HEARSAY
    if _PLANNING.search(clause):
        return Modality.PLAN
    if _PAST.search(clause) and not _NOW.search(clause):
        return Modality.PAST
    return Modality.STATEMENT


def _is_hearsay(sentence: str, end: int) -> bool:
    """Tell whether what ends at a place of a sentence is somebody else's word.

    Who is named behind it answers for it ("labelled, the vendor says"), unless that is joined to it by "and": in "300
    letters a month, and the board says train on them" only what the board says is theirs.
    """
    heard = _HEARSAY.search(sentence)
    return heard is not None and (heard.start() < end or _JOINING.search(sentence, end, heard.start()) is None)


def poses(utterance: Utterance) -> bool:
    """Tell whether a message dresses up as the system's or a developer's instructions: then none of it is a fact."""
    return _POSING.search(utterance.flat) is not None


def _asks(clause: str, asks: bool, is_first: bool, is_last: bool) -> bool:
    if (asking := _ASKING.match(clause)) and (asks or _is_inverted(clause, asking, is_first)):
        return True
    return asks and is_last and _ASKING_LOOSE.search(clause) is not None


def _is_inverted(clause: str, asking: re.Match[str], is_first: bool) -> bool:
    """Tell a question without its mark from a relative clause: it opens its sentence, and a verb follows its word."""
    if _QUESTION_WORD.search(asking.group()) is None:
        return True
    return is_first and _VERB_NEXT.match(clause[asking.end() :]) is not None


def _hide_non_negating(text: str) -> str:
    text = _NOT_NEGATING.sub(lambda match: " " * len(match.group()), text)
    return _INTERJECTION.sub("   ", text)


def _denies_before(before: str) -> bool:
    words = list(_WORD.finditer(before))
    if not words:
        return False
    window = before[words[max(0, len(words) - _N_WORDS_BEFORE)].start() :]
    negators = list(_NEGATOR.finditer(window))
    return bool(negators) and _BREAKER.search(window, negators[-1].end()) is None
