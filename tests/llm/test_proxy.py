"""Who is told the user's words on the way: a proxy in the environment, real servers for it and for the endpoint."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from assistant import wiring
from assistant.errors import ConfigError, UpstreamError
from assistant.llm.client.endpoint_model import open_model
from assistant.settings.connection import Connection, Proxy, Secret
from assistant.settings.environment import read_settings
from assistant.speaker_lines import name_speaker
from tests import served_page
from tests.fakes import coach
from tests.llm.conftest import KEY, REPAIR, Connect
from tests.llm.fault_server import FaultServer, answers, joined, prompt, refuses
from tests.moments import knowledge

NO_FILE = Path("there-is-no-such.env")
VARIABLES = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy")
PASSWORD = "canary-of-the-proxy"


@pytest.fixture
def proxy() -> Iterator[FaultServer]:
    """A proxy that answers as an endpoint would."""
    with FaultServer([answers("Through the proxy.")]) as running:
        yield running


def through(proxy: FaultServer) -> str:
    """Name the proxy as an environment does, with a password."""
    return f"http://coach:{PASSWORD}@127.0.0.1:{proxy.port}"


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "coach.localhost", "Coach.Localhost."])
def test_words_for_an_endpoint_on_this_computer_never_reach_a_proxy(
    host: str, server: FaultServer, proxy: FaultServer, connect: Connect, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither by a variable in whatever letters, nor by a name server that is asked where a name under localhost is."""
    for name in VARIABLES:
        monkeypatch.setenv(name, through(proxy))
    server.script = [answers("Straight.")]
    base_url = f"http://{host}:{server.port}/v1"
    named = {name: through(proxy) for name in VARIABLES}
    found = read_settings({**named, "OPENAI_BASE_URL": base_url}, NO_FILE).connection
    assert found is not None
    assert "Straight." == joined(connect(base_url=base_url, proxy=found.proxy).turn("c").speak(prompt("Our secret.")))
    assert 0 == proxy.n_connections
    assert [f"{host.lower()}:{server.port}"] == [request.headers["host"] for request in server.requests]


def test_words_for_an_endpoint_elsewhere_go_through_the_proxy_that_is_told(proxy: FaultServer) -> None:
    """The page names its host and port; the password goes to the proxy and stands nowhere else."""
    environ = {"OPENAI_BASE_URL": "http://models.example.org/v1", "HTTP_PROXY": through(proxy)}
    settings = read_settings(environ, NO_FILE)
    assert settings.connection is not None
    model = open_model(settings.connection, REPAIR)
    try:
        assert "Through the proxy." == joined(model.turn("c").speak(prompt("Should we?")))
    finally:
        model.close()
    (request,) = proxy.requests
    assert "http://models.example.org/v1/chat/completions" == request.path
    assert request.headers["proxy-authorization"].startswith("Basic ")
    assert PASSWORD not in f"{settings!r} {vars(model)!r}"


def test_the_page_names_the_proxy_beside_who_gets_the_messages() -> None:
    """By host and port; without one, and for an endpoint here, it says nothing of any."""
    told = []
    for base_url, proxy_url in (
        ("http://models.example.org/v1", f"http://coach:{PASSWORD}@proxy.example:3128"),
        ("http://models.example.org/v1", ""),
        ("http://127.0.0.1:9/v1", "http://proxy.example:3128"),
    ):
        settings = read_settings({"OPENAI_BASE_URL": base_url, "HTTP_PROXY": proxy_url}, NO_FILE)
        assisted = wiring._open_assistance(settings, knowledge(), None)
        assert assisted is not None
        told.append(name_speaker(coach().page_text.labels, assisted.model.name, assisted.sent_to, assisted.proxy))
    assert "sent to models.example.org, through the proxy proxy.example:3128" in told[0]
    assert "sent to models.example.org." in told[1]
    assert told[2].endswith("Your messages are sent nowhere else.")
    assert [] == [line for line in told if PASSWORD in line]
    assert ["proxy" in line for line in told] == [True, False, False]


@pytest.mark.parametrize(
    ("name", "value", "shown"),
    [
        ("ALL_PROXY", "socks5://127.0.0.1:1080", "'socks5://127.0.0.1:1080'"),
        ("https_proxy", f"socks5h://u:{PASSWORD}@127.0.0.1:1080", "(not shown, it may hold a password)"),
        ("HTTPS_PROXY", "http://proxy.example:99999", "'http://proxy.example:99999'"),
    ],
)
@pytest.mark.parametrize("model", ["openai:m", "anthropic:m"])
def test_a_proxy_that_cannot_be_used_is_one_line_when_a_model_is_connected(
    name: str, value: str, shown: str, model: str
) -> None:
    """What it is, its value unless that may hold a password, and what to do; whichever package opens the model."""
    environ = {"ASSISTANT_MODEL": model, "OPENAI_BASE_URL": "https://models.example.org/v1", name: value}
    found = read_settings(environ, NO_FILE).connection
    assert found is not None
    with pytest.raises(ConfigError) as caught:
        open_model(found, REPAIR)
    line = str(caught.value)
    assert line.startswith(f"{name} is {shown}, and ")
    assert "NO_PROXY" in line
    assert PASSWORD not in line


@pytest.mark.parametrize("value", ["socks5://127.0.0.1:1080", "ftp://127.0.0.1:1", "http://a b:1"])
def test_a_proxy_that_is_not_needed_stops_nothing(
    value: str, server: FaultServer, connect: Connect, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No client asks the environment, not even one that is never used."""
    for name in VARIABLES:
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("NO_PROXY", "[::1],fd00::/8,10.0.0.0/8")
    server.script = [answers("Yes.")]
    assert "Yes." == joined(connect().turn("c").speak(prompt("Should we?")))


def test_a_proxy_that_turns_us_away_is_a_failure_of_the_endpoint(proxy: FaultServer) -> None:
    """The offline coach answers, and neither word nor password is told."""
    proxy.script = [refuses(407, f"who is {PASSWORD}?")]
    way = Proxy("HTTP_PROXY", Secret(through(proxy)), f"127.0.0.1:{proxy.port}")
    model = open_model(Connection("openai:m", Secret(KEY), "http://models.example.org/v1", proxy=way), REPAIR)
    with pytest.raises(UpstreamError) as caught:
        joined(model.turn("c").speak(prompt("Should we?")))
    model.close()
    assert PASSWORD not in str(caught.value)


def test_a_page_with_a_model_on_this_computer_keeps_its_promise_behind_a_proxy(
    server: FaultServer, proxy: FaultServer
) -> None:
    """As an operator starts it: it says that words are sent nowhere else, and so it is."""
    server.script = [answers("{}")]
    named = {name: through(proxy) for name in VARIABLES}
    page, where = served_page.start(OPENAI_BASE_URL=server.base_url, **named)
    try:
        asked = {"messages": ["Our bot should sound like us."]}
        with httpx.Client(base_url=where, timeout=60, trust_env=False) as visitor:
            assert 200 == visitor.post("api/v1/assess", json=asked).status_code
            shown = visitor.get("").text
    finally:
        served_page.stop(page)
    promise = coach().page_text.labels.coach_model_here.partition("{model}")[2]
    assert promise in shown
    assert server.requests
    assert 0 == proxy.n_connections
