"""A reply to the list that was read back: what it agrees to, what it calls wrong, and what it says instead or besides.

Owns which entry the words of a reply are about. Must not know by which words people agree: `agreement` does.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from assistant.domain.case import Case, Reading
from assistant.domain.dialogue import Hearing, Intent, Question
from assistant.domain.rulebook import Rulebook
from assistant.text.clauses import Utterance, utter
from assistant.text.numbers import find_quantities
from assistant.understanding.agreement import Stance, read_list_reply
from assistant.understanding.corrections import corrected_number
from assistant.understanding.estimates import Estimates
from assistant.understanding.facts import FactReader, Family

_MOST_EXACT = 6
"""Words of a reply that names an option or a number and says little else."""


def read_list(
    utterance: Utterance,
    question: Question,
    case: Case,
    rulebook: Rulebook,
    facts: FactReader,
    estimate: Callable[[Utterance], Estimates],
) -> Hearing | None:
    """Read a reply to the list; None where it is no reply to it, and may be anything else."""
    listed = frozenset(question.slots)
    reply = read_list_reply(utterance.flat, question.slots, rulebook.confirmations)
    if reply.is_bare:
        return _bare(reply.stance, listed)
    if reply.rest:
        utterance = utter(" " * reply.rest + utterance.flat[reply.rest :])
    if not utterance.clauses:
        return _bare(reply.stance, listed) if reply.stance in (Stance.YES, Stance.NO) else None
    estimates = estimate(utterance)
    mended = _mended(utterance, estimates, case, question, facts, may_answer=reply.stance is not Stance.YES)
    if reply.stance is Stance.UNCLEAR and not mended and not (reply.named and reply.named_wrong):
        return None
    denied = frozenset() if mended or reply.stance is not Stance.NO else _quoted(utterance, case, question)
    exact = frozenset(value.slot for value in mended if _is_exact(value, utterance))
    changed = frozenset(value.slot for value in mended)
    told = facts.read(utterance, estimates, None)
    values = (*mended, *(value for value in told if value.slot not in changed | listed))
    wrong = reply.named - changed if reply.named_wrong or question.multiple else frozenset()
    agrees = exact
    if reply.stance is Stance.YES and (not reply.holds_back or changed or reply.named or values):
        agrees = exact | (listed - changed - reply.named)
    intent = Intent.CONFIRMS if agrees else Intent.DENIES
    if not agrees and values and reply.stance is Stance.UNCLEAR:
        intent = Intent.TELLS
    return Hearing(intent, values, agrees=agrees, denies=wrong | denied)


def _bare(stance: Stance, listed: frozenset[str]) -> Hearing:
    """Return what nothing but a yes or a no says of the list; a no to several does not say which is wrong."""
    if stance is Stance.YES:
        return Hearing(Intent.CONFIRMS, agrees=listed)
    return Hearing(Intent.DENIES, denies=listed if len(listed) == 1 else frozenset())


def _mended(
    utterance: Utterance, estimates: Estimates, case: Case, question: Question, facts: FactReader, *, may_answer: bool
) -> tuple[Reading, ...]:
    """Return what a reply says of entries of the list: what differs from them, or the same in exact words.

    Of several entries it must be clear which one is meant: by words that would say it unasked, else by being an answer
    to the question of one entry alone (`may_answer`: nothing was said yet that is one).
    """
    number = corrected_number(utterance, case)
    if number is not None and number.slot in question.slots:
        return (number,)
    values = [value for value in facts.read(utterance, estimates, None) if value.slot in question.slots]
    if not values and may_answer:
        answers = [
            given
            for slot in question.slots
            if (given := [value for value in facts.read(utterance, estimates, slot) if value.slot == slot])
        ]
        values = answers[0] if len(answers) == 1 else []
    held = {(fact.slot, fact.value) for fact in case.facts} | case.refused
    return tuple(
        replace(value, corrects=True)
        for value in values
        if (value.slot, value.value) not in held or _is_exact(value, utterance)
    )


def _quoted(utterance: Utterance, case: Case, question: Question) -> frozenset[str]:
    """Return the one entry whose quote a reply repeats behind a no, if it is one."""
    flat = " ".join(utterance.flat.split())
    if len(question.slots) == 1:
        return frozenset(question.slots)
    quotes = {slot: [fact.quote for fact in case.counted(slot) if fact.quote] for slot in question.slots}
    found = [slot for slot, said in quotes.items() if any(" ".join(q.lower().split()) in flat for q in said)]
    return frozenset(found) if len(found) == 1 else frozenset()


def _is_exact(value: Reading, utterance: Utterance) -> bool:
    """Tell whether a short reply names an option as it is offered, or a number in digits."""
    if len(utterance.flat.split()) > _MOST_EXACT:
        return False
    numbers = find_quantities(utterance.flat[value.start : value.end])
    is_number = value.family == Family.NUMBER and isinstance(value.value, float) and bool(numbers)
    return is_number or value.family == Family.EXACT
