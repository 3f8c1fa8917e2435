"""The cheapest sets that reach what is needed: integer programming, checked in whole numbers, ties in a fixed order."""

from __future__ import annotations

import contextlib
import ctypes
import math
import os
import sys
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.floating[Any]]
Chosen = tuple[int, ...]

MOST_SETS = 3  # the cheapest one and at most two others
_CHUNK = 20  # choices whose order one solve decides: their weights 2^0 … 2^19 stay far from rounding
_REDIRECTED = threading.Lock()  # the descriptor belongs to the whole process
_HALF = 0.5  # all figures are whole: half a unit of slack lets no set through that is short


@dataclass(frozen=True)
class _Row:
    """One inequality: the sum of `weights` over the chosen lies between `low` and `high` (whole numbers or infinite)."""

    weights: tuple[int, ...]
    low: float
    high: float = math.inf

    def holds(self, chosen: Chosen) -> bool:
        return self.low <= sum(self.weights[at] for at in chosen) <= self.high


def cheapest_sets(
    gains: Sequence[Fraction],
    efforts: Sequence[int],
    needs: Sequence[tuple[Sequence[bool], Fraction]],
    *,
    most: int = MOST_SETS,
) -> list[Chosen]:
    """Return the places of the choices that together reach every need with the least effort, then other such sets.

    Args:
        gains: what each choice adds, > 0, exact.
        efforts: what it costs, whole, > 0.
        needs: which choices count for a need, and how much they must add together.
        most: how many sets are wanted. Each further one is the best that holds none of the earlier ones whole.

    Returns:
        Ascending places, the best set first; fewer than `most` where no other reaches the needs, none where none does.
        Best: the least effort; at that effort the largest gain over all choices; then the earliest places.

    Source:
        0–1 programming by branch and bound (HiGHS); answers are proved in whole numbers and cut off where they fail.
    """
    unit = math.lcm(1, *(gain.denominator for gain in gains))
    whole = tuple(int(gain * unit) for gain in gains)
    rows = [
        _Row(tuple(g if counts else 0 for g, counts in zip(whole, mask, strict=True)), math.ceil(need * unit))
        for mask, need in needs
    ]
    found: list[Chosen] = []
    while len(found) < most:
        best = _best(whole, tuple(efforts), rows)
        if best is None:
            break
        found.append(best)
        rows.append(_Row(tuple(int(at in best) for at in range(len(gains))), -math.inf, len(best) - 1))
    return found


def _best(gains: tuple[int, ...], efforts: tuple[int, ...], rows: Sequence[_Row]) -> Chosen | None:
    """Return the set of least effort, then largest gain, then earliest places; None where no set fits."""
    cheapest = _solve(efforts, rows)
    if cheapest is None:
        return None
    effort = sum(efforts[at] for at in cheapest)
    rows = [*rows, _Row(efforts, effort, effort)]
    richest = _solve(tuple(-gain for gain in gains), rows) or cheapest
    best = richest
    rows = [*rows, _Row(gains, sum(gains[at] for at in richest))]
    for start in range(0, len(gains), _CHUNK):
        stop = min(start + _CHUNK, len(gains))
        order = tuple(-(1 << (stop - 1 - at)) if start <= at < stop else 0 for at in range(len(gains)))
        best = _solve(order, rows) or best
        first = tuple(1 if at in best else -1 for at in range(stop)) + (0,) * (len(gains) - stop)
        rows = [*rows, _Row(first, sum(at < stop for at in best))]
    return best


def _solve(costs: tuple[int, ...], rows: Sequence[_Row]) -> Chosen | None:
    """Return the set with the least cost that holds in every row, proved; None where there is none."""
    rows = list(rows)
    while True:
        chosen = _milp(costs, rows)
        if chosen is None or all(row.holds(chosen) for row in rows):
            return chosen
        apart = tuple(-1 if at in chosen else 1 for at in range(len(costs)))
        rows.append(_Row(apart, 1 - len(chosen)))  # any set but this one


def _milp(costs: tuple[int, ...], rows: Sequence[_Row]) -> Chosen | None:
    """Return the solver's answer, to be proved."""
    from scipy.optimize import Bounds, LinearConstraint, milp  # type: ignore[import-untyped, unused-ignore]

    matrix = np.array([row.weights for row in rows], dtype=float)
    low, high = (np.array([getattr(row, name) for row in rows], dtype=float) for name in ("low", "high"))
    with quiet_stdout():
        answer = milp(
            np.array(costs, dtype=float),
            integrality=np.ones(len(costs)),
            bounds=Bounds(0, 1),
            constraints=LinearConstraint(matrix, low - _HALF, high + _HALF),
            options={"mip_rel_gap": 0.0},
        )
    return None if answer.x is None else tuple(int(at) for at in np.flatnonzero(np.round(answer.x)))


@contextlib.contextmanager
def quiet_stdout() -> Iterator[None]:
    """Keep what C code prints on file descriptor 1 from it: it would stand in JSON, or on a page of a notebook."""
    library = ctypes.CDLL("ucrtbase" if os.name == "nt" else None)
    with _REDIRECTED, contextlib.ExitStack() as last:
        if sys.stdout is not None:
            sys.stdout.flush()
        library.fflush(None)
        kept, nowhere = os.dup(1), os.open(os.devnull, os.O_WRONLY)
        for descriptor in (kept, nowhere):
            last.callback(os.close, descriptor)
        last.callback(os.dup2, kept, 1)
        last.callback(library.fflush, None)
        os.dup2(nowhere, 1)
        yield
