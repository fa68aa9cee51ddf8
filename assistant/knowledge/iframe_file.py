"""The words about embedding, as they stand in embedding.yaml.

Owns the shape of that file and its faults. Must not know the page that shows them.
"""

from __future__ import annotations

import datetime
from dataclasses import asdict, fields

from pydantic import Field

from assistant.knowledge.files import FileModel, Folder, find_misplaced, words
from assistant.knowledge.types.iframe_text import EmbeddingLabels, EmbeddingText, Place, Recipe, names_in

PLACEHOLDERS = {
    "allowed": {"origin"},
    "not_allowed": {"origin", "setting"},
    "none_allowed": {"setting"},
    "as_of": {"date"},
}
"""The labels that the page fills in, and what with."""
_URL = r"https://\S+"
_ID = r"[a-z][a-z-]*"

_Labels = words("EmbeddingLabels", tuple(field.name for field in fields(EmbeddingLabels)))


class _Recipe(FileModel):
    id: str = Field(pattern=f"^{_ID}$")
    name: str = Field(min_length=1)
    administrator: str = Field(min_length=1)
    author: str = Field(min_length=1)
    snippet: str = Field(min_length=1)
    documentation: str = Field(default="", pattern=f"^({_URL})?$")


class _Place(FileModel):
    name: str = Field(min_length=1)
    why: str = Field(min_length=1)
    documentation: str = Field(pattern=f"^{_URL}$")


class _Links(FileModel):
    snippet: str = Field(min_length=1)
    places: tuple[_Place, ...]


class _Embedding(FileModel):
    as_of: datetime.date
    labels: _Labels  # type: ignore[valid-type]
    recipes: tuple[_Recipe, ...] = Field(min_length=1)
    links: _Links


def read_embedding(folder: Folder) -> EmbeddingText | None:
    """Read embedding.yaml; faults are noted in the folder, and then nothing is returned."""
    path = folder.root / "embedding.yaml"
    data = folder.yaml(path)
    read = folder.validate(path, data, _Embedding, 1) if data is not None else None
    if read is None:
        return None
    text = EmbeddingText(
        as_of=read.as_of.isoformat(),
        labels=EmbeddingLabels(**read.labels.model_dump()),  # type: ignore[attr-defined]
        recipes=tuple(Recipe(**row.model_dump()) for row in read.recipes),
        link=read.links.snippet,
        places=tuple(Place(**row.model_dump()) for row in read.links.places),
    )
    for what, remedy in _misfits(text):
        folder.fault(path, 1, what, remedy)
    return text


def _misfits(text: EmbeddingText) -> list[tuple[str, str]]:
    """Find what a shape cannot say: placeholders, ids given twice, snippets that lead nowhere."""
    found = []
    for name, remedy in find_misplaced(asdict(text.labels), PLACEHOLDERS):
        found.append((f"labels.{name}: placeholders do not fit.", remedy))
    ids = [recipe.id for recipe in text.recipes]
    if len(ids) > len(set(ids)):
        found.append(("recipes: an id is given twice.", "Choose another."))
    snippets = {f"recipes, {recipe.id}": recipe.snippet for recipe in text.recipes} | {"links": text.link}
    for where, snippet in snippets.items():
        if not names_in(snippet) & {"frame", "resizing", "address", "page", "origin"}:
            found.append((f"{where}: the snippet leads nowhere.", "Use {frame}, {resizing}, {address} or {page}."))
    return found
