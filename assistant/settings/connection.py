"""How a language model is reached and how much of it may be used, as values that pass from the settings to it.

Owns what an operator can decide about a model. Must not know where a value came from or who calls the model.
"""

from __future__ import annotations

import ipaddress
import socket
from dataclasses import dataclass, field
from urllib.parse import urlsplit

OPENAI_URL = "https://api.openai.com/v1"
"""Where OpenAI's models are, unless the operator names another endpoint."""


@dataclass(frozen=True, slots=True, repr=False)
class Secret:
    """A text that is never shown: printed, logged or formatted it says only that it is hidden."""

    _text: str

    def reveal(self) -> str:
        """Return the text itself, for the one place that hands it on."""
        return self._text

    def __repr__(self) -> str:
        return "Secret(hidden)"

    __str__ = __repr__


@dataclass(frozen=True, slots=True)
class Deadlines:
    """How long a model may take, in seconds: for a whole turn, until its first words, and between any two pieces."""

    turn: float = 30.0
    first_token: float = 10.0
    gap: float = 10.0


@dataclass(frozen=True, slots=True)
class Budgets:
    """How many tokens, sent and received together, may be used; None is without limit. A day ends at midnight UTC."""

    turn_tokens: int | None = None
    conversation_tokens: int | None = None
    day_tokens: int | None = None


@dataclass(frozen=True, slots=True)
class Prices:
    """What a million tokens cost, in US dollars; None where the operator has not said."""

    input_usd: float | None = None
    output_usd: float | None = None

    def cost_usd(self, n_input: int, n_output: int) -> float | None:
        """Return what these tokens cost, or None without both prices."""
        if self.input_usd is None or self.output_usd is None:
            return None
        return (n_input * self.input_usd + n_output * self.output_usd) / 1_000_000


@dataclass(frozen=True, slots=True)
class Proxy:
    """A proxy on the way to an endpoint: the variable that names it, and its value, which may hold a password.

    `address` is its host and port, as the user is told; None where it is none that can be used.
    """

    variable: str
    url: Secret
    address: str | None


@dataclass(frozen=True, slots=True)
class Connection:
    """A model, `provider:name` as LangChain writes it, with its endpoint and limits.

    `base_url` is None for the provider's own address. `variables` are for packages that read the environment
    themselves: the settings of other providers that stood in `.env`, and for these the proxies. `max_characters` bounds
    what one turn may receive.
    """

    model: str
    key: Secret | None = None
    base_url: str | None = field(default=None, repr=False)
    deadlines: Deadlines = Deadlines()
    budgets: Budgets = Budgets()
    prices: Prices = Prices()
    max_characters: int = 20_000
    variables: tuple[tuple[str, Secret], ...] = ()
    proxy: Proxy | None = None

    @property
    def provider(self) -> str:
        """The part before the colon, such as `openai`."""
        return self.model.partition(":")[0]

    @property
    def name(self) -> str:
        """How the model is named to the user: the part after the colon, of a file's path only its last part."""
        name = self.model.partition(":")[2]
        return name.rstrip("/").rpartition("/")[2] if name.startswith("/") else name

    @property
    def recipient(self) -> str:
        """Who gets what is sent, as the user is told: a host without its port, or the provider's name."""
        return (urlsplit(self.base_url).hostname if self.base_url else None) or self.provider

    @property
    def stays_here(self) -> bool:
        """Whether nothing leaves this computer: the endpoint's host is loopback."""
        host = urlsplit(self.base_url).hostname if self.base_url else None
        return host is not None and is_loopback(host)


def _address(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    """Read an address, also one that the system takes for one: 127.1, or in one number."""
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        pass
    try:
        return ipaddress.IPv4Address(socket.inet_aton(host))
    except (OSError, ValueError):
        return None


def is_loopback(host: str) -> bool:
    """Tell whether a host name or an address is this computer's own, reached by nobody else.

    Source: RFC 6761, 6.3, for the names under `localhost`.
    """
    if f".{host.lower().rstrip('.')}".endswith(".localhost"):
        return True
    address = _address(host.strip("[]"))
    if address is None:
        return False
    mapped = address.ipv4_mapped if address.version == 6 else None
    return (mapped or address).is_loopback
