"""A model's own words: harmless ones are shown, and nothing that says a thing of the case."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from assistant.errors import KnowledgeError
from assistant.knowledge.loader import load
from assistant.settings.environment import PROJECT_ROOT
from tests.moments import knowledge

OWN = knowledge().own_words
BAKERY = "We run a bakery in Leeds and we have no budget. Our vendor says the evals are fine."


@pytest.mark.parametrize(
    "said",
    [
        "Thanks for laying that out so openly.",
        "I hear how tiring that is.",
        "I'm sorry, that sounds frustrating.",
        "That's a fair question.",
        "Let me explain why.",
        "Here is how I see it:",
        "Thanks for what you've shared.",
        "Okay, let's go on.",
        "Here is where things stand for now:",
    ],
)
def test_courtesy_feeling_and_lead_overs_are_harmless(said: str) -> None:
    """Each says nothing of the case."""
    assert OWN.fits(said)


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ("I hear you are clear.", "what the user is"),
        ("I hear you have the picture.", "what the user has"),
        ("I see how you can put it.", "what the user may do"),
        ("I understand the story is clear.", "what something is"),
        ("It is clear.", "a judgement"),
        ("That makes sense.", "agreement"),
        ("Okay.", "agreement"),
        ("Put it together.", "an order"),
        ("I know that is not hard.", "a denial"),
        ("Thanks for telling me about your evals.", "a term of the trade"),
        ("That sounds harmless.", "a word of no list"),
        ("Thanks, does that help?", "a question of its own"),
        ("Thanks 200.", "a figure"),
        ("To your question: great.", "approval"),
        ("Here is where things stand, all right.", "approval"),
        ("I hear that:", "a frame"),
        ("Let me.", "half a sentence"),
        ("thanks for that.", "half a sentence"),
        ("Thanks for that", "half a sentence"),
        ("Thаnks for that.", "another alphabet"),
        ("Thanks for “that”.", "a quote"),
        ("Thanks for that \u200b.", "what cannot be seen"),
        ("Thanks (for that).", "an aside"),
        ("", "nothing at all"),
    ],
)
def test_what_says_anything_of_the_case_is_not(said: str, why: str) -> None:
    """One rule each, from harmless words wherever that can be."""
    assert not OWN.fits(said), why


@pytest.mark.parametrize(
    ("said", "fits"),
    [
        ("Thanks for telling me about your bakery.", True),
        ("Thanks for telling me about your bakery in Leeds.", True),
        ("Thanks for telling me about your florist.", False),
        ("Thanks for telling me about the budget.", False),
        ("Thanks for telling me about the evals.", False),
        ("Your bakery is clear.", False),
        ("The bakery.", False),
    ],
)
def test_a_noun_of_the_users_may_be_named_and_no_more(said: str, fits: bool) -> None:
    """Only what they said in their last message, did not deny, and no rulebook uses; nothing is said of it."""
    assert fits is OWN.fits(said, BAKERY)


def test_a_term_of_the_trade_is_one_in_either_number() -> None:
    """The rulebook and the glossary say which."""
    assert {"eval", "prompt", "data", "training", "retrieval"} <= OWN.trade


def test_a_word_in_two_lists_stops_the_start(project_root: Path, tmp_path: Path) -> None:
    """It is named with its file, since the lists say different things of a word."""
    directory = Path(shutil.copytree(project_root / "knowledge", tmp_path / "knowledge"))
    path = directory / "own_words.yaml"
    text = path.read_text(encoding="utf-8")
    assert "  - sorry glad" in text
    path.write_text(text.replace("  - sorry glad", "  - sorry sorry glad"), encoding="utf-8")
    with pytest.raises(KnowledgeError, match=r"own_words\.yaml:1: 'sorry' stands twice"):
        load(directory)


def test_the_users_noun_may_be_named_in_its_other_number() -> None:
    """Who spoke of one card may be thanked for the cards."""
    assert OWN.fits("Thanks for telling me about the bakeries.", "we run bakeries") is True
    assert OWN.fits("Thanks for telling me about your bike.", "we repair bikes") is True


def test_every_sentence_that_the_prompt_gives_as_shown_is_shown() -> None:
    """A model is told nothing that is not so."""
    prompt = (PROJECT_ROOT / "knowledge" / "prompts" / "speak.md").read_text(encoding="utf-8")
    [given] = re.findall(r"These are the kinds that are shown:(.*?)Stay near them", prompt, flags=re.DOTALL)
    sentences = [" ".join(sentence.split()) for sentence in re.findall(r'"([^"]+)"', given)]
    assert sentences
    assert [] == [sentence for sentence in sentences if not OWN.fits(sentence)]
