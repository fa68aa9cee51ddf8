"""What is installed is what is pinned, and the README's Space header says the same."""

from __future__ import annotations

import ast
import importlib.metadata
import re
import sys
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from assistant.settings.environment import settings_table

ROOT = Path(__file__).resolve().parents[2]
RUN, DEV, HELD = ROOT / "requirements.txt", ROOT / "requirements-dev.txt", ROOT / "constraints.txt"
# torch pins these exactly itself, and only its CUDA build has them.
OF_CUDA = ("nvidia-", "cuda-", "triton")
# https://huggingface.co/docs/hub/spaces-config-reference, without what only other SDKs or a login need.
SPACE_KEYS = {
    "title", "emoji", "colorFrom", "colorTo", "sdk", "sdk_version", "python_version", "app_file", "base_path", "pinned",
    "short_description", "license", "tags", "models", "datasets", "thumbnail", "header", "fullWidth",
    "suggested_hardware", "startup_duration_timeout", "disable_embedding", "preload_from_hub", "custom_headers",
}  # fmt: skip
SPACE_COLOURS = {"red", "yellow", "green", "blue", "indigo", "purple", "pink", "gray"}


def requirement_lines(path: Path) -> list[str]:
    """Give the lines that name a package."""
    lines = path.read_text(encoding="utf-8").splitlines()
    return [line for line in lines if line.strip() and not line.startswith(("#", "-r "))]


def pins(path: Path) -> dict[str, str]:
    """Give each package's pinned version."""
    found = {}
    for line in requirement_lines(path):
        requirement = Requirement(line.split(" #")[0])
        found[canonicalize_name(requirement.name)] = str(requirement.specifier).removeprefix("==")
    return found


def space_header() -> dict[str, object]:
    """Read the header at the README's top that a Hugging Face Space is configured by."""
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    header = re.match(r"---\n(.*?)\n---\n", text, re.DOTALL)
    assert header, "README.md must begin with the Space's header between two --- lines"
    loaded = yaml.safe_load(header[1])
    assert isinstance(loaded, dict)
    return loaded


@pytest.mark.parametrize("path", [RUN, DEV], ids=lambda path: path.name)
def test_each_direct_dependency_is_pinned_and_says_what_it_is_for(path: Path) -> None:
    """One line a package: name, exact version, purpose."""
    unclear = [line for line in requirement_lines(path) if not re.match(r"[\w.-]+==[\w.]+ +# \S", line)]
    assert [] == unclear


def test_the_space_gets_a_file_that_stands_alone() -> None:
    """A Space hands only requirements.txt to pip, so it may not point at another file."""
    assert [] == [line for line in RUN.read_text(encoding="utf-8").splitlines() if line.startswith("-")]


def test_the_held_set_agrees_with_the_direct_pins() -> None:
    """A pin raised in one file and not in the other would never install."""
    held = pins(HELD)
    direct = {**pins(RUN), **pins(DEV)}
    direct.pop("pip")
    assert direct == {name: held.get(name, "missing") for name in direct}


def test_everything_an_install_brings_is_held() -> None:
    """Two installs a month apart give the same packages."""
    held, waiting, seen = pins(HELD), [*pins(RUN), *pins(DEV)], set()
    while waiting:
        name = waiting.pop()
        if name in seen or name == "pip" or name.startswith(OF_CUDA):
            continue
        seen.add(name)
        for line in importlib.metadata.requires(name) or []:
            needed = Requirement(line)
            if needed.marker is None or needed.marker.evaluate({"extra": ""}):
                waiting.append(canonicalize_name(needed.name))
    assert set() == seen - set(held)


def test_every_package_the_code_imports_is_a_direct_dependency() -> None:
    """What we import we pin; nothing is borrowed from another package's needs."""
    imported = set()
    for path in [ROOT / "app.py", *(ROOT / "assistant").rglob("*.py")]:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                imported |= {alias.name.split(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                imported.add(node.module.split(".")[0])
    owners = importlib.metadata.packages_distributions()
    foreign = imported - sys.stdlib_module_names - {"assistant"}
    borrowed = {name for name in foreign if not {canonicalize_name(owner) for owner in owners[name]} & set(pins(RUN))}
    assert set() == borrowed


def test_the_space_installs_the_gradio_that_is_pinned() -> None:
    """Another sdk_version would put another Gradio over ours."""
    assert pins(RUN)["gradio"] == space_header()["sdk_version"]


def test_the_space_header_is_one_that_a_space_takes() -> None:
    """Keys, colours and lengths are checked here because no validator runs offline."""
    header = space_header()
    assert set() == set(header) - SPACE_KEYS
    assert {"gradio", "app.py", "mit"} == {header["sdk"], header["app_file"], header["license"]}
    assert {header["colorFrom"], header["colorTo"]} <= SPACE_COLOURS
    assert (ROOT / str(header["app_file"])).is_file()
    assert header["title"]
    assert not str(header["emoji"]).isascii()
    assert header["pinned"] is False
    assert isinstance(header["tags"], list)
    assert len(str(header["short_description"])) <= 60


def test_the_spaces_python_is_quoted_and_one_that_we_run_on_also_on_shared_gpus() -> None:
    """Unquoted, YAML would read 3.10 as 3.1; a bare Space takes a Python that is too old, and ZeroGPU has no 3.11."""
    assert "3.12" == space_header()["python_version"]


def test_the_space_may_be_embedded() -> None:
    """A wiki shows it in a frame; who may is the page's own to say."""
    assert not space_header().get("disable_embedding")


def test_the_docs_tell_the_settings_as_they_are() -> None:
    """The table is generated: `python -m assistant settings --markdown`."""
    assert settings_table() in (ROOT / "docs" / "settings.md").read_text(encoding="utf-8")


def test_every_page_that_is_linked_from_the_readme_and_the_docs_is_there() -> None:
    """A link that leads nowhere is worse than none."""
    pages = [ROOT / "README.md", *(ROOT / "docs").glob("*.md")]
    links = [
        (page, link) for page in pages for link in re.findall(r"\]\((?!https?:)([^)#]+)\)", page.read_text("utf-8"))
    ]
    assert links
    assert [] == [(page.name, link) for page, link in links if not (page.parent / link).exists()]


def test_the_readme_is_read_in_one_sitting() -> None:
    """What more there is to say stands under docs/."""
    assert len((ROOT / "README.md").read_text(encoding="utf-8").splitlines()) <= 150
