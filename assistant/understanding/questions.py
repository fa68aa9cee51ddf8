"""Says where a message asks something of its own, and whether it is nothing but that.

Owns the forms of questions people put to us: about the topic, and about what they themselves should do. Must not know
slots, nor what is searched for an answer.
"""

from __future__ import annotations

import re

from assistant.text.clauses import Clause, Sentence, Utterance

_LEADING = (
    r"(?:(?:so|and|but|ok|okay|also|well|hi|hello|hey|or|now|then|btw|pls|please|quick question"
    r"|question|one question|first|thanks|thx|great|right|good question|hm+)\W{1,3}){0,3}"
)
_ASKING = re.compile(
    rf"^{_LEADING}"
    r"(?P<ask>(?:what|which|who|how|why|when|where|wat|whats|what's|how's|whos)\b|(?:do|does|did|is|are"
    r"|was|were|should|shall|can|could|would|will|may|must|have|has|am)\b"
    r"|(?:tell me|explain|describe|define|compare|difference between|could you explain|can you explain"
    r"|i wonder|any (?:tips|advice|idea)))"
)
_OPEN_FORM = re.compile(r"wh|how|wat|explain|tell|define|describe|compare|difference")
_NEEDS_MARK = frozenset({"have", "can", "will", "may", "must", "is", "are", "has", "was", "were"})
_PLAIN_COMPARISON = re.compile(rf"^{_LEADING}(?:is|are) [\w -]{{2,30}} (?:better|cheaper|faster|worse|safer) than\b")
_DECISION = re.compile(
    r"\b(?:should|shall|can|could|may|must|do|are|would) (?:we|i|my team|our team|one)\b|\b(?:go|right"
    r"|ok|okay|yes|correct|thoughts|opinions?|enough|possible|sign it|agree|help|advice|plenty|good idea"
    r"|worth it|makes? sense|next step|what now|now what|what next)\W*$"
    r"|\bwhat (?:do you think|would you do|should (?:i|we) do)\b|\b(?:is|was|isn't) (?:it|this|that|he"
    r"|she)\b|\b(?:convince|sanity check|second opinion)\b|\bany(?:thing)? (?:point|i forget"
    r"|forgotten)\b"
)
_ADVICE = re.compile(r"what (?:do you think|would you|now|next|should)")
_OWN = re.compile(r"\b(?:our|my|we have|we've|i have|i've|we are|we're)\b")
_OWN_TRAINING = re.compile(
    r"\b(?:should|can|could|do|must|shall|would|may|if|when|how do|how can|how should) (?:we|i)\b[^?]{0,60}"
    r"\b(?:train|tune|fine-?\s?tune|finetune|tuning|training|fine-?tuning|finetuning)\b"
    r"|\b(?:train\w*|(?:fine-?\s?)?tun(?:e|ing)) (?:it|this|them|one|a \w+|on) .{0,40}\b(?:our|my|that)\b"
    r"|\b(?:we|i|my \w+|our \w+)\b[^?.!]{0,60}\b(?:fine[- ]?tun\w+|finetun\w+|train(?:ing)?|tun(?:e|ing))\b"
    r"[^?.!]{0,60}[?.!]"
    r"|\b(?:fine[- ]?tun\w+|finetun\w+|train(?:ing)?)\b[^?.!]{0,60}\b(?:us|our|my)\b"
    r"|\b\d{1,3} epochs\b|\b(?:feed|teach|show|give) (?:it|him|her)\b[^?.!]{0,60}\b(?:like|as) (?:me|us|i do|we do)\b"
)
_TELLING = re.compile(
    r"(?<!do )(?<!should )(?<!would )(?<!can )(?<!could )(?<!did )(?<!shall )"
    r"\b(?:we|i|my \w{2,14}|our \w{2,14})(?:'ve|'re|'m|'d like)?"
    r" ?(?:already |just |now |currently |also |always |only |really )?"
    r"(?:have|has|had|want|wants|need|needs|use|uses|used|run|runs|pay|pays|plan|plans|build|builds|built|made|make|sell"
    r"|get|got|tried|train|trained|tuned|fine-?tuned|collected|labell?ed|wrote|spend|spent|thinking|planning|building"
    r"|using|trying|considering|looking)\b"
)
_MIND = re.compile(
    r"\b(?:should|would|do|shall|could|can|may|must) (?:we|i|you|somebody|someone|one)\b|\bwe\b|\bsign\b"
)
_DEFINING = re.compile(
    rf"^{_LEADING}(?:(?:what|whats|what's|wat)(?: (?:is|are|does|do|kind|sort|counts|exactly)\b| ?$)|what's "
    r"|how (?:do|does|can|should|would|many|much) .{0,40}\b(?:i|we|one|you|people|others|it|that)\b"
    r"|why (?:do|does|is|are|would|should) |explain|define|describe|tell me (?:what|how|why|more)"
    r"|(?:can|could) you (?:explain|tell|give|show)|give me an example\b)"
)
_RHETORICAL = re.compile(
    rf"^{_LEADING}(?:how|who|why|with what|against what) (?:would|could|should) (?:i|we|anyone|anybody)\b"
)
"""Asked back like this, a question says that there is no way."""
_DEFINITION = re.compile(rf"^{_LEADING}(?:what(?:'s| is| are)|explain|define) (?!your|the next|next|that|this|it\b)\w")
_WORD = re.compile(r"[\w'-]+")
_POLITE = frozenset(
    re.findall(
        r"\w+",
        "hi hello hey thanks thank you please ok okay so and but well good morning afternoon evening question quick one"
        " just wondering curious also coach there dear all btw sorry asking for a friend in advance",
    )
)
_MOST_WORDS = 30
_LEAST_QUERY_WORDS = 4


def topic_question(utterance: Utterance) -> tuple[int, int] | None:
    """Return the place of the user's own question about the topic, not of one about what they should do."""
    for clause in utterance.clauses:
        sentence = utterance.sentence_text(clause).strip()
        if clause.start > clause.sentence.start + len(utterance.flat[clause.sentence.start :]) or not sentence:
            continue
        match = _ASKING.match(sentence)
        if match is None or not (_is_marked(clause) or match["ask"] not in _NEEDS_MARK or _compares(sentence)):
            continue
        is_open = _OPEN_FORM.match(match["ask"]) is not None
        is_decision = _DECISION.search(sentence) is not None and not (is_open and not _ADVICE.search(sentence))
        if is_decision and _OWN.search(sentence):
            continue
        if is_decision and not is_open and not re.match(r"do (?:we|i|one)\b", sentence):
            continue
        start = utterance.flat.index(sentence, clause.sentence.start)
        return start, start + len(sentence)
    return None


def only_asks(utterance: Utterance, place: tuple[int, int]) -> bool:
    """Tell whether a message is its question and nothing that its writer tells of themselves."""
    if len(_WORD.findall(utterance.flat)) > _MOST_WORDS or _TELLING.search(utterance.flat):
        return False
    rest = (
        utterance.flat[: place[0]]
        + " "
        + "".join(
            utterance.flat[sentence.start : sentence.end] + " "
            for sentence in _sentences(utterance)
            if sentence.start >= place[1] and not sentence.asks
        )
    )
    return sum(word not in _POLITE for word in _WORD.findall(rest)) <= 2


def asks_in_general(utterance: Utterance) -> bool:
    """Tell whether a message is a question and says nothing of what its writer has or does."""
    flat, sentences = utterance.flat.strip(), _sentences(utterance)
    if _OWN.search(flat) or _TELLING.search(flat) or len(_WORD.findall(flat)) > _MOST_WORDS:
        return False
    is_put_so = _ASKING.match(flat) is not None
    return (len(sentences) == 1 and is_put_so) or (sentences[-1].asks and (len(sentences) == 1 or is_put_so))


def is_own(flat: str) -> bool:
    """Tell whether words speak of what their writer has."""
    return _OWN.search(flat) is not None


def speaks_of_own_training(flat: str) -> bool:
    """Tell whether words are about training something of their writer's own, and so begin a case."""
    return _OWN_TRAINING.search(flat) is not None


def is_for_the_shelf(query: str) -> bool:
    """Tell whether a question beside a story asks for knowledge of the topic, and not what its writer should do."""
    n_words = len(_WORD.findall(query))
    match = _ASKING.match(query)
    is_open = match is not None and _OPEN_FORM.match(match["ask"]) is not None
    is_definition = _DEFINITION.match(query) is not None
    return is_definition or (is_open and n_words >= _LEAST_QUERY_WORDS and not _MIND.search(query))


def asks_back(utterance: Utterance) -> bool:
    """Tell whether the reply to a question is unmistakably a question itself, and no answer put as one."""
    flat = utterance.flat.strip()
    if _TELLING.search(flat) or len(_WORD.findall(flat)) > _MOST_WORDS:
        return False
    sentences = _sentences(utterance)
    if _RHETORICAL.match(flat):
        return False
    if _DEFINING.match(flat) and (len(sentences) == 1 or sentences[-1].asks):
        return True
    return _ASKING.match(flat) is not None and all(sentence.asks for sentence in sentences)


def _sentences(utterance: Utterance) -> list[Sentence]:
    return list(dict.fromkeys(clause.sentence for clause in utterance.clauses))


def _is_marked(clause: Clause) -> bool:
    return clause.sentence.asks


def _compares(sentence: str) -> bool:
    return _PLAIN_COMPARISON.match(sentence) is not None
