"""Says which options of a slot a text means: its features, and one head a slot, given that it was asked about.

Owns what is seen of a text (the encoder's layers, and the signs of a few things that rules know), the heads and the
probabilities they give. Must not know how they were learnt, nor when a reading may be proposed.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from assistant.ports import LayeredEncoder
from assistant.text.clauses import flatten
from assistant.text.modality import negates

Floats = npt.NDArray[np.float32]
Shares = npt.NDArray[np.float64]

SIGN_WEIGHT = 0.3
_SIGNS = (
    re.compile(r"^\W*(?:no|none|not|nothing|never|nope)\b"),
    re.compile(r"^\W*(?:yes|yeah|yep|yup|sure)\b"),
    re.compile(r"\d"),
    re.compile(r"\d\s?(?:%|percent)"),
    re.compile(
        r"\b(?:every|each|per|daily|nightly|weekly|monthly|quarterly|yearly|(?:once|twice|times?) a"
        r"|an? (?:day|week|month|year))\b"
    ),
    re.compile(r"\b(?:will|plan\w{0,4}|could|would|soon|going to|want to|next (?:week|month|quarter|year))\b"),
)

ACT = "act"
"""Stands in the place of a slot for the head that tells what a message is for; its last column: it tells of a case."""
FOLLOW_UP = "follow_up"
"""The same for the head that tells what a question around a verdict asks for; its last column: the topic in general."""


def features_of(texts: Sequence[str], encoder: LayeredEncoder) -> Floats:
    """Return `(n, n_features)`: the layers of each text, then a sign each for denial, numbers, frequency and plans."""
    flat = [flatten(text).strip() for text in texts]
    signs = np.array([_signs(text) for text in flat], dtype=np.float32).reshape(len(flat), 1 + len(_SIGNS))
    return np.hstack([encoder.encode_layers(flat), SIGN_WEIGHT * signs]).astype(np.float32)


def _signs(flat: str) -> list[float]:
    return [float(negates(flat)), *(float(sign.search(flat) is not None) for sign in _SIGNS)]


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
