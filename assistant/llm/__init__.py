"""A language model at an endpoint: connecting it, surviving it, and hearing and speaking through it."""
