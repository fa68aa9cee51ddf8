"""Starts the coach's page; also what a Hugging Face Space runs.

Read the settings, build the coach, serve it. What is heavy is imported last, so that a fault is told at once.
"""

import sys

if sys.version_info < (3, 11):
    sys.exit(
        "The coach did not start. Python %d.%d is too old: it needs 3.11 or newer, for example "
        "`make run PYTHON=python3.12`." % sys.version_info[:2]
    )

from assistant import space, start
from assistant.settings.environment import read_settings
from assistant.web.page.gradio_patches.type_stubs import skip_type_stubs


def serve_page() -> None:
    """Build the coach from the settings and serve its page until stopped."""
    settings = read_settings()
    start.quiet_environment()
    start.allow_open_files()
    skip_type_stubs()
    listeners = start.reserve_port(settings.host, settings.port)
    for notice in start.notices(settings):
        print(notice, flush=True)
    from assistant import wiring
    from assistant.web import programs
    from assistant.web.iframe import oembed
    from assistant.web.page import mounted_page
    from assistant.web.server import lifespan
    from assistant.web.server.metrics import Metrics
    from assistant.web.server.site import open_site, wrap_site

    metrics = Metrics()
    coach, warm_up = wiring.build_served(settings, metrics)
    site = open_site(settings, metrics)
    programs.mount(site.app, coach, settings)
    site.app.include_router(oembed.routes(coach.page_text.title, settings.root_path))
    mounted = mounted_page.mount(site.app, coach, settings)

    def opened() -> None:
        print(f"The coach is ready: {settings.address}", flush=True)
        space.report_start(settings.zero_gpu_url)
        warm_up()

    lifespan.serve(
        wrap_site(site, mounted, settings, coach.page_text.labels),
        site.health,
        listeners,
        n_threads=settings.hosting.limits.answers_at_once,
        on_open=opened,
        on_end=mounted.close_visits,
    )


if __name__ == "__main__":
    sys.exit(start.report_faults(serve_page))
