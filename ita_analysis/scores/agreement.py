"""What rows say about each other: the same code twice, one agency under two names, one name under two codes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from ita_analysis.errors import Problem
from ita_analysis.scores import agencies, answer_counts
from ita_analysis.thai.text import printable


@dataclass(frozen=True)
class Named:
    """An agency's code beside a name, as one row holds them."""

    code: str
    name: str
    file: str
    sheet: str
    row: int
    column: str = "agency_name_th"

    @property
    def place(self) -> str:
        """Return where the row stands."""
        return _place(self.file, self.sheet, self.row)


def settle_duplicates(rows: Sequence[dict[str, Any]]) -> tuple[list[dict[str, Any]], list[Problem], list[str]]:
    """Return the rows without repeats, a problem for each row of those that conflict, a note for those that agree."""
    groups: dict[tuple[Any, ...], list[dict[str, Any]]] = {}
    for row in rows:
        groups.setdefault((row["agency_code"], row["fiscal_year_be"], row["framework"], row["code"]), []).append(row)
    kept: list[dict[str, Any]] = []
    problems: list[Problem] = []
    notes: list[str] = []
    for group in groups.values():
        first = group[0]
        said = {(row["score"], row["respondents"], row["is_synthetic"], *_counts(row)) for row in group}
        if len(said) == 1:
            kept.append(first)
            if len(group) > 1:
                others = ", ".join(_place_of(row) for row in group[1:])
                notes.append(f"{_place_of(first)}: {first['code']} ซ้ำและตรงกันกับ {others} นับเป็นแถวเดียว")
            continue
        for row in group:
            others = ", ".join(f"{_said(other)} ({_place_of(other)})" for other in group if other is not row)
            problems.append(
                Problem(
                    code="duplicate-conflict",
                    file=row["source_file"],
                    sheet=row["source_sheet"],
                    row=row["source_row"],
                    column=row["shown"].get("code", "code"),
                    found=f"{row['code']} {_said(row)}",
                    expected=f"ค่าเดียวกับ {others}",
                    fix="แก้ให้ตรงกับต้นฉบับ",
                    agency_code=row["agency_code"],
                )
            )
    return kept, problems, notes


def settle_names(rows: Sequence[dict[str, Any]], named: Sequence[Named]) -> tuple[list[dict[str, Any]], list[Problem]]:
    """Return the rows with a name each, and a problem for each row whose name is not its agency's.

    A blank name is filled from the list of agencies, else from the agency's other rows, else it is the code.
    """
    known = agencies.known_agencies()
    listed = {name: agency.code for agency in known.values() for name in (agency.name_th, *agency.aliases)}
    first: dict[str, Named] = {}
    problems: list[Problem] = []
    for said in named:
        if said.code in known:
            if not known[said.code].is_called(said.name):
                problems.append(_misnamed("name-differs", said, known[said.code].name_th))
        elif said.name in listed:
            expected = f"ชื่อของรหัส {said.code} ('{said.name}' คือรหัส {listed[said.name]})"
            problems.append(_misnamed("name-of-another", said, expected))
        elif (other := first.setdefault(said.code, said)).name != said.name:
            problems.append(_misnamed("name-differs", said, f"ชื่อเดียวกับ {other.place}: {printable(other.name)}"))
    refused = {problem.agency_code for problem in problems}
    names = {code: said.name for code, said in first.items()} | {code: found.name_th for code, found in known.items()}
    kept = [
        row if row["agency_name_th"] else {**row, "agency_name_th": names.get(row["agency_code"], row["agency_code"])}
        for row in rows
        if row["agency_code"] not in refused
    ]
    return kept, problems


def _misnamed(code: str, said: Named, expected: str) -> Problem:
    return Problem(
        code=code,
        file=said.file,
        sheet=said.sheet,
        row=said.row,
        column=said.column,
        found=f"'{printable(said.name)}'",
        expected=expected,
        fix="แก้ชื่อหรือรหัสให้ตรงกัน",
        agency_code=said.code,
    )


def _said(row: dict[str, Any]) -> str:
    marks = [str(row["score"])]
    if row["respondents"] is not None:
        marks.append(f"ผู้ตอบ {row['respondents']}")
    marks += [
        f"{name} {count}" for name, count in zip(answer_counts.COUNTED, _counts(row), strict=True) if count is not None
    ]
    if row["is_synthetic"]:
        marks.append("ข้อมูลสมมติ")
    return " ".join(marks)


def _counts(row: dict[str, Any]) -> tuple[int | None, ...]:
    return tuple(row.get(name) for name in answer_counts.COUNTED)


def _place_of(row: dict[str, Any]) -> str:
    return _place(row["source_file"], row["source_sheet"], row["source_row"])


def _place(file: str, sheet: str, row: int) -> str:
    return f"{file} แผ่น {sheet} แถว {row}" if sheet else f"{file} แถว {row}"
