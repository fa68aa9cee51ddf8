"""The picture in the README, taken from the running page: `make screenshot` writes it, the test only takes it."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Visit
from tests.browser.steps import click_answer, tell

pytestmark = pytest.mark.browser
PICTURE = Path(__file__).resolve().parents[2] / "docs" / "screenshot.png"
CASE = (
    "We sort support tickets into 14 queues. We have 6,000 checked examples with labels, a held-out test set with a "
    "known baseline, and the prompt with examples is stuck at 81 percent although we measured every change."
)

ANSWERS = (
    "Hardly ever",
    "Yes, agreed and owned",
    "Examples, a schema or a strong model tried",
    "Checked and consistent",
    "Yes",
)
"""What the case would answer, whichever of these is asked."""


def test_a_settled_case_makes_the_picture(visit: Callable[..., Visit], tmp_path: Path) -> None:
    """A told case, answered until it is settled, fits one screen."""
    page = visit(width=1280, height=860).page
    tell(page, CASE)
    answers = page.locator("#answers .options").locator("visible=true")
    for _ in range(8):
        if not answers.count() or page.locator("#answers .more").count():
            break
        likely = [name for name in ANSWERS if answers.get_by_role("button").filter(has_text=name).count()]
        click_answer(page, likely[0] if likely else None)
    expect(page.locator(".verdict.yes")).to_be_visible()
    page.mouse.move(0, 0)
    page.evaluate("document.activeElement.blur()")
    target = PICTURE if os.environ.get("WRITE_SCREENSHOT") else tmp_path / "screenshot.png"
    target.parent.mkdir(exist_ok=True)
    page.screenshot(path=target, animations="disabled", caret="hide")
    assert target.stat().st_size > 20_000
