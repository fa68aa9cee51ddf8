"""The decision record on the page: what can be handed over, beside the verdict.

Owns its frame only; the record itself is `domain.record`'s. The script copies, downloads and prints, so no file is left
on the server.
"""

from __future__ import annotations

import json
from collections.abc import Mapping

from markupsafe import Markup

from assistant.knowledge.types.page_text import Labels
from assistant.web.templates import render


def record(labels: Labels, markdown: str, values: Mapping[str, object]) -> Markup:
    """Frame a decision record with all that can be done with it."""
    told = json.dumps(values, ensure_ascii=False, indent=1)
    return render("record.html", labels=labels, markdown=markdown, values=told)
