"""Templates escape what is put in by themselves, and say what they were not given."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from jinja2 import UndefinedError

from assistant.web.escaping import as_html
from assistant.web.templates import FOLDERS, render

HOSTILE = '<b x="1">\'&\n\n\x00\u202e'
TEMPLATES = sorted(path for folder in FOLDERS for path in folder.glob("*.html"))


def note(told: str, **values: object) -> str:
    """Fill in a small template."""
    return render("note.html", told=told, **{"labels": {"undo": "Undo"}, "offers": "", "again": None, **values})


def test_what_is_put_in_is_escaped_as_everything_on_the_page_is() -> None:
    """Tags, quotes, line ends and what cannot be seen; nothing in the template asks for it."""
    assert f'<p class="note" role="status">{as_html(HOSTILE)} </p>' == note(HOSTILE)


def test_what_a_template_made_is_put_into_another_as_it_is() -> None:
    """It was escaped once and stays HTML."""
    inner = note(HOSTILE)
    assert f'<div class="case">{inner}</div>' == render("case.html", parts=[inner], is_restored=False)


def test_a_line_break_in_a_template_does_not_show_in_what_it_makes() -> None:
    """A template is laid out to be read; the page's Markdown wants its HTML on one line, with no space between tags."""
    shown = note("Done.", offers="undo")
    assert ("Done. <button", 0) == (shown[30:43], shown.count("\n"))


def test_a_value_that_was_not_given_is_an_error() -> None:
    """Nothing stays blank because a name was misspelt."""
    with pytest.raises(UndefinedError, match="offers"):
        render("note.html", told="Done.", labels={}, again=None)


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.stem)
def test_no_template_turns_the_escaping_off(path: Path) -> None:
    """Neither by calling something safe nor for a block of its own, nor by joining text before it is escaped."""
    code = re.findall(r"\{[{%].*?[%}]\}", path.read_text(encoding="utf-8"), re.DOTALL)
    assert [] == [part for part in code if re.search(r"\bsafe\b|autoescape|Markup|~", part)]
