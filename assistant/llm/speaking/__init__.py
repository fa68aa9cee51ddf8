"""A language model's words around what the engine composed."""
