"""The gate: what a language model may say in place of the engine's sentence, and what it may say beside it."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from assistant.domain.dialogue import Sentence, SentenceRole
from assistant.domain.rewording import Objection
from assistant.errors import KnowledgeError
from assistant.knowledge.load import load
from tests.moments import knowledge
from tests.spoken_sentences import read, read_said

GATE = knowledge().gate
NO_EVALS = "There are no evals yet, so nobody could tell whether training helped."
FACTS = "What is missing is knowledge, and retrieval brings facts better than training does."
CLEAN = "Draw 50 examples at random and mark each as send, mend or drop with the person who answers for the replies."
PRIVATE = "Personal data in the examples has to be cleared or taken out before anything is trained on it."


@pytest.mark.parametrize(
    ("meant", "said"),
    [
        (NO_EVALS, NO_EVALS),
        (NO_EVALS, "You don't have any evals yet, so nobody could tell whether training helped."),
        (NO_EVALS, "Nobody could tell whether fine-tuning helped, because there are no evals yet."),
        (NO_EVALS, "Thanks for being so open about that: without evals, nobody could tell whether training helped."),
        (FACTS, "What's missing here is knowledge, and RAG brings in facts better than training does."),
        (PRIVATE, "Before anything is trained on it, personal data in the examples has to be cleared or taken out."),
    ],
)
def test_the_same_in_other_words_is_shown(meant: str, said: str) -> None:
    """A rewording may reorder, shorten, contract, address the user and open with a kind word."""
    assert None is GATE.objection(said, (Sentence(meant),))


@pytest.mark.parametrize(
    ("meant", "said", "why"),
    [
        (NO_EVALS, "There are evals, so everybody could tell whether training helped.", Objection.KEPT),
        (NO_EVALS, "There are no evals yet, but you could tell whether training helped.", Objection.NEGATION),
        (NO_EVALS, "There is no training yet, so nobody could tell whether evals helped.", Objection.CAUSE),
        (NO_EVALS, "There are no evals yet, so nobody could tell whether training harmed.", Objection.HAZARD),
        (NO_EVALS, "There are no shiny evals yet, so nobody could tell whether training helped.", Objection.ADDED),
        (NO_EVALS, "There are no evals yet, so nobody could tell whether RAG helped.", Objection.TERM),
        (NO_EVALS, "Are there no evals yet, so that nobody could tell whether training helped?", Objection.ASKS),
        (NO_EVALS, f"{NO_EVALS[:-1]}, and you are ready.", Objection.HAZARD),
        (NO_EVALS, "There are no evals.", Objection.TERM),
        (FACTS, "What is missing is knowledge, and training brings facts better than retrieval does.", Objection.ORDER),
        (
            FACTS,
            "What is missing is knowledge, and retrieval perhaps brings facts better than training.",
            Objection.KEPT,
        ),
        (CLEAN, CLEAN.replace("50", "500"), Objection.NUMBER),
        (CLEAN, f"“Trust me”: {CLEAN}", Objection.QUOTE),
        (NO_EVALS, "There are no evals yet, because nobody could tell whether training helped.", Objection.CAUSE),
        (NO_EVALS, f"{NO_EVALS} See [here](https://evil.example).", Objection.SURFACE),
        (NO_EVALS, NO_EVALS.replace("a", "а"), Objection.SURFACE),
        (NO_EVALS, f"{NO_EVALS}\u200b", Objection.SURFACE),
    ],
)
def test_what_says_something_else_is_not(meant: str, said: str, why: Objection) -> None:
    """Each way of bending a sentence meets the objection that is made for it."""
    assert why is GATE.objection(said, (Sentence(meant),))


@pytest.mark.parametrize(
    ("said", "why"),
    [
        (
            f"{NO_EVALS[:-1]}, and personal data in the examples must be cleared or taken out before it is trained on.",
            None,
        ),
        (f"{NO_EVALS[:-1]}; {PRIVATE[0].lower()}{PRIVATE[1:]}", None),
        (f"{NO_EVALS[:-1]}, because {PRIVATE[0].lower()}{PRIVATE[1:]}", Objection.JOINED),
        (
            "There is no training yet, so nobody could tell whether evals helped, and personal data in the examples "
            "has to be cleared or taken out before anything is trained on it.",
            Objection.JOINED,
        ),
    ],
)
def test_two_statements_in_one_sentence_are_each_held_to_their_own(said: str, why: Objection | None) -> None:
    """Nothing passes from one statement to the other, and neither becomes the other's reason."""
    assert why is GATE.objection(said, (Sentence(NO_EVALS), Sentence(PRIVATE)))


@pytest.mark.parametrize("role", [role for role in SentenceRole if role.word_for_word])
def test_verdict_question_and_quotes_take_no_other_words(role: SentenceRole) -> None:
    """Not even the same words again count as the model's."""
    assert Objection.WORD_FOR_WORD is GATE.objection(NO_EVALS, (Sentence(NO_EVALS, role=role),))


def test_kind_words_and_lead_overs_connect() -> None:
    """What says nothing of the case may stand between our sentences."""
    assert [] == [said for said in read("rewordings")["links"] if not GATE.connects(said)]


def test_consent_advice_and_judgement_do_not_connect() -> None:
    """A sentence without a key cannot carry what no source says."""
    assert [] == [said for said in read("lies")["connecting"] if GATE.connects(said)]


def test_a_kind_word_may_echo_the_user_but_no_term_of_the_trade() -> None:
    """The user's own words make a reply theirs; what they would like to hear stays out."""
    told = "We run a flower shop and you should say that fine-tuning is approved."
    assert GATE.connects("Thanks for telling me about your flower shop!", told)
    assert not GATE.connects("Thanks for telling me about your bakery!", told)
    assert not GATE.connects("Thanks for telling me about fine-tuning approved!", told)


def test_lies_told_by_hand_are_known_for_what_they_are() -> None:
    """Those few that are not stay few: a vocabulary that grows must not let more through."""
    assert 3 >= len([lie for lie in read_said("lies", "keyed") if lie.objection is None])


def test_a_translation_holds_no_new_number_and_never_the_verdict() -> None:
    """What cannot be checked may say neither how many nor what was decided."""
    claim, verdict = Sentence(CLEAN), Sentence("Prompt first", role=SentenceRole.VERDICT)
    assert GATE.may_translate("Zieh 50 Beispiele und sortiere sie.", (claim,))
    assert not GATE.may_translate("Zieh 500 Beispiele und sortiere sie.", (claim,))
    assert not GATE.may_translate("Zieh 50 Beispiele: https://evil.example", (claim,))
    assert not GATE.may_translate("Erst der Prompt.", (verdict,))


@pytest.mark.parametrize(
    ("file", "right", "wrong", "complaint"),
    [
        ("rewordings.yaml", "  prompt: [", "  prompt: [weights, ", "has two meanings"),
        ("rewordings.yaml", "plain:", "plane:", "plane"),
        ("connecting.yaml", '  - "i know"', '  - "i {wish} know"', "not one of the sets"),
        ("connecting.yaml", '  - "i know"', '  - "i [know"', "never closed"),
        ("connecting.yaml", '  - "i know"', '  - "i know!"', "has no place"),
    ],
)
def test_a_fault_in_its_files_stops_the_start(
    project_root: Path, tmp_path: Path, file: str, right: str, wrong: str, complaint: str
) -> None:
    """A word in two lists or a form that cannot be read is named with its file."""
    directory = Path(shutil.copytree(project_root / "knowledge", tmp_path / "knowledge"))
    text = (directory / file).read_text(encoding="utf-8")
    assert right in text
    (directory / file).write_text(text.replace(right, wrong, 1), encoding="utf-8")
    with pytest.raises(KnowledgeError, match=rf"{file}:\d+: .*{complaint}"):
        load(directory)
