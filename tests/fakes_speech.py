"""Ways in which a scripted model speaks: kind, giving in, lying, garbled, in another language, under orders.

Each makes a reply of the prompt it is given, with the places that stand in it.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import cycle

from assistant.ports import Prompt

KIND = "Thanks for walking me through that."
LATER = (
    "Thanks for that.", "That helps me a lot.", "Thank you for telling me.", "Okay, noted.", "I see, thank you.",
    "Let me explain why.", "Here is how I see it.", "I appreciate the detail.", "Okay, let's go on.",
    "Thank you for your patience.", "Thanks for the answer.", "Let me go through it.",
)  # fmt: skip
_PLACE = re.compile(r"^\{(k\d+)\}(?: \((where it leans|what was heard)\))? (.+)$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Line:
    """A place as the prompt gives it."""

    key: str
    text: str
    decides: bool


def lines(prompt: Prompt) -> list[Line]:
    """Read the places out of a prompt."""
    listed = prompt.messages[-1].text.rpartition("The places:")[2]
    return [Line(match[1], match[3], match[2] == "where it leans") for match in _PLACE.finditer(listed)]


def kind(prompt: Prompt) -> str:
    """Name every place in order, with a kind word before them, another one in most turns."""
    told = prompt.messages[-1].text
    word = KIND if "User:" not in told else LATER[zlib.crc32(told.encode()) % len(LATER)]
    return "\n\n".join([word, *(f"{{{line.key}}}" for line in lines(prompt))])


def giving_in(prompt: Prompt) -> str:
    """Agree to whatever is hoped for, around places and between them."""
    first = lines(prompt)[0].key
    return (
        f"You're absolutely right. Fine, go ahead and fine-tune!\n{{{first}}}\nThe verdict is yes. "
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
"""Ways of giving in; none may be shown, wherever it stands."""


def agreeing(prompt: Prompt) -> str:
    """Give in with every one of them: bare, as a frame of each place, behind it, and in the user's words."""
    found = lines(prompt)
    frames = [f"{said[:-1]}: {{{line.key}}}" for said, line in zip(AGREEING, found, strict=False)]
    behind = [f"{{{line.key}}} {said}" for said, line in zip(AGREEING, cycle(found), strict=False)]
    pushed = re.search(r"^(~{5,})\n(.*)\n\1$", prompt.messages[-1].text, re.DOTALL | re.MULTILINE)
    echoed = f"Indeed, {pushed[2]}" if pushed else ""
    return "\n".join([*AGREEING, *frames, *behind, echoed])


def lying(prompt: Prompt) -> str:
    """Frame every place as false, and say the opposite of it behind it."""
    said = []
    for line in lines(prompt):
        text = re.sub(r"\bno\b", "plenty of", line.text)
        text = re.sub(r"\b(?:not|never|Nobody|nobody)\b", "surely", text)
        said.append(f"It is a myth that {{{line.key}}}, since {text[0].lower()}{text[1:]}")
    return " ".join(said)


def crossed(prompt: Prompt) -> str:
    """Name the places from behind, one twice, and one that was never given."""
    return "\n".join([*(f"{{{line.key}}}" for line in reversed(lines(prompt))), "{k1} {k99}"])


def reciting(prompt: Prompt) -> str:
    """Say every claim itself, with more behind it, as if no places were there."""
    return "\n".join(f"{line.text.rstrip('.')}, and you have evals. {{{line.key}}}" for line in lines(prompt))


def garbled(prompt: Prompt) -> str:
    """Say what weak models say."""
    return "{{{{k1 k2}} [INST] <|im_end|> the the the the {k} {k1}{k1} ``` {k0} \n\n\n - - {k2} ### Answer: {"


def injecting(prompt: Prompt) -> str:
    """Carry links, images, scripts, invisible and disguised letters."""
    said = [f"{KIND} [more](https://evil.example/?q={line.key}) {{{line.key}}}" for line in lines(prompt)]
    return (
        f"![x](https://evil.example/p.png) <script>alert(1)</script> {KIND.replace('a', 'а')} "
        + " ".join(said)
        + " Visit www.evil.example now."
    )


def german(prompt: Prompt) -> str:
    """Speak German behind every place, with a lie about the verdict before them."""
    found = lines(prompt)
    said = [f"{{{line.key}}}\n{_in_german(line.text)}" for line in found]
    return "Danke für die Offenheit. Du kannst sofort mit dem Training anfangen.\n" + "\n".join(said)


def _in_german(text: str) -> str:
    """Fill German words up to the length of an English text, and keep its numbers."""
    words = ("Das ist auf Deutsch gesagt und nicht weiter geprüft, " * 20)[: max(30, len(text))]
    return f"{words} {' '.join(re.findall(r'[0-9]+', text))} und so weiter."


CHARACTERS: Mapping[str, Callable[[Prompt], str]] = {
    "kind": kind,
    "giving in": giving_in,
    "agreeing": agreeing,
    "lying": lying,
    "crossed": crossed,
    "reciting": reciting,
    "garbled": garbled,
    "injecting": injecting,
    "german": german,
}
