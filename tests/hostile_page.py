"""The page around a coach that says every payload, served as the real one is: `python -m tests.hostile_page`."""

from __future__ import annotations

from assistant import start
from assistant.api import server
from assistant.api.metrics import Metrics
from assistant.api.site import guarded, open_site
from assistant.config import read_settings
from assistant.domain.dialogue import Moment, Paragraph, Sentence
from assistant.ui import page
from tests import fakes
from tests.payloads import PAYLOADS


class HostilePhraser:
    """The `Phraser` port as a model would fill it that somebody has turned."""

    name = "hostile"

    def phrase(self, moment: Moment) -> tuple[Paragraph, ...]:
        """Say every payload."""
        return tuple(Paragraph((Sentence(payload),)) for kind in PAYLOADS.values() for payload in kind)

    def open(self, moment: Moment) -> tuple[Paragraph, ...]:
        """Say it at once."""
        return self.phrase(moment)


def main() -> None:
    """Serve the page."""
    settings = read_settings()
    coach, site = fakes.coach(phraser=HostilePhraser()), open_site(settings, Metrics())
    mounted = page.mount(site.app, coach, settings)
    server.serve(
        guarded(site, mounted, settings, coach.page_text.labels),
        site.health,
        start.reserve_port(settings.host, settings.port),
        n_threads=4,
        on_open=lambda: print(settings.address, flush=True),
        on_end=mounted.close_visits,
    )


if __name__ == "__main__":
    main()
