"""The contract of tidy scores: one row is one agency, one fiscal year, one code; every broken row is named."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from ita_analysis.framework import codes
from ita_analysis.scores.agreement import settle_duplicates, settle_names
from ita_analysis.scores.answer_counts import COUNTED
from ita_analysis.scores.raw_rows import RawRow
from ita_analysis.scores.row_check import Checked, Known, RowCheck

REQUIRED = ("agency_code", "fiscal_year_be", "framework", "level", "code", "score")
OPTIONAL = ("agency_name_th", "respondents", "is_synthetic", "note_th", "score_doubt_th", "source_line", *COUNTED)
PLACE = ("source_file", "source_sheet", "source_row")
COLUMNS = (
    "agency_code",
    "agency_name_th",
    "fiscal_year_be",
    "framework",
    "level",
    "code",
    "score",
    "respondents",
    "is_synthetic",
    "note_th",
    "score_doubt_th",
    "source_line",
    *PLACE,
)


def check(raw: Iterable[RawRow], *, rules: Sequence[Path] = ()) -> Checked:
    """Return the typed rows of `raw` and all their problems.

    Args:
        raw: rows of any number of files, cells as text; a blank cell of an optional column is "not given".
        rules: folders with an analyst's own rule files beside the shipped ones.
    """
    done = Checked()
    known: Known = {}
    for row in raw:
        RowCheck(row, rules, done, known).run()
    done.rows, problems, notes = settle_duplicates(done.rows)
    done.problems += problems
    done.notes += notes
    done.rows, problems = settle_names(done.rows, done.named)
    done.problems += problems
    return done


def as_frame(rows: Sequence[dict[str, Any]]) -> pd.DataFrame:
    """Return typed rows as the tidy frame, by agency, year, then natural code order.

    Its columns are `COLUMNS` and behind them those of `COUNTED` that any row gives.
    """
    in_order = sorted(rows, key=_order)
    given = [name for name in COUNTED if any(row.get(name) is not None for row in in_order)]
    frame = pd.DataFrame(in_order, columns=[*COLUMNS, *given])
    whole = dict.fromkeys(("respondents", *given), "Int64")
    return frame.astype({"fiscal_year_be": "int64", "score": "float64", "is_synthetic": "bool", **whole})


def _order(row: dict[str, Any]) -> tuple[str, int, tuple[int, int, int]]:
    return (row["agency_code"], row["fiscal_year_be"], codes.order_key(row["code"]))
