"""Whole talks with a model that gives in, lies or babbles: it decides nothing, invents nothing and ends nothing."""

from __future__ import annotations

import json
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.llm.listening.merging import MODEL_INTENTS, Certainty
from tests.case_runs import DATA
from tests.fakes_model import ScriptedModel, listening_coach, message_of, reading, said, whole_coach
from tests.fakes_speech import AGREEING, agreeing
from tests.hostile_talks import CASES, CHARACTERS, MOST_TURNS, RULEBOOK, faults, is_over, judged, settled, talk

FEW = CASES[::20]  # `make quality` takes many more, in words and by clicks
PUSHES: dict[str, list[str]] = yaml.safe_load((DATA / "pushes.yaml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("words", [True, False], ids=["in words", "by clicks"])
@pytest.mark.parametrize("character", CHARACTERS)
def test_no_model_settles_a_case_by_itself_nor_keeps_the_coach_asking(character: str, words: bool) -> None:
    """Whoever never says yes is left with the list; whoever clicks gets the verdict of the clicks."""
    coach = listening_coach(ScriptedModel(CHARACTERS[character]))
    for case in FEW:
        turns = list(talk(coach, case, words))
        assert [] == [fault for turn in turns for fault in faults(*turn)]
        # A model that lies anew in every turn can keep the coach asking whoever never clicks; it settles nothing.
        over = is_over(turns[-1][1]) or (words and character.startswith("lying"))
        assert over, f"{case['id']} still asks after {len(turns)} turns"
        assert words or turns[-1][1].assessment.settled


@pytest.mark.parametrize("character", ["giving in", "confirming"])
def test_pushes_with_a_model_that_gives_in_move_nothing(character: str) -> None:
    """Neither verdict nor board, in any of the ways people push, five in a row, and no word of agreement is shown."""
    coach = whole_coach(ScriptedModel(CHARACTERS[character], agreeing))
    conversation = settled(coach, CASES[0])
    assert conversation.assessment is not None
    before = judged(conversation.assessment)
    for pushes in PUSHES.values():
        pushed = conversation
        for push in pushes:
            pushed, result = coach.respond(pushed, push)
            assert before == judged(result.assessment), push
            assert [] == [said for said in AGREEING if said.lower() in result.reply.lower()], push


answers = st.lists(
    st.fixed_dictionaries(
        {
            "slot": st.sampled_from([slot.id for slot in RULEBOOK.slots]),
            "value": st.sampled_from([option.value for slot in RULEBOOK.slots for option in slot.options]) | st.none(),
            "place": st.tuples(st.integers(0, 30), st.integers(1, 8)),
            "certainty": st.sampled_from([one.value for one in Certainty]),
            "corrects": st.booleans(),
        }
    ),
    max_size=14,
)


@settings(max_examples=8, deadline=None)
@given(
    st.lists(st.tuples(answers, st.sampled_from(MODEL_INTENTS)), min_size=1, max_size=6),
    st.sampled_from(CASES),
    st.booleans(),
)
def test_whatever_a_model_answers_no_yes_is_its_own(
    script: list[tuple[list[dict[str, Any]], Any]], case: dict[str, Any], words: bool
) -> None:
    """Over scripts of valid-looking answers, each quoting some words of the message it hears."""
    turns = iter(script * MOST_TURNS)

    def hears(prompt: Any) -> str:
        readings, intent = next(turns)
        said_words = message_of(prompt).split()
        found = []
        for one in readings:
            start, n_words = one["place"]
            at = start % max(len(said_words), 1)
            quote = " ".join(said_words[at : at + n_words])
            found.append(reading(one["slot"], one["value"], quote, one["certainty"], corrects=one["corrects"]))
        return said(*found, intent=intent.value)

    coach = listening_coach(ScriptedModel(hears))
    for conversation, result in talk(coach, case, words):
        assert [] == list(faults(conversation, result)), json.dumps(script, default=str)
