"""What the classifier sees of a text: the encoder's layers, and the signs of a few things that rules know.

Owns those signs and their weight. Must not know slots, nor what is learnt.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from assistant.ports import LayeredEncoder
from assistant.text.clauses import flatten
from assistant.text.modality import negates

Floats = npt.NDArray[np.float32]

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


def features_of(texts: Sequence[str], encoder: LayeredEncoder) -> Floats:
    """Return `(n, n_features)`: the layers of each text, then a sign each for denial, numbers, frequency and plans."""
    flat = [flatten(text).strip() for text in texts]
    signs = np.array([_signs(text) for text in flat], dtype=np.float32).reshape(len(flat), 1 + len(_SIGNS))
    return np.hstack([encoder.encode_layers(flat), SIGN_WEIGHT * signs]).astype(np.float32)


def _signs(flat: str) -> list[float]:
    return [float(negates(flat)), *(float(sign.search(flat) is not None) for sign in _SIGNS)]
