"""A slot and a mistake have one home each: what is declared there stands in every place that lists them."""

from __future__ import annotations

import shutil

import pytest

from assistant.domain.assessment import assess
from assistant.domain.case import Case, click
from assistant.domain.mistakes import CONDITIONS, MistakeId
from assistant.domain.rulebook import Mistake, Slot, SlotKind, check_facts
from assistant.knowledge.loader import Knowledge, load, load_examples
from assistant.knowledge.types.phrase_texts import PLACEHOLDERS
from assistant.llm.listening.listening_prompt import describe_slots
from assistant.web.contract.requests import inquiry_schema
from assistant.web.contract.rulebooks import rulebook_json
from assistant.web.page import facts_view
from tests.moments import PROJECT_ROOT, knowledge
from tests.unit.domain.situations import READY

KNOWN = knowledge()
EXAMPLES = load_examples(PROJECT_ROOT / "knowledge")
DECLARED = """
- id: team
  kind: choice
  name: who would build and keep it
  question: Who would build this and look after it afterwards?
  second_question: Who would be called if it broke in a year?
  explanation: Somebody has to train the model and mend it later. I want to know whether there is anybody for that.
  why: A trained model needs somebody who tests and retrains it for as long as it is used.
  asked_after_yes: true
  options:
    - {value: nobody, label: "Nobody yet", heard: "there is nobody yet to build it", prior: 0.3}
    - {value: one, label: "One person", heard: "one person would build it", prior: 0.4}
    - {value: several, label: "Several people", heard: "several people would build it", prior: 0.3}
"""
CARD = "guidance/tiny-team-small-volume.md"


@pytest.fixture(scope="module")
def with_team(tmp_path_factory: pytest.TempPathFactory) -> Knowledge:
    """The project's knowledge with a slot more: its declaration, and a card that speaks to it."""
    root = tmp_path_factory.mktemp("with_team") / "knowledge"
    shutil.copytree(PROJECT_ROOT / "knowledge", root)
    for translation in (root / "phrases").glob("*.yaml"):  # they would have to say the slot as well
        translation.unlink()
    slots, card = root / "slots.yaml", root / CARD
    slots.write_text(slots.read_text(encoding="utf-8") + DECLARED.lstrip("\n"), encoding="utf-8")
    card.write_text(card.read_text(encoding="utf-8").replace("slots: [", "slots: [team, ", 1), encoding="utf-8")
    return load(root)


def _list_places(known: Knowledge) -> dict[str, set[str]]:
    """Return the slots that each place lists."""
    page = facts_view.facts(known.page, known.rulebook, Case(), can_undo=False)  # type: ignore[arg-type]
    described = describe_slots(known.rulebook)
    slots = known.rulebook.slots
    return {
        "the rulebook as JSON": {
            slot["id"] for slot in rulebook_json(known.rulebook, dict(known.library.texts))["slots"]
        },
        "what a program may send": {*inquiry_schema(known.rulebook, 100)["properties"]["facts"]["properties"]},
        "what a model is told": {slot.id for slot in slots if slot.question in described},
        "the page": {slot.id for slot in slots if slot.name in page.lower()},
        "the cards": {slot for card in known.library.cards.values() for slot in card.slots},
    }


@pytest.mark.parametrize("slot", KNOWN.rulebook.slots, ids=lambda slot: slot.id)
def test_a_slot_stands_in_every_place_that_lists_slots(slot: Slot) -> None:
    """Programs, the page, a model and the cards all know it."""
    assert [] == [place for place, listed in _list_places(KNOWN).items() if slot.id not in listed]


@pytest.mark.parametrize("slot", KNOWN.rulebook.slots, ids=lambda slot: slot.id)
def test_the_reader_has_learnt_every_slot_from_replies_to_its_question(slot: Slot) -> None:
    """A slot without sentences would be asked about and never heard."""
    assert {slot.id} <= {fact.slot for reply in EXAMPLES.replies for fact in reply.says}


@pytest.mark.parametrize(
    "slot", [slot for slot in KNOWN.rulebook.slots if slot.kind is not SlotKind.NUMBER], ids=lambda slot: slot.id
)
def test_the_best_value_is_the_one_that_is_most_ready(slot: Slot) -> None:
    """Where options have an order of readiness, the way to a yes does not lead to anything else."""
    assert slot.best in (None, *slot.readiness[-1:]) or not slot.readiness


@pytest.mark.parametrize("mistake", KNOWN.rulebook.mistakes, ids=lambda mistake: mistake.id)
def test_a_mistake_stands_in_every_place_that_lists_mistakes(mistake: Mistake) -> None:
    """Its condition, its card, what it says of a case, and what programs are told."""
    written = rulebook_json(KNOWN.rulebook, dict(KNOWN.library.texts))["mistakes"]
    of_cards = {found for card in KNOWN.library.cards.values() if card.kind == "mistake" for found in card.mistakes}
    places = {
        "the conditions": mistake.id in CONDITIONS,
        "the rulebook as JSON": mistake.id in {found["id"] for found in written},
        "the cards": mistake.id in of_cards,
        "the phrases": f"state.{mistake.id}" in PLACEHOLDERS.keys() & KNOWN.phrases.variants.keys(),
    }
    assert [] == [place for place, stands_there in places.items() if not stands_there]


def test_the_conditions_are_those_of_the_mistakes_in_their_order() -> None:
    """The document's order is the board's, and the ids of the contract are all there."""
    assert [*MistakeId] == [*CONDITIONS] == [mistake.id for mistake in KNOWN.rulebook.mistakes]


def test_a_slot_that_is_only_declared_stands_in_every_place(with_team: Knowledge) -> None:
    """No line of code has to know a slot for it to be shown, sent and told to a model."""
    assert [] == [place for place, listed in _list_places(with_team).items() if "team" not in listed]


def test_a_slot_that_is_only_declared_is_offered_after_a_yes(with_team: Knowledge) -> None:
    """Where it says that the next steps of a yes depend on it, with its own question."""
    facts = {**READY, "volume": 300, "budget": "ample"}
    found = assess(click(Case(), check_facts(with_team.rulebook, facts), 1), with_team.rulebook)
    assert ["Who would build this and look after it afterwards?"] == [question.text for question in found.also_ask]


def test_a_slot_that_is_only_declared_is_held_and_moves_nothing(with_team: Knowledge) -> None:
    """Its value is known, and verdict and board are those without it."""
    rulebook = with_team.rulebook
    without = assess(click(Case(), check_facts(rulebook, READY), 1), rulebook)
    case = click(Case(), check_facts(rulebook, {**READY, "team": "nobody"}), 1)
    found = assess(case, rulebook)
    assert "nobody" == case.values()["team"]
    assert (without.verdict, without.mistakes, without.stability) == (found.verdict, found.mistakes, found.stability)
