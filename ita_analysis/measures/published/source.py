"""A report's file as rows of cells: text with tabs, bars or HTML tables, bare paragraphs, or Word; nothing is interpreted."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from ita_analysis.errors import Problem
from ita_analysis.measures.published.markup import Cell, cell_of, table_rows
from ita_analysis.measures.words import Place, quoted
from ita_analysis.scores import isolated
from ita_analysis.scores.archive import Refused
from ita_analysis.scores.bounded import BOM, InputFile
from ita_analysis.thai.catalogue import catalogue

WORD_READER = "ita_analysis.measures.published.word"
_PDF, _ZIP = b"%PDF", b"PK\x03\x04"


@dataclass(frozen=True)
class Row:
    """One row of a table, or one paragraph (`is_table` false): its line in the file, what stands there, its cells."""

    line: int
    raw: str
    cells: tuple[Cell, ...]
    is_table: bool

    @property
    def text(self) -> str:
        """Return all text of the row on one line."""
        return " ".join(cell.text for cell in self.cells if cell.text)


def words() -> dict[str, Any]:
    """Return the tables of `published.toml`."""
    return catalogue("measures", "published.toml")


def problem(code: str, place: Place, found: str = "", /, **values: object) -> Problem:
    """Return a problem of `[problem.<code>]`; `found` is quoted where its sentence names it."""
    said = words()["problem"][code]
    filled = {"found": quoted(found), **values}
    found_th, expected, fix = (said[name].format(**filled) for name in ("found", "expected", "fix"))
    where = (place.file, found_th, expected, fix, place.sheet, place.row, place.column)
    return Problem(code, *where)


def is_word(file: InputFile) -> bool:
    """Return whether the file is a zip container, which can only be Word here."""
    return file.data.startswith(_ZIP)


def rows_of(file: InputFile) -> list[Row] | Problem:
    """Return the rows of a report's file in order, or the one problem why it is none to be read."""
    if file.data[:1024].lstrip().startswith(_PDF):
        return problem("report-pdf", Place(file.shown))
    if is_word(file):
        return _word(file)
    text = _decoded(file)
    if isinstance(text, Problem):
        return text
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    if fault := _beyond(file.shown, len(file.data), len(lines), max(map(len, lines))):
        return fault
    return list(_rows(lines))


def _beyond(shown: str, size: int, lines: int, longest: int) -> Problem | None:
    limits = words()["limits"]
    for found, name in ((size, "bytes"), (lines, "lines"), (longest, "line_letters")):
        if found > limits[name]:
            unit = words()["unit"][name]
            return problem("report-size", Place(shown), found=f"{found:,} {unit}", most=f"{limits[name]:,} {unit}")
    return None


def _decoded(file: InputFile) -> str | Problem:
    data = file.data.removeprefix(BOM)
    if b"\x00" in data:
        return problem("report-binary", Place(file.shown))
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        try:
            text = data.decode("cp874")
        except UnicodeDecodeError:
            return problem("report-encoding", Place(file.shown))
        thai = sum("ก" <= letter <= "๛" for letter in text)
        if thai * 4 < len(text):
            return problem("report-binary", Place(file.shown))
    return unicodedata.normalize("NFC", text).replace("เเ", "แ").replace("ํา", "ำ")


def _word(file: InputFile) -> list[Row] | Problem:
    try:
        answer = isolated.parse(WORD_READER, file.data)
    except Refused as no:
        return Problem(no.code, file.shown, no.found, no.expected, no.fix)
    rows = []
    for number, (is_table, texts) in enumerate(answer["rows"], start=1):
        cells = tuple(cell_of(text) for text in texts)
        rows.append(Row(number, " | ".join(texts).replace("\n", " "), cells, is_table))
    longest = max((len(row.raw) for row in rows), default=0)
    return _beyond(file.shown, sum(len(row.raw) for row in rows), len(rows), longest) or rows


def _rows(lines: list[str]) -> Iterator[Row]:
    at = 0
    while at < len(lines):
        line = lines[at]
        number = at + 1
        at += 1
        plain = line.strip()
        if "\t" in line:
            yield Row(number, line, tuple(cell_of(text) for text in line.split("\t")), True)
        elif plain.startswith("|") and plain.count("|") > 1:
            yield Row(number, line, tuple(cell_of(text) for text in _barred(plain)), True)
        elif plain.lower().startswith("<table"):
            start = at - 1
            while "</table>" not in lines[at - 1].lower() and at < len(lines):
                at += 1
            for offset, cells in table_rows(lines[start:at]):
                yield Row(start + 1 + offset, lines[start + offset], cells, True)
        else:
            yield Row(number, line, (cell_of(line),), False)


def _barred(plain: str) -> list[str]:
    return plain.removeprefix("|").removesuffix("|").split("|")
