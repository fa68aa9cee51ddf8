"""What an operator decides about a model: which, where, with whose key, and how much of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.errors import ConfigError
from assistant.settings.connection import Budgets, Connection, Deadlines, Prices, Secret, is_loopback
from assistant.settings.environment import DEFAULT_MODEL, ROUTER_URL, read_settings

NO_FILE = Path("there-is-no-such.env")
CANARY = "sk-canary-0123456789abcdef"
LOCAL = {"OPENAI_BASE_URL": "http://127.0.0.1:11434/v1"}


def connection(environ: dict[str, str], env_file: Path = NO_FILE) -> Connection:
    """Read settings that connect a model."""
    found = read_settings(environ, env_file).connection
    assert found is not None
    return found


def fault(environ: dict[str, str]) -> str:
    """Read settings that must not pass, and give what the operator reads."""
    with pytest.raises(ConfigError) as caught:
        read_settings(environ, NO_FILE)
    return str(caught.value)


@pytest.mark.parametrize("environ", [{}, {"ASSISTANT_MODEL": "none", "OPENAI_API_KEY": CANARY}, {"HF_TOKEN": CANARY}])
def test_nothing_is_sent_anywhere_unless_someone_said_so(environ: dict[str, str]) -> None:
    """No key and no endpoint, a model switched off, or a token meant for something else: offline."""
    assert read_settings(environ, NO_FILE).connection is None


def test_a_key_alone_opens_the_documented_small_model() -> None:
    """The shortest way: one variable."""
    found = connection({"OPENAI_API_KEY": CANARY})
    assert (DEFAULT_MODEL, None, CANARY) == (found.model, found.base_url, found.key.reveal() if found.key else None)


def test_a_local_endpoint_needs_no_key() -> None:
    """The client wants some key, and a server on this computer does not look at it."""
    found = connection({**LOCAL, "ASSISTANT_MODEL": "openai:llama3.2"})
    assert found.key is not None
    assert ("openai:llama3.2", LOCAL["OPENAI_BASE_URL"]) == (found.model, found.base_url)


def test_another_providers_model_gets_neither_openais_key_nor_its_address() -> None:
    """A key goes only to whom it belongs."""
    found = connection({**LOCAL, "OPENAI_API_KEY": CANARY, "ASSISTANT_MODEL": "anthropic:some-model"})
    assert (None, None, "anthropic") == (found.key, found.base_url, found.recipient)


def test_an_openai_model_without_a_key_stops_the_start() -> None:
    """The line names both ways out."""
    line = fault({"ASSISTANT_MODEL": "openai:some-model"})
    assert "OPENAI_API_KEY" in line
    assert "OPENAI_BASE_URL" in line


def test_the_router_is_used_with_the_spaces_token_when_the_operator_says_so() -> None:
    """Opting in takes the setting and the model's name there."""
    found = connection(
        {"SPACE_ID": "a/b", "HF_TOKEN": CANARY, "ASSISTANT_HF_ROUTER": "yes", "ASSISTANT_MODEL": "openai:owner/model"}
    )
    assert (ROUTER_URL, CANARY, "owner/model") == (found.base_url, found.key and found.key.reveal(), found.name)


@pytest.mark.parametrize(
    ("more", "missing"),
    [
        ({"ASSISTANT_MODEL": "openai:owner/model"}, "HF_TOKEN"),
        ({"HF_TOKEN": CANARY}, "ASSISTANT_MODEL"),
        ({"HF_TOKEN": CANARY, "ASSISTANT_MODEL": "openai:owner/model", **LOCAL}, "OPENAI_BASE_URL"),
    ],
)
def test_a_router_that_cannot_be_used_stops_the_start(more: dict[str, str], missing: str) -> None:
    """The line names what is missing or in the way, and never the token."""
    line = fault({"ASSISTANT_HF_ROUTER": "yes", **more})
    assert missing in line
    assert CANARY not in line


def test_a_key_wins_over_the_router() -> None:
    """Who gave a key meant it."""
    environ = {"ASSISTANT_HF_ROUTER": "yes", "HF_TOKEN": "hf", "OPENAI_API_KEY": CANARY}
    assert connection(environ).base_url is None


def test_limits_are_read_with_their_units() -> None:
    """Seconds, characters, tokens and dollars arrive where they belong."""
    found = connection(
        {
            **LOCAL,
            "ASSISTANT_TURN_SECONDS": "60",
            "ASSISTANT_FIRST_TOKEN_SECONDS": "2.5",
            "ASSISTANT_GAP_SECONDS": "3",
            "ASSISTANT_MAX_CHARACTERS": "9000",
            "ASSISTANT_TURN_TOKENS": "5000",
            "ASSISTANT_DAY_TOKENS": "0",
            "ASSISTANT_INPUT_USD": "0.1",
            "ASSISTANT_OUTPUT_USD": "0.5",
        }
    )
    assert Deadlines(60, 2.5, 3) == found.deadlines
    assert (Budgets(5000, None, None), 9000) == (found.budgets, found.max_characters)
    assert Prices(0.1, 0.5) == found.prices
    assert found.prices.cost_usd(1_000_000, 200_000) == pytest.approx(0.2)


@pytest.mark.parametrize(
    ("environ", "limited"),
    [
        ({}, False),
        ({"ASSISTANT_HOST": "localhost"}, False),
        ({"ASSISTANT_HOST": "0.0.0.0"}, True),
        ({"SPACE_ID": "a/b"}, True),
        ({"SPACE_ID": "a/b", "ASSISTANT_HOST": "127.0.0.1"}, True),
    ],
)
def test_budgets_hold_where_strangers_can_come(environ: dict[str, str], limited: bool) -> None:
    """On this computer alone there is no limit; on a Space or an open port there are three."""
    budgets = connection({**LOCAL, **environ}).budgets
    assert [limited] * 3 == [
        limit is not None for limit in (budgets.turn_tokens, budgets.conversation_tokens, budgets.day_tokens)
    ]


def test_a_public_page_may_be_without_a_limit() -> None:
    """Zero says so on purpose."""
    budgets = connection({**LOCAL, "SPACE_ID": "a/b", "ASSISTANT_TURN_TOKENS": "0"}).budgets
    assert budgets.turn_tokens is None
    assert budgets.day_tokens is not None


def test_settings_never_show_a_secret(tmp_path: Path) -> None:
    """Printed, formatted, or in an error: a key is hidden."""
    env_file = tmp_path / ".env"
    env_file.write_text(f"ANTHROPIC_API_KEY={CANARY}\n", encoding="utf-8")
    settings = read_settings({"OPENAI_API_KEY": CANARY, "HF_TOKEN": CANARY}, env_file)
    assert settings.connection is not None
    assert ("ANTHROPIC_API_KEY", Secret(CANARY)) in settings.connection.variables
    shown = [repr(settings), str(settings), f"{settings.connection.key}", f"{settings.connection.variables!r}"]
    assert [] == [text for text in shown if CANARY in text]


@pytest.mark.parametrize(
    ("name", "value"),
    [("OPENAI_API_KEY", f"{CANARY} x"), ("OPENAI_BASE_URL", f"https://user:{CANARY}@host.example/v1")],
)
def test_a_secret_in_a_wrong_value_is_not_repeated(name: str, value: str) -> None:
    """A key with a space in it, or an address with a password, is refused without being shown."""
    line = fault({name: value})
    assert line.startswith(f"{name} is (not shown")
    assert CANARY not in line


@pytest.mark.parametrize(
    ("base_url", "recipient", "stays_here"),
    [
        ("http://localhost:8080/v1", "localhost", True),
        ("http://[::1]:8080/v1", "::1", True),
        ("https://models.example.org/v1", "models.example.org", False),
        (None, "openai", False),
    ],
)
def test_it_can_be_told_who_gets_the_messages(base_url: str | None, recipient: str, stays_here: bool) -> None:
    """The page says where the words go, or that they stay."""
    found = Connection("openai:m", base_url=base_url)
    assert (recipient, stays_here) == (found.recipient, found.stays_here)


def test_a_models_name_shows_no_folder() -> None:
    """A llama.cpp server names a model by its file."""
    assert ["model.gguf", "owner/model", "llama3.2:1b"] == [
        Connection(f"openai:{name}").name for name in ("/home/me/model.gguf", "owner/model", "llama3.2:1b")
    ]


def test_only_this_computers_own_addresses_are_loopback() -> None:
    """A name that merely begins or ends like one is somebody else's."""
    here = (
        "localhost", "LOCALHOST.", "coach.localhost", "127.0.0.9", "::1", "[::1]", "[::ffff:127.0.0.1]", "127.1",
        "0x7f.1", "2130706433",
    )  # fmt: skip
    elsewhere = (
        "localhost.example.org", "mylocalhost", "0.0.0.0", "128.0.0.1", "[::ffff:10.0.0.1]", "[::2]", "", "10.1", "1",
        "127.1.example.org",
    )  # fmt: skip
    assert [*here] == [host for host in (*here, *elsewhere) if is_loopback(host)]


@pytest.mark.parametrize("base_url", ["http://models.example:99999/v1", "http://models.example:https/v1"])
def test_an_endpoint_with_a_port_that_is_none_stops_the_start(base_url: str) -> None:
    """The operator reads it now, and not as a traceback."""
    assert fault({"OPENAI_BASE_URL": base_url}).startswith(f"OPENAI_BASE_URL is {base_url!r}, which cannot be used")
