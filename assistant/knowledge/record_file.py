"""The words of the decision record, as they stand in record.yaml.

Owns the shape of that file and its faults. Must not know how a record is put together.
"""

from __future__ import annotations

from dataclasses import asdict, fields

from assistant.domain.record_text import RecordText
from assistant.knowledge.files import Folder, find_misplaced, words

PLACEHOLDERS = {
    "title": {"verdict"},
    "judged": {"date", "version", "coach"},
    "stability": {"percent"},
    "in_message": {"n"},
    "never_told": {"names"},
    "would_take": {"conditions"},
    "if_changed": {"conditions", "verdict"},
    "the_words": {"words"},
    "look_again": {"date", "version"},
    "source": {"quote", "title", "file", "grades"},
}
"""The texts that the record fills in, and what with."""

_Record = words("Record", tuple(field.name for field in fields(RecordText)))


def read_record_text(folder: Folder) -> RecordText | None:
    """Read record.yaml; faults are noted in the folder, and then nothing is returned."""
    path = folder.root / "record.yaml"
    data = folder.yaml(path)
    read = folder.validate(path, data, _Record, 1) if data is not None else None
    if read is None:
        return None
    text = RecordText(**read.model_dump())
    for name, remedy in find_misplaced(asdict(text), PLACEHOLDERS):
        folder.fault(path, data.lines[name], f"{name}: placeholders do not fit.", remedy)
    return text
