"""Which agencies' plain rows may not agree with each other: whoever may break a rule across rows is looked at closely.

Each test errs on the side of looking: `agreement` and `scales` decide, with all rows of the agency before them.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ita_analysis.framework.codes import INSTRUMENT_LETTERS
from ita_analysis.scores import scales
from ita_analysis.scores.agreement import settle_names
from ita_analysis.scores.tidy_rows import TidyRows

Flags = NDArray[np.bool_]


def odd_agencies(tidy: TidyRows) -> Flags:
    """Return per agency of `tidy.agencies` whether its rows may repeat or contradict each other, or are misnamed."""
    is_odd = np.zeros(len(tidy.agencies), dtype=bool)
    agency = tidy.agency_of_owner[tidy.columns["owner"]]
    is_odd[agency[_repeated(tidy)]] = True
    is_odd[_maybe_weighted(tidy, agency)] = True
    _, problems = settle_names([], tidy.named())
    at = {code: place for place, code in enumerate(tidy.agencies)}
    for problem in problems:
        is_odd[at[problem.agency_code]] = True
    return is_odd


def shares(tidy: TidyRows, span: slice) -> Iterator[tuple[Flags, int | None]]:
    """Yield per instrument which rows of a table are its items, and which row of `tidy` is the first with a score above 1.

    Where there is none, all of them may be shares of 1 instead of scores.
    """
    node, score = tidy.columns["node"][span], tidy.columns["score"][span]
    for letter in INSTRUMENT_LETTERS:
        is_item = np.array([one.level == "item" and one.code[0] == letter for one in tidy.nodes], dtype=bool)[node]
        above = np.flatnonzero(is_item & (score > 1))
        yield is_item, span.start + int(above[0]) if len(above) else None


def _repeated(tidy: TidyRows) -> NDArray[Any]:
    """Return the rows whose agency, year and code stand in another row too."""
    keys = tidy.keys()
    order = np.argsort(keys, kind="stable")
    keys = keys[order]
    found: NDArray[Any] = order[1:][keys[1:] == keys[:-1]]
    return found


def _maybe_weighted(tidy: TidyRows, agency: NDArray[Any]) -> NDArray[Any]:
    """Return the agencies with a score of each instrument that is no larger than its weighted points could be."""
    periods = int(tidy.period_of_owner.max(initial=0)) + 1
    period = tidy.period_of_owner[tidy.columns["owner"]]
    is_low = np.ones(periods, dtype=bool)
    for letter, points in scales.POINTS.items():
        is_instrument = np.array(
            [one.level == "instrument" and one.code[0] == letter for one in tidy.nodes], dtype=bool
        )
        low = np.zeros(periods, dtype=bool)
        low[period[is_instrument[tidy.columns["node"]] & (tidy.columns["score"] <= points)]] = True
        is_low &= low
    return agency[is_low[period]]
