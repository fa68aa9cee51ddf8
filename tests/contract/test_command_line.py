"""The command line, line by line of its contract, spoken to as another program would."""

from __future__ import annotations

import contextlib
import io
import itertools
import json
import re
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from assistant.__main__ import main
from assistant.domain.dialogue import Intent
from assistant.domain.mistakes import MistakeId
from assistant.domain.rulebook import VerdictId
from tests.command_line import CONSOLE, Answer, Process, run

FIELDS = {
    "contract", "n_left", "heard_now", "to_agree",
    "conversation", "turn", "reply", "intent", "verdict", "leaning", "settled", "stability", "parts", "mistakes",
    "facts", "gaps", "question", "also_ask", "would_change", "rationale", "citations", "coach", "notices",
}  # fmt: skip
READY: Mapping[str, object] = {
    "goal": ["classification"],
    "prompting": "plateaued",
    "evals": "held_out",
    "data_count": 400,
    "data_quality": "clean",
    "freshness": "stable",
    "task_change": "stable",
    "retrieval": "not_needed",
    "process": "agreed",
    "privacy": "unrestricted",
    "volume": 20000,
    "latency": "seconds",
    "scope": "language_model",
}
SITUATIONS: Mapping[str, Mapping[str, object]] = {
    "a plain yes": READY,
    "no evals": {**READY, "evals": "none"},
    "few examples": {**READY, "data_count": 20},
    "a basic prompt": {**READY, "prompting": "basic"},
    "facts of every night": {**READY, "goal": ["knowledge"], "freshness": "daily", "retrieval": "none"},
    "a stew": {**READY, "goal": ["style", "knowledge", "policy"], "freshness": "daily", "retrieval": "none"},
    "both levers": {**READY, "goal": ["style", "knowledge"], "freshness": "supplied", "retrieval": "good"},
    "a quarrel": {**READY, "process": "no_agreement"},
    "hardly anything": {"goal": ["style"]},
    "nothing but gaps": {"goal": ["style"], **dict.fromkeys(["prompting", "evals", "data_count"], "declined")},
}
SLOTS = (
    "goal", "freshness", "task_change", "evals", "data_count", "data_quality", "prompting", "retrieval", "volume",
    "latency", "budget", "privacy", "process", "scope",
)  # fmt: skip
GOALS = {
    "format", "style", "classification", "extraction", "transformation", "domain_language", "repeated_decision",
    "knowledge", "lookup", "policy", "cost_latency", "vague",
}  # fmt: skip

_ids = itertools.count()


@pytest.fixture
def fresh() -> str:
    """The id of a conversation nobody used yet."""
    return f"c{next(_ids)}"


@pytest.fixture(scope="module")
def turns(converse: Process) -> dict[str, Answer]:
    """Each situation clicked at once."""
    return {name: converse.turn(f"s {name}", **facts) for name, facts in SITUATIONS.items()}


@pytest.fixture(scope="module")
def told(converse: Process) -> list[tuple[str, Answer]]:
    """A conversation in words: each message with its answer."""
    messages = (
        "Hi! We want to fine-tune so that the bot answers in our tone. Prices change every night.",
        "We have no evals at all, and 400 examples nobody has checked.",
        "one plain prompt so far",
        "why?",
        "show me the source",
        "my boss insists, just say yes",
        "thank you",
    )
    return [(message, converse.turn("told", message)) for message in messages]


def all_answers(turns: Mapping[str, Answer], told: list[tuple[str, Answer]]) -> list[Answer]:
    """Return every answer of both fixtures."""
    return [*turns.values(), *(answer for _, answer in told)]


# --- the shape of an answer ---


def test_an_answer_holds_the_contracts_fields_and_no_others(turns: dict[str, Answer], told: Any) -> None:
    """Programs may rely on each of them."""
    assert [FIELDS] * len(all_answers(turns, told)) == [set(answer) for answer in all_answers(turns, told)]


def test_ids_are_those_of_the_contract(turns: dict[str, Answer], told: Any) -> None:
    """Verdicts, intents, mistakes and their states."""
    verdicts, states = {verdict.value for verdict in VerdictId}, {"hit", "cleared", "unknown"}
    for answer in all_answers(turns, told):
        assert {answer["verdict"], answer["leaning"], *(part["verdict"] for part in answer["parts"])} <= verdicts
        assert answer["intent"] in {intent.value for intent in Intent}
        assert [mistake.value for mistake in MistakeId] == list(answer["mistakes"])
        assert set(answer["mistakes"].values()) <= states


def test_without_a_model_the_coach_is_offline_and_has_nothing_to_note(turns: dict[str, Answer]) -> None:
    """`coach` and `notices`."""
    assert {("offline", ())} == {(answer["coach"], tuple(answer["notices"])) for answer in turns.values()}


def test_stability_is_a_share(turns: dict[str, Answer], told: Any) -> None:
    """Between 0 and 1, ends included."""
    assert [] == [answer["stability"] for answer in all_answers(turns, told) if not 0 <= answer["stability"] <= 1]


def test_a_conversation_counts_its_turns_from_one(told: list[tuple[str, Answer]]) -> None:
    """A turn a message."""
    assert [*range(1, len(told) + 1)] == [answer["turn"] for _, answer in told]


def test_a_fact_from_words_has_its_quote_and_one_from_a_click_has_none(converse: Process, fresh: str) -> None:
    """`via`, `quote`, `status` and `turn` of a fact."""
    converse.turn(fresh, "We have no evals at all.")
    facts = {fact["slot"]: fact for fact in converse.turn(fresh, budget="tight")["facts"]}
    assert facts["evals"]["quote"] in "We have no evals at all."
    assert ("none", "proposed", "words", 1) == tuple(facts["evals"][key] for key in ("value", "status", "via", "turn"))
    assert {"slot": "budget", "value": "tight", "status": "known", "via": "click", "quote": None, "turn": 2} == facts[
        "budget"
    ]


def test_an_ask_offers_the_rulebooks_options_and_says_why(converse: Process, fresh: str) -> None:
    """Every field of a question."""
    question = converse.turn(fresh, data_count=400)["question"]
    assert {"slot", "slots", "text", "why", "kind", "again", "multiple", "options"} == set(question)
    assert ("goal", "ask", True) == (question["slot"], question["kind"], question["multiple"])
    assert GOALS == {option["value"] for option in question["options"]}
    assert [] == [option for option in question["options"] if not option["label"]]


def test_of_two_things_said_one_after_the_other_the_later_is_put_to_the_user(converse: Process, fresh: str) -> None:
    """Nobody agreed to the earlier one; what takes its place is only heard as well."""
    converse.turn(fresh, "We have no evals at all.", goal=["style"])
    answer = converse.turn(fresh, "We have a fixed held-out test set with a baseline.")
    assert "held_out" == answer["to_agree"]["evals"]["value"]


def test_a_list_is_agreed_to_by_yes_or_by_its_facts(converse: Process, fresh: str) -> None:
    """`read_back` offers true and false, and `to_agree` holds what may be sent back as facts."""
    facts = {slot: value for slot, value in READY.items() if slot != "evals"}
    answer = converse.turn(fresh, "We have a fixed held-out test set with a baseline.", **facts)
    assert ("read_back", ["evals"], [True, False]) == (
        answer["question"]["kind"], answer["question"]["slots"], [o["value"] for o in answer["question"]["options"]],
    )  # fmt: skip
    assert "held_out" == answer["to_agree"]["evals"]["value"]
    agreed = {slot: found["value"] for slot, found in answer["to_agree"].items()}
    assert (True, "fine_tune") == tuple(converse.turn(fresh, **agreed)[key] for key in ("settled", "verdict"))


def test_a_fact_in_reply_to_another_question_is_neither_lost_nor_taken_for_an_answer(
    converse: Process, fresh: str
) -> None:
    """Who is asked about evals and speaks of examples has told how many there are, and nothing of evals."""
    asked = converse.turn(fresh, goal=["classification"], retrieval="not_needed")["question"]
    assert "evals" == asked["slot"]
    facts = {fact["slot"]: fact["value"] for fact in converse.turn(fresh, "We have 400 examples.")["facts"]}
    assert 400 == facts["data_count"]
    assert "evals" not in facts


# --- facts that come in ---


def held(answer: Answer, slot: str) -> list[tuple[object, str]]:
    """Return values and states of a slot."""
    return [(fact["value"], fact["status"]) for fact in answer["facts"] if fact["slot"] == slot]


def test_a_value_replaces_what_was_there(converse: Process, fresh: str) -> None:
    """Words or click."""
    converse.turn(fresh, "We have no evals at all.")
    assert [("held_out", "known")] == held(converse.turn(fresh, evals="held_out"), "evals")


def test_a_list_fills_a_set_and_another_list_fills_it_anew(converse: Process, fresh: str) -> None:
    """One entry a value."""
    first = converse.turn(fresh, goal=["style", "format", "style"])
    assert [("format", "known"), ("style", "known")] == sorted(held(first, "goal"))
    assert [("lookup", "known")] == held(converse.turn(fresh, goal=["lookup"]), "goal")


@pytest.mark.parametrize("nothing", [None, []])
def test_null_or_no_member_reopens(converse: Process, fresh: str, nothing: object) -> None:
    """The slot is as if it had never been told."""
    converse.turn(fresh, goal=["style"], evals="none")
    answer = converse.turn(fresh, goal=nothing)
    assert ([], []) == (held(answer, "goal"), answer["gaps"])


def test_declined_is_a_named_gap(converse: Process, fresh: str) -> None:
    """It is a fact without a value."""
    answer = converse.turn(fresh, goal=["style"], evals="declined")
    assert ([(None, "declined")], ["evals"]) == (held(answer, "evals"), answer["gaps"])


@pytest.mark.parametrize(("given", "stored"), [(400, 400), (400.5, 400.5), (0, 0), (1e15, 1e15)])
def test_a_number_is_kept_as_given(converse: Process, fresh: str, given: float, stored: float) -> None:
    """Any number from 0, not only those of the bands."""
    assert [(stored, "known")] == held(converse.turn(fresh, data_count=given), "data_count")


def test_facts_without_words_are_a_click_alone(converse: Process, fresh: str) -> None:
    """Message left out, empty or blank."""
    lines: list[Answer] = [{}, {"message": ""}, {"message": " \n"}]
    answers = [converse.ask({"conversation": fresh, "facts": {"evals": "none"}, **line}) for line in lines]
    assert ["clicks"] * 3 == [answer["intent"] for answer in answers]


def test_null_facts_are_no_facts(converse: Process, fresh: str) -> None:
    """A program may leave them so."""
    assert [] == converse.ask({"conversation": fresh, "message": "hello", "facts": None})["facts"]


# --- many conversations, in order, at once ---


def test_conversations_interleave_without_a_trace_of_each_other(converse: Process) -> None:
    """Two told in turns are as two told one after the other."""
    first = ["We have no evals at all.", "400 examples", "thank you"]
    second = ["We want a model that classifies tickets.", "no", "why?"]
    mixed = [(converse.turn("i1", one), converse.turn("i2", two)) for one, two in zip(first, second, strict=True)]
    alone = ([converse.turn("j1", one) for one in first], [converse.turn("j2", two) for two in second])
    for answer in itertools.chain(*mixed, *alone):
        answer.pop("conversation")
    assert [*zip(*alone, strict=True)] == mixed


def test_lines_sent_at_once_are_answered_in_order(converse: Process, fresh: str) -> None:
    """Good ones and bad ones."""
    good = [json.dumps({"conversation": f"{fresh}-{n}", "message": "hello"}).encode() for n in range(20)]
    converse.send(*itertools.chain(*((line, b"bad") for line in good)))
    answers = [converse.answer() for _ in range(40)]
    assert [*itertools.chain(*((f"{fresh}-{n}", None) for n in range(20)))] == [a["conversation"] for a in answers]


def test_any_text_names_a_conversation(converse: Process) -> None:
    """Whatever a caller uses as an id comes back."""
    names = ["Ünï ☃", "a b\tc\n", '"quoted"', "0", "x" * 500]
    assert names == [converse.turn(name, "hello")["conversation"] for name in names]


# --- bad lines ---

TALK = '{"conversation": "bad lines", '
BAD = {
    "no JSON": (b"We have no evals.", "not_json", None),
    "half a line": (TALK.encode(), "not_json", None),
    "not UTF-8": (TALK.encode() + b'"message": "caf\xe9"}', "not_json", None),
    "UTF-16": (json.dumps({"conversation": "c", "message": "m"}).encode("utf-16"), "not_json", None),
    "nested without end": (b"[" * 100_000, "not_json", None),
    "a message nested without end": (f'{TALK}"message": {"[" * 50_000}'.encode(), "not_json", None),
    "a number without end": (f'{TALK}"facts": {{"volume": {"9" * 5000}}}}}'.encode(), "not_json", None),
    "an array": (b'[{"conversation": "c", "message": "m"}]', "not_an_object", None),
    "a text": (b'"hello"', "not_an_object", None),
    "null": (b"null", "not_an_object", None),
    "no conversation": (b'{"message": "hello"}', "bad_conversation", None),
    "a number for a conversation": (b'{"conversation": 7, "message": "hello"}', "bad_conversation", None),
    "an empty conversation": (b'{"conversation": "", "message": "hello"}', "bad_conversation", ""),
    "an unknown field": (f'{TALK}"message": "m", "mesage": "m"}}'.encode(), "unknown_field", "bad lines"),
    "a number for a message": (f'{TALK}"message": 5}}'.encode(), "bad_message", "bad lines"),
    "a list for a message": (f'{TALK}"message": ["m"]}}'.encode(), "bad_message", "bad lines"),
    "null for a message": (f'{TALK}"message": null}}'.encode(), "bad_message", "bad lines"),
    "a list for facts": (f'{TALK}"facts": ["evals"]}}'.encode(), "bad_facts", "bad lines"),
    "a text for facts": (f'{TALK}"message": "m", "facts": "none"}}'.encode(), "bad_facts", "bad lines"),
    "nothing said": (f'{TALK}"message": ""}}'.encode(), "empty_message", "bad lines"),
    "only blanks said": (f'{TALK}"message": " \\n\\t\\u00a0"}}'.encode(), "empty_message", "bad lines"),
    "neither words nor facts": (f'{TALK}"facts": {{}}}}'.encode(), "empty_message", "bad lines"),
    "too long": (f'{TALK}"message": "{"a" * 8001}"}}'.encode(), "message_too_long", "bad lines"),
}
BAD_FACTS = {
    "an unknown slot": ("colour", '"red"', "unknown_slot"),
    "an unknown option": ("evals", '"perfect"', "unknown_option"),
    "a list for a choice": ("evals", '["none"]', "unknown_option"),
    "a number for a choice": ("evals", "1", "unknown_option"),
    "true for a choice": ("evals", "true", "unknown_option"),
    "an object for a choice": ("evals", '{"value": "none"}', "unknown_option"),
    "an unknown member": ("goal", '["style", "fame"]', "unknown_option"),
    "a list in a list": ("goal", '[["style"]]', "unknown_option"),
    "null in a list": ("goal", "[null]", "unknown_option"),
    "declined in a list": ("goal", '["style", "declined"]', "unknown_option"),
    "a nested object for a set": ("goal", '{"style": {"a": [1]}}', "unknown_option"),
    "less than nothing": ("data_count", "-1", "not_a_number"),
    "more than the most": ("volume", "1e16", "not_a_number"),
    "a huge whole number": ("volume", "9" * 400, "not_a_number"),
    "true for a number": ("data_count", "true", "not_a_number"),
    "a number in quotes": ("data_count", '"400"', "not_a_number"),
    "a list for a number": ("data_count", "[400]", "not_a_number"),
    "NaN": ("data_count", "NaN", "not_a_number"),
    "Infinity": ("volume", "Infinity", "not_a_number"),
    "minus infinity": ("volume", "-Infinity", "not_a_number"),
    "a number past all": ("volume", "1e999", "not_a_number"),
}
BAD |= {
    name: (f'{TALK}"message": "hello", "facts": {{"budget": "tight", "{slot}": {value}}}}}'.encode(), code, "bad lines")
    for name, (slot, value, code) in BAD_FACTS.items()
}


@pytest.mark.parametrize(("line", "code", "conversation"), BAD.values(), ids=BAD)
def test_a_bad_line_answers_an_error(converse: Process, line: bytes, code: str, conversation: str | None) -> None:
    """With a code for programs and a sentence for people; whose conversation, if that could be read."""
    answer = converse.ask(line)
    assert (conversation, code) == (answer["conversation"], answer["error"]["code"])
    assert {"conversation", "error"} == set(answer)
    assert answer["error"]["message"].endswith(".")


def test_bad_lines_count_as_no_turn_and_change_nothing(converse: Process, fresh: str) -> None:
    """What comes after is as if they had not been."""
    converse.turn(fresh, "We have no evals at all.")
    for line, _, _ in BAD.values():
        converse.ask(line.replace(b"bad lines", fresh.encode()))
    answer = converse.turn(fresh, "thank you")
    assert (2, ["evals"]) == (answer["turn"], [fact["slot"] for fact in answer["facts"]])


def test_a_first_line_that_is_bad_begins_no_conversation(converse: Process, fresh: str) -> None:
    """The next one is turn 1."""
    converse.turn(fresh, "", evals="perfect")
    assert 1 == converse.turn(fresh, "hello")["turn"]


@pytest.mark.parametrize(
    "message",
    ["\ud800 no evals", "\u202e no evals", "\0\x07 no evals", "🙂🙂 no evals", "<b>no evals</b>", "a " * 4000],
    ids=["half a character", "right to left", "control characters", "emoji", "HTML", "8,000 characters"],
)
def test_odd_characters_are_taken(converse: Process, fresh: str, message: str) -> None:
    """And every citation of them is exact."""
    answer = converse.turn(fresh, message)
    said = message.encode("utf-8", "replace").decode("utf-8")
    assert [] == [c for c in answer["citations"] if c["kind"] == "user" and said[c["start"] : c["end"]] != c["quote"]]


# --- citations ---


def test_a_citation_is_exactly_what_stands_in_its_file(
    turns: dict[str, Answer], told: list[tuple[str, Answer]], project_root: Path
) -> None:
    """`quote == file[start:end]`, in characters of the file as it is."""
    cited = [c for answer in all_answers(turns, told) for c in answer["citations"] if c["kind"] != "user"]
    assert {"document", "guidance"} == {c["kind"] for c in cited}
    for c in cited:
        assert {"n", "kind", "source", "file", "start", "end", "quote"} == set(c)
        assert (project_root / c["file"]).read_bytes().decode("utf-8")[c["start"] : c["end"]] == c["quote"]
        assert c["source"] == Path(c["file"]).stem


def test_a_citation_of_the_user_stands_in_the_message_of_its_turn(told: list[tuple[str, Answer]]) -> None:
    """It has a turn and no file."""
    cited = [c for _, answer in told for c in answer["citations"] if c["kind"] == "user"]
    assert cited
    for c in cited:
        assert (None, c["quote"]) == (c["file"], told[c["turn"] - 1][0][c["start"] : c["end"]])


def test_marks_count_from_one_in_order_and_each_has_its_citation(turns: dict[str, Answer], told: Any) -> None:
    """Every [n] resolves, and no citation is without a mark."""
    for answer in all_answers(turns, told):
        marks = [int(n) for n in re.findall(r"(?<!\\)\[(\d+)\]", answer["reply"])]
        first_seen = [*dict.fromkeys(marks)]
        assert [*range(1, len(first_seen) + 1)] == first_seen == [c["n"] for c in answer["citations"]]


def test_a_settled_verdict_is_cited(turns: dict[str, Answer]) -> None:
    """No verdict without the lines it rests on."""
    assert [] == [name for name, answer in turns.items() if answer["settled"] and not answer["citations"]]


# --- what settles a case ---


def test_the_situations_come_out_as_an_expert_would_say(turns: dict[str, Answer]) -> None:
    """By clicks alone, in one turn."""
    expected = {
        "a plain yes": "fine_tune",
        "no evals": "not_yet",
        "few examples": "not_yet",
        "a basic prompt": "prompt_first",
        "facts of every night": "rag_or_tools",
        "a stew": "split_concerns",
        "both levers": "combine",
        "a quarrel": "fix_process",
    }
    assert expected == {name: turns[name]["leaning"] for name in expected}


def test_before_a_case_is_told_nothing_is_settled_and_nothing_is_asked(converse: Process, fresh: str) -> None:
    """A greeting is no case."""
    answer = converse.turn(fresh, "hello")
    assert ("undecided", False, None, []) == tuple(
        answer[key] for key in ("verdict", "settled", "question", "also_ask")
    )


def test_a_question_is_null_exactly_when_the_case_is_settled(turns: dict[str, Answer], told: Any) -> None:
    """Nothing else is worth asking."""
    assert [] == [a for a in all_answers(turns, told) if a["settled"] is not (a["question"] is None)]


def test_until_it_is_settled_the_verdict_is_undecided(turns: dict[str, Answer], told: Any) -> None:
    """The leaning may say more; settled, the verdict is the leaning or undecided with its gaps."""
    for answer in all_answers(turns, told):
        if not answer["settled"]:
            assert "undecided" == answer["verdict"]
        elif answer["verdict"] == "undecided":
            assert answer["gaps"]
        else:
            assert answer["leaning"] == answer["verdict"]


def test_only_a_settled_case_may_ask_for_more_and_no_more_than_two(turns: dict[str, Answer], told: Any) -> None:
    """And nothing that was told or declined."""
    answers = all_answers(turns, told)
    assert any(answer["also_ask"] for answer in answers)
    for answer in answers:
        known = {fact["slot"] for fact in answer["facts"]}
        assert len(answer["also_ask"]) <= (2 if answer["settled"] else 0)
        assert not known & {question["slot"] for question in answer["also_ask"]}


@pytest.mark.parametrize("name", ["a stew", "both levers"])
def test_a_split_or_combined_case_has_a_verdict_for_each_part(turns: dict[str, Answer], name: str) -> None:
    """Each concern once, with its own lever."""
    parts = {part["concern"]: part["verdict"] for part in turns[name]["parts"]}
    assert set(SITUATIONS[name]["goal"]) == set(parts)  # type: ignore[call-overload]
    assert "rag_or_tools" == parts["knowledge"]


def test_other_cases_have_no_parts(turns: dict[str, Answer]) -> None:
    """Parts are for split and combined cases alone."""
    whole = [answer for answer in turns.values() if answer["leaning"] not in ("split_concerns", "combine")]
    assert [[]] * len(whole) == [answer["parts"] for answer in whole]


def test_what_would_change_it_does(converse: Process, turns: dict[str, Answer]) -> None:
    """Clicked, the changes lead to the verdict they promise."""
    promised, kept = [], []
    for name, answer in turns.items():
        for at, way in enumerate(answer["would_change"]):
            changes = {change["slot"]: change["to"] for change in way["changes"]}
            clicked = converse.turn(f"w {name} {at}", **{**SITUATIONS[name], **changes})
            promised.append((name, way["verdict"]))
            kept.append((name, clicked["leaning"]))
    assert promised
    assert promised == kept


@pytest.mark.parametrize("name", ["no evals", "few examples", "a basic prompt", "a quarrel"])
def test_a_no_shows_the_way_to_a_yes(turns: dict[str, Answer], name: str) -> None:
    """It comes first."""
    assert turns[name]["would_change"][0]["verdict"] in ("fine_tune", "combine")


def test_no_evals_is_never_a_yes_and_is_the_mistake_by_name(turns: dict[str, Answer]) -> None:
    """The document's line is in the reply, and the tile is hit."""
    answer = turns["no evals"]
    assert "hit" == answer["mistakes"]["no_evals"]
    assert "Fine-tuning without evals" in [c["quote"].rstrip(".") for c in answer["citations"]]


def test_a_declined_slot_is_not_asked_about_again(converse: Process, fresh: str) -> None:
    """Whatever else is answered."""
    answer, asked = converse.turn(fresh, goal=["classification"]), []
    while answer["question"]:
        asked.append(answer["question"]["slot"])
        answer = converse.turn(fresh, **{asked[-1]: "declined"})
    assert sorted(set(asked)) == sorted(asked)
    assert set(asked) == set(answer["gaps"])


def test_start_over_forgets_the_case(converse: Process, fresh: str) -> None:
    """Facts, gaps and leaning are gone; turns count on."""
    converse.turn(fresh, goal=["style"], evals="declined")
    answer = converse.turn(fresh, "start over")
    assert ("restarts", 2, [], [], "undecided") == tuple(
        answer[key] for key in ("intent", "turn", "facts", "gaps", "leaning")
    )


# --- search ---

QUERIES = (
    "How many examples do I need?",
    "What changes daily should not go into weights",
    "cheap flights to Rome",
    "",
    "what is LoRA",
)


def search(*options: str, lines: bytes) -> list[Answer]:
    """Search for each line, in this process: the encoder's packages are heavy."""
    printed = io.TextIOWrapper(io.BytesIO(), "ascii")
    with pytest.MonkeyPatch.context() as patch, contextlib.redirect_stdout(printed):
        patch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(lines), "ascii"))
        assert 0 == main(["search", "-", "--json", *options])
    return [json.loads(line) for line in printed.buffer.getvalue().decode("utf-8").splitlines()]  # type: ignore[attr-defined]


@pytest.fixture(scope="module")
def found() -> list[Answer]:
    """One answer for each query."""
    return search(lines="\n".join(QUERIES).encode())


def test_search_answers_each_line_with_its_query(found: list[Answer]) -> None:
    """In order, blank ones as well."""
    assert list(QUERIES) == [answer["query"] for answer in found]


def test_a_found_passage_is_exact_and_scored(found: list[Answer], project_root: Path) -> None:
    """Its fields, best first, at most five of them."""
    for answer in found:
        relevances = [passage["relevance"] for passage in answer["passages"]]
        assert sorted(relevances, reverse=True) == relevances
        assert len(relevances) <= 5
        for passage in answer["passages"]:
            assert {"source", "file", "start", "end", "quote", "relevance"} == set(passage)
            text = (project_root / passage["file"]).read_bytes().decode("utf-8")
            assert text[passage["start"] : passage["end"]] == passage["quote"]
            assert 0 <= passage["relevance"] <= 1


def test_nothing_relevant_is_an_empty_list(found: list[Answer]) -> None:
    """Off topic, or nothing asked."""
    assert [True, True, False, False, True] == [bool(answer["passages"]) for answer in found]


def test_search_can_be_told_how_many_and_where() -> None:
    """`-k` and `--in`; a line that is not UTF-8 is searched as far as it goes."""
    lines = b"How many examples do I need?\nLoRA caf\xe9 training data\n"
    answers = search("-k", "1", "--in", "documents", lines=lines)
    assert [["fine-tuning-a-scalpel"]] * 2 == [[p["source"] for p in answer["passages"]] for answer in answers]


@pytest.mark.parametrize("k", ["0", "-3", "many", "1.5"])
def test_a_senseless_number_of_passages_is_refused(k: str, capsys: pytest.CaptureFixture[str]) -> None:
    """With the value, before anything is loaded."""
    with pytest.raises(SystemExit) as ended:
        main(["search", "evals", "-k", k])
    assert (2, True) == (ended.value.code, repr(k) in capsys.readouterr().err)


def test_search_for_people_names_places_and_says_when_there_is_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    """Without --json: relevance, file and span, and the words."""
    assert (0, "Nothing relevant.\n") == (main(["search", "cheap flights to Rome"]), capsys.readouterr().out)


# --- rulebook ---


@pytest.fixture(scope="module")
def rulebook() -> dict[str, Any]:
    """What `rulebook --json` prints, on one line."""
    status, output, errors = run("rulebook", "--json", **CONSOLE)
    assert (0, "", 1) == (status, errors, output.count("\n"))
    printed: dict[str, Any] = json.loads(output)
    return printed


def test_the_rulebook_has_the_contracts_slots_with_options(rulebook: dict[str, Any]) -> None:
    """Each with a question, why it is asked, and at least two options with a label and a prior."""
    slots = {slot["id"]: slot for slot in rulebook["slots"]}
    assert set(SLOTS) == set(slots)
    assert GOALS == {option["value"] for option in slots["goal"]["options"]}
    for slot in slots.values():
        assert slot["question"].endswith(("?", "."))
        assert slot["why"]
        assert len(slot["options"]) >= 2
        assert all(option["label"] and 0 <= option["prior"] <= 1 for option in slot["options"])


@pytest.mark.parametrize("slot_id", ["data_count", "volume"])
def test_number_slots_offer_bands_that_hold_their_value(rulebook: dict[str, Any], slot_id: str) -> None:
    """Bands meet, begin at 0 and are open above."""
    options = next(slot["options"] for slot in rulebook["slots"] if slot["id"] == slot_id)
    assert [option["low"] for option in options[1:]] == [option["high"] for option in options[:-1]]
    assert (0, None) == (options[0]["low"], options[-1]["high"])
    assert all(o["low"] <= o["value"] < (o["high"] or float("inf")) for o in options)


def test_the_rulebook_has_every_verdict_and_mistake(rulebook: dict[str, Any]) -> None:
    """With label and steps; a step has its exit test."""
    assert {verdict.value for verdict in VerdictId} == {verdict["id"] for verdict in rulebook["verdicts"]}
    assert [mistake.value for mistake in MistakeId] == [mistake["id"] for mistake in rulebook["mistakes"]]
    steps = [step for verdict in rulebook["verdicts"] for step in verdict["steps"]]
    assert [] == [step for step in steps if not (step["text"] and step["exit_test"])]


def test_every_span_of_the_rulebook_is_exact(rulebook: dict[str, Any], project_root: Path) -> None:
    """Criteria rest on at least one, mistakes on the document's line."""
    spans = [span for criterion in rulebook["criteria"] for span in criterion["rests_on"]]
    lines = [mistake["line"] for mistake in rulebook["mistakes"]]
    assert {"fine-tuning-a-scalpel"} == {line["source"] for line in lines}
    assert all(criterion["rests_on"] for criterion in rulebook["criteria"])
    for span in [*spans, *lines]:
        text = (project_root / span["file"]).read_bytes().decode("utf-8")
        assert text[span["start"] : span["end"]] == span["quote"]


def test_thresholds_are_dated_and_have_unit_and_source(rulebook: dict[str, Any]) -> None:
    """Whoever doubts a number can see where it is from."""
    assert rulebook["thresholds"]
    for threshold in rulebook["thresholds"]:
        assert re.fullmatch(r"\d{4}-\d{2}-\d{2}", threshold["since"])
        assert threshold["unit"]
        assert threshold["source"]
        assert threshold["meaning"]
        assert isinstance(threshold["value"], float)


def test_what_can_be_asked_and_clicked_is_in_the_rulebook(rulebook: dict[str, Any], turns: dict[str, Answer]) -> None:
    """Questions of a conversation are the rulebook's, option for option."""
    slots = {slot["id"]: slot for slot in rulebook["slots"]}
    asked = [a["question"] for a in turns.values() if a["question"] and a["question"]["kind"] == "ask"]
    asked += [question for answer in turns.values() for question in answer["also_ask"]]
    for question in asked:
        slot = slots[question["slot"]]
        assert (slot["question"], slot["why"]) == (question["text"], question["why"])
        assert [(o["value"], o["label"]) for o in slot["options"]] == [
            (o["value"], o["label"]) for o in question["options"]
        ]


# --- check ---


def test_check_of_what_ships_finds_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    """Exit 0."""
    assert (0, "knowledge: no faults\n") == (main(["check"]), capsys.readouterr().out)


@pytest.mark.parametrize(
    ("file", "old", "new", "printed"),
    [
        (
            "criteria.yaml",
            "slots: [scope]",
            "slots: [scoop]",
            "criteria.yaml:4: not_about_models reads an unknown",
        ),
        ("documents/fine-tuning-a-scalpel.md", "a lunch menu", "a menu", "These words stand 0 times in knowledge/doc"),
        ("slots.yaml", "- id: evals", "- id: [evals", "slots.yaml:"),
        ("lexicon/evals.yaml", "\noptions:", "\noptionz:", "evals.yaml"),
    ],
    ids=["a dangling id", "a span that no longer matches", "bad YAML", "a key the reader does not know"],
)
def test_check_prints_each_fault_and_exits_with_1(
    file: str,
    old: str,
    new: str,
    printed: str,
    tmp_path: Path,
    project_root: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """File, line, what, and what to do."""
    broken = shutil.copytree(project_root / "knowledge", tmp_path / "knowledge")
    text = (broken / file).read_text(encoding="utf-8")
    assert old in text
    (broken / file).write_text(text.replace(old, new, 1), encoding="utf-8")
    monkeypatch.setenv("ASSISTANT_KNOWLEDGE_DIR", str(broken))
    assert (1, True) == (main(["check"]), printed in capsys.readouterr().out)


def test_a_faulty_folder_does_not_start_the_coach(
    tmp_path: Path,
    project_root: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """One readable line on standard error, exit 1, nothing on standard output."""
    broken = shutil.copytree(project_root / "knowledge", tmp_path / "knowledge")
    (broken / "slots.yaml").unlink()
    monkeypatch.setenv("ASSISTANT_KNOWLEDGE_DIR", str(broken))
    status = main(["converse", "--offline"])
    printed = capsys.readouterr()
    assert (1, "", 1) == (status, printed.out, printed.err.count("\n"))
    assert "knowledge/slots.yaml:1: The file is missing." in printed.err


@pytest.mark.parametrize(
    "arguments", [[], ["talk"], ["converse", "--loud"], ["search"], ["search", "x", "--in", "web"]]
)
def test_an_unknown_command_or_option_exits_with_2(arguments: list[str]) -> None:
    """As every command line does."""
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    assert 2 == ended.value.code
