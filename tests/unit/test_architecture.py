"""The shape of the code, read from its source: which way imports point, what stands where, how long things are."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "assistant"
MODULES = sorted(PACKAGE.rglob("*.py"))

CENTRE = {"domain", "errors", "ports", "text"}
# What is made of the files under knowledge/, as values: any room may take them.
VALUES = {"knowledge.types"}
EDGES = {"knowledge", "retrieval", "understanding", "replying", "llm"}
# A room is the longest of these that a module's name begins with; of any other module it is the first part.
ROOMS = (
    "web.contract", "web.iframe", "web.mcp", "web.page", "web.rest", "web.server",
    "llm.client", "llm.listening", "llm.speaking",
    "knowledge.types", "settings.connection", "settings.hosting",
)  # fmt: skip
# What every part of `web` may import: the shape of answers, the server's parts, and what stands beside the rooms.
WEB = (
    CENTRE
    | {"coach", "inquiry", "settings", "settings.hosting", "__init__", "web", "web.contract", "web.server"}
    | VALUES
)
# Which rooms each room may import, besides itself.
MAY_IMPORT = {
    "__init__": set(),
    "errors": set(),
    "text": set(),
    "domain": {"errors", "text"},
    "ports": {"domain", "errors"},
    **dict.fromkeys(EDGES, CENTRE | VALUES),
    "knowledge.types": {"domain", "text"},
    "llm.client": CENTRE | {"settings.connection"},
    "llm.listening": CENTRE | VALUES,
    "llm.speaking": CENTRE | VALUES | {"llm.listening"},
    "settings.connection": {"errors"},
    "settings.hosting": set(),
    "settings": {"errors", "settings.connection", "settings.hosting"},
    "start": {"errors", "settings"},
    "space": set(),
    "messages": {"domain", "errors"},
    "notes": {"domain", "errors"},
    "metering": CENTRE,
    "recorded_turn": CENTRE,
    "note_taker": CENTRE | {"notes"},
    "speaker_lines": {"text"} | VALUES,
    "coach": CENTRE | VALUES | {"messages", "notes", "note_taker", "metering", "recorded_turn", "speaker_lines"},
    "inquiry": CENTRE | {"coach"},
    "batch": CENTRE | {"coach", "inquiry", "web.contract"},
    "web.contract": {"domain", "errors", "inquiry"},
    "web.server": WEB,
    "web.iframe": WEB,
    "web.page": WEB | {"web.iframe"},
    "web.rest": WEB,
    "web.mcp": WEB,
    "web": WEB | {"web.rest", "web.mcp"},
    "wiring": CENTRE | EDGES | {"llm.client", "llm.listening", "llm.speaking", "coach", "settings"},
    "__main__": {
        "wiring",
        "coach",
        "inquiry",
        "batch",
        "settings",
        "start",
        "domain",
        "errors",
        "ports",
        "web.contract",
    },
}
# Packages that only some rooms may import; "app" is app.py.
CONFINED = {
    "gradio": {"web.page", "app"},
    "prometheus_client": {"web.server"},
    "jinja2": {"web"},
    "faiss": {"retrieval"},
    "sentence_transformers": {"retrieval"},
    "torch": {"retrieval"},
    "sklearn": {"understanding"},
    "openai": {"llm.client"},
    "langchain_openai": {"llm.client"},
    "langchain.chat_models": {"llm.client"},
    "langchain_core.language_models": {"llm.client"},
}
TOP_LEVEL = {
    "README.md", "Makefile", "pyproject.toml", "LICENSE", "constraints.txt", "app.py",
    "assistant", "docs", "knowledge", "tests",
}  # fmt: skip
LONGEST_MODULE, LONGEST_FUNCTION = 350, 80


def room_of(name: str) -> str:
    """Name the room of a module, or of something in one, by its dotted name within the package."""
    named = [room for room in ROOMS if is_within(name, room)]
    return max(named, key=len) if named else name.split(".")[0]


def room_of_file(path: Path) -> str:
    """Name the room that a file stands in."""
    parts = path.relative_to(PACKAGE).with_suffix("").parts
    return room_of(".".join(parts[:-1] if parts[-1] == "__init__" and len(parts) > 1 else parts))


def imported(path: Path) -> Iterator[str]:
    """Give the dotted name of everything a file imports, wherever in it the import stands."""
    package = list(path.relative_to(ROOT).with_suffix("").parts[:-1])
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else []
            origin = ".".join([*base, *([node.module] if node.module else [])])
            yield from (f"{origin}.{alias.name}" for alias in node.names)


def is_within(name: str, package: str) -> bool:
    """Tell whether a dotted name is a package or lies in it."""
    return name == package or name.startswith(f"{package}.")


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_imports_point_towards_the_centre(path: Path) -> None:
    """An edge knows the ports and the domain, never another edge; only wiring knows them all."""
    room = room_of_file(path)
    assert room in MAY_IMPORT, f"{room} has no place in the layout: say in this test what it may import"
    names = [
        name.removeprefix("assistant").removeprefix(".") for name in imported(path) if is_within(name, "assistant")
    ]
    rooms = {room_of_file(path) for path in MODULES}
    reached = {room_of(name) if room_of(name) in rooms else "__init__" for name in names}
    assert set() == reached - MAY_IMPORT[room] - {room}


@pytest.mark.parametrize(
    "path", [path for path in MODULES if room_of_file(path) == "domain"], ids=lambda path: path.stem
)
def test_the_domain_needs_nothing_but_the_standard_library(path: Path) -> None:
    """The verdict can be read, tested and replayed anywhere Python runs."""
    foreign = {name.split(".")[0] for name in imported(path)} - sys.stdlib_module_names - {"assistant"}
    assert set() == foreign


@pytest.mark.parametrize("package", sorted(CONFINED))
def test_a_framework_stays_in_its_corner(package: str) -> None:
    """Replacing the page, the vector store or the model client touches one folder."""
    users = {room_of_file(path) for path in MODULES if any(is_within(name, package) for name in imported(path))}
    if any(is_within(name, package) for name in imported(ROOT / "app.py")):
        users.add("app")
    assert set() == users - CONFINED[package]


def tracked_files() -> list[str]:
    """List what git tracks; outside a git checkout there is nothing to judge."""
    listing = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False)
    if listing.returncode:
        pytest.skip("not a git checkout")
    return [name for name in listing.stdout.split("\0") if name]


def test_the_top_level_is_what_the_owner_fixed() -> None:
    """A reader finds the same few names at the top, whatever is added below them."""
    tops = {name.split("/")[0] for name in tracked_files()}
    extra = {top for top in tops - TOP_LEVEL if not top.startswith((".", "requirements"))}
    assert set() == extra


def test_nothing_reads_what_lies_outside_the_checkout() -> None:
    """The project stands alone: no file names its neighbours."""
    outside = ("../" + "shared", "/" + "work/")
    texts = {name: (ROOT / name) for name in tracked_files() if not name.endswith((".png", ".jpg", ".woff2", ".npz"))}
    guilty = [
        name
        for name, path in texts.items()
        if path.is_file() and any(word in path.read_text(encoding="utf-8") for word in outside)
    ]
    assert [] == guilty


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_a_module_holds_one_idea(path: Path) -> None:
    """Modules and functions stay short enough to be read in one go."""
    source = path.read_text(encoding="utf-8")
    functions = {
        node.name: (node.end_lineno or node.lineno) - node.lineno + 1
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    }
    assert {} == {name: lines for name, lines in functions.items() if lines > LONGEST_FUNCTION}
    assert len(source.splitlines()) <= LONGEST_MODULE


def test_no_two_modules_share_a_name() -> None:
    """Whoever opens a file by its name opens the one they meant."""
    names = [path.stem for path in MODULES if path.stem != "__init__"]
    assert [] == sorted({name for name in names if names.count(name) > 1})


def test_the_entry_stays_an_entry() -> None:
    """app.py reads settings, builds and serves; anything more has another place."""
    assert len((ROOT / "app.py").read_text(encoding="utf-8").splitlines()) <= 60
