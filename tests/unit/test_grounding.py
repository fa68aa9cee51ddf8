"""Only what its exact span bears out is shown, and the user's words show as they were typed."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.domain.dialogue import Paragraph, Sentence
from assistant.domain.grounding import Grounded, ground, is_exact
from assistant.domain.source import Citation, SourceKind, SourceText

TEXT = "Fine-tuning is not dead. Start with 100 to 1,000 examples, and 2.5 days of “honest” work."
CARD = "Fine-tuning is not dead."
DOCUMENT = SourceText("scalpel", SourceKind.DOCUMENT, "knowledge/documents/scalpel.md", "A scalpel", TEXT)
GUIDANCE = SourceText("card", SourceKind.GUIDANCE, "knowledge/guidance/card.md", "A card", CARD)
TEXTS = {"scalpel": DOCUMENT, "card": GUIDANCE}
MESSAGES = {1: "We have 40 tickets", 3: "and no evals"}


def cite(quote: str, source: SourceText = DOCUMENT) -> Citation:
    """Cite a quote where it stands in a source text."""
    start = source.text.index(quote)
    return Citation(source.kind, source.id, source.file, start, start + len(quote), quote)


def cite_user(quote: str, turn: int = 1, messages: dict[int, str] = MESSAGES) -> Citation:
    """Cite a quote where it stands in the user's message."""
    start = messages[turn].index(quote)
    return Citation(SourceKind.USER, "user", None, start, start + len(quote), quote, turn)


GOOD = cite("Fine-tuning is not dead.")


def claim(text: str, *citations: Citation) -> Sentence:
    """Make a sentence that must be borne out."""
    return Sentence(text, citations, is_claim=True)


def grounded(*sentences: Sentence, **kwargs: object) -> Grounded:
    """Ground sentences as one paragraph."""
    return ground([Paragraph(sentences)], TEXTS, MESSAGES, **kwargs)  # type: ignore[arg-type]


def shown(text: str, *citations: Citation) -> str:
    """Ground one sentence that is no claim and return its Markdown."""
    return grounded(Sentence(text, citations)).markdown


def test_a_claim_with_an_exact_citation_is_shown_with_its_mark() -> None:
    """The plain case: text, then the number of what it rests on."""
    result = grounded(claim("Tuning lives on.", GOOD))
    assert result == Grounded("Tuning lives on. [1]", (GOOD,), ())


def test_the_users_own_words_can_bear_out_a_claim() -> None:
    """A turn's message is a source like any other."""
    said = cite_user("no evals", turn=3)
    assert grounded(claim("There are no evals.", said)) == Grounded("There are no evals. [1]", (said,), ())


ATTACKS = {
    "negated": replace(GOOD, quote="Fine-tuning is now dead."),
    "half invented": replace(GOOD, quote="Fine-tuning is not dead, studies say.", end=GOOD.end + 13),
    "spliced from two places": replace(cite("Fine-tuning is not"), quote="Fine-tuning honest"),
    "look-alike letters": replace(GOOD, quote=GOOD.quote.replace("a", "\u0430")),
    "look-alike hyphen": replace(GOOD, quote=GOOD.quote.replace("-", "\u2010")),
    "other case": replace(GOOD, quote=GOOD.quote.lower()),
    "space changed": replace(GOOD, quote=GOOD.quote.replace(" is", "\u00a0is")),
    "right text of another source": replace(GOOD, source="card"),
    "right text, other file": replace(GOOD, file="knowledge/guidance/card.md"),
    "right text, no file": replace(GOOD, file=None),
    "right text, other kind": replace(GOOD, kind=SourceKind.GUIDANCE),
    "unknown source": replace(GOOD, source="nowhere"),
    "document with a turn": replace(GOOD, turn=1),
    "start one early": replace(cite("is not dead"), start=cite("is not dead").start - 1),
    "start one late": replace(cite("is not dead"), start=cite("is not dead").start + 1),
    "end one late": replace(GOOD, end=GOOD.end + 1),
    "end one early": replace(GOOD, end=GOOD.end - 1),
    "empty quote": replace(GOOD, end=GOOD.start, quote=""),
    "only a space": cite(" "),
    "counted from the back": Citation(SourceKind.DOCUMENT, "scalpel", DOCUMENT.file, -5, -1, TEXT[-5:-1]),
    "past the end": Citation(SourceKind.DOCUMENT, "scalpel", DOCUMENT.file, 0, len(TEXT) + 1, TEXT),
    "said in another turn": replace(cite_user("no evals", 3), turn=1),
    "said in no turn": replace(cite_user("no evals", 3), turn=2),
    "user without a turn": replace(cite_user("no evals", 3), turn=None),
    "user's words under a file": replace(cite_user("no evals", 3), file=DOCUMENT.file),
    "user's words under a document's name": replace(cite_user("no evals", 3), source="scalpel"),
    "words the user never said": replace(cite_user("no evals", 3), quote="we have evals"),
}


@pytest.mark.parametrize("attack", ATTACKS.values(), ids=ATTACKS.keys())
def test_a_citation_that_is_not_exact_drops_its_sentence(attack: Citation) -> None:
    """None of the ways to bend a quote gets through."""
    assert grounded(claim("Believe me.", attack)) == Grounded("", (), ("Believe me.",))


@pytest.mark.parametrize("attack", ATTACKS.values(), ids=ATTACKS.keys())
def test_a_good_citation_does_not_carry_a_bad_one(attack: Citation) -> None:
    """One failing citation is enough, claim or not, whichever comes first."""
    assert grounded(Sentence("Believe me.", (GOOD, attack))).dropped == ("Believe me.",)
    assert grounded(Sentence("Believe me.", (attack, GOOD))).dropped == ("Believe me.",)


def test_the_whole_text_and_its_first_character_can_be_cited() -> None:
    """The bounds of a text belong to it."""
    assert is_exact(Citation(SourceKind.DOCUMENT, "scalpel", DOCUMENT.file, 0, len(TEXT), TEXT), TEXTS, {})
    assert is_exact(Citation(SourceKind.DOCUMENT, "scalpel", DOCUMENT.file, 0, 1, "F"), TEXTS, {})


@given(st.integers(-3, len(TEXT) + 3), st.integers(-3, len(TEXT) + 3), st.text(max_size=8))
def test_only_the_text_itself_is_exact(start: int, end: int, invented: str) -> None:
    """Whatever span is claimed, a quote passes only when it is that non-empty piece of the text."""
    real = 0 <= start < end <= len(TEXT) and TEXT[start:end].strip() != ""
    citation = Citation(SourceKind.DOCUMENT, "scalpel", DOCUMENT.file, start, end, TEXT[max(start, 0) : max(end, 0)])
    assert is_exact(citation, TEXTS, {}) == real
    bent = replace(citation, quote=citation.quote + invented)
    assert is_exact(bent, TEXTS, {}) == (real and invented == "")


def test_a_claim_without_a_citation_is_dropped_and_a_plain_sentence_is_not() -> None:
    """A question needs no source; a claim does."""
    result = grounded(claim("Tuning is easy."), Sentence("Shall we go on?"))
    assert result == Grounded("Shall we go on?", (), ("Tuning is easy.",))


@pytest.mark.parametrize("text", ["", "  ", "\n"])
def test_a_sentence_without_words_is_dropped(text: str) -> None:
    """A mark alone says nothing."""
    assert grounded(Sentence(text, (GOOD,))).markdown == ""


@pytest.mark.parametrize(
    "text", ["Take 100.", "Take 1,000.", "Take 1000.", "Some 2.5 days.", "From 100 to 1,000, say."]
)
def test_a_number_of_the_quote_may_be_claimed(text: str) -> None:
    """Thousands may be written with or without a comma."""
    sentence = claim(text, cite(TEXT[25:]))
    assert grounded(sentence).dropped == ()


@pytest.mark.parametrize("text", ["Take 10.", "Take 1,001.", "Some 25 days.", "Some 2.4 days.", "Take 100 or 200."])
def test_a_number_of_no_quote_drops_its_claim(text: str) -> None:
    """A part of a number is another number, and one right number does not cover a wrong one."""
    sentence = claim(text, cite(TEXT[25:]))
    assert grounded(sentence).dropped == (text,)


def test_a_number_may_come_from_any_of_the_quotes() -> None:
    """Each citation brings its own numbers."""
    sentence = claim("40 is fewer than 100.", cite_user("40 tickets"), cite("100 to 1,000"))
    assert grounded(sentence).dropped == ()


def test_the_numbers_of_the_case_are_allowed() -> None:
    """A count the user gave in words may be said in digits."""
    sentence = claim("So 8,000 examples.", cite_user("tickets"))
    assert grounded(sentence, allowed_numbers={8000.0}).dropped == ()
    assert grounded(sentence, allowed_numbers={800.0}).dropped == ("So 8,000 examples.",)


def test_numbers_in_a_plain_sentence_are_free() -> None:
    """An option's label is no claim."""
    assert shown("Fewer than 50, or 50 to 99?") == "Fewer than 50, or 50 to 99?"


@pytest.mark.parametrize(
    "text", ["It says “is not dead”.", 'It says "is not dead".', "It says “… not dead …”.", "It says “not dead…”."]
)
def test_words_between_quotation_marks_must_stand_in_a_quote(text: str) -> None:
    """An ellipsis at the ends shows that the quote goes on."""
    assert grounded(claim(text, GOOD)).dropped == ()


@pytest.mark.parametrize(
    "text",
    [
        "It says “is dead”.",
        'It says "is dead".',
        "“not dead” and “quite alive”.",
        "“Fine-tuning … dead”.",
        '“not dead” "alive"',
    ],
)
def test_words_between_quotation_marks_that_no_quote_holds_drop_the_sentence(text: str) -> None:
    """Nobody is quoted with words they did not write, even where the citation itself is right."""
    assert grounded(claim(text, GOOD)).dropped == (text,)
    assert grounded(Sentence(text, (GOOD,))).dropped == (text,)


def test_a_quote_may_be_shown_on_one_line() -> None:
    """Line breaks of the source are no part of its words."""
    messages = {1: "we look\n at  them"}
    said = cite_user("look\n at  them", 1, messages)
    result = ground([Paragraph((claim("You “look at them”.", said),))], {}, messages)
    assert result.markdown == "You “look at them”. [1]"


def test_each_quoted_piece_may_come_from_another_citation() -> None:
    """Two quotes in one sentence need both of their sources."""
    sentence = claim("“40 tickets”, but “not dead”.", cite_user("40 tickets"), GOOD)
    assert grounded(sentence).dropped == ()


def test_quotation_marks_in_a_sentence_that_cites_nothing_are_free() -> None:
    """A label may stand between quotation marks."""
    assert shown("Say “I don't know”.") == "Say “I don't know”."


def test_marks_count_in_order_of_appearance_and_the_same_span_keeps_its_number() -> None:
    """Numbers follow the reader's eye, across paragraphs."""
    other, third = cite("Fine-tuning"), cite_user("tickets")
    first = Paragraph((claim("One.", GOOD), claim("Two.", other, GOOD)))
    second = Paragraph((claim("Three.", GOOD, third, third),))
    result = ground([first, second], TEXTS, MESSAGES)
    assert result.markdown == "One. [1] Two. [2] [1]\n\nThree. [1] [3]"
    assert result.citations == (GOOD, other, third)


def test_a_dropped_sentence_leaves_no_number_behind() -> None:
    """Numbers have no holes."""
    bad = ATTACKS["negated"]
    other = cite("not dead")
    result = grounded(claim("Bad.", other, bad), claim("Good.", GOOD))
    assert (result.markdown, result.citations, result.dropped) == ("Good. [1]", (GOOD,), ("Bad.",))


def test_paragraphs_are_set_apart_and_items_make_a_list() -> None:
    """A paragraph of which nothing is left vanishes."""
    item = [Paragraph((Sentence(word),), item=True) for word in ("one", "two")]
    paragraphs = [
        Paragraph((Sentence("A."), Sentence("B."))),
        *item,
        Paragraph((claim("gone"),)),
        Paragraph((Sentence("C."),)),
    ]
    assert ground(paragraphs, {}, {}).markdown == "A. B.\n\n- one\n- two\n\nC."


def test_the_first_block_may_be_an_item() -> None:
    """Nothing stands before the first block."""
    assert ground([Paragraph((Sentence("one"),), item=True)], {}, {}).markdown == "- one"


def test_nothing_to_say_is_an_empty_reply() -> None:
    """No paragraph, no text."""
    assert ground([], TEXTS, MESSAGES) == Grounded("", (), ())


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        ("![x](http://e.org/a.png)", r"!\[x\](http\://e.org/a.png)"),
        ("[1] and [a](b)", r"\[1\] and \[a\](b)"),
        ("<img src=x onerror=y>", "&lt;img src=x onerror=y>"),
        ("&lt;b&gt; R&D &#60;", r"\&lt;b\&gt; R&D \&#60;"),
        ("a `code` *em* _em_ ~~gone~~ $x$ a|b", r"a \`code\` \*em\* \_em\_ \~\~gone\~\~ \$x\$ a\|b"),
        (r"back\slash", r"back\\slash"),
        ("HTTPS://E.org ftp://e.org www.e.org me@e.org", r"HTTPS\://E.org ftp\://e.org www\.e.org me\@e.org"),
        ("recall@200 is @home", "recall@200 is @home"),
        ("# head", r"\# head"),
        ("> said", r"\> said"),
        ("- item", r"\- item"),
        ("+ item", r"\+ item"),
        ("=== line", r"\=== line"),
        ("1. item", r"1\. item"),
        ("12) item", r"12\) item"),
        ("40 items, 3 > 2 # - +", "40 items, 3 > 2 # - +"),
        ("no\x00 \u202eturning\u202c  and\n\n# head", "no turning and # head"),
        ("half \ud800 a letter", "half a letter"),
        ("می\u200cخواهم 👩\u200d💻", "می\u200cخواهم 👩\u200d💻"),
    ],
)  # fmt: skip
def test_what_was_typed_shows_as_text(typed: str, written: str) -> None:
    """Markdown, HTML, links, images and control characters do nothing."""
    assert shown(typed) == written


def test_a_reviewed_sentence_may_be_bold() -> None:
    """Bold is the one mark a sentence may bring, and it must be closed."""
    assert shown("It is **not yet** and *so* **on.") == r"It is **not yet** and \*so\* \*\*on."
    assert shown("**Not [yet].** x **y**") == r"**Not \[yet\].** x **y**"
    assert shown("a ** b ** c") == r"a \*\* b \*\* c"
    assert shown("**a**") == "**a**"


def test_stars_the_user_typed_are_not_bold() -> None:
    """The user's words stay as typed even beside bold of our own."""
    messages = {1: "make it **great** now"}
    said = cite_user("**great**", 1, messages)
    result = ground([Paragraph((claim("**So:** “**great**”.", said),))], {}, messages)
    assert result.markdown == r"\*\*So:\*\* “\*\*great\*\*”. [1]"


def test_stars_of_a_source_leave_our_bold_alone() -> None:
    """Only the user's words are suspect; the sources are reviewed."""
    source = SourceText("card", SourceKind.GUIDANCE, "c.md", "C", "**Great** work")
    cited = Citation(SourceKind.GUIDANCE, "card", "c.md", 0, 9, "**Great**")
    result = ground([Paragraph((claim("**So** be it.", cited),))], {"card": source}, {})
    assert result.markdown == "**So** be it. [1]"


@pytest.mark.parametrize(
    ("text", "is_shown"),
    [("Du sagst „40 tickets“.", True), ("Du sagst „50 tickets“.", False), ("Erst „40 tickets“, dann „mehr“.", False)],
)
def test_german_quotation_marks_are_held_to_the_quote_as_well(text: str, is_shown: bool) -> None:
    """What stands between low and high marks must be somebody's words."""
    assert is_shown == bool(shown(text, cite_user("40 tickets")))


@pytest.mark.parametrize(
    ("text", "allowed", "is_shown"),
    [
        ("5.000 Beispiele.", 5000.0, True),
        ("1.250.000 Anfragen.", 1_250_000.0, True),
        ("5.000 Beispiele.", 500.0, False),
        ("1.250.000 Anfragen.", 1250.0, False),
        ("2.5 days.", 25.0, False),
    ],
)
def test_a_dot_between_thousands_is_read_as_one(text: str, allowed: float, is_shown: bool) -> None:
    """A number of a German claim is held to the case like any other."""
    result = grounded(claim(text, GOOD), allowed_numbers=[allowed])
    assert is_shown == bool(result.markdown)
