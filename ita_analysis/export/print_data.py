"""A document as the plain data that the PDF template reads: every text in pieces, every drawing cleaned and sized."""

from __future__ import annotations

from typing import Any

from ita_analysis.brief.blocks import (
    Block,
    Cell,
    Chart,
    Checklist,
    Cover,
    Kpis,
    Line,
    Picture,
    Row,
    Table,
    Text,
    Tile,
    line,
)
from ita_analysis.export.document import Document
from ita_analysis.export.drawing import clean_svg
from ita_analysis.export.fitting import BODY, PAGE_WIDTH, column_widths, pieces, tile_form
from ita_analysis.export.pictures import clean_png, size_of
from ita_analysis.export.words import say

HIGHEST = 200.0  # millimetres that a drawing may be high
DOT = 25.4 / 96  # millimetres of one dot of a picture
INSET = 3.6  # millimetres between two columns
OWNER, DUE = 31.0, 31.0  # millimetres of a task's columns
TILE_GAP, TILE_INSET = 3.2, 2.9
TILE_SIZES = {"figure": 26.0, "word": 17.0, "phrase": 12.0}  # points
LONG_LINES = 12  # lines; a higher row may run over a page's end
LONGEST_HEADING = 1000  # letters; the rest of a longer title is text, since a PDF's bookmarks can't hold it
LONGEST_RUNNING, LONGEST_FOOTER = 200, 400  # letters of what every page repeats


def as_data(document: Document) -> dict[str, Any]:
    """Return the document as JSON data for `brief.typ`."""
    return {
        "cover": _cover(document.cover),
        "blocks": [made for number, block in enumerate(document.blocks) if (made := _block(block, f"c{number}-"))],
        "page_of": say("page.page_of"),
        "owner": pieces(say("page.owner")),
    }


def without_drawing(block: dict[str, Any]) -> dict[str, Any]:
    """Return a drawing's data as the text that describes it."""
    said = Text(paragraphs=(line(say("document.broken_picture")), line(block["alt"])))
    return _text(said) | {name: block[name] for name in ("title", "title_rest")}


def _cover(cover: Cover) -> dict[str, Any]:
    return {
        "eyebrow": pieces(cover.eyebrow, 130.0, 10.0),
        **_title(cover.title.strip() or say("document.title"), 20.0),
        "subtitle": pieces(cover.subtitle, PAGE_WIDTH, 11.0),
        "badge": pieces(cover.badge, 40.0, 8.5),
        "running_head": pieces(_cut(cover.running_head, LONGEST_RUNNING), 110.0, 8.0),
        "running_badge": pieces(_cut(cover.badge, LONGEST_RUNNING), 50.0, 8.0),
        "document_title": _cut(
            cover.running_head.strip() or cover.title.strip() or say("document.title"), LONGEST_HEADING
        ),
        "footer": pieces(_cut(cover.footer, LONGEST_FOOTER), 130.0, 8.0),
    }


def _cut(text: str, limit: int) -> str:
    return text if len(text) <= limit else text[: limit - 1] + "…"


def _title(text: str, size: float = 13.0) -> dict[str, Any]:
    """Return a title for a heading, and what of it a heading is too short for."""
    return {
        "title": pieces(text[:LONGEST_HEADING] if text.strip() else "", PAGE_WIDTH, size),
        "title_rest": pieces(text[LONGEST_HEADING:], PAGE_WIDTH, size),
    }


def _block(block: Block, prefix: str) -> dict[str, Any] | None:
    if isinstance(block, Kpis):
        room = (PAGE_WIDTH - TILE_GAP * (len(block.tiles) - 1)) / len(block.tiles) - TILE_INSET
        return {"kind": "kpis", "tiles": [_tile(tile, room) for tile in block.tiles]}
    if isinstance(block, Checklist):
        return _checklist(block)
    if isinstance(block, Table):
        return _table(block)
    if isinstance(block, Chart | Picture):
        return _drawing(block, prefix)
    return _text(block) if isinstance(block, Text) else None


def _lines(lines: tuple[Line, ...], room: float = PAGE_WIDTH, size: float = BODY) -> list[list[dict[str, Any]]]:
    return [
        [
            {"text": pieces(run.text, room, size), "tone": run.tone, "bold": run.bold, "hanging": run.hanging}
            for run in runs
        ]
        for runs in lines
    ]


def _tile(tile: Tile, room: float) -> dict[str, Any]:
    size = TILE_SIZES[tile_form(tile.value)]
    return {
        "label": pieces(tile.label, room, 9.0),
        "value": pieces(tile.value, room, size),
        "size": size,
        "unit": pieces(tile.unit, room, 10.0),
        "tone": tile.tone,
        "lines": _lines(tile.lines, room, 9.0),
    }


def _checklist(block: Checklist) -> dict[str, Any]:
    wide = PAGE_WIDTH - 8 - OWNER - DUE
    tasks = [
        {
            "action": pieces(task.action, wide, BODY),
            "detail": pieces(task.detail, wide, 9.5),
            "owner": pieces(task.owner, OWNER - 2, 9.5),
            "due_label": pieces(task.due_label, DUE, 8.5),
            "due": pieces(task.due, DUE, 9.5),
        }
        for task in block.tasks
    ]
    return {"kind": "checklist", **_title(block.title), "tasks": tasks}


def _table(block: Table) -> dict[str, Any]:
    widths = column_widths([column.width for column in block.columns])
    rooms = [max(2.0, width - INSET) for width in widths]
    return {
        "kind": "table",
        **_title(block.title),
        "level": block.level,
        "dense": block.dense,
        "columns": [
            {"label": pieces(column.label, room, 8.5), "align": column.align, "width": width}
            for column, width, room in zip(block.columns, widths, rooms, strict=True)
        ],
        "repeat_head": all(
            len(column.label) * 1.8 / room <= LONG_LINES for column, room in zip(block.columns, rooms, strict=True)
        ),
        "rows": [_row(row, rooms) for row in block.rows],
        "note": pieces(block.note, PAGE_WIDTH, 8.0),
    }


def _row(row: Row, rooms: list[float]) -> dict[str, Any]:
    rooms = [PAGE_WIDTH] if row.group else rooms
    height = max(_height(cell, room) for cell, room in zip(row.cells, rooms, strict=True))
    cells = [{"lines": _lines(cell.lines, room, 9.5)} for cell, room in zip(row.cells, rooms, strict=True)]
    return {"group": row.group, "long": height > LONG_LINES, "cells": cells}


def _height(cell: Cell, room: float) -> float:
    """Return about how many lines a cell takes."""
    return len(cell.lines) + len(cell.text) * 1.8 / room


def _drawing(block: Chart | Picture, prefix: str) -> dict[str, Any]:
    made: dict[str, Any] = {
        "kind": "drawing",
        **_title(block.title),
        "alt": block.alt,
        "note": pieces(block.note, PAGE_WIDTH, 8.0),
    }
    svg = clean_svg(block.svg, prefix) if isinstance(block, Chart) else _framed(block.png)
    if svg is None:
        return without_drawing(made)
    width, height = (float(part) for part in svg.partition('viewBox="')[2].partition('"')[0].split()[2:])
    wanted = PAGE_WIDTH if isinstance(block, Chart) else min(PAGE_WIDTH, width * DOT)
    return made | {"drawing": svg, "width": round(min(wanted, HIGHEST * width / height), 2)}


def _framed(png: str) -> str | None:
    """Return a picture of dots inside an SVG: the template reads one kind of drawing."""
    clean = clean_png(png)
    if clean is None:
        return None
    width, height = size_of(clean)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}">'
        f'<image width="{width}" height="{height}" href="data:image/png;base64,{clean}"/></svg>'
    )


def _text(block: Text) -> dict[str, Any]:
    return {
        "kind": "text",
        **_title(block.title),
        "level": block.level,
        "new_page": block.new_page,
        "paragraphs": _lines(block.paragraphs),
        "bullets": _lines(block.bullets, PAGE_WIDTH - 8),
    }
