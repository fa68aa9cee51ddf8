"""The shape of what programs send and get; the command line writes the same answers."""
