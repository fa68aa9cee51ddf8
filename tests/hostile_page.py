"""The page around a coach that says every payload it is sent, served as the real one: `python -m tests.hostile_page`.

It also takes each message for a fact of the case, so that the words of it stand in the case, in the record of the
decision and, as a source, beside both.
"""

from __future__ import annotations

from assistant import start
from assistant.domain.case import Case, Reading
from assistant.domain.dialogue import Intent, Interpretation, Paragraph, Question, ReplyContext, Sentence
from assistant.domain.grounding import USER_SOURCE
from assistant.domain.source import Citation, SourceKind
from assistant.settings.environment import read_settings
from assistant.text.quotation import LONGEST_QUOTE
from assistant.web.page import mounted_page
from assistant.web.server import lifespan
from assistant.web.server.metrics import Metrics
from assistant.web.server.site import open_site, wrap_site
from tests import fakes
from tests.payloads import PAYLOADS


class HostilePhraser:
    """The `Phraser` port as a model would fill it that somebody has turned."""

    name = "hostile"

    def phrase(self, context: ReplyContext) -> tuple[Paragraph, ...]:
        """Say every payload of the message, and cite what was heard."""
        said = [payload for kind in PAYLOADS.values() for payload in kind if payload in context.message]
        heard = [
            Citation(SourceKind.USER, USER_SOURCE, None, fact.start, fact.end, fact.quote, fact.turn)
            for fact in context.case.facts
            if fact.quote and fact.start is not None and fact.end is not None
        ]
        return (*(Paragraph((Sentence(words),)) for words in said), Paragraph((Sentence("Heard.", tuple(heard)),)))

    def open(self, context: ReplyContext) -> tuple[Paragraph, ...]:
        """Say it at once."""
        return self.phrase(context)


class HostileReader:
    """The `Reader` port as somebody would have it who wants their words all over the page."""

    name = "hostile"

    def read(self, message: str, case: Case, question: Question | None) -> Interpretation:
        """Take the beginning of a message for the one fact there is."""
        fact = Reading("evals", "impressions", 0, min(len(message), LONGEST_QUOTE))
        return Interpretation(Intent.TELLS, (fact,))


def main() -> None:
    """Serve the page."""
    settings = read_settings()
    coach, site = fakes.coach(HostileReader(), HostilePhraser()), open_site(settings, Metrics())
    mounted = mounted_page.mount(site.app, coach, settings)
    lifespan.serve(
        wrap_site(site, mounted, settings, coach.page_text.labels),
        site.health,
        start.reserve_port(settings.host, settings.port),
        n_threads=4,
        on_open=lambda: print(settings.address, flush=True),
        on_end=mounted.close_visits,
    )


if __name__ == "__main__":
    main()
