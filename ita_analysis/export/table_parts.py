"""A table that is wider than a page: its columns in parts that fit, the first ones again in each, nothing lost."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ita_analysis.brief.blocks import Column, Row, Table

SLACK = 1.0  # millimetres by which widths may miss a page, being rounded
KEYS_SHARE = 0.5  # of the page that the columns which stand again may take


def is_wide(block: Table, room: float) -> bool:
    """Return whether the columns of a plain table ask for more than `room` millimetres.

    A column without a width takes what is left, so that its table always fits.
    """
    widths = [column.width for column in block.columns if column.width is not None]
    return block.form == "plain" and len(widths) == len(block.columns) > 1 and sum(widths) > room + SLACK


def parts_of(block: Table, room: float) -> list[Table]:
    """Return a wide table as tables that fit into `room` millimetres, the widest of them filling it.

    The leading key columns (without any the first column) stand in every part as far as they leave half of the room;
    every other column stands in one part, in order. Rows that carry one heading over all columns stand in each.
    """
    widths = [min(column.width or 0.0, room * KEYS_SHARE) for column in block.columns]
    keys = _keys(block.columns, widths, room)
    free = room - sum(widths[:keys])
    shares = [[*range(keys), *places] for places in _shares(widths, keys, free)]
    scale = room / max(sum(widths[at] for at in places) for places in shares)
    return [_part(block, places, [width * scale for width in widths]) for places in shares]


def _keys(columns: Sequence[Column], widths: Sequence[float], room: float) -> int:
    """Return how many of the leading columns stand again in each part; at least one column is left to share out."""
    count = 1
    while (
        count < len(columns) - 1
        and columns[count].key
        and columns[0].key
        and sum(widths[: count + 1]) <= room * KEYS_SHARE
    ):
        count += 1
    return count


def _shares(widths: Sequence[float], keys: int, free: float) -> list[list[int]]:
    """Return the places of the columns of each part: as few parts as will do, about equally wide."""
    fewest = len(list(_filled(widths, keys, free)))
    limit = sum(widths[keys:]) / fewest
    while len(shares := list(_filled(widths, keys, min(limit, free)))) > fewest:
        limit *= 1.02
    return shares


def _filled(widths: Sequence[float], keys: int, limit: float) -> Iterator[list[int]]:
    places: list[int] = []
    taken = 0.0
    for at in range(keys, len(widths)):
        if places and taken + widths[at] > limit + SLACK / 2:
            yield places
            places, taken = [], 0.0
        places.append(at)
        taken += widths[at]
    yield places


def _part(block: Table, places: Sequence[int], widths: Sequence[float]) -> Table:
    columns = tuple(block.columns[at].model_copy(update={"width": widths[at]}) for at in places)
    rows = tuple(row if row.group else Row(cells=tuple(row.cells[at] for at in places)) for row in block.rows)
    return block.model_copy(update={"columns": columns, "rows": rows})
