"""The decision record holds what was told, decided and cited, and shows a user's words as they were typed."""

from __future__ import annotations

import datetime
from dataclasses import asdict, replace

import pytest

from assistant.domain.assessment import assess
from assistant.domain.case import Case, Status
from assistant.domain.dialogue import Intent, TurnResult
from assistant.domain.record import decision_record, escape_markdown, record_values
from assistant.domain.rulebook import VerdictId
from assistant.domain.source import Shelf
from assistant.domain.steps import find_fitting_steps
from assistant.knowledge.loader import load
from tests.unit.domain.situations import PROJECT_ROOT, READY, RULEBOOK, make_case, told

KNOWLEDGE = load(PROJECT_ROOT / "knowledge")
LIBRARY, TEXT = KNOWLEDGE.library, KNOWLEDGE.page.record
SHELF = Shelf(LIBRARY.texts, LIBRARY.bibliography, LIBRARY.rests_on())
TEXTS = SHELF.texts
DATE = datetime.date(2026, 11, 22)


def _name(slot: str) -> str:
    name = RULEBOOK.slot(slot).name
    return name[0].upper() + name[1:]


def _fact(slot: str, value: object) -> str:
    """The beginning of a fact's line, from the rulebook's own words."""
    return f"- **{_name(slot)}**: {RULEBOOK.slot(slot).option(value).label}"


def _label(verdict: VerdictId) -> str:
    return RULEBOOK.verdict(verdict).label


def _turn(case: Case, message: str = "", turn: int = 1) -> TurnResult:
    return TurnResult(
        "c1",
        turn,
        message,
        "reply",
        Intent.TELLS,
        case,
        assess(case, RULEBOOK),
        citations=(),
        coach="offline",
        notices=(),
    )


def _record(case: Case, *messages: str) -> str:
    turns = [_turn(case, message, turn) for turn, message in enumerate(messages or ("",), start=1)]
    return decision_record(RULEBOOK, SHELF, TEXT, turns, DATE)


def _section(record: str, title: str) -> list[str]:
    """The lines of one section; empty where it is left out."""
    sections = {body.partition("\n\n")[0]: body.partition("\n\n")[2].strip() for body in record.split("\n## ")}
    return sections.get(title, "").splitlines()


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        ("plain words, 100 % (really): we're at 6.5 - or so!", "plain words, 100 % (really): we're at 6.5 - or so!"),
        ("<b>[x](y)</b>", r"\<b\>\[x\](y)\</b\>"),
        ("# 1. *a* _b_ `c` | ~d~", r"\# 1. \*a\* \_b\_ \`c\` \| \~d\~"),
        ("1. first", r"1\. first"),
        ("- item", r"\- item"),
        ("snake_case and a & b, not &lt;", r"snake_case and a & b, not \&lt;"),
        ("https://evil.example www.evil.example a@b.c", r"https\://evil.example www\.evil.example a\@b.c"),
        ("back\\slash", "back\\\\slash"),
        ("two\n\nlines\r\tand", "two lines and"),
        ("right \u202eto left\u202c", "right  to left"),
        ("  edges ", "edges"),
        ("héé 日本", "héé 日本"),
    ],
)
def test_words_are_shown_as_they_were_typed(words: str, shown: str) -> None:
    """Nothing a user writes becomes markup or leaves its line."""
    assert shown == escape_markdown(words)


def test_a_settled_record_names_verdict_date_version_and_coach() -> None:
    """The head says what was decided, when, by which knowledge."""
    expected = (
        f"# Fine-tuning decision: {_label(VerdictId.FINE_TUNE)}\n\n"
        f"Settled. 2026-11-22, knowledge version `{RULEBOOK.version}`, coach: offline."
    )
    assert expected == _record(make_case(READY)).partition("\n\n## ")[0]


def test_an_open_record_is_a_leaning_only() -> None:
    """A record of an open case does not pass for a decision."""
    record = _record(make_case({"goal": ["knowledge"]}))
    head = f"# Fine-tuning decision: {_label(VerdictId.RAG_OR_TOOLS)}\n\nNot settled, a leaning only. "
    assert record.startswith(head)


def test_a_record_ends_with_one_newline() -> None:
    """It can be pasted or saved as it is."""
    record = _record(make_case(READY))
    assert record == record.rstrip("\n") + "\n"


def test_a_record_of_nothing_told_has_no_empty_sections() -> None:
    """A section without a line is left out."""
    record = _record(Case())
    assert ["Verdict", "Common mistakes", "Look again", "Sources"] == [
        line[3:] for line in record.splitlines() if line.startswith("## ")
    ]


def test_messages_are_numbered_by_turn_and_clicks_are_left_out() -> None:
    """The user's own words stand in order, each with its turn."""
    lines = _section(_record(make_case(READY), "We *tune*", " ", "Yes"), "The case, in the user's words")
    assert [r"1. We \*tune\*", "3. Yes"] == lines


FACTS = Case(
    (
        told("evals", "none"),
        told("data_count", 12_345.0, Status.PROPOSED, turn=2),
        told("privacy", None, Status.DECLINED),
        told("prompting", "none"),
        told("prompting", "basic", Status.PROPOSED, turn=2),
        *make_case({"process": "agreed"}).facts,
    ),
    begun=True,
)


def test_facts_stand_with_their_words_and_their_doubts() -> None:
    """In the rulebook's order: label or number, the words it rests on, and whether it was agreed to."""
    expected = [
        f"{_fact('prompting', 'none')} (“none”, message 1, contradicted)",
        f"{_fact('prompting', 'basic')} (“basic”, message 2, contradicted)",
        f"{_fact('evals', 'none')} (“none”, message 1)",
        f"- **{_name('data_count')}**: 12,345 examples (“12345.0”, message 2, not agreed to yet)",
        f"{_fact('process', 'agreed')} (clicked)",
        f"- **{_name('privacy')}**: not known",
    ]
    assert expected == _section(_record(FACTS), "Facts")


def test_a_fact_read_by_a_model_without_a_quote_says_so() -> None:
    """Where a fact came from is never left open."""
    fact = replace(told("evals", "none"), quote=None, via=told("evals", "none").via.MODEL)
    assert [f"{_fact('evals', 'none')} (read by a model)"] == _section(_record(Case((fact,), begun=True)), "Facts")


def test_the_verdict_stands_with_its_stability() -> None:
    """How far it could still move is said in words, never as a confidence."""
    share = round(100 * assess(make_case(READY), RULEBOOK).stability)
    expected = [
        f"**{_label(VerdictId.FINE_TUNE)}.** {RULEBOOK.verdict(VerdictId.FINE_TUNE).summary}",
        "",
        f"Of the ways in which the facts that are still open could turn out, {share} % keep this answer.",
    ]
    assert expected == _section(_record(make_case(READY)), "Verdict")


def test_a_split_names_the_verdict_on_each_part() -> None:
    """Every concern keeps its own answer."""
    case = make_case({**READY, "goal": ["style", "knowledge"], "retrieval": "none"})
    goal = RULEBOOK.slot("goal")
    expected = [
        f"- {goal.option('style').label}: {_label(VerdictId.FINE_TUNE)}",
        f"- {goal.option('knowledge').label}: {_label(VerdictId.RAG_OR_TOOLS)}",
    ]
    assert expected == _section(_record(case), "Verdict")[-2:]


def test_each_reason_stands_with_its_claim_and_a_footnote() -> None:
    """The document is quoted word for word below, with its title, its file and its grade."""
    criterion = next(criterion for criterion in RULEBOOK.criteria if criterion.id == "evals_ready")
    (span,) = criterion.rests_on
    source = TEXTS[span.source]
    record = _record(make_case(READY))
    [line] = [line for line in _section(record, "Why") if line.startswith(f"- {criterion.claim}")]
    mark = line.removeprefix(f"- {criterion.claim}")
    grade = SHELF.sources[source.id].grade
    expected = f"{mark}: “{source.text[span.start : span.end]}” {source.title} (`{source.file}`, grade {grade})."
    assert expected in _section(record, "Sources")


def test_every_reason_of_the_rationale_is_there() -> None:
    """No argument the verdict rests on is dropped."""
    case = make_case(READY)
    assert len(assess(case, RULEBOOK).rationale) == len(_section(_record(case), "Why"))


def test_a_mistake_that_is_hit_stands_with_the_words_that_triggered_it() -> None:
    """The document's line comes first, then what is wrong, then the user's words."""
    case = Case((told("goal", "classification"), told("evals", "none")), begun=True)
    mistake = next(mistake for mistake in RULEBOOK.mistakes if mistake.id == "no_evals")
    line = TEXTS[mistake.line.source].text[mistake.line.start : mistake.line.end]
    [hit] = [row for row in _section(_record(case), "Common mistakes") if row.startswith(f"- **Hit**: {line}[^")]
    assert hit.endswith(f"] {mistake.hit} The words: “none”.")


def test_a_mistake_that_is_cleared_or_unknown_says_so() -> None:
    """The board is told whole, and words are quoted only for what they decided."""
    lines = _section(_record(Case((told("goal", "classification"),), begun=True)), "Common mistakes")
    assert ["Unknown", "Cleared", "Unknown", "Unknown", "Unknown", "Cleared"] == [line.split("**")[1] for line in lines]


def test_an_unknown_mistake_quotes_no_words() -> None:
    """Words that decided nothing about a mistake are not held against the user."""
    lines = _section(_record(Case((told("goal", "classification"),), begun=True)), "Common mistakes")
    assert [] == [line for line in lines if "Unknown" in line and "The words" in line]


def test_next_steps_are_a_checklist_with_their_exit_test() -> None:
    """The steps of the reply, each with how one knows that it is done."""
    case = make_case({**READY, "evals": "none"})
    steps = find_fitting_steps(assess(case, RULEBOOK), case, RULEBOOK)
    expected = [f"- [ ] {step.text} *Done when:* {step.exit_test}" for step in steps]
    assert expected == _section(_record(case), "Next steps")


def test_the_other_levers_stand_with_what_they_would_have_taken() -> None:
    """Whoever asks why it is not another one finds the answer."""
    lines = _section(_record(make_case({**READY, "evals": "none"})), "Rejected options")
    heard = RULEBOOK.slot("evals").option("held_out").heard
    assert f"- {_label(VerdictId.FINE_TUNE)}: it would take that {heard}" in lines


def test_a_record_says_when_to_look_again_and_by_which_rulebook_it_was_judged() -> None:
    """A quarter later, or when a fact changes."""
    [line] = _section(_record(make_case(READY)), "Look again")
    assert "2027-02-20" in line
    assert RULEBOOK.version in line


def test_when_to_look_again_is_the_rulebooks_to_say() -> None:
    """An editor who sets another number of days finds it in the record and in its values."""
    days = tuple(replace(row, value=30.0) if row.id == "look_again" else row for row in RULEBOOK.thresholds)
    rulebook, turn = replace(RULEBOOK, thresholds=days), _turn(make_case(READY))
    assert "2026-12-22" in decision_record(rulebook, SHELF, TEXT, [turn], DATE)
    assert "2026-12-22" == record_values(rulebook, turn, DATE)["look_again"]


def test_the_records_own_sentences_are_an_editors() -> None:
    """With each of its texts marked, all are found in the records of these cases."""
    marked = replace(TEXT, **{name: f"§{name} {words}" for name, words in asdict(TEXT).items()})
    by_model = replace(told("evals", "none"), quote=None, via=told("evals", "none").via.MODEL)
    cases = (
        FACTS,
        make_case(READY),
        make_case({**READY, "evals": "none"}),
        make_case({"goal": ["classification"]}, ["evals"]),
        Case((told("goal", "classification"), by_model), begun=True),
    )
    records = [decision_record(RULEBOOK, SHELF, marked, [_turn(case, "We *tune*")], DATE) for case in cases]
    assert set() == {name for name in asdict(TEXT) if f"§{name} " not in "".join(records)}


def test_a_record_as_values_holds_what_judging_anew_needs() -> None:
    """Facts with how far they were agreed to, the verdict, the rulebook and the date."""
    values = record_values(RULEBOOK, _turn(FACTS), DATE)
    assert ["known"] == [fact["status"] for fact in values["facts"] if fact["slot"] == "process"]  # type: ignore[attr-defined]
    assert ("2026-11-22", RULEBOOK.version) == (values["date"], values["knowledge"])


def test_what_was_not_known_is_listed_by_name() -> None:
    """What nobody could say is named for whoever finds it out, and so is what was never told."""
    case = make_case({"goal": ["classification"]}, ["evals", "volume"])
    *gaps, untold = _section(_record(case), "Not known")
    assert [f"- {_name('evals')}: asked, and not known", f"- {_name('volume')}: asked, and not known"] == gaps
    assert RULEBOOK.slot("privacy").name in untold


def test_what_would_change_it_is_told_in_the_coachs_words() -> None:
    """Each set of changes stands with the verdict it leads to."""
    lines = _section(_record(make_case({**READY, "evals": "none"})), "What would change it")
    heard = RULEBOOK.slot("evals").option("held_out").heard
    assert f"- If {heard}: {_label(VerdictId.FINE_TUNE)}" == lines[0]
