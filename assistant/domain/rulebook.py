"""The rulebook: slots, criteria, thresholds, verdicts and mistakes as values.

Owns their shape and the check of facts given from outside. Must not know the files they come from, nor how a
verdict is reached.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from assistant.domain.case import DECLINED, Value
from assistant.domain.source import Span
from assistant.errors import InputError


class VerdictId(StrEnum):
    """What the coach can say; a public contract, never reuse one."""

    FINE_TUNE = "fine_tune"
    COMBINE = "combine"
    NOT_YET = "not_yet"
    PROMPT_FIRST = "prompt_first"
    RAG_OR_TOOLS = "rag_or_tools"
    SPLIT_CONCERNS = "split_concerns"
    FIX_PROCESS = "fix_process"
    UNDECIDED = "undecided"
    OUT_OF_SCOPE = "out_of_scope"


class SlotKind(StrEnum):
    """How a slot is filled."""

    CHOICE = "choice"
    NUMBER = "number"
    SET = "set"


@dataclass(frozen=True, slots=True)
class Option:
    """One answer that can be clicked.

    `prior` is the share of cases expected to hold it; the priors of a slot sum to 1. `value` is an id, or for a
    number slot a number inside the band `[low, high)`. `heard` is how the coach says the value back.
    """

    value: Value
    label: str
    heard: str
    prior: float
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True)
class Slot:
    """A fact we may need, with all that is declared of it; the head of `slots.yaml` says what each field is for.

    `readiness` lists option values from least to most ready, where the slot has that order. `best` is an option, or
    for a number the id of a threshold, as are the values in `done_steps`. `foundation` is 0 where it is none.
    """

    id: str
    kind: SlotKind
    name: str
    question: str
    second_question: str
    explanation: str
    why: str
    options: tuple[Option, ...]
    unit: str | None = None
    readiness: tuple[Value, ...] = ()
    set_priors: tuple[tuple[frozenset[str], float], ...] = ()
    split_question: str = ""
    decisive: bool = False
    needed_for_yes: bool = False
    given: bool = False
    foundation: int = 0
    undoes_yes: bool = False
    asked_after_yes: bool = False
    best: str | None = None
    done_steps: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    rungs: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    kindred: tuple[str, ...] = ()
    counts_other_things: bool = False
    outweighs: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    said_in: frozenset[str] = frozenset()

    def option(self, value: Value) -> Option:
        """Return the option a value belongs to; for numbers, the band it falls into.

        Raises:
            KeyError: the slot has no such option.
        """
        for option in self.options:
            if option.value == value:
                return option
            if self.kind is SlotKind.NUMBER and isinstance(value, (int, float)):
                low = option.low if option.low is not None else float("-inf")
                high = option.high if option.high is not None else float("inf")
                if low <= value < high:
                    return option
        raise KeyError(f"{self.id} has no option {value!r}")


@dataclass(frozen=True, slots=True)
class Threshold:
    """A dated number with its unit; `source` is an id of sources.yaml."""

    id: str
    value: float
    unit: str
    since: datetime.date
    source: str
    meaning: str


@dataclass(frozen=True, slots=True)
class Criterion:
    """A named argument: which slots it reads, which verdicts it argues for, what it says and the spans it rests on."""

    id: str
    slots: tuple[str, ...]
    argues_for: tuple[VerdictId, ...]
    claim: str
    rests_on: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Step:
    """A next step with the test that ends it; shown only where `when` (criterion ids) is empty or one of them holds."""

    id: str
    text: str
    exit_test: str
    rests_on: tuple[Span, ...]
    when: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class VerdictText:
    """How a verdict is named and what follows from it."""

    id: VerdictId
    label: str
    summary: str
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Mistake:
    """A common mistake: its line of the document, what the board says in each state, and what it has to do with.

    `slots` are the facts that a finding rests on, `said_by` the criteria that say what the mistake says.
    """

    id: str
    name: str
    line: Span
    hit: str
    cleared: str
    unknown: str
    guidance: tuple[Span, ...]
    slots: tuple[str, ...]
    said_by: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Replies:
    """What a yes and a no are made of in one language; words of `beside` may stand next to them."""

    language: str
    says_yes: frozenset[str]
    says_no: frozenset[str]
    beside: frozenset[str]


@dataclass(frozen=True, slots=True)
class Confirmations:
    """How the coach reads back what it heard, and the words of a reply to that; `{heard}` stands for what was heard.

    `thousands` stands between the thousands of a number, `quotation_marks` are the two that stand around a quote.
    `replies` are the words of yes and no, English first. `entries` are the names people give to a slot, `ordinals` the
    names of the first place of a list, the second, and so on.
    """

    aim: str
    contradicted: str
    reopened: str
    read_back: str
    read_back_one: str
    which: str
    read_back_why: str
    gap: str
    gap_of: str
    between: str
    between_slots: str
    thousands: str
    quotation_marks: str
    longest_quote: int
    yes_label: str
    yes_label_one: str
    no_label: str
    replies: tuple[Replies, ...]
    entries: Mapping[str, tuple[str, ...]]
    ordinals: tuple[tuple[str, ...], ...]
    last: tuple[str, ...]
    all_but: tuple[str, ...]
    partly: tuple[str, ...]
    turns: tuple[str, ...]
    rejects: tuple[str, ...]
    removes: tuple[str, ...]
    limits: tuple[str, ...]
    asks: tuple[str, ...]
    others: tuple[str, ...]
    comes_round: tuple[str, ...]
    conditions: tuple[str, ...]

    def quote(self, text: str) -> str:
        """Put words between the language's quotation marks."""
        return f"{self.quotation_marks[0]}{text}{self.quotation_marks[1]}"

    def write_number(self, number: float) -> str:
        """Write a number with the language's marks; a fraction to ten digits below 100, from there on none."""
        written = f"{number:,.0f}" if float(number).is_integer() or number >= 100 else f"{number:,.10g}"
        point = "," if self.thousands == "." else "."
        return written.translate({ord(","): self.thousands, ord("."): point})


@dataclass(frozen=True, slots=True)
class Rulebook:
    """Everything the verdict rests on besides the case. `version` is a hash of all knowledge files."""

    slots: tuple[Slot, ...]
    criteria: tuple[Criterion, ...]
    thresholds: tuple[Threshold, ...]
    verdicts: tuple[VerdictText, ...]
    mistakes: tuple[Mistake, ...]
    confirmations: Confirmations
    version: str

    @property
    def decisive(self) -> tuple[str, ...]:
        """The slots that the verdict reads."""
        return tuple(slot.id for slot in self.slots if slot.decisive)

    @property
    def needed_for_yes(self) -> frozenset[str]:
        """The slots without which there is no yes."""
        return frozenset(slot.id for slot in self.slots if slot.needed_for_yes)

    def slot(self, slot_id: str) -> Slot:
        """Return one slot. Raises KeyError for an unknown id."""
        for slot in self.slots:
            if slot.id == slot_id:
                return slot
        raise KeyError(slot_id)

    def threshold(self, threshold_id: str) -> float:
        """Return the value of one threshold. Raises KeyError for an unknown id."""
        for threshold in self.thresholds:
            if threshold.id == threshold_id:
                return threshold.value
        raise KeyError(threshold_id)

    def verdict(self, verdict_id: VerdictId) -> VerdictText:
        """Return the wording of one verdict. Raises KeyError for an unknown id."""
        for verdict in self.verdicts:
            if verdict.id == verdict_id:
                return verdict
        raise KeyError(verdict_id)


Given = Value | tuple[Value, ...] | None
"""A checked fact from outside: an option, a number, a set as a tuple, "declined", or None to reopen."""


def check_facts(rulebook: Rulebook, facts: Mapping[str, object]) -> dict[str, Given]:
    """Check facts given from outside against the rulebook and return them with numbers as floats and sets as tuples.

    Raises:
        InputError: an unknown slot, option or number, naming it and what is allowed.
    """
    return {slot_id: _check_given(rulebook, slot_id, given) for slot_id, given in facts.items()}


def _check_given(rulebook: Rulebook, slot_id: str, given: object) -> Given:
    try:
        slot = rulebook.slot(slot_id)
    except KeyError:
        known = ", ".join(slot.id for slot in rulebook.slots)
        raise InputError("unknown_slot", f"There is no slot {slot_id!r}. Slots are: {known}.") from None
    if given is None:
        return None
    if given == DECLINED:
        return DECLINED
    if slot.kind is SlotKind.SET:
        members = given if isinstance(given, (list, tuple)) else [given]
        if not members:
            return None
        return tuple(sorted({_check_option(slot, member) for member in members}))
    if slot.kind is SlotKind.NUMBER:
        return _check_number(slot, given)
    return _check_option(slot, given)


def _check_option(slot: Slot, given: object) -> str:
    allowed = [option.value for option in slot.options]
    if not isinstance(given, str) or given not in allowed:
        raise InputError(
            "unknown_option",
            f"{slot.id} cannot be {given!r}. Allowed: {', '.join(map(str, allowed))}, null or declined.",
        )
    return given


def _check_number(slot: Slot, given: object) -> float:
    if isinstance(given, bool) or not isinstance(given, (int, float)) or not 0 <= given <= 1e15:
        raise InputError("not_a_number", f"{slot.id} must be a number of {slot.unit} from 0 to 1e15, not {given!r}.")
    return float(given)
