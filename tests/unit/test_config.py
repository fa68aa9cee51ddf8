"""The settings contract: names, defaults, forms, and what an operator reads when one is wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.errors import ConfigError
from assistant.settings.environment import PROJECT_ROOT, read_settings, settings_table

NO_FILE = Path("there-is-no-such.env")


def fault(environ: dict[str, str], env_file: Path = NO_FILE) -> str:
    """Read settings that must not pass, and give what the operator reads."""
    with pytest.raises(ConfigError) as caught:
        read_settings(environ, env_file)
    return str(caught.value)


def test_without_settings_the_page_is_for_this_computer_alone() -> None:
    """An empty environment gives the documented defaults."""
    settings = read_settings({}, NO_FILE)
    assert ("127.0.0.1", 7860, "", PROJECT_ROOT / "knowledge") == (
        settings.host,
        settings.port,
        settings.root_path,
        settings.knowledge_dir,
    )


def test_on_a_space_it_listens_to_everyone() -> None:
    """A Space's proxy must reach the page."""
    assert read_settings({"SPACE_ID": "someone/coach"}, NO_FILE).host == "0.0.0.0"


def test_a_host_that_was_set_wins_over_the_space() -> None:
    """What the operator says stands."""
    assert read_settings({"SPACE_ID": "a/b", "ASSISTANT_HOST": "127.0.0.2"}, NO_FILE).host == "127.0.0.2"


@pytest.mark.parametrize(
    ("environ", "expected"),
    [
        ({"PORT": "9000"}, 9000),
        ({"PORT": "9000", "ASSISTANT_PORT": "9001"}, 9001),
        ({"PORT": "not a number", "ASSISTANT_PORT": "9001"}, 9001),
        ({"ASSISTANT_PORT": "  "}, 7860),
        ({"ASSISTANT_PORT": "65535"}, 65535),
        ({"ASSISTANT_PORT": "1"}, 1),
    ],
)
def test_our_port_wins_over_the_hosts_and_empty_counts_as_not_set(environ: dict[str, str], expected: int) -> None:
    """ASSISTANT_PORT, else PORT, else 7860."""
    assert expected == read_settings(environ, NO_FILE).port


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ASSISTANT_PORT", "0"),
        ("ASSISTANT_PORT", "65536"),
        ("ASSISTANT_PORT", "78x"),
        ("ASSISTANT_PORT", "-1"),
        ("ASSISTANT_PORT", "٧٨٦٠"),
        ("PORT", "http"),
        ("ASSISTANT_HOST", "http://localhost"),
        ("ASSISTANT_HOST", "a host"),
        ("ASSISTANT_ROOT_PATH", "coach"),
        ("ASSISTANT_ROOT_PATH", "/co ach"),
        ("ASSISTANT_ROOT_PATH", "//evil.example"),
        ("ASSISTANT_KNOWLEDGE_DIR", "no/such/folder"),
        ("ASSISTANT_MODEL", "gpt-5"),
        ("ASSISTANT_EMBED_ORIGINS", "*"),
        ("ASSISTANT_EMBED_ORIGINS", "https://wiki.example.org/page"),
        ("ASSISTANT_EMBED_ORIGINS", "https://wiki.example.org,,https://other.example.org"),
        ("ASSISTANT_EMBED_ORIGINS", "https://wiki.example.org; script-src"),
        ("ASSISTANT_ALLOWED_HOSTS", "coach.example.org:80"),
        ("ASSISTANT_TRUSTED_PROXIES", "proxy"),
        ("OPENAI_BASE_URL", "localhost:8000"),
        ("OPENAI_BASE_URL", "http://localhost:8000/v1?key=1"),
        ("ASSISTANT_MODEL", "None"),
        ("ASSISTANT_HF_ROUTER", "maybe"),
        ("ASSISTANT_TURN_SECONDS", "0"),
        ("ASSISTANT_TURN_SECONDS", "3601"),
        ("ASSISTANT_FIRST_TOKEN_SECONDS", "ten"),
        ("ASSISTANT_GAP_SECONDS", "nan"),
        ("ASSISTANT_MAX_CHARACTERS", "0"),
        ("ASSISTANT_DAY_TOKENS", "-1"),
        ("ASSISTANT_DAY_TOKENS", "1.5"),
        ("ASSISTANT_INPUT_USD", "0,25"),
    ],
)
def test_a_bad_value_is_named_with_what_is_allowed(name: str, value: str) -> None:
    """The one line says which setting, which value and what it takes."""
    line = fault({name: value})
    assert line.startswith(f"{name} is {value!r}, ")
    assert "it takes " in line


def test_a_misspelt_name_stops_the_start_and_suggests_the_right_one() -> None:
    """A typo must not be silently ignored."""
    line = fault({"ASSISTANT_PROT": "9000"})
    assert line.startswith("ASSISTANT_PROT='9000' is no setting of the coach: did you mean ASSISTANT_PORT?")


def test_the_root_path_keeps_no_slash_at_its_end() -> None:
    """`/coach/` and `/coach` are one setting, and `/` is none."""
    assert ["/coach", "/a/b", ""] == [
        read_settings({"ASSISTANT_ROOT_PATH": value}, NO_FILE).root_path for value in ("/coach/", "/a/b", "/")
    ]


def test_the_environment_wins_over_the_file(tmp_path: Path) -> None:
    """`.env` gives what the environment does not."""
    env_file = tmp_path / ".env"
    env_file.write_text("ASSISTANT_PORT=9000\nexport ASSISTANT_HOST='127.0.0.3' # mine\n\n# a note\n", encoding="utf-8")
    settings = read_settings({"ASSISTANT_PORT": "9001"}, env_file)
    assert ("127.0.0.3", 9001) == (settings.host, settings.port)


@pytest.mark.parametrize("text", ["ASSISTANT_PORT 9000\n", "ASSISTANT_PORT\n", "'ASSISTANT_PORT\n"])
def test_a_line_that_sets_nothing_is_named_with_its_number(tmp_path: Path, text: str) -> None:
    """A malformed line of `.env` stops the start instead of being skipped."""
    env_file = tmp_path / ".env"
    env_file.write_text("ASSISTANT_HOST=127.0.0.1\n" + text, encoding="utf-8")
    assert fault({}, env_file).startswith(".env, line 2: ")


def test_a_file_that_is_no_text_is_refused(tmp_path: Path) -> None:
    """Bytes that are not UTF-8 give a line and no traceback."""
    env_file = tmp_path / ".env"
    env_file.write_bytes(b"ASSISTANT_PORT=\xff\xfe\n")
    assert fault({}, env_file).startswith(".env cannot be read")


@pytest.mark.parametrize(
    ("environ", "address"),
    [
        ({}, "http://127.0.0.1:7860/"),
        ({"ASSISTANT_HOST": "0.0.0.0", "PORT": "80"}, "http://127.0.0.1:80/"),
        ({"ASSISTANT_HOST": "::"}, "http://[::1]:7860/"),
        ({"ASSISTANT_HOST": "::1", "ASSISTANT_ROOT_PATH": "/coach"}, "http://[::1]:7860/coach/"),
        ({"ASSISTANT_HOST": "localhost"}, "http://localhost:7860/"),
    ],
)
def test_the_printed_address_can_be_typed_into_a_browser(environ: dict[str, str], address: str) -> None:
    """An address that means "everyone" is no address to open."""
    assert address == read_settings(environ, NO_FILE).address


def test_the_table_tells_every_name_an_error_offers() -> None:
    """The table of the docs and the checker know the same names."""
    offered = fault({"ASSISTANT_NOTHING_LIKE_IT": "1"}).split("Allowed are ")[1].rstrip(".").split(", ")
    rows = [line.split("`")[1] for line in settings_table().splitlines()[2:]]
    assert offered == [name for name in rows if name.startswith("ASSISTANT_")]
