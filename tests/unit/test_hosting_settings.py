"""The settings about visitors: whom the page answers, and how much it takes from them."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.settings.environment import read_settings
from assistant.settings.hosting import Hosting, RequestLimits

NO_FILE = Path("there-is-no-such.env")
LOCAL_NAMES = ("localhost", "127.0.0.1", "[::1]")


def hosting(**environ: str) -> Hosting:
    """Read the settings about visitors."""
    return read_settings(environ, NO_FILE).hosting


def test_a_page_for_this_computer_answers_to_its_names_alone_and_counts_nothing() -> None:
    """A foreign name that leads to this computer is a trick; its own user is no crowd."""
    assert Hosting(allowed_hosts=LOCAL_NAMES, limits=RequestLimits()) == hosting()


@pytest.mark.parametrize(
    "environ",
    [{"ASSISTANT_HOST": "0.0.0.0"}, {"ASSISTANT_TRUSTED_PROXIES": "127.0.0.1"}, {"SPACE_ID": "someone/coach"}],
)
def test_limits_are_on_where_strangers_may_come(environ: dict[str, str]) -> None:
    """Listening to everyone, standing behind a proxy and being a Space are public."""
    limits = hosting(**environ).limits
    assert (60, 3_000) == (limits.minute_requests, limits.day_requests)


def test_a_public_page_that_was_told_no_name_answers_to_any() -> None:
    """Its name is the operator's to know."""
    assert () == hosting(ASSISTANT_HOST="0.0.0.0").allowed_hosts


def test_this_computers_names_stay_beside_those_that_were_told() -> None:
    """Whoever looks after the server can still ask it there."""
    assert ("coach.example.org", *LOCAL_NAMES) == hosting(ASSISTANT_ALLOWED_HOSTS="coach.example.org").allowed_hosts


def test_a_space_may_be_framed_by_its_site_and_believes_the_platforms_proxy() -> None:
    """The page of a Space is a frame on huggingface.co, and only the platform's private network reaches it."""
    space = hosting(SPACE_ID="someone/coach")
    assert ("https://huggingface.co",) == space.embed_origins
    assert "10.0.0.0/8" in space.trusted_proxies


def test_every_limit_can_be_set_and_the_countings_switched_off() -> None:
    """Zero requests a minute would be no page at all, so it means no limit."""
    given = {
        "ASSISTANT_HOST": "0.0.0.0",
        "ASSISTANT_MESSAGE_CHARACTERS": "1000",
        "ASSISTANT_REQUEST_BYTES": "50000",
        "ASSISTANT_MINUTE_REQUESTS": "0",
        "ASSISTANT_DAY_REQUESTS": "500",
        "ASSISTANT_ANSWERS_AT_ONCE": "4",
        "ASSISTANT_ANSWERS_WAITING": "8",
        "ASSISTANT_ANSWER_SECONDS": "90",
    }
    assert RequestLimits(1_000, 50_000, None, 500, 4, 8, 90.0) == hosting(**given).limits
