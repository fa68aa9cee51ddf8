"""What the classifier makes of a message: for each part of it, how probable each option of a slot is.

Owns the classifier at work: when it is loaded, that each text is encoded once a message, and which parts may speak:
what is asked, planned, supposed, hearsay or hedged may not, except where a wish is what is sought. Must not know
what is read from a probability.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from threading import Lock

import numpy as np

from assistant.ports import LayeredEncoder
from assistant.text.clauses import Clause, Utterance
from assistant.text.modality import Modality, find_modality
from assistant.understanding.classifier import ACT, FOLLOW_UP, Classifier, Floats, features_of
from assistant.understanding.lessons import NUMBERS

MOST_CLAUSES = 48
_NONE: Floats = np.empty((0, 0), dtype=np.float32)
_LONGEST_WHOLE = 200
_LEAST_LETTERS = 2
_ANTECEDENT = 2
"""Words before a relative clause that say what it is about."""
_HEDGED = re.compile(
    r"\b(?:maybe|perhaps|probably|possibly|presumably|hopefully|might|i (?:guess|suppose|think|hope|assume)|not sure"
    r"|we (?:hope|assume)|should be (?:fine|ok|okay|good|clean)|supposed to be)\b"
)
STATED = frozenset({Modality.STATEMENT, Modality.PAST})
WISHED = STATED | {Modality.PLAN, Modality.SUPPOSITION, Modality.QUESTION}


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a message: `text` is what is read of `[start, end)`, `modalities` how its clauses speak.

    `hedged`: some clause of it is put as a guess. `is_whole`: it is the message, of several sentences.
    """

    text: str
    start: int
    end: int
    modalities: frozenset[Modality]
    hedged: bool
    is_whole: bool = False

    def may_state(self, *, wished: bool, asked: bool) -> bool:
        """Tell whether it may state a fact: with `wished` also what is wanted, with `asked` also what is guessed."""
        if self.is_whole and not asked:
            return False
        return self.modalities <= (WISHED if wished else STATED) and (asked or wished or not self.hedged)


@dataclass(frozen=True, slots=True)
class Estimate:
    """One option of a slot, the part of the message that says it, and in [0, 1] how probable that is.

    Probabilities are rounded to hundredths: what is finer differs between computers.
    """

    value: str
    probability: float
    part: Part


class Estimates:
    """What the classifier makes of one message."""

    def __init__(self, classifier: Classifier, parts: Sequence[Part], features: Floats, whole: Floats) -> None:
        """Take the features of the parts, `(n_parts, n_features)`, and of the whole message, `(1, n_features)`."""
        self._classifier = classifier
        self._parts = parts
        self._features = features
        self._whole = whole

    @property
    def slots(self) -> frozenset[str]:
        """The slots of which anything was learnt, those that hold numbers left out."""
        return frozenset(head.slot for head in self._classifier.heads if head.slot not in (*NUMBERS, ACT, FOLLOW_UP))

    def of(self, slot: str, *, asked: bool, wished: bool = False) -> tuple[Estimate, ...]:
        """Return for each option of a slot the part that says it most probably, the most probable option first.

        Only parts that may state it count. Empty where nothing was learnt of the slot.
        """
        head = self._classifier.head(slot, asked=asked)
        places = [at for at, part in enumerate(self._parts) if part.may_state(wished=wished, asked=asked)]
        if head is None or not places:
            return ()
        shares = head.shares(self._features[places])
        found = [
            Estimate(value, round(float(shares[at, column]), 2), self._parts[places[at]])
            for column, value in enumerate(head.values)
            for at in [int(np.argmax(shares[:, column]))]
        ]
        return tuple(sorted(found, key=lambda estimate: -estimate.probability))

    def at(self, slot: str, value: str, start: int, end: int, *, asked: bool) -> float:
        """Return how probable it is that a part around some place states an option of a slot; 0 where none may."""
        head = self._classifier.head(slot, asked=asked)
        places = [
            at
            for at, part in enumerate(self._parts)
            if part.start <= start and end <= part.end and part.may_state(wished=False, asked=True)
        ]
        if head is None or not places or value not in head.values:
            return 0.0
        shares = head.shares(self._features[places])[:, head.values.index(value)]
        return round(float(shares.max()), 2)

    def acts(self) -> dict[str, float]:
        """Return how probable it is that the message is each thing it may be beside telling something."""
        return self._of_whole(ACT)

    def follow_ups(self) -> dict[str, float]:
        """Return how probable it is that the message asks for each kind of thing that is asked around a verdict."""
        return self._of_whole(FOLLOW_UP)

    def _of_whole(self, name: str) -> dict[str, float]:
        head = self._classifier.head(name, asked=False)
        if head is None:
            return {}
        shares = head.shares(self._whole)[0]
        return {value: round(float(share), 2) for value, share in zip(head.values, shares, strict=True)}


Estimating = Callable[[Utterance], Estimates]
"""What makes estimates of words."""


class Estimator:
    """Makes estimates; safe to share between threads."""

    def __init__(self, encoder: LayeredEncoder, learn: Callable[[], Classifier]) -> None:
        """`learn` gives the classifier, at once where it is built, else after long; it is called once."""
        self._encoder = encoder
        self._learn = learn
        self._classifier: Classifier | None = None
        self._warming = Lock()

    @property
    def ready(self) -> bool:
        """Whether an estimate comes without waiting."""
        return self._classifier is not None

    def warm(self) -> None:
        """Load the encoder and the classifier, once; whoever comes meanwhile waits for it."""
        with self._warming:
            if self._classifier is None:
                classifier = self._learn()
                self._encoder.encode_layers(["warm up"])
                self._classifier = classifier

    def estimate(self, utterance: Utterance) -> Estimates:
        """Return what the classifier makes of a message; waits until it is warm, so that it always hears the same."""
        self.warm()
        assert self._classifier is not None
        parts = parts_of(utterance)
        whole = utterance.flat.strip()
        texts = list(dict.fromkeys([whole, *(part.text for part in parts)]))
        features = dict(zip(texts, features_of(texts, self._encoder), strict=True))
        rows = np.stack([features[part.text] for part in parts]) if parts else _NONE
        return Estimates(self._classifier, parts, rows, features[whole][None, :])

    def estimate_follow_ups(self, message: str) -> dict[str, float]:
        """Return how probable it is that a message asks for each kind of thing that is asked around a verdict."""
        self.warm()
        assert self._classifier is not None
        return Estimates(self._classifier, (), _NONE, features_of([message], self._encoder)).follow_ups()

    def of_one_message(self) -> Estimating:
        """Return a way to estimate that encodes no words twice, for as long as one message is read."""
        made: dict[str, Estimates] = {}

        def estimate(utterance: Utterance) -> Estimates:
            if utterance.flat not in made:
                made[utterance.flat] = self.estimate(utterance)
            return made[utterance.flat]

        return estimate


def parts_of(utterance: Utterance) -> tuple[Part, ...]:
    """Return the parts of a message in order, each text once: a clause before the sentence that it is part of."""
    clauses = utterance.clauses[:MOST_CLAUSES]
    found = [_with_antecedent(utterance, place, _part(utterance, [clause])) for place, clause in enumerate(clauses)]
    for sentence in dict.fromkeys(clause.sentence for clause in clauses):
        inside = [clause for clause in clauses if clause.sentence is sentence or clause.sentence == sentence]
        if len(inside) > 1:
            found.append(_part(utterance, inside))
            stating = [clause for clause in inside if find_modality(utterance, clause) in STATED]
            if 1 < len(stating) < len(inside):
                found.append(_part(utterance, stating))
    if len(utterance.flat.strip()) <= _LONGEST_WHOLE and len(clauses) > 1:
        found.append(replace(_part(utterance, clauses), is_whole=len({clause.sentence for clause in clauses}) > 1))
    kept = {part.text: part for part in reversed(found) if len(part.text) >= _LEAST_LETTERS or part.text.isalnum()}
    return tuple(reversed(kept.values()))


def _with_antecedent(utterance: Utterance, place: int, part: Part) -> Part:
    """Return a relative clause with the words that it is about, as in "our prices, which change every night"."""
    before = utterance.clauses[place - 1] if place else None
    if before is None or before.sentence != utterance.clauses[place].sentence or not part.text.startswith("which "):
        return part
    return replace(part, text=" ".join([*before.text.split()[-_ANTECEDENT:], part.text]))


def _part(utterance: Utterance, clauses: list[Clause] | tuple[Clause, ...]) -> Part:
    start, end = clauses[0].start, clauses[-1].end
    until = clauses[-1].sentence.end
    is_whole = len(clauses) == sum(start <= clause.start < end for clause in utterance.clauses)
    whole = utterance.flat[start:until] if len(clauses) > 1 else utterance.flat[start:end]
    text = whole.strip() if is_whole else ", ".join(clause.text for clause in clauses)
    modalities = frozenset(find_modality(utterance, clause) for clause in clauses)
    return Part(text, start, end, modalities, any(_HEDGED.search(clause.text) for clause in clauses))
