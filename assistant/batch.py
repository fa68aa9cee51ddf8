"""A backlog of cases: a file of inquiries in, a file of answers out, one JSON object a line.

Owns how a run stops and goes on: whatever is in the second file is done. Must not know how an inquiry is answered, and
prints nothing.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from assistant.coach import Coach
from assistant.domain.dialogue import TurnResult
from assistant.errors import ConfigError, InputError
from assistant.inquiry import FIELDS, Inquiry, answer, check_object, parse_json, read_inquiry
from assistant.web.contract.answers import turn_json

_BEGINS = b'{"id": '
"""How every line that a run writes begins, so that one cut short is told from a line of somebody else's file."""


@dataclass(slots=True)
class BatchCounts:
    """What a run did; `bad` holds the numbers of the bad lines, counted from 1.

    Of the cases answered, `n_to_agree` hold what nobody has agreed to yet, so that a verdict waits for somebody's yes.
    """

    n_answered: int = 0
    n_settled: int = 0
    n_to_agree: int = 0
    n_done_before: int = 0
    bad: list[int] = field(default_factory=list)


def run(coach: Coach, source: Path, target: Path, report: Callable[[str], None]) -> BatchCounts:
    """Answer every line of `source` whose id is not in `target` yet, in order, and append each answer at once.

    `report` is told of each bad line, and how far the run is at most a hundred times. A bad line leaves nothing in
    `target`, so that it is tried again once it is mended.

    Raises:
        ConfigError: a file cannot be read or written, or `target` holds something else than answers.
    """
    if source.resolve() == target.resolve():
        raise ConfigError(f"{target} cannot be read and written at once: name another file for the answers.")
    try:
        n_lines = _count(source)
        done = _done(target)
        return answer_rest(coach, source, target, done, _progress(report, n_lines))
    except OSError as error:
        raise ConfigError(f"{error.filename} cannot be used: {error.strerror}. Name another file.") from error


@dataclass(frozen=True, slots=True)
class _Progress:
    """Says how far a run is, `every` so many lines."""

    report: Callable[[str], None]
    n_lines: int
    every: int

    def note_done(self, number: int) -> None:
        """Note that a line is through."""
        if number % self.every == 0 or number == self.n_lines:
            self.report(f"{number} of {self.n_lines} lines")


def _progress(report: Callable[[str], None], n_lines: int) -> _Progress:
    return _Progress(report, n_lines, max(1, -(-n_lines // 100)))


def answer_rest(coach: Coach, source: Path, target: Path, done: frozenset[str], progress: _Progress) -> BatchCounts:
    tally, seen = BatchCounts(), dict[str, int]()
    with target.open("ab") as answers:
        for number, line in _lines(source):
            try:
                case_id, inquiry = _case(line, coach, seen)
                seen[case_id] = number
                if case_id in done:
                    tally.n_done_before += 1
                else:
                    result = answer(coach, inquiry, case_id)
                    answers.write(_line(case_id, result))
                    answers.flush()
                    tally.n_answered += 1
                    tally.n_settled += result.assessment.settled
                    tally.n_to_agree += bool(result.assessment.to_agree)
            except InputError as error:
                tally.bad.append(number)
                progress.report(f"line {number} is left out: {error}")
            progress.note_done(number)
    return tally


def _lines(source: Path) -> Iterator[tuple[int, bytes]]:
    """Yield the lines that hold something, with their numbers from 1."""
    with source.open("rb") as lines:
        for number, line in enumerate(lines, start=1):
            if line.strip():
                yield number, line.strip()


def _count(source: Path) -> int:
    """Return the number of the last line that holds something, 0 for none."""
    return max((number for number, _ in _lines(source)), default=0)


def _case(line: bytes, coach: Coach, seen: dict[str, int]) -> tuple[str, Inquiry]:
    given = check_object(parse_json(line), ("id", *FIELDS))
    case_id = given.get("id")
    if not isinstance(case_id, str) or not case_id:
        raise InputError("bad_id", f"id must be a text that is not empty, not {case_id!r}.", "id")
    case_id = case_id.encode("utf-8", "replace").decode("utf-8")  # as it will be read from the answers again
    if case_id in seen:
        raise InputError("repeated_id", f"The id {case_id!r} is that of line {seen[case_id]}: give another.", "id")
    return case_id, read_inquiry({name: value for name, value in given.items() if name != "id"}, coach)


def _line(case_id: str, result: TurnResult) -> bytes:
    written = {"id": case_id, **turn_json(result)}
    return json.dumps(written, ensure_ascii=False).encode("utf-8", "replace") + b"\n"


def _done(target: Path) -> frozenset[str]:
    """Return the ids that are answered; a last line that was cut short is taken away, so that it is written anew."""
    if not target.exists():
        return frozenset()
    ids, end = set(), 0
    with target.open("rb") as lines:
        for number, line in enumerate(lines, start=1):
            whole = line.endswith(b"\n")
            case_id = _id_of(line) if whole else None
            if case_id is None and (whole or not _is_ours(line)):
                raise ConfigError(f"{target}, line {number} is no answer of a batch: name another file.")
            if case_id is not None:
                ids.add(case_id)
                end += len(line)
    with target.open("r+b") as answers:
        answers.truncate(end)
    return frozenset(ids)


def _is_ours(cut: bytes) -> bool:
    return cut.startswith(_BEGINS) or _BEGINS.startswith(cut)


def _id_of(line: bytes) -> str | None:
    try:
        found = parse_json(line)
    except InputError:
        return None
    case_id = found.get("id") if isinstance(found, dict) and line.startswith(_BEGINS) else None
    return case_id if isinstance(case_id, str) else None
