"""Shuts the network for a process: everything but loopback is refused, and names are not looked up."""

from __future__ import annotations

import ipaddress
import socket
from typing import Any

attempts: list[str] = []
"""Every host that something wanted to reach, also where a library hid the refusal."""


class NetworkShutError(OSError):
    """Something tried to leave the machine."""


def _refuse_unless_loopback(host: object) -> None:
    text = host.decode() if isinstance(host, bytes) else str(host or "localhost")
    if text not in ("localhost", "0.0.0.0", "::") and not (_is_ip(text) and ipaddress.ip_address(text).is_loopback):
        attempts.append(text)
        raise NetworkShutError(f"the network is shut in tests, and something wants to reach {text!r}")


def _is_ip(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True


def shut() -> None:
    """Refuse every connection, datagram and name look-up of this process that is not loopback."""
    if getattr(socket, "_shut_for_tests", False):
        return
    socket._shut_for_tests = True  # type: ignore[attr-defined]
    connect, connect_ex, sendto = socket.socket.connect, socket.socket.connect_ex, socket.socket.sendto
    getaddrinfo = socket.getaddrinfo

    def guarded(original: Any) -> Any:
        def call(self: socket.socket, *arguments: Any) -> Any:
            address = arguments[-1]
            if self.family in (socket.AF_INET, socket.AF_INET6) and isinstance(address, tuple):
                _refuse_unless_loopback(address[0])
            return original(self, *arguments)

        return call

    def look_up(host: Any, *arguments: Any, **options: Any) -> Any:
        if not _is_ip(str(host)):  # an address needs no name server
            _refuse_unless_loopback(host)
        return getaddrinfo(host, *arguments, **options)

    socket.socket.connect = guarded(connect)  # type: ignore[method-assign]
    socket.socket.connect_ex = guarded(connect_ex)  # type: ignore[method-assign]
    socket.socket.sendto = guarded(sendto)  # type: ignore[method-assign]
    socket.getaddrinfo = look_up
