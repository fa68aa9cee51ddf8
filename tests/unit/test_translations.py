"""The file of another language says all that is said in English, with the same places; what it lacks is found."""

from __future__ import annotations

import shutil
from dataclasses import asdict, replace
from pathlib import Path

import pytest

from assistant.domain.dialogue import FollowUp, Intent, Interpretation, SentenceRole
from assistant.knowledge.loader import check
from assistant.llm.speaking.reply_plan import plan
from tests.fakes import offline_phraser
from tests.moments import Talk, knowledge

FILE = "phrases/de.yaml"


@pytest.fixture
def folder(tmp_path: Path, project_root: Path) -> Path:
    """A copy of the project's knowledge, to be broken."""
    return shutil.copytree(project_root / "knowledge", tmp_path / "knowledge")


FAULTS = {
    "a text left out": ('  evals_none: "', '  evals_gone: "', "criteria/evals_none is missing"),
    "a text for nothing": ('  evals_none: "', '  evals_gone: "', "There is no text 'criteria/evals_gone'"),
    "an option left out": ("      live: {label", "      lively: {label", "slots/evals/options/live/label is missing"),
    "an empty text": ('  gap: "bisher nicht bekannt"', '  gap: ""', "confirmations/gap is no text"),
    "a place left out": (
        "verstanden: {heard}. Stimmt das?",
        "verstanden: das. Stimmt das?",
        "confirmations/read_back: ",
    ),
    "a place of another name": ("Ziel: {heard}. Stimmt das", "Ziel: {gehört}. Stimmt das", "confirmations/aim: "),
    "a brace alone": ("Ziel: {heard}. Stimmt das", "Ziel: {heard. Stimmt das", "confirmations/aim: "),
    "a phrase left out": ("    small_talk:", "    smalltalk:", "The phrase 'coach.small_talk' is missing"),
    "a place of a phrase left out": (
        '"Notiert: {heard}."',
        '"Notiert."',
        "heard.single: 'Notiert.' leaves out {heard}",
    ),
    "a label left out": ('  use_these: "', '  use_those: "', "labels/use_these is missing"),
    "a place of a label left out": ('"Du, Nachricht {n}:"', '"Du:"', "labels/you_said: "),
    "a heading of the record left out": ('  heading_why: "', '  heading_how: "', "record/heading_why is missing"),
    "a place of the record left out": ("Nie erzählt: {names}", "Nie erzählt", "record/never_told: "),
    "words for a stability left out": ("  0.75: {label", "  0.7: {label", "stability/0.75/label is missing"),
    "a rung left out": ("  measurement: {name", "  measuring: {name", "ladder/measurement/name is missing"),
    "a state left out": ('  not_now: "', '  not_then: "', "rung_states/not_now is missing"),
    "a part left out": ("\nrecord:\n", "\nrecords:\n", "record: Field required"),
    "nobody who read it": ("reader: ", "leser: ", "reader: Field required"),
    "no date": ("date: 2026", "datum: 2026", "date: Field required"),
    "no day": ("date: 2026-11-30", "date: bald", "date: Input should be a valid date"),
}


@pytest.mark.parametrize(("old", "new", "what"), FAULTS.values(), ids=FAULTS)
def test_what_a_language_lacks_is_named_with_its_line(folder: Path, old: str, new: str, what: str) -> None:
    """An editor finds the key, the line and what belongs there."""
    path = folder / FILE
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    faults = [fault for fault in check(folder) if fault.file == f"knowledge/{FILE}" and what in fault.what]
    assert [True] == [1 <= fault.line <= text.count("\n") and fault.remedy.endswith(".") for fault in faults]


def test_a_new_english_text_is_missed_in_every_other_language(folder: Path) -> None:
    """Nobody adds an option without its words."""
    path = folder / "risks.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("- id: quarrel", "- id: quarrels"), encoding="utf-8")
    assert {"risks/quarrels is missing.", "There is no text 'risks/quarrel'."} == {
        fault.what for fault in check(folder)
    }


def test_a_translated_rulebook_judges_as_the_english_one() -> None:
    """Only words differ: ids, priors, thresholds and what a claim rests on are the same."""
    english, german = knowledge().rulebook, knowledge().translations["de"].rulebook
    assert english.thresholds == german.thresholds
    for ours, theirs in zip(english.slots, german.slots, strict=True):
        assert (ours.id, ours.readiness, ours.set_priors) == (theirs.id, theirs.readiness, theirs.set_priors)
        assert [(option.value, option.prior) for option in ours.options] == [
            (option.value, option.prior) for option in theirs.options
        ]
    assert [(c.id, c.argues_for, c.rests_on) for c in english.criteria] == [
        (c.id, c.argues_for, c.rests_on) for c in german.criteria
    ]


def test_no_label_or_text_was_left_in_english() -> None:
    """What is the same in both is a word of both."""
    english, german = knowledge().rulebook, knowledge().translations["de"].rulebook
    same = {
        option.label
        for ours, theirs in zip(english.slots, german.slots, strict=True)
        for option, other in zip(ours.options, theirs.options, strict=True)
        if option.label == other.label
    }
    claims = {c.claim for c in english.criteria} & {c.claim for c in german.criteria}
    assert (set(), set()) == (same, claims)


def test_no_word_of_the_page_or_the_record_was_left_in_english() -> None:
    """Who speaks is called the same in both; "Prompt", "Retrieval" and "Tools" are words of both."""
    english, german = knowledge().page, knowledge().translations["de"].page
    for ours, theirs, same in (
        (asdict(english.labels), asdict(german.labels), {"coach_speaks"}),
        (asdict(english.record), asdict(german.record), set()),
        (english.rung_states, german.rung_states, set()),
        (english.mistake_states, german.mistake_states, set()),
        (english.grades, german.grades, set()),
        ({rung.id: rung.meaning for rung in english.ladder}, {rung.id: rung.meaning for rung in german.ladder}, set()),
    ):
        assert same == {key for key, said in ours.items() if said == theirs[key]}


def test_a_courtesy_in_another_language_holds_no_word_of_the_trade() -> None:
    """Each of them can stand anywhere, so none may name what a case is about, nor a number."""
    names = {
        "eval",
        "testset",
        "prompt",
        "fine-tuning",
        "training",
        "daten",
        "beispiel",
        "modell",
        "ja",
        "nein",
        "nicht",
    }
    for courtesy in knowledge().translations["de"].courtesies:
        assert set() == names & {*courtesy.lower().strip(".").replace(",", "").split()}, courtesy
        assert not any(char.isdigit() for char in courtesy)


def test_an_english_moment_is_planned_as_before() -> None:
    """A translation is wished for behind places, never behind what was decided or quoted."""
    planned = plan(offline_phraser().phrase(Talk().tell("We just eyeball it.", ("evals", "impressions", "eyeball it"))))
    roles = {place.role for place in planned.places if place.key in planned.all_keys}
    assert not roles & {SentenceRole.VERDICT, SentenceRole.SOURCE}
    assert () == planned.english_quotes


def test_in_german_only_what_quotes_an_english_source_is_put_up_for_translation() -> None:
    """The rest of the answer is German already."""
    talk = Talk()
    talk.tell("We sort letters.", ("goal", "classification", "sort letters"))
    asked = replace(talk.say(Intent.ASKS, "Wie viele Beispiele?"), language="de")
    asked = replace(asked, interpretation=Interpretation(Intent.ASKS, about=FollowUp.HOW_MANY))
    planned = plan(offline_phraser().phrase(asked))
    in_english = ("OpenAI's guide sets 10 as the minimum", "Train on half of your examples")
    assert [place.key for place in planned.places if any(words in place.text for words in in_english)] == [
        *planned.english_quotes
    ]
    assert all(any(words in text for words in in_english) for text in planned.texts_of(planned.english_quotes))
