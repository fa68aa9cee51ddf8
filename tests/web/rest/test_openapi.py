"""What the REST functions say of themselves: its examples work, and requests made from it are answered as it says."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import Case, GenerationMode, openapi

from assistant.web.calls import Calls
from assistant.web.rest.endpoints import PREFIX, build
from tests.fakes import coach
from tests.moments import knowledge
from tests.web.apps import listening, mounted

OPERATIONS = [
    pytest.param(mode, path, id=f"{mode.value} {path}")
    for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE)
    for path in ("/assess", "/search", "/rulebook")
    if (mode, path) != (GenerationMode.NEGATIVE, "/rulebook")  # it takes nothing that could be wrong
]


@pytest.fixture(scope="module")
def offline() -> TestClient:
    """A server over the real rules and the real knowledge."""
    return mounted(coach())


@pytest.fixture(scope="module")
def described(offline: TestClient) -> dict[str, Any]:
    """What the functions say of themselves."""
    found: dict[str, Any] = offline.get(f"{PREFIX}/openapi.json").json()
    return found


def examples() -> Iterator[tuple[str, str, Any]]:
    """Give each example with its address and its name."""
    for path, operations in build(Calls(coach())).openapi()["paths"].items():
        shown = operations.get("post", {}).get("requestBody", {}).get("content", {}).get("application/json", {})
        for name, example in shown.get("examples", {}).items():
            yield path, name, example["value"]


@pytest.mark.parametrize(("path", "name", "example"), list(examples()), ids=lambda part: str(part)[:30])
def test_each_example_is_answered(offline: TestClient, path: str, name: str, example: Any) -> None:
    """What is shown works."""
    assert 200 == offline.post(f"{PREFIX}{path}", json=example).status_code


def test_every_function_that_takes_anything_has_examples(described: dict[str, Any]) -> None:
    """The rulebook takes nothing."""
    assert {"/assess", "/search", "/rulebook"} == set(described["paths"])
    assert {"/assess", "/search"} == {path for path, _, _ in examples()}


def test_the_description_tells_the_slots_and_their_options(described: dict[str, Any]) -> None:
    """A program need not read the rulebook first."""
    body = described["paths"]["/assess"]["post"]["requestBody"]["content"]["application/json"]["schema"]
    facts = body["properties"]["facts"]["properties"]
    assert [slot.id for slot in knowledge().rulebook.slots] == list(facts)
    assert {"none", "held_out", "declined", None} <= set(facts["evals"]["enum"])


def test_the_description_tells_the_address_behind_a_proxy() -> None:
    """Under a sub-path, where a client must call the proxy and not the server."""
    with listening(coach(), ASSISTANT_ROOT_PATH="/coach") as address:
        [server] = httpx.get(f"{address}{PREFIX}/openapi.json").json()["servers"]
    assert f"/coach{PREFIX}" == server["url"]


@pytest.mark.parametrize(("mode", "path"), OPERATIONS)
def test_what_the_description_allows_is_answered_and_the_rest_is_refused(
    offline: TestClient, mode: GenerationMode, path: str
) -> None:
    """No server error, no status, type or shape that is not described."""
    schema = openapi.from_asgi(f"{PREFIX}/openapi.json", offline.app)
    operation = next(found.ok() for found in schema.get_all_operations() if found.ok().path == path)

    @settings(
        max_examples=60,
        deadline=None,
        database=None,
        derandomize=True,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(operation.as_strategy(generation_mode=mode))
    def checked(case: Case) -> None:
        case.call_and_validate()

    checked()
