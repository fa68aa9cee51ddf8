"""What can go wrong between us and an endpoint, whatever library met it.

Owns the kinds of fault, what the user reads of each, and the mapping of foreign exceptions to them. An exception's own
text may hold a key or the user's words: it is searched here, and never shown or logged.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from enum import StrEnum

from assistant.errors import UpstreamError


class FaultKind(StrEnum):
    """What went wrong; the value is the name in the log."""

    UNREACHABLE = "unreachable"
    LATE = "late"
    BUSY = "busy"
    BROKEN = "broken"
    KEY_REFUSED = "key_refused"
    UNKNOWN_MODEL = "unknown_model"
    REFUSED = "refused"
    TOO_LONG = "too_long"
    EMPTY = "empty"
    UNREADABLE = "unreadable"
    NO_STREAM = "no_stream"
    COMPRESSED = "compressed"
    REDIRECTED = "redirected"
    CUT = "cut"
    LENGTH = "length"
    WITHHELD = "withheld"
    TOO_MUCH = "too_much"
    NO_JSON = "no_json"
    CANCELLED = "cancelled"
    RESTING = "resting"


_TOLD = {
    FaultKind.UNREACHABLE: "The language model cannot be reached.",
    FaultKind.LATE: "The language model took too long.",
    FaultKind.BUSY: "The language model is busy.",
    FaultKind.BROKEN: "The language model's endpoint failed.",
    FaultKind.KEY_REFUSED: "The language model's endpoint refused the key; whoever runs this page has to look at it.",
    FaultKind.UNKNOWN_MODEL: "The endpoint does not know this model; whoever runs this page has to look at it.",
    FaultKind.REFUSED: "The language model's endpoint refused the request.",
    FaultKind.TOO_LONG: "The conversation is longer than the language model can read.",
    FaultKind.EMPTY: "The language model answered nothing.",
    FaultKind.UNREADABLE: "The language model answered something that cannot be read.",
    FaultKind.NO_STREAM: "What answered is no endpoint that streams; whoever runs this page has to look at it.",
    FaultKind.COMPRESSED: "What answered was compressed, unasked; whoever runs this page has to look at its endpoint.",
    FaultKind.REDIRECTED: "The language model's endpoint pointed elsewhere, and that was not followed.",
    FaultKind.CUT: "The language model's answer broke off.",
    FaultKind.LENGTH: "The language model's answer was cut off at its limit.",
    FaultKind.WITHHELD: "The language model's endpoint held its answer back.",
    FaultKind.TOO_MUCH: "The language model did not come to an end.",
    FaultKind.NO_JSON: "The language model did not answer in the form that was asked for.",
    FaultKind.CANCELLED: "The turn was given up.",
    FaultKind.RESTING: "The language model failed several times and is left alone for a moment.",
}
_WORTH_ANOTHER_TRY = {FaultKind.UNREACHABLE, FaultKind.BROKEN, FaultKind.EMPTY, FaultKind.UNREADABLE, FaultKind.CUT}
# What the operator or another prompt would have to change: later is no better.
_LASTING = {
    FaultKind.KEY_REFUSED, FaultKind.UNKNOWN_MODEL, FaultKind.REFUSED, FaultKind.TOO_LONG, FaultKind.NO_STREAM,
    FaultKind.COMPRESSED, FaultKind.REDIRECTED, FaultKind.WITHHELD, FaultKind.CANCELLED,
}  # fmt: skip
# What says nothing about the endpoint's health: the prompt was at fault, or the user left.
_NOT_ITS_FAULT = {
    FaultKind.REFUSED, FaultKind.TOO_LONG, FaultKind.LENGTH, FaultKind.WITHHELD, FaultKind.TOO_MUCH, FaultKind.NO_JSON,
    FaultKind.CANCELLED, FaultKind.RESTING,
}  # fmt: skip
_LONGEST_WAIT_S = 5.0
_CONTEXT = re.compile(r"context[ _-]?(?:length|window|size)|maximum context|prompt is too long|too many tokens", re.I)


class CallError(Exception):
    """One request failed. `wait_s` is how long the endpoint asked to be left alone; `partial`, that text had come.

    `refuses_counting` says that it does not take the field that asks for the number of tokens.
    """

    def __init__(
        self,
        kind: FaultKind,
        *,
        status: int | None = None,
        wait_s: float | None = None,
        refuses_counting: bool = False,
    ) -> None:
        super().__init__(kind.value)
        self.kind = kind
        self.status = status
        self.wait_s = wait_s
        self.refuses_counting = refuses_counting
        self.partial = False

    @property
    def may_be_retried(self) -> bool:
        """Whether the same request may be sent once more in this turn: nothing came, and it may go better at once."""
        if self.partial:
            return False
        if self.kind is FaultKind.BUSY:
            return (self.wait_s or 0) <= _LONGEST_WAIT_S
        return self.kind in _WORTH_ANOTHER_TRY

    @property
    def refuses_form(self) -> bool:
        """Whether the endpoint may take the same prompt when its answer's form is asked for in another way."""
        return self.kind is FaultKind.REFUSED or self.status == 501

    @property
    def is_free(self) -> bool:
        """Whether the endpoint took nothing in: it turned the request away, or was not reached."""
        return self.status is not None or self.kind in (FaultKind.UNREACHABLE, FaultKind.REDIRECTED)

    @property
    def counts(self) -> bool:
        """Whether it tells that the endpoint is not well."""
        return self.kind not in _NOT_ITS_FAULT

    def told(self, reference: str) -> UpstreamError:
        """Return what the user is told, with the reference under which the log has more."""
        sentence = _TOLD[self.kind].removesuffix(".")
        return UpstreamError(
            f"{sentence} (reference {reference}).", retryable=self.kind not in _LASTING, partial=self.partial
        )


def fault_of(error: BaseException) -> CallError:
    """Map an exception to the fault it means, by what it says of itself and not by its class's module.

    Providers' packages come and go; nearly all of them carry `status_code` and `response` like OpenAI's.
    """
    chain = list(_causes(error))
    for link in chain:
        if isinstance(link, CallError):
            return link
    for link in chain:
        status = getattr(link, "status_code", None)
        if isinstance(status, int):
            return _by_status(status, link)
    # The innermost knows best: a client wraps too many redirects, say, as a failed connection.
    return CallError(next((kind for link in reversed(chain) if (kind := _by_name(link))), FaultKind.UNREADABLE))


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield error
        error = error.__cause__ or error.__context__


def _by_status(status: int, error: BaseException) -> CallError:
    text = str(error)
    if status in (400, 413, 422) and (_CONTEXT.search(text) or "ContextOverflow" in type(error).__name__):
        return CallError(FaultKind.TOO_LONG, status=status)
    if status in (401, 403):
        return CallError(FaultKind.KEY_REFUSED, status=status)
    if status == 404 and "model" in text.lower():
        return CallError(FaultKind.UNKNOWN_MODEL, status=status)
    if status == 429:
        return CallError(FaultKind.BUSY, status=status, wait_s=_retry_after_s(error))
    if status >= 500 or status in (408, 409):
        return CallError(FaultKind.BROKEN, status=status)
    if 300 <= status < 400:
        return CallError(FaultKind.REDIRECTED, status=status)
    return CallError(FaultKind.REFUSED, status=status, refuses_counting="stream_options" in text)


def _by_name(error: BaseException) -> FaultKind | None:
    """Tell faults without a status by the names that libraries give them."""
    names = " ".join(kind.__name__ for kind in type(error).__mro__)
    if isinstance(error, TimeoutError) or "Timeout" in names:
        return FaultKind.LATE
    if isinstance(error, json.JSONDecodeError | UnicodeDecodeError):
        return FaultKind.UNREADABLE
    if "TooManyRedirects" in names:
        return FaultKind.REDIRECTED
    if re.search(r"RemoteProtocolError|ReadError|WriteError|ConnectError|ConnectionError|NetworkError", names):
        return FaultKind.UNREACHABLE
    if "ContextOverflow" in names or (names.startswith("APIError") and _CONTEXT.search(str(error))):
        return FaultKind.TOO_LONG
    if names.startswith("APIError"):
        return FaultKind.BROKEN
    if isinstance(error, ValueError) and "No generation" in str(error):
        return FaultKind.EMPTY
    return FaultKind.UNREACHABLE if isinstance(error, OSError) else None


def _retry_after_s(error: BaseException) -> float | None:
    """Read how long the endpoint asks us to wait, in seconds or as a date; nonsense counts as not said."""
    headers = getattr(getattr(error, "response", None), "headers", None)
    said = str(headers.get("retry-after") or "") if headers is not None else ""
    if re.fullmatch(r"\d{1,9}(\.\d+)?", said):
        return float(said)
    try:
        when = parsedate_to_datetime(said)
    except (ValueError, TypeError):
        return None
    return max(0.0, (when.replace(tzinfo=when.tzinfo or UTC) - datetime.now(UTC)).total_seconds())
