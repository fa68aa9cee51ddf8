"""Files under knowledge/ that are damaged or meant to do harm: each is named as itself, and costs little."""

from __future__ import annotations

import logging
import random
import shutil
import struct
import zipfile
from pathlib import Path

import numpy as np
import pytest

from assistant.knowledge.loader import check
from assistant.retrieval.adapter import FILE, read_adapter

BOMB = "\n".join(["a0: &a0 [x, x, x, x, x, x, x, x, x]", *(
    f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 12)
)])  # fmt: skip


@pytest.fixture
def folder(project_root: Path, tmp_path: Path) -> Path:
    """A copy of the knowledge folder."""
    return Path(shutil.copytree(project_root / "knowledge", tmp_path / "knowledge"))


def test_a_bomb_of_aliases_is_refused_by_file_and_line_in_every_file(folder: Path) -> None:
    """Whoever reads it, nothing is unfolded; what is read only where the rest is sound is damaged alone."""
    sound = {path: path.read_text(encoding="utf-8") for path in folder.rglob("*.yaml")}
    expected = {
        path: f"knowledge/{path.relative_to(folder).as_posix()}:1: &a0 is a name for what follows. "
        "Write it out each time."
        for path in sound
    }
    for path in sound:
        path.write_text(BOMB, encoding="utf-8")
    told = {str(fault) for fault in check(folder)}
    for path, text in sound.items():
        path.write_text(text, encoding="utf-8")
    for path in [path for path in sound if expected[path] not in told]:
        path.write_text(BOMB, encoding="utf-8")
        told |= {str(fault) for fault in check(folder)}
        path.write_text(sound[path], encoding="utf-8")
    assert set(expected.values()) == told


def test_prose_with_such_characters_is_no_anchor(folder: Path) -> None:
    """What stands in quotes or in a comment is text."""
    path = folder / "lexicon" / "words.yaml"
    path.write_text(f"# R &D, *really* &amp;\n{path.read_text(encoding='utf-8')}", encoding="utf-8")
    assert [] == check(folder)


def large(path: Path) -> None:
    """Write a file of a few kilobytes that unpacks to a little more than is taken."""
    header = b"\x93NUMPY\x01\x00" + struct.pack("<H", 118)
    shape = b"{'descr': '<f2', 'fortran_order': False, 'shape': (34078720,), }"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed, packed.open("taught.npy", "w") as member:
        member.write(header + shape.ljust(117) + b"\n")
        for _ in range(65):
            member.write(bytes(1 << 20))


def lying(path: Path) -> None:
    """Write a file whose header tells of more than there is."""
    with zipfile.ZipFile(path, "w") as packed:
        shape = b"{'descr': '<f2', 'fortran_order': False, 'shape': (99999999999999,), }"
        packed.writestr("taught.npy", b"\x93NUMPY\x01\x00" + struct.pack("<H", 118) + shape.ljust(117) + b"\n")


@pytest.mark.parametrize("write", [large, lying], ids=["large", "lying"])
def test_an_adapter_that_is_too_large_is_named_as_itself(
    write: object, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """In one line of the log, and without the room it asks for."""
    path = tmp_path / "adapter.npz"
    write(path)  # type: ignore[operator]
    caplog.set_level(logging.WARNING)
    assert read_adapter(path) is None
    assert [True] == [str(path) in record.getMessage() for record in caplog.records]


def test_an_adapter_is_read_whole_or_named_as_itself(
    project_root: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Bytes changed or cut off anywhere; nothing else is raised."""
    whole, path, draw = (project_root / "knowledge" / FILE).read_bytes(), tmp_path / "adapter.npz", random.Random(3)
    caplog.set_level(logging.WARNING)
    for _ in range(150):
        damaged = bytearray(whole[: draw.choice([len(whole), draw.randrange(len(whole))])])
        for _ in range(draw.choice([1, 20])):
            damaged[draw.choice([draw.randrange(len(damaged)), draw.randrange(min(300, len(damaged)))])] ^= (
                draw.randrange(1, 256)
            )
        path.write_bytes(damaged)
        caplog.clear()
        read = read_adapter(path)
        assert (read is None) is any(str(path) in record.getMessage() for record in caplog.records)


def test_what_ships_is_read(project_root: Path) -> None:
    """The bounds have room for it."""
    read = read_adapter(project_root / "knowledge" / FILE)
    assert read is not None
    assert all(np.isfinite(matrix).all() for pair in read.layers.values() for matrix in pair)
