"""Tunes the encoder's reading of short answers: a low-rank adapter, learnt together with heads that are thrown away.

Owns the learning loop. The weights below stay as they are; what is learnt is the adapter alone. Must not know what the
labels mean. Takes about a quarter of an hour on two cores, and is run by hand, never at a start.
"""

from __future__ import annotations

import logging
import os
import random
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np
import torch
from torch import nn

from assistant.knowledge.types.examples import Lesson
from assistant.retrieval.adapter import Adapter
from assistant.retrieval.encoder import DIMENSION, means_of_tokens, pieces_of

logger = logging.getLogger(__name__)

# Chosen on practice batch 4 and the labelled cases' answers, neither of them learnt from (2026-11-27).
RANK = 8
N_EPOCHS = 3
BATCH_SIZE = 32
RATE = 6e-4
HEAD_RATE = 1e-3
DROPOUT = 0.1
SMOOTHING = 0.05
WARM_UP = 0.1
"""The share of all steps over which the rate grows; then it falls to nothing."""
SEED = 20261127
_ADAPTED = (
    "attention.self.query", "attention.self.value", "attention.output.dense", "intermediate.dense", "output.dense",
)  # fmt: skip

Layers = dict[str, tuple[nn.Parameter, nn.Parameter]]


def tune(model: Any, lessons: Sequence[Lesson], n_epochs: int = N_EPOCHS) -> Adapter:
    """Learn an adapter for a loaded sentence-transformers model from labelled texts; the model is left as it was.

    The same lessons give nearly the same adapter on another computer, not the same bits.
    """
    torch.manual_seed(SEED)
    network = model[0].auto_model
    for parameter in network.parameters():
        parameter.requires_grad_(requires_grad=False)
    layers = _fresh(network)
    heads = nn.ModuleDict({name: nn.Linear(DIMENSION, size) for name, size in _sizes(lessons).items()})
    optimizer = torch.optim.AdamW(
        [
            {"params": [matrix for pair in layers.values() for matrix in pair], "lr": RATE},
            {"params": heads.parameters(), "lr": HEAD_RATE},
        ],
        weight_decay=0.01,
    )
    batches = list(_batches(lessons, n_epochs))
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: _pace(step / len(batches)))
    network.train(mode=False)
    with _all_cores(), apply_layers(network, layers):
        for step, batch in enumerate(batches):
            pieces = pieces_of(model, [lesson.text for lesson in batch])
            (last,) = means_of_tokens(network, pieces, (-1,))
            vectors = nn.functional.dropout(last, DROPOUT)
            loss = _loss(heads, vectors, batch)
            optimizer.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]
            optimizer.step()
            schedule.step()
            if step % 200 == 0:
                logger.info("step %d of %d, loss %.3f", step, len(batches), float(loss.detach()))
    learnt = {name: (_numbers(down), _numbers(up)) for name, (down, up) in layers.items()}
    return Adapter(learnt)


@contextmanager
def apply_layers(network: nn.Module, layers: Layers) -> Iterator[None]:
    """Let a network read with layers over its own, so that they can be learnt; afterwards it is as it was."""
    hooks = [network.get_submodule(name).register_forward_hook(_adds(*pair)) for name, pair in layers.items()]
    try:
        yield
    finally:
        for hook in hooks:
            hook.remove()


def _adds(down: torch.Tensor, up: torch.Tensor) -> Any:
    def add(_: nn.Module, inputs: tuple[torch.Tensor, ...], output: torch.Tensor) -> torch.Tensor:
        return output + (inputs[0] @ down.T) @ up.T

    return add


@contextmanager
def _all_cores() -> Iterator[None]:
    """Take every core for as long as it lasts; a start reads on one."""
    n_threads = torch.get_num_threads()
    torch.set_num_threads(os.cpu_count() or 1)
    try:
        yield
    finally:
        torch.set_num_threads(n_threads)


def _fresh(network: nn.Module) -> Layers:
    """Return matrices that change nothing yet, for each adapted layer."""
    found: Layers = {}
    for name, module in network.named_modules():
        if name.endswith(_ADAPTED) and isinstance(module, nn.Linear):
            down = torch.randn(RANK, module.in_features) / module.in_features**0.5
            found[name] = (nn.Parameter(down), nn.Parameter(torch.zeros(module.out_features, RANK)))
    return found


def _sizes(lessons: Sequence[Lesson]) -> dict[str, int]:
    return {name: len(wanted) for lesson in lessons for name, wanted in lesson.wanted.items()}


def _batches(lessons: Sequence[Lesson], n_epochs: int) -> Iterator[list[Lesson]]:
    """Yield batches in an order of chance, texts of like length side by side."""
    draw = random.Random(SEED)
    for _ in range(n_epochs):
        shuffled = draw.sample(list(lessons), len(lessons))
        batches = []
        for start in range(0, len(shuffled), 16 * BATCH_SIZE):
            near = sorted(shuffled[start : start + 16 * BATCH_SIZE], key=lambda lesson: len(lesson.text))
            batches += [near[at : at + BATCH_SIZE] for at in range(0, len(near), BATCH_SIZE)]
        yield from draw.sample(batches, len(batches))


def _pace(done: float) -> float:
    return min((done + 1e-3) / WARM_UP, (1.0 - done) / (1.0 - WARM_UP))


def _loss(heads: nn.ModuleDict, vectors: torch.Tensor, batch: Sequence[Lesson]) -> torch.Tensor:
    """Return the mean loss of what the lessons of a batch say, each head over the rows that say something for it."""
    losses, total = [], 0.0
    for name, head in heads.items():
        rows = [at for at, lesson in enumerate(batch) if name in lesson.wanted]
        if not rows:
            continue
        wanted = torch.tensor([batch[at].wanted[name] for at in rows])
        weights = torch.tensor([batch[at].weight for at in rows])
        scores = head(vectors[rows])
        if name in batch[rows[0]].several:
            each = nn.functional.binary_cross_entropy_with_logits(scores, wanted, reduction="none").mean(1) * 2
        else:
            each = nn.functional.cross_entropy(scores, wanted, reduction="none", label_smoothing=SMOOTHING)
        losses.append((each * weights).sum())
        total += float(weights.sum())
    return torch.stack(losses).sum() / total


def _numbers(matrix: nn.Parameter) -> Any:
    return matrix.detach().numpy().astype(np.float16)
