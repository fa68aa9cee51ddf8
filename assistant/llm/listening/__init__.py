"""Hearing a message with a language model's help."""
