"""A start of the coach's page, stage by stage, in a process of its own: prints each with its seconds as a JSON line.

Does in order what `app.py` does until the port is open and what the warm-up does behind it, and last, for comparison,
what a start without the built vectors would have to do. The parent's clock is the argument.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def stage(name: str) -> Iterator[None]:
    """Time what is done within."""
    began, cpu = time.perf_counter(), time.process_time()
    yield
    told(name, time.perf_counter() - began, time.process_time() - cpu)


def told(name: str, seconds: float, cpu_seconds: float) -> None:
    """Print one stage."""
    print(json.dumps({"stage": name, "seconds": seconds, "cpu_seconds": cpu_seconds}), flush=True)


def main() -> None:
    """Start, but for the socket."""
    told("Python", time.time() - float(sys.argv[1]), time.process_time())
    with stage("settings, and what keeps packages quiet"):
        from assistant import start
        from assistant.settings.environment import read_settings
        from assistant.web.page.gradio_patches.type_stubs import skip_type_stubs

        settings = read_settings({})
        start.quiet_environment()
        skip_type_stubs()
    with stage("import Gradio"):
        import gradio  # noqa: F401
    with stage("import the rest of the page and its server"):
        from assistant import wiring
        from assistant.web import programs
        from assistant.web.iframe import oembed  # noqa: F401
        from assistant.web.page import mounted_page
        from assistant.web.server import lifespan  # noqa: F401
        from assistant.web.server.metrics import Metrics
        from assistant.web.server.site import open_site
    with stage("knowledge read, weights hashed, letters indexed"):
        coach, _ = wiring.build_served(settings)
    with stage("page built"):
        site = open_site(settings, Metrics())
        programs.mount(site.app, coach, settings)
        mounted_page.mount(site.app, coach, settings)
    told("port open", 0, 0)
    with stage("import PyTorch"):
        import torch  # noqa: F401
    with stage("import sentence-transformers"):
        import sentence_transformers  # noqa: F401
    known, encoder = wiring.knowledge(settings), wiring._encoder(settings)
    retriever = wiring._retriever(settings, known, encoder)
    with stage("weights loaded, first text encoded"):
        encoder.warm()
        encoder.encode_layers(["warm up"])
    with stage("index from the built vectors"):
        retriever.warm()
    with stage("classifier"):
        wiring._estimator(settings, known, encoder).warm()
    told("ready", 0, 0)
    with stage("index encoded anew"):
        encoder.encode([entry.text for entry in retriever._corpus.entries])


if __name__ == "__main__":
    main()
