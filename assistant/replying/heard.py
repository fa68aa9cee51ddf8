"""What I heard: this turn's facts said back in the user's own terms.

Owns what counts as new, taken back, confirmed or contradicted since the turn before, and how much of it is said.
Must not know what any of it means for the verdict.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from assistant.domain.case import Case, Fact, SlotState, Via
from assistant.domain.dialogue import Intent, ReplyContext, Sentence
from assistant.domain.source import Citation
from assistant.replying.quotes import cite_user, n_words, show_quote, widen_quote
from assistant.replying.wording import Wording

MOST_SAID = 3
SHORT_QUOTE = 7
NO_AIM = "vague"
"""An aim that is none: nobody wants to be told that they named none."""
LONG_QUOTE = 14


@dataclass(frozen=True, slots=True)
class Changes:
    """What this turn changed in the case; slots in the order of the facts.

    `declined` is what the user said they do not know, `unanswered` what was asked twice and not answered.
    """

    told: tuple[Fact, ...]
    declined: tuple[str, ...]
    unanswered: tuple[str, ...]
    replaced: tuple[tuple[Fact, Fact], ...]
    contradicted: tuple[str, ...]
    agreed: tuple[str, ...]
    resolved: tuple[Fact, ...]
    removed: tuple[str, ...]

    @property
    def slots(self) -> frozenset[str]:
        """All slots that hold something new."""
        return (
            frozenset(fact.slot for fact in self.told) | {new.slot for _, new in self.replaced} | {*self.contradicted}
        )

    @property
    def empty(self) -> bool:
        """Nothing changed at all."""
        return not (
            self.told
            or self.declined
            or self.unanswered
            or self.replaced
            or self.contradicted
            or self.agreed
            or self.resolved
            or self.removed
        )


def compare_cases(before: Case, case: Case) -> Changes:
    """Compare the case with what it was before this turn."""
    old_values = {(fact.slot, fact.value): fact for fact in before.facts}
    fresh = [fact for fact in case.facts if (fact.slot, fact.value) not in old_values]
    contradicted = _slots(
        fact for fact in case.facts if _is_contradicted(case, fact.slot) and not _is_contradicted(before, fact.slot)
    )
    replaced = tuple(
        (old, fact)
        for fact in fresh
        if fact.value is not None and fact.slot not in case.set_slots and not _is_contradicted(case, fact.slot)
        for old in before.of(fact.slot)[-1:]
        if old.value is not None
    )
    anew = {new.slot for _, new in replaced} | {*contradicted}
    was_agreed = {(fact.slot, fact.value): fact.agreed for fact in before.facts}
    chosen = [
        fact for fact in case.facts if _is_contradicted(before, fact.slot) and not _is_contradicted(case, fact.slot)
    ]
    return Changes(
        told=tuple(fact for fact in fresh if fact.value not in (None, NO_AIM) and fact.slot not in anew),
        declined=_slots(fact for fact in fresh if fact.value is None and not _is_silence(fact)),
        unanswered=_slots(fact for fact in fresh if fact.value is None and _is_silence(fact)),
        replaced=replaced,
        contradicted=contradicted,
        agreed=_slots(fact for fact in case.facts if fact.agreed and was_agreed.get((fact.slot, fact.value)) is False),
        resolved=tuple(fact for fact in chosen if fact.value is not None and (fact.slot, fact.value) in old_values),
        removed=_slots(fact for fact in before.facts if fact.value is not None and not case.of(fact.slot)),
    )


def say_heard(context: ReplyContext, found: Changes, wording: Wording, explained: Collection[str]) -> list[Sentence]:
    """Say back what this turn changed; slots in `explained` are spoken of next and need only the user's words.

    What the user could not say is not said here once the case is settled, since the gaps are named at the end.
    """
    spoken: list[Sentence | None] = []
    if found.agreed and context.interpretation.agrees:
        spoken.append(wording.say("heard.agreed"))
    was_doubted = context.case.n_noes > context.before.n_noes or context.case.doubted > context.before.doubted
    if was_doubted and context.interpretation.intent is Intent.DENIES:
        spoken.append(wording.say("heard.one_by_one"))
    if found.removed:
        spoken.append(_say_removed(context, found.removed, wording))
    spoken += [wording.say("heard.resolved", cite_user(fact), heard=wording.fact(fact)) for fact in found.resolved]
    spoken += [_say_replaced(old, new, wording) for old, new in found.replaced]
    spoken += _say_facts(found.told, wording, explained, context.message)
    if context.assessment.settled and context.assessment.gaps:
        return [sentence for sentence in spoken if sentence is not None]
    if len(found.declined) == 1:
        spoken.append(wording.say("heard.declined", name=wording.name(found.declined[0])))
    elif found.declined:
        spoken.append(wording.say("heard.declined_several", names=wording.names(found.declined)))
    spoken += [wording.say("heard.no_answer", name=wording.name(slot)) for slot in found.unanswered]
    return [sentence for sentence in spoken if sentence is not None]


def _slots(facts: Iterable[Fact]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(fact.slot for fact in facts))


def _is_silence(gap: Fact) -> bool:
    """Tell whether a gap was left by a question that was met twice without an answer: nobody spoke it out."""
    return gap.via is Via.WORDS and gap.quote is None


def _is_contradicted(case: Case, slot: str) -> bool:
    return case.state(slot) is SlotState.CONTRADICTED


def _say_removed(context: ReplyContext, slots: tuple[str, ...], wording: Wording) -> Sentence:
    if context.interpretation.intent is Intent.DENIES:
        return wording.say("heard.denied")
    return wording.say("heard.reopened", name=wording.names(slots))


def _say_replaced(old: Fact, new: Fact, wording: Wording) -> Sentence:
    return wording.say("heard.replaced", cite_user(new), new=wording.fact(new), old=wording.fact(old))


def _say_facts(
    facts: tuple[Fact, ...], wording: Wording, explained: Collection[str], message: str
) -> list[Sentence | None]:
    if len(facts) == 1:
        return [_one(facts[0], wording, explained, message)]
    if not facts:
        return []
    said = facts[:MOST_SAID]
    cited = [_quote_fact(fact, message, SHORT_QUOTE) for fact in said]
    listed = wording.join(
        [_clause(fact, citation, wording) for fact, citation in zip(said, _apart(cited), strict=True)]
    )
    claim = not any(wording.is_band(fact) for fact in said)
    return [wording.say("heard.many", *cited, claim=claim, list=listed)]


def _quote_fact(fact: Fact, message: str, most_words: int) -> Citation | None:
    citation = cite_user(fact)
    return widen_quote(citation, message, most_words) if citation else None


def _apart(cited: list[Citation | None]) -> list[Citation | None]:
    """Leave out each quote that overlaps one shown before it."""
    apart: list[Citation | None] = []
    for citation in cited:
        overlaps = any(
            other and citation and other.start < citation.end and citation.start < other.end for other in apart
        )
        apart.append(None if overlaps else citation)
    return apart


def _clause(fact: Fact, citation: Citation | None, wording: Wording) -> str:
    """Say a fact back with the user's words behind it, where they are few and add something."""
    clause = wording.fact(fact)
    if citation is None or not _worth_showing(citation.quote, SHORT_QUOTE):
        return clause
    return f"{clause} ({wording.quote(show_quote(citation, fact))})"


def _one(fact: Fact, wording: Wording, explained: Collection[str], message: str) -> Sentence | None:
    citation = _quote_fact(fact, message, LONG_QUOTE)
    is_shown = citation is not None and _worth_showing(citation.quote)
    if fact.slot in explained and fact.via is Via.CLICK:
        return None
    heard, good = wording.fact(fact), _is_good(fact, wording)
    claim = not wording.is_band(fact)  # a band's bounds are the rulebook's numbers, not the user's
    if citation is None or not is_shown:
        return wording.say("heard.good" if good else "heard.single", citation, claim=claim, heard=heard)
    key = "heard.good_quoted" if good else "heard.quoted"
    return wording.say(key, citation, claim=claim, quote=show_quote(citation, fact), heard=heard)


def _worth_showing(quote: str, most: int = LONG_QUOTE) -> bool:
    return 2 <= n_words(quote) <= most


def _is_good(fact: Fact, wording: Wording) -> bool:
    """Tell whether a fact is the most ready its slot can be."""
    readiness = wording.rulebook.slot(fact.slot).readiness
    return bool(readiness) and fact.value == readiness[-1]
