"""Says what a number counts: examples to learn from, requests a month, a time, a sum of money, a hit rate.

Owns the meaning of numbers for slots, by the words around them. Must not know how numbers are spelled.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from assistant.domain.case import Value
from assistant.text.clauses import Clause, Utterance
from assistant.text.modality import Manner, is_denied, manner
from assistant.text.numbers import Measure, Quantity


@dataclass(frozen=True, slots=True)
class Count:
    """A slot value that a number gives, with its place; `sure` when the words beside it leave no doubt."""

    slot: str
    value: Value
    start: int
    end: int
    sure: bool


_EXAMPLES = re.compile(
    r"\b(?:examples?|samples?|pairs?|q&a\w{0,2}|q/a|qas?|demonstrations?|completions?|datapoints?"
    r"|data points?|annotations?|labels|inputs?(?:-outputs?)?|training \w+|labell?ed|annotated|graded"
    r"|adjudicated|audited|verified|judged|tagged|hand-?written|synthetic|jsons?|train questions|gold)\b"
)
_RECORDS = re.compile(
    r"\b(?:tickets?|chats?|conversations?|dialog\w{0,4}|transcripts?|e-?mails?|messages?|reviews?"
    r"|letters?|calls?|sentences?|utterances?|posts?|tweets?|notes?|cases?|claims?|complaints?"
    r"|translations?|segments?|descriptions?|summaries|images?|photos?|scans?|recordings?|clips?|queries"
    r"|questions?|answers|replies|responses|prompts?|items?|listings?|resumes|cvs|invoices|receipts"
    r"|contracts|records|programs?|scripts|snippets|functions|commits|tasks|jobs|clicks?|lessons?|essays"
    r"|orders|traces?|incidents?|reports?|outputs?|products?)\b"
)
_CONVERSED = re.compile(
    r"\b(?:tickets?|chats?|conversations?|dialog\w{0,4}|transcripts?|e-?mails?|messages?|letters?"
    r"|sentences?|utterances?|replies|translations?|summaries|essays|descriptions?|answers|reports?)\b"
)
_DOCUMENTS = re.compile(
    r"\b(?:pages?|pdfs?|documents?|docs|articles?|manuals?|papers|books?|rows?|files|handbooks?"
    r"|archives?|skus?|records in|entries|facts|policies|opinions|tokens|words|gb|tb|mb|wiki\w{0,5}"
    r"|chapters?|specs?)\b"
)
_PEOPLE = re.compile(
    r"\b(?:users?|people|customers?|employees|staff|analysts?|devs|developers?|agents?|pupils|students"
    r"|teachers|farmers|brokers|lawyers|doctors|nurses|physicians|engineers|annotators?|labell?ers?"
    r"|experts?"
    r"|hospitals?|schools?|countries|languages|offices?|sites?|shops?|stores?|clients|patients|members"
    r"|subscribers|seats|departments?|teams?|gpus?|models?|functions|relation types|labels|tags|classes"
    r"|categories|intents|options|levels|dialects|fields|columns|types|steps|rounds|versions|turns"
    r"|points?|characters|pixels|params|parameters|times|of \d|in \d|out of|steps|servers?"
    r"|machines|products|items)\b"
)
_REQUESTS = re.compile(
    r"\b(?:requests?|queries|questions?|tickets?|calls?|messages?|chats?|conversations?|e-?mails?|mails?"
    r"|contracts?|documents?|letters?|claims?|reviews?|invoices?|orders?|hits|searches|commands?|cases?"
    r"|predictions?|classifications?|inferences?|completions?|generations?|transactions?|posts?"
    r"|listings?|images?|scans?|reports?|notes?|pages?|items?|jobs?|tasks?|forms?|filings?|applications?"
    r"|sessions?|interactions?|inputs?"
    r"|times|prompts?|records?|products?|articles?|dialog\w{0,4}|translations?|summaries|answers"
    r"|decisions?|codes|events?|alerts?|complaints?|visits?|parcels|shipments?|tweets?|blurbs"
    r"|descriptions?|texts?|people|users)\b"
)
_TRAINING = re.compile(
    r"\b(?:training data|train(?:ing)? (?:on|with|set)|to train|for training|as training|as data|dataset"
    r"|data set|fine-?tun\w{1,4} (?:on|with)|trained on|tuned .{0,20} on|learn from|labell?ed|annotated"
    r"|examples?)\b"
)
_LEARNING = re.compile(r"\b(?:train\w{0,4}|pre-?train\w{0,4}|tun(?:e|ed|ing)|fine-?tun\w{1,4}|learn\w{0,3})\b")
_TESTING = re.compile(
    r"\b(?:held[- ]?out|hold[- ]?out|test(?:s| set|ing)?|evals?|eval(?:uation)?\w{0,4}|benchmark\w{0,2}"
    r"|quiz|gold(?! labels)|kept aside|set aside|for eval|regression|validation|judged|frozen|f1|recall|accuracy"
    r"|score\w{0,2}|measur\w{1,3})\b"
)
_IN_PROMPT = re.compile(r"\b(?:prompt\w{0,3}|few-?shot|shots?|in context|in the context)\b")
_EXCEPTED = re.compile(
    r"\b(?:apart (?:from|of)|besides|except(?: for)?|other than|beyond|without) (?:the |those |these |my )?$"
)
_SUMMED = re.compile(
    r"\b(?:so|i mean|total(?: of)?|altogether|makes?|in all|left|remain|survived?)\W{1,3}(?:about |some |around )?$"
    r"|=\s?$"
)
_FILED = re.compile(r"(?:\w+ )?(?:files?|entries|rows|memos?|opinions?|sheets?|lines?|cards?|deeds?|letters?)\b")
"""Nouns that may stand for an input with its answer as well as for a bare document."""
_FEWEST_SURE = 5
_FIT_A_PROMPT = 50
"""Fewer examples than this, named in one sentence with the prompt, are taken for those that stand in it."""
_FRESH = re.compile(r"\b(?:new|updates?|updated|changes?|changed|added|releases?|revisions?)\b")
_COSTS = re.compile(
    r"\b(?:budget|hosting|costs?|pay|paying|invoice|bill|spend|spending|price|fee|licen[cs]e|salary"
    r"|quote|compute|usd|eur|euros?|dollars?)\b|[€$£]"
)
_BARE_RECORDS = re.compile(r"(?:un-?labell?ed|un-?annotated|un-?reviewed|raw)\b")
_OF_THEM = re.compile(r"\s?(?:of (?:them|those|these)\b|(?:so far|in total|overall|altogether)\W*$)")
_UNCOUNTED = re.compile(r"\bnone for training\b|\bno training (?:data|examples|pairs)\b")


_NONE_AT_ALL = re.compile(
    r"\bno (?:training |labell?ed |example |real |usable |own )?(?:data|examples|labels|pairs|dataset)"
    r"(?= yet\b| so far\b| at all\b| and\b| or\b|\s?[,.;!)]|\s?$)"
)
_CHECKED = re.compile(r"\b(?:reviewed|checked|verified|labell?ed|annotated|graded|adjudicated|corrected|approved) by\b")
_WITH_ANSWERS = re.compile(
    r"\b(?:with|and) (?:(?:the|their|its|an?|all) )?(?:\w+ ){0,2}?(?:fields|labels?|codes?|answers?|repl(?:y|ies)|tags?"
    r"|annotations?|summar(?:y|ies)|translations?|corrections?|verdicts?|decisions?|grades?|entities|transcripts?)\b"
)
_HAVING = re.compile(r"\b(?:have|has|got|'ve|with)\s(?:about |around |some |only |roughly |nearly |over |almost )?$")


def told_none(utterance: Utterance) -> Iterator[Count]:
    """Yield that there are no examples, where that is said outright."""
    for match in _NONE_AT_ALL.finditer(utterance.flat):
        clause = utterance.clause_of(*match.span())
        sentence = "" if clause is None else utterance.sentence_text(clause)
        if clause is not None and manner(utterance, clause) is Manner.STATES and not _IN_PROMPT.search(sentence):
            yield Count("data_count", 0.0, match.start(), match.end(), sure=True)


def told_counts(utterance: Utterance, quantities: tuple[Quantity, ...], asked: str | None) -> Iterator[Count]:
    """Yield what numbers give without being asked for: examples and requests a month.

    `asked` is the slot of the question before; numbers that belong to its answer count nothing else.
    """
    for quantity in quantities:
        clause = utterance.clause_of(quantity.start, quantity.end)
        if clause is None or quantity.measure is not Measure.COUNT or _COSTS.search(clause.text):
            continue
        how = manner(utterance, clause)
        if how in (Manner.SUPPOSES, Manner.OTHERS, Manner.ASSURES, Manner.FORMER) or is_denied(
            clause, quantity.start, quantity.end
        ):
            continue
        if quantity.per_month is not None:
            if asked != "freshness" and _is_requests(quantity) and how is not Manner.PLANS:
                value = round(quantity.middle * quantity.per_month, 2)
                yield Count("volume", value, clause.start, clause.end, quantity.exact and how is Manner.STATES)
        elif how in (Manner.STATES, Manner.QUESTION) and asked not in (
            "evals",
            "prompting",
            "freshness",
            "budget",
            "latency",
        ):
            yield from _told_examples(utterance, clause, quantity, how, asked)


def _told_examples(
    utterance: Utterance, clause: Clause, quantity: Quantity, how: Manner, asked: str | None
) -> Iterator[Count]:
    after = utterance.flat[quantity.end : clause.end]
    noun = _until_next_number(quantity.noun)
    around = _segment(utterance, clause, quantity)
    is_trained_on = _TRAINING.search(around) is not None
    if _TESTING.search(around) or _IN_PROMPT.search(around) or quantity.low < 1:
        return
    if quantity.high < _FIT_A_PROMPT and _IN_PROMPT.search(utterance.sentence_before(clause, quantity.start)):
        return
    if _OF_THEM.match(after):
        noun = _last_named(utterance.sentence_before(clause, quantity.start))
    if _first(noun, _PEOPLE) < min(_first(noun, _EXAMPLES), _first(noun, _RECORDS)):
        return
    if _DOCUMENTS.search(noun) and not _EXAMPLES.search(noun):
        if asked == "data_count" or _LEARNING.search(utterance.sentence_text(clause)):
            yield Count("data_quality", "documents", quantity.start, clause.end, sure=False)
        return
    if _EXAMPLES.search(noun) or re.match(r"\W{0,2}(?:were |are |have been )?(?:labell?ed|labled|annotated)\b", after):
        sure = how is Manner.STATES and quantity.low == quantity.high and quantity.exact
        yield Count("data_count", quantity.low, quantity.start, clause.end, sure)
    elif _RECORDS.search(noun) if is_trained_on else _CONVERSED.search(noun):
        sure = is_trained_on and how is Manner.STATES and quantity.exact
        yield Count("data_count", quantity.low, quantity.start, clause.end, sure)
    elif how is Manner.STATES and _CHECKED.search(after):
        yield Count("data_count", quantity.low, quantity.start, clause.end, quantity.exact)
    elif (
        how is Manner.STATES
        and " with " in f"{quantity.noun} "
        and _HAVING.search(utterance.flat[clause.start : quantity.start])
    ):
        yield Count("data_count", quantity.low, quantity.start, clause.end, sure=False)


def _segment(utterance: Utterance, clause: Clause, quantity: Quantity) -> str:
    """Return the part of the clause around a number, between words that join things."""
    before = re.split(r"\b(?:and|plus|but)\b", utterance.flat[clause.start : quantity.start])[-1]
    after = re.split(r"\b(?:and|plus|but)\b", utterance.flat[quantity.start : clause.end])[0]
    return before + after


def _last_named(before: str) -> str:
    """Return the last kind of example or record named before "of them"."""
    named = [match.group() for pattern in (_EXAMPLES, _RECORDS) for match in pattern.finditer(before)]
    return " ".join(named)


def answered_count(utterance: Utterance, quantities: tuple[Quantity, ...]) -> Count | None:
    """Return the number of examples that an answer to the question for it gives, the most training-like first."""
    best: tuple[int, Count] | None = None
    is_uncounted = _UNCOUNTED.search(utterance.flat) is not None
    for quantity in quantities:
        clause = utterance.clause_of(quantity.start, quantity.end)
        if clause is None or quantity.measure not in (Measure.COUNT,) or quantity.per_month is not None:
            continue
        if is_uncounted:
            return Count("data_count", 0.0, quantity.start, clause.end, sure=True)
        score, count = _answered(utterance, clause, quantity)
        if count is not None and (best is None or score > best[0]):
            best = (score, count)
    return None if best is None else best[1]


def _answered(utterance: Utterance, clause: Clause, quantity: Quantity) -> tuple[int, Count | None]:
    noun = _until_next_number(quantity.noun)
    span = (quantity.start, clause.end)
    how = manner(utterance, clause)
    if how is Manner.PLANS:
        return 1, Count("data_count", 0.0, clause.start, clause.end, sure=False)
    if how is not Manner.STATES or _BARE_RECORDS.match(noun) or is_denied(clause, quantity.start, quantity.end):
        return 0, None
    if _EXCEPTED.search(utterance.flat[max(0, quantity.start - 24) : quantity.start]):
        return 0, None
    if _SUMMED.search(utterance.flat[max(0, quantity.start - 24) : quantity.start]):
        return 7, Count("data_count", quantity.low, *span, sure=True)
    if quantity.high < _FEWEST_SURE and utterance.flat[quantity.start].isalpha():
        return 1, Count("data_count", quantity.low, *span, sure=False)
    if _EXAMPLES.search(noun):
        return 6, Count("data_count", quantity.low, *span, sure=True)
    if _FILED.match(noun):
        return 4, Count("data_count", quantity.low, *span, sure=False)
    if _first(noun, _DOCUMENTS) < _first(noun, _RECORDS):
        answered = _WITH_ANSWERS.search(clause.text) is not None
        return 5 if answered else 2, Count("data_count", quantity.low if answered else 0.0, *span, sure=False)
    if _first(noun, _PEOPLE) < _first(noun, _RECORDS):
        return 1, None
    if _TESTING.search(clause.text):
        return 2, Count("data_count", quantity.low, *span, sure=False)
    is_wide = quantity.high > 2 * quantity.low
    return 5 if _RECORDS.search(noun) else 4, Count("data_count", quantity.low, *span, sure=not is_wide)


def answered_volume(utterance: Utterance, quantities: tuple[Quantity, ...]) -> Count | None:
    """Return the requests a month that an answer to the question for them gives."""
    for quantity in quantities:
        clause = utterance.clause_of(quantity.start, quantity.end)
        if clause is None or quantity.measure is not Measure.COUNT:
            continue
        if quantity.per_month is not None:
            value = round(quantity.middle * quantity.per_month, 2)
            return Count("volume", value, clause.start, clause.end, sure=True)
        if _first(quantity.noun, _PEOPLE) < 99 and not _first(quantity.noun, _REQUESTS) < _first(
            quantity.noun, _PEOPLE
        ):
            continue
        return Count("volume", quantity.middle, clause.start, clause.end, sure=not quantity.noun)
    return None


def answered_latency(utterance: Utterance, quantities: tuple[Quantity, ...]) -> Count | None:
    """Return how fast an answer must come, from a time named in the answer."""
    for quantity in quantities:
        if quantity.measure is Measure.DURATION and quantity.seconds is not None:
            before = utterance.flat[max(0, quantity.start - 14) : quantity.start]
            is_under = re.search(r"(?:under|below|less than|within|<|max\.?|sub)\s?-?(?:an?\s)?$", before) is not None
            value = "relaxed" if quantity.seconds >= 60 else "seconds"
            if quantity.seconds < 1 or (
                is_under and quantity.seconds <= 1 and "within" not in before and "max" not in before
            ):
                value = "strict"
            return Count("latency", value, quantity.start, _after_unit(utterance.flat, quantity), sure=True)
    return None


def answered_budget(utterance: Utterance, quantities: tuple[Quantity, ...]) -> Count | None:
    """Return the size of a budget from the largest sum named in the answer."""
    sums = [
        quantity
        for quantity in quantities
        if quantity.measure in (Measure.MONEY, Measure.COUNT) and quantity.high >= 20
    ]
    if not sums:
        return None
    largest = max(sums, key=lambda quantity: quantity.high)
    value = "tight" if largest.high < 2_000 else "moderate" if largest.high <= 150_000 else "ample"
    clause = utterance.clause_of(largest.start, largest.end)
    if clause is None or manner(utterance, clause) not in (Manner.STATES, Manner.PLANS):
        return None
    return Count("budget", value, clause.start, clause.end, sure=True)


def _is_requests(quantity: Quantity) -> bool:
    return _REQUESTS.search(quantity.noun) is not None and _FRESH.search(quantity.noun) is None


def _until_next_number(noun: str) -> str:
    return (
        re.split(
            r"\b(?:and|but|so|which|that|because|from|in|into|for|over|per|of our|about|behind|with)\b",
            noun,
            maxsplit=1,
        )[0]
        if noun
        else ""
    )


def _first(text: str, pattern: re.Pattern[str]) -> int:
    match = pattern.search(text)
    return match.start() if match else 99


def _after_unit(flat: str, quantity: Quantity) -> int:
    match = re.match(r"\s?-?[a-z]{1,12}", flat[quantity.end : quantity.end + 14])
    return quantity.end + (match.end() if match else 0)
