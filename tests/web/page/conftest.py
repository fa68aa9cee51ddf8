"""A coach on the real knowledge, built once for the page's tests."""

from __future__ import annotations

import pytest

from assistant import wiring
from assistant.coach import Coach
from assistant.settings.environment import read_settings


@pytest.fixture(scope="session")
def coach() -> Coach:
    """The offline coach as it is served, except that nothing warms it up."""
    return wiring.build_served(read_settings({}))[0]
