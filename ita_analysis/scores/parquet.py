"""Reads a Parquet file as rows of text: a figure of 32 bits as its shortest decimals. Runs in the process of `isolated`."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from itertools import chain
from typing import Any, TextIO

from ita_analysis.scores.archive import Refused
from ita_analysis.scores.number_formats import number_text
from ita_analysis.scores.workbook import MAX_CELLS

MAX_STREAMED_CELLS = 100_000_000  # of a file that is handed on row by row
ROWS_AT_ONCE = 10_000

Texts = tuple[list[str], str]  # the texts of a column, and what they are where they are no plain values


def read(data: bytes) -> dict[str, Any]:
    """Return one sheet: the column names as row 1, then the rows; dates and the like are marked as such.

    Raises:
        Refused: too many cells, or a column that holds no plain values.
    """
    marks: list[tuple[int, int, str]] = []
    names, batches = _opened(data, MAX_CELLS)
    rows: list[tuple[int, list[str]]] = [(1, names)]
    for columns in batches:
        start, count = len(rows) + 1, len(columns[0][0]) if columns else 0
        for at, (_, mark) in enumerate(columns):
            if mark:
                marks += [(start + row, at, mark) for row in range(count)]
        rows += [
            (start + at, list(cells)) for at, cells in enumerate(zip(*(texts for texts, _ in columns), strict=True))
        ]
    return {"sheets": [{"name": "", "kind": "sheet", "rows": rows, "marks": marks}], "has_macros": False}


def write_rows(data: bytes, out: TextIO) -> None:
    """Write the file as CSV: what each column's values are marked as, the column names, then the rows (raises as `read`)."""
    names, batches = _opened(data, MAX_STREAMED_CELLS)
    writer = csv.writer(out)
    blank: list[Texts] = [([], "") for _ in names]
    first = next(batches, blank)
    writer.writerows([[mark for _, mark in first], names])
    for columns in chain([first], batches):
        writer.writerows(zip(*(texts for texts, _ in columns), strict=True))


def _opened(data: bytes, most: int) -> tuple[list[str], Iterator[list[Texts]]]:
    """Return the column names and the columns as text, some rows at a time (raises as `read`)."""
    import pyarrow as pa  # type: ignore[import-untyped]
    from pyarrow import parquet

    pa.set_cpu_count(1)
    try:
        file = parquet.ParquetFile(pa.BufferReader(data))
        names = [str(name) for name in file.schema_arrow.names]
    except pa.ArrowException as error:
        raise _damaged(error) from error
    if file.metadata.num_rows * len(names) > most:
        raise Refused("file-cells", "เซลล์มากเกินไป", f"ไม่เกิน {most:,} เซลล์", "แบ่งไฟล์ให้เล็กลง")
    return names, _batches(file)


def _batches(file: Any) -> Iterator[list[Texts]]:
    import pyarrow as pa

    try:
        for batch in file.iter_batches(batch_size=ROWS_AT_ONCE, use_threads=False):
            yield [_texts(column) for column in batch.columns]
    except pa.ArrowException as error:
        raise _damaged(error) from error


def _damaged(error: Exception) -> Refused:
    found = f"ไฟล์ Parquet เสียหายหรืออ่านไม่ได้ ({type(error).__name__})"
    return Refused("file-damaged", found, "ไฟล์ที่สมบูรณ์", "บันทึกไฟล์ใหม่จากต้นฉบับ")


def _texts(column: Any) -> Texts:
    """Return the column's values as text, and what they are where they are neither text nor number nor mark."""
    import pyarrow as pa

    kind = column.type
    if pa.types.is_dictionary(kind):
        column, kind = column.dictionary_decode(), kind.value_type
    if pa.types.is_floating(kind):
        values = column.to_numpy(zero_copy_only=False)
        missing = column.is_null().to_pylist()
        # str of a numpy float is its shortest decimals in its own width, so 87.46 of 32 bits stays 87.46
        said = {value: number_text(float(str(value))) for value in set(values) if value == value}
        texts = [said.get(value, "") if value else number_text(float(str(value))) for value in values]
        return ["" if gone else text for gone, text in zip(missing, texts, strict=True)], ""
    values = ["" if value is None else value for value in column.to_pylist()]
    if pa.types.is_boolean(kind):
        return [str(value).lower() for value in values], "boolean"
    if pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind):
        return values, ""
    if pa.types.is_integer(kind) or pa.types.is_decimal(kind) or pa.types.is_null(kind):
        return [str(value) for value in values], ""
    if pa.types.is_date(kind) or pa.types.is_timestamp(kind) or pa.types.is_time(kind):
        return [str(value) for value in values], "date"
    return [str(value)[:60] for value in values], "error"
