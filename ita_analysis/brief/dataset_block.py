"""The block that only the Excel annex shows: a tidy table of plain values."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, field_validator, model_validator

from ita_analysis.brief.block_parts import BaseBlock, Data, clean

MAX_ROWS = 1_000_000  # what one Excel sheet holds below its header

Value = str | bool | int | Annotated[float, Field(allow_inf_nan=False)] | None
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
    rows: Annotated[tuple[tuple[Value, ...], ...], Field(max_length=MAX_ROWS)]

    _printable = field_validator("title", "description", "note")(clean)

    @field_validator("rows")
    @classmethod
    def _clean_values(cls, rows: tuple[tuple[Value, ...], ...]) -> tuple[tuple[Value, ...], ...]:
        return tuple(tuple(clean(value) if isinstance(value, str) else value for value in row) for row in rows)

    @model_validator(mode="after")
    def _fits_its_columns(self) -> Dataset:
        names = [column.name for column in self.columns]
        if len(set(names)) != len(names):
            raise ValueError("two columns of the dataset have the same name")
        holds = [_HOLDS[column.kind] for column in self.columns]
        for number, values in enumerate(self.rows, start=1):
            if len(values) != len(names):
                raise ValueError(f"row {number} of the dataset has {len(values)} values, expected {len(names)}")
            for name, value, kinds in zip(names, values, holds, strict=True):
                if value is not None and type(value) not in kinds:
                    raise ValueError(f"row {number}, column {name}: {type(value).__name__} does not fit")
        return self
