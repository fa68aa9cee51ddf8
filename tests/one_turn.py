"""One turn with a language model as data, from a real run with a scripted one: `python -m tests.one_turn` writes it.

Owns docs/one-turn.md. A test holds the page to what the code does today.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from functools import cache
from pathlib import Path

from assistant import wiring
from assistant.domain.case import Case
from assistant.domain.conversation import Conversation
from assistant.domain.dialogue import TurnResult
from assistant.domain.source import Citation
from assistant.llm.speaking.reply_plan import plan
from assistant.llm.speaking.reply_splitter import ReplyPiece, ReplySplitter
from assistant.ports import Prompt
from assistant.settings.environment import PROJECT_ROOT, read_settings
from assistant.web.contract.answers import turn_json
from assistant.web.contract.fields import Json
from tests.fakes_model import ScriptedModel, assisted_coach, model_speaker, reading, said
from tests.fakes_speech import lines
from tests.moments import knowledge
from tests.shown_replies import Shown, Witness, fates

PAGE = PROJECT_ROOT / "docs" / "one-turn.md"
MESSAGE = (
    "We want a model that writes replies in our brand voice and knows our prices, which change every night. Right now "
    "somebody reads ten drafts and nods, and the text must be there before the customer looks up. When is retrieval "
    "better than fine-tuning?"
)
HEARD = said(
    reading("goal", "style", "in our brand voice"),
    reading("goal", "knowledge", "knows our prices"),
    reading("freshness", "daily", "change every night"),
    reading("evals", "impressions", "somebody reads ten drafts and nods"),
    reading("latency", "strict", "must be there before the customer looks up", "hedged"),
    reading("volume", 3000, "about a hundred a day"),
)
SHOWN_OF_A_TURN = ("intent", "leaning", "settled", "verdict", "stability", "mistakes", "rationale", "gaps", "question")


def says(prompt: Prompt) -> str:
    """Speak as models do at times: kindly, then a promise, one place framed as false, and the rest left out."""
    first, second, *_ = lines(prompt)
    return (
        f"Thanks for telling me about your customer. That must be hard.\n{{{first.key}}}\n"
        f"You can start training tomorrow. Let me explain why.\nIt is a myth that {{{second.key}}}"
    )


@cache
def page() -> str:
    """Run the turn and write it."""
    model = ScriptedModel(lambda _prompt: HEARD, says, name="a-model")
    witness = Witness(model_speaker())
    # Not warmed, so that the page needs no encoder: passages are found by their words.
    plain, _ = wiring.build_served(read_settings({}, PROJECT_ROOT / "no-such-file"))
    coach = assisted_coach(model, witness, plain)
    steps = list(coach.stream(coach.start("one-turn"), MESSAGE))
    conversation, result = steps[-1].conversation, steps[-1].result
    assert conversation is not None
    assert result is not None
    by_rules = coach._notes.reader.read(MESSAGE, Case(), None)
    rules = [(value.slot, value.value, MESSAGE[value.start : value.end]) for value in by_rules.values]
    [shown] = witness.shown
    heard = [(one["slot"], one["value"], one["quote"], one["certainty"]) for one in json.loads(HEARD)["readings"]]
    recording = conversation.events[-1].recording
    assert recording is not None
    judged, cited = _judged(conversation, shown), _cited(result.citations)
    sections = (
        _HEAD,
        f"## 1. The message\n\n> {MESSAGE}",
        f"## 2. Shown at once, before the model has said a word\n\n{_quoted(steps[0].reply)}",
        f"## 3. Values\n\n{_VALUES}",
        f"The rules:\n\n{_table(('slot', 'value', 'words'), rules)}",
        f"The model:\n\n{_table(('slot', 'value', 'quote', 'certainty'), heard)}",
        f"Together:\n\n{_table(('slot', 'value', 'status', 'via', 'quote'), _facts(result))}",
        f"## 4. Verdict\n\n{_VERDICT}\n\n{_json(_of_turn(result))}",
        f"## 5. Evidence\n\n{_EVIDENCE}\n\n{_table(('relevance', 'file', 'from', 'to', 'begins'), _passages(shown))}",
        f"## 6. Claims and their places\n\n{_CLAIMS}\n\n{_table(('key', 'sentences', 'rest on'), _claims(shown))}",
        f"## 7. What the model wrote\n\n{_quoted(_spoken(conversation))}",
        f"## 8. What became of it\n\n{_FATES}\n\n{_table(('its sentence', 'shown', 'why'), judged)}",
        f"## 9. The reply\n\n{_quoted(result.reply)}\n\n{_table(('n', 'place', 'quote'), cited)}",
        f"## 10. The recording\n\n{_RECORDING}\n\n{_json(asdict(recording))}",
    )
    return "\n\n".join(sections) + "\n"


_HEAD = """# One turn, as data

What passes between the parts of the coach in one turn with a language model. The model here is scripted, so that it
does what models do at times: it hears a number nobody said, promises something, frames one claim as a myth and leaves
others out. Everything else is the coach as it runs. `python -m tests.one_turn` writes this page, and a test fails when
it is out of date."""
_VALUES = (
    "Rules and model hear the same message. A quote that does not stand in it takes its value with it. The model's "
    "reading of a slot stands before the rules'. Whoever heard it, it is proposed: it is shown, it counts for the "
    "leaning, and no verdict rests on it before the user agrees to it."
)
_VERDICT = "The rulebook's, over the values above; no model is asked. Shortened:"
_EVIDENCE = "What the sources say to the user's own question, found before the model speaks."
_CLAIMS = (
    "What the engine composed, a key for each run of sentences. The model is given keys and sentences, never where "
    "they stand in the sources; wherever it writes a key, the engine puts the sentences. The question comes last by "
    "itself."
)
_FATES = "Sentence by sentence, before anything is shown. No word of the model's shares a paragraph with a claim."
_RECORDING = (
    "The browser keeps it with the message. Run again, the same words meet the same checks, and the reply comes back "
    "without a call."
)


def _facts(result: TurnResult) -> Iterator[tuple[object, ...]]:
    for fact in result.case.facts:
        yield fact.slot, fact.value, result.case.status(fact).value, fact.via.value, fact.quote


def _of_turn(result: TurnResult) -> Json:
    told = turn_json(result)
    found = {name: told[name] for name in SHOWN_OF_A_TURN}
    question = told["question"]
    assert isinstance(question, dict)
    return {**found, "question": {name: question[name] for name in ("slot", "kind", "text")}}


def _passages(shown: Shown) -> Iterator[tuple[object, ...]]:
    for one in shown.context.evidence:
        passage = one.passage
        yield (
            f"{one.relevance:.2f}",
            passage.file,
            passage.start,
            passage.end,
            f"{' '.join(passage.quote.split())[:60]} …",
        )


def _claims(shown: Shown) -> Iterator[tuple[object, ...]]:
    for place in plan(shown.composed).places:
        sentences = [sentence for paragraph in place.paragraphs for sentence in paragraph.sentences]
        cited = ", ".join(_place(citation) for sentence in sentences for citation in sentence.citations)
        yield place.key, " ".join(sentence.text for sentence in sentences), cited or "the turn itself"


def _place(citation: Citation) -> str:
    return f"{citation.file or f'message {citation.turn}'} {citation.start}–{citation.end}"


def _cited(citations: Sequence[Citation]) -> Iterator[tuple[object, ...]]:
    for n, citation in enumerate(citations, start=1):
        yield n, _place(citation), " ".join(citation.quote.split())


def _spoken(conversation: Conversation) -> str:
    recording = conversation.events[-1].recording
    assert recording is not None
    assert recording.spoken is not None
    return recording.spoken


def _judged(conversation: Conversation, shown: Shown) -> list[tuple[str, str, str]]:
    cutter = ReplySplitter()
    cuts = [*cutter.feed(_spoken(conversation)), *cutter.finish()]
    judged = [_fate(cut) for cut in cuts]
    counted = fates(shown.spoken)
    assert {name: [one[1] for one in judged].count(name) for name in counted} == counted
    left = [place.key for place in plan(shown.composed).places if not any(place.key in cut.keys for cut in cuts)]
    return [*judged, (f"(nothing for {', '.join(left)})", "the engine's own", "nothing may be left out")]


def _fate(cut: ReplyPiece) -> tuple[str, str, str]:
    if cut.keys:
        return "".join(f"{{{key}}}" for key in cut.keys), "the engine's own", "its place"
    fits = knowledge().own_words.fits(cut.text, MESSAGE)
    return cut.text, "kept" if fits else "dropped", "says nothing of the case" if fits else "may say something of it"


def _table(head: Sequence[str], rows: Iterator[tuple[object, ...]] | Sequence[tuple[object, ...]]) -> str:
    written = [head, ["---"] * len(head), *([str(cell).replace("|", "\\|") for cell in row] for row in rows)]
    return "\n".join(f"| {' | '.join(row)} |" for row in written)


def _quoted(text: str) -> str:
    return "\n".join(f"> {line}".rstrip() for line in text.splitlines())


def _json(value: object) -> str:
    return f"```json\n{json.dumps(value, indent=1, ensure_ascii=False)}\n```"


def main(path: Path = PAGE) -> None:
    """Write the page."""
    path.write_text(page(), encoding="utf-8")


if __name__ == "__main__":
    main()
