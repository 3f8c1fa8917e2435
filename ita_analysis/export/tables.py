"""A table that a notebook shows as HTML, read as plain cells: only its texts come along."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from html.parser import HTMLParser

from ita_analysis.brief.blocks import MAX_COLUMNS, Column, Row, Table, cell
from ita_analysis.export.column_room import widths_of
from ita_analysis.export.words import say

MOST_ROWS, MOST_CELLS, LONGEST_HTML, LONGEST_CELL = 500, 20_000, 5_000_000, 2000
MOST_SPANNED, MOST_HEADS = 2000, 20  # columns that are looked at, rows that can be heads

_NUMBER = re.compile(r"[-+−]?(?:\d[\d,]*\.?\d*|\.\d+)(?:[eE][-+]?\d+)?%?|NaN|nan|<NA>|None|–|-|")
_CUT = re.compile(r"([\d,]+) rows × ([\d,]+) columns")
_SILENT = ("style", "script", "template", "title", "noscript")
_GAPS = ("...", "…", "⋮", "⋯")  # what stands where a table was cut before we see it


@dataclass
class _Given:
    """A cell as its HTML gives it; one over several columns or rows stands in each of their places."""

    text: str
    is_head: bool
    columns: int
    rows: int


_Grid = list[list[_Given]]


@dataclass
class _Reader(HTMLParser):
    """Collects the rows of one table and the text outside it."""

    heads: list[list[_Given]] = field(default_factory=list)
    bodies: list[list[_Given]] = field(default_factory=list)
    tables: int = 0
    caption: str = ""
    outside: str = ""

    def __post_init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._open: list[str] = []  # where the parser is: thead, caption, style
        self._row: list[_Given] | None = None
        self._cell: _Given | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "table":
            self.tables += 1
        elif tag in ("thead", "caption", *_SILENT):
            self._open.append(tag)
        elif tag == "tr":
            self._row = []
            (self.heads if "thead" in self._open else self.bodies).append(self._row)
        elif tag in ("td", "th") and self._row is not None:
            self._cell = _Given("", tag == "th", _span(given.get("colspan")), _span(given.get("rowspan")))
            self._row.append(self._cell)
        elif tag in ("br", "p", "div", "li") and self._cell is not None:
            self._cell.text += " "

    def handle_endtag(self, tag: str) -> None:
        if tag in self._open:
            while self._open.pop() != tag:
                pass
        elif tag in ("td", "th"):
            self._cell = None
        elif tag in ("tr", "table"):
            self._row = self._cell = None

    def handle_data(self, data: str) -> None:
        if any(name in self._open for name in _SILENT):
            return
        if "caption" in self._open:
            self.caption += data
        elif self._cell is not None:
            self._cell.text += data
        elif not self._row:
            self.outside += data


def _span(text: str | None) -> int:
    return min(int(text), MOST_SPANNED) if text and text.isdecimal() and len(text) < 9 and int(text) else 1


def table_of(source: str) -> Table | None:
    """Return the one table of `source` as a Table, merged cells repeated; None where there is none or more than one.

    The leading columns of heads are its keys. A table of very many rows or columns is cut, and its note says how much of
    it is shown.
    """
    if len(source) > LONGEST_HTML or "<table" not in source.lower():
        return None
    reader = _Reader()
    reader.feed(source)
    reader.close()
    heads, bodies = [row for row in reader.heads if row], [row for row in reader.bodies if row]
    if reader.tables != 1 or not (heads or bodies):
        return None
    if not heads and all(one.is_head for one in bodies[0]):
        heads, bodies = bodies[:1], bodies[1:]
    return _table(reader, _grid(heads[:MOST_HEADS]), [*heads[MOST_HEADS:], *bodies])


def _table(reader: _Reader, heads: _Grid, bodies: Sequence[Sequence[_Given]]) -> Table:
    given = _grid(bodies[: MOST_ROWS + 1])
    width = max(map(len, [*heads, *given]))
    rows = [row for row in given if not _is_gap(row)]
    titles = [row[0].text for row in heads if _is_title(row, width)]
    count = min(width, MAX_COLUMNS)
    labels = _texts([row for row in heads if not _is_title(row, width)], count)
    shown = _texts(rows[: min(MOST_ROWS, MOST_CELLS // count)], count)
    keys = next((at for at in range(count) if not all(at < len(row) and row[at].is_head for row in rows)), count)
    outside = keys + sum(_is_left_out(texts) for texts in zip(*labels, *shown, strict=True))
    note = _note(
        reader.outside,
        rows=(len(shown), len(bodies) - len(given) + len(rows)),
        columns=(count - outside, width - outside),
    )
    return Table(
        title=" · ".join(filter(None, [_squeezed(reader.caption), *titles]))[:LONGEST_CELL],
        level=3,
        columns=_columns(labels, shown, keys if rows else 0, count),
        rows=tuple(Row(cells=tuple(cell(text) for text in texts)) for texts in shown),
        note=note,
    )


def _grid(rows: Sequence[Sequence[_Given]]) -> _Grid:
    """Return the cells of `rows` as a grid; a cell over several columns or rows is repeated in each."""
    made: _Grid = []
    below: dict[int, tuple[int, _Given]] = {}  # column: rows still to fill, cell
    for given in rows:
        row: list[_Given] = []
        for one in given:
            one.text = _squeezed(one.text)
            _fill_from_above(row, below)
            for _ in range(min(one.columns, MOST_SPANNED - len(row))):
                if one.rows > 1:
                    below[len(row)] = (one.rows - 1, one)
                row.append(one)
        _fill_from_above(row, below)
        made.append(row)
    return made


def _fill_from_above(row: list[_Given], below: dict[int, tuple[int, _Given]]) -> None:
    while len(row) in below:
        left, one = below.pop(len(row))
        if left > 1:
            below[len(row)] = (left - 1, one)
        row.append(one)


def _squeezed(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= LONGEST_CELL else text[:LONGEST_CELL] + "…"


def _is_gap(row: Sequence[_Given]) -> bool:
    """Return whether pandas put this row where it left rows out."""
    return len(row) > 1 and all(one.text in _GAPS for one in row[1:])


def _is_left_out(texts: Sequence[str]) -> bool:
    """Return whether pandas put this column, heads and all, where it left columns out."""
    return len(texts) > 1 and texts[-1] in _GAPS and all(text in _GAPS or not text for text in texts)


def _is_title(row: Sequence[_Given], width: int) -> bool:
    """Return whether a row of heads is one cell over all columns."""
    return len(row) == width > 1 and bool(row[0].text) and all(one is row[0] for one in row)


def _texts(rows: _Grid, count: int) -> list[list[str]]:
    """Return the texts of the first `count` columns, blank where a row is shorter."""
    return [[row[at].text if at < len(row) else "" for at in range(count)] for row in rows]


def _columns(heads: list[list[str]], rows: list[list[str]], keys: int, count: int) -> tuple[Column, ...]:
    """Return the columns: rows of heads joined, numbers to the right, each as wide as what it holds asks for."""
    labels, held, made = [], [], []
    for at in range(count):
        joined = " · ".join(dict.fromkeys(filter(None, (texts[at] for texts in heads))))
        labels.append(joined[:LONGEST_CELL] or (say("document.row") if at == 0 else "–"))
        held.append([texts[at] for texts in rows])
        made.append(bool(rows) and at > 0 and all(_NUMBER.fullmatch(text) for text in held[at]))
    return tuple(
        Column(label=label, align="right" if is_number else "left", width=width, key=at < keys)
        for at, (label, is_number, width) in enumerate(zip(labels, made, widths_of(labels, held), strict=True))
    )


def _note(outside: str, rows: tuple[int, int], columns: tuple[int, int]) -> str:
    """Return what the page does not show of the table, if anything; pandas says how large a table was that it cut."""
    cut = _CUT.search(outside)
    all_rows, all_columns = (int(cut[at].replace(",", "")) if cut else 0 for at in (1, 2))
    parts = []
    for name, (shown, given), told in (("rows", rows, all_rows), ("columns", columns, all_columns)):
        if max(given, told) > shown:
            parts.append(say(f"document.{name}_cut").format(shown=f"{shown:,}", all=f"{max(given, told):,}"))
    return " · ".join(parts)
