"""A local model behind an OpenAI-compatible address on this computer: `python -m assistant.llm.local_server FILE`.

Owns serving a GGUF file through `xllamacpp`, an optional package, and starting a program that is pointed at it. Must
not know what the program does with it.
"""

from __future__ import annotations

import argparse
import importlib
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from assistant.errors import ConfigError

# A model on a processor reads a prompt of some thousand tokens for a while before its first word.
_PATIENT = {"ASSISTANT_TURN_SECONDS": "300", "ASSISTANT_FIRST_TOKEN_SECONDS": "200", "ASSISTANT_GAP_SECONDS": "60"}


def serve(
    weights: Path,
    *,
    context: int,
    threads: int,
    temperature: float | None = None,
    repeat_penalty: float | None = None,
) -> Any:
    """Load a model and serve it on a free port of 127.0.0.1; it ends when the returned server is dropped.

    `context` is in tokens. `temperature` and `repeat_penalty` (1 is none) are what requests get that ask for none; the
    server's own where None.

    Raises:
        ConfigError: xllamacpp is not installed, or the file is none it can load.
    """
    if not weights.is_file():
        raise ConfigError(f"There is no file {str(weights)!r}: give the path of a model in GGUF form.")
    try:
        xllamacpp = importlib.import_module("xllamacpp")
    except ImportError:
        raise ConfigError("A local model needs xllamacpp: pip install -r requirements-local.txt") from None
    params = xllamacpp.CommonParams()
    params.model.path = str(weights)
    params.model_alias = [weights.stem]
    params.hostnames = ["127.0.0.1"]
    params.port = 0
    params.n_ctx = context
    params.n_parallel = 1
    params.cpuparams.n_threads = params.cpuparams_batch.n_threads = threads
    params.verbosity = 0
    if temperature is not None:
        params.sampling.temp = temperature
    if repeat_penalty is not None:
        params.sampling.penalty_repeat = repeat_penalty
    try:
        return xllamacpp.Server(params)
    except Exception as error:  # noqa: BLE001 - a C++ library's, of no known kind
        raise ConfigError(f"{str(weights)!r} cannot be loaded: is it a model in GGUF form? ({error})") from None


def environment(server: Any, weights: Path) -> dict[str, str]:
    """Return the settings that point the coach at a served model and at nobody else.

    Deadlines that the operator has set stand; a key is taken away, since it is somebody else's.
    """
    pointed = {
        "OPENAI_BASE_URL": f"{server.listening_address}/v1",
        "OPENAI_API_KEY": "",
        "ASSISTANT_HF_ROUTER": "",
        "ASSISTANT_MODEL": f"openai:{_name(weights)}",
    }
    return {**_PATIENT, **os.environ, **pointed}


def _name(weights: Path) -> str:
    """Name the model by its file, in a form that is a setting's value."""
    return "-".join(weights.stem.split())


def main(arguments: list[str] | None = None) -> int:
    """Serve a model, and run the program after `--` until it ends; without one, until standard input ends."""
    given = sys.argv[1:] if arguments is None else arguments
    own, program = (given[: given.index("--")], given[given.index("--") + 1 :]) if "--" in given else (given, [])
    parser = argparse.ArgumentParser(
        prog="python -m assistant.llm.local_server",
        description="Serve a model in GGUF form at an OpenAI-compatible address on this computer.",
        epilog="After -- may stand a program: it is started with the settings that point it at the model.",
    )
    parser.add_argument("weights", type=Path, help="a model in GGUF form")
    parser.add_argument("--context", type=int, default=8192, help="how many tokens it can read (default 8192)")
    parser.add_argument("--threads", type=int, default=max(1, (os.cpu_count() or 2) - 1), help="default: all but one")
    parser.add_argument("--temperature", type=float, help="for requests that ask for none")
    parser.add_argument("--repeat-penalty", type=float, help="above 1 for a small model that goes round in circles")
    chosen = parser.parse_args(own)
    options = {name: value for name, value in vars(chosen).items() if name != "weights"}
    try:
        server = serve(chosen.weights, **options)
    except ConfigError as error:
        sys.stderr.write(f"The local model did not start. {error}\n")
        return 1
    settings = environment(server, chosen.weights)
    sys.stdout.write(f"{settings['ASSISTANT_MODEL'].partition(':')[2]} at {settings['OPENAI_BASE_URL']}\n")
    sys.stdout.flush()
    if not program:
        sys.stdin.read()
        return 0
    try:
        return subprocess.run(program, env=settings, check=False).returncode
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main())
