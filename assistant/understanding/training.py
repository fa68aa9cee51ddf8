"""Fits the classifier's heads to example sentences with scikit-learn: regressions on an encoder's features.

Owns what each head is fitted to and how much each row counts, without chance: the same sentences and encoder give
the same heads. Must not know where they are kept, nor what is read by them.
"""

from __future__ import annotations

import warnings
import zlib
from collections.abc import Sequence

import numpy as np

from assistant.domain.dialogue import FollowUp
from assistant.knowledge.types.examples import Examples, FollowUpExample, Lesson
from assistant.ports import LayeredEncoder
from assistant.understanding.classifier import ACT, FOLLOW_UP, Classifier, Floats, Head, Shares, features_of
from assistant.understanding.lessons import ACTS, TELLS, Row, rows_of

# Chosen on replies kept aside and one half of the probes (2026-11-29).
INVERSE_DECAY = 0.3
FOLLOW_UP_DECAY = 3.0
"""The same for what a question around a verdict asks for, by fivefold cross-validation (2026-12-01)."""
BALANCE = 0.4
"""The power by which rare options count more: 0 as they come, 1 all alike."""
SPREAD = 0.7
"""What centred features are divided by before fitting."""
ANSWER_WEIGHT = 2.0
"""How much more an answer to the slot's own question counts than a sentence that stands alone."""
MOST_STEPS = 150
SETS = frozenset({"goal"})
"""Slots of which a text may say several values."""
_N_NEGATIVES = 12
"""Of what is said about other things, one in so many is a lesson for the encoder in what answers a question not."""


def train(examples: Examples, encoder: LayeredEncoder) -> Classifier:
    """Fit every head."""
    rows = rows_of(examples)
    inputs = _inputs([row.text for row in rows], encoder)
    heads = [
        head
        for slot in _slots(rows)
        for asked in (False, True)
        if (head := _fit_head(rows, inputs, slot, asked=asked)) is not None
    ]
    others = (_fit_act(rows, inputs), _fit_follow_up(examples.follow_ups, encoder))
    return Classifier((*heads, *(head for head in others if head is not None)), encoder.layers_id, examples.hash)


def lessons(examples: Examples) -> tuple[Lesson, ...]:
    """Return what an encoder is tuned on: every text, with what each head wants of it."""
    rows = rows_of(examples)
    told = [(slot, value) for slot in _slots(rows) for value in _values(rows, slot)]
    found = [(row, _write_targets(row, told)) for row in rows]
    return tuple(Lesson(row.text, wanted, frozenset({"the goal"}), row.weight) for row, wanted in found if wanted)


def _write_targets(row: Row, told: Sequence[tuple[str, str]]) -> dict[str, tuple[float, ...]]:
    """Return what the heads of tuning want of a row: one over all options of all slots, one a question, one of acts."""
    wanted: dict[str, tuple[float, ...]] = {}
    is_elliptical = row.answers is not None and row.shows(row.answers) is None
    if row.only is None and not is_elliptical:
        wanted["told"] = _write_shares([value in row.says.get(slot, ()) for slot, value in told])
    for slot in dict.fromkeys(slot for slot, _ in told):
        said = row.shows_asked(slot)
        values = [value for at, value in told if at == slot]
        if said is not None and (said or row.silent == slot or _is_picked(slot, row.text)):
            wanted[f"asked {slot}"] = _write_shares([value in said for value in values])
    if row.only == "goal":
        wanted["the goal"] = tuple(float(value in row.says["goal"]) for slot, value in told if slot == "goal")
    if row.act is not None:
        wanted["act"] = _write_shares([row.act == act for act in ACTS])
    return wanted


def _write_shares(said: Sequence[bool]) -> tuple[float, ...]:
    """Return shares of 1 for what is said, and in the last place 1 where nothing is."""
    n_said = sum(said)
    return (*(is_said / n_said if n_said else 0.0 for is_said in said), 0.0 if n_said else 1.0)


def _is_picked(slot: str, text: str) -> bool:
    return zlib.crc32((slot + text).encode()) % _N_NEGATIVES == 0


def _slots(rows: Sequence[Row]) -> list[str]:
    return list(dict.fromkeys(slot for row in rows for slot in row.says))


def _values(rows: Sequence[Row], slot: str) -> list[str]:
    return sorted({value for row in rows for value in row.says.get(slot, ())})


def _fit_head(rows: Sequence[Row], inputs: Floats, slot: str, *, asked: bool) -> Head | None:
    """Fit one head of a slot, on the rows that show something of it."""
    said = [row.shows_asked(slot) if asked else row.shows(slot) for row in rows]
    places = [place for place, values in enumerate(said) if values is not None]
    values = _values(rows, slot)
    if not any(said[place] for place in places):
        return None
    counts = np.array([_count(rows[place], slot, asked=asked) for place in places])
    kept = [said[place] or frozenset() for place in places]
    if slot in SETS:
        columns = [_fit(inputs[places], [value in row for row in kept], counts) for value in values]
        weights, bias = np.hstack([column[0] for column in columns]), np.hstack([column[1] for column in columns])
        return Head(slot, asked, True, tuple(values), _small(weights), _small(bias))
    labels = [values.index(min(row)) if row else len(values) for row in kept]
    weights, bias = _fit_choice(inputs[places], labels, counts, len(values) + 1)
    return Head(slot, asked, False, tuple(values), _small(weights), _small(bias))


def _fit_act(rows: Sequence[Row], inputs: Floats) -> Head | None:
    places = [place for place, row in enumerate(rows) if row.act is not None]
    labels = [len(ACTS) if rows[place].act == TELLS else ACTS.index(str(rows[place].act)) for place in places]
    if len(set(labels)) < 2:
        return None
    counts = np.array([rows[place].weight for place in places])
    weights, bias = _fit_choice(inputs[places], labels, counts, len(ACTS) + 1)
    return Head(ACT, False, False, ACTS, _small(weights), _small(bias))


def _fit_follow_up(follow_ups: Sequence[FollowUpExample], encoder: LayeredEncoder) -> Head | None:
    """Fit the head of what a question around a verdict asks for; what asks about the topic is its last column."""
    kinds = sorted({asked.kind.value for asked in follow_ups} - {FollowUp.TOPIC.value})
    if not kinds:
        return None
    labels = [len(kinds) if asked.kind is FollowUp.TOPIC else kinds.index(asked.kind.value) for asked in follow_ups]
    inputs = _inputs([asked.text for asked in follow_ups], encoder)
    weights, bias = _fit_choice(inputs, labels, np.ones(len(labels)), len(kinds) + 1, FOLLOW_UP_DECAY)
    return Head(FOLLOW_UP, False, False, tuple(kinds), _small(weights), _small(bias))


def _inputs(texts: Sequence[str], encoder: LayeredEncoder) -> Floats:
    """Return the features of texts, less fine than they come.

    Encoders differ by a millionth from one computer to the next: what is cut off cannot reach the weights.
    """
    return np.round(features_of(texts, encoder).astype(np.float64), 4).astype(np.float32)


def _count(row: Row, slot: str, *, asked: bool) -> float:
    return max(row.weight, ANSWER_WEIGHT if asked and slot == row.answers else 1.0)


def _fit_choice(
    inputs: Floats, labels: Sequence[int], counts: Shares, n_columns: int, inverse_decay: float = INVERSE_DECAY
) -> tuple[Shares, Shares]:
    """Return weights and bias of a choice; a column of which no row is an example never wins."""
    present = sorted(set(labels))
    weights, bias = np.zeros((inputs.shape[1], n_columns)), np.full(n_columns, -20.0)
    found_weights, found_bias = _fit(inputs, labels, counts, inverse_decay)
    if len(present) == 2:  # scikit-learn gives two classes one column
        found_weights, found_bias = np.hstack([-found_weights, found_weights]) / 2, np.array([-1, 1]) * found_bias / 2
    weights[:, present], bias[present] = found_weights, found_bias
    return weights, bias


def _fit(
    inputs: Floats, labels: Sequence[int], counts: Shares, inverse_decay: float = INVERSE_DECAY
) -> tuple[Shares, Shares]:
    """Return `(n_features, n_columns)` weights and `(n_columns,)` bias, rare labels counting more."""
    from sklearn.exceptions import ConvergenceWarning
    from sklearn.linear_model import LogisticRegression

    _, places, n_each = np.unique(labels, return_inverse=True, return_counts=True)
    boost = np.minimum(10.0, (n_each.mean() / n_each) ** BALANCE)
    middle = inputs.mean(axis=0)
    model = LogisticRegression(C=inverse_decay, max_iter=MOST_STEPS, tol=1e-3)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        model.fit((inputs - middle) / SPREAD, places, sample_weight=counts * boost[places])
    weights = model.coef_.T.astype(np.float64) / SPREAD
    return weights, model.intercept_ - middle @ weights


def _small(numbers: Shares) -> Floats:
    return np.asarray(numbers, dtype=np.float32)
