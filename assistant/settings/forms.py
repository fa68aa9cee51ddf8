"""The forms a setting's value can take, each as a function from what was written to the value.

Owns reading only: each raises ValueError for another form, and the caller says which setting it was.
"""

from __future__ import annotations

import ipaddress
import math
import re
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

_HOST_NAME = re.compile(
    r"(?=.{1,253}$)[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?(\.[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?)*"
)
_ORIGIN = re.compile(r"https?://(?P<host>[^/:@*\s]+)(:\d{1,5})?")
_ROOT_PATH = re.compile(r"(/[A-Za-z0-9._~-]+)+")
_MODEL = re.compile(r"[a-z][a-z0-9_-]*:\S+|none")
_ENDPOINT = re.compile(r"https?://[^\s/?#@]+(/[^\s?#]*)?")
_KEY = re.compile(r"[!-~]+")
_LONGEST_S = 3600


def match_form(form: re.Pattern[str], value: str) -> str:
    """Take a value that has a form as a whole."""
    if not form.fullmatch(value):
        raise ValueError(value)
    return value


def host(value: str) -> str:
    """Take an IP address or a host name."""
    try:
        return str(ipaddress.ip_address(value))
    except ValueError:
        return match_form(_HOST_NAME, value)


def port(value: str) -> int:
    """Take a port's number."""
    if not re.fullmatch(r"[0-9]{1,5}", value) or not 1 <= int(value) <= 65535:
        raise ValueError(value)
    return int(value)


def root_path(value: str) -> str:
    """Take a path; without a slash at its end."""
    trimmed = value.rstrip("/")
    return match_form(_ROOT_PATH, trimmed) if trimmed else ""


def directory(value: str) -> Path:
    """Take a folder that exists."""
    path = Path(value).expanduser().resolve()
    if not path.is_dir():
        raise ValueError(value)
    return path


def model(value: str) -> str:
    """Take `provider:name`, or `none`."""
    return match_form(_MODEL, value)


def endpoint(value: str) -> str:
    """Take the address of an endpoint; without a slash at its end."""
    _ = urlsplit(match_form(_ENDPOINT, value)).port  # of more than five digits, or of letters, it raises ValueError
    return value.rstrip("/")


def origin(value: str) -> str:
    """Take a site's scheme and host."""
    match = _ORIGIN.fullmatch(value)
    if not match:
        raise ValueError(value)
    host(match["host"])
    return value


def allow_host(value: str) -> str:
    """Take a host name, or one with a star before it."""
    host(value.removeprefix("*."))
    return value


def network(value: str) -> str:
    """Take an IP address or a network."""
    return str(ipaddress.ip_network(value, strict=False))


def list_of(parse: Callable[[str], str]) -> Callable[[str], tuple[str, ...]]:
    """Read a comma-separated list, each entry by `parse`; empty entries are a mistake."""
    return lambda value: tuple(parse(entry.strip()) for entry in value.split(","))


def seconds(value: str) -> float:
    """Take a time above 0 and of at most an hour."""
    number = amount(value)
    if not 0 < number <= _LONGEST_S:
        raise ValueError(value)
    return number


def amount(value: str) -> float:
    """Take a number that is not negative, in digits."""
    if not re.fullmatch(r"[0-9]+(\.[0-9]+)?", value) or not math.isfinite(float(value)):
        raise ValueError(value)
    return float(value)


def count(value: str) -> int:
    """Take a whole number that is not negative."""
    if not re.fullmatch(r"[0-9]{1,15}", value):
        raise ValueError(value)
    return int(value)


def positive_count(value: str) -> int:
    """Take a whole number above 0."""
    if count(value) == 0:
        raise ValueError(value)
    return int(value)


def yes_or_no(value: str) -> bool:
    """Take `yes` or `no`."""
    return {"yes": True, "no": False}[match_form(re.compile("yes|no"), value.lower())]


def key(value: str) -> str:
    """Take a key that can stand in a request's header."""
    return match_form(_KEY, value)
