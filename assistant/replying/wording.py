"""The words for one thing at a time: a fact, a change, a reason, a mistake, a question.

Owns how the rulebook's texts and the reviewed phrases become single sentences with their citations. Must not know
which of them a reply is made of, nor in which order.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from assistant.domain.case import Case, Fact, Value, Via
from assistant.domain.dialogue import Counterfactual, Paragraph, Question, QuestionKind, Sentence
from assistant.domain.mistakes import MistakeFinding, MistakeId
from assistant.domain.read_back import entry
from assistant.domain.rulebook import Criterion, Mistake, Rulebook, SlotKind, VerdictId
from assistant.domain.source import Citation, SourceText
from assistant.domain.verdict import TRAINING_VERDICTS
from assistant.knowledge.types.answer_book import AnswerBook
from assistant.knowledge.types.phrase_texts import Phrases, role_of
from assistant.replying.quotes import cite_span, cite_user, cite_whole, n_words
from assistant.replying.repeats import plain


def capitalise(text: str) -> str:
    """Begin a sentence with a capital letter, behind bold marks or an opening quotation mark of our own."""
    if text.startswith("**"):
        return "**" + capitalise(text[2:])
    return text[:1].upper() + text[1:]


def paragraphs(*groups: Sequence[Sentence]) -> list[Paragraph]:
    """Make a paragraph of each group that holds anything."""
    return [Paragraph(tuple(group)) for group in groups if group]


def n_words_of(drafted: Sequence[Paragraph]) -> int:
    """Count the words of a drafted reply."""
    return sum(n_words(sentence.text) for paragraph in drafted for sentence in paragraph.sentences)


@dataclass(frozen=True, slots=True)
class Wording:
    """Sentences about single things, in the wording of one turn."""

    rulebook: Rulebook
    texts: Mapping[str, SourceText]
    phrases: Phrases
    turn: int
    book: AnswerBook = field(default_factory=AnswerBook)
    replies: tuple[str, ...] = ()
    is_translated: bool = False

    @staticmethod
    def cite_fact(fact: Fact) -> Citation | None:
        """Cite the user's words for a fact; None for a click."""
        return cite_user(fact)

    def say(self, key: str, *citations: Citation | None, claim: bool = False, **values: str) -> Sentence:
        """Fill a phrase and make it a sentence with those citations that there are.

        The wordings of a phrase take turns; one that was said before, or that begins as the last reply did, comes last.
        """
        turns = range(self.turn, self.turn + len(self.phrases.variants[key]))
        wordings = [capitalise(self.phrases.say(key, turn, **values)) for turn in turns]
        text = min(wordings, key=self._is_stale)
        cited = tuple(citation for citation in citations if citation is not None)
        return Sentence(text, cited, is_claim=claim and bool(cited), role=role_of(key))

    def _is_stale(self, wording: str) -> tuple[bool, bool]:
        """Rank a wording: said word for word before, or beginning like the last reply."""
        opening = plain(self.replies[-1]).split()[:2] if self.replies else []
        return any(plain(wording) in plain(reply) for reply in self.replies), plain(wording).split()[:2] == opening

    def join(self, clauses: Sequence[str]) -> str:
        """Join clauses as one says them: commas, semicolons where a clause has commas, "and" before the last."""
        *first, last = clauses or [""]
        if not first:
            return last
        if any("," in clause for clause in first):
            return self.phrases.say("join.long", 0, first="; ".join(first), last=last)
        return self.phrases.say("join.many" if first[1:] else "join.two", 0, first=", ".join(first), last=last)

    def number(self, number: float) -> str:
        """Write a number."""
        return self.rulebook.confirmations.write_number(number)

    def quote(self, text: str) -> str:
        """Put words between quotation marks."""
        return self.rulebook.confirmations.quote(text)

    def label(self, verdict: VerdictId) -> str:
        """Return a verdict's name."""
        return self.rulebook.verdict(verdict).label

    def clause(self, slot_id: str, value: Value, *, exact: bool) -> str:
        """Say a value back as a clause; an exact number is said as it is, else as the band it falls into."""
        slot = self.rulebook.slot(slot_id)
        option = slot.option(value)
        if slot.kind is SlotKind.NUMBER and isinstance(value, float | int) and value and exact:
            return self.phrases.say(f"number.{slot_id}", self.turn, number=self.number(value))
        return option.heard

    def fact(self, fact: Fact) -> str:
        """Say a fact back as a clause; a number is exact only where the user gave digits."""
        if fact.value is None:
            return self.name(fact.slot)
        return self.clause(fact.slot, fact.value, exact=not self.is_band(fact))

    def is_band(self, fact: Fact) -> bool:
        """Tell whether a number stands for its band: a band was clicked, or the user gave no digits."""
        slot = self.rulebook.slot(fact.slot)
        if slot.kind is not SlotKind.NUMBER or fact.value is None:
            return False
        if fact.via is Via.CLICK:
            return slot.option(fact.value).value == fact.value
        return not any(char.isdigit() for char in fact.quote or "")

    def name(self, slot_id: str) -> str:
        """Name what a slot is about."""
        return self.rulebook.slot(slot_id).name

    def names(self, slots: Iterable[str]) -> str:
        """Name several slots in one clause."""
        return self.join([self.name(slot) for slot in slots])

    def criterion(self, criterion_id: str) -> Criterion:
        """Return one criterion. Raises KeyError for an unknown id."""
        for criterion in self.rulebook.criteria:
            if criterion.id == criterion_id:
                return criterion
        raise KeyError(criterion_id)

    def reason(self, criterion_id: str, case: Case | None = None) -> Sentence:
        """State a criterion's claim with its first span and, given a case, the user's words it was read from."""
        criterion = self.criterion(criterion_id)
        cited = [cite_span(span, self.texts) for span in criterion.rests_on[:1]]
        if case is not None:
            facts = [fact for slot in criterion.slots[:1] for fact in case.of(slot)]
            cited += [said for fact in facts[:1] if (said := cite_user(fact)) is not None]
        return Sentence(criterion.claim, tuple(cited), is_claim=True)

    def mistake(self, mistake_id: MistakeId) -> Mistake:
        """Return one of the six. Raises KeyError for an unknown id."""
        for mistake in self.rulebook.mistakes:
            if mistake.id == mistake_id:
                return mistake
        raise KeyError(mistake_id)

    def mistake_line(self, mistake_id: MistakeId) -> tuple[str, Citation]:
        """Return the document's line about a mistake, without its full stop, and where it stands.

        In another language than the document's it is the mistake's name.
        """
        mistake = self.mistake(mistake_id)
        cited = cite_span(mistake.line, self.texts)
        return mistake.name if self.is_translated else cited.quote.rstrip("."), cited

    def name_mistake(self, finding: MistakeFinding, case: Case, *, explained: bool) -> Sentence:
        """Name a mistake by the document's line; explained adds what it means here.

        It is named firmly only where the user agreed to the facts it rests on.
        """
        line, cited = self.mistake_line(finding.id)
        is_firm = not case.list_unagreed_slots() & {*finding.slots}
        if explained:
            key = "mistake.explained" if is_firm else "mistake.explained_if"
            return self.say(key, cited, claim=True, line=line, hit=self.phrases.say(f"state.{finding.id.value}", 0))
        return self.say("mistake.named" if is_firm else "mistake.named_if", cited, claim=True, line=line)

    def mistakes(self, findings: Sequence[MistakeFinding], most: int) -> Sentence:
        """Name several mistakes in one sentence, and say so when there are more than are named."""
        lines = [self.mistake_line(finding.id) for finding in findings[:most]]
        listed = self.join([line if self.is_translated else self.quote(line) for line, _ in lines])
        key = "mistake.several" if len(findings) <= most else "mistake.many"
        return self.say(key, *(cited for _, cited in lines), claim=True, lines=listed)

    def changes(self, counterfactual: Counterfactual) -> list[str]:
        """Say each change of a counterfactual as a clause."""
        return [self.clause(change.slot, change.to, exact=False) for change in counterfactual.changes]

    def change(self, counterfactual: Counterfactual, leaning: VerdictId, *, second: bool = False) -> Sentence:
        """Say what would lead to another verdict; `second` for a single change named after another."""
        clauses, label = self.changes(counterfactual), self.label(counterfactual.verdict)
        to_yes = counterfactual.verdict in TRAINING_VERDICTS and leaning not in TRAINING_VERDICTS
        if len(clauses) == 1:
            key = "change.also" if second else "change.to_yes" if to_yes else "change.single"
            return self.say(key, change=clauses[0], label=label)
        key = "change.several_to_yes" if to_yes else "change.several"
        return self.say(key, changes="; ".join(clauses), label=label)

    def question(self, question: Question, case: Case, key: str = "question.ask", *, with_why: bool = True) -> Sentence:
        """Put the engine's question, with the words of the user that stand in it."""
        said = (cite_whole(fact) for slot in question.slots for fact in case.of(slot) if fact.quote)
        cited = [citation for citation in said if citation is not None and self.quote(citation.quote) in question.text]
        if question.again is not None and key in ("question.ask", "question.back"):
            return self._put_again(question, cited, key)
        if key == "question.ask" and with_why:
            return self.say(key, *cited, question=question.text.strip(), why=question.why)
        return self.say("question.plain" if key == "question.ask" else key, *cited, question=question.text.strip())

    def _put_again(self, question: Question, cited: Sequence[Citation], key: str) -> Sentence:
        """Put a question once more: its reason was given, and what explains it stands before it, not in it."""
        slot, text = self.rulebook.slot(question.slot), question.text.strip()
        is_explained = text == f"{slot.explanation} {slot.question}"
        if key == "question.back":
            return self.say(key, *cited, question=slot.question if is_explained else text)
        if is_explained:
            return self.explain(replace(question, text=slot.question))
        return self.say("question.again", *cited, question=text)

    def explain(self, question: Question) -> Sentence:
        """Put a question behind the explanation of its slot."""
        explanation = self.rulebook.slot(question.slot).explanation
        return self.say("question.explained", explanation=explanation, question=question.text.strip())

    def put_question(self, question: Question, case: Case, *, with_why: bool = True) -> list[Paragraph]:
        """Put a question as paragraphs: one by itself, or the list that is read back with an item for each entry."""
        if question.kind is not QuestionKind.READ_BACK or len(question.slots) == 1:
            with_why = with_why and question.kind is QuestionKind.ASK
            return paragraphs([self.question(question, case, with_why=with_why)])
        which = question.multiple
        opening = self.say("question.which" if which else "question.list")
        items = [Paragraph((self._entry(case, n, slot),), item=True) for n, slot in enumerate(question.slots, start=1)]
        closing = [] if which else [self.say("question.list_end")]
        return [*paragraphs([opening]), *items, *paragraphs(closing)]

    def _entry(self, case: Case, n: int, slot_id: str) -> Sentence:
        """Say back one entry of the list with the user's words it was read from."""
        slot = self.rulebook.slot(slot_id)
        gap = self.rulebook.confirmations.gap
        text = gap if slot_id in case.list_gaps() else entry(case, slot, self.rulebook)
        cited = (cite_whole(fact) for fact in case.pick_facts(slot_id))
        shown = [citation for citation in cited if citation is not None and self.quote(citation.quote) in text]
        return self.say("question.entry", *shown, n=str(n), name=slot.name, entry=text)
