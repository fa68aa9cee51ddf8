"""What to ask next: the question whose answer can still change the verdict, or none.

Owns the worth of a question and its order. Must not know how a question is worded beyond the rulebook's text,
nor how an answer is read.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import product
from math import prod

from assistant.domain.case import Case, Fact, SlotState, Status, Value, Via
from assistant.domain.dialogue import Choice, MistakeFinding, MistakeState, Question, QuestionKind
from assistant.domain.rulebook import MistakeId, Rulebook, Slot, SlotKind, VerdictId
from assistant.domain.signals import READINESS, Limits
from assistant.domain.stability import Filling, fillings
from assistant.domain.verdict import YES, lean

DECISIVE = (
    "goal", "prompting", "evals", "data_count", "data_quality", "freshness", "task_change",
    "retrieval", "process", "volume", "latency", "privacy", "scope",
)  # fmt: skip
"""The slots that `verdict.judge` reads; a test proves the list complete."""


COST = "cost_latency"
MOST_SUSPECTED = 4
"""Members of a set beyond what was heard that are weighed together, the likeliest; each doubles the work."""


@dataclass(frozen=True, slots=True)
class Worth:
    """What an answer for one slot is expected to change.

    `alone` is the probability that the answer by itself moves the verdict; `paired` the greatest probability
    that it does so together with one more answer that would not have done it alone. `more` is the probability that
    something else was meant, or more in a set, and that the verdict is another with it.
    """

    slot: str
    alone: float
    paired: float
    more: float = 0.0

    @property
    def most(self) -> float:
        """The greatest of them."""
        return max(self.alone, self.paired, self.more)


def unanswered(case: Case) -> frozenset[str]:
    """Return the slots the user declined, or was asked about without an answer we could read."""
    return case.declined() | frozenset(slot for slot in case.asked if case.state(slot) is SlotState.OPEN)


def unfilled(case: Case) -> frozenset[str]:
    """Return the decisive slots that could still be filled either way: open, declined or contradicted."""
    return frozenset(slot for slot in DECISIVE if case.state(slot) not in (SlotState.KNOWN, SlotState.PROPOSED))


def next_question(case: Case, leaning: VerdictId, rulebook: Rulebook, limits: Limits) -> Question | None:
    """Return the question with the greatest expected effect, or None when nothing is worth asking.

    Order: contradictions first, since they withhold a value that was given; then one by one what was denied together;
    then the open or proposed slot whose answer moves the verdict most, ties in the rulebook's order; last, the
    read-back of a yes, and of what a verdict would rest on that only a model read.
    """
    for slot in rulebook.slots:
        if case.state(slot.id) is SlotState.CONTRADICTED:
            return confirm_question(case, slot, rulebook)
    for slot in rulebook.slots:
        if slot.id in case.doubted and case.state(slot.id) is SlotState.PROPOSED:
            return confirm_question(case, slot, rulebook)
    floor = rulebook.threshold("worth_asking")
    worth = [found for found in worths(case, leaning, rulebook, limits) if found.most >= floor]
    if worth:
        best = max(worth, key=lambda found: (_decisive(found, floor), found.paired))
        slot = rulebook.slot(best.slot)
        if slot.kind is SlotKind.SET and best.more >= floor:
            return more_question(case, slot, rulebook)
        confirms = case.state(slot.id) is SlotState.PROPOSED
        return confirm_question(case, slot, rulebook) if confirms else ask_question(slot)
    return _read_back(case, leaning, rulebook, limits)


def worths(case: Case, leaning: VerdictId, rulebook: Rulebook, limits: Limits) -> list[Worth]:
    """Weigh every slot that may still be asked or confirmed, in the rulebook's order.

    A proposed value is doubted only with the probability `misreading`; the four of readiness are not confirmed
    one by one while the case leans to a yes, since they are read back together.
    """
    declined = unanswered(case)
    doubt = rulebook.threshold("misreading")
    askable = [slot.id for slot in rulebook.slots if _askable(case, slot.id, leaning, declined)]
    filler = {slot: fillings(rulebook, slot) for slot in askable}
    values = case.values()
    alone_verdict = {
        (slot, index): lean({**values, slot: value}, declined - {slot}, limits)
        for slot in askable
        for index, (value, _) in enumerate(filler[slot])
    }
    found = []
    for slot in askable:
        weight = doubt if case.state(slot) is SlotState.PROPOSED else 1.0
        alone = sum(p for i, (_, p) in enumerate(filler[slot]) if alone_verdict[slot, i] != leaning)
        paired = 0.0
        if weight == 1.0 and alone < rulebook.threshold("worth_asking"):
            others = (other for other in askable if other != slot and case.state(other) is SlotState.OPEN)
            pairs = (_paired(values, declined, slot, other, filler, alone_verdict, leaning, limits) for other in others)
            paired = max(pairs, default=0.0)
        found.append(Worth(slot, alone * weight, paired, _more(case, slot, leaning, declined, rulebook, limits)))
    more = [
        Worth(slot.id, 0.0, 0.0, _more(case, slot.id, leaning, declined, rulebook, limits))
        for slot in rulebook.slots
        if slot.id in DECISIVE and case.state(slot.id) is SlotState.KNOWN
    ]
    return [*found, *(worth for worth in more if worth.more)]


def _decisive(worth: Worth, floor: float) -> float:
    """Return what an answer changes without another one, nothing where that is less than is worth asking."""
    found = max(worth.alone, worth.more)
    return found if found >= floor else 0.0


def _more(
    case: Case, slot: str, leaning: VerdictId, declined: frozenset[str], rulebook: Rulebook, limits: Limits
) -> float:
    """Return how probably something else was meant than was read, or more in a set, with another verdict then.

    A set that was asked about or clicked is taken as it was given, and so is what is known.
    """
    values = case.values()
    held = values.get(slot)
    members = _suspected(case, slot, held, rulebook)
    if not isinstance(held, frozenset):
        others = [
            (value, share) for value, share in members if lean({**values, slot: value}, declined, limits) != leaning
        ]
        return sum(share for _, share in others) if case.state(slot) is SlotState.PROPOSED else 0.0
    if slot in case.asked or any(fact.via is Via.CLICK for fact in case.of(slot)):
        return 0.0
    moved = 0.0
    for meant in product((False, True), repeat=len(members)):
        more = frozenset(value for (value, _), is_meant in zip(members, meant, strict=True) if is_meant)
        if more and lean({**values, slot: held | more}, declined, limits) != leaning:
            shares = (p if is_meant else 1.0 - p for (_, p), is_meant in zip(members, meant, strict=True))
            moved += prod(shares)
    return moved


def _suspected(
    case: Case, slot: str, held: Value | frozenset[str] | None, rulebook: Rulebook
) -> list[tuple[str, float]]:
    """Return what may be meant of a slot beside what is held, the likeliest first.

    Whose prompt already gives the quality they need, and who names no other gap, often means cost or speed unsaid.
    """
    likeliest: dict[str, float] = {}
    for found in sorted(case.suspected, key=lambda found: -found.probability):
        is_held = found.value in held if isinstance(held, frozenset) else found.value == held
        if found.slot == slot and not is_held and (slot, found.value) not in case.refused:
            likeliest.setdefault(str(found.value), found.probability)
    if (
        slot == "goal"
        and case.values().get("prompting") == "sufficient"
        and isinstance(held, frozenset)
        and COST not in held
    ):
        likeliest[COST] = max(likeliest.get(COST, 0.0), rulebook.threshold("unsaid_cost"))
    return sorted(likeliest.items(), key=lambda found: -found[1])[:MOST_SUSPECTED]


def ask_question(slot: Slot) -> Question:
    """Put the rulebook's question about a slot."""
    choices = tuple(Choice(option.value, option.label) for option in slot.options)
    multiple = slot.kind is SlotKind.SET
    return Question(slot.id, slot.question, slot.why, QuestionKind.ASK, multiple, choices, (slot.id,))


def more_question(case: Case, slot: Slot, rulebook: Rulebook) -> Question:
    """Ask what else a set holds, beside what was heard of it."""
    held = tuple(fact.value for fact in case.of(slot.id) if fact.value is not None)
    words = rulebook.confirmations
    heard = words.between.join(slot.option(value).heard for value in held)
    return replace(ask_question(slot), text=words.more.format(heard=heard), held=held)


def confirm_question(case: Case, slot: Slot, rulebook: Rulebook) -> Question:
    """Ask whether what was read for a slot is right; of two that contradict each other, the newer one."""
    words = rulebook.confirmations
    heard = [slot.option(fact.value).heard for fact in case.of(slot.id) if fact.value is not None and not _known(fact)]
    if case.state(slot.id) is SlotState.CONTRADICTED:
        text = words.contradicted.format(heard=heard[-1])
    else:
        text = words.confirm.format(heard=words.between.join(heard))
    return Question(slot.id, text, slot.why, QuestionKind.CONFIRM, False, _yes_no(rulebook), (slot.id,))


def also_ask(case: Case, mistakes: Iterable[MistakeFinding], leaning: VerdictId, rulebook: Rulebook) -> list[Question]:
    """Return at most two questions that only fill the mistake board or the next steps, once a case is settled."""
    if leaning is VerdictId.OUT_OF_SCOPE:
        return []
    wanted = [slot for found in mistakes if found.state is MistakeState.UNKNOWN for slot in _FILLS[found.id]]
    if leaning in YES:
        wanted += ["volume", "budget"]
    open_slots = [slot for slot in dict.fromkeys(wanted) if case.state(slot) is SlotState.OPEN]
    return [ask_question(rulebook.slot(slot)) for slot in open_slots if slot not in case.asked][:2]


_FILLS = {
    MistakeId.PROMPT_INSTEAD: ("prompting",),
    MistakeId.RAG_INSTEAD: ("freshness", "retrieval"),
    MistakeId.NO_EVALS: ("evals",),
    MistakeId.TINY_OR_DIRTY_DATA: ("data_quality", "data_count"),
    MistakeId.CHANGING_DATABASE: ("freshness",),
    MistakeId.MIXED_STEW: ("goal",),
}


def _askable(case: Case, slot: str, leaning: VerdictId, declined: frozenset[str]) -> bool:
    state = case.state(slot)
    if slot not in DECISIVE or slot in declined:
        return False
    if state is SlotState.PROPOSED:
        return not (leaning in YES and slot in READINESS)
    return state is SlotState.OPEN


def _paired(
    values: dict[str, Filling],
    declined: frozenset[str],
    slot: str,
    other: str,
    filler: dict[str, tuple[tuple[Filling, float], ...]],
    alone_verdict: dict[tuple[str, int], VerdictId],
    leaning: VerdictId,
    limits: Limits,
) -> float:
    """Return the probability that both answers move the verdict where neither would have moved it alone."""
    moved = 0.0
    for i, (value, prior) in enumerate(filler[slot]):
        if alone_verdict[slot, i] != leaning:
            continue
        for j, (other_value, other_prior) in enumerate(filler[other]):
            if alone_verdict[other, j] == leaning:
                both = {**values, slot: value, other: other_value}
                if lean(both, declined, limits) != leaning:
                    moved += prior * other_prior
    return moved


def _read_back(case: Case, leaning: VerdictId, rulebook: Rulebook, limits: Limits) -> Question | None:
    """Restate once, together, what a verdict rests on and only the user can make known."""
    ready = frozenset(READINESS if leaning in YES else ())
    wanted = ready | _only_by_model(case, leaning, rulebook, limits)
    slots = [slot for slot in rulebook.slots if slot.id in wanted and case.state(slot.id) is SlotState.PROPOSED]
    if not slots:
        return None
    words = rulebook.confirmations
    said = [
        slot.option(fact.value).heard
        for slot in slots
        for fact in case.of(slot.id)
        if fact.value is not None and not _known(fact)
    ]
    wording, why = (
        (words.read_back, words.read_back_why) if leaning in YES else (words.understood, words.understood_why)
    )
    text = wording.format(heard=words.between_slots.join(said))
    ids = tuple(slot.id for slot in slots)
    return Question(ids[0], text, why, QuestionKind.READ_BACK, False, _yes_no(rulebook), ids)


def _only_by_model(case: Case, leaning: VerdictId, rulebook: Rulebook, limits: Limits) -> frozenset[str]:
    """Return the decisive slots with a value that only a model read, if without them the case would not settle so.

    A yes always rests on them: nobody was asked what they seemed to answer.
    """
    slots = frozenset(fact.slot for fact in case.facts if fact.is_guess) & frozenset(DECISIVE)
    if not slots or leaning in YES:
        return slots
    told = case.as_told()
    holds = lean(told.values(), unanswered(told), limits) is leaning
    return frozenset() if holds and next_question(told, leaning, rulebook, limits) is None else slots


def _known(fact: Fact) -> bool:
    return fact.status is Status.KNOWN


def _yes_no(rulebook: Rulebook) -> tuple[Choice, Choice]:
    words = rulebook.confirmations
    return Choice(True, words.yes_label), Choice(False, words.no_label)
