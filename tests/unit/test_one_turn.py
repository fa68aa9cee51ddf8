"""The page that shows one turn as data shows a turn of today."""

from __future__ import annotations

from tests.one_turn import PAGE, page


def test_the_page_on_one_turn_is_what_the_coach_does_today() -> None:
    """Where it is not: `python -m tests.one_turn` writes it anew; read what moved before it is committed."""
    assert PAGE.read_text(encoding="utf-8") == page()
