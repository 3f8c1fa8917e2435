"""The block that only the Excel annex shows: a tidy table of plain values."""

from __future__ import annotations

from math import isfinite
from typing import Annotated, Any, Literal

from pydantic import Field, field_validator, model_validator

from ita_analysis.brief.block_parts import BaseBlock, Data, clean

MAX_ROWS = 1_000_000  # what one Excel sheet holds below its header

Value = str | bool | int | float | None
_HOLDS: dict[str, set[type]] = {"text": {str}, "number": {int, float}, "whole": {int}, "flag": {bool}}


class DataColumn(Data):
    """One column of a dataset: its Thai head, the name programs use, the unit, and what it means."""

    name: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$", max_length=60)]
    label: Annotated[str, Field(pattern=r"\S", max_length=200)]
    unit: str = ""
    kind: Literal["text", "number", "whole", "flag"] = "text"
    about: str = ""

    _printable = field_validator("label", "unit", "about")(clean)


class Dataset(BaseBlock):
    """A tidy table of plain values for the Excel annex; pages leave it out, JupyterLab shows its first rows.

    `role` names what the rows are; a table block of the same role is the same thing for the page.
    """

    kind: Literal["dataset"] = "dataset"
    title: Annotated[str, Field(pattern=r"\S")]
    role: str = ""
    description: str = ""
    note: str = ""
    columns: Annotated[tuple[DataColumn, ...], Field(min_length=1, max_length=200)]
    rows: Annotated[tuple[tuple[Any, ...], ...], Field(max_length=MAX_ROWS)]  # of `Value`: checked by column below

    _printable = field_validator("title", "description", "note")(clean)

    @field_validator("rows")
    @classmethod
    def _clean_values(cls, rows: tuple[tuple[Any, ...], ...]) -> tuple[tuple[Any, ...], ...]:
        """Clean every text once: most stand in many rows."""
        unclean = {text: made for text in _texts(rows) if (made := clean(text)) != text}
        if not unclean:
            return rows
        return tuple(tuple(unclean.get(v, v) if type(v) is str else v for v in row) for row in rows)

    @model_validator(mode="after")
    def _fits_its_columns(self) -> Dataset:
        names = [column.name for column in self.columns]
        if len(set(names)) != len(names):
            raise ValueError("two columns of the dataset have the same name")
        for number, values in enumerate(self.rows, start=1):
            if len(values) != len(names):
                raise ValueError(f"row {number} of the dataset has {len(values)} values, expected {len(names)}")
        for column, values in zip(self.columns, zip(*self.rows, strict=True), strict=bool(self.rows)):
            kinds = set(map(type, values)) - {type(None)}
            if not kinds <= _HOLDS[column.kind] or (float in kinds and not all(map(_is_finite, values))):
                number, value = next((at, one) for at, one in enumerate(values, start=1) if not _fits(one, column.kind))
                raise ValueError(f"row {number}, column {column.name}: {type(value).__name__} does not fit")
        return self


def _texts(rows: tuple[tuple[Any, ...], ...]) -> set[str]:
    return {value for row in rows for value in row if isinstance(value, str)}


def _fits(value: Any, kind: str) -> bool:
    return value is None or (type(value) in _HOLDS[kind] and _is_finite(value))


def _is_finite(value: Any) -> bool:
    return type(value) is not float or isfinite(value)
