"""Texts for a printed page: cut where a line may end, and never wider than the room that they stand in."""

from __future__ import annotations

import re
from functools import lru_cache

from ita_analysis.export.letters import MM_PER_POINT, drawable, width_mm
from ita_analysis.thai import words

PAGE_WIDTH, LANDSCAPE_WIDTH = 174.0, 267.0  # millimetres of text on a portrait and on a landscape page
BODY = 10.5  # points

_THAI_OR_LONG = re.compile("[\u0e00-\u0e7f]|\\S{25}")


@lru_cache(maxsize=512)
def pieces(text: str, room: float = PAGE_WIDTH, size: float = BODY) -> tuple[str, ...]:
    """Return `text` in pieces; a line may end between two of them only.

    Args:
        text: any text; a letter that the page font lacks comes back as a mark.
        room: millimetres that one line has; a piece that is wider is cut, so that it never leaves its place.
        size: points of the letters.
    """
    text = drawable(text)
    if _THAI_OR_LONG.search(text):
        found: tuple[str, ...] = words.pieces(text)
    else:
        found = tuple(part for part in re.split(r"(\s+)", text) if part)
    return tuple(part for piece in found for part in _fitting(piece, room, size))


def _fitting(piece: str, room: float, size: float) -> tuple[str, ...]:
    em = size * MM_PER_POINT
    if len(piece) * em <= room or piece.isspace() or width_mm(piece, size) <= room:
        return (piece,)
    limit = max(1, int(room / em / 0.7))
    while True:
        parts = words.split_long(piece, limit)
        if limit == 1 or all(width_mm(part, size) <= room for part in parts):
            return parts
        limit = limit * 3 // 4


def column_widths(wanted: list[float | None], room: float = PAGE_WIDTH) -> list[float]:
    """Return a width for every column: as wanted while all fit, those without a wish share the rest.

    >>> column_widths([20, None, None], 100)
    [20.0, 40.0, 40.0]
    """
    free = wanted.count(None)
    fixed = sum(width for width in wanted if width is not None)
    least = min(20.0, room / len(wanted)) * free
    scale = min(1.0, (room - least) / fixed) if fixed else 1.0
    share = (room - fixed * scale) / free if free else 0.0
    return [share if width is None else width * scale for width in wanted]


def tile_form(value: str) -> str:
    """Return how large a tile's value stands: "figure", "word" or "phrase".

    >>> tile_form("87.50"), tile_form("ไม่ทราบ"), tile_form("ยังไม่มีทะเบียนมาตรการ")
    ('figure', 'word', 'phrase')
    """
    if re.search(r"\d", value) and len(value) <= 8:
        return "figure"
    return "word" if len(value) <= 9 else "phrase"
