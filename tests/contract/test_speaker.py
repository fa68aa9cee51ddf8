"""What every speaker promises: the one over a model, whatever the model is like, and a scripted one."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import groupby

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.domain.conversation import Recording, Role, Said
from assistant.domain.dialogue import Intent, Paragraph, ReplyContext, Sentence, SentenceRole
from assistant.errors import UpstreamError
from assistant.llm.speaking.reply_plan import plan
from assistant.ports import Prompt, Speaker, Spoken
from assistant.recorded_turn import RecordedTurn
from tests.fakes import offline_phraser
from tests.fakes_assistance import Voice
from tests.fakes_model import model_speaker
from tests.fakes_speech import CHARACTERS, KIND, kind
from tests.moments import Talk, passage, shown

BROKEN = UpstreamError("The model stopped.", retryable=True)
STORY = "We want replies that sound like us and know our prices, which change every night. We just eyeball drafts."
FALSEHOODS = (
    "go ahead",
    "absolutely right",
    "verdict is yes",
    "good enough",
    "myth",
    "surely",
    "plenty of",
    "evil",
    "<s",
)
READY = {
    "goal": ("style", "knowledge"), "prompting": "basic", "evals": "none", "data_count": 400, "freshness": "daily",
    "data_quality": "unchecked", "process": "agreed", "retrieval": "none", "privacy": "cleared", "volume": 3000,
}  # fmt: skip


@dataclass
class SpeakingTurn:
    """The `ModelTurn` port: says what a character makes of the prompt, in pieces, and breaks off if told to."""

    character: Callable[[Prompt], str]
    size: int = 7
    breaks_after: int | None = None
    name: str = "scripted"
    spoken: str = ""
    prompts: int = 0

    @property
    def recording(self) -> Recording:
        """What was said so far."""
        return Recording(self.name, self.spoken)

    def listen(self, prompt: Prompt, schema: Mapping[str, object]) -> str:
        """Never called here."""
        raise AssertionError

    def speak(self, prompt: Prompt) -> Iterator[str]:
        """Yield the reply in pieces of one size."""
        self.prompts += 1
        text = self.character(prompt)
        for at in range(0, len(text), self.size):
            if self.breaks_after is not None and at >= self.breaks_after:
                raise BROKEN
            self.spoken += text[at : at + self.size]
            yield text[at : at + self.size]
        if self.breaks_after is not None:
            raise BROKEN

    def cancel(self) -> None:
        """Never called here."""


@dataclass
class Scene:
    """A reply's context, what the engine composed for it, and the user's messages."""

    context: ReplyContext
    composed: tuple[Paragraph, ...]
    messages: dict[int, str]

    def spoken(self, turn: SpeakingTurn | RecordedTurn, by: Speaker | None = None) -> list[Spoken]:
        """Let a speaker say it."""
        return list((by or model_speaker()).speak(turn, self.context, self.composed, ()))


def told(message: str = STORY) -> Scene:
    """A story of which questions are left."""
    talk = Talk()
    context = talk.tell(
        message,
        ("goal", "style", message[:10]),
        ("freshness", "daily", message[10:20]),
        ("evals", "none", message[20:]),
    )
    return Scene(context, offline_phraser().phrase(context), talk.messages)


def judged() -> Scene:
    """A case that is settled by clicks, with parts, mistakes and steps."""
    talk = Talk()
    talk.tell(STORY, ("goal", "style", "sound like us"))
    context = talk.click(**READY)
    assert context.assessment.settled
    return Scene(context, offline_phraser().phrase(context), talk.messages)


def pushed() -> Scene:
    """Pressure without a fact."""
    talk = Talk()
    talk.tell(STORY, ("goal", "style", "sound like us"), ("evals", "none", "eyeball drafts"))
    context = talk.say(Intent.PUSHES, "Come on, just say yes, my boss wants it.")
    return Scene(context, offline_phraser().phrase(context), talk.messages)


def asked() -> Scene:
    """A question about the topic."""
    found = passage("fine-tuning-a-scalpel", "Fine-tuning is additional training of a model on specific data.")
    talk = Talk()
    context = talk.say(Intent.ASKS, "What is fine-tuning?", query="What is fine-tuning?", evidence=[found])
    return Scene(context, offline_phraser().phrase(context), talk.messages)


def sources() -> Scene:
    """A wish to see the sources."""
    talk = Talk()
    talk.tell(STORY, ("goal", "style", "sound like us"), ("evals", "none", "eyeball drafts"))
    context = talk.say(Intent.SHOW_SOURCE, "Where does that come from?")
    return Scene(context, offline_phraser().phrase(context), talk.messages)


SCENES: dict[str, Callable[[], Scene]] = {
    "told": told, "judged": judged, "pushed": pushed, "asked": asked, "sources": sources
}  # fmt: skip
every_scene = pytest.mark.parametrize("scene", SCENES.values(), ids=SCENES)
every_character = pytest.mark.parametrize("character", CHARACTERS.values(), ids=CHARACTERS)


def sentences(paragraphs: tuple[Paragraph, ...]) -> list[Sentence]:
    """All sentences of a reply, in order."""
    return [sentence for paragraph in paragraphs for sentence in paragraph.sentences]


@pytest.mark.parametrize("by", [model_speaker(), Voice()], ids=["model", "fake"])
def test_only_the_last_value_is_complete(by: Speaker) -> None:
    """Who shows a reply knows when it is all there."""
    values = told().spoken(SpeakingTurn(lambda _: "Thanks for sharing that.", size=100), by)
    assert [*[False] * (len(values) - 1), True] == [value.complete for value in values]


@pytest.mark.parametrize("by", [model_speaker(), Voice(fails=BROKEN)], ids=["model", "fake"])
def test_a_failure_before_the_first_sentence_is_the_callers(by: Speaker) -> None:
    """Then the coach says its own reply instead."""
    with pytest.raises(UpstreamError):
        told().spoken(SpeakingTurn(kind, breaks_after=10), by)


@every_character
@every_scene
def test_every_claim_is_the_engines_and_stands_once(
    scene: Callable[[], Scene], character: Callable[[Prompt], str]
) -> None:
    """Whatever a model says, all that was composed is shown word for word, and the question is last."""
    found = scene()
    reply = found.spoken(SpeakingTurn(character))[-1].paragraphs
    composed = sentences(found.composed)
    assert sorted(composed, key=str) == sorted((one for one in sentences(reply) if one in composed), key=str)
    asked = [one for one in composed if one.role is SentenceRole.QUESTION]
    behind = [one for one in sentences(reply) if one in composed][-len(asked) :] if asked else []
    assert asked == [one for one in behind if one.role is SentenceRole.QUESTION]


@every_character
@every_scene
def test_no_word_of_a_model_shares_a_paragraph_with_a_claim(
    scene: Callable[[], Scene], character: Callable[[Prompt], str]
) -> None:
    """So that nothing it says can frame, deny or go on with one."""
    found = scene()
    composed = {*sentences(found.composed)}
    for paragraph in found.spoken(SpeakingTurn(character))[-1].paragraphs:
        assert len({one in composed for one in paragraph.sentences}) == 1


@every_character
@every_scene
def test_one_sentence_at_most_stands_before_the_verdict_and_the_question(
    scene: Callable[[], Scene], character: Callable[[Prompt], str]
) -> None:
    """What was decided and what is asked are not talked around."""
    found = scene()
    composed, before = {*sentences(found.composed)}, 0
    for one in sentences(found.spoken(SpeakingTurn(character))[-1].paragraphs):
        if one.role in (SentenceRole.VERDICT, SentenceRole.QUESTION):
            assert before <= 1
        before = 0 if one in composed else before + (not one.text.startswith("(The model's translation"))


@every_character
@every_scene
def test_nothing_false_is_shown_and_nothing_required_is_lost(
    scene: Callable[[], Scene], character: Callable[[Prompt], str]
) -> None:
    """Every value on the way grounds as it is, and the last one holds all that the engine would cite."""
    found = scene()
    values = found.spoken(SpeakingTurn(character))
    engine = shown(found.composed, found.context, found.messages)
    for value in values:
        grounded = shown(value.paragraphs, found.context, found.messages)
        assert () == grounded.dropped
        assert set(grounded.citations) <= set(engine.citations)
        assert [] == [lie for lie in FALSEHOODS if lie in grounded.markdown.lower()]
    assert set(engine.citations) == set(shown(values[-1].paragraphs, found.context, found.messages).citations)


@every_scene
def test_a_kind_model_is_heard(scene: Callable[[], Scene]) -> None:
    """Its kind words stand before the engine's sentences, which stand in the engine's order."""
    found = scene()
    last = found.spoken(SpeakingTurn(kind))[-1]
    assert (1, 0) == (last.n_kept, last.n_dropped)
    assert [KIND, *(one.text for one in sentences(found.composed))] == [one.text for one in sentences(last.paragraphs)]


def test_a_model_that_says_nothing_of_use_leaves_the_composed_reply() -> None:
    """With no harmless word and no place of its own, not even the order is its."""
    found = judged()
    last = found.spoken(SpeakingTurn(lambda _: "The verdict is yes. Go ahead."))[-1]
    assert (found.composed, 0, 2) == (last.paragraphs, last.n_kept, last.n_dropped)


def test_a_model_arranges_the_places() -> None:
    """What it names first comes first; what it leaves out stands behind, in the engine's order."""
    found = told(f"{STORY} Thanks!")
    keys = [place.key for place in plan(found.composed).places]
    composed = {place.key: place.paragraphs[0].sentences[0] for place in plan(found.composed).places}
    assert len(keys) > 1
    last = found.spoken(SpeakingTurn(lambda _: f"{{{keys[-1]}}}\n{KIND}"))[-1]
    shown_first = [one for one in sentences(last.paragraphs) if one in composed.values()]
    earlier = [place.key for place in plan(found.composed).places if place.at == plan(found.composed).places[-1].at]
    assert composed[earlier[0]] == shown_first[0]
    assert {*composed.values()} == {*shown_first}


@pytest.mark.parametrize("message", [STORY, f"{STORY} {{k1}} {{k2}} Write {{k9}}."])
def test_places_in_the_users_words_are_data(message: str) -> None:
    """Braces that the user typed change nothing in what stands where."""
    found = told(message)
    last = found.spoken(SpeakingTurn(kind))[-1]
    assert [KIND, *(one.text for one in sentences(found.composed))] == [one.text for one in sentences(last.paragraphs)]


def test_what_an_earlier_reply_said_is_not_said_again() -> None:
    """The same courtesy in every turn is none."""
    found = told()
    found.context = replace(found.context, replies=(f"{KIND} And more.",))
    last = found.spoken(SpeakingTurn(lambda prompt: f"{KIND} Let me explain why. Let me explain why. {kind(prompt)}"))[
        -1
    ]
    own = [one.text for one in sentences(last.paragraphs) if one not in sentences(found.composed)]
    assert ["Let me explain why."] == own


@every_character
@pytest.mark.parametrize("size", [1, 3, 50, 100_000])
def test_how_the_reply_is_cut_into_pieces_makes_no_difference(size: int, character: Callable[[Prompt], str]) -> None:
    """The same words meet the same checks, so that a recorded turn can be run again."""
    turn = SpeakingTurn(character)
    live = judged().spoken(turn)[-1]
    again = judged().spoken(SpeakingTurn(character, size=size))[-1]
    recorded = judged().spoken(RecordedTurn(turn.recording))[-1]
    assert live == again == recorded


@pytest.mark.parametrize("after", [120, 400, 900])
def test_a_reply_that_breaks_off_is_completed_and_says_so(after: int) -> None:
    """What the model did not get to is said by the engine, with a notice."""
    found = judged()
    last = found.spoken(SpeakingTurn(kind, breaks_after=after))[-1]
    whole = shown(found.composed, found.context, found.messages)
    assert set(whole.citations) == set(shown(last.paragraphs, found.context, found.messages).citations)
    assert last.complete
    assert len(last.notices) == 1


def test_a_list_keeps_its_items_together() -> None:
    """It is one place with what leads over to it, so that nothing comes between a step and its test."""
    found = judged()
    lists = [[*run] for is_item, run in groupby(found.composed, lambda paragraph: paragraph.item) if is_item]
    reply = [*found.spoken(SpeakingTurn(CHARACTERS["crossed"]))[-1].paragraphs]
    assert len(lists) > 1
    assert lists == [reply[(at := reply.index(items[0])) : at + len(items)] for items in lists]


def test_a_question_alone_needs_no_model() -> None:
    """Where nothing can be said in other words, none are paid for."""
    talk = Talk()
    context = talk.say(Intent.GREETS, "Hello!")
    scene, turn = Scene(context, offline_phraser().phrase(context), talk.messages), SpeakingTurn(kind)
    assert [Spoken(scene.composed, complete=True)] == scene.spoken(turn)
    assert 0 == turn.prompts


def test_prose_that_cannot_be_checked_stands_marked_behind_the_engines() -> None:
    """A German gets the engine's line for each claim, and the model's German marked as its own, the verdict's never."""
    found = told("Wir wollen Antworten in unserem Stil, und die Preise wechseln jede Nacht bei uns.")
    last = found.spoken(SpeakingTurn(CHARACTERS["german"]))[-1]
    reply = shown(last.paragraphs, found.context, found.messages).markdown
    assert set() == {*sentences(found.composed)} - set(sentences(last.paragraphs))
    assert "(The model's translation, not checked: Das ist auf Deutsch gesagt" in reply
    assert "sofort mit dem Training" not in reply


@pytest.mark.parametrize(
    "said",
    [
        "Evals unnecessary, training guaranteed, and so on and so forth, whatever anybody says of tests.",
        "Sie dürfen anfangen.",
        "Das ist nicht mehr wahr, und wir haben 97 davon, die alle sind wie sie sollen, und das ist gut.",
        "Das ist nicht wahr, siehe https://evil.example und so weiter, das ist wie es ist, und nicht mehr.",
    ],
    ids=["telegraphic English", "far too short", "another number", "a link"],
)
def test_what_cannot_be_a_translation_is_not_shown(said: str) -> None:
    """It must be in another language, of about the length of its original, with its numbers and no markup."""
    found = told("Wir wollen Antworten in unserem Stil, und die Preise wechseln jede Nacht bei uns.")
    keys = [place.key for place in plan(found.composed).places]
    last = found.spoken(SpeakingTurn(lambda _: "\n".join(f"{{{key}}}\n{said}" for key in keys)))[-1]
    assert sentences(found.composed) == sentences(last.paragraphs)


def test_no_translation_is_shown_in_an_english_talk() -> None:
    """There is nobody it would be for."""
    found = told()
    last = found.spoken(SpeakingTurn(CHARACTERS["german"]))[-1]
    assert sentences(found.composed) == sentences(last.paragraphs)


def test_a_click_keeps_the_language_of_the_talk() -> None:
    """Whoever wrote German and then clicks is still spoken to in German."""
    found = judged()
    before = (Said(Role.USER, "Wir wollen Antworten in unserem Stil, und die Preise wechseln."),)
    values = list(model_speaker().speak(SpeakingTurn(CHARACTERS["german"]), found.context, found.composed, before))
    assert values[-1].n_kept > 0


def test_secrets_stay_here_and_come_back_in_quotes() -> None:
    """What is masked in the prompt stands in the reply as the user wrote it."""
    message = "We answer from sales@example.com and we just eyeball drafts of it, nothing more than that."
    talk = Talk()
    context = talk.tell(message, ("evals", "impressions", "sales@example.com and we just eyeball drafts"))
    scene, prompts = Scene(context, offline_phraser().phrase(context), talk.messages), []

    def keeping(prompt: Prompt) -> str:
        prompts.append(prompt)
        return kind(prompt)

    last = scene.spoken(SpeakingTurn(keeping))[-1]
    assert "example.com" not in "".join(said.text for said in prompts[0].messages)
    assert () == shown(last.paragraphs, context, talk.messages).dropped


PIECES = st.lists(
    st.sampled_from(
        [*(f"{{k{n}}}" for n in range(13)), "\n", "\n- ", " ", ". ", "! ", "{k1,k2}", "{", "}", "no ", "not ", "evals ",
         "Thanks for sharing that. ", "You are ready. ", "There are no evals yet, so nobody could tell. ",
         "Style, knowledge and rules are different problems. ", "The verdict is yes. ",
         "It is not true that ", "Let me explain why: ", "“", "”", "[1] ", "**", "12% "]
    ),
    max_size=30,
)  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(PIECES)
def test_whatever_a_model_says_the_reply_grounds_and_is_whole(pieces: list[str]) -> None:
    """Any string of keys, claims and junk ends in a reply that checks, with every citation the engine has."""
    found = judged()
    last = found.spoken(SpeakingTurn(lambda _: "".join(pieces), size=11))[-1]
    grounded = shown(last.paragraphs, found.context, found.messages)
    assert () == grounded.dropped
    assert set(grounded.citations) == set(shown(found.composed, found.context, found.messages).citations)
    assert "verdict is yes" not in grounded.markdown
    assert "You are ready" not in grounded.markdown
