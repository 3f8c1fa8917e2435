"""How many of a group lie surely above each of its members, without looking at every pair of them."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.floating[Any]]
Counts = NDArray[np.int64]

IN_BLOCK = 500  # members whose reach is about the same
PAIRS_AT_ONCE = 1_000_000  # what is held in memory
_SLACK = 1e-9  # pairs so near to the line are looked at one by one


def count_beyond(score: Floats, reach: Floats, own_score: Floats, own_reach: Floats) -> Counts:
    """Return per own score how many of the group are above it by more than both reaches allow.

    One of the group counts where `score − own_score > √(reach² + own_reach²)`: the interval of the difference leaves
    out 0 (`uncertainty.difference_margin`). A score or reach that is not known counts nowhere.

    Args:
        score, reach: of the group, shape (n,): points, and how far down chance reaches (>= 0).
        own_score, own_reach: whose place is wanted, shape (k,): how far up chance reaches.

    Returns:
        Counts of shape (k,): those of all n · k pairs. Members with the same reach, or about it, are sorted by score,
        so that only pairs near the line are looked at: time grows about as n √n, not n².
    """
    group, weights = _different(score, reach)
    wanted, _, back = _different_with_places(own_score, own_reach)
    counts = np.zeros(len(wanted), dtype=np.int64)
    for start in range(0, len(group), IN_BLOCK):
        block = slice(start, start + IN_BLOCK)
        counts += _beyond_in(group[block], weights[block], wanted)
    found = np.zeros(len(own_score), dtype=np.int64)
    is_known = back >= 0
    found[is_known] = counts[back[is_known]]
    return found


def _beyond_in(group: Floats, weights: Counts, wanted: Floats) -> Counts:
    """Return the counts among members (score, reach) that are sorted by reach."""
    low, high = group[0, 1], group[-1, 1]
    order = np.argsort(group[:, 0], kind="stable")
    score, reach, weights = group[order, 0], group[order, 1], weights[order]
    upto = np.concatenate([[0], np.cumsum(weights)])
    own, own_reach = wanted[:, 0], wanted[:, 1]
    first = np.searchsorted(score, own + np.hypot(low, own_reach) - _SLACK, side="left")
    last = np.searchsorted(score, own + np.hypot(high, own_reach) + _SLACK, side="right")
    counts: Counts = upto[-1] - upto[last]
    for part in _parts(last - first):
        sizes = last[part] - first[part]
        mine = np.repeat(np.arange(part.start, part.stop), sizes)
        at = np.arange(len(mine)) - np.repeat(np.cumsum(sizes) - sizes, sizes) + np.repeat(first[part], sizes)
        is_beyond = score[at] - own[mine] > np.hypot(reach[at], own_reach[mine])
        counts += np.bincount(mine, weights=weights[at] * is_beyond, minlength=len(own)).astype(np.int64)
    return counts


def _parts(sizes: Counts) -> list[slice]:
    """Return the rows in slices with no more pairs than are held at once (one row may have more)."""
    bounds = np.searchsorted(np.cumsum(sizes), np.arange(0, int(sizes.sum()), PAIRS_AT_ONCE), side="left")
    starts = [*dict.fromkeys(int(at) for at in bounds), len(sizes)]
    return [slice(start, stop) for start, stop in zip(starts, starts[1:], strict=False) if sizes[start:stop].any()]


def _different(score: Floats, reach: Floats) -> tuple[Floats, Counts]:
    """Return the different known pairs, by reach, then score, and how often each occurs."""
    pairs, counts, _ = _different_with_places(score, reach)
    return pairs, counts


def _different_with_places(score: Floats, reach: Floats) -> tuple[Floats, Counts, Counts]:
    """Return the different known pairs, how often each occurs, and per row which it is, −1 where it is not known."""
    is_known = ~np.isnan(score) & ~np.isnan(reach)
    keys = reach[is_known] + 1j * score[is_known]
    said, back, counts = np.unique(keys, return_inverse=True, return_counts=True)
    places = np.full(len(score), -1, dtype=np.int64)
    places[is_known] = back
    return np.column_stack([said.imag, said.real]), counts, places
