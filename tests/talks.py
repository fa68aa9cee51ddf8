"""Talks as data: what is said, clicked and heard turn by turn, and what must be shown then.

Owns the reading of tests/data/talks and how one is played. Knows the coach only from outside.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

from assistant import batch
from assistant.coach import Coach
from assistant.domain.conversation import Conversation
from assistant.web.contract.answers import turn_json
from assistant.web.page.browser_store import read_kept, write_kept
from assistant.web.rest.endpoints import PREFIX
from tests.fakes import coach
from tests.fakes_model import ScriptedModel, listening_coach, message_of, reading, said
from tests.web.apps import mounted

FOLDER = Path(__file__).resolve().parent / "data" / "talks"
Json = dict[str, Any]


def read_talks() -> dict[str, Json]:
    """Return every talk by the name of its file."""
    return {path.stem: yaml.safe_load(path.read_text(encoding="utf-8")) for path in sorted(FOLDER.glob("*.yaml"))}


def play(talk: Json, folder: Path) -> list[Json]:
    """Play a talk and return what was shown after each turn; a batch is written in the folder."""
    turns = talk["turns"]
    if talk["coach"] == "rest":
        asked = mounted(coach())
        return [shown(asked.post(f"{PREFIX}/assess", json=turn["sends"]).json()) for turn in turns]
    if talk["coach"] == "batch":
        return [shown(answer) for answer in _answers(turns, folder)]
    return [shown(answer) for answer in _talk(coach() if talk["coach"] == "offline" else _assisted(turns), turns)]


def shown(answer: Json) -> Json:
    """Return what a talk tells of an answer."""
    question = answer["question"]
    return {
        "verdict": answer["verdict"],
        "leaning": answer["leaning"],
        "settled": answer["settled"],
        "question": {question["kind"]: question["slots"]} if question else None,
        "to_agree": {slot: found["value"] for slot, found in answer["to_agree"].items()},
    }


def _talk(played: Coach, turns: list[Json]) -> Iterator[Json]:
    conversation = played.start("talk")
    for turn in turns:
        if "reload" in turn:
            conversation, answer = _reloaded(played, conversation, turn["reload"])
        else:
            conversation, result = played.respond(conversation, turn.get("says", ""), turn.get("clicks"))
            answer = turn_json(result)
        yield answer


def _reloaded(played: Coach, conversation: Conversation, version: str) -> tuple[Conversation, Json]:
    """Bring a conversation back from what a browser keeps; an earlier version kept nothing of what was noted."""
    kept = json.loads(json.dumps(write_kept(conversation)))
    if version == "earlier":
        kept["events"] = [{"message": event["message"], "facts": event["facts"]} for event in kept["events"]]
    name, events = read_kept(kept)
    again, results = played.replay(name, events)
    return again, turn_json(results[-1])


def _assisted(turns: list[Json]) -> Coach:
    """A coach with a model that answers each message as its turn says."""
    answers = {turn["says"]: _answer(turn.get("model", "silence")) for turn in turns if turn.get("says")}
    return listening_coach(ScriptedModel(lambda prompt: answers[message_of(prompt)]))


def _answer(model: str | Mapping[str, Any]) -> str:
    if model == "silence":
        return said()
    if isinstance(model, str):
        return model
    readings = [
        reading(one["slot"], one["value"], one["words"], corrects=one.get("corrects", False))
        for one in model.get("hears", ())
    ]
    return said(*readings, intent=model.get("intent", "tells"), language=model.get("language", "en"))


def _answers(turns: list[Json], folder: Path) -> list[Json]:
    source, target = folder / "in.jsonl", folder / "out.jsonl"
    lines = [json.dumps({"id": str(n), **turn["sends"]}) for n, turn in enumerate(turns)]
    source.write_text("\n".join(lines), encoding="utf-8")
    batch.run(coach(), source, target, lambda _line: None)
    return [json.loads(line) for line in target.read_text(encoding="utf-8").splitlines()]


def document() -> str:
    """Write the talks as a page that a person reads; a test holds docs/ten-talks.md to it."""
    parts = [
        "# Ten talks",
        "What is said, clicked and heard, turn by turn, and where the case stands then. The tests play these talks; "
        "this page is written from the same files (`tests/data/talks`) by `python -m tests.talks`.",
    ]
    for name, talk in read_talks().items():
        parts += [f"## {name.replace('-', ' ').capitalize()}", talk["about"]]
        parts.append("\n".join(_row(n, turn) for n, turn in enumerate(talk["turns"], start=1)))
    return "\n\n".join(parts) + "\n"


def _row(n: int, turn: Json) -> str:
    done = next(f"{what} {_plain(turn[what])}" for what in ("says", "clicks", "sends", "reload") if what in turn)
    heard = f" A model: {_plain(turn['model'])}." if "model" in turn else ""
    then = turn["then"]
    question = next((f"{kind} {', '.join(slots)}" for kind, slots in (then["question"] or {}).items()), "none")
    stands = f"verdict **{then['verdict']}**" if then["settled"] else f"leaning {then['leaning']}"
    agree = f"; to agree: {', '.join(then['to_agree'])}" if then["to_agree"] else ""
    return f"{n}. {done}.{heard}\n   → {stands}; question: {question}{agree}"


def _plain(value: object) -> str:
    return f"“{value}”" if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


if __name__ == "__main__":
    (FOLDER.parents[2] / "docs" / "ten-talks.md").write_text(document(), encoding="utf-8")
