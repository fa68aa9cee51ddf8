"""What is masked before a text leaves the computer, what must not be, and the way back."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.text.masking import Masked, Replacement, mask

SECRETS = {
    "key": [
        "sk-proj-Ab12Cd34Ef56Gh78Ij90",
        "sk-ant-api03-Zx9Yw8Vu7Ts6Rq5Po4",
        "hf_aBcDeFgHiJkLmNoPqRsTuVwXyZ",
        "ghp_16C7e42F292c6912E7710c838347Ae178B4a",
        "AKIAIOSFODNN7EXAMPLE",
        "AIzaSyA1234567890abcdefghijklmnopqrstuv",
        "xoxb-123456789012-abcdefghijkl",
        "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.dozjgNryP4J3jVmNHl0w5N",
        "d41d8cd98f00b204e9800998ecf8427e",
        "Qm9vWjdEbHA0UXhTa1JtTjJ2YkF1Y0hqM0w5",
        "-----BEGIN RSA PRIVATE KEY-----\nMIIEow\n-----END RSA PRIVATE KEY-----",
    ],
    "e-mail": ["anna.berg+ml@firma.example", "o'neil@mail.co.example", "jörg@müller.example"],
    "card number": ["4111 1111 1111 1111", "5500-0000-0000-0004", "378282246310005", "4012888888881881"],
    "phone number": [
        "+49 170 1234567",
        "+1 (555) 010-4477",
        "0044 20 7946 0958",
        "(212) 555-0142",
        "212-555-0142",
        "07911 123456",
        "030 / 901 820",
        "06 12 34 56 78",
        "01712345678",
    ],
}
QUANTITIES = [
    "12 000 examples",
    "2.5 M a month",
    "1,200,000 requests",
    "10 000 000 requests a month",
    "+10 000 000 more",
    "since 2026-11-22",
    "on 22.11.2026 at 10:45",
    "11/22/2026",
    "between 2019 and 2026",
    "9000 USD a month",
    "accuracy went from 0.812 to 0.94",
    "gpt-4.1-mini-2025-04-14",
    "a 1234567890 row table",
    "version 1.20.300 on 192.168.100.200",
    "400-500 tickets, 3000-4000 characters each",
    "about 5000 good samples, 0 bad ones, 20 % held out",
    "1111 2222 3333 4444 rows",
    "we call the model 20000000 times",
    "token limits of 128000 and passwords are out of scope",
    "https://wiki.example.org/Fine-tuning/when-it-makes-sense-and-when-it-does-not-2026",
    "the secret is good data",
    "retrieval_augmented_generation_with_rerankers_v2",
]

PARTS = [*QUANTITIES, *(secret for found in SECRETS.values() for secret in found)]


@pytest.mark.parametrize(("kind", "secret"), [(kind, secret) for kind, found in SECRETS.items() for secret in found])
def test_what_is_private_does_not_leave(kind: str, secret: str) -> None:
    """Wherever it stands in a sentence, a placeholder that names its kind stands in its place."""
    masked = mask(f"We have 300 examples, ask {secret} for more.")
    assert masked.text == f"We have 300 examples, ask [{kind} 1] for more."
    assert masked.unmask(masked.text) == f"We have 300 examples, ask {secret} for more."


@pytest.mark.parametrize("text", QUANTITIES)
def test_what_a_case_is_made_of_stays(text: str) -> None:
    """Quantities, dates, prices, versions and addresses of pages are left as they are."""
    assert Masked(text) == mask(text)


@pytest.mark.parametrize(
    ("text", "sent"),
    [
        ("Authorization: Bearer abcdef123456ghi", "Authorization: Bearer [key 1]"),
        ('api_key = "Zu7-hello-99"', 'api_key = "[key 1]"'),
        ("my password is hunter2hunter2", "my password is [key 1]"),
        ("call me at 555 0142 99", "call me at [phone number 1]"),
    ],
)
def test_a_word_before_it_gives_a_secret_away(text: str, sent: str) -> None:
    """What alone could be anything is masked after the word that says what it is."""
    assert sent == mask(text).text


def test_the_same_secret_keeps_its_placeholder() -> None:
    """The model can tell that two mentions are one, and that two are not."""
    masked = mask("a@x.example wrote to b@x.example, then a@x.example again")
    assert masked.text == "[e-mail 1] wrote to [e-mail 2], then [e-mail 1] again"


def test_what_was_masked_can_be_told() -> None:
    """Each kind once, without what it was."""
    assert ("e-mail", "phone number") == mask("a@x.example, b@x.example or +49 170 1234567").kinds
    assert () == mask("12 000 examples").kinds


def test_a_prompt_of_several_texts_is_numbered_through() -> None:
    """One way back serves the whole prompt."""
    first = mask("write to a@x.example")
    second = mask("or b@x.example, not a@x.example", first)
    assert second.text == "or [e-mail 2], not [e-mail 1]"
    assert (Replacement("[e-mail 1]", "a@x.example"), Replacement("[e-mail 2]", "b@x.example")) == second.replacements


def test_a_placeholder_that_someone_wrote_is_not_ours() -> None:
    """A text that already says `[e-mail 1]` does not get an address put into it on the way back."""
    masked = mask("literally [e-mail 1], and a@x.example")
    assert masked.text == "literally [e-mail 1], and [e-mail 2]"
    assert masked.unmask("[e-mail 1]") == "[e-mail 1]"


@given(st.lists(st.sampled_from(PARTS), max_size=6), st.text(max_size=20))
def test_the_way_back_gives_the_very_text(parts: list[str], noise: str) -> None:
    """Whatever was masked comes back letter for letter, so that quotes can be checked against the message."""
    text = f" {noise} ".join(parts)
    masked = mask(text)
    assert text == masked.unmask(masked.text)


@given(st.text(alphabet="0123456789 .,-+@:/aB", max_size=80))
def test_any_run_of_digits_and_signs_is_read_quickly_and_comes_back(text: str) -> None:
    """Nothing that only looks like numbers is lost or makes the search run wild."""
    assert text == mask(text).unmask(mask(text).text)


def test_a_long_message_of_digits_is_no_trap() -> None:
    """The patterns end on hostile texts too."""
    for piece in ("0 1", "a@", "1-", "aB1", "+1 ", "eyJ", "token "):
        text = piece * 4000
        assert text == mask(text).unmask(mask(text).text)


def test_nothing_of_an_original_is_left() -> None:
    """Every secret at once: none of them is in what is sent."""
    text = "\n".join(secret for found in SECRETS.values() for secret in found)
    sent = mask(text).text
    assert [] == [secret for found in SECRETS.values() for secret in found if secret in sent]
    assert re.fullmatch(r"(\[[a-z -]+ \d+\]\n?)+", sent)
