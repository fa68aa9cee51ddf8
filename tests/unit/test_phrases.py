"""The wordings of replies: held to their placeholders at the start, and taking turns."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from assistant.domain.dialogue import SentenceRole
from assistant.errors import KnowledgeError
from assistant.knowledge.loader import load
from assistant.knowledge.types.phrase_texts import PLACEHOLDERS, Phrases, placeholders, role_of

DECIDED = (SentenceRole.VERDICT, SentenceRole.QUESTION, SentenceRole.SOURCE)


@pytest.fixture
def knowledge_dir(project_root: Path, tmp_path: Path) -> Path:
    """A copy of the knowledge that may be spoilt."""
    return Path(shutil.copytree(project_root / "knowledge", tmp_path / "knowledge"))


@pytest.mark.parametrize(
    ("right", "wrong", "complaint"),
    [
        ("So {heard}.", "So {herd}.", r"heard\.single: 'So \{herd\}\.' has the unknown placeholder \{herd\}"),
        ("So {heard}.", "So it is.", r"heard\.single: 'So it is\.' leaves out \{heard\}"),
        ("So {heard}.", "So {heard.", r"heard\.single: 'So \{heard\.' cannot be filled"),
        ("So {heard}.", "So {heard!r}.", r"heard\.single: .* is not a plain name"),
        ("So {heard}.", "So {0}.", r"heard\.single: .* is not a plain name"),
        ("So {heard}.", " ", r"heard\.single: a wording is empty"),
        ("Gladly.", "Gladly, {name}.", r"thanks\.open: .* unknown placeholder \{name\}.* It takes no placeholder"),
        ("  agreed:\n", "  agred:\n", r"The phrase 'heard\.agreed' is missing"),
        ("  agreed:\n", "  agred:\n", r"No reply says the phrase 'heard\.agred'"),
        ("off_topic:\n", "off_topic: 3\nelse:\n", r"off_topic: Input should be a valid dictionary"),
    ],
)
def test_a_phrase_that_cannot_be_filled_stops_the_start(
    knowledge_dir: Path, right: str, wrong: str, complaint: str
) -> None:
    """The fault names the file, the phrase and what to do, before anybody is answered."""
    path = knowledge_dir / "phrases.yaml"
    text = path.read_text(encoding="utf-8")
    assert right in text
    path.write_text(text.replace(right, wrong, 1), encoding="utf-8")
    with pytest.raises(KnowledgeError, match=rf"knowledge/phrases\.yaml:\d+: .*{complaint}"):
        load(knowledge_dir)


def test_a_fault_names_its_line(knowledge_dir: Path) -> None:
    """The editor finds the phrase at once."""
    path = knowledge_dir / "phrases.yaml"
    lines = path.read_text(encoding="utf-8").splitlines()
    line = next(n for n, text in enumerate(lines, start=1) if text.strip().startswith("single:"))
    lines[line] = '    - "So {herd}."'
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    with pytest.raises(KnowledgeError, match=rf"phrases\.yaml:{line}: "):
        load(knowledge_dir)


def test_wordings_take_turns() -> None:
    """Two turns in a row never use the same wording, and after a round it begins again."""
    phrases = Phrases({"a.b": ("one {x}", "two {x}", "three {x}")})
    said = [phrases.say("a.b", turn, x="!") for turn in range(4)]
    assert sorted(said[:3]) == ["one !", "three !", "two !"]
    assert said[3] == said[0]


def test_what_is_filled_in_is_not_filled_again() -> None:
    """Braces in a user's words stay braces."""
    assert Phrases({"a.b": ("“{quote}”",)}).say("a.b", 1, quote="{quote} {0}") == "“{quote} {0}”"


def test_placeholders_are_read_from_a_wording() -> None:
    """Doubled braces are text."""
    assert placeholders("{one} and {two}, {{not}}") == {"one", "two"}


def test_what_names_a_verdict_a_mistake_or_the_question_is_known_as_such() -> None:
    """A model talks around each of them as what it is: what was decided, what is asked, what is quoted."""
    decided = {key for key, names in PLACEHOLDERS.items() if names & {"label", "line", "lines", "question", "earlier"}}
    assert set() == {key for key in decided if role_of(key) not in DECIDED}


def test_only_what_leads_over_may_be_left_out() -> None:
    """A phrase that holds a fact, a reason or a step is required."""
    filled = {key for key, names in PLACEHOLDERS.items() if names}
    assert set() == {key for key in filled if role_of(key) is SentenceRole.LINK}
