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
from assistant.llm.client.error_texts import Meaning, find_meaning


class FaultKind(StrEnum):
    """What went wrong; the value is the name in the log."""

    UNREACHABLE = "unreachable"
    LATE = "late"
    BUSY = "busy"
    BROKEN = "broken"
    KEY_REFUSED = "key_refused"
    UNVERIFIED = "unverified"
    NO_CREDIT = "no_credit"
    UNKNOWN_MODEL = "unknown_model"
    NOWHERE = "nowhere"
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
    FaultKind.KEY_REFUSED: "The language model's endpoint refused the key; whoever runs this page has to set another "
    "OPENAI_API_KEY, or the key of another provider.",
    FaultKind.UNVERIFIED: "The language model's provider wants the organisation verified before this model streams; "
    "whoever runs this page has to verify it there, or to name another model in ASSISTANT_MODEL.",
    FaultKind.NO_CREDIT: "The account at the language model's endpoint has no credit left; whoever runs this page has "
    "to look at its billing there.",
    FaultKind.UNKNOWN_MODEL: "The endpoint does not know this model; whoever runs this page has to name one that it "
    "has in ASSISTANT_MODEL.",
    FaultKind.NOWHERE: "Nothing answers at the language model's address; whoever runs this page has to look at "
    "OPENAI_BASE_URL, which most often ends in /v1.",
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
    FaultKind.KEY_REFUSED, FaultKind.UNVERIFIED, FaultKind.NO_CREDIT, FaultKind.UNKNOWN_MODEL, FaultKind.NOWHERE,
    FaultKind.REFUSED, FaultKind.TOO_LONG, FaultKind.NO_STREAM, FaultKind.COMPRESSED, FaultKind.REDIRECTED,
    FaultKind.WITHHELD, FaultKind.CANCELLED,
}  # fmt: skip
# What says nothing about the endpoint's health: the prompt was at fault, or the user left.
_NOT_ITS_FAULT = {
    FaultKind.REFUSED, FaultKind.TOO_LONG, FaultKind.LENGTH, FaultKind.WITHHELD, FaultKind.TOO_MUCH, FaultKind.NO_JSON,
    FaultKind.CANCELLED, FaultKind.RESTING,
}  # fmt: skip
_LONGEST_WAIT_S = 5.0
# What a text means is taken from it whatever the status, but for these: it may only be their explanation.
_BY_STATUS_ALONE = {401, 408, 409, 501}
_KINDS = {
    Meaning.ACCOUNT_UNVERIFIED: FaultKind.UNVERIFIED,
    Meaning.NO_CREDIT: FaultKind.NO_CREDIT,
    Meaning.TOO_LONG: FaultKind.TOO_LONG,
    Meaning.WITHHELD: FaultKind.WITHHELD,
    Meaning.NO_SYSTEM_ROLE: FaultKind.REFUSED,
    Meaning.NO_COUNT: FaultKind.REFUSED,
    Meaning.NO_EFFORT: FaultKind.REFUSED,
    Meaning.NO_FORM: FaultKind.REFUSED,
    Meaning.UNKNOWN_MODEL: FaultKind.UNKNOWN_MODEL,
}
_PAGE = re.compile(r"<(?:!doctype|html|body|head)\b", re.I)
# Some call a limit a minute a quota, too.
_SOON = re.compile(r"\b(?:retry|try again) (?:in|after)\b|per[ _]minute", re.I)


class CallError(Exception):
    """One request failed. `wait_s` is how long the endpoint asked to be left alone; `partial`, that text had come.

    `meaning` is what the endpoint's own words say of it, where they are known.
    """

    def __init__(
        self,
        kind: FaultKind,
        *,
        status: int | None = None,
        wait_s: float | None = None,
        meaning: Meaning | None = None,
    ) -> None:
        super().__init__(kind.value)
        self.kind = kind
        self.status = status
        self.wait_s = wait_s
        self.meaning = meaning
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
        return not self.partial and (self.kind is FaultKind.REFUSED or self.status == 501)

    @property
    def may_be_its_form(self) -> bool:
        """Whether it failed without a word why: then the form that was asked for is as likely as anything else."""
        return self.kind is FaultKind.BROKEN and self.meaning is None and not self.partial

    @property
    def is_free(self) -> bool:
        """Whether the endpoint took nothing in: it turned the request away, or was not reached."""
        return self.status is not None or self.kind in (FaultKind.UNREACHABLE, FaultKind.REDIRECTED)

    @property
    def counts(self) -> bool:
        """Whether it tells that the endpoint is not well."""
        return self.kind not in _NOT_ITS_FAULT

    def to_user_error(self, reference: str) -> UpstreamError:
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
    for link in chain:
        if type(link).__name__ == "APIError":
            return _in_stream(link)
    # The innermost knows best: a client wraps too many redirects, say, as a failed connection.
    return CallError(next((kind for link in reversed(chain) if (kind := _by_name(link))), FaultKind.UNREADABLE))


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield error
        error = error.__cause__ or error.__context__


def _by_status(status: int, error: BaseException) -> CallError:
    return read_fault(status, _text(error), _retry_after_s(error))


def read_fault(status: int, text: str, wait_s: float | None = None) -> CallError:
    """Return what an endpoint reports with a status and a text, of which the text tells more."""
    meaning = None if status in _BY_STATUS_ALONE else find_meaning(text)
    if status == 429 and (meaning is not Meaning.NO_CREDIT or wait_s is not None or _SOON.search(text)):
        return CallError(FaultKind.BUSY, status=status, wait_s=wait_s)
    if meaning is not None:
        return CallError(_KINDS[meaning], status=status, meaning=meaning)
    return CallError(_kind_of(status, text), status=status)


def _kind_of(status: int, text: str) -> FaultKind:
    if status == 402:
        return FaultKind.NO_CREDIT
    if status in (401, 403):
        return FaultKind.KEY_REFUSED
    if status in (404, 405):
        is_page = _PAGE.search(text) is not None
        return FaultKind.UNKNOWN_MODEL if "model" in text.lower() and not is_page else FaultKind.NOWHERE
    if status == 413:
        return FaultKind.TOO_LONG
    if status >= 500 or status in (408, 409):
        return FaultKind.BROKEN
    return FaultKind.REDIRECTED if 300 <= status < 400 else FaultKind.REFUSED


def _text(error: BaseException) -> str:
    """Give all that an endpoint says in an error: its message, and its body with codes and details."""
    return f"{error} {getattr(error, 'body', None) or ''}"


def _in_stream(error: BaseException) -> CallError:
    """Map an error that came as an event of a stream; some tell a status in it."""
    body = getattr(error, "body", None)
    told = [body.get(key) for key in ("code", "status", "status_code")] if isinstance(body, dict) else []
    status = next((code for code in told if type(code) is int and 400 <= code < 600), 500)
    fault = read_fault(status, _text(error))
    fault.status = None
    return fault


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
    if "ContextOverflow" in names:
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
