"""What a message does to the aims that were heard, by the lexicon and classifier shipped: in reply to the aim's
question, which shows them as pressed, and anywhere else.
"""

from __future__ import annotations

import pytest

from assistant.domain.case import Case, Fact, Via
from assistant.domain.dialogue import Intent, Interpretation
from assistant.domain.elicitation import aim_question, ask_question
from assistant.domain.read_back import list_question
from assistant.domain.rulebook import Rulebook
from assistant.understanding.reader import OfflineReader

PRESSED = Case(
    begun=True,
    facts=(
        Fact("goal", "format", False, Via.WORDS, 1, "our fixed layout"),
        Fact("goal", "cost_latency", False, Via.WORDS, 1, "the bill"),
    ),
)
"""A case with two aims that were heard."""


def _hear(reader: OfflineReader, rulebook: Rulebook, message: str) -> Interpretation:
    return reader.read(message, PRESSED, aim_question(PRESSED, rulebook))


@pytest.mark.parametrize(
    ("message", "aims"),
    [
        ("it's classification, not format", {"classification"}),
        ("only cost", {"cost_latency"}),
        ("just the second one", {"cost_latency"}),
        ("the first one is wrong", {"cost_latency"}),
        ("drop the format", {"cost_latency"}),
        ("not the format", {"cost_latency"}),
        ("yes, but not the cost", {"format"}),
        ("both of them", {"format", "cost_latency"}),
        ("yes and also style", {"format", "cost_latency", "style"}),
        ("style too", {"format", "cost_latency", "style"}),
        ("format and style", {"format", "style"}),
        ("I want it to sort mails", {"classification"}),
    ],
)
def test_the_aim_becomes_what_the_reply_says(
    reader: OfflineReader, rulebook: Rulebook, message: str, aims: set[str]
) -> None:
    """What it names stands; what was pressed stays, goes or comes along as it says; none of it is agreed to."""
    interpretation = _hear(reader, rulebook, message)
    assert (Intent.TELLS, aims, frozenset()) == (
        interpretation.intent,
        {value.value for value in interpretation.values if value.slot == "goal"},
        interpretation.agrees,
    )


@pytest.mark.parametrize("message", ["yes", "yes, that's it", "yes. there are 60 of them"])
def test_a_plain_yes_agrees_to_exactly_what_is_pressed(reader: OfflineReader, rulebook: Rulebook, message: str) -> None:
    """Also where something about another slot follows."""
    interpretation = _hear(reader, rulebook, message)
    assert (Intent.CONFIRMS, {"goal"}) == (interpretation.intent, interpretation.agrees)


@pytest.mark.parametrize("message", ["no", "no, that is wrong"])
def test_a_plain_no_denies_what_is_pressed(reader: OfflineReader, rulebook: Rulebook, message: str) -> None:
    """The question is then put plainly."""
    interpretation = _hear(reader, rulebook, message)
    assert (Intent.DENIES, {"goal"}) == (interpretation.intent, interpretation.denies)


def test_words_that_brush_an_aim_in_another_answer_add_none(reader: OfflineReader, rulebook: Rulebook) -> None:
    """Its own question was answered; a wish still adds to it."""
    case = Case(begun=True, facts=PRESSED.facts[:1], asked=frozenset({("goal", None)}))
    question = ask_question(case, rulebook.slot("retrieval"), rulebook)
    interpretation = reader.read("in place and measured, it finds the right page. too slow though", case, question)
    assert "goal" not in {value.slot for value in interpretation.values}


def test_what_a_model_must_not_do_leaves_no_aim_out(reader: OfflineReader, rulebook: Rulebook) -> None:
    """A "not" of how it is to answer says what is wanted."""
    interpretation = _hear(reader, rulebook, "it must not break the format, and keep the cost down")
    assert {"format", "cost_latency"} == {value.value for value in interpretation.values if value.slot == "goal"}


@pytest.mark.parametrize(
    ("message", "aims"),
    [
        ("take the layout out please", {"cost_latency"}),
        ("who said anything about format? the layout is off, the rest stays", {"cost_latency"}),
        ("nobody asked for a layout", {"cost_latency"}),
        ("the cost part can go", {"format"}),
        ("I don't want a layout, I want mails sorted into piles", {"classification"}),
    ],
)
def test_words_that_take_an_aim_back_tell_none(
    reader: OfflineReader, rulebook: Rulebook, message: str, aims: set[str]
) -> None:
    """However it is said, and wherever in the sentence what goes is named."""
    values = _hear(reader, rulebook, message).values
    assert aims == {value.value for value in values if value.slot == "goal"}


@pytest.mark.parametrize("asked", ["evals", "prompting"])
def test_an_aim_is_taken_back_in_reply_to_any_question(reader: OfflineReader, rulebook: Rulebook, asked: str) -> None:
    """The other one stays."""
    question = ask_question(PRESSED, rulebook.slot(asked), rulebook)
    values = reader.read("drop the format, that was never it", PRESSED, question).values
    assert {("goal", "cost_latency")} == {(value.slot, value.value) for value in values}


def test_the_last_aim_that_is_taken_back_is_denied(reader: OfflineReader, rulebook: Rulebook) -> None:
    """So that it is asked about anew."""
    case = Case(begun=True, facts=PRESSED.facts[:1])
    question = ask_question(case, rulebook.slot("evals"), rulebook)
    assert frozenset({"goal"}) == reader.read("forget the format", case, question).denies


def test_what_a_manner_is_not_like_takes_no_aim_back(reader: OfflineReader, rulebook: Rulebook) -> None:
    """It tells which manner is meant."""
    case = Case(begun=True, facts=(Fact("goal", "style", False, Via.WORDS, 1, "our voice"),))
    message = "yes the tone, it should sound like our shop and not like a brochure"
    assert frozenset() == reader.read(message, case, aim_question(case, rulebook)).denies


def test_a_no_to_something_else_that_keeps_the_aim_agrees_to_it(reader: OfflineReader, rulebook: Rulebook) -> None:
    """ "Nothing else" says that what stands is all of it."""
    case = Case(begun=True, facts=(Fact("goal", "classification", False, Via.WORDS, 1, "sort mails"),))
    message = "no, 14 is the shelves. sorting is right, nothing else"
    assert frozenset({"goal"}) == reader.read(message, case, aim_question(case, rulebook)).agrees


def test_what_follows_a_yes_tells_no_aim_by_a_word_that_points(reader: OfflineReader, rulebook: Rulebook) -> None:
    """ "Those two" are the ones that are pressed."""
    interpretation = _hear(reader, rulebook, "yeah, those two. the kettle is on here")
    assert (Intent.CONFIRMS, frozenset({"goal"})) == (interpretation.intent, interpretation.agrees)


def test_what_is_told_beside_a_list_takes_back_what_was_told_before(reader: OfflineReader, rulebook: Rulebook) -> None:
    """An "except" behind a yes says which of the two holds, so that nobody is asked."""
    heard = (("prompting", "basic"), ("process", "agreed"), ("evals", "impressions"))
    case = Case(begun=True, facts=tuple(Fact(slot, value, False, Via.WORDS, 1, "told") for slot, value in heard))
    question = list_question(case, ("prompting", "process"), rulebook)
    found = reader.read("all true, except that there is no way to measure anything yet", case, question)
    assert {("evals", "none", True)} == {(value.slot, value.value, value.corrects) for value in found.values}
