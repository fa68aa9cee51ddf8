"""Whom the page is served to and how much is taken from them, as values that pass from the settings to the server.

Owns what an operator can decide about visitors. Must not know HTTP, nor where a value came from.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class RequestLimits:
    """How much visitors may ask for; None is without limit.

    `minute_requests` and `day_requests` hold for one client address, and allow that many at once before they slow it
    down. `answers_waiting` counts those that wait beside the `answers_at_once` that are being made. `answer_seconds`
    bounds a whole answer, with a model or without.
    """

    message_characters: int = 8_000
    request_bytes: int = 2_000_000
    minute_requests: int | None = None
    day_requests: int | None = None
    answers_at_once: int = 16
    answers_waiting: int = 64
    answer_seconds: float = 60.0


PUBLIC_LIMITS = RequestLimits(minute_requests=60, day_requests=3_000)
"""What holds where strangers may come; a page on this computer alone does not count requests."""


@dataclass(frozen=True, slots=True)
class Hosting:
    """Where the page may be framed, which names it answers to, and whose word about a visitor is taken.

    `embed_origins` are scheme and host, such as `https://wiki.example.org`. `allowed_hosts` are names, `*.` before one
    stands for any name under it; empty means any. `trusted_proxies` are addresses and networks. A page is public where
    strangers may come.
    """

    embed_origins: tuple[str, ...] = ()
    allowed_hosts: tuple[str, ...] = ()
    trusted_proxies: tuple[str, ...] = ()
    limits: RequestLimits = RequestLimits()
    is_public: bool = False
