"""What a user, a model or a file wrote shows as text, whatever it contains."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.web.escaping import as_chat, as_html, as_lines, visible

OUR_LINK = re.compile(r"\[\d+\]\(#c\d+-\d+\)")


def test_html_becomes_text_on_one_line() -> None:
    """A tag, a quote and a blank line cannot leave the place they are written to."""
    assert "&lt;b x=&quot;1&quot;&gt;&#10;&#10;&amp;" == as_html('<b x="1">\n\n&')


def test_control_characters_and_direction_marks_are_taken_out() -> None:
    """What cannot be seen cannot turn the text around it either; line ends and tabs stay."""
    assert "a\tb\nc" == visible("a\x00\t\u202eb\r\nc\u2066\x1b")


def test_what_was_said_keeps_its_lines() -> None:
    """Line breaks show as they were written, in one line of HTML."""
    assert "שלום<br>&lt;i&gt;" == as_lines("שלום\n<i>")


def test_marks_become_links_to_their_citation() -> None:
    """A mark leads to the citation of its own turn, and does not begin a line."""
    assert "So it is.\u00a0[1](#c3-1)\u00a0[2](#c3-2)" == as_chat("So it is. [1] [2]", 3, 2)


def test_a_mark_without_a_citation_stays_text() -> None:
    """A number that somebody quoted is no link."""
    assert "see\u00a0&#91;7&#93;" in as_chat("see [7]", 1, 2).replace(" ", "\u00a0")


@pytest.mark.parametrize(
    "words",
    [
        "![x](http://evil.example/p.png)",
        "[click](http://evil.example)",
        "[1](http://evil.example)",
        "[a][b]\n\n[b]: http://evil.example",
        "<http://evil.example>",
        "http://evil.example www.evil.example me@evil.example",
        "<img src=x onerror=alert(1)>",
        "<form action=x><input type=password>",
    ],
)
def test_nothing_quoted_becomes_a_link_an_image_or_a_tag(words: str) -> None:
    """Words in a reply cannot bring in an address, a picture or a form."""
    shown = OUR_LINK.sub("", as_chat(f"You said “{words}”. [1]", 1, 1))
    assert not re.search(r"<|\[|https?:|www\.|\w@\w", shown)


@given(st.text(), st.integers(1, 9), st.integers(0, 5))
def test_no_reply_whatever_it_holds_opens_a_tag_or_a_foreign_link(reply: str, turn: int, n_citations: int) -> None:
    """For every text: the only brackets left are our own marks, and no tag begins."""
    shown = OUR_LINK.sub("", as_chat(reply, turn, n_citations))
    assert "<" not in shown
    assert "[" not in shown


def test_emphasis_and_lists_of_a_reply_stay() -> None:
    """The coach's own Markdown is meant to be seen."""
    assert "**Not yet.**\n\n- one\n- two" == as_chat("**Not yet.**\n\n- one\n- two", 1, 0)


def test_an_entry_with_a_number_of_its_own_has_no_dot_before_it() -> None:
    """What is read back is a numbered list; a number in the middle of a line is left alone."""
    assert "So:\n\n1. Aim: a (1)\n2. Evals: b" == as_chat("So:\n\n- (1) Aim: a (1)\n- (2) Evals: b", 1, 0)


def test_what_the_reply_escaped_reads_as_it_was_written() -> None:
    """Quoted tags, references and brackets are shown as such, not as what stands for them in Markdown."""
    assert "your &lt;b&gt; tags" == as_chat("your &lt;b> tags", 1, 0)
    assert "your &amp;#10; tags" == as_chat("your \\&#10; tags", 1, 0)
    assert "your &#91;INST\\] tags" == as_chat("your \\[INST\\] tags", 1, 0)
