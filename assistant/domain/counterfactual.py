"""What would change the verdict: the smallest sets of changed facts that lead to another one.

Owns the search over changes of one and of two, and the way from a no to a yes. What is wanted and which model it is
about are given, not changed. Must not know which slots there are: the rulebook declares what each is good for.
"""

from __future__ import annotations

from collections.abc import Collection
from itertools import combinations

from assistant.domain.case import Case, Value, Values
from assistant.domain.dialogue import Change, Counterfactual
from assistant.domain.rulebook import Rulebook, SlotKind, VerdictId
from assistant.domain.signals import Parameters
from assistant.domain.stability import Filling
from assistant.domain.verdict import TRAINING_VERDICTS, judge_leaning

SHOWN = 4


def would_change(
    case: Case, leaning: VerdictId, rulebook: Rulebook, parameters: Parameters
) -> tuple[Counterfactual, ...]:
    """Return the smallest sets of changes to other verdicts, fewest changes first; for a no, the way to a yes first.

    Single changes; pairs only to verdicts that no single change reaches; and for a no the whole way to a yes,
    however many changes it takes, when there is one. One set a verdict, at most `SHOWN`.
    """
    if leaning in (VerdictId.OUT_OF_SCOPE, VerdictId.UNDECIDED):
        return ()
    singles = _singles(case, leaning, rulebook, parameters)
    found = {counterfactual.verdict: counterfactual for counterfactual in reversed(singles)}
    for pair in _pairs(case, leaning, rulebook, parameters):
        found.setdefault(pair.verdict, pair)
    if leaning not in TRAINING_VERDICTS and not found.keys() & TRAINING_VERDICTS:
        way = way_to_yes(case, rulebook, parameters)
        if way is not None:
            found[way.verdict] = way
    is_no = leaning not in TRAINING_VERDICTS
    ranked = sorted(found.values(), key=lambda c: (is_no and c.verdict not in TRAINING_VERDICTS, len(c.changes)))
    return tuple(ranked[:SHOWN])


def way_to_yes(case: Case, rulebook: Rulebook, parameters: Parameters) -> Counterfactual | None:
    """Return a smallest set of changes that turns a no into a yes, or None when nothing but the goal could.

    Everything is set to its best and then taken back, one change after the other, while the yes holds.
    """
    values = case.values()
    declined = case.list_gaps()
    best: dict[str, Filling] = {**values, **_find_best(values, rulebook)}
    if _judge_changed(best, (), parameters) not in TRAINING_VERDICTS:
        return None
    for slot in [slot.id for slot in reversed(rulebook.slots) if slot.id in best and not slot.given]:
        without = {key: value for key, value in best.items() if key != slot}
        if slot in values:
            without[slot] = values[slot]
        if _judge_changed(without, declined - without.keys(), parameters) in TRAINING_VERDICTS:
            best = without
    changes = tuple(
        Change(slot.id, best[slot.id])  # type: ignore[arg-type]
        for slot in rulebook.slots
        if slot.id in best and best[slot.id] != values.get(slot.id)
    )
    return Counterfactual(changes, judge_leaning(best, (), parameters))


def _judge_changed(values: Values, declined: Collection[str], parameters: Parameters) -> VerdictId:
    """Judge changed values as a verdict: a yes only where all four of readiness are told, as a settled yes needs."""
    verdict = judge_leaning(values, declined, parameters)
    if verdict in TRAINING_VERDICTS and not all(slot in values for slot in parameters.needed_for_yes):
        return VerdictId.UNDECIDED
    return verdict


def _find_best(values: Values, rulebook: Rulebook) -> dict[str, Filling]:
    """Return the best value of every slot that has one; a number that is enough stays as it is."""
    best: dict[str, Filling] = {}
    for slot in rulebook.slots:
        if slot.best is None:
            continue
        held = values.get(slot.id)
        if slot.kind is not SlotKind.NUMBER:
            best[slot.id] = slot.best
        elif not isinstance(held, (int, float)) or held < rulebook.threshold(slot.best):
            best[slot.id] = rulebook.threshold(slot.best)
    return best


def _options(case: Case, slot: str, rulebook: Rulebook) -> list[Value]:
    """Return the other values of a slot: numbers nearest first, others most ready first if there is such an order."""
    current = case.values().get(slot)
    found = rulebook.slot(slot)
    values = [option.value for option in found.options if option.value != current]
    if found.kind is SlotKind.NUMBER:
        held = current if isinstance(current, (int, float)) else 0.0
        return sorted(values, key=lambda value: abs(float(value) - held))
    return values[::-1] if found.readiness else values


def _singles(case: Case, leaning: VerdictId, rulebook: Rulebook, parameters: Parameters) -> list[Counterfactual]:
    values, declined = case.values(), case.list_gaps()
    found = []
    for slot in _changeable(case, leaning, rulebook):
        for value in _options(case, slot, rulebook):
            verdict = _judge_changed({**values, slot: value}, declined - {slot}, parameters)
            if verdict not in (leaning, VerdictId.UNDECIDED):
                found.append(Counterfactual((Change(slot, value),), verdict))
    return found


def _pairs(case: Case, leaning: VerdictId, rulebook: Rulebook, parameters: Parameters) -> list[Counterfactual]:
    values, declined = case.values(), case.list_gaps()
    found: dict[VerdictId, Counterfactual] = {}
    options = {slot: _options(case, slot, rulebook) for slot in _changeable(case, leaning, rulebook)}
    for first, second in combinations(options, 2):
        left = declined - {first, second}
        for value in options[first]:
            for other in options[second]:
                verdict = _judge_changed({**values, first: value, second: other}, left, parameters)
                if verdict not in (leaning, VerdictId.UNDECIDED) and verdict not in found:
                    found[verdict] = Counterfactual((Change(first, value), Change(second, other)), verdict)
    return list(found.values())


def _changeable(case: Case, leaning: VerdictId, rulebook: Rulebook) -> list[str]:
    """Return the slots whose change says most first.

    The first foundation stands before all: disagreement is a matter of the process even where the examples show it.
    A yes is most often undone by facts that change and examples that turn out dirty; a no, by what was told.
    """
    slots = [slot for slot in rulebook.slots if slot.decisive and not slot.given]
    told = case.values().keys()
    if leaning in TRAINING_VERDICTS:
        slots.sort(key=lambda slot: not slot.undoes_yes)
    else:
        slots.sort(key=lambda slot: (slot.foundation != 1, slot.id not in told))
    return [slot.id for slot in slots]
