"""The values that are made of the files, for those who use them. Must not know the files."""
