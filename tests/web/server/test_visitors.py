"""Whose word is taken on who asks, which names are answered, and which pages may send something."""

from __future__ import annotations

import pytest

from assistant.web.server.visitors import visitor
from tests.web.asking import VISITOR, serve

PROXY = "10.0.0.9"
BEHIND = {"ASSISTANT_TRUSTED_PROXIES": "10.0.0.0/8", "ASSISTANT_ALLOWED_HOSTS": "coach.example.org,*.wiki.example.org"}
FORWARDED = {
    "x_forwarded_for": "198.51.100.4",
    "x_forwarded_proto": "https",
    "x_forwarded_host": "coach.example.org",
    "forwarded": "for=198.51.100.4",
    "x_real_ip": "198.51.100.4",
}


def test_a_trusted_proxy_tells_who_asks_and_how() -> None:
    """Address, scheme and host are the visitor's and not the proxy's."""
    seen = serve(**BEHIND).ask(address=PROXY, **FORWARDED).json()
    assert ("198.51.100.4", "https://localhost/hello") == (seen["visitor"], seen["address"])
    assert "coach.example.org" == seen["x-forwarded-host"]


@pytest.mark.parametrize("environ", [{}, BEHIND])
def test_nobody_else_is_believed(environ: dict[str, str]) -> None:
    """What a visitor says of himself is gone before anything reads it."""
    seen = serve(**environ).ask(**FORWARDED).json()
    assert {"visitor": VISITOR, "address": "http://localhost/hello", "bytes": 0} == seen


def test_a_visitor_cannot_hide_behind_an_invented_chain() -> None:
    """The proxy appends whom it saw; what stands before that is hearsay."""
    seen = serve(**BEHIND).ask(address=PROXY, x_forwarded_for="192.0.2.1, 198.51.100.4").json()
    assert "198.51.100.4" == seen["visitor"]


@pytest.mark.parametrize(
    "host", ["localhost", "LOCALHOST:7860", "127.0.0.1:80", "[::1]:7860", "coach.example.org", "a.wiki.example.org"]
)
def test_allowed_names_are_answered(host: str) -> None:
    """With any port, in any case; a star stands for whatever is under a name."""
    assert 200 == serve(**BEHIND).ask(host=host).status_code


@pytest.mark.parametrize(
    "host",
    ["evil.example", "coach.example.org.evil.example", "wiki.example.org", "xcoach.example.org", "[::2]", "a@localhost",
     "localhost:80:80", "evil.example#localhost", "localhost, evil.example"],
)  # fmt: skip
def test_a_foreign_name_is_turned_away_and_named(host: str) -> None:
    """A name that was made to lead here gets nothing, and the operator reads which setting it is."""
    refused = serve(**BEHIND).ask(host=host)
    assert 400 == refused.status_code
    assert "ASSISTANT_ALLOWED_HOSTS" in refused.json()["detail"]


def test_a_foreign_name_from_a_trusted_proxy_is_turned_away_too() -> None:
    """Links are made from the name that the proxy passes on."""
    refused = serve(**BEHIND).ask(address=PROXY, x_forwarded_host="evil.example")
    assert 400 == refused.status_code


def test_probes_may_ask_by_address() -> None:
    """An orchestrator knows no name."""
    assert 200 == serve(**BEHIND).ask(path="/healthz", host="10.1.2.3:7860").status_code


def test_without_names_any_is_answered() -> None:
    """A public page whose operator told no name."""
    assert 200 == serve(ASSISTANT_HOST="0.0.0.0").ask(host="anything.example").status_code


@pytest.mark.parametrize(
    ("origin", "status"),
    [
        ("http://localhost", 200),
        ("https://wiki.example.org", 200),
        ("https://evil.example", 403),
        ("http://localhost:8080", 403),
        ("https://wiki.example.org.evil.example", 403),
        ("null", 403),
        ("", 403),
    ],
)
def test_only_the_page_and_those_that_may_frame_it_can_send(origin: str, status: int) -> None:
    """Another site that a visitor has open cannot use up the operator's model."""
    served = serve(ASSISTANT_EMBED_ORIGINS="https://wiki.example.org")
    assert status == served.ask("POST", origin=origin).status_code


def test_a_program_without_an_origin_can_send() -> None:
    """Only browsers say where a request comes from."""
    assert 200 == serve().ask("POST").status_code


def test_behind_a_proxy_the_pages_own_origin_is_the_name_it_passes_on() -> None:
    """The page was opened as https://coach.example.org, whatever the proxy calls this server."""
    served = serve(**BEHIND)
    origin = "https://coach.example.org"
    assert 200 == served.ask("POST", address=PROXY, origin=origin, **FORWARDED).status_code
    assert 403 == served.ask("POST", origin=origin, **FORWARDED).status_code


@pytest.mark.parametrize(
    ("address", "counted"),
    [("198.51.100.4", "198.51.100.4"), ("::ffff:198.51.100.4", "198.51.100.4"),
     ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"), ("unix", "")],
)  # fmt: skip
def test_a_network_of_ipv6_addresses_is_one_visitor(address: str, counted: str) -> None:
    """Whoever has one of them has all of them."""
    assert counted == visitor({"client": (address, 1)})
