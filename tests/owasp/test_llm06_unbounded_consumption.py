"""OWASP LLM06:2026 Unbounded Consumption.

Requests, bytes, messages, tokens, seconds and calls are bounded, each where it is counted, and work that nobody waits
for is given up: see `tests/web/server/test_request_limits.py`, `tests/web/test_calls.py`,
`tests/web/page/test_leaving.py`, `tests/llm/test_token_budget.py`, for an endpoint that counts wrongly
`tests/llm/test_endpoint_tokens.py`, for one that sends too much `tests/llm/test_transport.py` and, for memory,
`tests/bench/test_memory_bench.py`. This is about what could multiply behind those limits: one request that makes many
calls, a reply without end, a text that is short to send and long to read.
"""

from __future__ import annotations

import time

import pytest

from assistant.inquiry import MESSAGES_LIMIT
from assistant.llm.listening.listening_reply import MOST_READINGS
from assistant.llm.speaking.reply_splitter import ReplySplitter
from assistant.ports import Prompt
from assistant.settings.environment import read_settings
from assistant.settings.hosting import PUBLIC_LIMITS
from assistant.text.masking import mask
from assistant.web.escaping import as_chat
from assistant.web.page import browser_store as kept_json
from assistant.web.page import session
from tests.fakes import coach
from tests.fakes_model import ScriptedModel, reading, said, whole_coach
from tests.moments import knowledge
from tests.web.apps import mounted

MOST_CHARACTERS = 8_000
MOST_CPU_SECONDS = 4.0
"""Generous: each of them takes a small part of a second where nothing is read again and again."""
NASTY = {
    "brackets": "[" * MOST_CHARACTERS,
    "marks": "[1](" * (MOST_CHARACTERS // 4),
    "stars": "**" * (MOST_CHARACTERS // 2),
    "digits": "1 " * (MOST_CHARACTERS // 2),
    "numbers": "1,234,567.8 " * (MOST_CHARACTERS // 12),
    "quotes": '"a" “b” ' * (MOST_CHARACTERS // 8),
    "mails": "a@b." * (MOST_CHARACTERS // 4),
    "dots": "a." * (MOST_CHARACTERS // 2),
    "hyphens": "re-" * (MOST_CHARACTERS // 3),
    "denials": "not no never " * (MOST_CHARACTERS // 13),
    "clauses": "if we had data, but " * (MOST_CHARACTERS // 20),
    "one word": "a" * MOST_CHARACTERS,
    "keys": "{k1}" * (MOST_CHARACTERS // 4),
    "tildes": "~" * MOST_CHARACTERS,
    "addresses": "https://a.b/" * (MOST_CHARACTERS // 12),
    "references": "&lt;" * (MOST_CHARACTERS // 4),
    "spaces": f"a{' ' * (MOST_CHARACTERS - 2)}b",
    "lines": "\n" * (MOST_CHARACTERS - 1) + "a",
    "keywords": "evals examples prompt retrieval privacy " * (MOST_CHARACTERS // 40),
}


@pytest.mark.parametrize("name", NASTY)
def test_no_short_text_takes_long_to_read_mask_cut_or_show(name: str) -> None:
    """Patterns that look ahead or back are where a few kilobytes could cost minutes."""
    text = NASTY[name][:MOST_CHARACTERS]
    talk = coach()
    talk.respond(talk.start("first"), "We sort mails by hand.")  # what is loaded once is no cost of the text
    began = time.process_time()
    _, result = talk.respond(talk.start("nasty"), text)
    mask(text)
    as_chat(text, 1, 9)
    as_chat(result.reply, 1, 9)
    cutter = ReplySplitter()
    for at in range(0, len(text), 50):
        cutter.feed(text[at : at + 50])
    cutter.finish()
    assert time.process_time() - began < MOST_CPU_SECONDS


def test_one_request_makes_a_bounded_number_of_calls() -> None:
    """A model hears every message of an inquiry once and speaks once, and no message more is taken."""
    model = ScriptedModel()
    with mounted(whole_coach(model)) as client:
        fits = {"messages": ["We sort tickets and eyeball drafts."] * MESSAGES_LIMIT}
        assert 200 == client.post("/api/v1/assess", json=fits).status_code
        assert len(model.prompts) <= MESSAGES_LIMIT + 1
        n_before = len(model.prompts)
        assert 422 == client.post("/api/v1/assess", json={"messages": ["x"] * (MESSAGES_LIMIT + 1)}).status_code
        assert n_before == len(model.prompts)


def test_a_prompt_does_not_grow_with_the_talk() -> None:
    """What was said before is cut to the last turns, each to its beginning: the last one costs as the first."""
    model = ScriptedModel()
    talk = whole_coach(model)
    conversation, sizes = talk.start("long"), []
    for _ in range(7):
        model.prompts.clear()
        conversation, _ = talk.respond(conversation, "We eyeball drafts and have 300 examples. " * 40)
        sizes.append(sum(_length(prompt) for prompt in model.prompts))
    assert max(sizes[3:]) <= 1.25 * sizes[3]


def test_a_flood_of_readings_is_cut() -> None:
    """A model may list a thousand facts; as many are looked at as a message could hold."""
    message = " ".join(f"word{n}" for n in range(1_000))
    slots = [slot.id for slot in knowledge().rulebook.slots]
    flood = said(*(reading(slots[n % len(slots)], None, f"word{n}") for n in range(1_000)))
    talk = whole_coach(ScriptedModel(lambda _: flood))
    _, result = talk.respond(talk.start("flood"), message)
    assert len(result.case.facts) <= MOST_READINGS


@pytest.mark.parametrize("said_again", ["So it is. ", "a", "{k1} Yes. "])
def test_as_long_a_reply_as_is_taken_is_not_shown_at_length(said_again: str) -> None:
    """What is shown is as long as what the coach has to say, whatever comes."""
    plain, talk = coach(), whole_coach(ScriptedModel(speaks=lambda _: (said_again * 20_000)[:20_000]))
    message = "Our bot should sound like us. We just eyeball drafts of our replies."
    composed = plain.respond(plain.start("c"), message)[1].reply
    assert len(talk.respond(talk.start("c"), message)[1].reply) <= 2 * len(composed)


def test_a_browser_brings_back_no_more_than_a_conversation_has(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever else it kept, so many steps are run again."""
    monkeypatch.setattr(kept_json, "EVENTS", 5)
    kept = {"id": "long", "events": [{"message": "", "facts": {"evals": "none"}}] * 12}
    assert 5 == len(session.recall(coach(), kept).results)


def test_where_strangers_may_come_nothing_is_without_limit() -> None:
    """A Space, a proxy or an open port bring limits on requests and on what a model may cost, without a setting."""
    for environ in ({"SPACE_ID": "a/b"}, {"ASSISTANT_HOST": "0.0.0.0"}, {"ASSISTANT_TRUSTED_PROXIES": "10.0.0.1"}):
        made = read_settings({"OPENAI_API_KEY": "sk-x", **environ})
        assert PUBLIC_LIMITS == made.hosting.limits
        assert made.connection is not None
        budgets = made.connection.budgets
        assert None not in (budgets.turn_tokens, budgets.conversation_tokens, budgets.day_tokens)


def _length(prompt: Prompt) -> int:
    return len(prompt.instructions) + sum(len(message.text) for message in prompt.messages)
