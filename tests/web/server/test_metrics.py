"""The figures as a scraper reads them: by Prometheus's own parser, each site's own, with no word of anyone."""

from __future__ import annotations

from dataclasses import replace

import pytest
from prometheus_client import REGISTRY
from prometheus_client.openmetrics.parser import text_string_to_metric_families as parse_open
from prometheus_client.parser import text_string_to_metric_families as parse_text

from assistant.domain.case import Fact, Reading, Via
from assistant.domain.dialogue import TurnResult
from assistant.web.server.metrics import Metrics
from tests import fakes
from tests.web.asking import serve

NEAR = "127.0.0.1"
OPEN_METRICS = "application/openmetrics-text; version=1.0.0"
SECRET = "our secret sauce changes nightly"


def result_of_a_turn() -> TurnResult:
    """Take a turn whose words gave two facts, of which one was agreed to and one taken out again."""
    coach = fakes.coach()
    _, result = coach.respond(coach.start("talk"), SECRET)
    return replace(
        result,
        heard=(Reading("freshness", "daily", 0, 3, via=Via.WORDS), Reading("volume", 10, 0, 3, via=Via.MODEL)),
        agreed=(Fact("freshness", "daily", False, Via.WORDS, 1, SECRET),),
        denied=(Fact("volume", 10, False, Via.MODEL, 1, SECRET),),
    )


def figures(metrics: Metrics) -> dict[tuple[str, ...], float]:
    """Read the figures: each by its name and the values of its labels, in the order of their names."""
    samples = (sample for family in parse_text(metrics.text()) for sample in family.samples)
    return {(sample.name, *sample.labels.values()): sample.value for sample in samples}


def test_facts_are_counted_by_slot_and_by_who_read_them() -> None:
    """An operator sees how well each reader hears each slot."""
    metrics = Metrics()
    metrics.note_turn(result_of_a_turn(), 0.5, is_fallback=True)
    counts = {
        ("coach_heard_total", "words", "freshness"): 1,
        ("coach_heard_total", "model", "volume"): 1,
        ("coach_agreed_total", "words", "freshness"): 1,
        ("coach_denied_total", "model", "volume"): 1,
        ("coach_fallbacks_total",): 1,
    }
    assert counts == {name: figures(metrics).get(name) for name in counts}


def test_a_turns_time_falls_in_every_bucket_that_holds_it() -> None:
    """Sum and count stand beside the buckets, from which a scraper makes percentiles."""
    metrics = Metrics()
    metrics.note_turn(result_of_a_turn(), 0.3, is_fallback=False)
    found = figures(metrics)
    assert (0, 1, 1) == tuple(found["coach_turn_seconds_bucket", bound] for bound in ("0.25", "0.5", "+Inf"))
    assert (0.3, 1) == (found["coach_turn_seconds_sum",], found["coach_turn_seconds_count",])


def test_no_figure_holds_a_word_of_a_turn() -> None:
    """What was written is neither a label nor a value."""
    metrics = Metrics()
    metrics.note_turn(result_of_a_turn(), 0.3, is_fallback=False)
    assert set() == set(SECRET.split()) & set(metrics.text().replace('"', " ").split())


def test_two_sites_in_one_process_count_apart() -> None:
    """Neither sees the other's turns, and the library's registry for the whole process holds none of them."""
    one, other = Metrics(), Metrics()
    one.count_refusal()
    assert (1, 0) == tuple(figures(metrics)["coach_refused_total",] for metrics in (one, other))
    assert REGISTRY.get_sample_value("coach_refused_total") is None


def test_tokens_are_told_as_they_are_when_asked() -> None:
    """A model counts its own; the figures ask it."""
    metrics, used = Metrics(), [(10, 2)]
    metrics.watch_tokens(lambda: used[-1])
    used.append((15, 4))
    found = figures(metrics)
    assert (15, 4) == (found["coach_tokens_sent_today",], found["coach_tokens_received_today",])


@pytest.mark.parametrize(
    ("accept", "parse", "content_type"),
    [("", parse_text, "text/plain; version=0.0.4"), (OPEN_METRICS, parse_open, OPEN_METRICS)],
)
def test_the_scraper_gets_the_format_it_asks_for(accept, parse, content_type) -> None:
    """Prometheus's text unless OpenMetrics is asked for."""
    answer = serve().ask(path="/metrics", address=NEAR, accept=accept)
    assert answer.headers["content-type"].startswith(content_type)
    assert "coach_turns" in {family.name for family in parse(answer.text)}
