"""Three thousand messages that nobody should send."""

from __future__ import annotations

import pytest

from assistant.domain.case import Case
from assistant.domain.elicitation import ask_question
from tests.fakes import offline_reader
from tests.moments import knowledge
from tests.odd_messages import read_odd_messages

pytestmark = pytest.mark.quality


def test_three_thousand_odd_messages_are_read_and_every_quote_is_exact() -> None:
    """No exception, and no reading that quotes nothing of its message."""
    asked = [None, *(ask_question(Case(), slot, knowledge().rulebook) for slot in knowledge().rulebook.slots)]
    n_read = read_odd_messages(offline_reader(), asked, 3_000)
    print(f"\nFuzz: {n_read:,} odd messages read, every quote exact")
    assert n_read >= 3_000
