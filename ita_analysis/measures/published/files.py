"""The tables of a read report as CSV files that Thai Excel opens: UTF-8 with BOM, all text, nothing a spreadsheet would run."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence

from ita_analysis.measures.published import Published
from ita_analysis.measures.published.source import words
from ita_analysis.measures.tables import guarded
from ita_analysis.scores.bounded import BOM

_TEXT = "text"


def encoded(read: Published) -> dict[str, bytes]:
    """Return every table as the bytes of its file, by file name; the same report gives the same bytes.

    A report without a monthly table has no file for it.
    """
    files = {}
    for table, name in words()["files"].items():
        rows = read.tables[table]
        if rows or table != "satisfaction":
            files[name] = _csv([*words()["written"][table], *_readings(rows)], rows)
    return files


def _readings(rows: Sequence[dict[str, str]]) -> list[str]:
    """Return the columns of the printings: one group of columns for each thing that is printed several times."""
    return list(dict.fromkeys(name for row in rows for name in row if "_reading_" in name))


def _csv(columns: Sequence[str], rows: Sequence[dict[str, str]]) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(columns)
    for row in rows:
        writer.writerow([guarded(row.get(name, ""), _TEXT) for name in columns])
    return BOM + text.getvalue().encode("utf-8", "replace")
