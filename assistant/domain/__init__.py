"""The pure centre: standard library only, no files, no clock, no randomness without a fixed seed."""
