"""The adapter over the encoder: its file, that it touches nothing else, and that it can be learnt."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from torch import nn

from assistant.knowledge.types.examples import Lesson
from assistant.retrieval.adapter import Adapter, merge_layers, read_adapter, write_adapter
from assistant.retrieval.encoder import SentenceEncoder
from assistant.retrieval.tuning import apply_layers

TWO = np.array([[1.0, 0.0], [0.0, 2.0], [1.0, 1.0]], dtype=np.float16)
SMALL = Adapter({"inner": (TWO, TWO.T.copy())})


class Network(nn.Module):
    """One linear layer that gives back what it gets."""

    def __init__(self) -> None:
        super().__init__()
        self.inner = nn.Linear(2, 2)
        nn.init.eye_(self.inner.weight)
        nn.init.zeros_(self.inner.bias)

    def forward(self, rows: torch.Tensor) -> torch.Tensor:
        """Pass the rows on."""
        return self.inner(rows)


def test_an_adapter_comes_back_from_its_file_with_the_same_id(tmp_path: Path) -> None:
    """Which is a hash of its numbers."""
    write_adapter(tmp_path / "reader" / "adapter.npz", SMALL)
    back = read_adapter(tmp_path / "reader" / "adapter.npz")
    assert back is not None
    assert SMALL.id == back.id
    assert Adapter({"inner": (TWO, -TWO.T)}).id != back.id


@pytest.mark.parametrize("damage", ["missing", "cut", "pickle", "shapes", "not finite"])
def test_a_damaged_file_is_no_adapter(tmp_path: Path, damage: str) -> None:
    """The encoder reads without it then; nothing in the file is ever run."""
    path = tmp_path / "adapter.npz"
    write_adapter(path, SMALL)
    if damage == "missing":
        path.unlink()
    elif damage == "cut":
        path.write_bytes(path.read_bytes()[:100])
    elif damage == "pickle":
        np.savez(path, **{"inner|down": np.array([{"not": "numbers"}], dtype=object), "inner|up": TWO})
    elif damage == "shapes":
        write_adapter(path, Adapter({"inner": (TWO, TWO)}))
    else:
        write_adapter(path, Adapter({"inner": (TWO, np.full((2, 3), np.inf, dtype=np.float16))}))
    assert read_adapter(path) is None


def test_a_network_reads_through_the_adapter_and_is_afterwards_as_it_was() -> None:
    """What the adapter adds is up times down times the row, whether laid over for a while or merged into a copy."""
    network, row = Network(), torch.tensor([[1.0, 2.0]])
    down, up = (nn.Parameter(torch.from_numpy(matrix).float()) for matrix in SMALL.layers["inner"])
    with torch.no_grad():
        with apply_layers(network, {"inner": (down, up)}):
            adapted = network(row)
        assert torch.equal(row + row @ down.T @ up.T, adapted)
        assert torch.allclose(adapted, merge_layers(network, SMALL)(row))
        assert torch.equal(row, network(row))


@pytest.fixture(scope="module")
def plain() -> SentenceEncoder:
    """The encoder without an adapter."""
    return SentenceEncoder()


OPPOSITES = [
    *((f"we {verb} our answers", (1.0, 0.0)) for verb in ("measure", "score", "test", "count", "check", "rate")),
    *((f"we never {verb} our answers", (0.0, 1.0)) for verb in ("measure", "score", "test", "count", "check", "rate")),
]


def test_tuning_moves_opposites_apart_and_leaves_the_search_vectors_alone(plain: SentenceEncoder) -> None:
    """Sentences that differ by one word become less alike, also one that was not learnt from."""
    unseen = ["we grade our answers", "we never grade our answers"]
    searched = plain.encode(unseen)
    lessons = [Lesson(text, {"evals, asked": wanted}, frozenset(), 1.0) for text, wanted in OPPOSITES]
    tuned = SentenceEncoder(adapter=plain.tune(lessons * 16))
    assert np.array_equal(searched, plain.encode(unseen))
    assert np.allclose(searched, tuned.encode(unseen), atol=1e-6)
    assert plain.layers_id != tuned.layers_id

    def likeness(encoder: SentenceEncoder) -> float:
        last = encoder.encode_layers(unseen)[:, -encoder.dimension :]
        return float(last[0] @ last[1])

    assert likeness(tuned) < likeness(plain) - 0.1
