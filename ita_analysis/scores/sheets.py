"""A sheet as every reader hands it over: rows of text with their addresses, and what Excel says about single cells."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

LAST_ROW = 1_048_576  # of an Excel sheet: data that reach it were probably cut there
LAST_ROW_OF_OLD = 65_536  # of a sheet that once was an .xls

SPANS = 100  # runs of row numbers that one sentence names

Row = tuple[int, Sequence[str]]  # the row's number as Excel counts, and its cells from column A on
Range = tuple[int, int, int, int]  # first row, first column, last row, last column; columns count from 0


@dataclass(frozen=True)
class Sheet:
    """One visible sheet of a workbook, or the whole of a CSV or Parquet file (its `name` is empty)."""

    name: str
    rows: Sequence[Row]
    is_ragged_wrong: bool = False  # a CSV row of another width than the header is a fault
    marks: Mapping[tuple[int, int], str] = field(default_factory=dict)  # (row, column) -> what is no typed value there
    merged: Sequence[Range] = ()
    hidden_rows: frozenset[int] = frozenset()
    hidden_columns: frozenset[int] = frozenset()


def letter(column: int) -> str:
    """Return the letters of a column that counts from 0.

    >>> letter(0), letter(26)
    ('A', 'AA')
    """
    name = ""
    while column >= 0:
        column, rest = divmod(column, 26)
        name = chr(65 + rest) + name
        column -= 1
    return name


def row_list(rows: Sequence[int]) -> str:
    """Return row numbers as a reader says them.

    >>> row_list([2, 3, 4, 9])
    '2–4, 9'
    """
    spans: list[list[int]] = []
    for row in sorted(set(rows)):
        if spans and row == spans[-1][1] + 1:
            spans[-1][1] = row
        else:
            spans.append([row, row])
    said = [str(first) if first == last else f"{first}–{last}" for first, last in spans[:SPANS]]
    rest = sum(last - first + 1 for first, last in spans[SPANS:])
    return ", ".join(said) + (f" และอีก {rest:,} แถว" if rest else "")
