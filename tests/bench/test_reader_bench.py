"""How long hearing takes, and how it grows with the length of a message."""

from __future__ import annotations

import time

import pytest

from assistant.domain.case import Case
from tests.case_runs import read_cases
from tests.fakes import offline_reader

pytestmark = pytest.mark.bench


def test_hearing_grows_with_the_length_of_the_message() -> None:
    """Labelled openings, joined to messages of 500 to 8,000 characters: best of three, with the rules alone."""
    told = " ".join(case["opening_message"] for case in read_cases())
    reader, shortest = offline_reader(), 0.0
    print("\nHearing by rules")
    for length in (500, 2_000, 8_000):
        taken = []
        for _ in range(3):
            start = time.process_time()
            reader.read(told[:length], Case(), None)
            taken.append(time.process_time() - start)
        shortest = shortest or min(taken)
        ratio = min(taken) / shortest
        print(f"  {length:5,} characters  {min(taken) * 1000:7.1f} ms CPU  {ratio:5.1f} times the shortest")
    assert shortest > 0
