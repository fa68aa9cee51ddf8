"""Starts the coach's page; also what a Hugging Face Space runs.

Read the settings, build the coach, serve it. The environment is settled before anything else is imported, so that no
package asks the network for anything.
"""

import os
import sys

if sys.version_info < (3, 11):
    sys.exit(
        "The coach did not start. Python %d.%d is too old: it needs 3.11 or newer, for example "
        "`make run PYTHON=python3.12`." % sys.version_info[:2]
    )

os.environ.update(
    {
        "HF_HUB_OFFLINE": "1",
        "TRANSFORMERS_OFFLINE": "1",
        "HF_HUB_DISABLE_TELEMETRY": "1",
        "HF_HUB_DISABLE_IMPLICIT_TOKEN": "1",
        "GRADIO_ANALYTICS_ENABLED": "False",
        "LANGSMITH_TRACING": "false",
        "LANGCHAIN_TRACING_V2": "false",
        "DO_NOT_TRACK": "1",
        "TOKENIZERS_PARALLELISM": "false",
    }
)

from assistant import start
from assistant.config import read_settings


def serve_page() -> None:
    """Build the coach from the settings and serve its page until stopped."""
    settings = read_settings()
    start.check_port(settings.host, settings.port)
    for notice in start.notices(settings):
        print(notice, flush=True)
    from assistant import wiring
    from assistant.ui import page

    page.serve(wiring.build(settings), settings)


if __name__ == "__main__":
    sys.exit(start.guarded(serve_page))
