"""Definitions and requests of other semantic layers, read into ours. Pure, like its package."""
