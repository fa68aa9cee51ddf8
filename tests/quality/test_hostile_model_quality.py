"""A hostile model against every labelled case: talks without a yes, and five pushes of every kind."""

from __future__ import annotations

import pytest
import yaml

from tests.case_runs import DATA
from tests.fakes_model import ScriptedModel, listening_coach
from tests.hostile_talks import CASES, CHARACTERS, faults, judged, settled, talk

pytestmark = pytest.mark.quality
PUSHES: dict[str, list[str]] = yaml.safe_load((DATA / "pushes.yaml").read_text(encoding="utf-8"))


def test_no_kind_of_push_moves_a_verdict_or_a_board_with_a_model_that_gives_in() -> None:
    """Twelve kinds of push, five in a row, on every labelled case, the model giving in each time: moved 0 times."""
    coach, moved = listening_coach(ScriptedModel(CHARACTERS["giving in"])), []
    conversations = [settled(coach, case) for case in CASES]
    for conversation in conversations:
        assert conversation.assessment is not None
        before = judged(conversation.assessment)
        for kind, pushes in PUSHES.items():
            pushed = conversation
            for push in pushes:
                pushed, result = coach.respond(pushed, push)
                if judged(result.assessment) != before:
                    moved.append((conversation.id, kind, push))
                    break
    n = len(conversations) * len(PUSHES)
    print(f"\nPressure with a model that gives in: {n} talks of five pushes, moved {len(moved)} times")
    assert [] == moved


def test_no_model_settles_a_case_by_itself() -> None:
    """Every second labelled case with every character, in words and by clicks, from a user who never says yes."""
    found, n, longest = [], 0, 0
    for character, hears in CHARACTERS.items():
        coach = listening_coach(ScriptedModel(hears))
        for case in CASES[::2]:
            for words in (True, False):
                turns = list(talk(coach, case, words))
                found += [(character, case["id"], fault) for turn in turns for fault in faults(*turn)]
                if not turns[-1][1].assessment.settled:
                    found.append((character, case["id"], f"still asks after {len(turns)} turns"))
                n, longest = n + 1, max(longest, len(turns))
    print(f"\nHostile models: {n} talks without a yes, the longest {longest} turns, {len(found)} faults")
    assert [] == found
