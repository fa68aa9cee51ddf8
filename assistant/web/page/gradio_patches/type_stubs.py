"""Spares Gradio's import what nobody here reads: type stubs.

While it is imported, Gradio parses the source of every component and writes stubs beside it: two fifths of the import,
which is most of the start, and a write into the installation. Written against Gradio 6.31.0, whose
`component_meta.create_or_modify_pyi` has no switch. Owns that one omission; must not import Gradio.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder
from types import ModuleType

_MODULE, _WRITER = "gradio.component_meta", "create_or_modify_pyi"


def skip_type_stubs() -> None:
    """Let Gradio be imported without writing stubs; call it before anything imports Gradio."""
    sys.meta_path.insert(0, _Finder())


class _Finder(MetaPathFinder):
    """Finds the one module as Python would, with a loader that takes the writer away."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Find Gradio's module; every other is left to the usual finders."""
        spec = PathFinder.find_spec(fullname, path, target) if fullname == _MODULE else None
        if spec is not None and spec.loader is not None:
            spec.loader = _Loader(spec.loader)
        return spec


class _Loader(Loader):
    """Loads a module and replaces its writer of stubs, if it still has one."""

    def __init__(self, usual: Loader) -> None:
        self._usual = usual

    def create_module(self, spec: ModuleSpec) -> ModuleType | None:
        """Make the module as usual."""
        return self._usual.create_module(spec)

    def exec_module(self, module: ModuleType) -> None:
        """Run the module, then take the writer away."""
        self._usual.exec_module(module)
        if hasattr(module, _WRITER):
            setattr(module, _WRITER, _write_nothing)


def _write_nothing(*_: object) -> None:
    """Stand in for the writer of stubs."""
