"""How easily the code is lived in, as figures: `python -m tests.house_table` prints them.

Owns what is counted and how. Must not know how much of it is too much: a test holds that.
"""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from types import FrameType

from assistant.domain.case import Case
from tests.real_reader import offline_reader

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "assistant"
SLOT, MISTAKE = "evals", "no_evals"
"""A slot that the verdict reads, and a mistake that is found by it."""
MESSAGE = "We want our letters to sound like us. We have 600 of them, checked by two editors. Is that enough?"


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


CORE = _words(
    "assessment case conversation counterfactual criteria dialogue elicitation grounding mistakes read_back record"
    " rulebook signals slots source stability steps verdict worth"
)
"""The modules of `domain` that take part in deciding, asking, reading back or recording."""

_ENDINGS = ("ed", "ing", "en")
_IRREGULAR = _words(
    "begun bound bought brought built caught chosen drawn driven felt found given gone grown heard held hidden kept"
    " known laid learnt led left lent lit lost made meant met paid said seen sent shown sold sought spent spoken stood"
    " struck taken taught thought told understood won worn wound written"
)
_OTHER_WORDS = _words(
    "bring children embed exceed feed flatten listen need nothing oembed open proceed reopen ring screen seed sharpen"
    " shorten shred something speed spread string then thing token when widen"
)
"""They end like participles and are none."""
_NUMBERS = _words("two three four five six seven eight nine ten eleven twelve twenty thirty hundred thousand")
_NEGATORS = _words("no not never none nothing nobody neither without hardly")


def modules() -> list[Path]:
    """List the modules of the package."""
    return sorted(PACKAGE.rglob("*.py"))


def _tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def _is_docstring(node: ast.AST, parents: dict[ast.AST, ast.AST]) -> bool:
    return isinstance(parents.get(node), ast.Expr)


def _texts(path: Path) -> Iterator[str]:
    """Give the text constants of a module, docstrings aside; neighbouring ones are one."""
    tree = _tree(path)
    parents = {child: node for node in ast.walk(tree) for child in ast.iter_child_nodes(node)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and not _is_docstring(node, parents):
            yield node.value


ARGUMENTS = ("domain/criteria.py", "domain/mistakes.py")
"""They hold one condition a criterion and a mistake, each of which reads what it argues with: a slot that no criterion
and no mistake argues with does not stand there."""


def _places(name: str) -> list[str]:
    """List the modules that name a slot or a mistake: as a text or among ids in one, as a member, as an attribute or in
    a file's name. A sentence, a pattern or the name of a phrase that holds the word is none.
    """
    found = []
    for path in modules():
        attributes = {node.attr for node in ast.walk(_tree(path)) if isinstance(node, ast.Attribute)}
        members = {node.id for node in ast.walk(_tree(path)) if isinstance(node, ast.Name)}
        said = any(re.fullmatch(r"[\w\s]+", text) and name in text.split() for text in _texts(path))
        if said or {name, name.upper()} & (attributes | members) or path.stem == name:
            found.append(_name(path))
    return found


def _name(path: Path) -> str:
    return path.relative_to(PACKAGE).as_posix()


def participles() -> list[str]:
    """List the functions whose names begin with a participle; a property is a value and may have such a name."""
    return [
        f"{_name(path)}: {node.name}"
        for path in modules()
        for node in ast.walk(_tree(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and _is_participle(node.name.strip("_").split("_")[0])
        and not any("property" in ast.dump(decorator) for decorator in node.decorator_list)
    ]


def _is_participle(word: str) -> bool:
    return word not in _OTHER_WORDS and (word in _IRREGULAR or (len(word) > 4 and word.endswith(_ENDINGS)))


def n_functions() -> int:
    """Count the functions and methods."""
    return sum(
        isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) for path in modules() for node in ast.walk(_tree(path))
    )


def _homes(words: Iterable[str], least: int) -> list[str]:
    """List the modules whose texts hold so many of the words."""
    wanted = set(words)
    return [
        _name(path)
        for path in modules()
        if len(wanted & {word for text in _texts(path) for word in re.findall(r"[a-z]+", text)}) >= least
    ]


def visited() -> list[str]:
    """List the modules that a message visits until it is heard, in the order in which it comes to them."""
    reader = offline_reader()
    reader.read(MESSAGE, Case(), None)
    found: dict[str, None] = {}

    def note(frame: FrameType, event: str, _: object) -> None:
        path = Path(frame.f_code.co_filename)
        if event == "call" and path.is_relative_to(PACKAGE):
            found.setdefault(_name(path))

    earlier = sys.getprofile()
    sys.setprofile(note)
    try:
        reader.read(MESSAGE, Case(), None)
    finally:
        sys.setprofile(earlier)
    return list(found)


def n_lines(paths: Iterable[Path]) -> int:
    """Count lines."""
    return sum(len(path.read_text(encoding="utf-8").splitlines()) for path in paths)


def domain() -> list[Path]:
    """List the modules of the centre."""
    return [path for path in modules() if path.parent == PACKAGE / "domain"]


ROWS: dict[str, Callable[[], int]] = {
    f"modules that name the slot `{SLOT}`, beside its arguments": lambda: len({*_places(SLOT)} - {*ARGUMENTS}),
    f"modules that name the mistake `{MISTAKE}`": lambda: len(_places(MISTAKE)),
    "modules that a message visits to be heard": lambda: len(visited()),
    "functions that begin with a participle": lambda: len(participles()),
    "modules with a list of number words": lambda: len(_homes(_NUMBERS, 8)),
    "modules with a list of negators": lambda: len(_homes(_NEGATORS, 5)),
    "modules of `domain` that are not the decision core": lambda: sum(
        path.stem not in CORE | {"__init__"} for path in domain()
    ),
    "lines of `domain`": lambda: n_lines(domain()),
    "modules under `assistant/`": lambda: len(modules()),
    "lines of Python under `assistant/`": lambda: n_lines(modules()),
}


def main() -> None:
    """Print the table, and behind it what it counts where a name helps."""
    print(
        *(f"{count():>7,}  {name}" for name, count in ROWS.items()), f"{n_functions():>7,}  functions in all", sep="\n"
    )
    for title, names in (
        (SLOT, _places(SLOT)), (MISTAKE, _places(MISTAKE)), ("visited", visited()), ("participles", participles()),
        ("number words", _homes(_NUMBERS, 8)), ("negators", _homes(_NEGATORS, 5)),
    ):  # fmt: skip
        print(f"\n{title}:", *names, sep="\n  ")


if __name__ == "__main__":
    main()
