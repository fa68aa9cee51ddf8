"""Which proxy an environment names: for whom, against which exceptions, and that this computer never needs one."""

from __future__ import annotations

import sys
import urllib.request
from pathlib import Path

import pytest

from assistant.settings.connection import Connection
from assistant.settings.environment import ROUTER_URL, read_settings
from assistant.settings.proxy_variables import proxy_for, system_proxies

NO_FILE = Path("there-is-no-such.env")
ELSEWHERE = "https://models.example.org/v1"
PROXY = "http://proxy.example:3128"
ALL = dict.fromkeys(("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy"), PROXY)


def connection(environ: dict[str, str], env_file: Path = NO_FILE) -> Connection:
    """Read settings that connect a model."""
    found = read_settings(environ, env_file).connection
    assert found is not None
    return found


@pytest.mark.parametrize(
    "host",
    [
        "localhost", "LocalHost", "localhost.", "coach.localhost", "a.b.localhost", "127.0.0.1", "127.8.9.10", "[::1]",
        "[0:0:0:0:0:0:0:1]", "[::ffff:127.0.0.1]",
    ],
)  # fmt: skip
@pytest.mark.parametrize("scheme", ["http", "https"])
def test_an_endpoint_on_this_computer_is_reached_without_a_proxy(scheme: str, host: str) -> None:
    """Whatever is set, and whether or not somebody thought of excepting it."""
    found = connection({**ALL, "OPENAI_BASE_URL": f"{scheme}://{host}:8080/v1"})
    assert (None, True) == (found.proxy, found.stays_here)


@pytest.mark.parametrize(
    ("environ", "url", "variable", "address"),
    [
        ({"HTTPS_PROXY": PROXY}, ELSEWHERE, "HTTPS_PROXY", "proxy.example:3128"),
        ({"https_proxy": "proxy.example:3128"}, ELSEWHERE, "https_proxy", "proxy.example:3128"),
        ({"HTTPS_PROXY": "http://capitals", "https_proxy": "http://small"}, ELSEWHERE, "https_proxy", "small"),
        ({"HTTPS_PROXY": "http://capitals", "https_proxy": " "}, ELSEWHERE, "HTTPS_PROXY", "capitals"),
        ({"ALL_PROXY": PROXY}, ELSEWHERE, "ALL_PROXY", "proxy.example:3128"),
        ({"all_proxy": PROXY}, "http://10.0.0.1/v1", "all_proxy", "proxy.example:3128"),
        ({"ALL_PROXY": "socks5://s:1", "HTTPS_PROXY": PROXY}, ELSEWHERE, "HTTPS_PROXY", "proxy.example:3128"),
        ({"HTTP_PROXY": PROXY, "HTTPS_PROXY": "http://other"}, "http://a.example", "HTTP_PROXY", "proxy.example:3128"),
        ({"HTTPS_PROXY": "https://u:p%40ss@[2001:db8::1]:3128/"}, ELSEWHERE, "HTTPS_PROXY", "[2001:db8::1]:3128"),
        ({"HTTPS_PROXY": "http://127.0.0.1:7890"}, ELSEWHERE, "HTTPS_PROXY", "127.0.0.1:7890"),
        ({"ALL_PROXY": "socks5://s.example:1080"}, ELSEWHERE, "ALL_PROXY", None),
        ({"HTTPS_PROXY": "ftp://f.example"}, ELSEWHERE, "HTTPS_PROXY", None),
        ({"HTTPS_PROXY": "http://"}, ELSEWHERE, "HTTPS_PROXY", None),
        ({"HTTPS_PROXY": "http://a b:1"}, ELSEWHERE, "HTTPS_PROXY", None),
        ({"HTTPS_PROXY": "http://a.example:99999"}, ELSEWHERE, "HTTPS_PROXY", None),
        ({"HTTPS_PROXY": "http://a.example:0"}, ELSEWHERE, "HTTPS_PROXY", None),
        ({"HTTPS_PROXY": "http://999.1.1.1:80"}, ELSEWHERE, "HTTPS_PROXY", None),
        ({"HTTPS_PROXY": "http://[12]:80"}, ELSEWHERE, "HTTPS_PROXY", None),
        ({"HTTPS_PROXY": "http://user:12/secret@proxy.example"}, ELSEWHERE, "HTTPS_PROXY", None),
        ({"HTTPS_PROXY": "http://user:p@ss@proxy.example"}, ELSEWHERE, "HTTPS_PROXY", None),
    ],
)  # fmt: skip
def test_a_proxy_is_the_schemes_own_else_that_for_all(
    environ: dict[str, str], url: str, variable: str, address: str | None
) -> None:
    """Small letters win over capitals; of a value only host and port are told, and none where it is no proxy for us."""
    found = connection({"OPENAI_BASE_URL": url, **environ}).proxy
    assert found is not None
    assert (variable, address) == (found.variable, found.address)


@pytest.mark.parametrize("url", ["http://models.example.org", ELSEWHERE])
def test_a_proxy_for_the_other_scheme_is_none(url: str) -> None:
    """What is set for http alone is not for https, nor the other way round."""
    other = "HTTPS_PROXY" if url.startswith("http:") else "HTTP_PROXY"
    assert connection({"OPENAI_BASE_URL": url, other: PROXY}).proxy is None


@pytest.mark.parametrize(
    ("exceptions", "url", "is_excepted"),
    [
        ("*", ELSEWHERE, True),
        ("models.example.org", ELSEWHERE, True),
        ("a.example, MODELS.example.org", ELSEWHERE, True),
        ("a.example models.example.org", ELSEWHERE, True),
        ("example.org", ELSEWHERE, True),
        (".example.org", ELSEWHERE, True),
        ("*.example.org", ELSEWHERE, True),
        ("models.example.org:443", ELSEWHERE, True),
        ("models.example.org:8443", ELSEWHERE, False),
        ("models.example.org:8443", "https://models.example.org:8443/v1", True),
        ("els.example.org", ELSEWHERE, False),
        ("example.org.example", ELSEWHERE, False),
        (", ,.", ELSEWHERE, False),
        ("10.0.0.0/8", "http://10.1.2.3:8000/v1", True),
        ("10.1.2.3", "http://10.1.2.3:8000/v1", True),
        ("10.0.0.0/8", "http://11.1.2.3/v1", False),
        ("10.0.0.0/99", "http://10.1.2.3/v1", False),
        ("10.0.0.0/8", ELSEWHERE, False),
        ("[::1],fd00::/8", "http://[fd00::5]:8000/v1", True),
        ("[fd00::]/8", "http://[fd00::5]/v1", True),
        ("[fd00::5]", "http://[fd00::5]/v1", True),
        ("[fd00::5]:8000", "http://[fd00::5]:8000/v1", True),
        ("[fd00::5]:8000", "http://[fd00::5]:9000/v1", False),
        ("fd00::5", "http://[fd00:0::5]/v1", True),
        ("[::1]", ELSEWHERE, False),
        ("[", ELSEWHERE, False),
    ],
)  # fmt: skip
@pytest.mark.parametrize("name", ["NO_PROXY", "no_proxy"])
def test_an_exception_is_a_name_its_end_an_address_or_a_network(
    name: str, exceptions: str, url: str, is_excepted: bool
) -> None:
    """With a port it holds for that alone; what cannot be read excepts nothing."""
    found = connection({"OPENAI_BASE_URL": url, **ALL, name: exceptions}).proxy
    assert is_excepted is (found is None)


def test_openai_and_the_router_are_elsewhere() -> None:
    """Their addresses stand in no setting, and have their proxy all the same."""
    models = [
        {"OPENAI_API_KEY": "sk-x"},
        {"ASSISTANT_HF_ROUTER": "yes", "HF_TOKEN": "hf_x", "ASSISTANT_MODEL": "openai:owner/model"},
    ]
    for environ in models:
        found = connection({**environ, "HTTPS_PROXY": PROXY}).proxy
        assert found is not None
        assert "proxy.example:3128" == found.address
    assert connection({**models[0], **ALL, "NO_PROXY": "api.openai.com"}).proxy is None
    assert proxy_for(ROUTER_URL, {**ALL, "NO_PROXY": "huggingface.co"}) is None


def test_another_providers_package_gets_variables_that_it_can_read() -> None:
    """It makes its own client, which ends at a bracket and would go to this computer through a proxy."""
    environ = {
        "ASSISTANT_MODEL": "anthropic:some-model",
        "HTTPS_PROXY": "http://u:secret@proxy.example:3128",
        "ALL_PROXY": "socks5://s.example:1080",
        "NO_PROXY": "[::1], [fd00::5], fd00::/8, 10.0.0.0/8, .example.org, a b[",
    }
    found = connection(environ)
    assert {
        "https_proxy": "http://u:secret@proxy.example:3128",
        "no_proxy": "localhost,127.0.0.1,::1,::1,fd00::5,10.0.0.0/8,.example.org,a",
    } == {name: value.reveal() for name, value in found.variables}
    assert found.proxy is not None
    assert "proxy.example:3128" == found.proxy.address
    assert "secret" not in f"{found!r} {found}"


def test_without_a_proxy_no_variable_is_handed_on() -> None:
    """An exception alone means nothing."""
    assert () == connection({"ASSISTANT_MODEL": "anthropic:some-model", "NO_PROXY": "*"}).variables


def test_a_proxy_may_stand_in_the_file(tmp_path: Path) -> None:
    """It is the same place for all settings, and the environment wins over it."""
    env_file = tmp_path / ".env"
    env_file.write_text("HTTPS_PROXY=http://filed.example:1\n", encoding="utf-8")
    found = [connection({"OPENAI_API_KEY": "sk-x", **more}, env_file).proxy for more in ({}, {"HTTPS_PROXY": PROXY})]
    assert ["filed.example:1", "proxy.example:3128"] == [proxy and proxy.address for proxy in found]


@pytest.mark.parametrize(("platform", "n_found"), [("darwin", 1), ("win32", 1), ("linux", 0)])
def test_settings_of_the_system_are_read_where_there_are_any(
    platform: str, n_found: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On Windows and macOS a proxy is usually set there and not in the environment."""
    monkeypatch.setattr(sys, "platform", platform)
    monkeypatch.setattr(urllib.request, "getproxies", lambda: {"https": PROXY})
    assert [("HTTPS_PROXY", PROXY)][:n_found] == list(system_proxies().items())
