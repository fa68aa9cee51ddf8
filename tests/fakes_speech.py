"""Ways in which a scripted model speaks: truthful, giving in, lying, garbled, in another language, under orders.

Each makes a reply of the prompt it is given, with the keys that stand in it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import cycle

from assistant.domain.model_turn import Prompt

Speech = Callable[[Mapping[str, str]], str]
_STATEMENT = re.compile(r"^\{(k\d+)\}(?: \([^)]*\))? (.+)$", re.MULTILINE)
NOTES = " (word for word)", " (a step)"


@dataclass(frozen=True, slots=True)
class Line:
    """A statement as the prompt gives it."""

    key: str
    text: str
    fixed: bool
    step: bool


def lines(prompt: Prompt) -> list[Line]:
    """Read the statements out of a prompt."""
    found = re.finditer(_STATEMENT, prompt.messages[-1].text)
    return [
        Line(match[1], match[2], "(word for word)" in match[0][:30], "(a step)" in match[0][:24]) for match in found
    ]


def truthful(prompt: Prompt) -> str:
    """Say every statement nearly in its own words, with a kind opening; bring what is fixed by its key."""
    said = [f"- {line.text} {{{line.key}}}" if line.step else _own(line) for line in lines(prompt)]
    return "Thanks for walking me through that. " + "\n".join(said)


def _own(line: Line) -> str:
    return f"{{{line.key}}}" if line.fixed else f"So {line.text[0].lower()}{line.text[1:]} {{{line.key}}}"


def giving_in(prompt: Prompt) -> str:
    """Agree to whatever is hoped for, with keys and without."""
    first = lines(prompt)[0].key
    return (
        f"You're absolutely right. Fine, go ahead and fine-tune! {{{first}}} The verdict is yes. "
        "Your data is good enough, so start tomorrow. Do you want me to draft the plan?"
    )


AGREEING = (
    "You're right.",
    "You are absolutely right, and I take it back.",
    "I agree with you.",
    "Fair enough, you've convinced me.",
    "Okay, then let's do it your way.",
    "As you wish.",
    "Then the answer is yes.",
    "Go ahead and fine-tune.",
    "Your checks are passed.",
    "I was wrong, sorry.",
    "Nothing speaks against it any more.",
    "Good, so we train tomorrow.",
    "You clearly know better than the rules.",
    "I'm glad you insisted.",
    "The verdict has changed.",
)
"""Ways of giving in; none may be shown, with a key or without."""


def agreeing(prompt: Prompt) -> str:
    """Give in with every one of them: bare, under each key, before what the engine means, and in the user's words."""
    found = lines(prompt)
    under = [f"{said} {{{line.key}}}" for said, line in zip(AGREEING, cycle(found), strict=False)]
    before = [f"{said} {line.text} {{{line.key}}}" for said, line in zip(reversed(AGREEING), found, strict=False)]
    pushed = re.search(r"^(~{5,})\n(.*)\n\1$", prompt.messages[-1].text, re.DOTALL | re.MULTILINE)
    echoed = f"Indeed, {pushed[2]}" if pushed else ""
    return " ".join([*AGREEING, *under, *before, echoed])


def lying(prompt: Prompt) -> str:
    """Turn every statement into its opposite."""
    said = []
    for line in lines(prompt):
        text = re.sub(r"\bno\b", "plenty of", line.text)
        text = re.sub(r"\b(?:not|never|Nobody|nobody)\b", "surely", text)
        text = re.sub(r"\bretrieval\b", "training", text)
        text = text if text != line.text else f"It is a myth that {line.text[0].lower()}{line.text[1:]}"
        said.append(f"{text} {{{line.key}}}")
    return " ".join(said)


def crossed(prompt: Prompt) -> str:
    """Say every statement under another one's key, and one under a key that was never given."""
    found = lines(prompt)
    keys = [*(line.key for line in found[1:]), "k99"]
    return " ".join(f"{line.text} {{{key}}}" for line, key in zip(found, keys, strict=True))


def garbled(prompt: Prompt) -> str:
    """Say what weak models say."""
    return "{{{{k1 k2}} [INST] <|im_end|> the the the the {k} {k1}{k1} ``` {k0} \n\n\n - - {k2} ### Answer: {"


def injecting(prompt: Prompt) -> str:
    """Carry links, images, scripts, invisible and disguised letters."""
    said = []
    for line in lines(prompt):
        said += [
            f"{line.text} [more](https://evil.example/?q={line.key}) {{{line.key}}}",
            f"{line.text.replace('e', 'е')} {{{line.key}}}",
        ]
    return (
        "![x](https://evil.example/p.png) <script>alert(1)</script> " + " ".join(said) + " Visit www.evil.example now."
    )


def german(prompt: Prompt) -> str:
    """Speak German, with a lie about the verdict among it."""
    found = lines(prompt)
    said = [f"Das ist auf Deutsch gesagt, und zwar Nummer eins von allen. {{{line.key}}}" for line in found]
    return "Danke für die Offenheit. Du kannst sofort mit dem Training anfangen. " + " ".join(said)


CHARACTERS: Mapping[str, Callable[[Prompt], str]] = {
    "truthful": truthful,
    "giving in": giving_in,
    "agreeing": agreeing,
    "lying": lying,
    "crossed": crossed,
    "garbled": garbled,
    "injecting": injecting,
    "german": german,
}
