"""Reads a Parquet file as rows of text: a figure of 32 bits as its shortest decimals. Runs in the process of `isolated`."""

from __future__ import annotations

from typing import Any

from ita_analysis.scores.archive import Refused
from ita_analysis.scores.number_formats import number_text
from ita_analysis.scores.workbook import MAX_CELLS


def read(data: bytes) -> dict[str, Any]:
    """Return one sheet: the column names as row 1, then the rows; dates and the like are marked as such.

    Raises:
        Refused: too many cells, or a column that holds no plain values.
    """
    import pyarrow as pa  # type: ignore[import-untyped]
    from pyarrow import parquet

    pa.set_cpu_count(1)
    try:
        file = parquet.ParquetFile(pa.BufferReader(data))
        schema = file.schema_arrow
        if file.metadata.num_rows * len(schema) > MAX_CELLS:
            raise Refused("file-cells", "เซลล์มากเกินไป", f"ไม่เกิน {MAX_CELLS:,} เซลล์", "แบ่งไฟล์ให้เล็กลง")
        rows: list[tuple[int, list[str]]] = [(1, [str(name) for name in schema.names])]
        marks: list[tuple[int, int, str]] = []
        for batch in file.iter_batches(batch_size=10_000, use_threads=False):
            columns = [_texts(column) for column in batch.columns]
            start = len(rows) + 1
            for at, (_, mark) in enumerate(columns):
                if mark:
                    marks += [(start + row, at, mark) for row in range(batch.num_rows)]
            rows += [
                (start + at, list(cells)) for at, cells in enumerate(zip(*(texts for texts, _ in columns), strict=True))
            ]
    except pa.ArrowException as error:
        raise Refused(
            "file-damaged", f"ไฟล์ Parquet เสียหายหรืออ่านไม่ได้ ({type(error).__name__})", "ไฟล์ที่สมบูรณ์", "บันทึกไฟล์ใหม่จากต้นฉบับ"
        ) from error
    return {"sheets": [{"name": "", "kind": "sheet", "rows": rows, "marks": marks}], "has_macros": False}


def _texts(column: Any) -> tuple[list[str], str]:
    """Return the column's values as text, and what they are where they are neither text nor number nor mark."""
    import pyarrow as pa

    kind = column.type
    if pa.types.is_dictionary(kind):
        column, kind = column.dictionary_decode(), kind.value_type
    if pa.types.is_floating(kind):
        values = column.to_numpy(zero_copy_only=False)
        missing = column.is_null().to_pylist()
        # str of a numpy float is its shortest decimals in its own width, so 87.46 of 32 bits stays 87.46
        texts = [
            "" if gone or value != value else number_text(float(str(value)))
            for gone, value in zip(missing, values, strict=True)
        ]
        return texts, ""
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
