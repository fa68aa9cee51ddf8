"""Starts the coach's page; also what a Hugging Face Space runs.

Read the settings, build the coach, serve it. What is heavy is imported last, so that a fault is told at once.
"""

import sys

if sys.version_info < (3, 11):
    sys.exit(
        "The coach did not start. Python %d.%d is too old: it needs 3.11 or newer, for example "
        "`make run PYTHON=python3.12`." % sys.version_info[:2]
    )

from assistant import start
from assistant.config import read_settings


def serve_page() -> None:
    """Build the coach from the settings and serve its page until stopped."""
    start.quiet_environment()
    settings = read_settings()
    start.check_port(settings.host, settings.port)
    for notice in start.notices(settings):
        print(notice, flush=True)
    from assistant import wiring
    from assistant.ui import page

    coach, warm_up = wiring.build_served(settings)
    page.serve(coach, settings, warm_up)


if __name__ == "__main__":
    sys.exit(start.guarded(serve_page))
