"""The functions over the Model Context Protocol."""
