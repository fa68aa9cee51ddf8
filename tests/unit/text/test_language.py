"""Which language a message is in, as far as its small words tell."""

from __future__ import annotations

import pytest

from assistant.text.language import is_other_language, name_language


@pytest.mark.parametrize(
    ("message", "language"),
    [
        ("Wir haben noch kein Testset und wollen das Modell trainieren.", "de"),
        ("Und was mache ich am Montag?", "de"),
        ("Was könntet ihr aufwenden, an Geld und an Arbeitszeit?", "de"),
        ("Was bedeutet LoRA?", "de"),
        ("Was heißt Overfitting?", "de"),
        ("Was ist RAG?", "de"),
        ("Was kostet das?", "de"),
        ("Wie sicher bist du?", "de"),
        ("Welche Risiken gibt es?", "de"),
        ("Nous avons un modèle pour les lettres et nous voulons le entraîner.", "fr"),
        ("We want to train the model on our tickets.", "en"),
        ("Evals unnecessary, training guaranteed", None),
        ("5000", None),
        ("ok", None),
        ("私たちはモデルを訓練したいです", None),
    ],
)
def test_a_language_is_named_only_where_small_words_tell_it(message: str, language: str | None) -> None:
    """Telegraphic words and numbers are of no language, and so are scripts without a list."""
    assert language == name_language(message)


@pytest.mark.parametrize(
    "message",
    [
        "Was it the model or the data?",
        "prompt was not scored, no evals",
        "it was die-cast parts, and was in use",
        "Was LoRA tried?",
        "Was prompt tuning measured?",
        "Was die-cast testing labelled?",
        "Was gut microbiome text used?",
        "What does LoRA mean?",
        "How sure are you?",
        "Why not RAG?",
    ],
)
def test_english_with_a_word_of_another_language_stays_english(message: str) -> None:
    """ "Was", "die" and "gut" are words of both."""
    assert not is_other_language(message.lower())
