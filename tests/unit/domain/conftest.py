"""Random situations come out the same in every run, and a slow machine fails nothing."""

from __future__ import annotations

from hypothesis import HealthCheck, settings

settings.register_profile(
    "domain", derandomize=True, database=None, deadline=None, max_examples=40, suppress_health_check=list(HealthCheck)
)
settings.load_profile("domain")
