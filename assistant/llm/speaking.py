"""What a model is told before it speaks: the statements with their keys, the message, the words before.

Owns the prompt and what is masked in it. Must not know what becomes of the reply.
"""

from __future__ import annotations

from collections.abc import Sequence

from assistant.domain.dialogue import Sentence, SentenceRole
from assistant.domain.masking import Masked, mask
from assistant.domain.model_turn import Prompt, Role, Said
from assistant.domain.prompt_text import PromptTexts
from assistant.domain.surface import without_bold
from assistant.llm.listening import fence, said_before
from assistant.llm.plan import Statement

_NOTHING = "none"


def speaking_prompt(
    prompts: PromptTexts,
    statements: Sequence[Statement],
    verdict: Sequence[Sentence],
    question: Sequence[Sentence],
    message: str,
    recent: Sequence[Said],
) -> tuple[Prompt, Masked]:
    """Put the statements before a model; also return the way back from the placeholders of what was masked."""
    masked = Masked("")
    said = []
    for one in recent:
        masked = mask(one.text, masked)
        said.append(Said(one.role, masked.text))
    masked = mask(message, masked)
    told = masked.text
    masked = mask("\n".join(_line(statement) for statement in statements), masked)
    text = prompts.fill(
        "speak_message",
        fence=fence(told),
        recent=said_before(said) or _NOTHING,
        message=told,
        verdict=_plainly(verdict),
        statements=masked.text,
        question=_plainly(question),
    )
    return Prompt(prompts.fill("speak"), (Said(Role.USER, text),)), masked


def _line(statement: Statement) -> str:
    role = statement.sentence.role
    note = " (word for word)" if role.word_for_word else " (a step)" if role is SentenceRole.STEP else ""
    return f"{{{statement.key}}}{note} {without_bold(statement.sentence.text)}"


def _plainly(sentences: Sequence[Sentence]) -> str:
    return " ".join(without_bold(sentence.text) for sentence in sentences) or _NOTHING
