"""A document as the plain data that the PDF template reads: every text in pieces, every drawing cleaned and sized."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any

from ita_analysis.brief.blocks import (
    Block,
    Chart,
    Checklist,
    Cover,
    Kpis,
    Official,
    Picture,
    Points,
    Signatures,
    Table,
    Text,
    Tile,
    line,
)
from ita_analysis.export.document import Document, is_panel
from ita_analysis.export.drawing import clean_svg
from ita_analysis.export.fitting import BODY, LANDSCAPE_WIDTH, PAGE_WIDTH, pieces, tile_form
from ita_analysis.export.pictures import clean_png, size_of
from ita_analysis.export.print_report import official_data, points_data, signatures_data
from ita_analysis.export.print_tables import LONGEST_HEADING, lines_of, panels_data, tables_data, title_of
from ita_analysis.export.words import say

HIGHEST = 200.0  # millimetres that a drawing may be high
DOT = 25.4 / 96  # millimetres of one dot of a picture
OWNER, DUE = 31.0, 31.0  # millimetres of a task's columns
TILE_GAP, TILE_INSET = 3.2, 2.9
TILE_SIZES = {"figure": 26.0, "word": 17.0, "phrase": 12.0}  # points
INTRODUCTION = 6  # lines of text that turn with the table below them
LOW_TILE_TEXT = 0.6  # of a low tile is for its texts
LOW_TILE_SIZES = {"figure": 19.0, "word": 15.0, "phrase": 11.0}  # on a landscape page
LONGEST_RUNNING, LONGEST_FOOTER = 200, 400  # letters of what every page repeats


def as_data(document: Document) -> dict[str, Any]:
    """Return the document as JSON data for `brief.typ`."""
    room = LANDSCAPE_WIDTH if document.cover.orientation == "landscape" else PAGE_WIDTH
    return {
        "cover": _cover(document.cover, room),
        "blocks": list(_neighbours(list(_blocks(document.blocks, room)))),
        "page_of": say("page.page_of"),
        "owner": pieces(say("page.owner")),
    }


def without_drawing(block: dict[str, Any]) -> dict[str, Any]:
    """Return a drawing's data as the text that describes it."""
    said = Text(paragraphs=(line(say("document.broken_picture")), line(block["alt"])))
    return _text(said, PAGE_WIDTH) | {name: block[name] for name in ("title", "title_rest")}


def _cover(cover: Cover, room: float) -> dict[str, Any]:
    return {
        "orientation": cover.orientation,
        "form": cover.form,
        "digits": cover.digits,
        "lines": lines_of(cover.lines, room, 13.0),
        "eyebrow": pieces(cover.eyebrow, room - 44.0, 10.0),
        **title_of(cover.title.strip() or say("document.title"), 20.0, room),
        "subtitle": pieces(cover.subtitle, room, 11.0),
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


def _blocks(blocks: Sequence[Block], room: float) -> Iterator[dict[str, Any]]:
    """Yield the data of each block; neighbouring panels become one."""
    for is_panels, run in groupby(enumerate(blocks), lambda one: is_panel(one[1])):
        if is_panels:
            yield panels_data([block for _, block in run if isinstance(block, Table)], room)
        else:
            for number, block in run:
                if isinstance(block, Table):
                    yield from tables_data(block, room)
                elif made := _block(block, f"c{number}-", room):
                    yield made


def _neighbours(blocks: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the blocks, a few lines of text turned with the table below them, a nameless table apart from one above."""
    made = list(blocks)
    room = INTRODUCTION
    for at in reversed(range(len(made))):
        block, above = made[at], made[at - 1] if at else {"kind": "none"}
        if block["kind"] == "table" == above["kind"] and not (block["title"] or "part" in block):
            made[at] = {**block, "apart": True}
        room = room if "turned" in block and block["kind"] == "text" else INTRODUCTION
        room -= len(above["paragraphs"]) + len(above["bullets"]) if above["kind"] == "text" else 0
        if "turned" in block and above["kind"] == "text" and room >= 0 and not above["new_page"]:
            made[at - 1] = {**above, "turned": True}
    return made


def _block(block: Block, prefix: str, room: float) -> dict[str, Any] | None:
    if isinstance(block, Kpis):
        return _kpis(block, room)
    if isinstance(block, Checklist):
        return _checklist(block, room)
    if isinstance(block, Chart | Picture):
        return _drawing(block, prefix)
    if isinstance(block, Official):
        return official_data(block, room)
    if isinstance(block, Points):
        return points_data(block, room)
    if isinstance(block, Signatures):
        return signatures_data(block, room)
    return _text(block, room) if isinstance(block, Text) else None


def _kpis(block: Kpis, room: float) -> dict[str, Any]:
    """Return the strip: high tiles on a portrait page, on a landscape page low ones with their texts at the right."""
    is_low = room > PAGE_WIDTH
    wide = (room - TILE_GAP * (len(block.tiles) - 1)) / len(block.tiles) - TILE_INSET
    sizes = LOW_TILE_SIZES if is_low else TILE_SIZES
    tiles = [_tile(tile, wide * LOW_TILE_TEXT if is_low else wide, sizes) for tile in block.tiles]
    return {"kind": "kpis", "low": is_low, "tiles": tiles}


def _tile(tile: Tile, room: float, sizes: Mapping[str, float]) -> dict[str, Any]:
    size = sizes[tile_form(tile.value)]
    return {
        "label": pieces(tile.label, room, 9.0),
        "value": pieces(tile.value, room, size),
        "size": size,
        "unit": pieces(tile.unit, room, 10.0),
        "tone": tile.tone,
        "lines": lines_of(tile.lines, room, 9.0, alone=sizes is TILE_SIZES),
    }


def _checklist(block: Checklist, room: float) -> dict[str, Any]:
    wide = room - 8 - OWNER - DUE
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
    return {"kind": "checklist", **title_of(block.title, 13.0, room), "tasks": tasks}


def _drawing(block: Chart | Picture, prefix: str) -> dict[str, Any]:
    made: dict[str, Any] = {
        "kind": "drawing",
        **title_of(block.title),
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


def _text(block: Text, room: float) -> dict[str, Any]:
    return {
        "kind": "text",
        **title_of(block.title, 13.0, room),
        "level": block.level,
        "new_page": block.new_page,
        "paragraphs": lines_of(block.paragraphs, room),
        "bullets": lines_of(block.bullets, room - 8),
    }
