"""Reading YAML files so that every fault can name its line.

Owns parsing, line numbers and the list of faults. Must not know what any file is about.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, create_model

try:  # the same loader in C, ten times as fast, where PyYAML was built with it
    from yaml import CSafeLoader as _SafeLoader
except ImportError:
    from yaml import SafeLoader as _SafeLoader  # type: ignore[assignment]

# An anchor without which no alias means anything; prose may look like one, so the scanner decides.
_MAY_BE_ANCHOR = re.compile(r"(?:^|[\s\[{,])&[^\s,\]}]", re.MULTILINE)

_PLACEHOLDER = re.compile(r"\{(.*?)\}")

Row = TypeVar("Row", bound="FileModel")


class FileModel(BaseModel):
    """Base of all shapes a file must have: unknown keys are faults, and so are numbers that are none."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


def words(name: str, keys: tuple[str, ...]) -> type[FileModel]:
    """Make the shape of a mapping that needs exactly these keys, each with words in it."""
    members: dict[str, Any] = {key: (str, Field(min_length=1)) for key in keys}
    return create_model(name, __base__=FileModel, **members)


def find_misplaced(texts: Mapping[str, str], wanted: Mapping[str, set[str]]) -> list[tuple[str, str]]:
    """Return the texts whose placeholders are not those wanted of them, each with a remedy; most want none."""
    found = []
    for name, text in texts.items():
        needed = wanted.get(name, set())
        if set(_PLACEHOLDER.findall(text)) != needed or (needed and not _can_be_filled_in(text, needed)):
            found.append((name, f"It takes {', '.join(f'{{{place}}}' for place in sorted(needed)) or 'none'}."))
    return found


def _can_be_filled_in(text: str, placeholders: set[str]) -> bool:
    """Try a text as it will be used: a single brace breaks it too."""
    try:
        text.format(**dict.fromkeys(placeholders, ""))
    except (ValueError, LookupError):
        return False
    return True


class LocatedDict(dict[Any, Any]):
    """A mapping from YAML that remembers the line it and each of its keys stand on (1-based)."""

    line: int = 0
    lines: dict[Any, int]


class _LineLoader(_SafeLoader):
    """A safe loader whose mappings know their lines, and that refuses a key given twice."""


def _construct_mapping(loader: _LineLoader, node: yaml.MappingNode) -> LocatedDict:
    found = LocatedDict()
    found.line = node.start_mark.line + 1
    found.lines = {}
    for key_node, value_node in node.value:
        if not isinstance(key_node, yaml.ScalarNode):
            raise yaml.constructor.ConstructorError(None, None, "a key must be plain text", key_node.start_mark)
        key = loader.construct_object(key_node, deep=True)
        if key in found:
            raise yaml.constructor.ConstructorError(None, None, f"the key {key!r} is given twice", key_node.start_mark)
        found[key] = loader.construct_object(value_node, deep=True)
        found.lines[key] = key_node.start_mark.line + 1
    return found


_LineLoader.add_constructor(yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG, _construct_mapping)


@dataclass(frozen=True, slots=True, order=True)
class Fault:
    """One thing an editor has to mend: where, what, and what to do."""

    file: str
    line: int
    what: str
    remedy: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.what} {self.remedy}"


@dataclass(slots=True)
class Folder:
    """A knowledge folder being read; collects faults instead of stopping at the first.

    `unread` are the faults of files of which nothing could be read: much else seems wrong only because of them.
    """

    root: Path
    faults: list[Fault] = field(default_factory=list)
    unread: list[Fault] = field(default_factory=list)

    def name(self, path: Path) -> str:
        """Return a path as citations name it: from the folder's parent, with forward slashes."""
        return f"{self.root.name}/{path.relative_to(self.root).as_posix()}"

    def fault(self, path: Path, line: int, what: str, remedy: str) -> None:
        """Note a fault."""
        self.faults.append(Fault(self.name(path), line, what, remedy))

    def cannot_read(self, path: Path, line: int, what: str, remedy: str) -> None:
        """Note a fault that leaves nothing of the file."""
        self.fault(path, line, what, remedy)
        self.unread.append(self.faults[-1])

    def text(self, path: Path) -> str:
        """Read a text file exactly as it is; one that is missing, not UTF-8 or empty is a fault and reads as empty."""
        text = ""
        try:
            text = path.read_bytes().decode("utf-8")
        except FileNotFoundError:
            self.cannot_read(path, 1, "The file is missing.", "Put it back.")
        except OSError as error:
            self.cannot_read(path, 1, f"Cannot be read: {error.strerror}.", "Put a readable file there.")
        except UnicodeDecodeError as error:
            self.cannot_read(path, 1, f"Not UTF-8 at byte {error.start}.", "Save the file as UTF-8.")
        else:
            if not text.strip():
                self.cannot_read(path, 1, "The file is empty.", "Put its text back.")
        if "\r" in text:
            self.fault(
                path, 1, "The file has CR line ends.", "Save it with LF only; offsets of citations depend on it."
            )
        return text

    def yaml(self, path: Path, text: str | None = None, first_line: int = 1) -> Any:
        """Parse a YAML file, or the part of one given as `text`; None after a fault."""
        text = self.text(path) if text is None else text
        if not text:
            return None
        try:
            self.refuse_anchors(path, text, first_line)
            data = yaml.load(text, _LineLoader)  # noqa: S506 - a SafeLoader
        except yaml.MarkedYAMLError as error:
            line = (error.problem_mark.line if error.problem_mark else 0) + first_line
            self.cannot_read(path, line, f"Not valid YAML: {error.problem}.", "Mend the line or the one above it.")
        except yaml.reader.ReaderError as error:
            line = text.count("\n", 0, error.position) + first_line
            self.cannot_read(path, line, f"Not valid YAML: the character {error.character:#04x}.", "Take it out.")
        except yaml.YAMLError:  # noted where it was met
            return None
        except RecursionError:
            self.cannot_read(
                path, first_line, "Not valid YAML: nested too deeply.", "Close the brackets that are open."
            )
        else:
            if data is None:
                self.cannot_read(path, first_line, "There is nothing but comments.", "Put its text back.")
            return data
        return None

    def refuse_anchors(self, path: Path, text: str, first_line: int = 1) -> None:
        """Note every anchor as a fault: what stands for other text can be made to stand for more than there is room.

        Raises:
            yaml.YAMLError: the text is none.
        """
        if _MAY_BE_ANCHOR.search(text) is None:
            return
        for token in yaml.scan(text, Loader=_SafeLoader):
            if isinstance(token, yaml.AnchorToken):
                line = token.start_mark.line + first_line
                self.cannot_read(path, line, f"&{token.value} is a name for what follows.", "Write it out each time.")
                raise yaml.YAMLError

    def rows(self, path: Path, model: type[Row], key: str = "id") -> list[tuple[Row, int]]:
        """Read a file that is a list of one shape; returns each row with its line, and notes what does not fit."""
        data = self.yaml(path)
        if not isinstance(data, list):
            if data is not None:
                self.cannot_read(path, 1, "The file must be a list.", "Begin each entry with '- '.")
            return []
        found: list[tuple[Row, int]] = []
        seen: dict[object, int] = {}
        for item in data:
            line = getattr(item, "line", 1)
            row = self.validate(path, item, model, line)
            if row is None:
                continue
            identity = getattr(row, key, None)
            if identity in seen:
                self.fault(
                    path, line, f"{key} {identity!r} stands in line {seen[identity]} already.", "Choose another."
                )
            seen[identity] = line
            found.append((row, line))
        return found

    def validate(self, path: Path, item: Any, model: type[Row], line: int, offset: int = 0) -> Row | None:
        """Validate one mapping against its shape; every misfit becomes a fault with its own line."""
        try:
            return model.model_validate(item)
        except ValidationError as error:
            for misfit in error.errors():
                where = ".".join(str(step) for step in misfit["loc"]) or "entry"
                at = _line_of(item, misfit["loc"], line)
                self.fault(
                    path, at + offset, f"{where}: {misfit['msg']}.", f"Found {misfit['input']!r:.60}; correct it."
                )
            return None

    def version(self) -> str:
        """Return a hash of all files in the folder, 12 hex digits."""
        digest = hashlib.sha256()
        for path in sorted(self.root.rglob("*")):
            if path.is_file() and not any(part.startswith(".") for part in path.relative_to(self.root).parts):
                digest.update(path.relative_to(self.root).as_posix().encode() + b"\0")
                digest.update(path.read_bytes() + b"\0")
        return digest.hexdigest()[:12]


def _line_of(item: Any, steps: tuple[int | str, ...], line: int) -> int:
    for step in steps:
        if isinstance(item, LocatedDict):
            line = item.lines.get(step, item.line)
            item = item.get(step)
        elif isinstance(item, list) and isinstance(step, int) and step < len(item):
            item = item[step]
            line = getattr(item, "line", line)
    return line
