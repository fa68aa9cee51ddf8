"""Behind nginx, set up as documented: a sub-path, answers that stream, and nothing that a visitor could fake."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests import nginx
from tests.served_page import PATIENCE_SECONDS

WIKI = "We want to fine-tune a model on our wiki so that it knows our products. The pages change every week."


@pytest.fixture(scope="module")
def proxied(nginx_path: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[httpx.Client, str]]:
    """A client of the page at the proxy, and the server's own address."""
    folder: Path = tmp_path_factory.mktemp("nginx")
    with (
        nginx.before_the_page(nginx_path, folder) as (address, own),
        httpx.Client(base_url=address, timeout=PATIENCE_SECONDS) as client,
    ):
        yield client, own


def test_the_page_and_all_it_names_are_found_under_the_sub_path(proxied: tuple[httpx.Client, str]) -> None:
    """Its own address is the proxy's; its files are there, and a browser need not ask for them twice."""
    client, _ = proxied
    page = client.get("").text
    assert f'"root":"{str(client.base_url).rstrip("/")}"' in page
    files = set(re.findall(r'"\./(assets/[\w./-]+\.(?:js|css))"', page))
    assert files
    for name in files:
        answer = client.get(name)
        assert (200, "max-age=31536000") == (answer.status_code, answer.headers["cache-control"])
        assert "nosniff" == answer.headers["x-content-type-options"]


def test_an_answer_arrives_while_it_is_being_given(proxied: tuple[httpx.Client, str]) -> None:
    """When its first words are there the server is still at work on the rest."""
    client, own = proxied
    dependencies = client.get("config").json()["dependencies"]
    [index] = [dependency["id"] for dependency in dependencies if dependency["api_name"] == "tell"]
    sent = {"data": [WIKI, None, {}], "fn_index": index, "session_hash": "proxied"}
    client.post("gradio_api/queue/join", json=sent).raise_for_status()
    with client.stream("GET", "gradio_api/queue/data", params={"session_hash": "proxied"}) as answer:
        lines = (json.loads(line[6:]) for line in answer.iter_lines() if line.startswith("data: "))
        next(line for line in lines if line["msg"] == "process_generating")
        assert "coach_answers_running 1" in httpx.get(f"{own}/metrics").text
        assert "process_completed" in [line["msg"] for line in lines]


@pytest.mark.parametrize("path", ["metrics", "readyz", "healthz", "gradio_api/upload", "monitoring"])
def test_what_is_not_for_visitors_is_not_there(proxied: tuple[httpx.Client, str], path: str) -> None:
    """The operator asks the server itself."""
    assert 404 == proxied[0].get(path).status_code


def test_a_visitor_cannot_name_himself_or_the_server(proxied: tuple[httpx.Client, str]) -> None:
    """The proxy writes those headers anew, and a foreign name is turned away."""
    client, _ = proxied
    claims = {"X-Forwarded-Host": "evil.example", "X-Forwarded-For": "192.0.2.1", "X-Forwarded-Proto": "https"}
    page = client.get("", headers=claims)
    assert 200 == page.status_code
    assert "evil.example" not in page.text
    assert 400 == client.get("", headers={"Host": "evil.example"}).status_code


def test_without_its_last_slash_the_sub_path_leads_to_the_page(proxied: tuple[httpx.Client, str]) -> None:
    """What people type."""
    client, _ = proxied
    answer = client.get(str(client.base_url).rstrip("/"))
    assert (301, True) == (answer.status_code, answer.headers["location"].endswith("/coach/"))
