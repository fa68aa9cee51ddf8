"""The functions over REST: the contract's answers, problems that name what is wrong, limits, and nothing in the log."""

from __future__ import annotations

import json
import logging
from typing import Any

import pytest
from fastapi.testclient import TestClient

from assistant.inquiry import Inquiry, answer
from assistant.web.calls import Calls
from assistant.web.contract.answers import Answer, Found, turn_json
from assistant.web.contract.rulebooks import RulebookShape, rulebook_json
from assistant.web.rest.endpoints import PREFIX
from assistant.web.server.bodies import BODY_BYTES
from assistant.web.server.problems import Problem
from tests.fakes import ScriptedRetriever, coach
from tests.moments import knowledge, passage
from tests.web.apps import BrokenCoach, mounted

STORY = "We want to fine-tune so that the bot answers in our tone. Prices change every night."
FOUND = passage("how-much-data", "OpenAI's guide sets 10 as the minimum")
JSON = {"Content-Type": "application/json"}


@pytest.fixture(scope="module")
def offline() -> TestClient:
    """A server over the real rules and the real knowledge."""
    return mounted(coach())


def test_an_answer_is_the_contracts(offline: TestClient) -> None:
    """The same fields and values that a conversation with the same turns ends with."""
    sent = {"messages": [STORY, "No evals."], "facts": {"data_count": 400}}
    got = offline.post(f"{PREFIX}/assess", json=sent)
    expected = turn_json(answer(coach(), Inquiry((STORY, "No evals."), {"data_count": 400})))
    assert (200, "application/json") == (got.status_code, got.headers["content-type"])
    assert json.loads(json.dumps(expected)) == got.json()


def test_two_calls_know_nothing_of_each_other(offline: TestClient) -> None:
    """The same inquiry gets the same bytes, whatever was asked between."""
    first = offline.post(f"{PREFIX}/assess", json={"messages": [STORY]})
    offline.post(f"{PREFIX}/assess", json={"messages": ["We have no evals."], "facts": {"goal": ["style"]}})
    assert first.content == offline.post(f"{PREFIX}/assess", json={"messages": [STORY]}).content


@pytest.mark.parametrize(
    ("sent", "asked"),
    [
        ({"query": "how many examples"}, ("how many examples", 5, None)),
        ({"query": "half \ud800", "k": 7.0, "in": "documents"}, ("half ?", 7, "documents")),
    ],
)
def test_a_search_gives_the_passages_that_were_found(sent: dict[str, Any], asked: tuple[Any, ...]) -> None:
    """As the command line does; what is no character is replaced."""
    retriever = ScriptedRetriever()
    retriever.findings.append([FOUND])
    got = mounted(coach(retriever=retriever)).post(f"{PREFIX}/search", content=json.dumps(sent), headers=JSON).json()
    assert [asked] == retriever.queries
    quotes = [found.quote for found in Found.model_validate(got).passages]
    assert (asked[0], [FOUND.passage.quote]) == (got["query"], quotes)


def test_the_rulebook_is_that_of_the_command_line(offline: TestClient) -> None:
    """Slots, verdicts, mistakes, criteria and thresholds."""
    got = offline.get(f"{PREFIX}/rulebook").json()
    assert json.loads(json.dumps(rulebook_json(knowledge().rulebook, dict(knowledge().library.texts)))) == got
    RulebookShape.model_validate(got)


@pytest.mark.parametrize(
    "facts",
    [
        {"goal": ["style", "knowledge"], "freshness": "daily", "retrieval": "none"},
        {"goal": ["style", "knowledge", "policy"]},
        {"process": "no_agreement"},
        {"goal": "declined", "volume": 2.5, "evals": None},
    ],
)
def test_an_answer_has_the_shape_that_is_described(offline: TestClient, facts: dict[str, Any]) -> None:
    """No field is missing, none is new, and each holds what it says."""
    got = offline.post(f"{PREFIX}/assess", json={"messages": [STORY], "facts": facts}).json()
    assert got == Answer.model_validate(got).model_dump(mode="json", exclude_unset=True)


PROBLEMS: dict[str, tuple[str, Any, int, str, str | None, str | None]] = {
    "no JSON": ("assess", b"no", 400, "not_json", None, None),
    "a body that is too large": ("assess", b" " * (BODY_BYTES + 1), 413, "too_large", None, None),
    "a list": ("assess", [], 422, "not_an_object", None, None),
    "another field": ("assess", {"message": STORY}, 422, "unknown_field", "message", STORY),
    "an unknown option": ("assess", {"facts": {"evals": "best"}}, 422, "unknown_option", "facts.evals", "best"),
    "a number that is none": (
        "assess",
        {"facts": {"volume": float("nan")}},
        422,
        "not_a_number",
        "facts.volume",
        "NaN",
    ),
    "half a character": ("assess", {"facts": {"\ud800": 1}}, 422, "unknown_slot", "facts.?", "1"),
    "a dot in a slot": ("assess", {"facts": {"a.b": [1]}}, 422, "unknown_slot", "facts.a.b", "[1]"),
    "a bad message": ("assess", {"messages": ["a", {"b": 1}]}, 422, "bad_message", "messages.1", '{"b": 1}'),
    "a long value": ("assess", {"facts": {"evals": "x" * 9000}}, 422, "unknown_option", "facts.evals", "x" * 99 + "…"),
    "no query": ("search", {}, 422, "bad_query", "query", None),
    "a long query": ("search", {"query": "a" * 1001}, 422, "query_too_long", "query", "a" * 99 + "…"),
    "no passages": ("search", {"query": "a", "k": 0}, 422, "bad_k", "k", "0"),
    "half a passage": ("search", {"query": "a", "k": 1.5}, 422, "bad_k", "k", "1.5"),
    "true passages": ("search", {"query": "a", "k": True}, 422, "bad_k", "k", "true"),
    "an unknown corpus": ("search", {"query": "a", "in": ["web"]}, 422, "unknown_corpus", "in", '["web"]'),
}


@pytest.mark.parametrize(("call", "sent", "status", "code", "field", "value"), PROBLEMS.values(), ids=PROBLEMS)
def test_a_problem_names_the_field_the_value_and_what_to_do(
    offline: TestClient, call: str, sent: Any, status: int, code: str, field: str | None, value: str | None
) -> None:
    """As problem+json; a long value is cut."""
    body = sent if isinstance(sent, bytes) else json.dumps(sent)
    got = offline.post(f"{PREFIX}/{call}", content=body, headers=JSON)
    problem = Problem.model_validate(got.json())
    assert (status, "application/problem+json") == (got.status_code, got.headers["content-type"])
    assert (status, code, field, value) == (problem.status, problem.code, problem.field, problem.value)
    assert problem.detail.endswith((".", "…"))
    assert len(problem.detail) <= 500


@pytest.mark.parametrize("said", ["text/plain", "application/x-www-form-urlencoded", "application/problem+json"])
def test_a_body_that_is_not_called_json_is_refused(offline: TestClient, said: str) -> None:
    """So that a foreign page's form cannot call."""
    got = offline.post(f"{PREFIX}/assess", content=b'{"messages": ["a"]}', headers={"Content-Type": said})
    assert (415, "no_json_type") == (got.status_code, got.json()["code"])


@pytest.mark.parametrize(("path", "allowed"), [("assess", "POST"), ("search", "POST"), ("rulebook", "GET")])
@pytest.mark.parametrize("method", ["TRACE", "CONNECT", "PROPFIND", "DELETE", "OPTIONS"])
def test_a_rare_method_is_not_allowed_either(offline: TestClient, method: str, path: str, allowed: str) -> None:
    """Whatever a scanner asks with."""
    got = offline.request(method, f"{PREFIX}/{path}")
    assert (405, allowed, "not_allowed") == (got.status_code, got.headers["allow"], got.json()["code"])


def test_several_cases_in_one_request_are_told_to_come_one_by_one(offline: TestClient) -> None:
    """A list is no inquiry; how many came is said, and what to do."""
    got = offline.post(f"{PREFIX}/assess", json=[{"messages": ["a"]}] * 5_000).json()
    assert ("not_an_object", True, True) == (got["code"], "5,000" in got["detail"], "at a time" in got["detail"])


def test_another_method_and_another_address_are_problems_too(offline: TestClient) -> None:
    """With the methods that are allowed."""
    wrong, nothing = offline.get(f"{PREFIX}/assess"), offline.get(f"{PREFIX}/asses")
    assert (405, "POST", "not_allowed") == (wrong.status_code, wrong.headers["allow"], wrong.json()["code"])
    assert (404, "not_found") == (nothing.status_code, nothing.json()["code"])


def test_too_many_at_once_are_told_when_to_come_back() -> None:
    """As a problem, with the seconds in the usual header."""
    full = mounted(coach(), Calls(coach(), n_at_once=1, n_waiting=-1))
    got = full.post(f"{PREFIX}/assess", json={"messages": [STORY]})
    assert (429, "5", "busy") == (got.status_code, got.headers["retry-after"], got.json()["code"])


def test_a_fault_of_ours_shows_a_reference_and_nothing_else(caplog: pytest.LogCaptureFixture) -> None:
    """The log has the same reference."""
    got = mounted(BrokenCoach(coach()), raises=False).post(f"{PREFIX}/assess", json={"messages": [STORY]})
    [reference] = [record.args for record in caplog.records if record.name == "assistant.web.server.problems"]
    assert (500, "failed") == (got.status_code, got.json()["code"])
    assert isinstance(reference, tuple)
    assert str(reference[0]) in got.json()["detail"]
    assert "broken on purpose" not in got.text


def test_nothing_that_anybody_sent_is_logged(offline: TestClient, caplog: pytest.LogCaptureFixture) -> None:
    """Neither of what is answered nor of what is refused, at any level."""
    with caplog.at_level(logging.DEBUG):
        for sent in ({"messages": ["canary words"]}, {"canary": 1}, {"facts": {"evals": "canary"}}, "canary"):
            offline.post(f"{PREFIX}/assess", json=sent)
        offline.post(f"{PREFIX}/search", json={"query": "canary"})
    assert "canary" not in caplog.text
