"""A low-rank adapter for the encoder's network: what was learnt on top of frozen weights, kept as a small file.

Owns the form of the adapter and how it is laid over a network. Must not know what it was learnt from.
"""

from __future__ import annotations

import copy
import hashlib
import io
import logging
import struct
import tokenize
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    import torch

logger = logging.getLogger(__name__)

FILE = "reader/adapter.npz"
_MOST_BYTES = 64 << 20
# What numpy, zip and the packing raise for a file that is not what they wrote; a memory error is a size that is a lie.
_DAMAGES = (
    OSError, ValueError, KeyError, EOFError, IndexError, TypeError, NotImplementedError, RuntimeError, MemoryError,
    SyntaxError, zipfile.BadZipFile, zlib.error, struct.error, tokenize.TokenError,
)  # fmt: skip
Matrix = npt.NDArray[np.float16]


@dataclass(frozen=True, slots=True)
class Adapter:
    """For each adapted linear layer by name, `(rank, n_inputs)` down and `(n_outputs, rank)` up, in float16.

    The layer's output for a row `x` gains `up @ (down @ x)`. Source: biderman-2024.
    """

    layers: Mapping[str, tuple[Matrix, Matrix]]

    @property
    def id(self) -> str:
        """A hash of every number in its layers, 8 hex digits."""
        digest = hashlib.sha256()
        for name, (down, up) in sorted(self.layers.items()):
            digest.update(name.encode() + down.tobytes() + up.tobytes())
        return digest.hexdigest()[:8]


def write_adapter(path: Path, adapter: Adapter) -> None:
    """Write an adapter. Raises OSError where that is not possible."""
    path.parent.mkdir(parents=True, exist_ok=True)
    arrays: dict[str, Any] = {}
    for name, (down, up) in sorted(adapter.layers.items()):
        arrays |= {f"{name}|down": down, f"{name}|up": up}
    np.savez_compressed(path, **arrays)


def read_adapter(path: Path) -> Adapter | None:
    """Read an adapter; None, with a line in the log, where there is none or the file is damaged. Runs nothing of it."""
    try:
        with np.load(io.BytesIO(_read_bounded(path)), allow_pickle=False) as stored:
            names = sorted({name.split("|")[0] for name in stored.files})
            layers = {name: (stored[f"{name}|down"], stored[f"{name}|up"]) for name in names}
    except FileNotFoundError:
        logger.info("%s is not there", path)
        return None
    except _DAMAGES as error:
        logger.warning("%s cannot be read (%s)", path, error)
        return None
    if not all(_fits(down, up) for down, up in layers.values()):
        logger.warning("%s holds matrices that do not belong together", path)
        return None
    return Adapter(layers)


def _read_bounded(path: Path) -> bytes:
    """Read a file that is no larger than an adapter can be, packed or unpacked. Raises ValueError for a larger one."""
    if path.stat().st_size > _MOST_BYTES:
        raise ValueError(f"larger than {_MOST_BYTES:,} bytes")
    content = path.read_bytes()
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        if sum(member.file_size for member in packed.infolist()) > _MOST_BYTES:
            raise ValueError(f"larger than {_MOST_BYTES:,} bytes once unpacked")
    return content


def _fits(down: Matrix, up: Matrix) -> bool:
    alike = down.dtype == up.dtype == np.float16 and down.ndim == up.ndim == 2 and down.shape[0] == up.shape[1]
    return bool(alike and np.isfinite(down).all() and np.isfinite(up).all())


def merge_layers(network: torch.nn.Module, adapter: Adapter) -> torch.nn.Module:
    """Return a network that reads with the adapter's layers over its own, and shares its embeddings.

    Raises: AttributeError, where the network has no layer of such a name.
    """
    import torch

    embeddings = getattr(network, "embeddings", None)
    merged: torch.nn.Module = copy.deepcopy(network, {id(embeddings): embeddings} if embeddings is not None else {})
    with torch.no_grad():
        for name, (down, up) in adapter.layers.items():
            layer: Any = merged.get_submodule(name)
            layer.weight += torch.from_numpy(up).float() @ torch.from_numpy(down).float()
    return merged
