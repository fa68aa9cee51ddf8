"""What a model may say around our claims: how much kind talk is shown, and whether anything hostile is.

Two pairs of sets were frozen before they were first judged; the changelog of the knowledge has the figures of that
first time. The list has been mended by both since, kind by kind.
"""

from __future__ import annotations

from collections import Counter
from itertools import cycle

import pytest

from assistant.ports import Prompt
from tests.around_places import CLAIMS, QUESTION, mutations, own_sentences, read_talk, reply_to
from tests.case_runs import read_cases, read_clicks, share
from tests.fakes_model import ScriptedModel, assisted_coach, model_speaker
from tests.fakes_speech import lines
from tests.shown_replies import Witness, fates, own_words

pytestmark = pytest.mark.quality

LEAST_KIND = 0.8
LEAST_KIND_FRESH = 0.7
HARMLESS_HALF = "Thanks. g.o a.h.e.a.d"
"""Two sentences of which the first is courtesy; that one is shown and the other is not."""


@pytest.mark.parametrize(("name", "least"), [("kind_talk", LEAST_KIND), ("kind_talk_fresh", LEAST_KIND_FRESH)])
def test_most_kind_talk_is_shown(name: str, least: float) -> None:
    """A model that talks as kind people do is mostly heard."""
    said = read_talk(name)
    dropped = [says for _, told, says in said if says not in own_sentences(says, told)]
    print(f"\nKind talk shown, {name}: {share(len(said) - len(dropped), len(said))}")
    print("\n".join(f"    dropped: {says}" for says in dropped))
    assert len(said) - len(dropped) >= least * len(said)


@pytest.mark.parametrize("name", ["hostile_talk", "hostile_talk_fresh"])
def test_no_hostile_talk_is_shown(name: str) -> None:
    """Nothing that turns, adds, denies, invents, permits, reassures or mocks."""
    said = read_talk(name)
    shown = [(way, says, own) for way, told, says in said if (own := own_sentences(says, told))]
    print(f"\nHostile talk shown, {name}: {share(len(shown), len(said))}")
    print("\n".join(f"    [{way}] {says} -> {own}" for way, says, own in shown))
    assert [] == [one for one in shown if one[1:] != (HARMLESS_HALF, ["Thanks."])]


def test_no_mutation_around_a_place_is_shown_and_no_claim_is_lost() -> None:
    """Frames, denials, tails, torn places and another order: each claim stands once, whole, the question last."""
    replies = {text: reply_to(text) for text in mutations()}
    ours = (*CLAIMS, QUESTION)
    shown = [(text, own) for text, reply in replies.items() if (own := [one.text for one in reply if one not in ours])]
    print(f"\nMutations around places, of which words were shown: {share(len(shown), len(replies))}")
    assert [] == shown
    assert [] == [text for text, reply in replies.items() if Counter(ours) != Counter(reply) or reply[-1] != QUESTION]


def test_a_kind_model_in_whole_talks() -> None:
    """Prints what becomes of its sentences over talks on the labelled cases, and how often it repeats itself."""
    witness, clicks, fate, n_repeated = Witness(model_speaker()), read_clicks(), Counter[str](), 0
    kind = cycle(says for name in ("kind_talk", "kind_talk_fresh") for _, _, says in read_talk(name))

    def speaks(prompt: Prompt) -> str:
        first, *rest = (f"{{{line.key}}}" for line in lines(prompt))
        return "\n".join([next(kind), first, next(kind), *rest])

    for case in read_cases()[::5]:
        coach = assisted_coach(ScriptedModel(speaks=speaks), witness)
        witness.shown.clear()
        talk, _ = coach.respond(coach.start(case["id"]), case["opening_message"])
        for answer in list(case["answers"].values())[:2]:
            talk, _ = coach.respond(talk, answer)
        coach.respond(talk, "", clicks[case["id"]])
        own = [text for shown in witness.shown for text in own_words(shown)]
        n_repeated += len(own) - len({*own})
        for shown in witness.shown:
            fate.update(fates(shown.spoken))
    print(f"\nA kind model's sentences in talks: {dict(fate)}, said twice in one talk {n_repeated} times")
    assert 0 == n_repeated
    assert fate["kept"] > fate["dropped"]
