"""OWASP LLM04:2026 Supply Chain.

What the coach is made of comes from a package index, at pinned versions, and nothing comes at run time: no weights from
a hub, no script from elsewhere on the page. That pins and installs agree is in `tests/unit/test_packaging.py`, that
weights are the ones that were hashed in `tests/unit/retrieval`; this is about versions that must not come back, and
about doors through which foreign code or objects could come in.
"""

from __future__ import annotations

import ast
import importlib.metadata
import os
import re
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.version import Version

from assistant.retrieval.encoder import SHA256, find_weights
from tests.web.asking import served_page_of

ROOT = Path(__file__).resolve().parents[2]
FLOORS = {
    "gradio": "6.31.0",  # CVE-2026-48545, CVE-2026-111497 and what came before them
    "langchain-core": "1.2.22",  # CVE-2025-68664, CVE-2026-26013, CVE-2026-34070
    "langgraph-checkpoint": "4.0.0",  # CVE-2026-27794: objects unpickled from a cache
    "brotli": "1.2.1",  # CVE-2026-111497
    "starlette": "0.49.1",  # CVE-2025-62727
}
"""The first version of a package without a fault that was published of it."""
LOADS_OBJECTS = {
    "pickle", "dill", "joblib", "cloudpickle", "marshal", "shelve", "langchain_core.load", "langchain.load",
    "langchain_core.prompts.loading", "langchain_classic",
}  # fmt: skip
TRUSTS = {"trust_remote_code", "allow_dangerous_deserialization", "allow_pickle"}
FOREIGN = re.compile(r"""(?:src|href|action)\s*=\s*["']?\s*(?:https?:)?//(?!localhost)""")
FILES = [ROOT / "app.py", *sorted((ROOT / "assistant").rglob("*.py"))]


@pytest.mark.parametrize("package", FLOORS)
def test_no_version_with_a_published_fault_is_installed_or_held(package: str) -> None:
    """A pin that goes back for some other reason meets this line."""
    held = [Requirement(line.split(" #")[0]) for line in _lines("constraints.txt")]
    [pinned] = [str(one.specifier).removeprefix("==") for one in held if one.name.lower() == package]
    for version in (pinned, importlib.metadata.version(package)):
        assert Version(FLOORS[package]) <= Version(version)


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-dev.txt", "requirements-local.txt"])
def test_packages_come_from_the_index_by_name(name: str) -> None:
    """No address, no version control, no other index: each would be a source that nobody reviewed."""
    assert [] == [line for line in _lines(name) if Requirement(line.split(" #")[0]).url or "://" in line.split("#")[0]]
    allowed = re.compile(r"-r requirements[\w-]*\.txt")
    options = [line for line in (ROOT / name).read_text(encoding="utf-8").splitlines() if line.startswith("-")]
    assert [] == [line for line in options if not allowed.fullmatch(line)]


def test_nothing_is_loaded_that_could_run() -> None:
    """No pickles, no serialized LangChain objects, no prompt templates from files, and no switch that allows them."""
    found = {path.relative_to(ROOT).as_posix(): _loads(ast.parse(path.read_text(encoding="utf-8"))) for path in FILES}
    assert len(found) > 100
    assert {} == {name: ways for name, ways in found.items() if ways}


def _loads(tree: ast.Module) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names} & LOADS_OBJECTS
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)} & LOADS_OBJECTS
        elif isinstance(node, ast.keyword) and node.arg in TRUSTS:
            found |= set() if isinstance(node.value, ast.Constant) and node.value.value is False else {node.arg}
        elif isinstance(node, ast.Attribute) and node.attr in ("unsafe_load", "full_load"):
            found.add(node.attr)
    return found


def test_weights_are_in_a_form_that_holds_numbers_only() -> None:
    """Beside the file that was hashed lies none that a library might take in its place and run."""
    directory = find_weights()
    assert "model.safetensors" in SHA256
    runs = {".bin", ".pt", ".pth", ".pkl", ".pickle", ".ckpt", ".h5", ".py"}
    assert [] == [path.name for path in directory.rglob("*") if path.suffix in runs and path.name != "__init__.py"]


def test_no_hub_is_asked_at_run_time() -> None:
    """The environment says so before any library is imported."""
    assert ("1", "1") == (os.environ["HF_HUB_OFFLINE"], os.environ["TRANSFORMERS_OFFLINE"])


@pytest.mark.parametrize("path", ["/", "/embed", "/embed/code"])
def test_the_page_loads_nothing_from_elsewhere(path: str) -> None:
    """No script, style, font, image or frame with a host of its own, as content delivery networks have."""
    page = served_page_of().ask(path=path).text
    tags = re.findall(r"<(?:script|link|img|iframe|source|base|form)\b[^>]*>", page)
    foreign = [tag for tag in tags if FOREIGN.search(tag)]
    assert len(tags) > 2
    assert [] == foreign


def _lines(name: str) -> list[str]:
    lines = (ROOT / name).read_text(encoding="utf-8").splitlines()
    return [line for line in lines if line.strip() and not line.startswith(("#", "-"))]
