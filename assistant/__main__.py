"""The command line: converse, assess, batch, search, rulebook, check, train, index, settings.

Owns arguments and lines in and out, the only place that prints. Must not know how an answer is made.
"""

from __future__ import annotations

import argparse
import io
import json
import os
import sys
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from assistant import start
from assistant.errors import InputError
from assistant.settings.environment import Settings, read_settings, settings_table
from assistant.web.contract.answers import evidence_json, turn_json
from assistant.web.contract.fields import Json
from assistant.web.contract.rulebooks import rulebook_json

if TYPE_CHECKING:
    from assistant.coach import Coach
    from assistant.domain.conversation import Conversation


def main(arguments: list[str] | None = None) -> int:
    """Run one command; returns the exit status."""
    chosen = _parser().parse_args(arguments)
    if isinstance(sys.stdout, io.TextIOWrapper):  # a console of another encoding would break at the first curly quote
        sys.stdout.reconfigure(encoding="utf-8", errors="replace")
    status: list[int] = []
    try:
        failed = start.report_faults(lambda: status.append(_run(chosen)))
        sys.stdout.flush()
    except BrokenPipeError:
        # Whoever read has read enough; what Python would still write at its end goes nowhere.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    return failed or status[0]


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m assistant", description="The fine-tuning coach.")
    commands = parser.add_subparsers(dest="command", required=True)
    converse = commands.add_parser("converse", help="answer each JSON line on standard input with one JSON line")
    converse.add_argument("--offline", action="store_true", help="never use a language model")
    assess = commands.add_parser("assess", help="answer one case with the JSON of its last turn")
    assess.add_argument("--facts", metavar="JSON", help="what is known, as an object of slots")
    assess.add_argument("--message", action="append", dest="messages", help="what the user says; may be repeated")
    assess.add_argument("--offline", action="store_true", help="never use a language model")
    batch = commands.add_parser(
        "batch", help="answer a file of cases, one JSON object a line; goes on where it stopped"
    )
    batch.add_argument("source", type=Path, help="lines with an id, and messages, facts or both")
    batch.add_argument("target", type=Path, help="where the answers are appended; ids that are in it are done")
    batch.add_argument("--offline", action="store_true", help="never use a language model")
    search = commands.add_parser("search", help="find passages for a query, or for each line of standard input with -")
    search.add_argument("query", help="the query, or - to read one a line")
    search.add_argument("-k", type=_at_least_one, default=5, help="how many passages at most (default 5)")
    search.add_argument("--in", dest="sources", choices=["documents", "guidance"], help="search only these")
    search.add_argument("--json", action="store_true", help="print one JSON line a query")
    rulebook = commands.add_parser("rulebook", help="print slots, verdicts, mistakes, criteria and thresholds")
    rulebook.add_argument("--json", action="store_true", help="print them as JSON")
    commands.add_parser("check", help="validate knowledge/ and print each fault; exit 1 if there is any")
    training = commands.add_parser(
        "train", help="learn the reader's classifier from the example sentences and write it"
    )
    training.add_argument("--tune", action="store_true", help="tune the encoder under it first (a quarter of an hour)")
    commands.add_parser("index", help="encode the searched texts that are new and write their vectors")
    settings = commands.add_parser("settings", help="print the settings")
    settings.add_argument("--markdown", action="store_true", help="as the table of docs/settings.md")
    return parser


def _at_least_one(text: str) -> int:
    number = int(text) if text.isascii() and text.isdigit() else 0
    if number < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is no number of passages: give 1 or more")
    return number


def _run(chosen: argparse.Namespace) -> int:
    if chosen.command == "settings":
        print(settings_table())
        return 0
    settings = read_settings()
    start.quiet_environment()
    if chosen.command == "check":
        return _check(settings)
    from assistant import wiring

    if chosen.command == "train":
        print(f"wrote {wiring.build_classifier(settings, tunes=chosen.tune)}")
        return 0
    if chosen.command == "index":
        path, n_new = wiring.build_vectors(settings)
        print(f"wrote {path}, {n_new} new")
        return 0
    if getattr(chosen, "offline", False):
        settings = replace(settings, connection=None)
    if chosen.command == "converse":
        return _converse(wiring.build(settings))
    if chosen.command == "assess":
        return _assess(chosen, wiring.build(settings))
    if chosen.command == "batch":
        return _batch(chosen, wiring.build(settings))
    if chosen.command == "search":
        return _search(chosen, wiring.build(settings))
    knowledge = wiring.knowledge(settings)
    written = rulebook_json(knowledge.rulebook, dict(knowledge.library.texts))
    print(json.dumps(written, ensure_ascii=False, indent=None if chosen.json else 2))
    return 0


def _check(settings: Settings) -> int:
    from assistant.wiring import check_knowledge

    faults = check_knowledge(settings)
    for fault in faults:
        print(fault)
    if not faults:
        print("knowledge: no faults")
    return 1 if faults else 0


def _assess(chosen: argparse.Namespace, coach: Coach) -> int:
    from assistant.inquiry import answer, parse_json, read_inquiry

    try:
        facts = parse_json(chosen.facts.encode("utf-8", "replace")) if chosen.facts else None
        inquiry = read_inquiry({"messages": chosen.messages, "facts": facts}, coach)
    except InputError as error:
        sys.stderr.write(f"{error.field or '--facts'}: {error}\n")
        return 1
    print(_line(turn_json(answer(coach, inquiry))))
    return 0


def _batch(chosen: argparse.Namespace, coach: Coach) -> int:
    from assistant import batch

    tally = batch.run(coach, chosen.source, chosen.target, lambda line: print(line, file=sys.stderr, flush=True))
    bad = f", {len(tally.bad)} left out (lines {', '.join(map(str, tally.bad))})" if tally.bad else ""
    told = f"{tally.n_answered} answered ({tally.n_settled} settled, {tally.n_to_agree} with something to agree to)"
    print(f"{told}, {tally.n_done_before} were there before{bad}", file=sys.stderr)
    return 1 if tally.bad else 0


def _search(chosen: argparse.Namespace, coach: Coach) -> int:
    for query in _queries(chosen.query):
        found = coach.retriever.retrieve(query, k=chosen.k, sources=chosen.sources)
        if chosen.json:
            print(_line({"query": query, "passages": [evidence_json(evidence) for evidence in found]}), flush=True)
            continue
        for evidence in found:
            passage = evidence.passage
            print(f"{evidence.relevance:.2f}  {passage.file}:{passage.start}-{passage.end}\n      {passage.quote}")
        if not found:
            print("Nothing relevant.")
    return 0


def _queries(given: str) -> Iterable[str]:
    """Yield the query, or each line of standard input for "-"; what is no character is replaced."""
    if given != "-":
        return [given.encode("utf-8", "replace").decode("utf-8")]
    return (line.decode("utf-8-sig", "replace").rstrip("\r\n") for line in sys.stdin.buffer)


def _converse(coach: Coach) -> int:
    conversations: dict[str, Conversation] = {}
    for line in _input_lines():
        print(_line(_reply(coach, conversations, line)), flush=True)
    return 0


def _input_lines() -> Iterator[bytes]:
    """Yield the lines of standard input as bytes, so that one that is not UTF-8 is an error of its own."""
    for line in sys.stdin.buffer:
        if line.strip():
            yield line


def _reply(coach: Coach, conversations: dict[str, Conversation], line: bytes) -> Json:
    conversation_id: str | None = None
    try:
        request = _request(line)
        given_id = request.get("conversation")
        conversation_id = given_id if isinstance(given_id, str) else None
        known, message, facts = check_request(request)
        conversation = conversations.get(known) or coach.start(known)
        conversation, result = coach.respond(conversation, message, facts)
    except InputError as error:
        return {"conversation": conversation_id, "error": {"code": error.code, "message": str(error)}}
    conversations[known] = conversation
    return turn_json(result)


def _request(line: bytes) -> Json:
    try:
        request = json.loads(line.decode("utf-8-sig"))
    except (UnicodeDecodeError, ValueError, RecursionError) as error:
        raise InputError("not_json", f"The line is not JSON in UTF-8: {error}. Send one JSON object a line.") from None
    if not isinstance(request, dict):
        kind = type(request).__name__
        raise InputError("not_an_object", f"The line is JSON but a {kind}. Send one JSON object a line.")
    return request


def check_request(request: Json) -> tuple[str, str, Json]:
    conversation, message, facts = request.get("conversation"), request.get("message", ""), request.get("facts")
    unknown = sorted(request.keys() - {"conversation", "message", "facts"})
    if unknown:
        raise InputError("unknown_field", f"Unknown fields: {', '.join(unknown)}. Use conversation, message and facts.")
    if not isinstance(conversation, str) or not conversation:
        raise InputError("bad_conversation", f"conversation must be a text that is not empty, not {conversation!r}.")
    if not isinstance(message, str):
        raise InputError("bad_message", f"message must be a text, not {type(message).__name__}.")
    if facts is None:
        facts = {}
    if not isinstance(facts, dict):
        raise InputError("bad_facts", f"facts must be an object of slots, not {type(facts).__name__}.")
    return conversation, message, facts


def _line(value: Json) -> str:
    """Write one JSON line."""
    return json.dumps(value, ensure_ascii=False)


if __name__ == "__main__":
    _status = main()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(_status)  # everything is written, and taking PyTorch apart object by object takes seconds
