"""What to ask next: the question whose answer can still change the verdict, the list to agree to, or none.

Owns the order of questions. Must not know how a question is worded beyond the rulebook's text,
nor how an answer is read.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from assistant.domain.case import Again, Case, Fact, SlotState
from assistant.domain.dialogue import Choice, Question, QuestionKind
from assistant.domain.mistakes import MistakeFinding, MistakeId, MistakeState
from assistant.domain.read_back import list_question, needs_agreement
from assistant.domain.rulebook import Confirmations, Rulebook, Slot, SlotKind, VerdictId
from assistant.domain.signals import Parameters, Signals
from assistant.domain.stability import fillings
from assistant.domain.verdict import TRAINING_VERDICTS, judge_leaning, judge_mistakes
from assistant.domain.worth import Worth, is_anything_worth_asking, why_again, worths

AIM = "goal"


@dataclass(frozen=True, slots=True)
class Agenda:
    """What is still to be done in a case: the question to put now, what is to be agreed to, how many are left.

    `to_agree` are all the slots that were heard and not agreed to, while there is more to ask; then those among them
    that the verdict would rest on.
    """

    question: Question | None
    to_agree: tuple[str, ...]
    n_left: int


def list_unfilled(case: Case, rulebook: Rulebook) -> frozenset[str]:
    """Return the decisive slots that could still be filled either way: open, declined or contradicted."""
    known = case.values()
    return frozenset(
        slot for slot in rulebook.decisive if slot not in known or case.state(slot) is SlotState.CONTRADICTED
    )


def plan_questions(case: Case, leaning: VerdictId, rulebook: Rulebook, parameters: Parameters) -> Agenda:
    """Return the question with the greatest expected effect, else the list of what was heard, else none.

    Order: what the user said two ways, since that withholds a value; what was doubted in a list; the aim, once, since
    it decides what else is asked; then the open slot whose answer moves the verdict most, ties in the rulebook's order.
    What contradicts an agreed value is asked about only while something else is open.
    """
    floor = rulebook.threshold("worth_asking")
    worth = [found for found in worths(case, leaning, rulebook, parameters) if found.most >= floor]
    twofold = [slot for slot in rulebook.slots if _is_twofold(case, slot.id)]
    doubted = [slot for slot in rulebook.slots if _is_doubted(case, slot.id)]
    asks_aim = _asks_aim(case, leaning, rulebook, parameters, is_more_open=bool(worth or twofold or doubted))
    aim = {AIM} if asks_aim else set()
    n_asked = len({found.slot for found in worth} | {slot.id for slot in (*twofold, *doubted)} | aim)
    heard = _in_order(case.list_unagreed_slots(), rulebook)
    if n_asked == 0:
        needed = needs_agreement(case, rulebook, lambda left: _holds(left, leaning, rulebook, parameters))
        if not needed:
            return Agenda(None, (), 0)
        if AIM in needed and not case.was_asked(AIM):
            return Agenda(aim_question(case, rulebook), needed, 2 if len(needed) > 1 else 1)
        against = next((slot for slot in rulebook.slots if _is_against(case, slot.id)), None)
        question = choose_question(case, against, rulebook) if against else list_question(case, needed, rulebook)
        return Agenda(question, needed, 1 + (against is not None))
    n_left = n_asked + bool(heard)
    return Agenda(_ask(case, worth, twofold, doubted, rulebook, floor, asks_aim=asks_aim), heard, n_left)


def _ask(
    case: Case,
    worth: list[Worth],
    twofold: list[Slot],
    doubted: list[Slot],
    rulebook: Rulebook,
    floor: float,
    *,
    asks_aim: bool,
) -> Question:
    against = [slot for slot in rulebook.slots if _is_against(case, slot.id)]
    if twofold or against:
        return choose_question(case, (twofold or against)[0], rulebook)
    if doubted:
        return ask_question(case, doubted[0], rulebook)
    if asks_aim:
        return aim_question(case, rulebook)
    best = max(worth, key=lambda found: (found.alone if found.alone >= floor else 0.0, found.paired))
    return ask_question(case, rulebook.slot(best.slot), rulebook)


def ask_question(case: Case, slot: Slot, rulebook: Rulebook) -> Question:
    """Put the rulebook's question about a slot, in other words where it was met with something else."""
    again, text = why_again(case, slot.id), slot.question
    if again is Again.REWORDED:
        text = slot.second_question
    elif again is Again.EXPLAINED:
        text = f"{slot.explanation} {slot.question}"
    elif again is Again.SPLIT:
        text = slot.split_question or f"{slot.explanation} {slot.question}"
    elif again is Again.REOPENED:
        text = rulebook.confirmations.reopened.format(question=slot.question)
    choices = tuple(Choice(option.value, option.label) for option in slot.options)
    held = tuple(fact.value for fact in case.pick_facts(slot.id) if fact.value is not None)
    multiple = slot.kind is SlotKind.SET
    return Question(slot.id, text, slot.why, QuestionKind.ASK, multiple, choices, (slot.id,), held, again)


_VAGUE = "vague"


def aim_question(case: Case, rulebook: Rulebook) -> Question:
    """Ask what the model should do better, with the aims that were heard pressed already; a vague one is none."""
    question = ask_question(case, rulebook.slot(AIM), rulebook)
    if not question.held or question.held == (_VAGUE,):
        return replace(question, held=())
    slot, words = rulebook.slot(AIM), rulebook.confirmations
    heard = words.between.join(slot.option(value).heard for value in question.held)
    return replace(question, text=words.aim.format(heard=heard))


def choose_question(case: Case, slot: Slot, rulebook: Rulebook) -> Question:
    """Ask which of two values holds, the newest first: two that were heard, or one heard against an agreed one."""
    words, asked = rulebook.confirmations, ask_question(case, slot, rulebook)
    rivals = case.rivals(slot.id)
    old = [fact for fact in case.of(slot.id) if fact not in rivals[-1:]]
    text = words.contradicted.format(
        old=words.between.join(_name_value(slot, fact, words) for fact in old),
        new=_name_value(slot, rivals[-1], words),
    )
    first = [slot.option(fact.value) for fact in (*rivals[::-1], *old) if fact.value is not None]
    ordered = [*dict.fromkeys(first), *(option for option in slot.options if option not in first)]
    choices = tuple(Choice(option.value, option.label) for option in ordered)
    again = Again.REOPENED if case.was_asked(slot.id) else None
    return replace(asked, text=text, options=choices, held=(), again=again)


def _name_value(slot: Slot, fact: Fact, words: Confirmations) -> str:
    if fact.value is None:
        return words.gap
    heard = slot.option(fact.value).heard
    if isinstance(fact.value, float | int):
        heard = f"{words.write_number(fact.value)} {slot.unit}"
    return f"{heard} ({words.quote(fact.quote)})" if fact.quote else heard


def also_ask(case: Case, leaning: VerdictId, rulebook: Rulebook, parameters: Parameters) -> tuple[Question, ...]:
    """Return at most two questions that may be put once a case is settled.

    First what contradicts an agreed value; then what would fill the board; then, for a yes, what its next steps
    depend on.
    """
    against = [choose_question(case, slot, rulebook) for slot in rulebook.slots if _is_against(case, slot.id)]
    left = rulebook.slots if leaning is not VerdictId.OUT_OF_SCOPE else ()
    free = [slot.id for slot in left if case.state(slot.id) is SlotState.OPEN and not case.was_asked(slot.id)]
    if 0 in [fact.value for fact in case.pick_facts("data_count")]:
        free = [slot for slot in free if slot != "data_quality"]  # nothing whose shape could be asked about
    wanted = _fill_board(case, free, rulebook, parameters)
    if leaning in TRAINING_VERDICTS:
        wanted += [slot.id for slot in rulebook.slots if slot.asked_after_yes and slot.id in free]
    asked = [ask_question(case, rulebook.slot(slot), rulebook) for slot in dict.fromkeys(wanted)]
    return tuple([*against, *asked][:2])


def _fill_board(case: Case, free: list[str], rulebook: Rulebook, parameters: Parameters) -> list[str]:
    """Return the slots that can show or clear a mistake that is not known yet, the likeliest to show one first.

    Where facts are wanted that nothing brings, that is how fast they change: most who want facts taught want a
    database taught that changes, far more than the share of all cases says. Source: engineering-judgement.
    """
    values, declined = case.as_agreed().values(), case.list_gaps()
    board = judge_mistakes(values, declined, rulebook, parameters)
    unknown = {found.id for found in board if found.state is MistakeState.UNKNOWN}
    likeliest = "freshness" if Signals(values, declined, parameters).knowledge_gap else None
    expected = {}
    for slot in free:
        answered = [
            (judge_mistakes({**values, slot: value}, declined, rulebook, parameters), prior)
            for value, prior in fillings(rulebook, slot)
        ]
        expected[slot] = _expect(answered, unknown)
    useful = [slot for slot in free if any(expected[slot])]
    return sorted(useful, key=lambda slot: (slot == likeliest, expected[slot]), reverse=True)


def _expect(boards: list[tuple[tuple[MistakeFinding, ...], float]], unknown: set[MistakeId]) -> tuple[float, float]:
    """Return how many of the unknown mistakes are shown, and how many cleared, on average over boards with priors."""
    shown = cleared = 0.0
    for findings, prior in boards:
        states = [found.state for found in findings if found.id in unknown]
        shown += prior * states.count(MistakeState.HIT)
        cleared += prior * states.count(MistakeState.CLEARED)
    return round(shown, 9), round(cleared, 9)


def _is_twofold(case: Case, slot: str) -> bool:
    """Tell whether two values were heard that do not fit together; who does not choose leaves a gap in their place."""
    return bool(case.rivals(slot)) and not case.pick_facts(slot)


def _is_against(case: Case, slot: str) -> bool:
    """Tell whether something was heard against a value that the user agreed to, and may still be asked about."""
    return bool(case.rivals(slot)) and bool(case.pick_facts(slot)) and (slot, Again.REOPENED) not in case.asked


def _is_doubted(case: Case, slot: str) -> bool:
    """Tell whether what was heard of a slot is doubted and its options may still be put."""
    is_heard = slot in case.doubted and case.state(slot) is SlotState.PROPOSED
    return is_heard and (not case.was_asked(slot) or why_again(case, slot) is not None)


def _asks_aim(
    case: Case, leaning: VerdictId, rulebook: Rulebook, parameters: Parameters, *, is_more_open: bool
) -> bool:
    """Tell whether the aim is to be asked about now: once, unless it was clicked, while anything else is open.

    Where it was heard, something may have been left unsaid: the sets that hold what was heard are weighed.
    """
    if case.was_asked(AIM) or case.state(AIM) not in (SlotState.OPEN, SlotState.PROPOSED):
        return False
    if is_more_open:
        return True
    held, values, declined = case.values().get(AIM, frozenset()), case.values(), case.list_gaps()
    assert isinstance(held, frozenset)
    moved = sum(
        prior
        for members, prior in fillings(rulebook, AIM)
        if isinstance(members, frozenset)
        and judge_leaning({**values, AIM: held | members}, declined, parameters) != leaning
    )
    return moved >= rulebook.threshold("worth_asking")


def _holds(left: Case, leaning: VerdictId, rulebook: Rulebook, parameters: Parameters) -> bool:
    """Tell whether a case with less in it leans the same way, and nothing in it is worth asking."""
    if judge_leaning(left.values(), left.list_gaps(), parameters) is not leaning:
        return False
    return not is_anything_worth_asking(left, leaning, rulebook, parameters)


def _in_order(slots: frozenset[str], rulebook: Rulebook) -> tuple[str, ...]:
    return tuple(slot.id for slot in rulebook.slots if slot.id in slots)
