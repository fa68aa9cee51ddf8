"""What the coach says in other languages, as it stands in `phrases/<language>.yaml`.

Owns the shape of such a file and the check that it says all that is said in English, with the same placeholders. Must
not know when any of it is said.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any

from pydantic import Field, create_model

from assistant.domain.rulebook import Confirmations, Mistake, Option, Rulebook, Slot, VerdictText
from assistant.knowledge.files import FileModel, Folder, LocatedDict
from assistant.knowledge.phrase_files import check_phrases
from assistant.knowledge.types.answer_book import AnswerBook, EvalExample, Term
from assistant.knowledge.types.page_text import PageText
from assistant.knowledge.types.phrase_texts import placeholders
from assistant.knowledge.types.reviewed_translation import Translation

FOLDER = "phrases"
_PARTS = (
    "confirmations", "slots", "criteria", "verdicts", "steps", "mistakes", "terms", "fits", "costs", "risks",
    "eval_examples",
    "labels", "record", "stability", "ladder", "rung_states", "mistake_states", "grades",
)  # fmt: skip
_OF_A_SLOT = ("name", "question", "second_question", "explanation", "why", "split_question", "unit")
_OF_CONFIRMATIONS = (
    "aim", "contradicted", "reopened", "read_back", "read_back_one", "which", "read_back_why", "gap", "gap_of",
    "between", "between_slots", "thousands", "quotation_marks", "yes_label", "yes_label_one", "no_label",
)  # fmt: skip


class _WithReader(FileModel):
    reader: str = Field(min_length=1)
    date: datetime.date
    courtesies: tuple[str, ...] = Field(min_length=1)
    phrases: dict[str, Any]


_OF_PARTS: dict[str, Any] = dict.fromkeys(_PARTS, (dict[Any, Any], ...))
_TranslationFile = create_model("_TranslationFile", __base__=_WithReader, **_OF_PARTS)


def read_translations(
    folder: Folder, rulebook: Rulebook, book: AnswerBook, page: PageText
) -> Mapping[str, Translation]:
    """Read every `phrases/<language>.yaml`; what is missing, unknown or has other placeholders is noted as a fault."""
    found = {}
    for path in sorted((folder.root / FOLDER).glob("*.yaml")):
        data = folder.yaml(path)
        read = folder.validate(path, data, _TranslationFile, 1) if data is not None else None
        if read is None:
            continue
        texts = _Texts(folder, path, dict(_flatten({part: data[part] for part in _PARTS}, 1)))
        found[path.stem] = Translation(
            read.reader,
            read.date,
            _translate_rulebook(rulebook, texts),
            check_phrases(folder, path, data["phrases"]),
            _translate_book(book, texts),
            read.courtesies,
            _translate_page(page, texts),
        )
        texts.refuse_unknown()
    return found


@dataclass(slots=True)
class _Texts:
    """The texts of one file by their path, each with its line, and which of them have a place."""

    folder: Folder
    path: Path
    given: Mapping[str, tuple[Any, int]]
    known: set[str] = field(default_factory=set)

    def say(self, key: str, english: str) -> str:
        """Return what is said for an English text; what is missing or does not fit is noted, and English stays."""
        self.known.add(key)
        said, line = self.given.get(key, (None, 1))
        if said is None:
            self.folder.fault(self.path, line, f"{key} is missing.", f"Say there what {english!r:.80} says.")
            return english
        if not isinstance(said, str) or not said.strip():
            self.folder.fault(self.path, line, f"{key} is no text.", f"Say there what {english!r:.80} says.")
            return english
        try:
            is_same = placeholders(said) == placeholders(english)
        except ValueError:
            is_same = False
        if not is_same:
            places = ", ".join(f"{{{name}}}" for name in sorted(placeholders(english))) or "no placeholder"
            self.folder.fault(self.path, line, f"{key}: {said!r} has other placeholders.", f"It takes {places}.")
        return said

    def say_all(self, before: str, spoken: object, names: tuple[str, ...]) -> dict[str, Any]:
        """Return what is said for those texts of a value that are not empty, by their names."""
        english = {name: getattr(spoken, name) for name in names}
        return {name: self.say(f"{before}/{name}", text) for name, text in english.items() if text}

    def refuse_unknown(self) -> None:
        """Note what stands for nothing that is said in English."""
        for key in sorted(self.given.keys() - self.known):
            line = self.given[key][1]
            self.folder.fault(self.path, line, f"There is no text {key!r}.", "Correct its name or take it out.")


def _flatten(data: Mapping[Any, Any], line: int, before: str = "") -> Iterator[tuple[str, tuple[Any, int]]]:
    """Give every text of a nested mapping under its path, such as `slots/goal/name`, with its line."""
    lines = data.lines if isinstance(data, LocatedDict) else {}
    for key, value in data.items():
        at = lines.get(key, line)
        if isinstance(value, Mapping):
            yield from _flatten(value, at, f"{before}{key}/")
        else:
            yield f"{before}{key}", (value, at)


def _translate_rulebook(rulebook: Rulebook, texts: _Texts) -> Rulebook:
    return replace(
        rulebook,
        slots=tuple(_translate_slot(slot, texts) for slot in rulebook.slots),
        criteria=tuple(
            replace(criterion, claim=texts.say(f"criteria/{criterion.id}", criterion.claim))
            for criterion in rulebook.criteria
        ),
        verdicts=tuple(_translate_verdict(verdict, texts) for verdict in rulebook.verdicts),
        mistakes=tuple(_translate_mistake(mistake, texts) for mistake in rulebook.mistakes),
        confirmations=_translate_confirmations(rulebook.confirmations, texts),
    )


def _translate_slot(slot: Slot, texts: _Texts) -> Slot:
    options = tuple(_translate_option(option, f"slots/{slot.id}/options", texts) for option in slot.options)
    return replace(slot, **texts.say_all(f"slots/{slot.id}", slot, _OF_A_SLOT), options=options)


def _translate_option(option: Option, before: str, texts: _Texts) -> Option:
    value = option.value if isinstance(option.value, str) else f"{option.value:.0f}"
    return replace(option, **texts.say_all(f"{before}/{value}", option, ("label", "heard")))


def _translate_verdict(verdict: VerdictText, texts: _Texts) -> VerdictText:
    """Translate a verdict; a step that stands under several verdicts is said once for all."""
    steps = (replace(step, **texts.say_all(f"steps/{step.id}", step, ("text", "exit_test"))) for step in verdict.steps)
    said = texts.say_all(f"verdicts/{verdict.id.value}", verdict, ("label", "summary"))
    return replace(verdict, **said, steps=tuple(steps))


def _translate_mistake(mistake: Mistake, texts: _Texts) -> Mistake:
    return replace(mistake, **texts.say_all(f"mistakes/{mistake.id}", mistake, ("name", "hit", "cleared", "unknown")))


def _translate_confirmations(words: Confirmations, texts: _Texts) -> Confirmations:
    return replace(words, **texts.say_all("confirmations", words, _OF_CONFIRMATIONS))


def _translate_term(term: Term, texts: _Texts) -> Term:
    fits = term.fits and replace(term.fits, text=texts.say(f"fits/{term.names[0]}", term.fits.text))
    return replace(term, text=texts.say(f"terms/{term.names[0]}", term.text), fits=fits)


def _translate_book(book: AnswerBook, texts: _Texts) -> AnswerBook:
    return replace(
        book,
        terms=tuple(_translate_term(term, texts) for term in book.terms),
        costs=tuple(replace(cost, text=texts.say(f"costs/{cost.id}", cost.text)) for cost in book.costs),
        risks=tuple(replace(risk, text=texts.say(f"risks/{risk.id}", risk.text)) for risk in book.risks),
        eval_examples=tuple(_translate_example(example, texts) for example in book.eval_examples),
    )


def _translate_page(page: PageText, texts: _Texts) -> PageText:
    """Translate what the page says once somebody has said a word."""
    whole = {
        name: replace(said, **texts.say_all(name, said, tuple(part.name for part in fields(said))))
        for name, said in (("labels", page.labels), ("record", page.record))
    }
    states = {
        name: {key: texts.say(f"{name}/{key}", word) for key, word in getattr(page, name).items()}
        for name in ("rung_states", "mistake_states", "grades")
    }
    rungs = (replace(rung, **texts.say_all(f"ladder/{rung.id}", rung, ("name", "meaning"))) for rung in page.ladder)
    stability = (
        replace(words, **texts.say_all(f"stability/{words.at_least}", words, ("label", "meaning")))
        for words in page.stability
    )
    return replace(page, ladder=tuple(rungs), stability=tuple(stability), **whole, **states)  # type: ignore[arg-type]


def _translate_example(example: EvalExample, texts: _Texts) -> EvalExample:
    name = " ".join(sorted(example.goals)) or "open"
    return replace(
        example, **texts.say_all(f"eval_examples/{name}", example, ("cases", "beside", "score", "by_hand", "first_day"))
    )
