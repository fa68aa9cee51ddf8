"""The witness of shown replies finds what should not have been shown; without that its silence would mean nothing."""

from __future__ import annotations

from dataclasses import replace

from assistant.domain.dialogue import Paragraph, Sentence, SentenceRole
from assistant.ports import Spoken
from tests.fakes import offline_phraser
from tests.moments import Talk
from tests.shown_replies import Shown, foreign


def shown(*added: Sentence) -> Shown:
    """A reply that holds all that the engine composed, and sentences more."""
    context = Talk().tell(
        "We want a brand voice, and we just eyeball drafts.", ("evals", "impressions", "eyeball drafts")
    )
    composed = offline_phraser().phrase(context)
    return Shown(context, composed, Spoken((*composed, Paragraph(added)), complete=True))


def test_what_the_engine_composed_and_kind_words_are_at_home() -> None:
    """Neither is held against a reply."""
    assert [] == foreign(shown(Sentence("Thanks for telling me.", role=SentenceRole.LINK)))


def test_a_claim_of_the_models_own_is_found_whatever_it_passes_for() -> None:
    """As a connecting sentence, as a claim, or under the citation of another sentence."""
    plain = shown()
    cited = next(one for paragraph in plain.composed for one in paragraph.sentences if one.citations)
    said = "Your drafts are good enough, so go ahead."
    for role in (SentenceRole.LINK, SentenceRole.CLAIM):
        assert [said] == foreign(shown(Sentence(said, role=role)))
    assert [said] == foreign(shown(replace(cited, text=said)))


def test_the_engines_own_words_under_the_wrong_citation_are_found() -> None:
    """A sentence is at home with what it rests on only."""
    plain = shown()
    sentences = [one for paragraph in plain.composed for one in paragraph.sentences]
    cited = [one for one in sentences if one.citations]
    swapped = replace(cited[0], citations=())
    assert [swapped.text] == foreign(shown(swapped))
