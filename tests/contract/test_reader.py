"""What every reader promises: the one without a model, and a scripted one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from assistant.domain.case import Case, Reading, hear
from assistant.domain.dialogue import Intent, Interpretation, Question
from assistant.domain.elicitation import ask_question
from assistant.domain.rulebook import SlotKind
from assistant.ports import Reader
from tests.case_runs import read_cases
from tests.fakes import ScriptedReader, offline_reader, reads
from tests.moments import knowledge

RULEBOOK = knowledge().rulebook
NO_EVALS = "We have no evals at all."
SAYING_NOTHING = ("", " \n\t ", "\u200b", "🙂🙂🙂", "?!?", "\u202e\u202d", "\0\0", "﷽" * 40)
ODD = (
    *SAYING_NOTHING,
    "a" * 8000,
    "no " * 2600,
    "1" * 8000,
    "9,999,999,999,999,999,999,999 examples",
    "<script>alert('no evals')</script>",
    "[1] **no evals** `data`",
    "We have\u00a0no\u2009evals\u200b at\u202e all.",
    "ｗｅ ｈａｖｅ ｎｏ ｅｖａｌｓ",
    "Wir haben keine Evals und 400 Beispiele.",
    "يرجى الرد بالعربية",
    "-400 examples, 0 examples, 1e9 examples, 4 00 examples",
    "İİİİ no evals at all ẞẞ",
    "ﬁne-tuning with ﬁfty examples",
)


def scripted() -> ScriptedReader:
    """A reader that was told what the messages here mean."""
    reader = ScriptedReader()
    reader.hears(reads(NO_EVALS, "evals", "none", "no evals"))
    return reader


MAKERS: dict[str, Callable[[], Reader]] = {"offline": offline_reader, "scripted": scripted}


@pytest.fixture(params=MAKERS)
def reader(request: pytest.FixtureRequest) -> Reader:
    """Each implementation in turn."""
    return MAKERS[request.param]()


def question(slot: str) -> Question:
    """Return the rulebook's question about a slot."""
    return ask_question(Case(), RULEBOOK.slot(slot), RULEBOOK)


def allowed(value: Reading) -> bool:
    """Tell whether a reading holds a value of its slot, or declines it."""
    slot = RULEBOOK.slot(value.slot)
    if value.value is None:
        return True
    if slot.kind is SlotKind.NUMBER:
        is_number = isinstance(value.value, (int, float)) and not isinstance(value.value, bool)
        return is_number and 0 <= float(value.value) <= 1e15
    return value.value in {option.value for option in slot.options}


def faults(interpretation: Interpretation, message: str) -> list[object]:
    """Return what an interpretation must not hold: places outside the message, blank quotes, values no slot has."""
    outside = [v for v in interpretation.values if not 0 <= v.start < v.end <= len(message)]
    blank = [v for v in interpretation.values if not message[v.start : v.end].strip()]
    strange = [v for v in interpretation.values if not allowed(v)]
    query = [] if interpretation.query is None or interpretation.query.strip() else [interpretation.query]
    return [*outside, *blank, *strange, *query]


def test_a_reader_has_a_name(reader: Reader) -> None:
    """The user is told who listens."""
    assert reader.name.strip()


def test_a_plain_statement_is_heard_with_the_words_it_rests_on(reader: Reader) -> None:
    """The value at its exact place."""
    (value,) = reader.read(NO_EVALS, Case(), None).values
    assert ("evals", "none") == (value.slot, value.value)
    assert "no evals" in NO_EVALS[value.start : value.end]


@pytest.mark.parametrize("message", SAYING_NOTHING)
def test_a_message_without_words_gives_no_value(reader: Reader, message: str) -> None:
    """Nothing is read into silence."""
    interpretation = reader.read(message, Case(), None)
    assert ((), None) == (interpretation.values, interpretation.query)


@pytest.mark.parametrize("message", ODD, ids=range(len(ODD)))
@pytest.mark.parametrize("slot", [None, "goal", "data_count", "evals"])
def test_odd_messages_are_read_without_a_fault(reader: Reader, message: str, slot: str | None) -> None:
    """It never raises, and what it gives stands in the message."""
    assert [] == faults(reader.read(message, Case(), question(slot) if slot else None), message)


def test_reading_changes_nothing(reader: Reader) -> None:
    """The case is the caller's."""
    case = replace(Case(), begun=True)
    reader.read(NO_EVALS, case, question("evals"))
    assert replace(Case(), begun=True) == case


# --- what only a reader that was not scripted can show ---


@pytest.fixture(scope="module")
def labelled() -> list[tuple[str, Case, Question | None, Interpretation]]:
    """Opening and answers of every third labelled case, each answer in the light of its question."""
    reader, heard = offline_reader(), []
    for case in read_cases()[::3]:
        opening = case["opening_message"]
        told = reader.read(opening, Case(), None)
        heard.append((opening, Case(), None, told))
        so_far = replace(hear(Case(), told.values, opening, 1), begun=True)
        for slot, said in case["answers"].items():
            heard.append((said, so_far, question(slot), reader.read(said, so_far, question(slot))))
    return heard


def test_every_value_heard_stands_in_its_message(
    labelled: list[tuple[str, Case, Question | None, Interpretation]],
) -> None:
    """A hundred and more real messages, and no quote is out of place."""
    assert [] == [fault for message, _, _, interpretation in labelled for fault in faults(interpretation, message)]


def test_a_topic_question_is_a_part_of_the_message(
    labelled: list[tuple[str, Case, Question | None, Interpretation]],
) -> None:
    """Nothing is searched for that the user did not ask."""
    asked = [
        (interpretation.query, message)
        for message, _, _, interpretation in labelled
        if interpretation.query is not None
    ]
    assert [] == [pair for pair in asked if pair[0] not in pair[1]]


def test_the_same_message_is_heard_the_same(labelled: list[tuple[str, Case, Question | None, Interpretation]]) -> None:
    """A conversation can be replayed."""
    reader = offline_reader()
    changed = [m for m, case, asked, interpretation in labelled[::3] if interpretation != reader.read(m, case, asked)]
    assert [] == changed


@pytest.mark.parametrize("slot", RULEBOOK.slots, ids=lambda slot: slot.id)
def test_the_words_on_a_button_typed_are_the_button_clicked(slot: object) -> None:
    """Whoever copies an option's label gives that option."""
    asked = question(slot.id)  # type: ignore[attr-defined]
    heard = {}
    for choice in asked.options:
        values = [v for v in offline_reader().read(choice.label, Case(), asked).values if v.slot == asked.slot]
        heard[choice.label] = [RULEBOOK.slot(v.slot).option(v.value).value for v in values]  # type: ignore[arg-type]
    assert {choice.label: [choice.value] for choice in asked.options} == heard


@pytest.mark.parametrize("slot", [slot.id for slot in RULEBOOK.slots])
@pytest.mark.parametrize("message", ["I don't know", "No idea, sorry.", "not really sure", "idk", "unclear"])
def test_who_does_not_know_declines_the_slot_that_was_asked(slot: str, message: str) -> None:
    """A gap with a name, and no value."""
    interpretation = offline_reader().read(message, Case(), question(slot))
    assert [(slot, None)] == [(value.slot, value.value) for value in interpretation.values]


@pytest.mark.parametrize(
    ("message", "intent"),
    [
        ("thank you", Intent.THANKS),
        ("start over", Intent.RESTARTS),
        ("why?", Intent.WHY),
        ("show me the source", Intent.SHOW_SOURCE),
        ("Wir haben keine Daten und wissen nicht, was wir tun sollen.", Intent.OTHER_LANGUAGE),
        ("asdfgh qwrtz", Intent.UNREADABLE),
    ],
)
def test_what_a_message_is_for_is_heard_while_a_question_waits(message: str, intent: Intent) -> None:
    """None of these is mistaken for an answer."""
    interpretation = offline_reader().read(message, replace(Case(), begun=True), question("evals"))
    assert (intent, ()) == (interpretation.intent, interpretation.values)
