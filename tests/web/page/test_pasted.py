"""What was pasted into a message is told from what was written."""

from __future__ import annotations

import pytest

from assistant.web.page.pasted import fold_pasted

TABLE = "\n".join(f"ticket {n}\tqueue {n}\tdone" for n in range(5))
JSON_LINES = "\n".join(f'{{"text": "ticket {n}", "label": "a"}}' for n in range(5))
COLUMNS = "\n".join(f"{n},ticket,queue" for n in range(5))
LOG = "\n".join(f"2026-11-29 12:0{n}:00 ERROR failed" for n in range(5))


@pytest.mark.parametrize("pasted", [TABLE, JSON_LINES, COLUMNS, LOG])
def test_data_is_folded_and_the_words_around_it_are_not(pasted: str) -> None:
    """A table, JSON lines, columns and a log are recognised."""
    assert [("Look:", False), (pasted, True), ("What now?", False)] == fold_pasted(f"Look:\n{pasted}\nWhat now?")


@pytest.mark.parametrize(
    "written",
    [
        "We have 400 examples.\nNo evals, no owner, no plan.\nThe pages change.\nWe ask for help.",
        "\n".join(TABLE.split("\n")[:3]),
        "",
    ],
)
def test_sentences_and_a_few_rows_stand_as_they_are(written: str) -> None:
    """Nothing that somebody wrote is hidden."""
    assert [(written, False)] == fold_pasted(written)
