"""The functions over REST."""
