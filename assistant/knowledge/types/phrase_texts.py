"""Phrases: the reviewed wordings a reply is made of, and which placeholders each of them has.

Owns the names of phrases, their placeholders and the choice among variants. Must not know the wordings, which are
text in `phrases.yaml`, nor when each is said.
"""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from string import Formatter

from assistant.domain.dialogue import SentenceRole
from assistant.domain.mistakes import MistakeId
from assistant.domain.rulebook import VerdictId

_PLACEHOLDERS = {
    "heard.single": "heard",
    "heard.quoted": "quote heard",
    "heard.good": "heard",
    "heard.good_quoted": "quote heard",
    "heard.many": "list",
    "heard.declined": "name",
    "heard.declined_several": "names",
    "heard.replaced": "new old",
    "heard.reopened": "name",
    "heard.no_answer": "name",
    "heard.resolved": "heard",
    "join.two": "first last",
    "join.many": "first last",
    "join.long": "first last",
    "join.either": "first last",
    "number.data_count": "number",
    "number.volume": "number",
    "opening.weighing": "lines",
    "mistake.named": "line",
    "mistake.explained": "line hit",
    "mistake.named_if": "line",
    "mistake.explained_if": "line hit",
    "mistake.several": "lines",
    "mistake.many": "lines",
    "settled.opening": "label summary",
    "settled.agreed": "label summary",
    "settled.rests": "facts",
    "settled.stands": "label",
    "settled.gaps": "names",
    "settled.come_back": "names",
    "settled.part": "concern label",
    "settled.step": "exit_test",
    "change.single": "change label",
    "change.also": "change label",
    "change.to_yes": "change label",
    "change.several": "changes label",
    "change.several_to_yes": "changes label",
    "question.ask": "question why",
    "question.plain": "question",
    "question.again": "question",
    "question.explained": "explanation question",
    "question.entry": "n name entry",
    "question.back": "question",
    "question.back_held": "question",
    "question.also": "question",
    "asks.document": "quote",
    "asks.document_under": "heading quote",
    "why.question": "why",
    "why.tips": "change label",
    "why.verdict": "label",
    "left.several": "number",
    "source.document": "quote",
    "source.guidance": "quote title",
    "source.said": "quotes",
    "push.holds": "label",
    "push.change": "change label",
    "push.first_change": "first rest label",
    "spoken.translation": "text",
    "unreadable.options": "options",
    "unreadable.moves_on": "name",
    "now.leaning": "label",
    "now.heard": "names",
    "push.again": "change",
    "answer.here": "fact",
    "answer.here_quoted": "fact quote",
    "answer.not_known": "name",
    "answer.so_far": "label",
    "next.monday": "first_day",
    "certainty.firm": "label",
    "certainty.fairly": "label",
    "certainty.loose": "label",
    "certainty.rests": "facts",
    "certainty.rests_heard": "names",
    "certainty.open": "names",
    "certainty.asking": "number",
    "suppose.turns": "change label",
    "suppose.stays": "change label",
    "suppose.opens": "change",
    "summary.nothing_changes": "names",
    "cost.step": "step",
    "many.asked_enough": "number",
    "many.asked_short": "number",
    "explain.plainly": "label summary",
    "cost.depends": "names",
    "many.needed": "aim number",
    "many.have": "number",
    "many.short": "number",
    "many.shape": "fact",
    "evals.intro": "aim",
    "evals.intro_quoted": "aim quote",
    "evals.intro_things": "quote",
    "compare.which": "label",
    "compare.which_open": "label",
    "summary.wish": "aim",
    "summary.wish_quoted": "aim quote",
    "summary.verdict": "label summary",
    "summary.leaning": "label",
    "summary.reason": "reason",
    "summary.step": "step",
    "summary.change": "change label",
    "summary.far": "label n",
    "summary.open": "names",
    "ladder.source": "quote",
    "ladder.rung": "label",
    "mistakes.hit": "line state",
    "mistakes.cleared": "line state",
    "mistakes.unknown": "line state",
    "mistakes.plain": "line",
    "term.own": "text",
    "coach.decides_on": "names",
    "coach.grades_more": "counts",
    "coach.grade_count": "number grade",
    "coach.model": "who",
    "coach.words": "who",
    "coach.words_case": "number",
    "coach.upload_case": "names",
    "coach.upload_enough": "names",
    "coach.contradicts": "label",
    "coach.contradicts_number": "number",
    "coach.misheard_item": "name fact",
    "coach.misheard_item_quoted": "name fact quote",
}
_WITHOUT_PLACEHOLDERS = (
    "heard.agreed heard.denied heard.one_by_one heard.nothing_first heard.nothing heard.nothing_of_list heard.same "
    "opening.reading lean.turned settled.undecided settled.parts settled.steps question.list question.list_end "
    "question.which question.invite question.back_list asks.not_covered asks.not_covered_beside why.nothing "
    "left.last left.none "
    "source.opening source.nothing source.cite push.undecided push.none greet.first greet.again thanks.open "
    "thanks.plain "
    "restart.done off_topic.friendly language.english_only language.not_read language.any scope.other_kind "
    "scope.still_holds scope.where spoken.cut unreadable.plain now.nothing explain.opening explain.listed "
    "push.again_none "
    "answer.no_case answer.other_kind answer.offer answer.so_far_nothing next.first next.then next.open "
    "certainty.nothing_open certainty.limit risk.intro cost.none explain.nothing_asked compare.terms many.unknown "
    "many.half many.facts compare.alike compare.knows compare.acts compare.both compare.trainings "
    "explain.train_yes explain.train_no summary.none ladder.what mistakes.intro mistakes.intro_open "
    "coach.decides coach.decides_more coach.grades coach.grades_case coach.model_more coach.upload coach.pasted "
    "coach.contradicts_open coach.contradicts_why coach.misheard coach.misheard_mend coach.misheard_nothing "
    "coach.small_talk coach.ready deadline.cheapest deadline.cheapest_facts deadline.cheapest_process "
    "deadline.cheapest_yes deadline.log"
)
_LEANINGS = [verdict for verdict in VerdictId if verdict not in (VerdictId.UNDECIDED, VerdictId.OUT_OF_SCOPE)]
_CONCERNS = (
    "format", "style", "classification", "extraction", "transformation", "domain_language", "repeated_decision",
    "knowledge", "lookup", "policy", "cost_latency",
)  # fmt: skip

PLACEHOLDERS: Mapping[str, frozenset[str]] = {
    **{key: frozenset(names.split()) for key, names in _PLACEHOLDERS.items()},
    **{key: frozenset() for key in _WITHOUT_PLACEHOLDERS.split()},
    **{f"lean.{verdict.value}": frozenset() for verdict in _LEANINGS},
    **{f"state.{mistake.value}": frozenset() for mistake in MistakeId},
    **{f"concern.{goal}": frozenset() for goal in (*_CONCERNS, "open")},
}
"""Every phrase there must be, by `group.name`, with the placeholders that each of its variants holds exactly."""

_ROLES = {
    SentenceRole.VERDICT: (
        "lean. mistake. settled.opening settled.agreed settled.stands settled.undecided settled.gaps settled.come_back "
        "settled.part change. why.tips why.verdict push. now. answer.so_far certainty.firm certainty.fairly "
        "certainty.loose compare.which summary.verdict explain.plainly explain.train_ summary.leaning summary.change "
        "summary.far "
        "ladder.rung mistakes. compare.which_open suppose. "
        "coach.contradicts scope.other_kind"
    ),
    SentenceRole.QUESTION: "question. greet.first restart.done unreadable.options",
    SentenceRole.SOURCE: "source.document source.guidance source.said opening.weighing",
    SentenceRole.STEP: "settled.step",
    SentenceRole.HEARD: "heard.",
    SentenceRole.LINK: (
        "opening.reading lean.turned heard.agreed explain.opening explain.listed settled.parts "
        "settled.steps source.opening "
        "greet.again thanks.open thanks.plain unreadable.plain next.first next.then risk.intro mistakes.intro "
        "mistakes.intro_open coach.misheard coach.small_talk coach.ready answer.offer scope.still_holds"
    ),
}
_ROLE_OF = {key: role for role, keys in _ROLES.items() for key in keys.split()}


def role_of(key: str) -> SentenceRole:
    """Return what a phrase is for: by its own name, else by its group's, else it is a claim."""
    group = key.split(".", 1)[0] + "."
    return _ROLE_OF.get(key) or _ROLE_OF.get(group) or SentenceRole.CLAIM


@dataclass(frozen=True, slots=True)
class Phrases:
    """The variants of every phrase in `PLACEHOLDERS`, in the order of the file."""

    variants: Mapping[str, tuple[str, ...]]

    def say(self, key: str, turn: int, **values: str) -> str:
        """Fill one variant of a phrase; the variants take turns, so that consecutive turns do not sound alike."""
        variants = self.variants[key]
        chosen = variants[(turn + zlib.crc32(key.encode())) % len(variants)]
        return chosen.format(**values)


def placeholders(wording: str) -> frozenset[str]:
    """Return the names a wording has in braces.

    Raises:
        ValueError: braces that do not pair, or that hold anything but a name.
    """
    names = set()
    for _, name, form, conversion in Formatter().parse(wording):
        if name is None:
            continue
        if not name.isidentifier() or form or conversion:
            raise ValueError(f"{{{name}}} is not a plain name between braces")
        names.add(name)
    return frozenset(names)
