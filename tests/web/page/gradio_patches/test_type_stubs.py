"""Gradio is imported without writing type stubs into its own installation, and is the same otherwise."""

from __future__ import annotations

import subprocess
import sys

from tests.served_page import ROOT

SCRIPT = """
from assistant.web.page.gradio_patches.type_stubs import skip_type_stubs
skip_type_stubs()
import builtins, pathlib, sys
written = []
def note(self, *given, **named): written.append(self)
pathlib.Path.write_text = note
import gradio as gr, gradio.component_meta as meta
print(meta.create_or_modify_pyi.__module__, len(written), gr.Textbox("said").get_config()["value"])
"""


def test_gradio_writes_no_stubs_and_its_components_work() -> None:
    """Should Gradio write them some other way one day, only this and the time of the start would tell."""
    ended = subprocess.run([sys.executable, "-c", SCRIPT], cwd=ROOT, capture_output=True, text=True, check=False)
    assert ("assistant.web.page.gradio_patches.type_stubs 0 said\n", 0) == (ended.stdout, ended.returncode)
