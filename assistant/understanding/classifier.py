"""Says which options of a slot a text means, from its features alone: one head a slot, given that it was asked about.

Owns the heads and the probabilities they give. Must not know how they were learnt, nor when a reading may be proposed.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from assistant.understanding.features import Floats

Shares = npt.NDArray[np.float64]

ACT = "act"
"""Stands in the place of a slot for the head that tells what a message is for; its last column: it tells of a case."""


@dataclass(frozen=True, slots=True)
class Head:
    """What was learnt of one slot: `weights` is `(n_features, n_values)`, `bias` is `(n_values,)`.

    `asked` tells the head for answers to the slot's question from the one for what is told unasked. A head of `several`
    gives each value its own probability; else they share 1 with the last column, which has no value: it says nothing.
    """

    slot: str
    asked: bool
    several: bool
    values: tuple[str, ...]
    weights: Floats
    bias: Floats

    def shares(self, features: Floats) -> Shares:
        """Return the `(n, n_values)` probabilities of the values for `(n, n_features)` features."""
        scores = features.astype(np.float64) @ self.weights.astype(np.float64) + self.bias.astype(np.float64)
        return sigmoid(scores) if self.several else softmax(scores)[:, : len(self.values)]


@dataclass(frozen=True, slots=True)
class Classifier:
    """The heads, and what they were learnt from: the encoder's id and the hash of the example sentences."""

    heads: tuple[Head, ...]
    encoder: str
    examples: str

    def head(self, slot: str, *, asked: bool) -> Head | None:
        """Return the head of a slot, or None where nothing was learnt of it."""
        return next((head for head in self.heads if head.slot == slot and head.asked is asked), None)


def softmax(scores: Shares) -> Shares:
    """Return rows that sum to 1."""
    raised = np.exp(scores - scores.max(axis=1, keepdims=True))
    shares: Shares = raised / raised.sum(axis=1, keepdims=True)
    return shares


def sigmoid(scores: Shares) -> Shares:
    """Return each score's own probability."""
    return np.asarray(1.0 / (1.0 + np.exp(-np.clip(scores, -40.0, 40.0))))
