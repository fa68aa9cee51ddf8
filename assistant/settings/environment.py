"""The settings an operator can make, read once from the environment and `.env`, checked, and passed in.

Owns their names, defaults, allowed forms and the docs' table of them. Must not know who uses a setting, and reads
nothing at import.
"""

from __future__ import annotations

import codecs
import difflib
import io
import os
from collections.abc import Callable, Mapping
from dataclasses import astuple, dataclass, field, replace
from pathlib import Path
from typing import Any, TypeVar

from assistant.errors import ConfigError
from assistant.settings import forms
from assistant.settings.connection import OPENAI_URL, Budgets, Connection, Deadlines, Prices, Secret, is_loopback
from assistant.settings.hosting import PUBLIC_LIMITS, Hosting, RequestLimits
from assistant.settings.proxy_variables import NAMES as PROXY_NAMES
from assistant.settings.proxy_variables import proxy_for, readable, system_proxies

PROJECT_ROOT = Path(__file__).resolve().parents[2]
ENV_FILE = PROJECT_ROOT / ".env"
PREFIX = "ASSISTANT_"

DEFAULT_MODEL = "openai:gpt-6-luna"
"""What speaks where there is an endpoint and no ASSISTANT_MODEL: small, cheap, and not about to be shut down."""
ROUTER_URL = "https://router.huggingface.co/v1"
_FUNCTIONS = ("/chat/completions", "/completions", "/responses", "/models", "/embeddings", "/messages")
"""What clients put behind an endpoint's address themselves."""
_DEADLINES = {
    "turn": "ASSISTANT_TURN_SECONDS",
    "first_token": "ASSISTANT_FIRST_TOKEN_SECONDS",
    "gap": "ASSISTANT_GAP_SECONDS",
}
_BUDGETS = {
    "turn_tokens": "ASSISTANT_TURN_TOKENS",
    "conversation_tokens": "ASSISTANT_CONVERSATION_TOKENS",
    "day_tokens": "ASSISTANT_DAY_TOKENS",
}
_PRICES = {"input_usd": "ASSISTANT_INPUT_USD", "output_usd": "ASSISTANT_OUTPUT_USD"}
_LIMITS = {
    "message_characters": "ASSISTANT_MESSAGE_CHARACTERS",
    "request_bytes": "ASSISTANT_REQUEST_BYTES",
    "minute_requests": "ASSISTANT_MINUTE_REQUESTS",
    "day_requests": "ASSISTANT_DAY_REQUESTS",
    "answers_at_once": "ASSISTANT_ANSWERS_AT_ONCE",
    "answers_waiting": "ASSISTANT_ANSWERS_WAITING",
    "answer_seconds": "ASSISTANT_ANSWER_SECONDS",
}
_Values = TypeVar("_Values", Deadlines, Budgets, Prices, Connection, RequestLimits)
_NO_KEY = Secret("no-key-needed")
_LOCAL_NAMES = ("localhost", "127.0.0.1", "[::1]")
_SPACES_SITE = "https://huggingface.co"
_SPACES_PROXIES = ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7")
"""Only the platform's own proxy reaches a Space, from a private network."""
_PUBLIC_BUDGETS = Budgets(turn_tokens=30_000, conversation_tokens=300_000, day_tokens=3_000_000)


@dataclass(frozen=True, slots=True)
class Settings:
    """What this version of the coach lets an operator decide.

    `root_path` is empty or begins with a slash and does not end with one. Without a `connection` the coach is offline;
    with one the model `speaks` as well as it listens, or it only listens.
    `zero_gpu_url` is where a Space on shared GPUs is awaited.
    """

    host: str
    port: int
    root_path: str
    knowledge_dir: Path
    connection: Connection | None = None
    speaks: bool = True
    hosting: Hosting = field(default_factory=Hosting)
    zero_gpu_url: str | None = None

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
    secret: bool = False


_TABLE = (
    _Setting("ASSISTANT_HOST", "`127.0.0.1`; `0.0.0.0` when `SPACE_ID` is set", "an IP address or a host name",
             "The address the page listens on.", forms.host),
    _Setting("ASSISTANT_PORT", "`PORT`, else `7860`", "a whole number from 1 to 65535",
             "The port it listens on.", forms.port),
    _Setting("ASSISTANT_ROOT_PATH", "none", "a path such as `/coach`",
             "The path under which a proxy serves the page.", forms.root_path),
    _Setting("ASSISTANT_KNOWLEDGE_DIR", "`knowledge` in the project", "a folder that exists",
             "Where the document, the cards and the rulebook are.", forms.directory),
    _Setting("ASSISTANT_MODEL", f"`{DEFAULT_MODEL}` with a key or an endpoint, else the coach is offline",
             "`provider:model` as LangChain writes it, or `none` to stay offline",
             "The chat model that listens and phrases.", forms.model),
    _Setting("OPENAI_API_KEY", "none", "a key: printable characters without spaces",
             "The key of an OpenAI-compatible endpoint.", forms.key, secret=True),
    _Setting("OPENAI_BASE_URL", "OpenAI's", "an address that begins with `https://` or `http://`",
             "The endpoint itself; a local one needs no key.", forms.endpoint),
    _Setting("ASSISTANT_HF_ROUTER", "`no`", "`yes` or `no`",
             "Whether to use the Hugging Face router with `HF_TOKEN` where there is no `OPENAI_API_KEY`.",
             forms.yes_or_no),
    _Setting("ASSISTANT_SPEAKS", "`yes`", "`yes` or `no`",
             "With `no` a model only listens and the coach speaks for itself: for measuring.", forms.yes_or_no),
    _Setting("ASSISTANT_TURN_SECONDS", "`30`", "seconds, at most 3600",
             "How long the model may take for a whole turn; then the offline coach answers.", forms.seconds),
    _Setting("ASSISTANT_FIRST_TOKEN_SECONDS", "`10`", "seconds, at most 3600",
             "How long it may take until its first words; raise it for a model that thinks first.", forms.seconds),
    _Setting("ASSISTANT_GAP_SECONDS", "`10`", "seconds, at most 3600",
             "How long it may pause between two pieces.", forms.seconds),
    _Setting("ASSISTANT_MAX_CHARACTERS", "`20000`", "a whole number above 0",
             "How many characters are taken from the model in one turn.", forms.positive_count),
    _Setting("ASSISTANT_TURN_TOKENS", "no limit; `30000` when public", "a whole number, `0` for no limit",
             "How many tokens, sent and received, one turn may use. Public is a page on a Space, behind a trusted "
             "proxy or not on loopback.", forms.count),
    _Setting("ASSISTANT_CONVERSATION_TOKENS", "no limit; `300000` when public", "a whole number, `0` for no limit",
             "How many one conversation may use.", forms.count),
    _Setting("ASSISTANT_DAY_TOKENS", "no limit; `3000000` when public", "a whole number, `0` for no limit",
             "How many everyone together may use until midnight UTC.", forms.count),
    _Setting("ASSISTANT_INPUT_USD", "none", "US dollars for a million tokens",
             "The price of what is sent, so that the log can tell costs.", forms.amount),
    _Setting("ASSISTANT_OUTPUT_USD", "none", "US dollars for a million tokens",
             "The price of what is received.", forms.amount),
    _Setting("ASSISTANT_EMBED_ORIGINS", "none", "origins such as `https://wiki.example.org`, with commas",
             "The sites that may show the page in a frame.", forms.list_of(forms.origin)),
    _Setting("ASSISTANT_ALLOWED_HOSTS", "this computer's names on loopback, else any",
             "host names such as `coach.example.org` or `*.example.org`, with commas",
             "The host names the page answers to, besides this computer's own.", forms.list_of(forms.allow_host)),
    _Setting("ASSISTANT_TRUSTED_PROXIES", "none", "IP addresses or networks such as `10.0.0.0/8`, with commas",
             "The proxies whose word about a visitor's address is taken.", forms.list_of(forms.network)),
    _Setting("ASSISTANT_MESSAGE_CHARACTERS", "`8000`", "a whole number above 0",
             "How long a message may be.", forms.positive_count),
    _Setting("ASSISTANT_REQUEST_BYTES", "`2000000`", "a whole number above 0",
             "How large a request may be; it carries the conversation that the browser keeps.", forms.positive_count),
    _Setting("ASSISTANT_MINUTE_REQUESTS", "no limit; `60` when public", "a whole number, `0` for no limit",
             "How many requests one address may make at once or in a minute; a call counts once for each of its "
             "messages, bringing a conversation back once for every ten of its turns.", forms.count),
    _Setting("ASSISTANT_DAY_REQUESTS", "no limit; `3000` when public", "a whole number, `0` for no limit",
             "How many one address may make in a day.", forms.count),
    _Setting("ASSISTANT_ANSWERS_AT_ONCE", "`16`", "a whole number above 0",
             "How many answers are made at the same time.", forms.positive_count),
    _Setting("ASSISTANT_ANSWERS_WAITING", "`64`", "a whole number above 0",
             "How many more may wait for their turn.", forms.positive_count),
    _Setting("ASSISTANT_ANSWER_SECONDS", "`60`", "seconds, at most 3600",
             "How long a whole answer may take, or bringing a conversation back; longer than ASSISTANT_TURN_SECONDS. "
             "What takes longer stops at its next message; in a call, a model is given up when three quarters are "
             "over.",
             forms.seconds),
)  # fmt: skip
_BY_NAME = {setting.name: setting for setting in _TABLE}


def read_settings(environ: Mapping[str, str] | None = None, env_file: Path = ENV_FILE) -> Settings:
    """Read and check every setting; the environment wins over `env_file`, and an empty value counts as not set.

    Raises:
        ConfigError: an unknown `ASSISTANT_` name or a value of the wrong form.
    """
    system = system_proxies() if environ is None else {}
    environ = os.environ if environ is None else environ
    from_file = _read_env_file(env_file)
    given = {name: value.strip() for name, value in {**system, **from_file, **environ}.items() if value.strip()}
    for name in sorted(given):
        if name.startswith(PREFIX) and name not in _BY_NAME:
            raise ConfigError(_unknown(name, given[name]))
    values = {name: _parse(setting, name, given[name]) for name, setting in _BY_NAME.items() if name in given}
    if "ASSISTANT_PORT" not in values and "PORT" in given:
        values["ASSISTANT_PORT"] = _parse(_BY_NAME["ASSISTANT_PORT"], "PORT", given["PORT"])
    on_space = "SPACE_ID" in given
    host = values.get("ASSISTANT_HOST", "0.0.0.0" if on_space else "127.0.0.1")  # noqa: S104
    public = on_space or not is_loopback(host) or "ASSISTANT_TRUSTED_PROXIES" in values
    variables = tuple(
        (name, Secret(value))
        for name, value in from_file.items()
        if name not in {*_BY_NAME, *environ} and name.lower() not in PROXY_NAMES
    )
    return Settings(
        host=host,
        port=values.get("ASSISTANT_PORT", 7860),
        root_path=values.get("ASSISTANT_ROOT_PATH", ""),
        knowledge_dir=values.get("ASSISTANT_KNOWLEDGE_DIR", PROJECT_ROOT / "knowledge"),
        connection=_connection(values, given, variables, public=public),
        speaks=values.get("ASSISTANT_SPEAKS", True),
        hosting=_read_hosting(values, is_local=is_loopback(host), on_space=on_space, public=public),
        zero_gpu_url=given.get("SPACES_ZERO_DEVICE_API_URL") if on_space else None,
    )


def _read_hosting(values: Mapping[str, Any], *, is_local: bool, on_space: bool, public: bool) -> Hosting:
    """Read whom the page answers; what a Space needs is known, and on loopback only this computer's names are."""
    limits = _replace_members(PUBLIC_LIMITS if public else RequestLimits(), values, _LIMITS)
    names = values.get("ASSISTANT_ALLOWED_HOSTS", ())
    return Hosting(
        embed_origins=values.get("ASSISTANT_EMBED_ORIGINS", (_SPACES_SITE,) if on_space else ()),
        allowed_hosts=(*names, *_LOCAL_NAMES) if names or is_local else (),
        trusted_proxies=values.get("ASSISTANT_TRUSTED_PROXIES", _SPACES_PROXIES if on_space else ()),
        limits=replace(
            limits, minute_requests=limits.minute_requests or None, day_requests=limits.day_requests or None
        ),
        is_public=public,
    )


def _connection(
    values: Mapping[str, Any], given: Mapping[str, str], variables: tuple[tuple[str, Secret], ...], *, public: bool
) -> Connection | None:
    model, key, base_url = values.get("ASSISTANT_MODEL"), values.get("OPENAI_API_KEY"), values.get("OPENAI_BASE_URL")
    _check_no_function(base_url or "")
    routed = bool(values.get("ASSISTANT_HF_ROUTER")) and not key
    if model == "none" or (model is None and not key and not base_url and not routed):
        return None
    if routed:
        model, key, base_url = _route_to_hugging_face(model, given.get("HF_TOKEN"), base_url)
    model = model or DEFAULT_MODEL
    if model.startswith("openai:") and not key and not base_url:
        raise ConfigError(
            f"ASSISTANT_MODEL is {model!r}, which needs OPENAI_API_KEY, or OPENAI_BASE_URL of a keyless endpoint."
        )
    is_compatible = model.startswith("openai:")
    budgets = _replace_members(_PUBLIC_BUDGETS if public else Budgets(), values, _BUDGETS)
    connection = Connection(
        model=model,
        key=(Secret(key) if key else _NO_KEY) if is_compatible else None,
        base_url=base_url if is_compatible else None,
        deadlines=_replace_members(Deadlines(), values, _DEADLINES),
        budgets=Budgets(*(limit or None for limit in astuple(budgets))),
        prices=_replace_members(Prices(), values, _PRICES),
        variables=variables if is_compatible else (*variables, *readable(given)),
        # Where another provider's models are, its own package knows.
        proxy=proxy_for((base_url or OPENAI_URL) if is_compatible else "https://", given),
    )
    return _replace_members(connection, values, {"max_characters": "ASSISTANT_MAX_CHARACTERS"})


def _check_no_function(base_url: str) -> None:
    if base := next((base_url[: -len(end)] for end in _FUNCTIONS if base_url.lower().endswith(end)), None):
        called = f"{base_url}/chat/completions would be called"
        raise ConfigError(f"OPENAI_BASE_URL is {base_url!r}, and {called}: leave the end out, OPENAI_BASE_URL={base}")


def _route_to_hugging_face(model: str | None, token: str | None, base_url: str | None) -> tuple[str, str, str]:
    """Give model, key and address for the Hugging Face router, which the operator opted into."""
    if base_url:
        raise ConfigError("ASSISTANT_HF_ROUTER is 'yes' and OPENAI_BASE_URL is set: take one of them away.")
    if not token:
        raise ConfigError("ASSISTANT_HF_ROUTER is 'yes', which needs HF_TOKEN: set it, or take the setting away.")
    if not model or not model.startswith("openai:"):
        raise ConfigError(
            "ASSISTANT_HF_ROUTER is 'yes', which needs the model's name there: ASSISTANT_MODEL=openai:owner/model."
        )
    return model, token, ROUTER_URL


def _replace_members(default: _Values, values: Mapping[str, Any], names: Mapping[str, str]) -> _Values:
    """Replace the members of `default` for which a setting was made; `names` gives the setting of each."""
    return replace(default, **{member: values[name] for member, name in names.items() if name in values})


def _parse(setting: _Setting, name: str, value: str) -> Any:
    try:
        return setting.parse(value)
    except ValueError:
        shown = "(not shown, it may hold a password)" if setting.secret or "@" in value else repr(value)
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
        for binding in parse_stream(io.StringIO(_decode_text(path.read_bytes()))):
            if binding.error or (binding.key and binding.value is None):
                line = binding.original.string.strip().split("=")[0]
                raise ConfigError(f"{path.name}, line {binding.original.line}: {line!r} is not NAME=value.")
            if binding.key and binding.value is not None:
                values[binding.key] = binding.value
    except (OSError, ValueError) as error:
        raise ConfigError(f"{path.name} cannot be read ({error}): it must be a UTF-8 text you may read.") from error
    return values


def _decode_text(text: bytes) -> str:
    """Read a text that says its encoding at its beginning, as PowerShell and Notepad write it, and else is UTF-8."""
    is_utf16 = text.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    read = text.decode("utf-16" if is_utf16 else "utf-8-sig").replace("\r\n", "\n")
    if "\0" in read:
        raise ValueError("it holds bytes of 0, as other encodings do")
    return read


def settings_table() -> str:
    """Write the settings as the Markdown table of docs/settings.md."""
    rows = ["| Setting | Default | Takes | What it does |", "|---|---|---|---|"]
    for setting in _TABLE:
        rows.append(f"| `{setting.name}` | {setting.default} | {setting.allowed} | {setting.purpose} |")
    return "\n".join(rows)
