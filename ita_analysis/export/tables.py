"""A table that a notebook shows as HTML, read as plain cells: only its texts come along."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from html.parser import HTMLParser

from ita_analysis.brief.blocks import Cell, Column, Row, Table, cell
from ita_analysis.export.words import say

MOST_ROWS, MOST_COLUMNS, LONGEST_HTML, LONGEST_CELL = 500, 12, 5_000_000, 2000
WIDTH = 174.0  # millimetres that a page has for a table

_NUMBER = re.compile(r"[-+−]?(?:\d[\d,]*\.?\d*|\.\d+)(?:[eE][-+]?\d+)?%?|NaN|nan|<NA>|None|–|-|")
_CUT = re.compile(r"([\d,]+) rows × ([\d,]+) columns")
_SILENT = ("style", "script", "template", "title", "noscript")


@dataclass
class _Given:
    """A cell as its HTML gives it."""

    text: str
    is_head: bool
    columns: int
    rows: int


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
    return min(int(text), MOST_COLUMNS * 4) if text and text.isdecimal() and len(text) < 9 and int(text) else 1


def table_of(source: str) -> Table | None:
    """Return the one table of `source` as a Table, merged cells repeated; None where there is none or more than one.

    A long or wide table is cut and its note says how much of it is shown.
    """
    if len(source) > LONGEST_HTML or "<table" not in source.lower():
        return None
    reader = _Reader()
    reader.feed(source)
    reader.close()
    heads, bodies = _grid(reader.heads), _grid(reader.bodies)
    if reader.tables != 1 or not (heads or bodies):
        return None
    if not heads and reader.bodies and all(given.is_head for given in reader.bodies[0]):
        heads, bodies = bodies[:1], bodies[1:]
    width = max(len(row) for row in heads + bodies)
    titles = [row[0] for row in heads if len(set(row)) == 1 and width > 1 and row[0]]
    heads = [row for row in heads if not (len(set(row)) == 1 and width > 1 and row[0])]
    shown = [row for row in bodies if not _is_gap(row)]
    columns = _columns(heads, shown, width)
    rows = tuple(Row(cells=tuple(_cell(row, at) for at in range(len(columns)))) for row in shown[:MOST_ROWS])
    title = " · ".join(filter(None, [_squeezed(reader.caption), *titles]))
    note = _note(reader.outside, len(rows), len(shown), len(columns), width)
    return Table(title=title[:LONGEST_CELL], level=3, columns=columns, rows=rows, note=note)


def _grid(rows: Sequence[Sequence[_Given]]) -> list[list[str]]:
    """Return the texts of `rows` as a grid; a cell over several columns or rows is repeated in each."""
    made: list[list[str]] = []
    below: dict[int, tuple[int, str]] = {}  # column: rows still to fill, text
    for given in rows:
        texts: list[str] = []
        for part in given:
            _fill_from_above(texts, below)
            for _ in range(part.columns):
                if part.rows > 1:
                    below[len(texts)] = (part.rows - 1, _squeezed(part.text))
                texts.append(_squeezed(part.text))
        _fill_from_above(texts, below)
        if texts:
            made.append(texts[: MOST_COLUMNS * 4])
    return made


def _fill_from_above(texts: list[str], below: dict[int, tuple[int, str]]) -> None:
    while len(texts) in below:
        left, text = below.pop(len(texts))
        if left > 1:
            below[len(texts)] = (left - 1, text)
        texts.append(text)


def _squeezed(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= LONGEST_CELL else text[:LONGEST_CELL] + "…"


def _is_gap(row: list[str]) -> bool:
    """Return whether pandas put this row where it left rows out."""
    return len(row) > 1 and all(text in ("...", "…", "⋮") for text in row[1:])


def _columns(heads: list[list[str]], rows: list[list[str]], width: int) -> tuple[Column, ...]:
    """Return the columns, header rows joined, numbers to the right, each as wide as its texts want."""
    count = min(width, MOST_COLUMNS)
    wants, made = [], []
    for at in range(count):
        labels = list(dict.fromkeys(filter(None, (row[at] if at < len(row) else "" for row in heads))))
        texts = [row[at] for row in rows[:MOST_ROWS] if at < len(row)]
        right = bool(texts) and at > 0 and all(_NUMBER.fullmatch(text) for text in texts)
        label = " · ".join(labels)[:LONGEST_CELL] or (say("document.row") if at == 0 else "–")
        made.append((label, right))
        wants.append(6 + min(40, max(map(len, [label, *texts]))))
    scale = WIDTH / max(sum(wants), 1)
    return tuple(
        Column(label=label, align="right" if right else "left", width=round(want * scale, 1))
        for (label, right), want in zip(made, wants, strict=True)
    )


def _cell(row: list[str], at: int) -> Cell:
    return cell(row[at] if at < len(row) else "")


def _note(outside: str, shown: int, given: int, columns: int, width: int) -> str:
    """Return what the page does not show of the table, if anything."""
    cut = _CUT.search(outside)
    rows = int(cut[1].replace(",", "")) if cut else given
    all_columns = max(width, int(cut[2].replace(",", ""))) if cut else width
    parts = []
    if rows > shown:
        parts.append(say("document.rows_cut").format(shown=f"{shown:,}", all=f"{rows:,}"))
    if width > columns:
        parts.append(say("document.columns_cut").format(shown=columns, all=f"{all_columns:,}"))
    return " · ".join(parts)
