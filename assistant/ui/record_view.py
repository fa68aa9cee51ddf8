"""The decision record on the page: Markdown to copy or to download.

Owns its frame only; the record itself is `domain.record`'s. The script copies and downloads, so no file is left on the
server.
"""

from __future__ import annotations

from assistant.domain.page_text import Labels
from assistant.ui.escaping import as_html


def record(labels: Labels, markdown: str) -> str:
    """Frame a decision record."""
    return (
        f'<details class="record" data-key="record"><summary>{as_html(labels.wiki)}</summary>'
        f"<p>{as_html(labels.wiki_hint)}</p>"
        f'<p class="tools"><button type="button" data-copy-record>{as_html(labels.copy_text)}</button>'
        f'<button type="button" data-download="{as_html(labels.file_name)}">{as_html(labels.download)}</button></p>'
        f'<textarea readonly rows="14" aria-label="{as_html(labels.wiki)}" spellcheck="false">'
        f"{as_html(markdown)}</textarea>"
        "</details>"
    )
