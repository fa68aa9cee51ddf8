"""The cards and the list of sources, held to their format by reading the files alone.

Knows nothing of the loader: what people edit must be right before any code of ours reads it.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

KNOWLEDGE = Path(__file__).resolve().parents[2] / "knowledge"
CARD_FILES = sorted((KNOWLEDGE / "guidance").glob("*.md"))

KEYS = {"id", "kind", "title", "sources", "mistakes", "slots", "asks"}
KINDS = {"mistake", "lever", "reason", "readiness", "method", "risk", "special_case"}
MISTAKES = {
    "prompt_instead",
    "rag_instead",
    "no_evals",
    "tiny_or_dirty_data",
    "changing_database",
    "mixed_stew",
}
SLOTS = {
    "goal",
    "freshness",
    "task_change",
    "evals",
    "data_count",
    "data_quality",
    "prompting",
    "retrieval",
    "volume",
    "latency",
    "budget",
    "privacy",
    "process",
    "scope",
}
HEADINGS = {
    "mistake": ["How it looks from inside", "How to tell", "What to do instead", "When it is not a mistake"],
    "lever": ["What it fixes", "How to try it", "Where it ends"],
}
GRADES = "ABCDM"
WEAK_GRADES = {"D", "M"}
ATTRIBUTION = re.compile(
    r"argument|judgement|rule of thumb|our (?:own|reading|view|arithmetic|suggestion)|we found|unverified|practitioner"
    r"|textbook|blog|author|report|account|according to|digest|opinion|general knowledge|house document|estimate"
    r"|not a finding|working rule|second[- ]hand|we recall",
    re.IGNORECASE,
)
MARKUP = {
    "a link": re.compile(r"https?://|www\.|\]\(|\[\d+\]"),
    "an image": re.compile(r"!\["),
    "HTML": re.compile(r"</?[A-Za-z!]|&[a-z]+;"),
    "bold or code": re.compile(r"\*\*|__|`"),
}


@dataclass(frozen=True)
class Card:
    """One file, split at its front matter."""

    stem: str
    text: str
    front: dict[str, Any]
    body: str


def read_card(path: Path) -> Card:
    text = path.read_bytes().decode("utf-8")
    opening, front, body = re.split(r"^---\n", text, maxsplit=2, flags=re.MULTILINE)
    assert opening == "", f"{path.name} must begin with a line of three dashes"
    return Card(path.stem, text, yaml.safe_load(front), body)


def read_sources() -> list[dict[str, Any]]:
    return yaml.safe_load((KNOWLEDGE / "sources.yaml").read_text(encoding="utf-8"))


def grades() -> dict[str, str]:
    return {source["id"]: source["grade"] for source in read_sources()}


def headings(card: Card) -> list[str]:
    return re.findall(r"^## (.+)$", card.body, flags=re.MULTILINE)


def prose_blocks(card: Card) -> list[str]:
    """Paragraphs and list items: what a reply may quote."""
    return [line for line in card.body.split("\n") if line and not line.startswith("#")]


def sentences(block: str) -> list[str]:
    """Split after a full stop, an exclamation or a question mark that a capital or a quote follows."""
    protected = re.sub(r"\b(et al|e\.g|i\.e|vs?)\.", r"\1", block.removeprefix("- "))
    return re.split(r"(?<=[.!?])\s+(?=[A-Z\"“])", protected)


@pytest.fixture(params=CARD_FILES, ids=lambda path: path.stem)
def card(request: pytest.FixtureRequest) -> Card:
    return read_card(request.param)


def test_each_of_the_six_mistakes_has_a_card() -> None:
    """Every mistake the document names can be explained from a card of its own."""
    fronts = [read_card(path).front for path in CARD_FILES]
    explained = [mistake for front in fronts if front["kind"] == "mistake" for mistake in front["mistakes"]]
    assert sorted(MISTAKES) == sorted(explained)


def test_front_matter_has_exactly_the_known_keys(card: Card) -> None:
    """A misspelt or missing key is a fault, not a default."""
    assert sorted(KEYS) == sorted(card.front)


def test_id_is_the_file_stem_in_kebab_case(card: Card) -> None:
    """A card is found by its file name."""
    assert card.stem == card.front["id"]
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", card.stem)


def test_title_is_the_heading(card: Card) -> None:
    """The name in lists and the name on the card are one."""
    assert f"# {card.front['title']}" == card.body.split("\n", 1)[0]


@pytest.mark.parametrize(
    ("key", "allowed"), [("mistakes", MISTAKES), ("slots", SLOTS), ("sources", frozenset(grades()))]
)
def test_listed_ids_exist_once(card: Card, key: str, allowed: set[str]) -> None:
    """Mistakes, slots and sources are known ids, each named once."""
    assert [] == sorted(set(card.front[key]) - allowed)
    assert len(set(card.front[key])) == len(card.front[key])


def test_card_rests_on_a_source(card: Card) -> None:
    """No card is without a ground."""
    assert card.front["sources"]


def test_kind_is_known_and_has_its_headings(card: Card) -> None:
    """Mistakes and levers are told in the same order everywhere; every card has at least two parts."""
    assert card.front["kind"] in KINDS
    assert headings(card) == HEADINGS.get(card.front["kind"], headings(card))
    assert len(headings(card)) >= 2


def test_asks_are_four_to_eight_varied_lines(card: Card) -> None:
    """Questions for retrieval are text, different from each other, and few."""
    asks = card.front["asks"]
    assert [] == [ask for ask in asks if not isinstance(ask, str) or not ask.strip()]
    assert 4 <= len({ask.casefold().strip("?. ") for ask in asks}) == len(asks) <= 8


def test_body_is_short_enough_for_a_chat(card: Card) -> None:
    """A card says something, and fits in a reply's side panel."""
    assert 60 <= len(re.findall(r"\S+", card.body)) <= 230


def test_paragraphs_are_one_line_of_at_most_three_sentences(card: Card) -> None:
    """A paragraph can be quoted on its own; hard wrapping would cut it, four sentences would swamp it."""
    long = [block for block in prose_blocks(card) if len(sentences(block)) > 3]
    neighbours = re.findall(r"^(?!#|- |\n).+\n(?!#|- |\n).+$", card.body, flags=re.MULTILINE)
    assert [] == long + neighbours


def test_every_heading_has_text_under_it(card: Card) -> None:
    """No empty part is left behind."""
    assert [] == re.findall(r"^(## .+)\n+(?:#|\Z)", card.body, flags=re.MULTILINE)


@pytest.mark.parametrize("name", sorted(MARKUP))
def test_body_is_plain_text(card: Card, name: str) -> None:
    """Links, images, HTML and emphasis would show as noise when a span is quoted."""
    assert MARKUP[name].search(card.body) is None


def test_file_is_byte_stable(card: Card) -> None:
    """Offsets count characters of the file as it is: LF, no tabs, no trailing spaces, one newline at the end."""
    assert [] == re.findall(r"\r|\t|[ \u00a0]+$|\ufeff|\u200b", card.text, flags=re.MULTILINE)
    assert card.text.endswith("\n")
    assert not card.text.endswith("\n\n")


def test_weak_sources_are_never_stated_as_fact(card: Card) -> None:
    """Where a card uses opinion or memory, or has nothing better than our own arguments, its words say so."""
    known = grades()
    weak = {source for source in card.front["sources"] if known[source] in WEAK_GRADES}
    must_attribute = weak - {"engineering-judgement"} or weak == set(card.front["sources"])
    assert not must_attribute or ATTRIBUTION.search(card.body)


def test_no_sentence_stands_on_two_cards() -> None:
    """What is said twice will drift apart."""
    where = defaultdict(set)
    for path in CARD_FILES:
        for block in prose_blocks(read_card(path)):
            for sentence in sentences(block):
                where[sentence.casefold().strip(" .!?")].add(path.stem)
    assert {} == {sentence: sorted(stems) for sentence, stems in where.items() if len(stems) > 1}


def test_no_ask_stands_on_two_cards() -> None:
    """The same question on two cards would make retrieval toss a coin."""
    where = defaultdict(set)
    for path in CARD_FILES:
        for ask in read_card(path).front["asks"]:
            where[ask.casefold().strip("?. ")].add(path.stem)
    assert {} == {ask: sorted(stems) for ask, stems in where.items() if len(stems) > 1}


def test_sources_have_unique_ids_and_complete_entries() -> None:
    """Each source says what it is, whose, when, where and how strong."""
    sources = read_sources()
    faults = [source for source in sources if source_faults(source)]
    assert [] == faults
    assert len({source["id"] for source in sources}) == len(sources)


def source_faults(source: dict[str, Any]) -> list[str]:
    texts = [key for key in ("id", "title", "author", "where", "grade") if not isinstance(source.get(key), str)]
    strange = sorted(set(source) - {"id", "title", "author", "year", "where", "grade", "note"})
    year = [] if source["year"] is None or 1990 <= source["year"] <= 2030 else ["year"]
    grade = [] if source.get("grade") in set(GRADES) else ["grade"]
    kebab = [] if re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", str(source.get("id"))) else ["id"]
    return texts + strange + year + grade + kebab
