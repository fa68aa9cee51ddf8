"""The settings an operator can make, read once from the environment and `.env`, checked, and passed in.

Owns their names, defaults, allowed forms and the README's table of them. Must not know who uses a setting, and reads
nothing at import.
"""

from __future__ import annotations

import difflib
import ipaddress
import os
import re
import sys
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from assistant.errors import ConfigError

PROJECT_ROOT = Path(__file__).resolve().parent.parent
ENV_FILE = PROJECT_ROOT / ".env"
PREFIX = "ASSISTANT_"

_HOST_NAME = re.compile(
    r"(?=.{1,253}$)[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?(\.[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?)*"
)
_ORIGIN = re.compile(r"https?://(?P<host>[^/:@*\s]+)(:\d{1,5})?")
_ROOT_PATH = re.compile(r"(/[A-Za-z0-9._~-]+)+")
_MODEL = re.compile(r"[a-z][a-z0-9_-]*:\S+")
_DATABASE = re.compile(r"(sqlite|postgresql)(\+[a-z0-9]+)?://\S+")


@dataclass(frozen=True, slots=True)
class Settings:
    """What this version of the coach lets an operator decide.

    `root_path` is empty or begins with a slash and does not end with one. `unused` names settings that are set and
    well formed but that this version does not act on, in the order of the settings table.
    """

    host: str
    port: int
    root_path: str
    knowledge_dir: Path
    unused: tuple[str, ...] = ()

    @property
    def address(self) -> str:
        """The page's address as someone on this computer would type it."""
        host = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(self.host, self.host)  # noqa: S104
        if ":" in host and not host.startswith("["):
            host = f"[{host}]"
        return f"http://{host}:{self.port}{self.root_path}/"


@dataclass(frozen=True, slots=True)
class _Setting:
    """One row of the settings table; `parse` raises ValueError for a value of another form."""

    name: str
    default: str
    allowed: str
    purpose: str
    parse: Callable[[str], Any]
    honoured: bool = True
    secret: bool = False


def _host(value: str) -> str:
    try:
        return str(ipaddress.ip_address(value))
    except ValueError:
        return _matching(_HOST_NAME, value)


def _port(value: str) -> int:
    if not re.fullmatch(r"[0-9]{1,5}", value) or not 1 <= int(value) <= 65535:
        raise ValueError(value)
    return int(value)


def _root_path(value: str) -> str:
    trimmed = value.rstrip("/")
    return _matching(_ROOT_PATH, trimmed) if trimmed else ""


def _directory(value: str) -> Path:
    path = Path(value).expanduser().resolve()
    if not path.is_dir():
        raise ValueError(value)
    return path


def _matching(form: re.Pattern[str], value: str) -> str:
    if not form.fullmatch(value):
        raise ValueError(value)
    return value


def _model(value: str) -> str:
    return _matching(_MODEL, value)


def _database_url(value: str) -> str:
    return _matching(_DATABASE, value)


def _origin(value: str) -> str:
    match = _ORIGIN.fullmatch(value)
    if not match:
        raise ValueError(value)
    _host(match["host"])
    return value


def _allowed_host(value: str) -> str:
    _host(value.removeprefix("*."))
    return value


def _network(value: str) -> str:
    return str(ipaddress.ip_network(value, strict=False))


def _list_of(parse: Callable[[str], str]) -> Callable[[str], tuple[str, ...]]:
    """Read a comma-separated list, each entry by `parse`; empty entries are a mistake."""
    return lambda value: tuple(parse(entry.strip()) for entry in value.split(","))


def _any_text(value: str) -> str:
    return value


_TABLE = (
    _Setting("ASSISTANT_HOST", "`127.0.0.1`; `0.0.0.0` when `SPACE_ID` is set", "an IP address or a host name",
             "The address the page listens on.", _host),
    _Setting("ASSISTANT_PORT", "`PORT`, else `7860`", "a whole number from 1 to 65535",
             "The port it listens on.", _port),
    _Setting("ASSISTANT_ROOT_PATH", "none", "a path such as `/coach`",
             "The path under which a proxy serves the page.", _root_path),
    _Setting("ASSISTANT_KNOWLEDGE_DIR", "`knowledge` in the project", "a folder that exists",
             "Where the document, the cards and the rulebook are.", _directory),
    _Setting("ASSISTANT_MODEL", "none: the coach is offline", "`provider:model`, such as `openai:gpt-5-mini`",
             "The chat model that listens and phrases.", _model, honoured=False),
    _Setting("ASSISTANT_EMBED_ORIGINS", "none", "origins such as `https://wiki.example.org`, with commas",
             "The sites that may show the page in a frame.", _list_of(_origin), honoured=False),
    _Setting("ASSISTANT_ALLOWED_HOSTS", "any", "host names such as `coach.example.org` or `*.example.org`, with commas",
             "The host names the page answers to.", _list_of(_allowed_host), honoured=False),
    _Setting("ASSISTANT_TRUSTED_PROXIES", "none", "IP addresses or networks such as `10.0.0.0/8`, with commas",
             "The proxies whose word about a visitor's address is taken.", _list_of(_network), honoured=False),
    _Setting("ASSISTANT_DATABASE_URL", "none", "`sqlite:///…` or `postgresql://…`",
             "Where conversations are kept.", _database_url, honoured=False, secret=True),
    _Setting("OPENAI_API_KEY", "none", "a key", "The key of an OpenAI-compatible endpoint.", _any_text,
             honoured=False, secret=True),
    _Setting("OPENAI_BASE_URL", "OpenAI's", "an address that begins with `https://` or `http://`",
             "The endpoint itself.", lambda value: _matching(re.compile(r"https?://\S+"), value), honoured=False),
)  # fmt: skip
_BY_NAME = {setting.name: setting for setting in _TABLE}


def read_settings(environ: Mapping[str, str] | None = None, env_file: Path = ENV_FILE) -> Settings:
    """Read and check every setting; the environment wins over `env_file`, and an empty value counts as not set.

    Raises:
        ConfigError: an unknown `ASSISTANT_` name or a value of the wrong form.
    """
    given = {**_read_env_file(env_file), **(os.environ if environ is None else environ)}
    given = {name: value.strip() for name, value in given.items() if value.strip()}
    for name in sorted(given):
        if name.startswith(PREFIX) and name not in _BY_NAME:
            raise ConfigError(_unknown(name, given[name]))
    values = {name: _parse(setting, name, given[name]) for name, setting in _BY_NAME.items() if name in given}
    if "ASSISTANT_PORT" not in values and "PORT" in given:
        values["ASSISTANT_PORT"] = _parse(_BY_NAME["ASSISTANT_PORT"], "PORT", given["PORT"])
    return Settings(
        host=values.get("ASSISTANT_HOST", "0.0.0.0" if "SPACE_ID" in given else "127.0.0.1"),  # noqa: S104
        port=values.get("ASSISTANT_PORT", 7860),
        root_path=values.get("ASSISTANT_ROOT_PATH", ""),
        knowledge_dir=values.get("ASSISTANT_KNOWLEDGE_DIR", PROJECT_ROOT / "knowledge"),
        unused=tuple(setting.name for setting in _TABLE if setting.name in values and not setting.honoured),
    )


def _parse(setting: _Setting, name: str, value: str) -> Any:
    try:
        return setting.parse(value)
    except ValueError:
        shown = "(not shown, it may hold a password)" if setting.secret else repr(value)
        raise ConfigError(f"{name} is {shown}, which cannot be used: it takes {setting.allowed}.") from None


def _unknown(name: str, value: str) -> str:
    close = difflib.get_close_matches(name, _BY_NAME, n=1)
    hint = f"did you mean {close[0]}? " if close else ""
    known = ", ".join(setting for setting in _BY_NAME if setting.startswith(PREFIX))
    return f"{name}={value!r} is no setting of the coach: {hint}Allowed are {known}."


def _read_env_file(path: Path) -> dict[str, str]:
    """Read `NAME=value` lines; a file that is not there holds none."""
    from dotenv.parser import parse_stream

    if not path.is_file():
        return {}
    values: dict[str, str] = {}
    try:
        with path.open(encoding="utf-8") as stream:
            for binding in parse_stream(stream):
                if binding.error or (binding.key and binding.value is None):
                    line = binding.original.string.strip().split("=")[0]
                    raise ConfigError(f"{path.name}, line {binding.original.line}: {line!r} is not NAME=value.")
                if binding.key and binding.value is not None:
                    values[binding.key] = binding.value
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path.name} cannot be read ({error}): it must be a UTF-8 text you may read.") from error
    return values


def settings_table() -> str:
    """Write the settings as the README's Markdown table."""
    rows = ["| Setting | Default | Takes | What it does |", "|---|---|---|---|"]
    for setting in _TABLE:
        later = "" if setting.honoured else " *Not used by this version.*"
        rows.append(f"| `{setting.name}` | {setting.default} | {setting.allowed} | {setting.purpose}{later} |")
    return "\n".join(rows)


def cache_directory(environ: Mapping[str, str] | None = None) -> Path:
    """Make and return a private, writable folder for what can be built again, such as the index.

    It is the user's cache folder, or a fresh temporary folder where that cannot be written (a read-only container).
    """
    environ = os.environ if environ is None else environ
    root = environ.get("XDG_CACHE_HOME") or (environ.get("LOCALAPPDATA") if sys.platform == "win32" else None)
    folder = (Path(root) if root else Path.home() / ".cache") / "fine-tuning-coach"
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            return folder
    except OSError:
        return Path(tempfile.mkdtemp(prefix="fine-tuning-coach-"))
