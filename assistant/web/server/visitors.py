"""Who asks, and under which name: what proxies say of a visitor, host names, and origins.

Owns whose word is taken. Everyone but a trusted proxy loses what only a proxy may say, before anything else reads it.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Sequence
from typing import Any, cast

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from assistant.web.server.refusals import FOREIGN_NAME, FOREIGN_PAGE, refuse

_SAID_BY_PROXIES = frozenset(
    name.encode()
    for name in (
        "forwarded", "x-forwarded-for", "x-forwarded-host", "x-forwarded-port", "x-forwarded-prefix",
        "x-forwarded-proto", "x-forwarded-server", "x-real-ip",
    )
)  # fmt: skip
_NAMING = ("host", "x-forwarded-host")
_NAME = re.compile(r"(\[[0-9A-Fa-f:.]+\]|[^\[\]:/?#@\\\s]+)(:[0-9]{1,5})?")
_SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
_PROBES = frozenset({"/healthz", "/readyz"})
"""Asked by address and not by name."""
_USUAL_PORTS = {"http": 80, "https": 443}
_IPV6_SHARED_BITS = 64
"""One visitor has a whole network of IPv6 addresses."""


class TrustedProxies:
    """Takes a trusted proxy's word on the visitor's address, scheme and host, and takes it out of anyone else's."""

    def __init__(self, app: ASGIApp, networks: Sequence[str]) -> None:
        self._app = app
        self._networks = tuple(ipaddress.ip_network(network) for network in networks)
        self._believing = ProxyHeadersMiddleware(cast(Any, app), trusted_hosts=list(networks))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass everything on."""
        if scope["type"] == "lifespan" or not self._is_trusted(scope):
            await self._app(_without_claims(scope), receive, send)
        else:
            await self._believing(cast(Any, scope), cast(Any, receive), cast(Any, send))

    def _is_trusted(self, scope: Scope) -> bool:
        try:
            address = ipaddress.ip_address(scope["client"][0])
        except (TypeError, ValueError):
            return False
        return any(address in network for network in self._networks)


def _without_claims(scope: Scope) -> Scope:
    if scope["type"] == "lifespan":
        return scope
    return {**scope, "headers": [header for header in scope["headers"] if header[0] not in _SAID_BY_PROXIES]}


class HostAllowList:
    """Answers only to allowed host names, and lets only this page and those that may frame it send anything."""

    def __init__(self, app: ASGIApp, allowed_hosts: Sequence[str], embed_origins: Sequence[str]) -> None:
        self._app = app
        self._allowed_hosts = tuple(host.lower() for host in allowed_hosts)
        self._embed_origins = frozenset(origin.lower() for origin in embed_origins)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Turn away what comes under a foreign name or from a foreign page."""
        if scope["type"] == "lifespan" or scope["path"] in _PROBES:
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        names = [name for header in _NAMING for given in headers.getlist(header) for name in _split_header(given)]
        foreign = next((name for name in names or [""] if not self._is_allowed(name)), None)
        origin = headers.get("origin")
        if foreign is not None:
            remedy = "Its operator can add it to ASSISTANT_ALLOWED_HOSTS."
            await refuse(
                scope, receive, send, FOREIGN_NAME, f"This server does not answer to the name {foreign!r}. {remedy}"
            )
        elif origin is not None and scope.get("method") not in _SAFE_METHODS and not self._is_ours(origin, names):
            remedy = "Its operator can add that site to ASSISTANT_EMBED_ORIGINS."
            await refuse(scope, receive, send, FOREIGN_PAGE, f"A page of {origin!r} may not ask this server. {remedy}")
        else:
            await self._app(scope, receive, send)

    def _is_allowed(self, name: str) -> bool:
        if not self._allowed_hosts:
            return True
        found = _NAME.fullmatch(name)
        host = found[1].lower().rstrip(".") if found else ""
        return any(
            host.endswith(allowed[1:]) if allowed.startswith("*.") else host == allowed
            for allowed in self._allowed_hosts
        )

    def _is_ours(self, origin: str, names: Sequence[str]) -> bool:
        if origin.lower() in self._embed_origins:
            return True
        scheme, _, authority = origin.lower().partition("://")
        usual = f":{_USUAL_PORTS.get(scheme, '')}"
        return authority.removesuffix(usual) in {name.lower().removesuffix(usual) for name in names}


def _split_header(header: str) -> list[str]:
    return [name.strip() for name in header.split(",") if name.strip()]


def visitor(scope: Scope) -> str:
    """Name the visitor that limits are counted for: an IPv4 address or an IPv6 network, empty where there is none."""
    try:
        address = ipaddress.ip_address(scope["client"][0])
    except (TypeError, ValueError):
        return ""
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped is None:
            return str(ipaddress.ip_network((address, _IPV6_SHARED_BITS), strict=False))
        address = address.ipv4_mapped
    return str(address)
