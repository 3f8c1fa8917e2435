"""The official table in Word: one real table for the whole document, cells shared by rows, indicators as rows in it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import ceil
from typing import Any

from ita_analysis.brief.blocks import Official, OfficialCell, OfficialPart, Photo, text_of
from ita_analysis.export.fitting import column_widths
from ita_analysis.export.pictures import clean_photo
from ita_analysis.export.word_markup import Merge, cell, heading, note, on_new_page, paragraph, row, table
from ita_analysis.export.word_page import Paper
from ita_analysis.export.word_pictures import size_on_page
from ita_analysis.export.word_tables import INSET, content_of

HEAD, INDICATOR, BAND = "E9EDF0", "F3F5F7", "E8F1F7"  # tints
TEXT = "TableText"
LETTER = 1.6  # millimetres of a letter of the table, rather too wide
LINE = 5.5  # millimetres of a line of it
LOW_ROW, LOW_PART = 12, 16  # lines: a row as low is never split, the rows of a part as low stay on one page


def official_of(block: Official, paper: Paper) -> list[Any]:
    """Return the table with its title and note; its head stands again on each page."""
    widths = column_widths(list(block.widths), paper.room)
    heads = [
        cell([paragraph(label, "OfficialHead")], width, fill=HEAD)
        for label, width in zip(block.columns, widths, strict=True)
    ]
    rows = [row(heads, head=True)]
    for group in block.groups:
        if group.heading.strip():
            name = paragraph(group.heading, "IndicatorHead")
            rows.append(row([cell([name], sum(widths), columns=len(widths), fill=INDICATOR)]))
        for part in group.parts:
            rows += _rows(part, widths, paper)
    made = table(rows, widths, "OfficialTable", title=block.title)
    parts = [*heading(block.title), made, *(note(block.note) or [paragraph(style="Gap")])]
    return on_new_page(parts) if block.new_page else parts


def _rows(part: OfficialPart, widths: Sequence[float], paper: Paper) -> Iterator[Any]:
    """Yield the rows of a part; where a cell reaches down from above, Word wants an empty one joined with it."""
    reaching: dict[int, tuple[OfficialCell, int]] = {}  # column -> the cell above and how many rows it still covers
    heights = [
        max((_lines(one, widths[at:]) for at, one in enumerate(cells) if one and one.rows == 1), default=1)
        for cells in part.grid
    ]
    tallest = max((_lines(one, widths[at:]) for cells in part.grid for at, one in enumerate(cells) if one))
    is_low = max(sum(heights), tallest) <= LOW_PART
    for number, given in enumerate(part.grid, start=1):
        keep = is_low and number < len(part.grid)
        made, at = [], 0
        merge: Merge
        while at < len(widths):
            own = given[at]
            if own is None:
                above, left = reaching[at]
                reaching[at] = (above, left - 1)
                shown, merge = above, "continue"
            else:
                reaching[at] = (own, own.rows - 1)
                shown, merge = own, "restart" if own.rows > 1 else ""
            wide = sum(widths[at : at + shown.columns])
            content = [] if own is None else content_of(own.lines, own.photos, wide, TEXT, paper, keep=keep)
            made.append(cell(content, wide, columns=shown.columns, merge=merge, fill=BAND if shown.band else ""))
            at += shown.columns
        yield row(made, whole=heights[number - 1] <= LOW_ROW)


def _lines(given: OfficialCell, widths: Sequence[float]) -> int:
    """Return about how many lines a cell takes, rather too many."""
    room = sum(widths[: given.columns]) - INSET
    texts = sum(ceil((len(text_of(line)) or 1) * LETTER / room) for line in given.lines)
    return texts + sum(_photo_lines(photo, room) for photo in given.photos)


def _photo_lines(photo: Photo, room: float) -> int:
    clean = clean_photo(photo.large)
    high = ceil(size_on_page(clean, room)[1] / LINE) + 1 if clean else ceil(len(photo.alt) * LETTER / room) + 2
    return high + ceil(len(photo.caption) * LETTER / room)
