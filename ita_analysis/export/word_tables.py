"""Lists, strips of figures and tasks as Word tables: head rows that stand again on each page, cells with marks and photos."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from typing import Any

from ita_analysis.brief.blocks import Cell, Checklist, Column, Kpis, Photo, Row, Table, Task, Tile
from ita_analysis.brief.blocks import Line as TextLine
from ita_analysis.export.fitting import column_widths, tile_form
from ita_analysis.export.word_markup import (
    cell,
    dxa,
    element,
    heading,
    note,
    paragraph,
    row,
    run,
    runs,
    table,
)
from ita_analysis.export.word_page import Paper
from ita_analysis.export.words import say

SHORT = 250  # letters of a cell; a row of longer ones may run over a page's end
FEW_PHOTOS = 2
INSET = 3.0  # millimetres of a cell that are not for its text
LOOKS = {
    "plain": ("ListTable", "TableText"),
    "dense": ("DenseTable", "TableSmall"),
    "heat": ("GridTable", "TableTiny"),
}  # styles of a table and of its text
SHADES = ("", "FBE3E0", "F3BFB9", "E8948B")  # how far below the line
BAR = "7B8794"
TILE_SIZES = {"figure": 36.0, "word": 24.0, "phrase": 17.0}  # points
NUMBER, OWNER, DUE = 10.0, 35.0, 35.0  # millimetres of a task's columns


def table_of(block: Table, paper: Paper) -> list[Any]:
    """Return a list or grid of rows under its heads, with title and note."""
    look = block.form if block.form == "heat" else "dense" if block.dense or block.form == "panel" else "plain"
    style, text = LOOKS[look]
    widths = column_widths([column.width for column in block.columns], paper.room)
    rows = [*_heads(block.columns, widths), *(_row(one, block.columns, widths, text, paper) for one in block.rows)]
    made = table(rows, widths, style, title=block.title)
    return [*heading(block.title, block.level), made, *(note(block.note) or [paragraph(style="Gap")])]


def _heads(columns: Sequence[Column], widths: Sequence[float]) -> list[Any]:
    """Return the row of heads, below one of the names that neighbours share where there are any."""
    made = []
    if any(column.group.strip() for column in columns):
        cells = []
        for name, same in groupby(range(len(columns)), lambda at: columns[at].group):
            places = list(same)
            wide = sum(widths[at] for at in places)
            cells.append(cell([paragraph(name, "TableHead", align="center")], wide, columns=len(places)))
        made.append(row(cells, head=True))
    labels = [
        cell([paragraph(column.label, "TableHead", align=column.align)], width, low=True)
        for column, width in zip(columns, widths, strict=True)
    ]
    return [*made, row(labels, head=True)]


def _row(given: Row, columns: Sequence[Column], widths: Sequence[float], text: str, paper: Paper) -> Any:
    if given.group:
        lines = [paragraph(runs(one), text, keep=True) for one in given.cells[0].lines]
        return row([cell(lines, sum(widths), columns=len(columns))], whole=is_short(given.cells))
    cells = [
        cell(_content(one, column, width, text, paper), width, fill=SHADES[one.shade])
        for one, column, width in zip(given.cells, columns, widths, strict=True)
    ]
    return row(cells, whole=is_short(given.cells))


def _content(given: Cell, column: Column, width: float, text: str, paper: Paper) -> list[Any]:
    if given.bar and not given.lines:
        return [_bar(given.bar, width - INSET)]
    return content_of(given.lines, given.photos, width, text, paper, right=column.align == "right")


def content_of(
    lines: Sequence[TextLine],
    photos: Sequence[Photo],
    width: float,
    text: str,
    paper: Paper,
    *,
    right: bool = False,
    keep: bool = False,
) -> list[Any]:
    """Return what stands in a cell `width` millimetres wide: a paragraph a line, then its photographs.

    `keep`: its row stays on the page of the next.
    """
    made = [paragraph(runs(one), text, keep=keep, align="right" if right else "") for one in lines]
    for photo in photos:
        made += paper.pictures.photo(photo, width - INSET, text)
    return made


def is_short(cells: Sequence[Cell]) -> bool:
    """Return whether a row of `cells` is surely lower than a page."""
    return all(len(one.text) <= SHORT and len(one.photos) <= FEW_PHOTOS for one in cells)


def _bar(share: float, width: float) -> Any:
    """Return a tinted line over a share of the cell; the number that it shows stands in the cell beside it."""
    left_over = element("ind", right=dxa(width * (1 - share)))
    return paragraph(style="Gap", more=[element("shd", val="clear", color="auto", fill=BAR), left_over])


def strip_of(block: Kpis, paper: Paper) -> list[Any]:
    """Return the strip of figures: a tile a cell, its tone at its left edge."""
    width = paper.room / len(block.tiles)
    tiles = [cell(_tile(tile), width, bar=tile.tone) for tile in block.tiles]
    return [table([row(tiles)], [width] * len(tiles), "TileTable", head=False), paragraph(style="Gap")]


def _tile(tile: Tile) -> list[Any]:
    value = [run(tile.value, tone=tile.tone, bold=True, size=TILE_SIZES[tile_form(tile.value)])]
    if tile.unit.strip():
        value.append(run(f" {tile.unit}", tone=tile.tone, bold=True))
    lines = [paragraph(runs(one), "TableSmall") for one in tile.lines]
    return [paragraph([run(tile.label, tone="muted")], "TableSmall"), paragraph(value, "TableText"), *lines]


def tasks_of(block: Checklist, paper: Paper) -> list[Any]:
    """Return numbered tasks, each with its owner and date."""
    widths = column_widths([NUMBER, None, OWNER, DUE], paper.room)
    rows = [_task(task, paper.number(at), widths) for at, task in enumerate(block.tasks, start=1)]
    if not rows:
        return heading(block.title)
    made = table(rows, widths, "ListTable", title=block.title, head=False)
    return [*heading(block.title), made, paragraph(style="Gap")]


def _task(task: Task, number: str, widths: Sequence[float]) -> Any:
    def labelled(label: str, text: str) -> list[Any]:
        if not text.strip():
            return []
        heads = [paragraph([run(label, tone="muted")], "TableSmall")] if label.strip() else []
        return [*heads, paragraph(text, "TableText")]

    said = [paragraph([run(task.action, bold=True)], "TableText")]
    if task.detail.strip():
        said.append(paragraph([run(task.detail, tone="muted")], "TableText"))
    contents = (
        [paragraph([run(number, tone="accent", bold=True)], "TableText")],
        said,
        labelled(say("page.owner"), task.owner),
        labelled(task.due_label, task.due),
    )
    return row(
        [cell(content, width) for content, width in zip(contents, widths, strict=True)],
        whole=len(task.action) + len(task.detail) <= 4 * SHORT,
    )
