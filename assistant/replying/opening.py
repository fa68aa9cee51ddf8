"""What can be said at once, before a model has said a word: what was heard, and what it is weighed against.

Owns the choice of the lines that are named. Must not say where the case leans: a model's hearing may still change it.
"""

from __future__ import annotations

from assistant.domain.dialogue import Paragraph, ReplyContext, Sentence
from assistant.replying.heard import compare_cases, say_heard
from assistant.replying.quotes import best_sentences, cite_span
from assistant.replying.wording import Wording, paragraphs

N_LINES = 2
MOST_WORDS = 30


def compose_opening(context: ReplyContext, wording: Wording) -> list[Paragraph]:
    """Say back what was heard, and name the lines of the sources that are being weighed."""
    heard = say_heard(context, compare_cases(context.before, context.case), wording, ())
    return paragraphs(heard or [wording.say("opening.reading")], _name_weighed(context, wording))


def _name_weighed(context: ReplyContext, wording: Wording) -> list[Sentence]:
    """Name the passages found for a question, else the lines that the reasons so far rest on."""
    query = context.asking
    found = [best_sentences(evidence.passage, query, MOST_WORDS) for evidence in context.evidence]
    spans = [span for reason in context.assessment.rationale for span in wording.criterion(reason).rests_on[:1]]
    cited = found or [cite_span(span, wording.texts) for span in dict.fromkeys(spans)]
    if not cited:
        return []
    lines = list(dict.fromkeys(cited))[:N_LINES]
    quoted = wording.join([wording.quote(line.quote.rstrip(".")) for line in lines])
    return [wording.say("opening.weighing", *lines, claim=True, lines=quoted)]
