"""The tests' own ground: nothing leaves the machine while they run."""

from __future__ import annotations

import contextlib
import socket
from collections.abc import Iterator

import pytest

from tests import network
from tests.network import NetworkShutError


@pytest.fixture(autouse=True)
def attempts_are_meant_here() -> Iterator[None]:
    """These tests try to get out, which fails every other test."""
    before = len(network.attempts)
    yield
    del network.attempts[before:]


def test_a_connection_out_is_refused() -> None:
    """192.0.2.1 is reserved for documentation; the refusal is ours and comes at once."""
    with pytest.raises(NetworkShutError, match=r"192\.0\.2\.1"):
        socket.create_connection(("192.0.2.1", 80), timeout=1)


def test_a_name_is_not_looked_up() -> None:
    """A name server is outside, too."""
    with pytest.raises(NetworkShutError, match=r"example\.org"):
        socket.getaddrinfo("example.org", 443)


def test_a_datagram_out_is_refused() -> None:
    """Telemetry over UDP does not get out either."""
    with (
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender,
        pytest.raises(NetworkShutError, match=r"192\.0\.2\.1"),
    ):
        sender.sendto(b"hello", ("192.0.2.1", 53))


def test_an_attempt_is_remembered_where_the_refusal_was_swallowed() -> None:
    """A library that hides its failed telemetry is still found out."""
    with contextlib.suppress(OSError):
        socket.create_connection(("192.0.2.1", 80), timeout=1)
    assert network.attempts[-1] == "192.0.2.1"


def test_loopback_stays_open() -> None:
    """The page and its browser talk on this computer."""
    with (
        socket.create_server(("127.0.0.1", 0)) as server,
        socket.create_connection(server.getsockname(), timeout=5) as client,
    ):
        assert client.getpeername() == server.getsockname()
