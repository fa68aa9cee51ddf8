"""The endpoint of a language model: opening it, calling it, paying for it, and surviving it."""
