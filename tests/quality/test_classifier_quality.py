"""How good proposals by likeness are on sentences they were not learnt from: cross-validated, printed by slot.

The folds keep near-duplicates (cosine 0.8 and more, chained) together. Each slot is judged on its own sentences as
answers, and on those that say nothing; "left over" counts only what the rules alone read nothing from, which is all
the classifier ever sees. The floors of the files were chosen on these figures, so they flatter a little.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

from assistant.domain.case import Case
from assistant.domain.dialogue import Choice, Question, QuestionKind
from assistant.domain.examples import Example, Examples, Negation
from assistant.domain.rulebook import Rulebook, SlotKind
from assistant.knowledge.load import Knowledge, load
from assistant.offline.clauses import utter
from assistant.offline.cues import load_cues
from assistant.offline.proposals import Proposer, units_of
from assistant.offline.reader import OfflineReader
from assistant.retrieval.embed import SentenceEncoder
from tests.case_runs import share, wilson

pytestmark = pytest.mark.quality

N_FOLDS = 5
DUPLICATE_COSINE = 0.8
LEAST_PRECISION = 0.8


class RememberingEncoder:
    """The packaged encoder, each text encoded once."""

    def __init__(self) -> None:
        self._encoder = SentenceEncoder()
        self.id, self.dimension = self._encoder.id, self._encoder.dimension
        self.ready = True
        self._known: dict[str, npt.NDArray[np.float32]] = {}

    def encode(self, texts: list[str]) -> npt.NDArray[np.float32]:
        """Encode what is new and give the rest from memory."""
        new = list(dict.fromkeys(text for text in texts if text not in self._known))
        if new:
            self._known.update(zip(new, self._encoder.encode(new), strict=True))
        return np.array([self._known[text] for text in texts], dtype=np.float32)


@dataclass(frozen=True)
class Guess:
    """What would be proposed for one sentence as an answer about `slot`, without a floor; None for nothing."""

    example: Example
    slot: str
    value: str | None
    probability: float
    left_over: bool
    asked: bool

    @property
    def right(self) -> bool:
        """Whether the sentence says just that."""
        return self.example.slot == self.slot and self.example.value == self.value


@pytest.fixture(scope="module")
def knowledge(project_root: Path) -> Knowledge:
    """The knowledge folder."""
    return load(project_root / "knowledge")


@pytest.fixture(scope="module")
def guesses(project_root: Path, knowledge: Knowledge) -> list[Guess]:
    """Every sentence read by a classifier that was not trained on it nor on its near-duplicates."""
    rules = OfflineReader(knowledge.rulebook, load_cues(project_root / "knowledge" / "cues.yaml", knowledge.rulebook))
    encoder = RememberingEncoder()
    rows = list(knowledge.examples)
    encoder.encode([text for row in rows for text in (row.text, *(unit.text for unit in units_of(utter(row.text))))])
    fold_of = folds([row.text for row in rows], encoder)
    return [guess for fold in range(N_FOLDS) for guess in guessed(knowledge, rules, encoder, rows, fold_of, fold)]


def folds(texts: list[str], encoder: RememberingEncoder) -> list[int]:
    """Deal texts to folds by a fixed seed, chains of near-duplicates as one."""
    vectors = encoder.encode(texts)
    chain = list(range(len(texts)))
    for left, right in np.argwhere(np.triu(vectors @ vectors.T, 1) >= DUPLICATE_COSINE):
        old, new = chain[right], chain[left]
        chain = [new if name == old else name for name in chain]
    dealt = np.random.default_rng(0).permutation(len(texts)) % N_FOLDS
    return [int(dealt[name]) for name in chain]


def without(examples: Examples, kept: set[str]) -> Examples:
    """Return the examples with only the sentences that are kept."""
    slots = tuple(
        replace(slot, options=tuple(replace(o, texts=tuple(t for t in o.texts if t in kept)) for o in slot.options))
        for slot in examples.slots
    )
    return Examples(slots, tuple(text for text in examples.nothing if text in kept))


def guessed(
    knowledge: Knowledge,
    rules: OfflineReader,
    encoder: RememberingEncoder,
    rows: list[Example],
    fold_of: list[int],
    fold: int,
) -> Iterator[Guess]:
    """Read one fold by what was learnt from the others: as answers to each slot's question, and the goal unasked."""
    kept = {row.text for row, dealt in zip(rows, fold_of, strict=True) if dealt != fold}
    proposer = Proposer(without(knowledge.examples, kept), encoder)
    proposer.warm()
    for row in (row for row in rows if row.text not in kept):
        utterance = utter(row.text)
        own = [row.slot] if row.slot else [slot.slot for slot in knowledge.examples.slots]
        for slot, asked in [*((slot, True) for slot in own), ("goal", False)]:
            ranked = proposer.rank(utterance, slot, asked=asked)
            heard = rules.read(row.text, Case(), question_on(knowledge.rulebook, slot) if asked else None)
            left_over = slot not in {value.slot for value in heard.values}
            best = ranked[0] if ranked else None
            yield Guess(row, slot, best and best.value, best.probability if best else 0.0, left_over, asked)


def question_on(rulebook: Rulebook, slot_id: str) -> Question:
    """Ask for one slot as the engine would."""
    slot = rulebook.slot(slot_id)
    options = tuple(Choice(option.value, option.label) for option in slot.options)
    return Question(slot_id, slot.question, slot.why, QuestionKind.ASK, slot.kind is SlotKind.SET, options, (slot_id,))


def line(name: str, found: list[Guess], floor: float) -> str:
    """Print precision and coverage of what passes a floor."""
    passing = [guess for guess in found if guess.probability >= floor]
    right = sum(guess.right for guess in passing)
    own = [guess for guess in found if guess.example.slot == guess.slot]
    covered = sum(guess.right for guess in passing if guess in own)
    low, high = wilson(right, len(passing))
    precision = right / len(passing) if passing else 1.0
    return (
        f"  {name:22} floor {floor:.2f}"
        f"  precision {right:3}/{len(passing):3} = {precision:4.0%} [{low:.0%}, {high:.0%}]"
        f"  of its own sentences {covered:3}/{len(own):3} = {covered / max(1, len(own)):.0%}"
    )


def test_what_is_proposed_as_an_answer_is_mostly_right(knowledge: Knowledge, guesses: list[Guess]) -> None:
    """Pooled over the slots, at least 80 % of what passes the floors is what the sentence says."""
    print("\nProposals as answers, 5-fold, slot's own sentences and those that say nothing")
    pooled: list[Guess] = []
    for slot in knowledge.examples.slots:
        found = [guess for guess in guesses if guess.slot == slot.slot and guess.asked]
        floor = slot.asked_floor if slot.asked_floor is not None else 1.01
        print(line(slot.slot, found, floor))
        print(line("  left over", [guess for guess in found if guess.left_over], floor))
        pooled += [guess for guess in found if guess.probability >= floor]
        wrong = Counter((g.example.value or "nothing", g.value) for g in pooled if g.slot == slot.slot and not g.right)
        print("      " + ", ".join(f"{said} as {heard} {n}" for (said, heard), n in wrong.most_common(4)))
    for name, passing in (("all", pooled), ("  left over", [guess for guess in pooled if guess.left_over])):
        print(f"  {name:22} precision {share(sum(guess.right for guess in passing), len(passing))}")
    positive = {
        (slot.slot, option.value)
        for slot in knowledge.examples.slots
        for option in slot.options
        if option.negation is Negation.EXCLUDES and slot.slot not in ("goal", "scope")
    }
    flattered = [g for g in pooled if not g.right and (g.slot, g.value) in positive]
    belittled = [g for g in pooled if not g.right and (g.example.slot, g.example.value) in positive]
    print(f"  of {len(pooled)}: good news that nobody told {len(flattered)}, good news heard as bad {len(belittled)}")
    for guess in flattered + belittled:
        print(f"      {guess.slot}: {guess.example.text!r} as {guess.value} ({guess.probability:.2f})")
    assert sum(guess.right for guess in pooled) >= LEAST_PRECISION * len(pooled)


def test_a_goal_proposed_unasked_is_mostly_right(knowledge: Knowledge, guesses: list[Guess]) -> None:
    """Among sentences about every slot and about none, at least 80 % of the goals proposed unasked are right."""
    goal = knowledge.examples.of("goal")
    assert goal is not None
    assert goal.unasked_floor is not None
    found = [guess for guess in guesses if not guess.asked]
    print("\nGoals proposed unasked, 5-fold, sentences of all slots and of none")
    print(line("goal", found, goal.unasked_floor))
    print(line("  left over", [guess for guess in found if guess.left_over], goal.unasked_floor))
    passing = [guess for guess in found if guess.probability >= goal.unasked_floor]
    assert sum(guess.right for guess in passing) >= LEAST_PRECISION * len(passing)
