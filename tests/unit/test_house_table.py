"""How easily the code is lived in may only get better."""

from __future__ import annotations

import pytest

from tests.house_table import MISTAKE, ROWS, SLOT

MOST = {
    f"modules that name the slot `{SLOT}`, beside its arguments": 2,
    f"modules that name the mistake `{MISTAKE}`": 1,
    "modules that a message visits to be heard": 23,
    "functions that begin with a participle": 0,
    "modules with a list of number words": 2,
    "modules with a list of negators": 5,
    "modules of `domain` that are not the decision core": 1,
    "lines of `domain`": 3_210,
    "modules under `assistant/`": 227,
    "lines of Python under `assistant/`": 27_376,
}
"""Lower it where something was taken away; lines have some room, so that a line more stops nobody."""


@pytest.mark.parametrize("row", ROWS)
def test_no_figure_of_the_table_gets_worse(row: str) -> None:
    """`python -m tests.house_table` names what is counted."""
    assert ROWS[row]() <= MOST[row]
