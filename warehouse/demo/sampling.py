"""Seeded draws over whole arrays; the only source of chance in the demo shop.

Every part of the shop has its own stream, named after it, so that a new draw in one part leaves the
others as they were. Imports numpy only.
"""

from __future__ import annotations

import zlib

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Rng = np.random.Generator


def stream(seed: int, name: str) -> Rng:
    """The generator of one part of the shop."""
    return np.random.default_rng([seed, zlib.crc32(name.encode())])


def cumulative(weights: Floats) -> Floats:
    """Weights by row → cumulative shares by row; the last one is exactly 1."""
    totals: Floats = np.cumsum(weights, axis=-1)
    return np.divide(totals, totals[..., -1:])


def pick(rng: Rng, weights: Floats, size: int) -> Ints:
    """`size` positions of `weights`, each drawn in proportion to its weight."""
    return pick_by_row(rng, cumulative(weights)[np.newaxis, :], np.zeros(size, np.int64))


def pick_by_row(rng: Rng, shares: Floats, rows: Ints) -> Ints:
    """For each of `rows` a column of `shares` (cumulative by row, see `cumulative`)."""
    height, width = shares.shape
    # Row r is lifted to (r, r + 1], so that one binary search serves all rows.
    ladder = (shares + np.arange(height)[:, np.newaxis]).ravel()
    found = np.searchsorted(ladder, rows + rng.random(rows.size), side="right")
    columns: Ints = np.clip(found - rows * width, 0, width - 1)
    return columns


def between(rng: Rng, low: float, high: float, size: int) -> Ints:
    """Whole numbers from `low` up to, and without, `high`."""
    return rng.integers(int(low), int(high), size, dtype=np.int64)


def chance(rng: Rng, probability: float | Floats, size: int) -> Bools:
    """True with the given probability."""
    drawn: Bools = rng.random(size) < probability
    return drawn


def skewed(rng: Rng, median: float, sigma: float, size: int) -> Ints:
    """Whole numbers with a long right tail (log-normal) around `median`."""
    return np.rint(median * np.exp(sigma * rng.standard_normal(size))).astype(np.int64)


def rising(rng: Rng, first: int, mean_gap: int, size: int) -> Ints:
    """Unique numbers that grow like a platform's own: by irregular steps from `first`."""
    numbers: Ints = np.cumsum(between(rng, 1, 2 * mean_gap, size)) + first
    return numbers


def dimes(amount: Floats) -> Ints:
    """An amount in fen, rounded to whole jiao as shop prices are; one jiao at the least."""
    return np.maximum(np.rint(amount / 10.0).astype(np.int64) * 10, 10)
