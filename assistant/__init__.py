"""The fine-tuning coach: facts and a dated rulebook decide, a language model only listens and phrases."""

__version__ = "0.2.0"
