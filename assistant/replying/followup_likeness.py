"""Which kind of follow-up a question is most like, by the meaning of whole sentences.

Owns a ridge regression from sentence vectors to kinds, learnt from the example questions when it is first needed, and
the margin below which it says nothing. Must not know where vectors come from, nor when likeness may speak.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from threading import Lock

import numpy as np
import numpy.typing as npt

from assistant.domain.dialogue import FollowUp

Rows = npt.NDArray[np.float32]
MARGIN = 0.06
"""How far the best kind must stand above the next; in tenfold cross-validation 3 in 4 of what is taken is right."""
_RIDGE = 3.0


class FollowUpLikeness:
    """Compares questions with examples; safe to share between threads. Nothing is encoded before it is asked."""

    def __init__(
        self,
        examples: Mapping[FollowUp, Sequence[str]],
        encode: Callable[[list[str]], Rows],
        ready: Callable[[], bool] = lambda: True,
    ) -> None:
        """`encode` gives `(n, d)` float32 unit rows. While it is not `ready` no question is like any."""
        self._examples = examples
        self._encode = encode
        self._ready = ready
        self._weights: Rows | None = None
        self._learning = Lock()

    def kind_of(self, question: str) -> FollowUp | None:
        """Return the kind that a question is most like, None where it is like none or not ready."""
        if not self._ready():
            return None
        scores = _with_constant(self._encode([question]))[0] @ self._learn()
        order = np.argsort(scores)
        if scores[order[-1]] - scores[order[-2]] < MARGIN:
            return None
        return tuple(self._examples)[int(order[-1])]

    def _learn(self) -> Rows:
        with self._learning:
            if self._weights is None:
                rows = _with_constant(self._encode([text for texts in self._examples.values() for text in texts]))
                self._weights = _fit(rows, [len(texts) for texts in self._examples.values()])
            return self._weights


def _with_constant(rows: Rows) -> Rows:
    return np.hstack([rows, np.full((len(rows), 1), 0.5, dtype=np.float32)])


def _fit(rows: Rows, sizes: Sequence[int]) -> Rows:
    """Fit one column a kind; kinds with few examples weigh as much as those with many."""
    kinds = np.repeat(np.arange(len(sizes)), sizes)
    weights = 1.0 / np.asarray(sizes, dtype=np.float64)[kinds]
    weights /= weights.mean()
    weighted = (rows * weights[:, None]).T
    against = weighted @ rows + _RIDGE * np.eye(rows.shape[1])
    fitted: Rows = np.linalg.solve(against, weighted @ np.eye(len(sizes))[kinds]).astype(np.float32)
    return fitted
