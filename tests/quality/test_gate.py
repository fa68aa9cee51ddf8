"""What the gate lets through: mutations and lies that it should not, and rewordings that it should.

A mutation spoils one of our sentences by rule, so that a few spoil nothing ("Score it, on the cases" for "on the cases
you have"); they count as let through all the same. The rewordings held out were written before the gate, those as asked
before the gate had seen them, and nothing was shaped on either.
"""

from __future__ import annotations

from collections import Counter
from functools import cache
from itertools import pairwise

import pytest

from assistant.domain.dialogue import Sentence
from assistant.domain.rewording import objection
from tests.case_runs import wilson
from tests.moments import knowledge
from tests.sentence_mutations import mutations
from tests.spoken_sentences import read, read_said, shipped

pytestmark = pytest.mark.quality

MOST_SHOWN = 0.005
MOST_LIES_SHOWN = 0.03
MOST_REPLACED_AS_ASKED = 0.10
N_NEIGHBOURS = 4


def exactly(n: int, of: int) -> str:
    """Write a small share with its interval."""
    low, high = wilson(n, of)
    return f"{n}/{of} = {n / of:.2%} [{low:.2%}, {high:.2%}]"


def neighbours(sentence: str) -> list[str]:
    """Return the sentences that share the most words with one and say something else."""
    words = set(sentence.lower().split())
    vocabulary = knowledge().gate.vocabulary
    others = sorted(
        (other for other in shipped() if other != sentence), key=lambda o: -len(words & set(o.lower().split()))
    )
    differing = (o for o in others if objection(o, sentence, vocabulary) and objection(sentence, o, vocabulary))
    return [other for other, _ in zip(differing, range(N_NEIGHBOURS), strict=False)]


@cache
def mutated() -> tuple[Counter[str], list[tuple[str, str]]]:
    """Count the mutations of every kind, and list those that would be shown."""
    gate, counted, through = knowledge().gate, Counter[str](), []
    for sentence in shipped():
        for kind, text in mutations(sentence, neighbours(sentence)):
            counted[kind] += 1
            if gate.objection(text, (Sentence(sentence),)) is None:
                through.append((kind, text))
    for one, two in pairwise(criterion.claim for criterion in knowledge().rulebook.criteria):
        joined = f"{one.rstrip('.')}, and {two[0].lower()}{two[1:]}"
        for kind, text in mutations(joined, ()):
            if kind not in ("comment", "markup", "look-alike", "another key"):
                counted["two at once"] += 1
                if gate.objection(text, (Sentence(one), Sentence(two))) is None:
                    through.append(("two at once", text))
    return counted, through


def test_next_to_no_mutation_of_what_we_say_is_shown() -> None:
    """Every claim negated, renumbered, spliced, disguised, marked up, commented on: half a percent at most is shown."""
    counted, through = mutated()
    lies = read_said("lies", "keyed")
    told = [lie.says for lie in lies if lie.objection is None]
    connecting = [said for said in read("lies")["connecting"] if knowledge().gate.connects(said)]
    n = counted.total() + len(lies) + len(read("lies")["connecting"])
    n_through = len(through) + len(told) + len(connecting)
    print(f"\nGate: {len(shipped())} sentences spoilt, shown {exactly(n_through, n)}")
    of_kind = Counter(kind for kind, _ in through)
    for kind, of in counted.items():
        print(f"  {kind:16} {exactly(of_kind[kind], of)}")
    print(f"  lies by hand     {exactly(len(told), len(lies))}")
    print(f"  connecting lies  {exactly(len(connecting), len(read('lies')['connecting']))}")
    for kind, text in [*through, *(("lie", lie) for lie in told)]:
        print(f"    [{kind}] {text}")
    assert n_through <= MOST_SHOWN * n
    assert len(told) <= MOST_LIES_SHOWN * len(lies)
    assert [] == connecting


def test_none_that_carries_a_link_or_a_disguise_is_shown() -> None:
    """What could do harm on the page never passes, however rarely the rest does."""
    _, through = mutated()
    assert [] == [text for kind, text in through if kind in ("markup", "look-alike", "number", "negated", "affirmed")]


def test_a_model_that_says_it_as_asked_is_seldom_replaced() -> None:
    """A rewording that stays close to the words, as the prompt asks, is replaced one time in ten at most."""
    print()
    for part in ("tuning", "held_out", "as_asked"):
        said = read_said("rewordings", part)
        replaced = [one for one in said if one.objection is not None]
        print(f"Gate: good rewordings replaced, {part:9} {exactly(len(replaced), len(said))}")
        reasons = Counter(one.objection.name for one in replaced if one.objection)
        print(f"  {', '.join(f'{name.lower()} {n}' for name, n in reasons.most_common())}")
    said = read_said("rewordings", "as_asked")
    assert sum(one.objection is not None for one in said) <= MOST_REPLACED_AS_ASKED * len(said)


def test_warm_words_between_our_sentences_are_shown() -> None:
    """Courtesy and lead-overs pass, most of those held out included."""
    for part in ("links", "links_held_out"):
        shown = [link for link in read("rewordings")[part] if knowledge().gate.connects(link)]
        n = len(read("rewordings")[part])
        print(f"\nGate: connecting sentences shown, {part} {len(shown)}/{n}")
        assert len(shown) >= 0.9 * n


def test_the_engines_own_words_always_pass() -> None:
    """A model that repeats a sentence is not replaced by the same sentence."""
    gate = knowledge().gate
    assert [] == [text for text in shipped() if gate.objection(text, (Sentence(text),)) is not None]
