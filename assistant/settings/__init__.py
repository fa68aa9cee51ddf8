"""What an operator sets, and the values that pass from it to the model and the server."""
