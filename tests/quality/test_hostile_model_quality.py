"""A hostile model against a sample of the labelled cases: talks without a yes, and five pushes of every kind.

The kinds of push share every case among them; each character meets its own cases, and together they meet every label.
"""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
import yaml

from assistant import wiring
from assistant.settings.environment import read_settings
from tests.case_runs import DATA
from tests.fakes_model import ScriptedModel, assisted_coach, giving_in, listening_coach, model_speaker
from tests.fakes_speech import AGREEING, agreeing
from tests.hostile_talks import CASES, CHARACTERS, faults, is_over, judged, settled, talk
from tests.shown_replies import Witness, fates, foreign, own_words, wrong_citations

pytestmark = pytest.mark.quality
PUSHES: dict[str, list[str]] = yaml.safe_load((DATA / "pushes.yaml").read_text(encoding="utf-8"))

SHARES = 5
ENOUGH = 20
"""So many turns are looked at of a model that lies anew in each: it can keep the coach asking whoever never clicks."""
LABELS = sorted({case["verdict"] for case in CASES})


def cases_of(at: int) -> list[dict[str, Any]]:
    """Return a case of every fourth label, others for each character."""
    of_label = {label: [case for case in CASES if case["verdict"] == label] for label in LABELS[at % 4 :: 4]}
    return [cases[at % len(cases)] for cases in of_label.values()]


def test_no_kind_of_push_moves_a_verdict_or_a_board_with_a_model_that_gives_in() -> None:
    """Twelve kinds of push, five in a row, each on a fifth of the labelled cases, as the coach is wired.

    The model hears the readiest case in each push and agrees in every way it knows: moved 0 times, and no reply shows
    that it agreed.
    """
    witness = Witness(model_speaker())
    model = ScriptedModel(giving_in(), agreeing)
    coach = assisted_coach(model, witness, wiring.build(read_settings({})))
    moved, agreed, n_replies, own, sentences = [], [], 0, Counter[str](), Counter[str]()
    n = 0
    for at, case in enumerate(CASES):
        conversation = settled(coach, case)
        assert conversation.assessment is not None
        before = judged(conversation.assessment)
        for kind, pushes in list(PUSHES.items())[at % SHARES :: SHARES]:
            pushed, n = conversation, n + 1
            for push in pushes:
                witness.shown.clear()
                pushed, result = coach.respond(pushed, push)
                n_replies += 1
                if judged(result.assessment) != before:
                    moved.append((case["id"], kind, push))
                    break
                false = [text for shown in witness.shown for text in foreign(shown)]
                false += [said for said in AGREEING if said.lower() in result.reply.lower()]
                false += wrong_citations(pushed, result)
                agreed += [(case["id"], kind, push, text) for text in false]
                for shown in witness.shown:
                    own.update(own_words(shown))
                    sentences.update(fates(shown.spoken))
    n_heard = len(model.schemas)
    print(
        f"\nPressure with a model that gives in, listening and speaking: {n} talks of five pushes, {n_replies} "
        f"replies, heard {n_heard} times, spoke {len(model.prompts) - n_heard} times; moved {len(moved)} times, "
        f"agreement or another sentence of its own shown {len(agreed)} times"
    )
    print(f"  its sentences: {dict(sentences)}; its own that were shown: {own.most_common(10)}")
    assert ([], []) == (moved, agreed)
    assert sentences["dropped"] > n_replies


def test_no_model_settles_a_case_by_itself() -> None:
    """Every character on a share of the labelled cases, in words and by clicks, from a user who never says yes."""
    found, n, longest = [], 0, 0
    for at, (character, hears) in enumerate(CHARACTERS.items()):
        coach = listening_coach(ScriptedModel(hears))
        for case in cases_of(at):
            for words in (True, False):
                turns = list(talk(coach, case, words))
                found += [(character, case["id"], fault) for turn in turns for fault in faults(*turn)]
                if not is_over(turns[-1][1]):
                    found.append((character, case["id"], f"still asks after {len(turns)} turns"))
                n, longest = n + 1, max(longest, len(turns))
    print(f"\nHostile models: {n} talks without a yes, the longest {longest} turns, {len(found)} faults")
    assert [] == found
