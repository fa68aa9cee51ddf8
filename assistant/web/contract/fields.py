"""A field of an answer, said once: its name, its type, what it means, and how it is written.

Owns the way from a shape to JSON. The same shape describes the answer for OpenAPI and MCP. Must not know any field.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any, Generic, TypeVar

from pydantic import BaseModel, ConfigDict, Field

Json = dict[str, object]

_Source = TypeVar("_Source")


class Shape(BaseModel):
    """Base of all shapes: nothing else is in an answer."""

    model_config = ConfigDict(extra="forbid")


@dataclass(frozen=True, slots=True)
class _Writer:
    writes: Callable[[Any], object]
    may_be_missing: bool


class FieldsOf(Generic[_Source]):
    """Makes the fields of a shape that is written from one kind of value."""

    def __call__(
        self,
        writes: Callable[[_Source], object],
        description: str | None = None,
        *,
        may_be_missing: bool = False,
        **limits: Any,
    ) -> Any:
        """Make a field that `writes` writes; where that gives None, one that `may_be_missing` is left out.

        `limits` are pydantic's, such as `ge`.
        """
        field: Any = Field(None if may_be_missing else ..., description=description, **limits)
        field.metadata.append(_Writer(writes, may_be_missing))
        return field


@cache
def _writers(shape: type[Shape]) -> tuple[tuple[str, _Writer], ...]:
    return tuple(
        (name, writer)
        for name, field in shape.model_fields.items()
        for writer in field.metadata
        if isinstance(writer, _Writer)
    )


def write(shape: type[Shape], source: object) -> Json:
    """Write a value as a shape says, its fields in the shape's order."""
    written = ((name, writer.writes(source), writer.may_be_missing) for name, writer in _writers(shape))
    return {name: value for name, value, may_be_missing in written if value is not None or not may_be_missing}
