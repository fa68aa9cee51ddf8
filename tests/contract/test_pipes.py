"""The command line in pipes of other programs: marks at the beginning, and a reader that leaves."""

from __future__ import annotations

import json
import subprocess
import sys

from tests.command_line import ROOT

LINE = json.dumps({"conversation": "c", "message": "", "facts": {"data_count": 400}}).encode()


def test_a_byte_order_mark_is_no_part_of_the_first_line() -> None:
    """As Windows programs write it."""
    ended = subprocess.run(
        [sys.executable, "-m", "assistant", "converse", "--offline"],
        cwd=ROOT, input=b"\xef\xbb\xbf" + LINE + b"\n", capture_output=True, timeout=120, check=False,
    )  # fmt: skip
    assert (0, 1) == (ended.returncode, json.loads(ended.stdout)["turn"])


def test_a_reader_that_leaves_ends_it_quietly() -> None:
    """Nothing is written to standard error, whatever was still to be said."""
    running = subprocess.Popen(
        [sys.executable, "-m", "assistant", "converse", "--offline"],
        cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
    assert running.stdin
    assert running.stdout
    assert running.stderr
    running.stdout.close()
    running.stdin.write((LINE + b"\n") * 5)
    running.stdin.close()
    assert (b"", 0) == (running.stderr.read(), running.wait(timeout=120))
    running.stderr.close()
