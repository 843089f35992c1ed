"""A finished tree in the words of an engine."""
