"""The example sentences: every slip an editor can make in them is found and named by its file."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from assistant.knowledge.load import check, load


@pytest.fixture
def folder(tmp_path: Path, project_root: Path) -> Path:
    """A copy of the project's knowledge, to be broken."""
    return shutil.copytree(project_root / "knowledge", tmp_path / "knowledge")


@pytest.mark.parametrize(
    ("file", "old", "new", "says"),
    [
        ("evals", "value: partial", "value: partly", "evals has no option 'partly'"),
        ("evals", "value: partial", "value: partly", "The option 'partial' has no sentences"),
        ("evals", "unheard: [live]", "unheard: []", "The option 'live' has no sentences"),
        ("evals", "unheard: [live]", "unheard: [live, partial]", "The option 'partial' has sentences"),
        ("evals", "unheard: [live]", "unheard: [live, dead]", "evals has no option 'dead'"),
        ("evals", "value: partial", "value: none", "The option 'none' stands here twice"),
        ("evals", "slot: evals", "slot: data_count", "The file evals.yaml is about 'data_count'"),
        ("evals", "wished: false", "wished: false\nextra: 1", "extra"),
        ("evals", "unasked: null", "unasked: 1.5", "floors.unasked"),
        ("evals", "unasked: null", "unasked: 0", "floors.unasked"),
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
    """Sentences of a slot that does not exist, and none of those that say nothing."""
    sentences = folder / "utterances"
    shutil.copy(sentences / "evals.yaml", sentences / "weather.yaml")
    (sentences / "nothing.yaml").unlink()
    found = {fault.file for fault in check(folder)}
    assert "knowledge/utterances/nothing.yaml" in found
    (sentences / "nothing.yaml").write_bytes(b"slot: nothing\nexamples: [a few, words]\n")
    assert {"knowledge/utterances/nothing.yaml", "knowledge/utterances/weather.yaml"} <= {
        fault.file for fault in check(folder)
    }


def test_examples_come_in_the_order_of_the_rulebook_and_of_their_files(project_root: Path) -> None:
    """What learns from them gets the same order every time; what says nothing comes last."""
    knowledge = load(project_root / "knowledge")
    slots = [slot.id for slot in knowledge.rulebook.slots]
    order = [slots.index(example.slot) for example in knowledge.examples if example.slot is not None]
    assert order == sorted(order)
    assert [None] * len(knowledge.examples.nothing) == [row.slot for row in knowledge.examples][len(order) :]
