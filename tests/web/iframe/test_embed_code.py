"""The page of snippets: each wiki's is there and right, and it says whether a wiki may show the coach."""

from __future__ import annotations

import html
import re
from pathlib import Path

import pytest

from assistant.knowledge.files import Folder
from assistant.knowledge.iframe_file import read_embedding
from assistant.knowledge.types.iframe_text import fill_in, fillings, origin_of
from assistant.web.iframe import embed_code
from tests.moments import knowledge
from tests.web.asking import Served, served_page_of

KNOWLEDGE = Path(__file__).resolve().parents[3] / "knowledge"
WIKI = "https://wiki.example.org"
BASE = "https://coach.example.org/tools/"
WANTED = {
    "Plain HTML", "Confluence Cloud", "Confluence Data Center", "MediaWiki", "SharePoint Online", "Notion", "BookStack",
    "Backstage", "DokuWiki", "Outline", "GitLab", "GitHub",
}  # fmt: skip


@pytest.fixture(scope="module")
def served() -> Served:
    """The page, that one wiki may frame, under a sub-path."""
    return served_page_of(ASSISTANT_EMBED_ORIGINS=WIKI, ASSISTANT_ROOT_PATH="/tools")


def snippets(page: str) -> list[str]:
    """What can be copied."""
    return [html.unescape(found) for found in re.findall(r"<textarea[^>]*>(.*?)</textarea>", page, re.DOTALL)]


def notes(served: Served, wiki: str) -> list[str]:
    """What is said of a wiki."""
    page = served.ask(path=f"/embed/code?wiki={wiki}").text
    return [html.unescape(found) for found in re.findall(r'<p class="(?:good|bad)" role="status">(.*?)</p>', page)]


def test_every_wiki_has_its_snippet_or_an_honest_line() -> None:
    """With what its administrator does first."""
    about = knowledge().page.embedding
    assert {recipe.name for recipe in about.recipes} | {place.name for place in about.places} == WANTED


def test_the_snippets_lead_to_the_page_under_the_address_it_was_opened_by(served: Served) -> None:
    """Whole addresses, with the sub-path, so that they can be copied as they are."""
    copied = snippets(served.ask(path="/embed/code").text)
    assert len(copied) == len(WANTED) - 1  # GitLab and GitHub share one link
    assert all("http://localhost" in snippet for snippet in copied)
    addresses = {found for snippet in copied for found in re.findall(r'http://localhost[^\s"|)]*', snippet)}
    assert {"http://localhost/tools/embed", "http://localhost/tools/", "http://localhost"} == addresses
    assert not any(re.search(r"\{(frame|address|origin|page|title|host)\}", snippet) for snippet in copied)


def test_a_frame_is_plain_html_that_a_strict_site_shows_too() -> None:
    """No style and no script in it, a sandbox around it, and no word of the page's own address left behind."""
    frame = fillings(BASE, "Coach")["frame"]
    assert frame.startswith('<iframe src="https://coach.example.org/tools/embed" title="Coach" width="100%"')
    assert 'referrerpolicy="strict-origin"' in frame
    assert "allow-scripts allow-same-origin" in frame
    assert not re.search(r"style=|<script|\son\w+=|allow-top-navigation", frame)


def test_braces_of_the_wikis_own_stay() -> None:
    """DokuWiki and MediaWiki write in braces too."""
    assert "{{url>https://coach.example.org/tools/embed 100%|C}}{x}" == fill_in(
        "{{url>{address} 100%|{title}}}{x}", fillings(BASE, "C")
    )


def test_a_wiki_on_the_list_may_show_the_coach(served: Served) -> None:
    """Asked by any of its pages, however it is written."""
    assert ["https://wiki.example.org may show the coach in a frame."] == notes(
        served, "HTTPS://Wiki.Example.ORG:443/x?y=1"
    )[:1]


def test_a_wiki_that_is_not_on_the_list_is_told_the_setting_that_would_let_it(served: Served) -> None:
    """The whole line, with what is on the list already, and that http does not go into https."""
    [missing, mixed] = notes(served, "https://other.example:8443/page")
    assert f"ASSISTANT_EMBED_ORIGINS={WIKI},https://other.example:8443 " in missing
    assert "no http frame in an https page" in mixed


def test_without_any_wiki_on_the_list_the_page_says_so_at_once() -> None:
    """Before somebody pastes what cannot work."""
    about = knowledge().page.embedding
    [(kind, said)] = embed_code.check_wiki(about, [], BASE, "")
    assert "bad" == kind
    assert "No site may show" in said
    assert [] == embed_code.check_wiki(about, [WIKI], BASE, "")


@pytest.mark.parametrize(
    "wiki",
    ["x", "ftp://x.example", "https://", "javascript:alert(1)", "https://a b", '"><script>x</script>', "http://[::1"],
)
def test_what_is_no_address_is_said_to_be_none_and_shown_as_text(served: Served, wiki: str) -> None:
    """Whatever is asked, the page stays whole."""
    page = served.ask(path=f"/embed/code?wiki={wiki}").text
    assert "That is no address of a wiki" in page
    assert "<script>x" not in page
    assert 1 == page.count("<script>")


@pytest.mark.parametrize(
    ("address", "origin"),
    [
        ("https://a.example/b", "https://a.example"), (" http://A.example:8080 ", "http://a.example:8080"),
        ("http://a.example:80", "http://a.example"), ("https://[2001:DB8::1]/x", "https://[2001:db8::1]"),
        ("https://me:pw@a.example/", "https://a.example"), ("https://a.example:99999", None), ("a.example", None),
        ("https://*.example", None), ("https://a.example,b.example", None), ("https://a;b.example", None),
    ],
)  # fmt: skip
def test_an_origin_is_scheme_host_and_unusual_port(address: str, origin: str | None) -> None:
    """And nothing that could become a second source in a policy."""
    assert origin == origin_of(address)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("  - id: notion", "  - id: html", "given twice"),
        ('snippet: "{resizing}"', 'snippet: "{resize}"', "leads nowhere"),
        ("{setting} and starts it anew", "it and starts it anew", "labels.n"),
        ("  copy_text: Copy\n", "", "labels.copy_text"),
        ("as_of: 2026-11-22", "as_of: soon", "as_of"),
        ("documentation: https://www.media", "documentation: http://www.media", "documentation"),
    ],
)
def test_a_fault_in_the_words_names_its_key(tmp_path: Path, old: str, new: str, said: str) -> None:
    """An editor is told which text it is about."""
    words = (KNOWLEDGE / "embedding.yaml").read_text(encoding="utf-8")
    assert old in words
    (tmp_path / "embedding.yaml").write_text(words.replace(old, new, 1), encoding="utf-8")
    folder = Folder(tmp_path)
    read_embedding(folder)
    assert any(said in str(fault) for fault in folder.faults), folder.faults
