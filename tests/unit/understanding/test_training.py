"""Learning from example sentences, the file it is kept in, and where a start takes it from."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

from assistant.domain.dialogue import FollowUp
from assistant.knowledge.loader import load
from assistant.knowledge.types.examples import FollowUpExample
from assistant.retrieval.adapter import FILE as ADAPTER
from assistant.retrieval.adapter import read_adapter
from assistant.retrieval.encoder import SentenceEncoder
from assistant.understanding.classifier import ACT, FOLLOW_UP, Classifier, features_of
from assistant.understanding.lessons import rows_of
from assistant.understanding.training import lessons, train
from assistant.understanding.weights import FILE, read_classifier, read_or_learn, write_classifier
from tests.fakes_retrieval import WordCountEncoder
from tests.unit.understanding.lessons import COUNTS, EXAMPLES, NEVER, SINGS

TEXTS = tuple(row.text for row in rows_of(EXAMPLES))


@pytest.fixture(scope="module")
def classifier() -> Classifier:
    """What is learnt from the sentences of the fake words."""
    return train(EXAMPLES, WordCountEncoder())


def likeliest(classifier: Classifier, slot: str, text: str, *, asked: bool = True) -> tuple[str, float]:
    """Return the option that a head takes a text for, and its probability."""
    head = classifier.head(slot, asked=asked)
    assert head is not None
    shares = head.shares(features_of([text], WordCountEncoder()))[0]
    return head.values[int(shares.argmax())], float(shares.max())


def test_the_built_classifier_fits_the_example_sentences(project_root: Path) -> None:
    """Whoever edits `knowledge/utterances/` builds it anew; otherwise every start would learn for a minute."""
    built = read_classifier(project_root / "knowledge" / FILE)
    assert built is not None
    sentences = load(project_root / "knowledge").sentences
    adapter = read_adapter(project_root / "knowledge" / ADAPTER)
    assert adapter is not None
    expected = (SentenceEncoder(adapter=adapter).layers_id, sentences)
    assert expected == (built.encoder, built.examples), (
        "the sentences have changed: run `make train` and commit the file"
    )


def test_what_is_learnt_is_small_enough_to_be_shipped(project_root: Path) -> None:
    """Less than a megabyte each."""
    assert (project_root / "knowledge" / FILE).stat().st_size < 800_000
    assert (project_root / "knowledge" / ADAPTER).stat().st_size < 1_000_000


def test_an_encoder_is_tuned_on_what_each_text_says_of_all_that_is_heard() -> None:
    """One head over all options of all slots, one for each question, one of acts; the last place is for nothing."""
    (counting,) = (lesson for lesson in lessons(EXAMPLES) if lesson.text == COUNTS[0])
    assert (0.0, 0.0, 1.0, 0.0, 0.0) == counting.wanted["told"]
    assert (1.0, 0.0, 0.0) == counting.wanted["asked evals"]
    (silent,) = (lesson for lesson in lessons(EXAMPLES) if lesson.text == "ask the badgers")
    assert (0.0, 0.0, 1.0) == silent.wanted["asked evals"]


def test_what_is_asked_around_a_verdict_is_learnt_and_the_topic_is_what_is_left() -> None:
    """A question about the topic leaves little to every kind."""
    asked = {FollowUp.COST: "what does the badger cost", FollowUp.RISK: "can the badger bite"}
    follow_ups = [FollowUpExample(f"{text} {n}", kind) for kind, text in asked.items() for n in range(9)]
    follow_ups += [FollowUpExample(f"where do badgers sleep {n}", FollowUp.TOPIC) for n in range(9)]
    head = train(replace(EXAMPLES, follow_ups=tuple(follow_ups)), WordCountEncoder()).head(FOLLOW_UP, asked=False)
    assert head is not None
    costs, sleeps = head.shares(features_of(["what does it cost", "where do they sleep"], WordCountEncoder()))
    assert (FollowUp.COST, True) == (head.values[int(costs.argmax())], bool(sleeps.sum() < 0.5))


def test_learning_twice_gives_the_same_classifier(classifier: Classifier) -> None:
    """There is no chance in it."""
    again = train(EXAMPLES, WordCountEncoder())
    for head, other in zip(classifier.heads, again.heads, strict=True):
        assert np.array_equal(head.weights, other.weights)
        assert np.array_equal(head.bias, other.bias)


class NoisyEncoder(WordCountEncoder):
    """Counts words on another computer."""

    def encode_layers(self, texts: list[str]) -> npt.NDArray[np.float32]:
        """Count words, off by a millionth."""
        exact = super().encode_layers(texts)
        return exact + np.random.default_rng(0).uniform(-1e-6, 1e-6, exact.shape).astype(np.float32)


def test_what_differs_between_computers_does_not_reach_a_reading() -> None:
    """Features that are off by a millionth give the same probabilities, in hundredths."""
    features = features_of(TEXTS, WordCountEncoder())
    first, second = train(EXAMPLES, WordCountEncoder()), train(EXAMPLES, NoisyEncoder())
    for head, other in zip(first.heads, second.heads, strict=True):
        assert head.shares(features) == pytest.approx(other.shares(features), abs=0.005)


@pytest.mark.parametrize(
    ("slot", "text", "expected"),
    [("evals", COUNTS[1], "held_out"), ("evals", NEVER[1], "none"), ("goal", SINGS[1], "style")],
)
def test_a_sentence_is_nearest_to_its_own_option(classifier: Classifier, slot: str, text: str, expected: str) -> None:
    """At least for what was learnt."""
    value, probability = likeliest(classifier, slot, text)
    assert expected == value
    assert probability > 0.4


def test_of_a_choice_the_options_leave_room_for_saying_nothing(classifier: Classifier) -> None:
    """What says nothing of any slot is given to none of them."""
    head = classifier.head("evals", asked=True)
    assert head is not None
    shares = head.shares(features_of(["rain falls on roofs"], WordCountEncoder()))
    assert shares.sum() < 0.5


def test_a_question_is_told_from_what_tells(classifier: Classifier) -> None:
    """The head of acts leaves room for what tells something."""
    assert likeliest(classifier, ACT, "is that a lion", asked=False)[1] > 0.3
    assert likeliest(classifier, ACT, "our zoo has foxes and foxes sing velvet ballads", asked=False)[1] < 0.5


def test_a_classifier_comes_back_from_its_file_and_the_same_one_gives_the_same_bytes(
    classifier: Classifier, tmp_path: Path
) -> None:
    """Within the precision of the file."""
    first, second = tmp_path / "a" / "one.json", tmp_path / "two.json"
    write_classifier(first, classifier)
    write_classifier(second, classifier)
    assert first.read_bytes() == second.read_bytes()
    back = read_classifier(first)
    assert back is not None
    assert (classifier.encoder, classifier.examples) == (back.encoder, back.examples)
    features = features_of(TEXTS, WordCountEncoder())
    for head, other in zip(classifier.heads, back.heads, strict=True):
        assert head.shares(features) == pytest.approx(other.shares(features), abs=0.01)


@pytest.mark.parametrize("damage", ["missing", "cut", "format", "column", "letters", "not finite"])
def test_a_damaged_file_is_no_classifier(classifier: Classifier, tmp_path: Path, damage: str) -> None:
    """It is learnt anew then; nothing in the file is ever run."""
    path = tmp_path / "classifier.json"
    write_classifier(path, classifier)
    written = json.loads(path.read_text(encoding="utf-8"))
    if damage == "missing":
        path.unlink()
    elif damage == "cut":
        path.write_bytes(path.read_bytes()[:200])
    else:
        if damage == "format":
            written["format"] = 0
        elif damage == "column":
            written["heads"][0]["columns"].pop()
        else:
            column = "AH4A" * 4 if damage == "not finite" else "?"
            written["heads"][0]["columns"] = [column] * len(written["heads"][0]["columns"])
        path.write_text(json.dumps(written), encoding="utf-8")
    assert read_classifier(path) is None


def test_a_start_takes_the_file_where_it_fits_and_learns_where_it_does_not(
    classifier: Classifier, tmp_path: Path
) -> None:
    """An edited sentence or another encoder makes it unfit."""
    path, encoder = tmp_path / "classifier.json", WordCountEncoder()
    write_classifier(path, classifier)
    edited = replace(EXAMPLES, nothing=(*EXAMPLES.nothing, "rain falls on lakes"), hash="edited")
    load = iter([edited]).__next__
    assert EXAMPLES.hash == read_or_learn(path, EXAMPLES.hash, load, encoder)().examples
    assert [] == encoder.calls
    assert edited.hash == read_or_learn(path, edited.hash, load, encoder)().examples
    assert [] != encoder.calls
