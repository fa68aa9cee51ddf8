"""What a model is told before it speaks: the case in short, the places with their sentences, the message.

Owns the prompt and what is masked in it. Must not know what becomes of the reply.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from assistant.domain.case import Case
from assistant.domain.conversation import Role, Said
from assistant.domain.dialogue import ReplyContext, SentenceRole
from assistant.domain.rulebook import Rulebook
from assistant.knowledge.types.prompt_text import PromptTexts
from assistant.llm.listening.listening_prompt import fence, quote_recent
from assistant.llm.speaking.reply_plan import Place, Plan
from assistant.ports import Prompt
from assistant.text.masking import Masked, mask

_NOTHING = "none"
_MOST_RECENT = 2
_LONGEST_PLACE = 240
"""So much of a place's sentences is enough to talk around it; only a translation needs all."""
_TRANSLATE = " (translate)"
_NOTES = {SentenceRole.VERDICT: " (where it leans)", SentenceRole.HEARD: " (what was heard)"}


def write_speaking_prompt(
    prompts: PromptTexts,
    rulebook: Rulebook,
    planned: Plan,
    context: ReplyContext,
    recent: Sequence[Said],
    untranslated: Collection[str] = (),
    courtesies: Collection[str] = (),
) -> tuple[Prompt, Masked]:
    """Put the places before a model; also return the way back from the placeholders of what was masked.

    `untranslated` are the keys behind which a translation is wished for. With `courtesies` those are all that the model
    may say of its own.
    """
    masked, said = Masked(""), []
    for one in recent[-_MOST_RECENT:]:
        masked = mask(one.text, masked)
        said.append(Said(one.role, masked.text))
    masked = mask(context.message, masked)
    told = masked.text
    masked = mask("\n".join(_in_short(context.case, rulebook)), masked)
    case = masked.text
    masked = mask("\n".join(_line(place, whole=place.key in untranslated) for place in planned.places), masked)
    text = prompts.fill(
        "speak_message",
        fence=fence(told),
        recent=quote_recent(said) or _NOTHING,
        message=told,
        case=case or _NOTHING,
        places=masked.text,
        question=_quote_question(planned, is_translated=planned.question_key in untranslated),
    )
    orders = [prompts.fill("speak")]
    if courtesies:
        orders.append(prompts.fill("speak_reviewed", courtesies="\n".join(f"- {said}" for said in courtesies)))
    if untranslated:
        orders.append(prompts.fill("speak_translating"))
    return Prompt("\n".join(orders), (Said(Role.USER, text),)), masked


def _in_short(case: Case, rulebook: Rulebook) -> Iterator[str]:
    """Say every fact of a case in a few words, one a line."""
    for fact in case.facts:
        slot = rulebook.slot(fact.slot)
        yield f"- not known: {slot.name}" if fact.value is None else f"- {slot.option(fact.value).heard}"


def _line(place: Place, *, whole: bool) -> str:
    text = " ".join(place.text.replace("**", "").split())
    short = text if whole or len(text) <= _LONGEST_PLACE else f"{text[:_LONGEST_PLACE]} …"
    return f"{{{place.key}}}{_NOTES.get(place.role, '')}{_TRANSLATE if whole else ''} {short}"


def _quote_question(planned: Plan, *, is_translated: bool) -> str:
    text = " ".join(sentence.text for paragraph in planned.closing for sentence in paragraph.sentences)
    key = f"{{{planned.question_key}}}{_TRANSLATE} " if is_translated else ""
    return f"{key}{' '.join(text.replace('**', '').split())}" if text else _NOTHING
