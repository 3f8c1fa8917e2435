"""Tables as the plain data that the PDF template reads: lists, panels side by side, and grids in two blocks."""

from __future__ import annotations

from typing import Any

from ita_analysis.brief.blocks import Cell, Column, Line, Row, Table
from ita_analysis.export.fitting import BODY, LANDSCAPE_WIDTH, PAGE_WIDTH, column_widths, pieces
from ita_analysis.export.letters import drawable, width_mm
from ita_analysis.export.marks import COLOURS, drawing_of, meaning_of
from ita_analysis.export.print_photos import photo_data
from ita_analysis.export.table_parts import is_wide, parts_of
from ita_analysis.export.words import say

MARK = 4.0  # millimetres that a mark of proof takes
INSET = 3.6  # millimetres between two columns
LONG_LINES = 12  # lines; a higher row may run over a page's end
SHORT_TABLE = 15  # rows; a wide table of more is worth a turned page
LONGEST_NAME = 80  # letters of a table's title in the line above a part of it
LONGEST_HEADING = 1000  # letters; the rest of a longer title is text, since a PDF's bookmarks can't hold it
PANELS_ABREAST, PANEL_GAP = 3, 8.0  # panels in a row, millimetres between them
PANEL_SIZE, HEAT_SIZE = 9.0, 8.0  # points
HEAT_ROWS, HEAT_GAP, HEAT_INSET = 25, 5.0, 0.6  # rows of a block, millimetres between two blocks and between columns


def title_of(text: str, size: float = 13.0, room: float = PAGE_WIDTH) -> dict[str, Any]:
    """Return a title for a heading, and what of it a heading is too short for."""
    return {
        "title": pieces(text[:LONGEST_HEADING] if text.strip() else "", room, size),
        "title_rest": pieces(text[LONGEST_HEADING:], room, size),
    }


def lines_of(
    lines: tuple[Line, ...], room: float = PAGE_WIDTH, size: float = BODY, *, alone: bool = True
) -> list[list[dict[str, Any]]]:
    """Return lines as runs in pieces; the runs of a line that surely has room for all of them are whole texts.

    Args:
        lines: what stands there.
        room: millimetres of a line.
        size: points of the letters.
        alone: nothing else stands on these lines.
    """
    return [_runs(runs, room, size, is_whole=alone and is_one_line(runs, room, size)) for runs in lines]


def is_one_line(runs: Line, room: float, size: float) -> bool:
    """Return whether `runs` surely stand on one line of `room` millimetres."""
    return sum(width_mm(drawable(run.text), size) for run in runs if not run.hanging) < room - MARK * _marks(runs)


def _marks(runs: Line) -> int:
    return sum(bool(run.mark) for run in runs)


def _runs(runs: Line, room: float, size: float, *, is_whole: bool) -> list[dict[str, Any]]:
    return [
        {
            "text": drawable(run.text) if is_whole and not run.hanging else pieces(run.text, room, size),
            "tone": run.tone,
            "bold": run.bold,
            "hanging": run.hanging,
            **({"mark": drawing_of(run.mark, COLOURS[run.tone]), "alt": meaning_of(run.mark)} if run.mark else {}),
            **({"code": True} if run.code else {}),
        }
        for run in runs
    ]


def table_data(block: Table, room: float) -> dict[str, Any]:
    """Return a table for a page with `room` millimetres of text, in the form that it asks for."""
    if block.form == "heat":
        return _heat(block, room)
    return _list(block, room, PANEL_SIZE if block.form == "panel" else 9.5)


def tables_data(block: Table, room: float) -> list[dict[str, Any]]:
    """Return a table as what stands on the pages: itself, itself on a turned page, or parts that fit beside each other.

    A wide table turns its page where that alone makes it fit and it has rows enough to fill one; a short one stands in
    parts below each other, which are read at one glance.
    """
    if not is_wide(block, room):
        return [table_data(block, room)]
    if room < LANDSCAPE_WIDTH and not is_wide(block, LANDSCAPE_WIDTH) and len(block.rows) > SHORT_TABLE:
        (turned,) = parts_of(block, LANDSCAPE_WIDTH)
        return [{**table_data(turned, LANDSCAPE_WIDTH), "turned": True}]
    made, parts = [], parts_of(block, room)
    for number, part in enumerate(parts, start=1):
        said = say("document.part").format(title=_name(block.title), number=number, all=len(parts))
        last = {} if number == len(parts) else {"note": ""}
        first = {} if number == 1 else {"title": ""}
        data = table_data(part.model_copy(update={**first, **last}), room)
        made.append({**data, "part": pieces(" ".join(said.split()), room, 8.5)})
    return made


def _name(title: str) -> str:
    return title if len(title) <= LONGEST_NAME else title[:LONGEST_NAME] + "…"


def panels_data(blocks: list[Table], room: float) -> dict[str, Any]:
    """Return neighbouring panels as rows of at most three abreast; on a narrow page one below the other."""
    abreast = PANELS_ABREAST if room > PAGE_WIDTH else 1
    width = (room - PANEL_GAP * (abreast - 1)) / abreast
    return {"kind": "panels", "abreast": abreast, "tables": [table_data(block, width) for block in blocks]}


def _list(block: Table, room: float, size: float) -> dict[str, Any]:
    widths = column_widths([column.width for column in block.columns], room)
    rooms = [max(2.0, width - INSET) for width in widths]
    return {
        "kind": "table",
        **title_of(block.title, 13.0, room),
        "level": block.level,
        "form": block.form,
        "size": size,
        "dense": block.dense,
        "columns": _columns(block.columns, widths, rooms, 8.5),
        "repeat_head": all(
            len(column.label) * 1.8 / inner <= LONG_LINES for column, inner in zip(block.columns, rooms, strict=True)
        ),
        "rows": [_row(row, rooms, room, size) for row in block.rows],
        "note": pieces(block.note, room, 8.0),
    }


def _columns(columns: tuple[Column, ...], widths: list[float], rooms: list[float], size: float) -> list[dict[str, Any]]:
    return [
        {"label": pieces(column.label, inner, size), "align": column.align, "width": width}
        for column, width, inner in zip(columns, widths, rooms, strict=True)
    ]


def _row(row: Row, rooms: list[float], room: float, size: float) -> dict[str, Any]:
    rooms = [room] if row.group else rooms
    height = max(_height(cell, inner) for cell, inner in zip(row.cells, rooms, strict=True))
    cells = [_cell(cell, inner, size) for cell, inner in zip(row.cells, rooms, strict=True)]
    is_single = not row.group and all(
        _is_single(cell, inner, size) for cell, inner in zip(row.cells, rooms, strict=True)
    )
    return {"group": row.group, "single": is_single, "long": height > LONG_LINES, "cells": cells}


def _cell(cell: Cell, room: float, size: float) -> dict[str, Any]:
    made = {"lines": lines_of(cell.lines, room, size), "shade": cell.shade, "bar": cell.bar}
    return (
        {**made, "photos": [photo_data(photo, room, is_small=True) for photo in cell.photos]} if cell.photos else made
    )


def _is_single(cell: Cell, room: float, size: float) -> bool:
    """Return whether a cell is surely one line of text, so that its row's height is known."""
    return len(cell.lines) == 1 and not (cell.bar or cell.photos) and is_one_line(cell.lines[0], room, size)


def _height(cell: Cell, room: float) -> float:
    """Return about how many lines a cell takes."""
    return len(cell.lines) + len(cell.text) * 1.8 / room


def _heat(block: Table, room: float) -> dict[str, Any]:
    """Return a grid; where its columns ask for less than half the page its rows stand in two blocks side by side."""
    asked = [column.width for column in block.columns]
    half = (room - HEAT_GAP) / 2
    fixed = sum(width for width in asked if width is not None)
    is_double = None not in asked and fixed <= half + 0.01 and len(block.rows) > HEAT_ROWS
    widths = column_widths(asked, half if is_double else room)
    rooms = [max(2.0, width - HEAT_INSET) for width in widths]
    rows = [_row(row, rooms, room, HEAT_SIZE) for row in block.rows]
    step = HEAT_ROWS if is_double else max(1, len(rows))
    return {
        "kind": "heat",
        **title_of(block.title, 13.0, room),
        "level": block.level,
        "columns": _columns(block.columns, widths, rooms, HEAT_SIZE),
        "groups": _groups(block.columns, widths),
        "abreast": 2 if is_double else 1,
        "parts": [rows[at : at + step] for at in range(0, len(rows), step)],
        "note": pieces(block.note, room, 8.0),
    }


def _groups(columns: tuple[Column, ...], widths: list[float]) -> list[dict[str, Any]]:
    """Return the heads over neighbouring columns of one group: text and number of columns."""
    found: list[dict[str, Any]] = []
    for column, width in zip(columns, widths, strict=True):
        if found and column.group and found[-1]["name"] == column.group:
            found[-1]["span"] += 1
            found[-1]["width"] += width
        else:
            found.append({"name": column.group, "span": 1, "width": width})
    return [
        {"label": pieces(one["name"], max(2.0, one["width"] - HEAT_INSET), HEAT_SIZE), "span": one["span"]}
        for one in found
    ]
