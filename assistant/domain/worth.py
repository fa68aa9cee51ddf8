"""What an answer is expected to change: how probably it moves the leaning, alone or with one more answer.

Owns that arithmetic and which slots it is about. Must not know which question is put, nor in which words.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations

from assistant.domain.case import Again, Case, SlotState
from assistant.domain.rulebook import Rulebook, VerdictId
from assistant.domain.signals import Parameters
from assistant.domain.stability import Filling, fillings
from assistant.domain.verdict import judge_leaning


@dataclass(frozen=True, slots=True)
class Worth:
    """What an answer for one slot is expected to change.

    `alone` is the probability that the answer by itself moves the verdict; `paired` the greatest probability
    that it does so together with one more answer that would not have done it alone.
    """

    slot: str
    alone: float
    paired: float

    @property
    def most(self) -> float:
        """The greater of the two."""
        return max(self.alone, self.paired)


def worths(case: Case, leaning: VerdictId, rulebook: Rulebook, parameters: Parameters) -> list[Worth]:
    """Weigh every slot that may still be asked about, in the rulebook's order, with what was heard held."""
    fillings_of = _Fillings(case, leaning, rulebook, parameters)
    floor = rulebook.threshold("worth_asking")
    alone = {slot: fillings_of.alone(slot) for slot in fillings_of.slots}
    paired = dict.fromkeys(fillings_of.slots, 0.0)
    for slot, other in combinations(fillings_of.slots, 2):
        if alone[slot] < floor or alone[other] < floor:
            moved = fillings_of.weigh_pair(slot, other)
            paired[slot], paired[other] = max(paired[slot], moved), max(paired[other], moved)
    return [Worth(slot, alone[slot], paired[slot] if alone[slot] < floor else 0.0) for slot in fillings_of.slots]


def is_anything_worth_asking(case: Case, leaning: VerdictId, rulebook: Rulebook, parameters: Parameters) -> bool:
    """Tell whether some slot is worth asking, without weighing further than that takes."""
    fillings_of, floor = _Fillings(case, leaning, rulebook, parameters), rulebook.threshold("worth_asking")
    if any(fillings_of.alone(slot) >= floor for slot in fillings_of.slots):
        return True
    return any(fillings_of.weigh_pair(*pair) >= floor for pair in combinations(fillings_of.slots, 2))


def may_ask(case: Case, slot: str) -> bool:
    """Tell whether a slot is open and its question may be put: for the first time, or again for a new reason."""
    return case.state(slot) is SlotState.OPEN and (not case.was_asked(slot) or why_again(case, slot) is not None)


def why_again(case: Case, slot: str) -> Again | None:
    """Return the reason for which a question may be put again, each at most once a slot."""
    if not case.was_asked(slot):
        return None
    reasons = {
        Again.REOPENED: case.reopened | case.doubted,
        Again.EXPLAINED: case.explained,
        Again.SPLIT: case.split,
        Again.REWORDED: {slot},
    }
    return next((why for why, slots in reasons.items() if slot in slots and (slot, why) not in case.asked), None)


class _Fillings:
    """The ways to fill what is open in a case, and which of them keep the leaning."""

    def __init__(self, case: Case, leaning: VerdictId, rulebook: Rulebook, parameters: Parameters) -> None:
        self.slots = [slot.id for slot in rulebook.slots if slot.decisive and may_ask(case, slot.id)]
        self._values, self._declined = case.values(), case.list_gaps()
        self._leaning, self._parameters = leaning, parameters
        self._ways = {
            slot: [(*way, self._moves({slot: way[0]})) for way in fillings(rulebook, slot)] for slot in self.slots
        }

    def alone(self, slot: str) -> float:
        """Return the probability that an answer moves the leaning by itself."""
        return sum(prior for _, prior, moves in self._ways[slot] if moves)

    def weigh_pair(self, slot: str, other: str) -> float:
        """Return the probability that both answers move the leaning where neither would have moved it alone."""
        return sum(
            prior * other_prior
            for value, prior in self._list_unmoving(slot)
            for other_value, other_prior in self._list_unmoving(other)
            if self._moves({slot: value, other: other_value})
        )

    def _list_unmoving(self, slot: str) -> Iterator[tuple[Filling, float]]:
        return ((value, prior) for value, prior, moves in self._ways[slot] if not moves)

    def _moves(self, answers: dict[str, Filling]) -> bool:
        return judge_leaning({**self._values, **answers}, self._declined, self._parameters) is not self._leaning
