"""Moments around a verdict that a person reads aloud, and what every reply to a question about a case owes."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

import pytest
import yaml

from assistant.coach import Coach
from assistant.domain.dialogue import TurnResult
from assistant.replying.followup_phrases import FollowUpPhrases
from assistant.replying.followup_reader import FollowUpReader
from assistant.settings.environment import PROJECT_ROOT
from tests.fakes import GroundingPhraser, coach, offline_phraser, offline_reader
from tests.moments import knowledge

WRITTEN: dict[str, Any] = yaml.safe_load((PROJECT_ROOT / "tests/data/moments.yaml").read_text(encoding="utf-8"))
MOMENTS = WRITTEN["moments"]


@cache
def speaking() -> tuple[Coach, GroundingPhraser]:
    """Build the coach with the real reader of follow-ups, by phrases alone, and keep what would be dropped."""
    known = knowledge()
    reader = FollowUpReader(offline_reader(), FollowUpPhrases(known.follow_ups), known.answers)
    phraser = GroundingPhraser(offline_phraser())
    return coach(reader=reader, phraser=phraser), phraser


def talk(moment: dict[str, Any]) -> tuple[list[TurnResult], list[str]]:
    """Click the facts, say the messages in turn; returns the results and the sentences that were dropped."""
    speaker, phraser = speaking()
    phraser.dropped.clear()
    conversation, first = speaker.respond(speaker.start("moment"), "", moment["facts"])
    results = [first]
    for message in moment["says"]:
        conversation, result = speaker.respond(conversation, message)
        results.append(result)
    return results, list(phraser.dropped)


@pytest.mark.parametrize("moment", MOMENTS, ids=lambda moment: moment["name"])
def test_a_reply_is_one_to_thank_a_colleague_for(moment: dict[str, Any]) -> None:
    """It answers what was asked, from the case, and says nothing beside the point."""
    results, dropped = talk(moment)
    reply = results[-1].reply
    missing = [words for words in moment["holds"] if not any(part in reply for part in words.split("|"))]
    beside = [words for words in moment["lacks"] if words in reply]
    assert ([], [], []) == (missing, beside, dropped), reply


@pytest.mark.parametrize("moment", MOMENTS, ids=lambda moment: moment["name"])
def test_a_question_about_the_case_moves_no_fact(moment: dict[str, Any]) -> None:
    """Asking is not telling."""
    results, _ = talk(moment)
    assert results[0].case.facts == results[-1].case.facts


def test_list_marks_never_stand_inside_prose() -> None:
    """A dash or a number of a list is the list's alone."""
    replies = [result.reply for moment in MOMENTS for result in talk(moment)[0]]
    assert [] == [reply for reply in replies if re.search(r"\S[^\n]* (?:- |\d[.)] )[A-Z]", reply)]
