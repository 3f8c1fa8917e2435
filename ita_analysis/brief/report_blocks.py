"""The blocks of the official report: the director's page, the table of five columns with shared cells, the signatures."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, field_validator, model_validator

from ita_analysis.brief.block_parts import BaseBlock, Data, Line, Photo, Tone, clean


def _clean_all(texts: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(map(clean, texts))


class Point(Data):
    """One thing that a director must know: a sentence, what stands behind it, and its figure at the right."""

    said: str
    detail: str = ""
    figure: str = ""
    unit: str = ""
    figure_label: str = ""
    tone: Tone = "ink"

    _printable = field_validator("said", "detail", "figure", "unit", "figure_label")(clean)


class Points(BaseBlock):
    """A page of numbered sentences with their figures."""

    kind: Literal["points"] = "points"
    eyebrow: str = ""
    title: str
    points: Annotated[tuple[Point, ...], Field(min_length=1, max_length=9)]
    legend: tuple[Line, ...] = ()
    legend_title: str = ""
    new_page: bool = True

    _printable = field_validator("eyebrow", "title", "legend_title")(clean)


class Signatures(BaseBlock):
    """Lines to sign on, left empty: who reports, who certifies."""

    kind: Literal["signatures"] = "signatures"
    title: str = ""
    labels: Annotated[tuple[str, ...], Field(min_length=1, max_length=6)]

    _printable = field_validator("title")(clean)
    _all_printable = field_validator("labels")(_clean_all)


class OfficialCell(Data):
    """One cell of the official table; it reaches over `rows` rows and `columns` columns. A `band` is said of what is below."""

    lines: tuple[Line, ...] = ()
    photos: tuple[Photo, ...] = ()
    rows: Annotated[int, Field(ge=1)] = 1
    columns: Annotated[int, Field(ge=1)] = 1
    band: bool = False


class OfficialPart(Data):
    """Items that share measures, and all that stands beside them: rows in which None is covered by a cell above or before."""

    codes: tuple[str, ...]
    grid: Annotated[tuple[tuple[OfficialCell | None, ...], ...], Field(min_length=1)]


class OfficialGroup(Data):
    """The parts of one indicator under its heading."""

    heading: str
    parts: tuple[OfficialPart, ...]

    _printable = field_validator("heading")(clean)


class Official(BaseBlock):
    """The table that offices publish: item with score, issue, measure, result, evidence; one table for the whole document.

    `widths` are millimetres; None shares what is left.
    """

    kind: Literal["official"] = "official"
    title: str
    columns: Annotated[tuple[str, ...], Field(min_length=2, max_length=9)]
    widths: tuple[Annotated[float, Field(gt=0, le=267)] | None, ...]
    groups: tuple[OfficialGroup, ...]
    note: str = ""
    new_page: bool = True

    _printable = field_validator("title", "note")(clean)
    _all_printable = field_validator("columns")(_clean_all)

    @model_validator(mode="after")
    def _covers_its_grid(self) -> Official:
        if len(self.widths) != len(self.columns):
            raise ValueError(f"{len(self.widths)} widths for {len(self.columns)} columns")
        for group in self.groups:
            for part in group.parts:
                _require_whole(part, len(self.columns))
        return self


def _require_whole(part: OfficialPart, width: int) -> None:
    """Refuse a grid in which a cell is missing, covered twice, or reaches out of it."""
    height = len(part.grid)
    taken = [[0] * width for _ in range(height)]
    for top, cells in enumerate(part.grid):
        if len(cells) != width:
            raise ValueError(f"row of {len(cells)} cells, expected {width}")
        for left, cell in enumerate(cells):
            if cell is None:
                continue
            if top + cell.rows > height or left + cell.columns > width:
                raise ValueError("a cell reaches out of its part")
            for at in range(top, top + cell.rows):
                for place in range(left, left + cell.columns):
                    taken[at][place] += 1
    if any(count != 1 for cells in taken for count in cells):
        raise ValueError("a place of the table is covered by no cell or by two")
