"""Shares, ranks, top-N and the rest, running numbers, averages: the last steps of a plan."""
