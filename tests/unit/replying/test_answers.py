"""What the answers about a case promise whatever the case is."""

from __future__ import annotations

from dataclasses import replace

import pytest

from assistant.domain.dialogue import FollowUp, Intent, Interpretation, ReplyContext
from assistant.domain.steps import find_fitting_steps
from assistant.replying.phraser import ANSWERS, OfflinePhraser
from assistant.replying.suppositions import suppose
from tests.moments import Talk, knowledge

KNOWN = knowledge()
PHRASER = OfflinePhraser(KNOWN.rulebook, KNOWN.library.texts, KNOWN.phrases, KNOWN.answers)
NOT_READY = {
    "goal": ("classification",), "prompting": "plateaued", "evals": "none", "data_count": 3000.0,
    "data_quality": "clean", "freshness": "stable", "process": "agreed", "privacy": "unrestricted",
}  # fmt: skip
SETTLED = {**NOT_READY, "task_change": "stable", "retrieval": "not_needed"}
CASES = {
    "nothing": {},
    "begun": {"goal": ("style",)},
    "knowledge": {"goal": ("knowledge",), "freshness": "daily", "retrieval": "none"},
    "quarrel": {"goal": ("classification",), "process": "no_agreement"},
    "settled": NOT_READY,
    "yes": {**NOT_READY, "evals": "held_out"},
    "unknown": {"goal": ("style",), "evals": "declined", "data_count": "declined", "prompting": "declined"},
}


def asked(talk: Talk, kind: FollowUp, message: str = "what about LoRA and prompting?") -> ReplyContext:
    """Ask for a kind of answer."""
    context = talk.say(Intent.ASKS, message, message)
    return ReplyContext(
        context.turn, message, Interpretation(Intent.ASKS, (), message, about=kind), context.case, context.before,
        context.assessment, context.previous, (), who_speaks="No language model is used.",
    )  # fmt: skip


@pytest.mark.parametrize("facts", CASES.values(), ids=CASES.keys())
@pytest.mark.parametrize("kind", ANSWERS, ids=lambda kind: kind.value)
def test_every_answer_holds_up_in_every_kind_of_case(kind: FollowUp, facts: dict[str, object]) -> None:
    """Nothing is dropped for want of a source, and nothing is empty."""
    talk = Talk()
    if facts:
        talk.click(**facts)  # type: ignore[arg-type]
    grounded = talk.reply(PHRASER, asked(talk, kind))
    assert () == grounded.dropped
    assert grounded.markdown


def test_a_step_that_was_done_is_not_proposed() -> None:
    """Who has a fixed test set is not told to build one."""
    talk = Talk()
    context = talk.click(**{**NOT_READY, "evals": "held_out", "data_quality": "unchecked"})  # type: ignore[arg-type]
    steps = [step.id for step in find_fitting_steps(context.assessment, context.case, KNOWN.rulebook)]
    assert "build_evals" not in steps
    assert "clean_data" == steps[0]


@pytest.mark.parametrize(
    ("message", "verdict"),
    [
        ("if we had a test set, would you say yes?", "fine_tune"),
        ("if I had ten times the examples, would you still say the same?", "not_yet"),
    ],
)
def test_what_is_supposed_is_judged_and_changes_nothing(message: str, verdict: str) -> None:
    """A supposition gets the answer that the rules would give."""
    talk = Talk()
    before = talk.click(**NOT_READY).case  # type: ignore[arg-type]
    context = asked(talk, FollowUp.WOULD_CHANGE, message)
    found = suppose(context, KNOWN.rulebook, KNOWN.answers)
    assert found is not None
    assert (verdict, before.facts) == (found[1].value, context.case.facts)


def test_a_sentence_that_was_said_is_not_said_again_unasked() -> None:
    """What an earlier reply held word for word is left out of the next."""
    talk = Talk()
    first = talk.click(**NOT_READY)  # type: ignore[arg-type]
    said = talk.reply(PHRASER, first).markdown
    again = talk.say(Intent.PUSHES, "just say yes")
    context = ReplyContext(
        again.turn, again.message, again.interpretation, again.case, again.before, again.assessment, again.previous, (),
        replies=(said,),
    )  # fmt: skip
    reason = "There are no evals yet, so nobody could tell whether training helped."
    assert reason in said
    assert reason not in talk.reply(PHRASER, context).markdown


def test_what_is_only_read_back_is_not_called_unknown() -> None:
    """An upload is not answered with the wish to know what was just read back."""
    talk = Talk()
    context = talk.tell("in our tone of voice", ("goal", "style", "in our tone of voice"))
    question = context.assessment.question
    assert question is not None
    text = talk.reply(PHRASER, asked(talk, FollowUp.UPLOAD)).markdown
    assert KNOWN.rulebook.slot("goal").name not in text.split("What should the model")[0].split("is told:")[0]


def test_a_vague_aim_is_not_said_back() -> None:
    """Nobody wants to be told that they named none."""
    talk = Talk()
    told = talk.reply(PHRASER, talk.tell("we want our own AI", ("goal", "vague", "our own AI"))).markdown
    answered = talk.reply(PHRASER, asked(talk, FollowUp.NEXT_STEPS)).markdown
    assert (False, False) == ("the aim is still open" in told, "the aim is still open" in answered)


def test_a_verdict_whose_reasons_were_all_given_names_the_facts_that_decide() -> None:
    """It never stands without a why."""
    talk = Talk()
    context = talk.click(**SETTLED)  # type: ignore[arg-type]
    claims = [found.claim for found in KNOWN.rulebook.criteria if found.id in context.assessment.rationale]
    text = talk.reply(PHRASER, replace(context, replies=(" ".join(claims),))).markdown
    assert (False, True) == (any(claim in text for claim in claims), "there are no evals yet." in text)


def test_a_step_for_the_first_day_is_given_before_anything_is_decided() -> None:
    """With its source: the beginning of a test set is never wasted."""
    talk = Talk()
    talk.click(goal=("style",))
    grounded = talk.reply(PHRASER, asked(talk, FollowUp.NEXT_STEPS, "what do I do on Monday?"))
    first_day = KNOWN.answers.eval_for(frozenset({"style"})).first_day
    assert f"- {first_day} [" in grounded.markdown


def test_who_is_tired_of_questions_hears_how_many_are_left() -> None:
    """And that they can be skipped."""
    talk = Talk()
    n_left = talk.click(goal=("style",)).assessment.n_left
    said = [text.format(number=n_left) for text in KNOWN.phrases.variants["left.several"]]
    text = talk.reply(PHRASER, asked(talk, FollowUp.QUESTIONS_LEFT)).markdown
    assert any(text.startswith(sentence) for sentence in said)


def test_who_asks_whether_it_is_a_no_hears_the_answer() -> None:
    """Before how firm it is: first whether to train, then the verdict."""
    talk = Talk()
    context = talk.click(**SETTLED)  # type: ignore[arg-type]
    label = KNOWN.rulebook.verdict(context.assessment.verdict).label
    whether, verdict = talk.reply(PHRASER, asked(talk, FollowUp.CERTAINTY, "so is it a no?")).markdown.split(". ")[:2]
    assert whether == "To train now: no"
    assert f"**{label}**" in verdict


@pytest.mark.parametrize(
    ("aims", "says"),
    [
        (("style",), "how the model acts"),
        (("lookup",), "what the model must know"),
        (("format", "knowledge"), "neither does the other's work"),
    ],
)
def test_between_search_and_training_the_aim_is_weighed(aims: tuple[str, ...], says: str) -> None:
    """Each method is said with what it is for, by a source, and the aim with which of the two that is."""
    talk = Talk()
    talk.click(**{**NOT_READY, "goal": aims})  # type: ignore[arg-type]
    grounded = talk.reply(PHRASER, asked(talk, FollowUp.COMPARE, "rag vs fine-tuning, what suits our case?"))
    assert says in grounded.markdown
    assert "combining-tuning-and-retrieval" in {citation.source for citation in grounded.citations}


def test_where_facts_are_missing_no_number_of_examples_is_called_enough() -> None:
    """They come from a search or a lookup, however many examples there are."""
    talk = Talk()
    talk.click(**{**NOT_READY, "goal": ("lookup",), "retrieval": "none"})  # type: ignore[arg-type]
    text = talk.reply(PHRASER, asked(talk, FollowUp.HOW_MANY, "would 200 be enough?")).markdown
    assert ("no number of examples" in text, "clean examples as enough" in text) == (True, False)


def test_two_ways_of_training_are_told_apart_and_the_aim_is_left_out() -> None:
    """Which of them fits does not hang on it."""
    talk = Talk()
    talk.click(**NOT_READY)  # type: ignore[arg-type]
    text = talk.reply(PHRASER, asked(talk, FollowUp.COMPARE, "LoRA or full tuning?")).markdown
    assert ("when compute is short" in text, "once training is the answer" in text, "By my rules" in text) == (
        True, True, False,
    )  # fmt: skip


@pytest.mark.parametrize(("said", "is_new"), [("Some 350 would do.", False), ("A few hundred would do.", True)])
def test_a_number_held_against_us_is_looked_up_in_what_was_said(said: str, is_new: bool) -> None:
    """It is called unsaid only where no reply holds it."""
    talk = Talk()
    talk.click(**NOT_READY)  # type: ignore[arg-type]
    context = replace(asked(talk, FollowUp.CONTRADICTS, "you told me 350 before!"), replies=(said,))
    assert is_new == ("I find no 350" in talk.reply(PHRASER, context).markdown)
