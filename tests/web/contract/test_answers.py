"""A turn as JSON has the contract's fields, plain numbers, and every span with the words at it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from assistant.domain.assessment import assess
from assistant.domain.case import Case, Fact, Reading, Status, Via
from assistant.domain.dialogue import Intent, TurnResult
from assistant.domain.source import Citation, Evidence, Passage, SourceKind
from assistant.knowledge.loader import load
from assistant.web.contract.answers import Question, evidence_json, turn_json
from assistant.web.contract.fields import write
from assistant.web.contract.rulebooks import rulebook_json
from tests.unit.domain.situations import PROJECT_ROOT, READY, RULEBOOK, make_case, only_heard, told

TEXTS = dict(load(PROJECT_ROOT / "knowledge").library.texts)


def _written(case: Case, *citations: Citation) -> dict:
    result = TurnResult(
        "c1", 3, "words", "reply [1]", Intent.TELLS, case, assess(case, RULEBOOK), citations, "offline", ("a notice",)
    )
    return turn_json(result)


def test_a_turn_has_every_field_of_the_contract() -> None:
    """Programs find each field by its name, in every turn."""
    fields = {
        "conversation", "turn", "reply", "intent", "verdict", "leaning", "settled", "stability", "parts", "mistakes",
        "facts", "gaps", "question", "also_ask", "would_change", "citations", "coach", "notices", "contract", "n_left",
        "heard_now", "to_agree", "rationale",
    }  # fmt: skip
    assert fields == _written(Case()).keys()


def test_a_settled_turn_says_what_was_decided() -> None:
    """Plain strings, a rounded share, and null where nothing is asked."""
    written = _written(make_case(READY))
    stability = round(assess(make_case(READY), RULEBOOK).stability, 4)
    expected = ("c1", 3, "reply [1]", "tells", "fine_tune", "fine_tune", True, stability, None, "offline", ["a notice"])
    fields = (
        "conversation", "turn", "reply", "intent", "verdict", "leaning", "settled", "stability", "question", "coach",
        "notices",
    )  # fmt: skip
    assert expected == tuple(written[field] for field in fields)


def test_a_split_turn_names_its_parts() -> None:
    """Each concern with the verdict on it alone."""
    case = make_case({**READY, "goal": ["style", "policy"]})
    expected = [{"concern": "style", "verdict": "fine_tune"}, {"concern": "policy", "verdict": "rag_or_tools"}]
    assert expected == _written(case)["parts"]


def test_the_board_has_all_six_mistakes() -> None:
    """Each mistake by its id with its state."""
    expected = {
        "prompt_instead": "cleared",
        "rag_instead": "cleared",
        "no_evals": "hit",
        "tiny_or_dirty_data": "cleared",
        "changing_database": "cleared",
        "mixed_stew": "cleared",
    }
    assert expected == _written(make_case({**READY, "evals": "none"}))["mistakes"]


def test_facts_come_one_a_value_with_what_they_rest_on() -> None:
    """A whole number is written without a fraction, a click without a quote, a gap without a value."""
    facts = (
        told("evals", "none", Status.PROPOSED, turn=2),
        Fact("data_count", 400.0, True, Via.CLICK, 1),
        Fact("volume", 0.5, True, Via.MODEL, 3, "half"),
        told("privacy", None, Status.DECLINED),
    )
    expected = [
        {"slot": "evals", "value": "none", "status": "proposed", "via": "words", "quote": "none", "turn": 2},
        {"slot": "data_count", "value": 400, "status": "known", "via": "click", "quote": None, "turn": 1},
        {"slot": "volume", "value": 0.5, "status": "known", "via": "model", "quote": "half", "turn": 3},
        {"slot": "privacy", "value": None, "status": "declined", "via": "words", "quote": "None", "turn": 1},
    ]
    assert expected == _written(Case(facts, begun=True))["facts"]


def test_a_whole_number_is_an_integer() -> None:
    """400.0 and 400 are equal in Python, and not in what is written."""
    (fact,) = _written(Case((Fact("data_count", 400.0, True, Via.CLICK, 1),), begun=True))["facts"]
    assert int is type(fact["value"])


def test_gaps_and_what_may_still_be_asked_are_listed() -> None:
    """Gaps are slot ids, what may still be asked whole questions."""
    written = _written(make_case(READY, ["latency"]))
    assert (["latency"], ["volume", "budget"]) == (
        written["gaps"],
        [question["slot"] for question in written["also_ask"]],
    )


def test_changes_name_slot_value_and_verdict() -> None:
    """A program can apply them as facts."""
    changes = _written(make_case({**READY, "data_count": 0}))["would_change"][0]
    assert {"changes": [{"slot": "data_count", "to": 400}], "verdict": "fine_tune"} == changes


def test_the_rationale_lists_criteria() -> None:
    """The reasons by their ids, strongest first."""
    assert ["evals_none", "prompt_exhausted"] == _written(make_case({**READY, "evals": "none"}))["rationale"]


def test_a_question_is_written_with_its_options() -> None:
    """The options can be sent back as facts."""
    slot = RULEBOOK.slot("evals")
    expected = {
        "slot": "evals",
        "slots": ["evals"],
        "text": slot.question,
        "why": slot.why,
        "kind": "ask",
        "again": None,
        "multiple": False,
        "options": [{"value": option.value, "label": option.label} for option in slot.options],
    }
    assert expected == _written(make_case({"goal": ["classification"]}))["question"]


def test_a_list_has_yes_and_no_as_booleans() -> None:
    """Yes and no are no options of a slot, and the list names every slot it restates."""
    question = write(Question, assess(HEARD, RULEBOOK).question)
    assert (["evals", "data_count"], "evals", "read_back", [True, False]) == (
        question["slots"], question["slot"], question["kind"], [option["value"] for option in question["options"]],
    )  # fmt: skip


def test_which_entry_is_wrong_is_answered_with_its_slot() -> None:
    """The options of the list are its slots, and several may be picked."""
    question = write(Question, assess(replace(HEARD, n_noes=1), RULEBOOK).question)
    assert (["evals", "data_count"], True) == (
        [option["value"] for option in question["options"]],
        question["multiple"],
    )


def test_a_question_that_is_put_again_says_why() -> None:
    """A program can tell it from the first time."""
    asked = replace(make_case({"goal": ["classification"]}), asked=frozenset({("evals", None)}))
    assert "reworded" == _written(asked)["question"]["again"]


HEARD = only_heard(make_case(READY), "evals", "data_count")
"""A ready case of which two facts were heard."""


def test_what_is_to_be_agreed_to_can_be_sent_back_as_facts() -> None:
    """Each slot with its value and the words it rests on."""
    expected = {
        "evals": {"value": "held_out", "quote": "held_out"},
        "data_count": {"value": 400, "quote": "400.0"},
    }
    written = _written(HEARD)
    assert (expected, 1) == (written["to_agree"], written["n_left"])


def test_a_set_to_be_agreed_to_is_a_list() -> None:
    """All its members are sent back together."""
    case = only_heard(make_case({**READY, "goal": ["classification", "extraction"]}), "goal")
    assert ["classification", "extraction"] == _written(case)["to_agree"]["goal"]["value"]


def test_a_gap_to_be_agreed_to_is_declined() -> None:
    """As it would be clicked."""
    case = make_case({"prompting": "basic", "process": "agreed"})
    gap = told("goal", None, Status.DECLINED)
    case = replace(case, facts=(*case.facts, gap), asked=frozenset({("goal", None)}))
    assert "declined" == _written(case)["to_agree"]["goal"]["value"]


def test_a_settled_turn_has_nothing_to_agree_to() -> None:
    """And no question is left."""
    written = _written(make_case(READY))
    assert ({}, 0) == (written["to_agree"], written["n_left"])


def test_what_this_message_gave_stands_with_its_words() -> None:
    """Whether or not it counts."""
    result = TurnResult(
        "c1", 1, "we have 400 letters", "", Intent.TELLS, HEARD, assess(HEARD, RULEBOOK), (), "offline", (),
        heard=(Reading("data_count", 400.0, 8, 11),),
    )  # fmt: skip
    assert [{"slot": "data_count", "value": 400, "quote": "400"}] == turn_json(result)["heard_now"]


CITED = Citation(SourceKind.GUIDANCE, "evals", "knowledge/guidance/evals.md", 10, 14, "four")
FROM_USER = Citation(SourceKind.USER, "user", None, 0, 5, "words", turn=3)


def test_citations_are_numbered_from_one() -> None:
    """[1] in the reply is the first of the list; only the user's words carry a turn."""
    expected = [
        {
            "n": 1,
            "kind": "guidance",
            "source": "evals",
            "file": "knowledge/guidance/evals.md",
            "start": 10,
            "end": 14,
            "quote": "four",
        },
        {"n": 2, "kind": "user", "source": "user", "file": None, "start": 0, "end": 5, "quote": "words", "turn": 3},
    ]
    assert expected == _written(make_case(READY), CITED, FROM_USER)["citations"]


def test_a_passage_is_written_with_its_place_and_relevance() -> None:
    """Offsets are those of the file, relevance is rounded."""
    passage = Passage("p1", SourceKind.DOCUMENT, "doc", "knowledge/documents/doc.md", 3, 8, "quote", ("Heading",))
    expected = {
        "source": "doc",
        "file": "knowledge/documents/doc.md",
        "start": 3,
        "end": 8,
        "quote": "quote",
        "relevance": 0.1235,
    }
    assert expected == evidence_json(Evidence(passage, 0.123456))


WRITTEN = rulebook_json(RULEBOOK, TEXTS)


@pytest.mark.parametrize("kind", ["slots", "verdicts", "mistakes", "criteria", "thresholds"])
def test_the_rulebook_is_written_whole_and_in_order(kind: str) -> None:
    """No entry is left out."""
    assert [str(entry.id) for entry in getattr(RULEBOOK, kind)] == [entry["id"] for entry in WRITTEN[kind]]


def test_a_band_is_written_with_its_edges() -> None:
    """The edges say which numbers an option stands for; the last band is open."""
    (count,) = (slot for slot in WRITTEN["slots"] if slot["id"] == "data_count")
    edges = [(option["value"], option["low"], option["high"]) for option in count["options"]]
    assert [(0, 0, 1), (25, 1, 50), (70, 50, 100), (400, 100, 1000), (3000, 1000, 10000), (20000, 10000, None)] == edges


def test_a_choice_has_no_edges() -> None:
    """An option that is no band has only value, label and prior."""
    (evals,) = (slot for slot in WRITTEN["slots"] if slot["id"] == "evals")
    assert {"value", "label", "prior"} == evals["options"][0].keys()


def test_every_span_of_the_rulebook_carries_its_words() -> None:
    """Quote, file and offsets belong together."""
    spans = [span for criterion in WRITTEN["criteria"] for span in criterion["rests_on"]]
    spans += [mistake["line"] for mistake in WRITTEN["mistakes"]]
    wrong = [span for span in spans if TEXTS[span["source"]].text[span["start"] : span["end"]] != span["quote"]]
    assert [] == wrong


def test_a_threshold_is_written_with_unit_date_and_source() -> None:
    """A dated number says where it comes from."""
    row = next(threshold for threshold in RULEBOOK.thresholds if threshold.id == "examples")
    expected = {
        "id": "examples",
        "value": row.value,
        "unit": row.unit,
        "since": row.since.isoformat(),
        "source": row.source,
        "meaning": row.meaning,
    }
    assert expected == next(entry for entry in WRITTEN["thresholds"] if entry["id"] == "examples")
