"""The listener: hears a message with a language model's help.

Owns the one call a message. Must not decide whose reading stands, which is `llm.merging`'s.
"""

from __future__ import annotations

from collections.abc import Sequence

from assistant.domain.case import Case
from assistant.domain.conversation import Said
from assistant.domain.dialogue import Interpretation, Question
from assistant.domain.rulebook import Rulebook
from assistant.knowledge.types.prompt_text import PromptTexts
from assistant.llm.listening.listening_prompt import reply_schema, write_listening_prompt
from assistant.llm.listening.listening_reply import is_usable, read_reply
from assistant.llm.listening.merging import merge
from assistant.ports import ModelTurn
from assistant.text.masking import Masked, mask


class ModelListener:
    """Implements the `Listener` port; safe to share between threads."""

    def __init__(self, rulebook: Rulebook, prompts: PromptTexts) -> None:
        """Take the slots and values from a rulebook, and the words from prompts that were checked."""
        self._rulebook = rulebook
        self._prompts = prompts
        self._schema = reply_schema(rulebook)

    def listen(
        self,
        turn: ModelTurn,
        message: str,
        heard: Interpretation,
        case: Case,
        question: Question | None,
        recent: Sequence[Said],
    ) -> Interpretation:
        """Ask the model once what the message says, and merge what holds of its answer with what the rules heard.

        Raises:
            UpstreamError, BudgetError: there is no answer, or none of the shape that was asked for.
        """
        masked, said = _mask_all(message, recent)
        prompt = write_listening_prompt(self._prompts, self._rulebook, masked.text, question, said)
        reply = turn.listen(prompt, self._schema, is_usable)
        model = read_reply(reply, message, masked.unmask, self._rulebook)
        return merge(heard, model, case, question, self._rulebook)


def _mask_all(message: str, recent: Sequence[Said]) -> tuple[Masked, tuple[Said, ...]]:
    """Mask all that is sent; the same secret has the same placeholder throughout."""
    before, said = Masked(""), []
    for one in recent:
        before = mask(one.text, before)
        said.append(Said(one.role, before.text))
    return mask(message, before), tuple(said)
