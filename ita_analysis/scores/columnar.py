"""Reads large score files in bounded memory: plain rows as columns of numbers, all others as any small file is read.

What is not plain to the letter is looked at by the readers of any file, together with all rows of the agencies that
it touches: so every problem and note is theirs, and the result is the one that they alone would give.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ita_analysis.errors import Problem
from ita_analysis.scores import bounded, checking, contract, plain_rows, suspicion
from ita_analysis.scores.answer_counts import COUNTED
from ita_analysis.scores.bounded import KnownFile
from ita_analysis.scores.checking import FileRows
from ita_analysis.scores.files import Sheets, sheets_of
from ita_analysis.scores.numbered import TooVaried
from ita_analysis.scores.plain_rows import TEXTS, Parts, PlainRows
from ita_analysis.scores.row_check import Checked
from ita_analysis.scores.row_sources import BROKEN, RowSource, open_source
from ita_analysis.scores.sheets import LAST_ROW, Sheet
from ita_analysis.scores.stored import Stored, held, stored
from ita_analysis.scores.suspicion import Flags
from ita_analysis.scores.tidy_rows import Place, TidyRows

SMALLEST = 2_000_000  # bytes of all files; fewer are read as any file
PARQUET_TIMES = 100  # a byte of Parquet can hold what so many of CSV do
MOST_ODD = 150_000  # rows that are looked at one by one


@dataclass
class _File:
    """One file: `plain` and its source where it is read as columns, `rows` once its other rows are read."""

    file: KnownFile
    source: RowSource | None = None
    plain: PlainRows | None = None
    rows: FileRows = field(default_factory=FileRows)


def is_worth_it(files: Sequence[KnownFile]) -> bool:
    """Return whether the files are large."""
    return (
        sum(file.size * (PARQUET_TIMES if file.path.suffix.lower() == ".parquet" else 1) for file in files) >= SMALLEST
    )


def read(files: list[KnownFile], rules: Sequence[Path], problems: list[Problem]) -> Stored:
    """Return what the files say once checked, as `reading` would; `files` becomes those that were read.

    A file that can't be opened is added to `problems`.
    """
    with ExitStack() as stack:
        parts = Parts(rules)
        looked = [one for file in files if (one := _look(file, parts, stack, problems))]
        files[:] = [one.file for one in looked]
        rows = _joined(looked, parts)
        del parts
        is_odd = _odd_agencies(looked, rows)
        for one, wanted in _wanted(looked, rows, is_odd):
            _read_again(one, wanted)
    rows = rows.where(~is_odd[rows.agency_of_owner[rows.columns["owner"]]])
    done = checking.settle([one.rows for one in looked], rules)
    told = (done.problems, done.notes, _named(looked, rows, done))
    rows = rows.with_names().with_rows(done.rows).trimmed()
    rows = rows.in_order()  # one step after the other: each holds the rows once more
    return held(rows, *told) if len(rows) else stored(contract.as_frame([]), *told)


def _look(file: KnownFile, parts: Parts, stack: ExitStack, problems: list[Problem]) -> _File | None:
    """Return the file with its plain rows, or with all its rows where it is not read as columns."""
    try:
        source = open_source(file, stack)
        if isinstance(source, Problem):
            return _File(file, rows=FileRows(problems=[source]))
        found = _plain(source, parts) if source else None
    except bounded.Unopened as no:
        problems.append(no.problem)
        return None
    except OSError as error:
        problems.append(bounded.unreadable(file.path, error))
        return None
    if found:
        return found
    held = bounded.opened(file)
    if isinstance(held, Problem):
        problems.append(held)
        return None
    return _File(held, rows=checking.rows_of(held.shown, sheets_of(held)))


def _plain(source: RowSource, parts: Parts) -> _File | None:
    """Return the file with its plain rows, or with the problem why it has none; None where another reader may know more."""
    shown = source.file.shown
    try:
        found = plain_rows.read(shown, source.rows(), parts)
    except BROKEN:
        source.settle()
        problem = source.fault()
        return _File(source.file, rows=FileRows(problems=[problem])) if problem else None
    except TooVaried:
        source.settle()
        problem = Problem(
            code="file-memory",
            file=shown,
            found="ข้อความที่ต่างกันมากเกินไป",
            expected="รหัส ชื่อ และหมายเหตุที่จำไว้ได้ในหน่วยความจำ",
            fix="แบ่งไฟล์ให้เล็กลง",
        )
        return _File(source.file, rows=FileRows(problems=[problem]))
    if found is None:
        return None
    source.settle()
    return _File(source.file, source, found)


def _joined(looked: Sequence[_File], parts: Parts) -> TidyRows:
    """Return the plain rows of all files, in the order of files and rows."""
    plain = [one.plain for one in looked if one.plain]
    sizes = [one.plain.count if one.plain else 0 for one in looked]
    columns = {"place": np.repeat(np.arange(len(looked), dtype=np.min_scalar_type(len(looked))), sizes)}
    columns |= {name: _one(name, plain) for name in ("owner", "node", *TEXTS)}
    counted = [name for name in COUNTED if any(name in one.columns for one in plain)]
    for one in plain:
        for name in counted:
            one.columns.setdefault(name, [np.zeros(one.count, dtype=np.uint8)])
    columns |= {name: _one(name, plain, first=0) for name in (*counted, "score", "respondents", "row")}
    places = [Place(one.file.shown, "") for one in looked]
    return TidyRows(columns, parts.owners.said, parts.nodes.said, parts.texts.said, places)


def _one(name: str, plain: Sequence[PlainRows], *, first: int = 1) -> NDArray[Any]:
    """Return a column of all files, counted from 0 where it is counted from `first`; it is held only once."""
    parts = [values for one in plain for values in one.columns.pop(name, ())]
    joined = np.concatenate(parts) if parts else np.zeros(0, dtype=float if name == "score" else np.uint8)
    return joined - np.asarray(first, dtype=joined.dtype) if first else joined


def _spans(looked: Sequence[_File], tidy: TidyRows) -> Iterator[tuple[_File, PlainRows, slice]]:
    """Yield the files that are read as columns with their rows in `tidy`."""
    bounds = np.searchsorted(tidy.columns["place"], np.arange(len(looked) + 1))
    for at, one in enumerate(looked):
        if one.plain:
            yield one, one.plain, slice(int(bounds[at]), int(bounds[at + 1]))


def _odd_agencies(looked: Sequence[_File], tidy: TidyRows) -> Flags:
    """Return per agency of `tidy.agencies` whether its rows are looked at one by one."""
    is_odd = suspicion.odd_agencies(tidy)
    codes = {code for one in looked if one.plain for code in one.plain.agencies}
    codes |= {row.cells.get("agency_code", "").strip() for one in looked for row in one.rows.raw}
    is_odd |= np.isin(np.array(tidy.agencies, dtype=str), list(codes))
    agency = tidy.agency_of_owner[tidy.columns["owner"]]
    witnesses: list[tuple[PlainRows, slice, list[int]]] = []
    for _, plain, span in _spans(looked, tidy):
        rows = [span.start] if span.start < span.stop else []
        for is_item, above in suspicion.shares(tidy, span):
            if above is None:
                is_odd[agency[span][is_item]] = True
            else:
                rows.append(above)
        witnesses.append((plain, span, rows))
    count = -1
    while count != (count := int(is_odd.sum())):
        for plain, span, rows in witnesses:
            if plain.odd or plain.last == LAST_ROW or is_odd[agency[span]].any():
                is_odd[agency[rows]] = True  # so that a table in parts is judged as the whole of it
    return is_odd


def _wanted(looked: Sequence[_File], tidy: TidyRows, is_odd: Flags) -> Iterator[tuple[_File, bytearray]]:
    """Yield the files with rows to be looked at one by one, and which these are; no more than can be held."""
    agency, room = tidy.agency_of_owner[tidy.columns["owner"]], MOST_ODD
    for one, plain, span in _spans(looked, tidy):
        wanted = bytearray(plain.last + 1)
        flags = np.frombuffer(wanted, dtype=np.uint8)
        flags[tidy.columns["row"][span][is_odd[agency[span]]]] = 1
        flags[np.frombuffer(plain.odd, dtype=plain.odd.typecode)] = 1
        rows = np.flatnonzero(flags)
        if len(rows) > room:
            flags[rows[room:]] = 0
            one.rows.problems.append(_too_odd(one.file.shown, len(rows)))
        room = max(0, room - len(rows))
        if len(rows):
            wanted[1] = 1
            yield one, wanted


def _too_odd(shown: str, count: int) -> Problem:
    return Problem(
        code="rows-odd",
        file=shown,
        found=f"{count:,} แถวที่ต้องแก้หรือต้องตีความ",
        expected=f"ไม่เกิน {MOST_ODD:,} แถวในไฟล์ใหญ่",
        fix="แก้ตามปัญหาและหมายเหตุของแถวแรก ๆ ให้ตรงสัญญาทุกแถว หรือแบ่งไฟล์ให้เล็กลง",
    )


def _read_again(one: _File, wanted: bytearray) -> None:
    """Read the wanted rows as those of any sheet, under their own numbers and the whole table's last."""
    assert one.source and one.plain
    rows = one.source.rows_again(wanted)
    if rows[-1][0] != one.plain.last:
        rows.append((one.plain.last, []))
    sheet = Sheet("", rows, is_ragged_wrong=one.source.is_ragged_wrong)
    found = checking.rows_of(one.file.shown, Sheets((sheet,)))
    one.rows = replace(found, problems=[*one.rows.problems, *found.problems])


def _named(looked: Sequence[_File], rows: TidyRows, done: Checked) -> dict[str, frozenset[str]]:
    """Return code -> every name beside it, by where the code is named first."""
    said = [*rows.named(), *done.named]
    at = {one.file.shown: (place, one.plain is not None) for place, one in enumerate(looked)}
    said.sort(key=lambda one: (at[one.file][0], one.row if at[one.file][1] else 0))
    named: dict[str, set[str]] = {}
    for one in said:
        named.setdefault(one.code, set()).add(one.name)
    return {code: frozenset(names) for code, names in named.items()}
