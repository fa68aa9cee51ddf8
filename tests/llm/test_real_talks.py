"""Two labelled cases with a real model that is far too weak to be of use: it costs time, and changes nothing.

Each case is told in its user's own words, and all that is left is clicked at once, so that few answers of the model are
waited for.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest

from assistant.coach import Coach
from assistant.domain.conversation import Conversation
from assistant.domain.dialogue import TurnResult
from assistant.ports import Model
from tests.case_runs import read_cases, read_clicks
from tests.fakes import coach as offline_coach
from tests.fakes_model import ScriptedModel, assisted_coach, model_speaker
from tests.hostile_talks import RULEBOOK, faults
from tests.llm.local_model import LocalModel
from tests.shown_replies import Witness, fates, foreign, wrong_citations

CASES = ("R14", "C26")
"""A yes, and a wish to be split; how each other verdict bears a model is judged with scripted ones."""
MOST_CHARACTERS = 900
"""What is taken of the model in one turn: enough for a few readings, or for a short reply."""
Turn = tuple[Conversation, TurnResult]


@dataclass
class Talks:
    """The cases as they went with one model: every turn of each, and what was shown."""

    model: Model
    witness: Witness = field(default_factory=lambda: Witness(model_speaker()))
    turns: dict[str, list[Turn]] = field(default_factory=dict)

    def hold(self) -> None:
        """Tell every case."""
        coach = assisted_coach(self.model, self.witness)
        self.turns = {case["id"]: list(talk(coach, case)) for case in read_cases() if case["id"] in CASES}


def talk(coach: Coach, case: dict[str, str]) -> Iterator[Turn]:
    """Tell the opening message, then click everything there is, with "I don't know" for what has no label."""
    clicks = read_clicks()[case["id"]]
    conversation, result = coach.respond(coach.start(case["id"]), case["opening_message"])
    yield conversation, result
    if result.assessment.question is not None:
        everything = {slot.id: clicks.get(slot.id, "declined") for slot in RULEBOOK.slots}
        yield coach.respond(conversation, "", everything)


@pytest.fixture(scope="module")
def silent() -> Talks:
    """The cases with a scripted model that hears nothing and has nothing to say."""
    talks = Talks(ScriptedModel())
    talks.hold()
    return talks


@pytest.fixture(scope="module")
def real(local_model: LocalModel) -> Iterator[Talks]:
    """The cases with the real model."""
    model = local_model.open(MOST_CHARACTERS)
    talks = Talks(model)
    talks.hold()
    yield talks
    model.close()


def test_the_real_model_was_called_as_often_as_a_scripted_one(
    real: Talks, silent: Talks, capsys: pytest.CaptureFixture[str]
) -> None:
    """Once for each message and once for each reply that has something to say; nothing was left out or tried twice."""
    assert isinstance(silent.model, ScriptedModel)
    recordings = [conversation.events[-1].recording for turns in real.turns.values() for conversation, _ in turns]
    usage = real.model.usage  # type: ignore[attr-defined]
    with capsys.disabled():
        n_heard = sum(one.unheard is None for one in recordings if one)
        n_said = sum(one.spoken is not None for one in recordings if one)
        shown = [fates(one.spoken) for one in real.witness.shown]
        print(
            f"\nA real model, {usage.n_calls} calls: {n_heard} messages heard to the end, {n_said} replies begun, "
            f"{len(shown)} shown in part or whole, with sentences {shown}"
        )
    assert len(silent.model.prompts) == usage.n_calls


def test_every_verdict_is_the_one_without_a_model(real: Talks) -> None:
    """The last assessment of each case, with its board and its parts, is the rules' own, and it is settled."""
    offline = {case["id"]: list(talk(offline_coach(), case)) for case in read_cases() if case["id"] in CASES}
    assert set(CASES) == set(offline)
    assert {case: turns[-1][1].assessment for case, turns in offline.items()} == {
        case: turns[-1][1].assessment for case, turns in real.turns.items()
    }
    assert all(turns[-1][1].assessment.settled for turns in real.turns.values())


def test_what_the_real_model_alone_heard_is_no_more_than_proposed(real: Talks) -> None:
    """With the words it rests on, and no verdict rests on it."""
    assert [] == [fault for turns in real.turns.values() for turn in turns for fault in faults(*turn)]


def test_nothing_false_was_shown_of_the_real_model(real: Talks) -> None:
    """Each sentence is the engine's or harmless, each citation is exact, and each turn has its reply."""
    assert [] == [text for shown in real.witness.shown for text in foreign(shown)]
    turns = [turn for turns in real.turns.values() for turn in turns]
    assert [] == [quote for turn in turns for quote in wrong_citations(*turn)]
    assert all(result.reply for _, result in turns)
