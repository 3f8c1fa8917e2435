"""The blocks of the official report as the plain data that the PDF template reads; what must not split is said here."""

from __future__ import annotations

from math import ceil
from typing import Any

from ita_analysis.brief.blocks import Line, Official, OfficialCell, OfficialPart, Points, Signatures, text_of
from ita_analysis.export.fitting import BODY, column_widths, pieces
from ita_analysis.export.letters import MM_PER_POINT, drawable, width_mm
from ita_analysis.export.print_photos import photo_data
from ita_analysis.export.print_tables import lines_of, title_of

SIZE = 9.5  # points of the official table
INSET_X, INSET_Y = 2.82, 2.4  # millimetres of a cell's insets, both sides
LINE = SIZE * MM_PER_POINT * 1.4
WHOLE_PART = 95.0  # millimetres; a part surely lower than that stays on one page
WHOLE_ROW = 250  # letters; a row with more in a cell may run over a page's end
FIGURE, NUMBER = 66.0, 12.0  # millimetres of the columns of the director's page
FIGURE_SIZE, SAID = 20.0, 13.0  # points


def official_data(block: Official, room: float) -> dict[str, Any]:
    """Return the official table for a page with `room` millimetres of text."""
    widths = column_widths(list(block.widths), room)
    rows: list[dict[str, Any]] = []
    for group in block.groups:
        heading = {"group": True, "text": pieces(group.heading, room - INSET_X, SIZE)}
        if group.heading.strip():
            rows.append(heading)
        for part in group.parts:
            rows += _part(part, widths)
    return {
        "kind": "official",
        **title_of(block.title, 13.0, room),
        "new_page": block.new_page,
        "widths": widths,
        "columns": [pieces(label, width - INSET_X, SIZE) for label, width in zip(block.columns, widths, strict=True)],
        "repeat_head": all(len(label) <= WHOLE_ROW for label in block.columns),
        "rows": rows,
        "note": pieces(block.note, room, 8.0),
    }


def _part(part: OfficialPart, widths: list[float]) -> list[dict[str, Any]]:
    """Return the rows of a part; cells of one that is surely low are not split, else those of short rows."""
    made = [[_cell(one, widths[at:]) if one else None for at, one in enumerate(cells)] for cells in part.grid]
    is_whole = _height(made) < WHOLE_PART
    rows = []
    for cells, given in zip(made, part.grid, strict=True):
        is_short = all(_letters(one) <= WHOLE_ROW and not one.photos for one in given if one and one.rows == 1)
        shown = [
            {**one, "breakable": not (is_whole or (is_short and one["rows"] == 1))} for one in cells if one is not None
        ]
        rows.append({"group": False, "cells": shown})
    return rows


def _cell(cell: OfficialCell, widths: list[float]) -> dict[str, Any]:
    room = sum(widths[: cell.columns]) - INSET_X
    photos = [photo_data(photo, room) for photo in cell.photos]
    high = sum(ceil(_width(runs) * 1.12 / room) or 1 for runs in cell.lines) * LINE
    high += sum(one.get("height", 0.0) + 2.0 + ceil(len(one["caption"]) / 3) * 4.0 for one in photos)
    return {
        "lines": lines_of(cell.lines, room, SIZE),
        "photos": photos,
        "rows": cell.rows,
        "columns": cell.columns,
        "band": cell.band,
        "height": high + INSET_Y,
    }


def _width(runs: Line) -> float:
    return sum(width_mm(drawable(run.text), SIZE) + (4.0 if run.mark else 0.0) for run in runs)


def _height(rows: list[list[dict[str, Any] | None]]) -> float:
    """Return about how high a part is, rather too high."""
    total = sum(max((one["height"] for one in cells if one and one["rows"] == 1), default=LINE) for cells in rows)
    return float(max([total, *(one["height"] for cells in rows for one in cells if one)]))


def _letters(cell: OfficialCell) -> int:
    return sum(len(text_of(runs)) for runs in cell.lines)


def points_data(block: Points, room: float) -> dict[str, Any]:
    """Return the director's page."""
    wide = room - FIGURE - NUMBER - 6
    points = [
        {
            "said": pieces(point.said, wide, SAID),
            "detail": pieces(point.detail, wide, BODY),
            "figure": pieces(point.figure, FIGURE, FIGURE_SIZE),
            "unit": pieces(point.unit, FIGURE, BODY),
            "figure_label": pieces(point.figure_label, FIGURE, SIZE),
            "tone": point.tone,
        }
        for point in block.points
    ]
    return {
        "kind": "points",
        "eyebrow": pieces(block.eyebrow, room, BODY),
        **title_of(block.title, FIGURE_SIZE, room),
        "points": points,
        "legend": lines_of(block.legend, room, SIZE),
        "legend_title": pieces(block.legend_title, room, SIZE),
        "new_page": block.new_page,
    }


def signatures_data(block: Signatures, room: float) -> dict[str, Any]:
    """Return the lines to sign on."""
    labels = [pieces(label, room / 3, BODY) for label in block.labels]
    return {"kind": "signatures", **title_of(block.title, 13.0, room), "labels": labels}
