"""What every phraser promises, on the fake and on the one without a model."""

from __future__ import annotations

import pytest

from assistant.domain.dialogue import Intent, ReplyContext
from assistant.ports import Phraser
from assistant.replying.phraser import OfflinePhraser
from tests.fakes_phraser import TersePhraser
from tests.moments import Talk, knowledge

OPENING = (
    "Our bot should sort tickets into 34 tags. Every prompt tweak was scored and we are stuck. We just eyeball drafts."
)


@pytest.fixture(params=["fake", "offline"])
def phraser(request: pytest.FixtureRequest) -> Phraser:
    """Each implementation in turn."""
    known = knowledge()
    return (
        TersePhraser()
        if request.param == "fake"
        else OfflinePhraser(known.rulebook, known.library.texts, known.phrases)
    )


def talk_with_a_case() -> tuple[Talk, ReplyContext]:
    """Tell a case that leaves questions open."""
    talk = Talk()
    context = talk.tell(
        OPENING, ("goal", "classification", "sort tickets into 34 tags"), ("evals", "impressions", "eyeball drafts")
    )
    return talk, context


def test_it_has_a_name_for_the_user(phraser: Phraser) -> None:
    """The reply says which coach spoke."""
    assert phraser.name.strip() != ""


def test_the_same_moment_gives_the_same_words(phraser: Phraser) -> None:
    """A replayed conversation reads as it did the first time."""
    _, context = talk_with_a_case()
    assert phraser.phrase(context) == phraser.phrase(context)


def test_the_open_question_is_put_in_the_engines_words(phraser: Phraser) -> None:
    """The buttons under a reply fit the question in it."""
    talk, context = talk_with_a_case()
    assert context.assessment.question is not None
    assert context.assessment.question.text in talk.reply(phraser, context).markdown


@pytest.mark.parametrize("intent", Intent)
@pytest.mark.parametrize("begun", [False, True])
def test_every_intent_is_answered_and_nothing_said_is_dropped(phraser: Phraser, intent: Intent, begun: bool) -> None:
    """Whatever a message is for, before a case and within one, something that checks is said."""
    talk = talk_with_a_case()[0] if begun else Talk()
    reply = talk.reply(phraser, talk.say(intent, query="what is LoRA?"))
    assert reply.markdown != ""
    assert reply.dropped == ()
