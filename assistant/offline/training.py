"""Learns the classifier's heads from example sentences: regressions on frozen features, then their temperature.

Owns the fitting and the calibration, without chance: the same sentences and encoder give the same heads. Must not know
where they are kept, nor when a reading may be proposed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from assistant.domain.examples import Examples
from assistant.offline.classifier import STORY, Classifier, Head, Shares, sigmoid, softmax
from assistant.offline.features import Floats, features_of
from assistant.ports import LayeredEncoder

# Chosen by cross-validation on the answers of practice cases (2026-11-22).
DECAY = 0.4
"""Shrinks the weights, against the sum of the losses of all sentences."""
ANSWER_WEIGHT = 2.0
"""How much more an answer to the slot's own question counts than a sentence that stands alone."""
BALANCE = 0.5
"""The power by which rare options count more: 0 as they come, 1 all alike."""
SPREAD = 0.7
"""What centred features are divided by before shrinking."""
N_STEPS = 300
N_FOLDS = 5
N_TOGETHER = 4
"""Sentences side by side in a file are often alike: so many share a fold. Of a case each slot has one answer."""
TEMPERATURES = tuple(0.4 + 0.05 * step for step in range(33))
SETS = ("goal",)
"""Slots of which a text may say several values."""
TOLD = ("goal",)
"""Slots that are also heard unasked: missing the goal costs most, and others are asked for anyway."""


@dataclass(frozen=True, slots=True)
class _Lesson:
    """What one head learns from: `(n, n_features)` inputs, `(n, n_values)` 1 or 0, and how much each row counts.

    Where values share 1, the last column of `wanted` stands for saying nothing.
    """

    slot: str
    asked: bool
    several: bool
    values: tuple[str, ...]
    inputs: Shares
    wanted: Shares
    counts: Shares


def train(examples: Examples, encoder: LayeredEncoder, features: Floats | None = None) -> Classifier:
    """Learn every head from the examples; `features` are those of `examples.texts`, made here where not given."""
    given = features_of(examples.texts, encoder) if features is None else features
    # Encoders differ by a millionth from one computer to the next: what is cut off here cannot reach the weights.
    inputs: Shares = np.round(given.astype(np.float64), 4).astype(np.float64)
    lessons = [
        *(_asked(examples, slot.slot, inputs) for slot in examples.slots),
        *(_told(examples, slot.slot, inputs) for slot in examples.slots if slot.slot in TOLD),
        *([_story(examples, inputs)] if examples.openings and examples.off_topic else []),
    ]
    return Classifier(tuple(_learnt(lesson) for lesson in lessons), encoder.id, examples.digest())


def _asked(examples: Examples, slot: str, inputs: Shares) -> _Lesson:
    """Take the slot's own sentences and answers, and those that say nothing."""
    rows = list(examples)
    places = [at for at, row in enumerate(rows) if row.slot in (slot, None)]
    several = slot in SETS
    values = _values(examples, slot)
    wanted = _wanted([rows[at].values if rows[at].slot == slot else frozenset() for at in places], values)
    counts = np.array([1.0 if rows[at].stands_alone else ANSWER_WEIGHT for at in places])
    if not several:
        wanted = np.hstack([wanted, 1.0 - wanted.max(axis=1, keepdims=True)])
    return _Lesson(slot, True, several, values, inputs[places], wanted, counts)


def _told(examples: Examples, slot: str, inputs: Shares) -> _Lesson:
    """Take all sentences that stand alone, of whatever slot, and the openings."""
    rows = list(examples)
    places = [at for at, row in enumerate(rows) if row.stands_alone]
    said = [rows[at].values if rows[at].slot == slot else frozenset() for at in places]
    places += [len(rows) + at for at in range(len(examples.openings))]
    said += [opening.goal for opening in examples.openings]
    values = _values(examples, slot)
    counts = np.array([1.0 if at < len(rows) else ANSWER_WEIGHT for at in places])
    return _Lesson(slot, False, True, values, inputs[places], _wanted(said, values), counts)


def _story(examples: Examples, inputs: Shares) -> _Lesson:
    """Take the openings, against what is off the topic and what says nothing."""
    rows, n_openings = list(examples), len(examples.openings)
    first = len(rows)
    places = [at for at, row in enumerate(rows) if row.slot is None] + list(range(first, len(inputs)))
    wanted = np.array([[float(first <= at < first + n_openings)] for at in places])
    return _Lesson(STORY, False, True, (STORY,), inputs[places], wanted, np.ones(len(places)))


def _values(examples: Examples, slot: str) -> tuple[str, ...]:
    found = examples.of(slot)
    return tuple(option.value for option in found.options) if found else ()


def _wanted(said: Sequence[frozenset[str]], values: tuple[str, ...]) -> Shares:
    return np.array([[float(value in row) for value in values] for row in said], dtype=np.float64)


def _learnt(lesson: _Lesson) -> Head:
    """Fit on all rows, and the temperature on what each fifth scores by the other four."""
    counts = _balanced(lesson)
    folds = np.arange(len(lesson.inputs)) // N_TOGETHER % N_FOLDS
    scores = np.zeros_like(lesson.wanted)
    for fold in range(N_FOLDS):
        kept = folds != fold
        weights, bias = _fit(lesson.inputs[kept], lesson.wanted[kept], counts[kept], several=lesson.several)
        scores[~kept] = lesson.inputs[~kept] @ weights + bias
    temperature = _temperature(scores, lesson.wanted, several=lesson.several)
    weights, bias = _fit(lesson.inputs, lesson.wanted, counts, several=lesson.several)
    scaled = [np.asarray(numbers / temperature, dtype=np.float32) for numbers in (weights, bias)]
    return Head(lesson.slot, lesson.asked, lesson.several, lesson.values, scaled[0], scaled[1])


def _balanced(lesson: _Lesson) -> Shares:
    """Return how much each row counts, rare options more."""
    wanted, counts = lesson.wanted, lesson.counts
    rest = 1.0 - np.minimum(1.0, wanted.sum(axis=1, keepdims=True))
    classes = np.hstack([wanted, rest])
    total = (classes * counts[:, None]).sum(axis=0)
    boost = (total[total > 0].mean() / np.maximum(total, 1e-9)) ** BALANCE
    share = classes / classes.sum(axis=1, keepdims=True)
    return np.asarray(counts * (share * boost).sum(axis=1))


def _fit(inputs: Shares, wanted: Shares, counts: Shares, *, several: bool) -> tuple[Shares, Shares]:
    """Return weights and bias by accelerated gradient descent from zero."""
    middle = np.average(inputs, axis=0, weights=counts)
    centred = np.hstack([(inputs - middle) / SPREAD, np.ones((len(inputs), 1))]).astype(np.float32)
    share = (counts / counts.sum()).astype(np.float32)[:, None]
    decay = np.full((centred.shape[1], 1), DECAY / counts.sum(), dtype=np.float32)
    decay[-1] = 0.0
    step = np.float32(1.0 / (0.5 * float((centred**2).sum(axis=1).max()) + DECAY / counts.sum()))
    held = ahead = np.zeros((centred.shape[1], wanted.shape[1]), dtype=np.float32)
    squash = sigmoid if several else softmax
    for count in range(N_STEPS):
        errors = ((squash((centred @ ahead).astype(np.float64)) - wanted) * share).astype(np.float32)
        moved = ahead - step * (centred.T @ errors + decay * ahead)
        ahead = moved + np.float32(count / (count + 3)) * (moved - held)
        held = moved
    weights = held[:-1].astype(np.float64) / SPREAD
    return weights, held[-1].astype(np.float64) - middle @ weights


def _temperature(scores: Shares, wanted: Shares, *, several: bool) -> float:
    """Return what scores are divided by so that probabilities are as often right as they say, on unseen sentences."""

    def loss(temperature: float) -> float:
        scaled = scores / temperature
        shares = np.clip(sigmoid(scaled) if several else softmax(scaled), 1e-9, 1 - 1e-9)
        missed = (1 - wanted) * np.log(1 - shares) if several else 0.0
        return float(-(wanted * np.log(shares) + missed).sum())

    return min(TEMPERATURES, key=loss)
