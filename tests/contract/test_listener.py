"""What every listener promises: the one over a model, whatever the model is like, and a scripted one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import pytest

from assistant.domain.case import Case, Via
from assistant.domain.conversation import Recording
from assistant.domain.dialogue import Intent, Interpretation
from assistant.errors import UpstreamError
from assistant.llm.listening.listener import ModelListener
from assistant.ports import Listener
from assistant.recorded_turn import RecordedTurn
from tests.fakes_assistance import EYEBALL, MESSAGE, Ear
from tests.fakes_model import Hear, ScriptedModel, garbled, giving_in, lying, reading, said, truthful
from tests.moments import knowledge

RULEBOOK = knowledge().rulebook
BEGUN = replace(Case(), begun=True)
HEARD = Interpretation(Intent.TELLS, (EYEBALL,))


@dataclass(frozen=True)
class Pair:
    """A listener, and the model it listens with."""

    listener: Listener
    model: ScriptedModel

    def listen(self, message: str = MESSAGE, heard: Interpretation = HEARD, case: Case = BEGUN) -> Interpretation:
        """Hear one message beside the rules, with no question waiting and nothing said before."""
        return self.listener.listen(self.model.turn("talk"), message, heard, case, None, ())


def over(hears: Hear) -> Callable[[], Pair]:
    """Make a real listener over a model of some character."""
    return lambda: Pair(ModelListener(RULEBOOK, knowledge().prompts), ScriptedModel(hears))


MAKERS: dict[str, Callable[[], Pair]] = {
    "scripted": lambda: Pair(Ear((replace(EYEBALL, via=Via.MODEL),)), ScriptedModel()),
    "truthful": over(truthful([("evals", "impressions", "eyeball drafts"), ("goal", "style", "our replies")])),
    "giving in": over(giving_in()),
    **{f"lying {seed}": over(lying(RULEBOOK, seed)) for seed in range(6)},
}


@pytest.fixture(params=MAKERS)
def pair(request: pytest.FixtureRequest) -> Pair:
    """Each in turn."""
    return MAKERS[request.param]()


def test_a_slot_of_which_the_rules_heard_something_is_never_lost(pair: Pair) -> None:
    """The model's reading of it stands, the rules' where it gives none."""
    assert EYEBALL.slot in {one.slot for one in pair.listen().values}


def test_what_the_rules_did_not_hear_says_that_it_comes_from_the_model(pair: Pair) -> None:
    """So that the user is told who heard it."""
    assert all(one == EYEBALL or one.via is Via.MODEL for one in pair.listen().values)


def test_nothing_is_agreed_to_by_a_model(pair: Pair) -> None:
    """Agreement is the user's alone, and found by the rules."""
    assert frozenset() == pair.listen().agrees


def test_every_value_stands_in_the_message(pair: Pair) -> None:
    """At its exact place, with something to read in it."""
    quotes = [MESSAGE[one.start : one.end] for one in pair.listen().values]
    assert all(quote and quote == quote.strip() for quote in quotes)


def test_the_model_is_asked_once(pair: Pair) -> None:
    """One structured call a message."""
    pair.listen()
    assert 1 == len(pair.model.prompts)


def test_a_model_that_fails_is_an_error_for_the_coach(pair: Pair) -> None:
    """It goes on with what the rules heard."""
    failing = RecordedTurn(Recording("a model"))
    with pytest.raises(UpstreamError):
        pair.listener.listen(failing, MESSAGE, HEARD, BEGUN, None, ())


# --- what only the real one can show ---


def test_a_garbled_answer_is_an_error_each_time() -> None:
    """Never an empty interpretation, which would look as if the model had listened."""
    pair = over(garbled())()
    for _ in range(30):
        with pytest.raises(UpstreamError, match="nothing usable"):
            pair.listen()


def test_what_must_not_leave_the_computer_is_masked_and_quoted_all_the_same() -> None:
    """In the message and in what was said before; the quote is the user's own."""
    message = "Our examples hold names like jo@example.org, uncleared."
    words = "names like [e-mail 1], uncleared"
    pair = over(lambda _prompt: said(reading("privacy", "personal_data", words)))()
    heard = pair.listen(message, Interpretation(Intent.TELLS, (replace(EYEBALL, slot="latency", value="strict"),)))
    assert ["names like jo@example.org, uncleared"] == [
        message[one.start : one.end] for one in heard.values if one.slot == "privacy"
    ]
    sent = pair.model.prompts[-1]
    assert "jo@example.org" not in sent.instructions + "".join(one.text for one in sent.messages)


@pytest.mark.parametrize(
    ("message", "fact"),
    [
        ("Wir haben kein Testset, wir schauen nur drüber.", ("evals", "impressions", "wir schauen nur drüber")),
        ("Nos prix changent tous les jours.", ("freshness", "daily", "changent tous les jours")),
        ("私たちは三百の例があります。300件です。", ("data_count", 300, "300件")),
    ],
)
def test_a_story_in_another_language_is_heard(message: str, fact: tuple[str, str | float, str]) -> None:
    """Quotes stay in the message's own words."""
    heard = over(truthful([fact]))().listen(message, Interpretation(Intent.OTHER_LANGUAGE), Case())
    assert [fact] == [(one.slot, one.value, message[one.start : one.end]) for one in heard.values]
    assert Intent.TELLS is heard.intent
