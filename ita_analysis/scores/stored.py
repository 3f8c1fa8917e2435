"""Checked scores as everyone reads them: all rows, those of one agency, or some agencies at a time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from ita_analysis.errors import Problem
from ita_analysis.scores.answer_counts import COUNTED

if TYPE_CHECKING:
    from ita_analysis.scores.tidy_rows import TidyRows

ROWS_AT_ONCE = 65_536  # of those who go through all rows
FEW = 5_000  # rows of one agency, which are asked for again


@dataclass(frozen=True)
class Stored:
    """What one set of files says once it is checked: the tidy frame, problems, notes, and every name beside a code.

    The frame is sorted by agency, year, and natural code order. `entry` is the folder that holds it, None where only
    this process does.
    """

    problems: tuple[Problem, ...]
    notes: tuple[str, ...]
    named: dict[str, frozenset[str]]
    names: dict[str, str]  # agency code -> name, of agencies with rows
    spans: dict[str, tuple[int, int]]  # agency code -> first row and number of rows
    held: pd.DataFrame | TidyRows | None
    entry: Path | None = None

    @cached_property
    def frame(self) -> pd.DataFrame:
        """Return all rows, columns of the contract."""
        if isinstance(self.held, pd.DataFrame):
            return self.held
        if self.held is not None:
            return self.held.frame()
        return pd.read_parquet(_frame_file(self.entry), use_threads=False)

    @property
    def count(self) -> int:
        """Return how many rows there are."""
        return sum(count for _, count in self.spans.values())

    @cached_property
    def counted(self) -> tuple[str, ...]:
        """Return the optional columns of counts that the rows have (`answer_counts.COUNTED`)."""
        if self.held is None:
            from pyarrow import parquet  # type: ignore[import-untyped]

            names = set(parquet.read_schema(_frame_file(self.entry)).names)
        else:
            names = set(self.held.columns)
        return tuple(name for name in COUNTED if name in names)

    def of_agency(self, code: str) -> pd.DataFrame:
        """Return the rows of one agency, all years; empty where it has none."""
        return self.rows(*self.spans.get(code, (0, 0)))

    def rows(self, start: int, count: int, columns: Sequence[str] | None = None) -> pd.DataFrame:
        """Return some rows in their order, all columns or some."""
        return rows_of(_frame_file(self.entry) if self.held is None else self.frame, start, count, columns)

    def by_agencies(
        self, columns: Sequence[str] | None = None, *, at_once: int = ROWS_AT_ONCE
    ) -> Iterator[pd.DataFrame]:
        """Yield the rows of whole agencies in their order, not many more than `at_once` at a time."""
        start, count = 0, 0
        for _, size in self.spans.values():
            count += size
            if count >= at_once:
                yield self.rows(start, count, columns)
                start, count = start + count, 0
        if count:
            yield self.rows(start, count, columns)

    def distinct(self, columns: Sequence[str]) -> pd.DataFrame:
        """Return what these columns say together, each saying once, in the order of the rows."""
        parts = [rows.drop_duplicates() for rows in self.by_agencies(columns)]
        return pd.concat(parts or [self.columns(columns)], ignore_index=True).drop_duplicates(ignore_index=True)

    def columns(self, names: Sequence[str], years: Sequence[int] = ()) -> pd.DataFrame:
        """Return these columns of all agencies, of these fiscal years alone where some are given."""
        if self.held is None:
            filters = [("fiscal_year_be", "in", list(years))] if years else None
            return pd.read_parquet(
                _frame_file(self.entry), columns=list(names), filters=filters, use_threads=False
            ).reset_index(drop=True)
        rows = self.frame[self.frame["fiscal_year_be"].isin(list(years))] if years else self.frame
        return rows[list(names)].reset_index(drop=True)


def _frame_file(entry: Path | None) -> Path:
    assert entry is not None
    return entry / "frame.parquet"


def rows_of(kept: pd.DataFrame | Path, start: int, count: int, columns: Sequence[str] | None = None) -> pd.DataFrame:
    """Return some rows of a frame, or of a Parquet file without reading its other row groups."""
    if isinstance(kept, pd.DataFrame):
        some = kept if columns is None else kept[list(columns)]
        return some.iloc[start : start + count].reset_index(drop=True)
    some_of = _few_rows_in if count <= FEW else _rows_in
    return some_of(kept, start, count, None if columns is None else tuple(columns))


def _rows_in(file: Path, start: int, count: int, columns: tuple[str, ...] | None) -> pd.DataFrame:
    from pyarrow import parquet

    with parquet.ParquetFile(file) as stored:
        size = max(1, stored.metadata.row_group(0).num_rows) if stored.num_row_groups else 1
        first, last = start // size, max(start + count - 1, start) // size
        groups = [group for group in range(first, last + 1) if group < stored.num_row_groups]
        table = stored.read_row_groups(groups, columns=columns, use_threads=False)
    rows: pd.DataFrame = table.slice(start - first * size, count).to_pandas(use_threads=False)
    return rows.reset_index(drop=True)


@lru_cache(maxsize=2)
def _few_rows_in(file: Path, start: int, count: int, columns: tuple[str, ...] | None) -> pd.DataFrame:
    """Return some rows of a stored file, which never changes; a brief asks several times for those of its agency."""
    return _rows_in(file, start, count, columns)


def spans_of(frame: pd.DataFrame) -> dict[str, tuple[int, int]]:
    """Return per agency its first row and number of rows in a frame sorted by agency."""
    counts = frame.groupby("agency_code", sort=True).size()
    starts = counts.cumsum() - counts
    return {
        str(code): (int(start), int(count)) for code, start, count in zip(counts.index, starts, counts, strict=True)
    }


def stored(
    frame: pd.DataFrame, problems: Sequence[Problem], notes: Sequence[str], named: Mapping[str, frozenset[str]]
) -> Stored:
    """Return what was read, held in this process."""
    spans = spans_of(frame)
    first = frame.iloc[[start for start, _ in spans.values()]]
    names = dict(zip(first["agency_code"], first["agency_name_th"], strict=True))
    return Stored(tuple(problems), tuple(notes), dict(named), names, spans, frame)


def held(
    rows: TidyRows, problems: Sequence[Problem], notes: Sequence[str], named: Mapping[str, frozenset[str]]
) -> Stored:
    """Return what was read of large files, held in this process as numbers."""
    spans = rows.spans()
    names = {code: rows.owner(start).agency_name_th for code, (start, _) in spans.items()}
    return Stored(tuple(problems), tuple(notes), dict(named), names, spans, rows)
