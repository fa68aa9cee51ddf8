"""The decision record on the page: what can be handed over, beside the verdict.

Owns its frame only; the record itself is `domain.record`'s. The script copies, downloads and prints, so no file is left
on the server.
"""

from __future__ import annotations

import json
from collections.abc import Mapping

from assistant.knowledge.types.page_text import Labels
from assistant.web.escaping import act, as_html


def record(labels: Labels, markdown: str, values: Mapping[str, object]) -> str:
    """Frame a decision record with all that can be done with it."""
    told = as_html(json.dumps(values, ensure_ascii=False, indent=1))
    return (
        f'<section class="record" aria-label="{as_html(labels.wiki)}"><p class="tools">'
        f'<button type="button" {act("say", text=labels.summary_asked)}>{as_html(labels.summary)}</button>'
        f'<button type="button" data-copy-record>{as_html(labels.copy_text)}</button>'
        f"{_download(labels.file_name, labels.download)}{_download(labels.file_name_json, labels.download_json)}"
        f'<button type="button" data-print>{as_html(labels.print_it)}</button></p>'
        f'<details data-key="record"><summary>{as_html(labels.wiki)}</summary>'
        f"<p>{as_html(labels.wiki_hint)}</p>"
        f'<textarea readonly rows="14" aria-label="{as_html(labels.wiki)}" spellcheck="false">'
        f"{as_html(markdown)}</textarea></details>"
        f'<textarea class="values" hidden readonly>{told}</textarea></section>'
    )


def _download(name: str, label: str) -> str:
    return f'<button type="button" data-download="{as_html(name)}">{as_html(label)}</button>'
