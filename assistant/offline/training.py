"""Learns the classifier's heads from example sentences: regressions on an encoder's features, then their temperature.

Owns what a head learns from, the fitting and the calibration, without chance: the same sentences and encoder give the
same heads. Must not know where they are kept, nor when a reading may be proposed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from assistant.domain.examples import Examples, Lesson
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
HELD_BACK = 8
"""Every so many'th group of sentences is kept from the encoder that is tuned; temperatures are taken from these."""
N_TOGETHER = 4
"""Sentences side by side in a file are often alike: so many share a group. Of a case each slot has one answer."""
TEMPERATURES = tuple(0.4 + 0.05 * step for step in range(33))
SETS = ("goal",)
"""Slots of which a text may say several values."""
TOLD = ("goal",)
"""Slots that are also heard unasked: missing the goal costs most, and others are asked for anyway."""


@dataclass(frozen=True, slots=True)
class _Subject:
    """What one head learns from: the places of its `n` texts, `(n, n_values)` 1 or 0, and how much each text counts.

    Where values share 1, the last column of `wanted` stands for saying nothing.
    """

    slot: str
    asked: bool
    several: bool
    values: tuple[str, ...]
    places: npt.NDArray[np.intp]
    wanted: Shares
    counts: Shares

    @property
    def name(self) -> str:
        """Tells the head from all others."""
        return f"{self.slot}, {'asked' if self.asked else 'told'}"


def train(examples: Examples, encoder: LayeredEncoder, features: Floats | None = None) -> Classifier:
    """Learn every head from the examples; `features` are those of `examples.texts`, made here where not given."""
    given = features_of(examples.texts, encoder) if features is None else features
    # Encoders differ by a millionth from one computer to the next: what is cut off here cannot reach the weights.
    inputs: Shares = np.round(given.astype(np.float64), 4).astype(np.float64)
    unseen = _unseen(examples.texts, encoder)
    heads = tuple(_learnt(subject, inputs[subject.places], unseen[subject.places]) for subject in _subjects(examples))
    return Classifier(heads, encoder.layers_id, examples.digest())


def lessons(examples: Examples) -> tuple[Lesson, ...]:
    """Return what an encoder is tuned on: every text but those held back, with what each head wants of it."""
    wanted: dict[int, dict[str, tuple[float, ...]]] = {}
    weights: dict[int, float] = {}
    subjects = _subjects(examples)
    for subject in subjects:
        for place, row, count in zip(subject.places, subject.wanted, subject.counts, strict=True):
            wanted.setdefault(int(place), {})[subject.name] = tuple(float(number) for number in row)
            weights[int(place)] = float(count)
    several = frozenset(subject.name for subject in subjects if subject.several)
    texts = examples.texts
    taught = [place for place in sorted(wanted) if not _is_held_back(place)]
    return tuple(Lesson(texts[place], wanted[place], several, weights[place]) for place in taught)


def _unseen(texts: Sequence[str], encoder: LayeredEncoder) -> npt.NDArray[np.bool_]:
    """Tell which texts may calibrate: what the encoder was not tuned on; one group in eight where it was not tuned."""
    unseen = np.array([not encoder.was_tuned_on(text) for text in texts])
    return np.array([_is_held_back(place) for place in range(len(texts))]) if unseen.all() else unseen


def _is_held_back(place: int) -> bool:
    return place // N_TOGETHER % HELD_BACK == 0


def _subjects(examples: Examples) -> list[_Subject]:
    return [
        *(_asked(examples, slot.slot) for slot in examples.slots),
        *(_told(examples, slot.slot) for slot in examples.slots if slot.slot in TOLD),
        *([_story(examples)] if examples.openings and examples.off_topic else []),
    ]


def _asked(examples: Examples, slot: str) -> _Subject:
    """Take the slot's own sentences and answers, and those that say nothing."""
    rows = list(examples)
    places = [at for at, row in enumerate(rows) if row.slot in (slot, None)]
    several = slot in SETS
    values = _values(examples, slot)
    wanted = _wanted([rows[at].values if rows[at].slot == slot else frozenset() for at in places], values)
    counts = np.array([1.0 if rows[at].stands_alone else ANSWER_WEIGHT for at in places])
    if not several:
        wanted = np.hstack([wanted, 1.0 - wanted.max(axis=1, keepdims=True)])
    return _Subject(slot, True, several, values, np.array(places), wanted, counts)


def _told(examples: Examples, slot: str) -> _Subject:
    """Take all sentences that stand alone, of whatever slot, and the openings."""
    rows = list(examples)
    places = [at for at, row in enumerate(rows) if row.stands_alone]
    said = [rows[at].values if rows[at].slot == slot else frozenset() for at in places]
    places += [len(rows) + at for at in range(len(examples.openings))]
    said += [opening.goal for opening in examples.openings]
    values = _values(examples, slot)
    counts = np.array([1.0 if at < len(rows) else ANSWER_WEIGHT for at in places])
    return _Subject(slot, False, True, values, np.array(places), _wanted(said, values), counts)


def _story(examples: Examples) -> _Subject:
    """Take the openings, against what is off the topic and what says nothing."""
    rows, n_openings, n_texts = list(examples), len(examples.openings), len(examples.texts)
    first = len(rows)
    places = [at for at, row in enumerate(rows) if row.slot is None] + list(range(first, n_texts))
    wanted = np.array([[float(first <= at < first + n_openings)] for at in places])
    return _Subject(STORY, False, True, (STORY,), np.array(places), wanted, np.ones(len(places)))


def _values(examples: Examples, slot: str) -> tuple[str, ...]:
    found = examples.of(slot)
    return tuple(option.value for option in found.options) if found else ()


def _wanted(said: Sequence[frozenset[str]], values: tuple[str, ...]) -> Shares:
    return np.array([[float(value in row) for value in values] for row in said], dtype=np.float64)


def _learnt(subject: _Subject, inputs: Shares, held: npt.NDArray[np.bool_]) -> Head:
    """Fit on all rows, and the temperature on what those held back score by the others."""
    counts = _balanced(subject)
    temperature = 1.0
    if held.any() and not held.all():
        weights, bias = _fit(inputs[~held], subject.wanted[~held], counts[~held], several=subject.several)
        temperature = _temperature(inputs[held] @ weights + bias, subject.wanted[held], several=subject.several)
    weights, bias = _fit(inputs, subject.wanted, counts, several=subject.several)
    scaled = [np.asarray(numbers / temperature, dtype=np.float32) for numbers in (weights, bias)]
    return Head(subject.slot, subject.asked, subject.several, subject.values, scaled[0], scaled[1])


def _balanced(subject: _Subject) -> Shares:
    """Return how much each row counts, rare options more."""
    wanted, counts = subject.wanted, subject.counts
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
