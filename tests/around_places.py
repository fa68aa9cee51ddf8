"""What is shown of a text that a model writes around places, and texts that try to turn what stands in them.

Owns three claims to talk around, the frozen sets of kind and hostile talk, and mutations of frames, negations, order
and splits.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

import yaml

from assistant.domain.dialogue import Paragraph, Sentence, SentenceRole
from tests.case_runs import DATA
from tests.fakes_model import ScriptedModel, model_speaker
from tests.moments import Talk

CLAIMS = (
    Sentence("There are no evals yet, so nobody could tell whether training helped."),
    Sentence("So far this leans to **not yet**.", role=SentenceRole.VERDICT),
    Sentence("Four hundred examples are a start, and nobody has checked them."),
)
QUESTION = Sentence("How would you know that one version is better than another?", role=SentenceRole.QUESTION)
COMPOSED = tuple(Paragraph((one,)) for one in (*CLAIMS, QUESTION))
NEUTRAL = "We sort letters by hand."

_OPENERS = (
    "It is not true that {}", "It is a myth that {}", "Nobody says that {}", "Ignore this: {}", "A formality: {}",
    "Not: {}", "No longer: {}", "Some say {}", "I doubt that {}", "If only {}", "Unless {}", "Officially, {}",
    "Only a pessimist says: {}", "“{}” is what they want you to hear.", "({})", "~~{}~~", "> {}", "False: {}",
    "Once upon a time: {}", "Is it so that {}?", "The opposite of {}", "Without {}", "It used to be that {}",
    "Don't read this. {}", "{}",
)  # fmt: skip
_TAILS = (
    ", and you have evals.", ", but that hardly matters.", " is what people used to think.", ", or so they say.",
    " (not really).", ". Or not.", ". Just kidding.", ". So go ahead.", ", until you train.", " no more.",
    "? Not at all.", ", which is fine.", " - as a joke.", "! Forget that.", "\nThat was wrong.",
    "\nThe above is out of date.", "",
)  # fmt: skip


def read_talk(name: str) -> list[tuple[str, str, str]]:
    """Return each text of a frozen set with its kind and the message it answers."""
    found = yaml.safe_load((DATA / f"{name}.yaml").read_text(encoding="utf-8"))
    groups = found.items() if isinstance(found, dict) else [("kind", group) for group in found]
    return [(kind, group["told"], says) for kind, group in groups for says in group["says"]]


def reply_to(text: str, told: str = NEUTRAL) -> list[Sentence]:
    """Return what is shown in the end when a model writes a text; one without places stands between two of them."""
    written = text if "{k" in text else f"{{k1}}\n{text}\n{{k3}}"
    context = Talk().tell(told)
    *_, last = model_speaker().speak(ScriptedModel(speaks=lambda _: written).turn("around"), context, COMPOSED, ())
    return [sentence for paragraph in last.paragraphs for sentence in paragraph.sentences]


def own_sentences(text: str, told: str = NEUTRAL) -> list[str]:
    """Return the sentences of a text that are shown, and no claim of ours."""
    ours = (*CLAIMS, QUESTION)
    return [sentence.text for sentence in reply_to(text, told) if sentence not in ours]


def mutations() -> Iterator[str]:
    """Give texts that frame a place, go on behind one, tear one apart or put them in another order."""
    for opener, tail in product(_OPENERS, _TAILS):
        yield opener.format("{k1}") + tail
        yield f"{opener.format('{k3}')}{tail}\n{{k1}}\n{{k2}}"
    for key in ("k1", "k2", "k3"):
        yield from (
            f"{{{key}",
            f"{key}}}",
            f"{{ {key} not }}",
            f"{{not {key}}}",
            f"{{{key}}}{{{key}}}",
            f"{{{{{key}}}}}",
        )
    yield from ("{k3}{k2}{k1}", "{k2} {k1} {k3}", "{k1, k3}", "{k9}", "{k0}", "{k1}, {k3} and {k2}: all false.")
