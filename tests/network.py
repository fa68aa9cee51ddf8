"""Shuts the network for a process: everything but loopback is refused, and names are not looked up."""

from __future__ import annotations

import ipaddress
import socket
from typing import Any


class NetworkShutError(RuntimeError):
    """Something tried to leave the machine."""


def _refuse_unless_loopback(host: object) -> None:
    if host in (None, "", "localhost", b"localhost", "0.0.0.0", "::"):
        return
    text = host.decode() if isinstance(host, bytes) else str(host)
    try:
        if ipaddress.ip_address(text.split("%")[0]).is_loopback:
            return
    except ValueError:
        pass
    raise NetworkShutError(f"the network is shut in tests, and something wants to reach {text!r}")


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
        _refuse_unless_loopback(host)
        return getaddrinfo(host, *arguments, **options)

    socket.socket.connect = guarded(connect)  # type: ignore[method-assign]
    socket.socket.connect_ex = guarded(connect_ex)  # type: ignore[method-assign]
    socket.socket.sendto = guarded(sendto)  # type: ignore[method-assign]
    socket.getaddrinfo = look_up
