"""Says which slot a piece of text is about and which of its options it is near, from vectors alone.

Owns the training and the probabilities: one softmax regression over all options of all slots and over saying nothing,
on unit-length sentence vectors and one sign for a denial, since vectors of opposites lie close together. Must not
know when a reading may be proposed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from assistant.domain.examples import Examples
from assistant.offline.polarity import negates

Floats = npt.NDArray[np.float32]

# Chosen in five folds on the sentences of knowledge/utterances/ (2026-11-22): a denial's sign weighs 0 or 0.3; decay
# 3e-5, 1e-4 or 3e-4; odds 5 or 20; one head for all against a head for the slot and one for its options, which covered
# a fifth less at a precision of 0.8. Words and pairs of words beside the vectors added nothing.
DENIAL_WEIGHT = 0.3
DECAY = 1e-4
ASKED_ODDS = 20.0
N_STEPS = 300

Label = tuple[str | None, str | None]


@dataclass(frozen=True, slots=True)
class Near:
    """The option a text is nearest to, and how probable it is that the text says it."""

    value: str
    probability: float


@dataclass(frozen=True, slots=True)
class Classifier:
    """What was learnt: `labels` are slot and option, `weights` is `(d, n_labels)`, `bias` is `(n_labels,)`."""

    labels: tuple[Label, ...]
    weights: Floats
    bias: Floats

    def nearest(self, features: Floats, slot: str, *, asked: bool) -> tuple[Near, ...]:
        """Return for each row of `(n, d)` features the nearest option of a slot.

        `asked`: a question was about that slot, which multiplies its odds against all others by `ASKED_ODDS`.
        """
        own = [at for at, label in enumerate(self.labels) if label[0] == slot]
        shares = _softmax(features @ self.weights + self.bias)[:, own].astype(np.float64)
        odds = ASKED_ODDS if asked else 1.0
        about = shares.sum(axis=1, keepdims=True)
        shares = odds * shares / (1.0 + (odds - 1.0) * about)
        best = shares.argmax(axis=1)
        return tuple(Near(str(self.labels[own[at]][1]), float(shares[row, at])) for row, at in enumerate(best))


def features_of(texts: Sequence[str], vectors: Floats) -> Floats:
    """Return `(n, d + 1)` features: the unit-length vectors `(n, d)`, and whether each text carries a denial."""
    denials = np.array([[DENIAL_WEIGHT * negates(text.lower())] for text in texts], dtype=np.float32)
    return np.hstack([vectors, denials.reshape(len(texts), 1)])


def train(examples: Examples, vectors: Floats) -> Classifier:
    """Learn from example sentences and their `(n, d)` vectors, in the same order; well under a second for a thousand.

    Accelerated gradient descent from zero, without chance: the same input gives the same classifier.
    """
    rows = list(examples)
    labels = tuple(dict.fromkeys((row.slot, row.value) for row in rows))
    features = features_of([row.text for row in rows], vectors)
    inputs = np.hstack([features, np.ones((len(rows), 1), dtype=np.float32)])
    wanted = np.eye(len(labels), dtype=np.float32)[[labels.index((row.slot, row.value)) for row in rows]]
    decay = np.full((inputs.shape[1], 1), DECAY, dtype=np.float32)
    decay[-1] = 0.0
    # The slope of the loss changes at most by half the largest squared length of a row, plus the decay.
    step = np.float32(1.0 / (0.5 * (inputs**2).sum(axis=1).max() + DECAY))
    held = ahead = np.zeros((inputs.shape[1], len(labels)), dtype=np.float32)
    for count in range(N_STEPS):
        errors = (_softmax(inputs @ ahead) - wanted) / np.float32(len(rows))
        moved = ahead - step * (inputs.T @ errors + decay * ahead)
        ahead = moved + np.float32(count / (count + 3)) * (moved - held)
        held = moved
    return Classifier(labels, held[:-1], held[-1])


def _softmax(scores: Floats) -> Floats:
    raised = np.exp(scores - scores.max(axis=1, keepdims=True))
    shares: Floats = raised / raised.sum(axis=1, keepdims=True)
    return shares
