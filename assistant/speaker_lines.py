"""Lines beside a reply: who speaks, what a model did not get to see, and that none answered.

Owns which label is filled with what. Must not know in which language a conversation is.
"""

from __future__ import annotations

from assistant.knowledge.types.page_text import Labels
from assistant.text.masking import mask


def name_speaker(labels: Labels, model: str | None, recipient: str | None, proxy: str | None) -> str:
    """Say which coach speaks, and what of the user's words is sent to whom; without a recipient it stays here."""
    if model is None:
        return labels.coach_offline
    if recipient is None:
        return labels.coach_model_here.format(model=model)
    label = labels.coach_model_by_proxy if proxy else labels.coach_model
    return label.format(model=model, recipient=recipient, proxy=proxy)


def say_masked(labels: Labels, message: str) -> tuple[str, ...]:
    """Say what of a message was kept from the model, if anything was."""
    kinds = mask(message).kinds
    return (labels.masked.format(kinds=", ".join(kinds)),) if kinds else ()


def say_without_model(labels: Labels, reason: Exception | str | None) -> str:
    """Say that the coach replies without a model, and why."""
    return labels.without_model.format(reason=reason)
