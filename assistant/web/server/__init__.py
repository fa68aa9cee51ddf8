"""The server around it all: names, limits, headers, health, metrics, start and end."""
