"""Reads a long table that keeps the contract to the letter as columns of numbers; rows that don't are named, not read.

A row is plain when its owner (agency, name, year, framework, mark), its code and its figures each are: every different
one is put through the checks of `row_check` once, so that a plain row is exactly one that they keep without a word.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import islice, repeat
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ita_analysis.framework.codes import TOTAL
from ita_analysis.scores import answer_counts, header_checks, headings
from ita_analysis.scores.answer_counts import COUNTED
from ita_analysis.scores.cell_forms import count_of, is_agency_code, score_of, whole_of
from ita_analysis.scores.contract import OPTIONAL, PLACE, REQUIRED
from ita_analysis.scores.figures import READERS, read_count, read_score
from ita_analysis.scores.numbered import Figures, Numbered
from ita_analysis.scores.raw_rows import RawRow
from ita_analysis.scores.row_check import Checked, Known, RowCheck
from ita_analysis.scores.sheets import Sheet
from ita_analysis.thai.text import printable

AT_ONCE = 20_000  # rows that are held as text
OWNER = ("agency_code", "agency_name_th", "fiscal_year_be", "framework", "is_synthetic")
NODE = ("framework", "level", "code")
TEXTS = ("note_th", "score_doubt_th", "source_line")
_ANY_NODE = {"level": TOTAL, "code": TOTAL}
_ANY_OWNER = {"agency_code": "99", "is_synthetic": "true"}  # a made-up agency may have scores of any scheme

Row = Sequence[str]


class Owner(NamedTuple):
    """Whose scores: the columns `OWNER` as typed values."""

    agency_code: str
    agency_name_th: str
    fiscal_year_be: int
    framework: str
    is_synthetic: bool


class Node(NamedTuple):
    """What is scored."""

    level: str
    code: str


class Parts:
    """What the rows of all files are made of, each different part once."""

    def __init__(self, rules: Sequence[Path]) -> None:
        self.rules = rules
        self.known: Known = {}
        self.owners: Numbered[tuple[str, ...], Owner] = Numbered(self._owner)
        self.nodes: Numbered[tuple[str, ...], Node] = Numbered(self._node)
        self.texts: Numbered[str, str] = Numbered(_text)
        self.scores, self.counts, self.wholes = Figures(_score), Figures(_count), Figures(_whole)

    def _owner(self, cells: tuple[str, ...]) -> Owner | None:
        given = dict(zip(OWNER, cells, strict=True))
        row = _plain_row({**given, **_ANY_NODE, "score": "0"}, self.rules, self.known)
        return Owner(*(row[name] for name in OWNER)) if row else None

    def _node(self, cells: tuple[str, ...]) -> Node | None:
        given = dict(zip(NODE, cells, strict=True))
        year = given["framework"].rpartition("-")[2]
        row = _plain_row({**_ANY_OWNER, **given, "fiscal_year_be": year, "score": "0"}, self.rules, self.known)
        return Node(row["level"], row["code"]) if row else None


def _plain_row(cells: Mapping[str, str], rules: Sequence[Path], known: Known) -> dict[str, Any] | None:
    """Return the typed row of cells that keep the contract to the letter; None where there is anything to be said of them."""
    read = {name: READERS[name](text) for name, text in cells.items() if name in READERS}
    if any(one.how or one.fix for one in read.values()):
        return None
    done = Checked()
    row = RawRow({**cells, **{name: one.text for name, one in read.items()}}, "", "", 0)
    RowCheck(row, rules, done, known).run()
    return done.rows[0] if done.rows and not done.notes else None


def _text(cell: str) -> str | None:
    text = cell.strip()
    return text if printable(text) == text else None


def _score(cell: str) -> float | None:
    read = read_score(cell)
    return None if read.how or read.fix else score_of(read.text.strip())


def _count(cell: str) -> float | None:
    """Return the number of people, 0 where the cell is blank."""
    read = read_count(cell)
    return None if read.how or read.fix else count_of(read.text.strip()) if read.text.strip() else 0.0


def _whole(cell: str) -> float | None:
    """Return one more than the whole number, 0 where the cell is blank."""
    read = read_count(cell)
    if read.how or read.fix:
        return None
    number = whole_of(read.text.strip()) if read.text.strip() else -1
    return None if number is None else 1.0 + number


@dataclass
class PlainRows:
    """The plain rows of one file by column, in their order, and which rows are to be looked at one by one."""

    header: list[str]
    columns: dict[str, list[NDArray[Any]]] = field(default_factory=dict)
    odd: array[int] = field(default_factory=lambda: array("L"))  # row numbers
    agencies: set[str] = field(default_factory=set)  # whose rows the odd ones are
    last: int = 1  # the number of the last row

    @property
    def count(self) -> int:
        """Return how many plain rows there are."""
        return sum(map(len, self.columns.get("row", ())))


def read(shown: str, rows: Iterator[list[str]], parts: Parts) -> PlainRows | None:
    """Return the rows of a table, or None where its header is not that of the contract to the letter.

    Raises:
        TooVaried: its cells say more different things than can be held.
        Whatever `rows` raises.
    """
    header, chunk = next(rows, []), list(islice(rows, AT_ONCE))
    if not chunk or not _is_plain_header(shown, header, chunk[0]):
        return None
    found = PlainRows(header)
    while chunk:
        numbers = range(found.last + 1, found.last + 1 + len(chunk))
        _take(found, numbers, chunk, parts)
        found.last = numbers[-1]
        chunk = list(islice(rows, AT_ONCE))
    return found


def _is_plain_header(shown: str, header: Row, first: Row) -> bool:
    """Return whether the readers of any table find here these columns under these names, and nothing else to say."""
    own = [name for name in header if name not in PLACE]
    if len(set(header)) < len(header) or not set(REQUIRED) <= set(own) <= {*REQUIRED, *OPTIONAL}:
        return False
    sheet = Sheet("", [(1, header), (2, first)])
    found = headings.find(sheet)
    if found is None or found.row != 1:
        return False
    said = [*header_checks.faults(shown, sheet, found, str), *header_checks.left_out(sheet, found, str)]
    return found.columns == {name: [header.index(name)] for name in own} and not said


def _take(found: PlainRows, numbers: Sequence[int], rows: Sequence[Row], parts: Parts) -> None:
    width = len(found.header)
    if any(len(row) != width for row in rows):
        odd = [number for number, row in zip(numbers, rows, strict=True) if len(row) != width and not _is_blank(row)]
        found.odd.extend(odd)
        kept = [(number, row) for number, row in zip(numbers, rows, strict=True) if len(row) == width]
        numbers, rows = [number for number, _ in kept], [row for _, row in kept]
    if not rows:
        return
    count = len(rows)
    cells: dict[str, Iterable[str]] = dict(zip(found.header, zip(*rows, strict=True), strict=True))
    given = partial(_given, cells)
    columns: dict[str, NDArray[Any]] = {
        "owner": parts.owners.column(zip(*map(given, OWNER), strict=False), count),
        "node": parts.nodes.column(zip(*map(given, NODE), strict=False), count),
        "score": parts.scores.column(given("score"), count),
        "respondents": parts.counts.column(given("respondents"), count),
    }
    columns |= {name: parts.texts.column(given(name), count) for name in TEXTS}
    counted = {name: parts.wholes.column(cells[name], count) for name in COUNTED if name in cells}
    is_plain = ~np.isnan(columns["score"]) & ~np.isnan(columns["respondents"])
    if counted:
        is_item = np.array([False, *(node.level == "item" for node in parts.nodes.said)])[columns["node"]]
        does_agree, columns["respondents"] = answer_counts.agree({**columns, **counted}, is_item)
        is_plain &= does_agree
        columns |= counted
    for name in ("owner", "node", *TEXTS):
        is_plain &= columns[name] > 0
    for at in np.flatnonzero(~is_plain):
        _set_aside(found, numbers[int(at)], rows[int(at)])
    columns["row"] = np.asarray(numbers, dtype=np.uint32)
    for name, values in columns.items():
        found.columns.setdefault(name, []).append(_narrow(values[is_plain], is_count=name != "score"))


def _given(cells: dict[str, Iterable[str]], name: str) -> Iterable[str]:
    return cells[name] if name in cells else repeat("")


def _narrow(values: NDArray[Any], *, is_count: bool) -> NDArray[Any]:
    """Return whole numbers from 0 on in as few bytes as they need."""
    return values.astype(np.min_scalar_type(int(values.max(initial=0)))) if is_count else values


def _is_blank(row: Row) -> bool:
    return not any(cell and not cell.isspace() for cell in row)


def _set_aside(found: PlainRows, number: int, row: Row) -> None:
    if _is_blank(row):
        return
    found.odd.append(number)
    code = READERS["agency_code"](row[found.header.index("agency_code")]).text.strip()
    if is_agency_code(code):
        found.agencies.add(code)
