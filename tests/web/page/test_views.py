"""The panels: what is shown, that it is escaped, and that each click carries what it asks for."""

from __future__ import annotations

import html
import itertools
import json
import re
from dataclasses import replace

import pytest

from assistant.coach import Coach
from assistant.domain.case import Case, Reading, SlotState, click, hear
from assistant.domain.conversation import Event
from assistant.domain.rulebook import check_facts
from assistant.domain.source import Citation, SourceKind
from assistant.errors import InputError
from assistant.web.page import case_view, chat_view, facts_view, source_view
from assistant.web.page.clicks import event_of
from assistant.web.page.handlers import Handlers
from assistant.web.page.session import Session, advance, clear

HOSTILE = '<img src=x onerror="alert(1)">\n\n[a](http://evil.example) ![b](http://evil.example/p.png) \x00\u202e'


def told(coach: Coach, *events: Event) -> Session:
    """A session after these events."""
    session = clear(coach)
    for event in events:
        session = advance(coach, session, event)
    return session


def panels(coach: Coach, session: Session) -> str:
    """Everything on the right side but the record."""
    case, assessment = case_view.assess_session(coach, session)
    return "".join(
        (
            case_view.verdict(coach, case, assessment),
            facts_view.facts(coach.page_text, coach.rulebook, case, can_undo=True),
            case_view.mistakes(coach, case, assessment),
            case_view.ladder(coach.page_text, case, assessment, coach.rulebook),
            case_view.would_change(coach, assessment),
        )
    )


def requests(page: str) -> list[dict[str, object]]:
    """Every request that a click on this part of the page would make."""
    return [json.loads(html.unescape(found)) for found in re.findall(r'data-act="([^"]*)"', page)]


def test_a_panel_is_one_line_of_html(coach: Coach) -> None:
    """A line end would end the HTML block in the page's Markdown."""
    session = told(coach, Event(f"Our replies should sound like our brand. {HOSTILE}", {}))
    assert "\n" not in panels(coach, session) + chat_view.answers(coach, session)


def test_what_a_user_wrote_is_escaped_in_every_panel(coach: Coach) -> None:
    """Words in a quote, in the chat or in a source never become a tag."""
    session = told(
        coach, Event(f"The pages {HOSTILE} change every week and the model must know our facts {HOSTILE}.", {})
    )
    own = source_view.passage(coach, session, Citation(SourceKind.USER, "user", None, 4, 30, "", turn=1))
    shown = panels(coach, session) + own + "".join(row["content"] for row in chat_view.messages(coach, session))
    assert "<img" not in shown
    assert "\x00" not in shown
    assert "\u202e" not in shown


def test_every_click_that_is_offered_can_be_taken(coach: Coach) -> None:
    """The facts behind each button are the rulebook's."""
    session = told(coach, Event("Our replies should sound like our brand, and we have about 40 examples.", {}))
    offered = [request["facts"] for request in requests(panels(coach, session)) if request["do"] == "facts"]
    for facts in offered:
        assert isinstance(facts, dict)
        advance(coach, session, Event("", facts))
    assert len(offered) > 40


def test_a_question_offers_its_options_and_not_knowing(coach: Coach) -> None:
    """One button an option, and one to say that it is not known."""
    session = told(coach, Event("", {"goal": ("knowledge",), "freshness": "daily"}))
    assert session.latest is not None
    question = session.latest.assessment.question
    assert question is not None
    offered = [request["facts"] for request in requests(chat_view.answers(coach, session))]
    assert [{question.slot: choice.value} for choice in question.options] + [{question.slot: "declined"}] == offered


def test_a_question_about_several_things_collects_them_before_it_is_sent(coach: Coach) -> None:
    """The aim can be several at once: its buttons are held down, and one more sends them."""
    session = told(coach, Event("", {"evals": "none"}))
    shown = chat_view.answers(coach, session)
    goals = [option.value for option in coach.rulebook.slot("goal").options]
    assert goals == re.findall(r'data-member="(\w+)"', shown)
    assert 'data-collect="goal"' in shown


def test_what_was_heard_of_several_things_is_held_down_already(coach: Coach) -> None:
    """Whoever adds to it loses nothing, and "nothing else" keeps it."""
    session = told(coach, Event("", {"evals": "none"}))
    assert session.latest is not None
    question = session.latest.assessment.question
    assert question is not None
    more = replace(session.latest.assessment, question=replace(question, held=("style",)))
    shown = chat_view.answers(coach, replace(session, results=(replace(session.latest, assessment=more),)))
    assert ["style"] == re.findall(r'aria-pressed="true" data-member="(\w+)"', shown)
    assert "disabled" not in shown
    assert [{"goal": ["style"]}] == [request["facts"] for request in requests(shown)]


def test_starters_are_offered_until_something_was_said(coach: Coach) -> None:
    """An empty page shows how a case may sound."""
    messages = [starter.message for starter in coach.page_text.starters]
    assert messages == [request["text"] for request in requests(chat_view.answers(coach, clear(coach)))]


def test_a_reply_streams_in_few_whole_words(coach: Coach) -> None:
    """At most ten states, each beginning like the next, the last of them whole."""
    reply = " ".join(f"word{n}" for n in range(400))
    grown = chat_view.cut_growing(reply)
    assert len(grown) <= 10
    assert all(after.startswith(before) for before, after in itertools.pairwise(grown))
    assert reply == grown[-1]


def test_a_click_is_shown_as_the_user_would_say_it(coach: Coach) -> None:
    """A change among the facts names the fact; an answer to the question asked does not need to."""
    session = told(coach, Event("", {"goal": ("knowledge",), "freshness": "daily"}))
    said = chat_view.messages(coach, session)[0]["content"]
    assert "What you want from the model: Know our facts, documents or products" in said


def test_a_mistake_shows_its_line_of_the_document_and_the_words_behind_it(coach: Coach) -> None:
    """The tile of a mistake about to happen quotes both sides."""
    session = told(coach, Event("Our product database changes every day and the model should know our products.", {}))
    tiles = case_view.mistakes(coach, *case_view.assess_session(coach, session)).split("<li ")
    hit = next(tile for tile in tiles if "changes tomorrow" in tile)
    assert 'class="hit"' in hit
    assert "changes every day" in hit


def test_stability_is_said_in_words_and_never_called_confidence(coach: Coach) -> None:
    """A share of worlds is no probability of being right."""
    shown = panels(coach, told(coach, Event("", {"goal": ("knowledge",), "freshness": "daily"})))
    assert any(words.label in shown for words in coach.page_text.stability)
    assert "confiden" not in shown.lower()


@pytest.mark.parametrize("source", ["fine-tuning-a-scalpel", "no-evals", "break-even"])
def test_a_source_shows_all_of_its_words_with_the_passage_lit(coach: Coach, source: str) -> None:
    """Nothing of a source is left out around the passage, and exactly the passage is lit."""
    text = coach.shelf.texts[source]
    body = re.sub(r"\A---\n.*?\n---\n", "", text.text, flags=re.DOTALL)
    words = re.findall(r"\w+", body)
    start = text.text.index(words[40], text.text.index(body[:30]))
    citation = Citation(text.kind, source, text.file, start, start + 60, text.text[start : start + 60])
    shown = source_view.passage(coach, clear(coach), citation)
    article = re.search(r"<article.*?</article>", shown)
    assert article is not None
    plain = html.unescape(re.sub(r"<[^>]+>", " ", re.sub(r"</?mark[^>]*>", "", article[0])))
    assert words == re.findall(r"\w+", plain)
    lit = html.unescape(re.sub(r"<[^>]+>", "", "".join(re.findall(r"<mark[^>]*>(.*?)</mark>", shown))))
    assert "".join(re.findall(r"\w", citation.quote)) == "".join(re.findall(r"\w", lit))


def test_a_card_names_what_it_rests_on_with_grades(coach: Coach) -> None:
    """Every source of a card stands under it with its evidence grade."""
    text = coach.shelf.texts["no-evals"]
    shown = source_view.passage(coach, clear(coach), Citation(text.kind, text.id, text.file, 900, 950, ""))
    for source in coach.shelf.rests_on["no-evals"]:
        assert html.escape(coach.shelf.sources[source].title) in shown
    assert 'class="grade"' in shown


@pytest.mark.parametrize("target", ["c1-1", "c1-99", "m-nothing", "m-", "", "x", "c0-0", "c99999-1"])
def test_a_source_that_is_not_there_is_refused(coach: Coach, target: str) -> None:
    """A link from an old page opens nothing."""
    with pytest.raises(InputError):
        source_view.open_source(coach, clear(coach), target)


def test_an_unknown_fact_is_listed_as_not_told(coach: Coach) -> None:
    """Every slot can be filled by a click, asked about or not."""
    shown = facts_view.facts(coach.page_text, coach.rulebook, clear(coach).conversation.case, can_undo=False)
    assert len(coach.rulebook.slots) == shown.count('<li class="fact open">')


def test_a_doubtful_fact_is_confirmed_by_one_click(coach: Coach) -> None:
    """The button beside it makes all that was read for the slot certain."""
    readings = [Reading("goal", value, 0, 5) for value in ("style", "knowledge")]
    case = hear(Case(), readings, "words", 1)
    shown = facts_view.facts(coach.page_text, coach.rulebook, case, can_undo=False)
    button = re.search(r'<button[^>]*class="confirm"[^>]*>', shown)
    assert button is not None
    [request] = requests(button[0])
    confirmed = click(case, check_facts(coach.rulebook, request["facts"]), 2)  # type: ignore[arg-type]
    assert (SlotState.PROPOSED, SlotState.KNOWN) == (case.state("goal"), confirmed.state("goal"))
    assert case.values() == confirmed.values()


def test_a_certain_fact_offers_no_confirmation(coach: Coach) -> None:
    """What was clicked is not asked about again."""
    case = click(Case(), {"evals": "none"}, 1)
    assert 'class="confirm"' not in facts_view.facts(coach.page_text, coach.rulebook, case, can_undo=False)


def test_a_message_shows_what_was_heard_in_it_as_chips(coach: Coach) -> None:
    """Each chip leads to the options of its fact, and its cross takes just that value out."""
    shown = chat_view.messages(
        coach, told(coach, Event("Our replies should sound like our brand. We have 600 examples.", {}))
    )[1]["content"]
    assert {"goal", "data_count"} == set(re.findall(r'href="#heard-(\w+)"', shown))
    assert "#misread-data_count-600.0" in shown


def test_a_message_that_gave_nothing_says_so(coach: Coach) -> None:
    """Nobody has to guess whether a remark was noted."""
    session = told(coach, Event("We sort tickets.", {}), Event("Thank you!", {}))
    assert "nothing noted from this" in chat_view.messages(coach, session)[3]["content"]


def test_what_no_longer_counts_is_struck_from_the_message_that_gave_it(coach: Coach) -> None:
    """A chip says whether its value still stands in the case."""
    session = told(coach, Event("We have 600 examples.", {}), Event("", {"data_count": 50}))
    assert "no longer counted" in chat_view.messages(coach, session)[1]["content"]


def test_a_cross_takes_one_of_several_values_out_and_leaves_the_others(coach: Coach) -> None:
    """What was misread of a set is one member of it."""
    session = told(coach, Event("", {"goal": ("style", "format"), "evals": "none"}))
    assert session.latest is not None
    taken = event_of({"do": "misread", "what": "goal-style"}, session.latest.case)
    emptied = event_of({"do": "misread", "what": "evals-none"}, session.latest.case)
    assert [Event("", {"goal": ("format",)}), Event("", {"evals": None})] == [taken, emptied]


def test_before_anything_is_told_the_case_says_what_will_stand_there(coach: Coach) -> None:
    """Three lines instead of many unknowns: what, why it can be trusted, and where the words go."""
    shown = Handlers(coach).case(clear(coach))
    labels = coach.page_text.labels
    assert all(line in html.unescape(shown) for line in (labels.case_shows, labels.case_trust, coach.who_speaks))
    assert coach.page_text.rung_states["unknown"] not in shown


def test_the_case_begins_with_the_verdict_and_the_facts(coach: Coach) -> None:
    """What decides stands above what it means for the ladder and the mistakes."""
    shown = Handlers(coach).case(told(coach, Event("We sort tickets.", {})))
    parts = re.findall(r'<section class="(\w+)', shown)
    assert ["verdict", "record", "told", "ladder", "mistakes"] == parts[:5]


def test_heard_and_agreed_are_told_apart(coach: Coach) -> None:
    """Each fact says which of the two it is."""
    session = told(coach, Event("We have 600 examples.", {}), Event("", {"evals": "none"}))
    shown = panels(coach, session)
    assert '<span class="badge">heard</span> How many examples' in shown
    assert '<span class="badge">agreed</span> ' in shown


def test_a_question_says_what_it_is_for_and_how_many_are_left(coach: Coach) -> None:
    """So that it is worth answering, and an end is in sight."""
    session = told(coach, Event("We sort tickets.", {}))
    assert session.latest is not None
    assessment = session.latest.assessment
    assert assessment.question is not None
    shown = html.unescape(chat_view.answers(coach, session))
    assert assessment.question.why in session.latest.reply + shown
    assert f"About {assessment.n_left} questions left" in shown


def test_the_house_documents_grade_is_explained_where_it_is_cited(coach: Coach) -> None:
    """An opinion is called one, beside what it says."""
    shown = source_view.open_source(coach, clear(coach), "m-no_evals")
    assert coach.page_text.labels.house_document in html.unescape(shown)
