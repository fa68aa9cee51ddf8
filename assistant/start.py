"""What can go wrong when the coach starts, each as one readable line.

Owns the quiet environment, the checks that need no package, and the mapping of a fault to what the operator should do.
Must not know the page.
"""

from __future__ import annotations

import errno
import os
import socket
import sys
from collections.abc import Callable
from contextlib import suppress
from typing import Any
from urllib.parse import urlsplit

from assistant.errors import AssistantError, ConfigError
from assistant.settings.environment import Settings
from assistant.settings.proxy_variables import NAMES as PROXY_NAMES

# Nothing is looked up on a hub, and nothing is told to anyone. Read by the packages when they are imported.
_QUIET = {
    "HF_HUB_OFFLINE": "1",
    "TRANSFORMERS_OFFLINE": "1",
    "HF_HUB_DISABLE_TELEMETRY": "1",
    "HF_HUB_DISABLE_IMPLICIT_TOKEN": "1",
    "GRADIO_ANALYTICS_ENABLED": "False",
    "LANGSMITH_TRACING": "false",
    "LANGSMITH_TRACING_V2": "false",
    "LANGSMITH_GATEWAY": "false",
    "LANGCHAIN_TRACING": "false",
    "LANGCHAIN_TRACING_V2": "false",
    "DO_NOT_TRACK": "1",
    "TOKENIZERS_PARALLELISM": "false",
}


def quiet_environment() -> None:
    """Switch off every package's own requests to the network; call it before importing any of them.

    Proxies are taken away, so read the settings first: they tell the model's client of its own. Gradio cannot even be
    imported with a proxy of another kind, or with a bracket in `NO_PROXY`.
    """
    os.environ.update(_QUIET)
    for name in [name for name in os.environ if name.lower() in PROXY_NAMES]:
        del os.environ[name]


def reserve_port(host: str, port: int) -> list[socket.socket]:
    """Take the port where the settings say, for every address of the host; nothing is answered there yet.

    Raises:
        ConfigError: the port is taken or not allowed, or the host is not one of this computer's.
    """
    taken: list[socket.socket] = []
    faults: list[OSError] = []
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except OSError as error:
        raise ConfigError(_why_not_bound(error, host, port)) from error
    for family, kind, protocol, _, address in dict.fromkeys(found):
        try:
            taken.append(_bind(socket.socket(family, kind, protocol), address))
        except OSError as error:
            faults.append(error)
    if not taken or any(error.errno == errno.EADDRINUSE for error in faults):
        for listener in taken:
            listener.close()
        raise ConfigError(_why_not_bound(faults[0], host, port)) from faults[0]
    return taken


def _bind(listener: socket.socket, address: tuple[Any, ...]) -> socket.socket:
    if sys.platform != "win32":
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    if listener.family == socket.AF_INET6:
        listener.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
    try:
        listener.bind(address)
    except OSError:
        listener.close()
        raise
    return listener


def _why_not_bound(error: OSError, host: str, port: int) -> str:
    if error.errno == errno.EADDRINUSE:
        free = port + 1 if port < 65535 else port - 1
        return f"Port {port} on {host} is taken: stop what uses it, or choose another, such as ASSISTANT_PORT={free}."
    if error.errno == errno.EACCES:
        return f"Port {port} may not be used by this account: choose one above 1023, such as ASSISTANT_PORT=7860."
    return f"ASSISTANT_HOST is {host!r}, which is no address of this computer ({error.strerror}): use 127.0.0.1."


def notices(settings: Settings) -> list[str]:
    """Say which address a model is asked at where it looks as if a part of it were missing."""
    base_url = settings.connection.base_url if settings.connection else None
    if base_url is None or urlsplit(base_url).path:
        return []
    return [
        f"The model is asked at {base_url}/chat/completions. Most endpoints answer under /v1: if this one does not "
        f"answer, set OPENAI_BASE_URL={base_url}/v1."
    ]


_FEWEST_FILES, _MANY_FILES = 256, 4_096


def allow_open_files() -> None:
    """Let as many files be open as connections need, where the system lets a process say so.

    Raises:
        ConfigError: too few may be open for a page to be served.
    """
    if sys.platform == "win32":
        return
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = _MANY_FILES if hard == resource.RLIM_INFINITY else min(_MANY_FILES, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        with suppress(OSError, ValueError):  # some systems give a hard limit that may not be reached
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
        soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft != resource.RLIM_INFINITY and soft < _FEWEST_FILES:
        raise ConfigError(
            f"Only {soft} files may be open at once, and a page needs {_FEWEST_FILES}: raise the limit, such as with "
            "`ulimit -n 1024`, or for a container with `--ulimit nofile=1024`."
        )


def report_faults(start: Callable[[], None]) -> int:
    """Run `start` and return the exit status; a fault the operator can mend becomes one line on standard error."""
    try:
        start()
    except AssistantError as error:
        return _fail(str(error))
    except ModuleNotFoundError as error:
        if error.name is None or error.name.split(".")[0] == "assistant":
            raise
        return _fail(
            f"The package {error.name!r} is not installed: type `make run`, or pip install -r requirements.txt."
        )
    except KeyboardInterrupt:
        return 130
    return 0


def _fail(line: str) -> int:
    sys.stderr.write(f"The coach did not start. {' '.join(line.split())}\n")
    return 1
