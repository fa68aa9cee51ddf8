"""What every encoder promises, on the fake and on the packaged weights."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from assistant.ports import Encoder
from assistant.retrieval.encoder import SentenceEncoder
from tests.fakes_retrieval import WordCountEncoder

TEXTS = ["water the tomatoes early", "when should tomatoes be given water", "the stock exchange closed higher"]


@pytest.fixture(scope="module", params=["fake", "packaged weights"])
def encoder(request: pytest.FixtureRequest) -> Encoder:
    """Each implementation in turn, loaded once."""
    return WordCountEncoder() if request.param == "fake" else SentenceEncoder()


def test_it_is_not_ready_before_it_was_used(encoder: Encoder) -> None:
    """Making an encoder loads nothing; the first text does."""
    assert encoder.ready is False
    encoder.encode(["first"])
    assert encoder.ready is True


def test_one_row_a_text(encoder: Encoder) -> None:
    """Rows are float32 of the promised length, in the order of the texts."""
    rows = encoder.encode(TEXTS)
    assert (3, encoder.dimension) == rows.shape
    assert np.float32 == rows.dtype


def test_rows_have_unit_length(encoder: Encoder) -> None:
    """An inner product of two rows is their cosine."""
    assert np.linalg.norm(encoder.encode([*TEXTS, ""]), axis=1) == pytest.approx(1.0, abs=1e-5)


def test_no_texts_give_no_rows(encoder: Encoder) -> None:
    """Nothing in, nothing out, with the right shape."""
    assert (0, encoder.dimension) == encoder.encode([]).shape


def test_a_row_does_not_depend_on_its_neighbours(encoder: Encoder) -> None:
    """A text has the same vector alone and in a batch of others, long ones too."""
    batch = encoder.encode([*TEXTS * 15, "word " * 300])
    assert batch[1] == pytest.approx(encoder.encode([TEXTS[1]])[0], abs=1e-5)


def test_related_texts_are_closer_than_unrelated_ones(encoder: Encoder) -> None:
    """The cosine of two texts about the same thing is the larger."""
    first, same, other = encoder.encode(TEXTS)
    assert first @ same > first @ other


def test_threads_can_share_it(encoder: Encoder) -> None:
    """Texts encoded at once by several threads come out as if one after the other."""
    texts = [f"{TEXTS[n % 3]} number {n} {'and more ' * n}" for n in range(16)]
    alone = encoder.encode(texts)
    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(lambda text: encoder.encode([text])[0], texts))
    assert np.array(together) == pytest.approx(alone, abs=1e-5)


def test_the_id_names_model_and_content(encoder: Encoder) -> None:
    """An index built with other weights can be told apart."""
    name, _, content = encoder.id.partition("@")
    assert name
    assert content
