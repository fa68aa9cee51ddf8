"""What a Hugging Face Space on shared GPUs (ZeroGPU) waits for: word that the program has started.

Owns that one request. There the platform's own package sends it when Gradio launches a page that uses a GPU; ours is
mounted in a server, uses none and does without that package, so it reports for itself.
"""

from __future__ import annotations

import logging
import ssl
import urllib.request

LOG = logging.getLogger(__name__)
_SECONDS = 30


def report_start(zero_gpu_url: str | None) -> None:
    """Tell the platform at this address that the page is open; without one, nothing is sent.

    A fault is logged and no more: the page is open all the same.

    Source: https://pypi.org/project/spaces/ 0.51.3, `zero/api.py`; the certificate there is the platform's own.
    """
    if zero_gpu_url is None:
        return
    unverified = ssl._create_unverified_context()  # noqa: S323
    try:
        asked = urllib.request.Request(f"{zero_gpu_url.rstrip('/')}/startup-report", method="POST")  # noqa: S310
        with urllib.request.urlopen(asked, timeout=_SECONDS, context=unverified):  # noqa: S310
            LOG.info("Reported the start to the Space")
    except (OSError, ValueError) as error:
        LOG.warning("The Space could not be told of the start: %s", type(error).__name__)
