"""The variables by which an environment names proxies, read as curl reads them, in capitals or small letters.

Owns which proxy they name for an address and which addresses they except; this computer's own are always excepted. Must
not know who goes through a proxy, nor refuse one: whoever needs none must not stumble over it.
"""

from __future__ import annotations

import ipaddress
import re
import sys
from collections.abc import Mapping
from urllib.parse import urlsplit

from assistant.settings.connection import Proxy, Secret, is_loopback

NAMES = frozenset({"http_proxy", "https_proxy", "all_proxy", "no_proxy"})
"""The variables, in small letters."""
_FORM = re.compile(
    r"https?://([^\s/?#@]*@)?(?P<address>(?P<host>[A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\])(:(?P<port>\d{1,5}))?)/?", re.I
)
_NAMED = re.compile(r"\*|(\*?\.)?[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*(:\d+)?")
_PORTS = {"http": 80, "https": 443}
_HERE = ("localhost", "127.0.0.1", "::1")


def system_proxies() -> dict[str, str]:
    """Return what the settings of Windows or macOS name, as variables; other systems have variables alone."""
    if sys.platform not in ("darwin", "win32"):
        return {}
    from urllib.request import getproxies

    return {f"{scheme.upper()}_PROXY": url for scheme, url in getproxies().items()}


def proxy_for(url: str, environ: Mapping[str, str]) -> Proxy | None:
    """Return the proxy on the way to an address, None where it is reached without one.

    An address without a host is one that is not known and lies elsewhere.
    """
    parts, variables = urlsplit(url), _variables(environ)
    host, port = (parts.hostname or "").rstrip("."), parts.port or _PORTS[parts.scheme]
    if is_loopback(host) or any(_excepts(entry, host, port) for entry in _exceptions(variables)):
        return None
    name, value = variables.get(f"{parts.scheme}_proxy") or variables.get("all_proxy") or ("", "")
    return Proxy(name, Secret(_whole(value)), _address(value)) if value else None


def readable(environ: Mapping[str, str]) -> tuple[tuple[str, Secret], ...]:
    """Return the variables for packages that read them by themselves, in the form that all of these understand.

    Some stumble over a proxy of another kind, or over a bracket or a long network in `NO_PROXY`.
    """
    variables = _variables(environ)
    proxies = [
        (name, _whole(value)) for name, (_, value) in variables.items() if name != "no_proxy" and _address(value)
    ]
    excepted = [*_HERE, *(entry for entry in map(_plain, _exceptions(variables)) if entry)]
    return tuple((name, Secret(value)) for name, value in [*proxies, ("no_proxy", ",".join(excepted))] if proxies)


def _variables(environ: Mapping[str, str]) -> dict[str, tuple[str, str]]:
    """Return name and value of each variable, by its name in small letters; those win over capitals."""
    return {name.lower(): (name, environ[name]) for name in sorted(environ) if name.lower() in NAMES}


def _exceptions(variables: Mapping[str, tuple[str, str]]) -> list[str]:
    return re.split(r"[\s,]+", variables["no_proxy"][1]) if "no_proxy" in variables else []


def _whole(value: str) -> str:
    return value if "://" in value else f"http://{value}"


def _address(value: str) -> str | None:
    """Return host and port of a proxy, None where it is none that can be used."""
    found = _FORM.fullmatch(_whole(value))
    if not found or not 1 <= int(found["port"] or 1) <= 65535:
        return None
    is_number = found["host"].startswith("[") or found["host"].replace(".", "").isdigit()
    return None if is_number and not _network(found["host"].strip("[]")) else found["address"]


def _excepts(entry: str, host: str, port: int) -> bool:
    """Tell whether one entry of the exceptions means a host: by its address, by its name or a name it ends with."""
    name, its_port = _part_entry(entry)
    if its_port not in ("", str(port)):
        return False
    network, address = _network(name), _network(host)
    if network and address:
        return address.network_address in network
    name = name.lstrip("*").strip(".").lower()
    return entry == "*" or (bool(name) and f".{host}".endswith(f".{name}"))


def _plain(entry: str) -> str | None:
    """Return an entry without brackets, None for one that some packages cannot read."""
    name, _ = _part_entry(entry)
    network = _network(name)
    if network:
        return name if network.version == 4 or network.num_addresses == 1 else None
    return entry if _NAMED.fullmatch(entry) else None


def _part_entry(entry: str) -> tuple[str, str]:
    """Part an entry into a name, an address or a network without brackets, and a port, empty where there is none."""
    if entry.startswith("["):
        address, _, rest = entry[1:].partition("]")
        return (address + rest, "") if rest.startswith("/") else (address, rest.lstrip(":"))
    name, _, port = entry.partition(":")
    return (entry, "") if entry.count(":") > 1 else (name, port)


def _network(text: str) -> ipaddress.IPv4Network | ipaddress.IPv6Network | None:
    try:
        return ipaddress.ip_network(text, strict=False)
    except ValueError:
        return None
