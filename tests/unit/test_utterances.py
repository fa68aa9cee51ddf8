"""The example sentences: every slip an editor can make in them is found and named by its file."""

from __future__ import annotations

import re
import shutil
import zlib
from pathlib import Path

import pytest

from assistant.knowledge.loader import check, load_examples


@pytest.fixture
def folder(tmp_path: Path, project_root: Path) -> Path:
    """A copy of the project's knowledge, to be broken."""
    return shutil.copytree(project_root / "knowledge", tmp_path / "knowledge")


@pytest.mark.parametrize(
    ("file", "old", "new", "says"),
    [
        ("evals", "value: partial", "value: partly", "evals has no option 'partly'"),
        ("evals", "value: partial", "value: none", "The option 'none' stands here twice"),
        ("evals", "slot: evals", "slot: data_count", "The file evals.yaml is about 'data_count'"),
        ("evals", "wished: false", "wished: false\nextra: 1", "extra"),
        ("evals", "- by eye", "- vibes mostly", "The sentence 'vibes mostly' stands in evals.yaml already"),
        ("evals", "- by eye", "- ''", "examples"),
        ("nothing", "- hmm", "- VIBES  mostly", "stands in evals.yaml already"),
        ("nothing", "slot: nothing", "slot: evals", "slot"),
    ],
)
def test_a_slip_in_the_sentences_is_found(folder: Path, file: str, old: str, new: str, says: str) -> None:
    """It is named by its file and what is wrong."""
    path = folder / "utterances" / f"{file}.yaml"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    faults = [fault for fault in check(folder) if fault.file == f"knowledge/utterances/{file}.yaml"]
    assert any(says in fault.what for fault in faults), faults


def test_a_file_of_no_slot_and_a_lost_file_are_found(folder: Path) -> None:
    """Sentences of another slot than the file is named after, and none of those that say nothing."""
    sentences = folder / "utterances"
    shutil.copy(sentences / "evals.yaml", sentences / "privacy.yaml")
    (sentences / "nothing.yaml").unlink()
    found = {fault.file for fault in check(folder)}
    assert "knowledge/utterances/nothing.yaml" in found
    (sentences / "nothing.yaml").write_bytes(b"slot: nothing\nexamples: [a few, words]\n")
    assert {"knowledge/utterances/nothing.yaml", "knowledge/utterances/privacy.yaml"} <= {
        fault.file for fault in check(folder)
    }


def test_examples_come_in_the_order_of_their_files_whatever_the_rulebook_says(project_root: Path) -> None:
    """What learns from them gets the same order every time; what says nothing comes last."""
    examples = load_examples(project_root / "knowledge")
    order = list(dict.fromkeys(example.slot for example in examples))
    assert [*sorted(slot for slot in order if slot), None] == order


def test_a_quote_that_is_not_in_its_reply_is_found(folder: Path) -> None:
    """A reply says only what its own words say."""
    path = folder / "utterances" / "replies" / "evals.yaml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace('quote: "', 'quote: "zebra ', 1), encoding="utf-8")
    assert any("is not in its text" in fault.what for fault in check(folder))


def test_nothing_that_is_kept_aside_is_learnt_from(project_root: Path) -> None:
    """No five words in a row of the probes or of cases kept aside stand in what hearing rests on.

    `held_back_runs.txt` holds a checksum of each run of five words, so that their sentences need not be here.
    `relevance.yaml` is the retriever's.
    """
    held = set((project_root / "tests" / "data" / "held_back_runs.txt").read_text(encoding="utf-8").split())
    folders = (project_root / "knowledge" / name for name in ("utterances", "lexicon"))
    paths = [path for folder in folders for path in folder.rglob("*.yaml") if path.stem != "relevance"]
    lines = [line for path in paths for line in path.read_text(encoding="utf-8").splitlines()]
    assert [] == [line for line in lines if not held.isdisjoint(runs_of_five(line))]


def runs_of_five(line: str) -> set[str]:
    """Return the checksums of all runs of five words of a line."""
    words = re.findall(r"[a-z0-9']+", line.lower().replace("’", "'"))
    runs = (" ".join(words[at : at + 5]) for at in range(len(words) - 4))
    return {format(zlib.crc32(run.encode()), "08x") for run in runs}
