"""Opening a model: the operator's settings in, a `Model` out.

Owns which LangChain package a model needs and how it is told not to retry, to trace or to log. Must not know how a
turn runs.
"""

from __future__ import annotations

import logging
import os
import random
from collections.abc import Awaitable, Callable
from typing import Any

import httpx2
from langchain.chat_models import init_chat_model
from langchain_core.globals import set_debug, set_verbose
from langchain_core.language_models import BaseChatModel

from assistant.errors import ConfigError
from assistant.llm.client.background import BackgroundLoop
from assistant.llm.client.breaker import Breaker
from assistant.llm.client.endpoint import Endpoint
from assistant.llm.client.json_mode import JsonMode, KnownJsonMode
from assistant.llm.client.token_budget import Ledger, Usage
from assistant.llm.client.transport import open_client
from assistant.llm.client.turn import EndpointTurn
from assistant.settings.connection import OPENAI_URL, Connection, Proxy, Secret

_TRACING = (
    "LANGSMITH_TRACING", "LANGSMITH_TRACING_V2", "LANGSMITH_GATEWAY", "LANGCHAIN_TRACING", "LANGCHAIN_TRACING_V2",
)  # fmt: skip
# These would write whole prompts, or the endpoint's answers to them, at their finer levels.
_TALKATIVE = ("openai", "httpx", "httpx2", "httpcore", "httpcore2", "langchain", "langchain_core", "langchain_openai")


class EndpointModel:
    """The `Model` port over an endpoint."""

    def __init__(self, endpoint: Endpoint, client: httpx2.AsyncClient | None, repair: str) -> None:
        self._endpoint = endpoint
        self._client = client
        self._repair = repair
        self._loop = BackgroundLoop()

    @property
    def name(self) -> str:
        """How the model is named to the user."""
        return self._endpoint.connection.name

    @property
    def usage(self) -> Usage:
        """What was used since midnight UTC, and what it cost, for the operator."""
        return self._endpoint.ledger.usage

    def turn(self, conversation_id: str) -> EndpointTurn:
        """Begin one turn's use of it; its deadline starts now. Raises UpstreamError while the endpoint is resting."""
        return EndpointTurn(self._endpoint, self._loop, self._repair, conversation_id)

    def close(self) -> None:
        """End all calls and close all connections."""
        if self._client is not None:
            self._loop.submit(_close_client(self._client)).result()
        self._loop.close()


def _jitter() -> float:
    return random.uniform(0.1, 0.6)


async def _close_client(client: httpx2.AsyncClient) -> None:
    await client.aclose()


def open_model(connection: Connection, repair: str, pause_s: Callable[[], float] = _jitter) -> EndpointModel:
    """Open the model that the settings name; nothing is sent yet.

    `repair` asks for JSON where there was none; `pause_s` draws the pause before a retry, in seconds.

    Raises:
        ConfigError: its provider is unknown, its package is not installed, it does not take the settings, or the proxy
            on the way to it cannot be used.
    """
    if connection.proxy is not None and connection.proxy.address is None:
        raise _no_proxy(connection.proxy, connection.recipient)
    os.environ.update(dict.fromkeys(_TRACING, "false"))
    for name, value in connection.variables:
        os.environ.setdefault(name, value.reveal())
    client = None
    options: dict[str, Any] = {"max_retries": 0, "timeout": connection.deadlines.turn}
    if connection.provider == "openai":
        base_url = connection.base_url or OPENAI_URL
        proxy_url = connection.proxy.url.reveal() if connection.proxy else None
        client = open_client(base_url, connection.deadlines.turn, connection.max_characters, proxy_url)
        options |= {
            "base_url": base_url,
            "api_key": _give_key(connection.key),
            "http_async_client": client,
            "http_socket_options": (),
            "openai_proxy": None,
            "stream_chunk_timeout": 0,
            "use_responses_api": False,
        }
    chat = _open_chat_model(connection, options)
    _keep_silent()
    if connection.provider == "openai" and connection.base_url in (None, OPENAI_URL):
        _without_thinking(chat)
    way = KnownJsonMode(JsonMode.SCHEMA if connection.provider == "openai" else JsonMode.TOOL)
    endpoint = Endpoint(connection, chat, Breaker(), Ledger(connection.budgets, connection.prices), way, pause_s)
    return EndpointModel(endpoint, client, repair)


def _no_proxy(proxy: Proxy, recipient: str) -> ConfigError:
    value = proxy.url.reveal()
    shown = "(not shown, it may hold a password)" if "@" in value else repr(value)
    return ConfigError(
        f"{proxy.variable} is {shown}, and the model at {recipient} cannot be reached through that: give a proxy as "
        f"http://host:port or https://host:port, or name the model's host in NO_PROXY to reach it without one."
    )


def _give_key(key: Secret | None) -> Callable[[], Awaitable[str]]:
    """Return the key as LangChain takes it for asynchronous calls alone.

    For others it would make a second client, which asks the environment for a proxy and knows none of our limits.
    """

    async def give() -> str:
        return key.reveal() if key else ""

    return give


def _open_chat_model(connection: Connection, options: dict[str, Any]) -> BaseChatModel:
    provider, _, name = connection.model.partition(":")
    try:
        chat: BaseChatModel = init_chat_model(name, model_provider=provider, **options)
        return chat
    except ImportError as error:
        package = _package(provider, error)
        raise ConfigError(
            f"ASSISTANT_MODEL is {connection.model!r}, which needs the package {package}: pip install {package}"
        ) from None
    except ValueError as error:
        if "Unsupported" in str(error):
            raise ConfigError(
                f"ASSISTANT_MODEL is {connection.model!r}, and LangChain knows no provider {provider!r}: "
                "use openai with OPENAI_BASE_URL for an OpenAI-compatible endpoint."
            ) from None
        raise _not_taken(connection, error) from None
    except Exception as error:  # noqa: BLE001 - providers raise whatever they like
        raise _not_taken(connection, error) from None


def _package(provider: str, error: ImportError) -> str:
    """Name the package to install: the module that was not found, as pip writes it, else LangChain's own."""
    module = getattr(error.__cause__, "name", None) or f"langchain_{provider}"
    return str(module).partition(".")[0].replace("_", "-")


def _not_taken(connection: Connection, error: Exception) -> ConfigError:
    # The exception's own text is left out: it may repeat a key.
    return ConfigError(
        f"ASSISTANT_MODEL is {connection.model!r}, which could not be opened ({type(error).__name__}): "
        f"see that its name is right and that the key of {connection.provider} is set."
    )


def _without_thinking(chat: BaseChatModel) -> None:
    """Ask OpenAI's models that think by default not to: the first words are waited for, and tools need it."""
    levels = (chat.profile or {}).get("reasoning_effort_levels") or ()
    if "none" in levels:
        chat.reasoning_effort = "none"  # type: ignore[attr-defined]


def _keep_silent() -> None:
    """Keep prompts and answers out of other packages' logs, once they have set these up as the environment says."""
    set_debug(False)
    set_verbose(False)
    for name in _TALKATIVE:
        logging.getLogger(name).setLevel(logging.WARNING)
