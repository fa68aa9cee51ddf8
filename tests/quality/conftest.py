"""What the figures stand on: the coach as it is wired, the reader as it is shipped; a text is encoded once in a run."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt
import pytest

from assistant import wiring
from assistant.retrieval.encoder import SentenceEncoder
from tests import real_reader

_rows: dict[tuple[str, str], npt.NDArray[np.float32]] = {}


class RememberingEncoder(SentenceEncoder):
    """Gives the rows that were made of the same texts before."""

    def encode_layers(self, texts: list[str]) -> npt.NDArray[np.float32]:
        """Encode only what is new."""
        fresh = [text for text in dict.fromkeys(texts) if (self.layers_id, text) not in _rows]
        for text, row in zip(fresh, super().encode_layers(fresh), strict=True):
            _rows[self.layers_id, text] = row
        return np.array([_rows[self.layers_id, text] for text in texts]).reshape(len(texts), self.layers_dimension)


@pytest.fixture(scope="session", autouse=True)
def a_text_is_encoded_once() -> Iterator[None]:
    """The same openings, answers and pushes are told in many talks, and encoding is half of a turn."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(wiring, "SentenceEncoder", RememberingEncoder)
        patch.setattr(real_reader, "SentenceEncoder", RememberingEncoder)
        yield
