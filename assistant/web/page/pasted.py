"""Finding what was pasted into a message: a table, JSON lines or a log, which is shown folded.

Owns which lines count as pasted. Must not know how they are shown.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

FEWEST = 4
"""So many lines in a row that look like data are a paste; fewer stand as they are."""
_DATA = re.compile(
    r"\s*[{\[\"].*[}\]\",]\s*,?\s*$"  # JSON lines, quoted columns
    r"|[^|]*\|[^|]*\|.*"  # a table with bars
    r"|[^\t]*\t.*"  # columns cut by tabs
    r"|[^,;]*([,;])[^,;]*\1[^,;]*(\1[^,;]*)*$"  # columns cut by commas or semicolons, no sentence among them
    r"|\s*\[?\d{4}-\d\d-\d\d[T ]\d\d:.*"  # a log with its time
    r"|\s*(DEBUG|INFO|WARN(ING)?|ERROR|FATAL)\b.*"
)
_SENTENCE = re.compile(r"[.!?]\s*$")


def parts(text: str) -> Iterator[tuple[str, bool]]:
    """Cut a message into what was written and what was pasted, in order, each with whether it is the latter."""
    held: list[str] = []
    is_data = False
    for line in text.split("\n"):
        looks = bool(_DATA.match(line)) and not _SENTENCE.search(line)
        if looks != is_data and held:
            yield "\n".join(held), is_data
            held = []
        is_data = looks
        held.append(line)
    if held:
        yield "\n".join(held), is_data


def fold_pasted(text: str) -> list[tuple[str, bool]]:
    """Return a message's parts; neighbours that are not folded stand as one."""
    shown: list[tuple[str, bool]] = []
    for part, is_data in parts(text):
        folds = is_data and part.count("\n") + 1 >= FEWEST
        if shown and not folds and not shown[-1][1]:
            shown[-1] = (f"{shown[-1][0]}\n{part}", False)
        else:
            shown.append((part, folds))
    return shown
