"""Counts the work of the rules without a clock: the characters that their patterns are made to look through.

Owns the stand-in for a compiled pattern. Must not know what any pattern says.
"""

from __future__ import annotations

import importlib
import pkgutil
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from assistant import text, understanding
from assistant.text import clauses, modality
from assistant.understanding import phrases
from assistant.understanding import slots as slot_readers

_SCANNING = frozenset({"search", "finditer", "findall", "sub", "split"})


class Meter:
    """How many characters were handed to patterns that scan, and one for each try at a fixed place."""

    def __init__(self) -> None:
        """Begin at nothing."""
        self.n_characters = 0

    def note(self, method: str, arguments: tuple[Any, ...]) -> None:
        """Add what one call of a pattern's method may look through."""
        places = 2 if method == "sub" else 1
        written = arguments[places - 1]
        start = arguments[places] if len(arguments) > places and method != "sub" else 0
        end = arguments[places + 1] if len(arguments) > places + 1 and method != "sub" else len(written)
        self.n_characters += max(1, min(end, len(written)) - start) if method in _SCANNING else 1


class _Metered:
    """A pattern that tells a meter of every call."""

    def __init__(self, pattern: re.Pattern[str], meter: Meter) -> None:
        self._pattern, self._meter = pattern, meter

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._pattern, name)
        if not callable(found):
            return found

        def call(*arguments: Any, **named: Any) -> Any:
            self._meter.note(name, arguments)
            return found(*arguments, **named)

        return call


@contextmanager
def metered() -> Iterator[Meter]:
    """Put a meter on every pattern that stands in a module of text and understanding, and on those of the lexicon."""
    meter, originals = Meter(), []
    compiled = phrases._compile
    packages = (text, understanding, slot_readers)
    for found in (
        item for package in packages for item in pkgutil.iter_modules(package.__path__, f"{package.__name__}.")
    ):
        module = importlib.import_module(found.name)
        for name, value in vars(module).items():
            if isinstance(value, re.Pattern):
                originals.append((module, name, value))
    forget()
    try:
        for module, name, value in originals:
            setattr(module, name, _Metered(value, meter))
        phrases._compile = lambda expression: _Metered(compiled(expression), meter)  # type: ignore[assignment, return-value]
        yield meter
    finally:
        phrases._compile = compiled
        for module, name, value in originals:
            setattr(module, name, value)
        forget()


def forget() -> None:
    """Empty what hearing keeps of earlier messages, so that every message costs what it costs."""
    modality._find_modality.cache_clear()
    clauses.openings_of.cache_clear()
