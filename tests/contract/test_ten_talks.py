"""Ten talks from their first word to their end: typed, clicked, with every kind of model, and by programs."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.talks import FOLDER, document, play, read_talks

TALKS = read_talks()


@pytest.mark.parametrize("name", TALKS)
def test_a_talk_goes_as_it_is_written(name: str, tmp_path: Path) -> None:
    """Verdict, leaning, question and what is to be agreed to, after every turn."""
    assert [turn["then"] for turn in TALKS[name]["turns"]] == play(TALKS[name], tmp_path)


def test_a_model_that_gives_nothing_usable_is_as_no_model(tmp_path: Path) -> None:
    """Silence and answers of another shape erase nothing that the rules heard."""
    talk = TALKS["weak-model"]
    assert play({**talk, "coach": "offline"}, tmp_path) == play(talk, tmp_path)


def test_the_page_of_talks_is_written_from_them() -> None:
    """Documentation that is generated cannot lie."""
    assert document() == (FOLDER.parents[2] / "docs" / "ten-talks.md").read_text(encoding="utf-8")
