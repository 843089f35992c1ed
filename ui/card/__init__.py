"""The answer card and its parts."""
